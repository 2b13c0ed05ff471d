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
        /// Node tables.
        nodes: Vec<NodeTable>,
        /// Property that holds the id of a node without a row: of `with_node_id`, or the id column of the first node table.
        node_id: Option<Arc<str>>,
        /// `partitioned-by`: a column of the edges and of every node table. Nodes of different values are different nodes.
        partition: Option<Arc<str>>,
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

/// A node table of `make-graph`.
#[derive(Clone, Debug)]
pub struct NodeTable {
    /// The rows: the properties of the graph's nodes, then [`NODE_ID`], and [`NODE_PARTITION`] in a partitioned graph.
    pub table: Arc<Table>,
    /// Where its id was written.
    pub span: Span,
}

/// The id of a node as a column: of a [`NodeTable`], of its own type; in expressions over one node, as text (`node_id()`).
pub const NODE_ID: &str = "__node_id__";
/// The partition of a node, as a column of a [`NodeTable`].
pub const NODE_PARTITION: &str = "__node_partition__";
/// How many edges end at a node, as a column of expressions over one node (`node_degree_in()`).
pub const NODE_DEGREE_IN: &str = "__node_degree_in__";
/// How many edges start at a node, as a column of expressions over one node (`node_degree_out()`).
pub const NODE_DEGREE_OUT: &str = "__node_degree_out__";

/// `graph-match` and `graph-shortest-paths`. Elements are read as columns: `a.age` is the column `a.age`, a whole element `a`
/// the column `a` (a bag). Over an edge of variable length `e.w` is an array. Graph functions are columns too: those of
/// [`GraphMatch::values`].
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
    /// What graph functions compute, for the predicate and the columns.
    pub values: Vec<GraphValue>,
    /// Which repetitions a match may have.
    pub cycles: Cycles,
    /// `graph-shortest-paths`: only the shortest of each pair of ends.
    pub shortest: Option<ShortestOutput>,
}

/// What a graph function computes of an element of a match, as a column of the match.
#[derive(Clone, Debug)]
pub struct GraphValue {
    /// The column, under a name no query can write.
    pub name: Arc<str>,
    /// The variable of the element.
    pub element: Arc<str>,
    /// What is computed.
    pub kind: GraphValueKind,
}

/// Kinds of [`GraphValue`]. Expressions over single edges or nodes read their properties as columns.
#[derive(Clone, Debug)]
pub enum GraphValueKind {
    /// `node_id(n)`, `node_degree_in(n)`, `node_degree_out(n)`: one of the columns named above.
    Node(&'static str),
    /// `map`, `all`, `any` over an edge of variable length.
    Path {
        /// What becomes of the values.
        fold: PathFold,
        /// Over the nodes between the edges (`inner_nodes`) instead of the edges.
        inner_nodes: bool,
        /// Computed for each edge or node.
        value: Expr,
    },
}

/// What becomes of the values along a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PathFold {
    /// `map`: an array of them.
    Map,
    /// `all`: whether every one is true; null is not.
    All,
    /// `any`: whether one is true.
    Any,
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

/// Which id a column of `graph-to-table` holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GraphEnd {
    /// A node's own.
    Node,
    /// Of the node an edge starts at.
    Source,
    /// Of the node an edge ends at.
    Target,
}
