//! Bound graphs: what stands between `make-graph` and the operator that turns the graph into rows.

use super::{Expr, NamedExpr, Table};
use kql_diagnostic::Span;
use kql_types::RowSchema;
use std::sync::Arc;

/// A graph.
#[derive(Clone, Debug)]
pub struct Graph {
    /// What makes it.
    pub kind: GraphKind,
    /// Properties of nodes.
    pub nodes: RowSchema,
    /// Properties of edges.
    pub edges: RowSchema,
    /// The operator.
    pub span: Span,
}

/// What makes a graph.
#[derive(Clone, Debug)]
pub enum GraphKind {
    /// `make-graph source --> target [with N on id, …] [with_node_id=n]`: every row is an edge; nodes are the ids of the node
    /// tables and the ends of edges (null is one).
    Make {
        /// The edges.
        edges: Arc<Table>,
        /// Column of the edge's start.
        source: Arc<str>,
        /// Column of the edge's end.
        target: Arc<str>,
        /// Node tables with their id columns.
        nodes: Vec<(Arc<Table>, Arc<str>)>,
        /// `with_node_id`: property that holds the id, without node tables.
        node_id: Option<Arc<str>>,
    },
    /// `graph-mark-components`: a property with the number of the node's component.
    MarkComponents {
        /// The graph.
        input: Arc<Graph>,
        /// `kind=strong`: direction counts.
        strong: bool,
        /// The property.
        property: Arc<str>,
    },
    /// `graph-where-nodes`: nodes for which the predicate over their properties is true, and edges between them.
    WhereNodes {
        /// The graph.
        input: Arc<Graph>,
        /// Of type bool.
        predicate: Expr,
    },
    /// `graph-where-edges`: edges for which the predicate over their properties is true.
    WhereEdges {
        /// The graph.
        input: Arc<Graph>,
        /// Of type bool.
        predicate: Expr,
    },
}

/// `graph-match` and `graph-shortest-paths`. Elements are read as columns: `a.age` is the column `a.age`, a whole element `a`
/// the column `a` (a bag). Over an edge of variable length `e.w` is an array. Calls of `map`, `all` and `any` hold an expression
/// over the properties of one step, as columns under their own names.
#[derive(Clone, Debug)]
pub struct GraphMatch {
    /// The graph.
    pub graph: Arc<Graph>,
    /// The sequences of the pattern; those with a variable in common are joined on it.
    pub patterns: Vec<Vec<PatternElement>>,
    /// `where`.
    pub predicate: Option<Expr>,
    /// `project`.
    pub columns: Vec<NamedExpr>,
    /// Which repetitions a match may have.
    pub cycles: Cycles,
    /// `graph-shortest-paths`: only the shortest of each pair of ends.
    pub shortest: Option<ShortestOutput>,
}

/// A node or an edge of a pattern; they alternate and a node comes first and last.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum PatternElement {
    /// `(n)`
    Node { variable: Option<Arc<str>> },
    /// `-[e*min..max]->`
    Edge { variable: Option<Arc<str>>, direction: kql_syntax::ast::EdgeDirection, range: Option<(u32, u32)> },
}

/// `cycles=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cycles {
    /// No edge twice in a match.
    UniqueEdges,
    /// Anything may repeat.
    All,
    /// No node twice in a match.
    None,
}

/// `output=` of `graph-shortest-paths`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShortestOutput {
    /// One of the shortest paths.
    Any,
    /// All of them.
    All,
}
