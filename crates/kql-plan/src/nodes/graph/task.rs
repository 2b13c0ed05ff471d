//! What a graph node is to do, as plain data.
//!
//! Expressions over single nodes and edges read properties by name, and the reserved columns of [`kql_bind::bound`] and of
//! here. They are no expressions of the logical node: they do not read its inputs.

use arrow::datatypes::FieldRef;
use datafusion::logical_expr::Expr as DfExpr;
use kql_bind::bound::{Cycles, PathFold, ShortestOutput};
use kql_syntax::ast::EdgeDirection;

/// The start of an edge as a column of expressions over edges, of the ids' own type.
pub(crate) const SOURCE_ID: &str = "__source_id__";
/// The end of an edge.
pub(crate) const TARGET_ID: &str = "__target_id__";

/// The work of a graph node.
///
/// Input 0 are the edges: start, end, partition (when there is one), properties. The others are node tables: id, partition,
/// properties, the same in each.
#[derive(Clone, Debug)]
pub(crate) struct GraphTask {
    /// Properties of edges, as the input has them.
    pub(crate) edges: Vec<FieldRef>,
    /// Properties of nodes, as the node tables have them.
    pub(crate) nodes: Vec<FieldRef>,
    /// The property that holds the id of a node without a row.
    pub(crate) own_id: Option<FieldRef>,
    /// The column of partitions is there.
    pub(crate) partitioned: bool,
    /// The id of a node as text, of the column [`super::RAW_ID`].
    pub(crate) id_text: DfExpr,
    /// What happens to the graph, in order.
    pub(crate) changes: Vec<Change>,
    /// What comes out.
    pub(crate) output: Output,
}

/// A change of a graph.
#[derive(Clone, Debug)]
pub(crate) enum Change {
    /// Numbers the components in a property of nodes.
    MarkComponents {
        /// Direction counts.
        strong: bool,
        /// The property.
        property: FieldRef,
    },
    /// Keeps nodes for which a predicate is true.
    WhereNodes(DfExpr),
    /// Keeps edges for which a predicate is true.
    WhereEdges(DfExpr),
}

/// The rows of a graph node.
#[derive(Clone, Debug)]
pub(crate) enum Output {
    /// A row for each node.
    Nodes(Vec<(FieldRef, DfExpr)>),
    /// A row for each edge.
    Edges(Vec<(FieldRef, DfExpr)>),
    /// A row for each match.
    Match(MatchTask),
}

/// A pattern to search for.
#[derive(Clone, Debug)]
pub(crate) struct MatchTask {
    /// Variables that stand for nodes, anonymous ones too.
    pub(crate) nodes: Vec<NodeSlot>,
    /// Edges of the pattern. For shortest paths, edge `i` leads from node `i` to node `i + 1`.
    pub(crate) edges: Vec<EdgeSlot>,
    /// What may repeat.
    pub(crate) cycles: Cycles,
    /// Shortest paths only.
    pub(crate) shortest: Option<ShortestOutput>,
    /// A condition on whole paths that shortest paths must fulfil, over columns computed for it.
    pub(crate) residual: Option<(DfExpr, Vec<MatchColumn>)>,
    /// The columns that come out.
    pub(crate) columns: Vec<MatchColumn>,
}

/// A node of a pattern.
#[derive(Clone, Debug, Default)]
pub(crate) struct NodeSlot {
    /// Predicates over the node.
    pub(crate) filters: Vec<DfExpr>,
}

/// An edge of a pattern.
#[derive(Clone, Debug)]
pub(crate) struct EdgeSlot {
    /// The node on its left.
    pub(crate) left: usize,
    /// The node on its right.
    pub(crate) right: usize,
    /// Direction as written.
    pub(crate) direction: EdgeDirection,
    /// Least and greatest number of edges, for an edge of variable length.
    pub(crate) range: Option<(u32, u32)>,
    /// Predicates over each edge.
    pub(crate) filters: Vec<DfExpr>,
    /// Predicates over each node between the edges.
    pub(crate) inner_filters: Vec<DfExpr>,
}

/// A column of a match.
#[derive(Clone, Debug)]
pub(crate) struct MatchColumn {
    /// Its name and type.
    pub(crate) field: FieldRef,
    /// Its value.
    pub(crate) value: MatchValue,
}

/// The value of a column of a match.
#[derive(Clone, Debug)]
pub(crate) enum MatchValue {
    /// Of a node, by slot: an expression over nodes.
    Node(usize, DfExpr),
    /// Of an edge, by slot: an expression over edges.
    Edge(usize, DfExpr),
    /// Of the edges or inner nodes of an edge of variable length.
    Path {
        /// Its slot.
        edge: usize,
        /// Of the nodes between the edges.
        inner_nodes: bool,
        /// What becomes of the values.
        fold: PathFold,
        /// Over edges or nodes: a bool, or for `map` an array of one element.
        value: DfExpr,
    },
}

impl GraphTask {
    /// What is done, for plans.
    pub(crate) fn summary(&self) -> String {
        let output = match &self.output {
            Output::Nodes(_) => "nodes".to_owned(),
            Output::Edges(_) => "edges".to_owned(),
            Output::Match(task) => {
                let word = if task.shortest.is_some() { "shortest paths" } else { "matches" };
                let filters = task.nodes.iter().map(|n| &n.filters).chain(task.edges.iter().map(|e| &e.filters));
                let filters: Vec<String> = filters.flatten().map(|f| f.to_string()).collect();
                let columns: Vec<&str> = task.columns.iter().map(|c| c.field.name().as_str()).collect();
                let sizes = format!("{} nodes, {} edges", task.nodes.len(), task.edges.len());
                format!("{word} of {sizes}: [{}] where [{}]", columns.join(", "), filters.join(", "))
            }
        };
        match self.changes.len() {
            0 => output,
            n => format!("{n} changes, {output}"),
        }
    }
}
