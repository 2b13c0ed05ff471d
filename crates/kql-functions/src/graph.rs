//! Functions of graph operators: `map`, `all`, `any`, `inner_nodes`, `labels`, `node_id`, `node_degree_in`,
//! `node_degree_out`.
//!
//! They stand only in `graph-match`, `graph-shortest-paths`, `graph-where-nodes` and `graph-where-edges`, whose binder and
//! nodes compute them: what is here is what help and the language reference say.

use crate::ScalarFunction;
use crate::kernel::refuse;
use kql_diagnostic::code;
use kql_types::function::{Example, FunctionKind, FunctionSpec, example};

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] =
    &[&MAP, &ALL, &ANY, &INNER_NODES, &LABELS, &NODE_ID, &NODE_DEGREE_IN, &NODE_DEGREE_OUT];

const fn function(
    name: &'static str,
    signature: &'static [&'static str],
    description: &'static str,
    examples: &'static [Example],
) -> ScalarFunction {
    ScalarFunction {
        spec: FunctionSpec::new(name, FunctionKind::Scalar, signature, description).examples(examples),
        kernel: |_, _| Err(refuse(code::OPERAND, "functions of graphs stand only in operators over a graph")),
    }
}

static MAP: ScalarFunction = function(
    "map",
    &["(edge:scalar, expression:scalar) -> dynamic"],
    "In an operator over a graph: the array of the values of an expression over each edge along an edge of variable length, \
     or over each node between them (`inner_nodes(edge)`). Properties are read by their own names. \
     <https://learn.microsoft.com/kusto/query/map-graph-function>",
    &[example(
        "datatable(s:string, d:string)['A','B', 'B','C'] | make-graph s --> d with_node_id=id | \
         graph-match (a)-[p*2..2]->(c) project to = map(p, d), via = map(inner_nodes(p), id)",
        r#"{"to":["B","C"],"via":["B"]}"#,
    )],
);

static ALL: ScalarFunction = function(
    "all",
    &["(edge:scalar, condition:bool) -> bool"],
    "In an operator over a graph: whether a condition is true for each edge along an edge of variable length, or for each \
     node between them (`inner_nodes(edge)`). A null condition is not true; over no edges the answer is true. \
     <https://learn.microsoft.com/kusto/query/all-graph-function>",
    &[example(
        "datatable(s:string, d:string, w:long)['A','B',1, 'B','C',5] | make-graph s --> d with_node_id=id | \
         graph-match (a)-[p*1..2]->(c) where all(p, w < 3) project from = a.id, to = c.id",
        r#"{"from":"A","to":"B"}"#,
    )],
);

static ANY: ScalarFunction = function(
    "any",
    &["(edge:scalar, condition:bool) -> bool"],
    "In an operator over a graph: whether a condition is true for at least one edge along an edge of variable length, or for \
     one node between them (`inner_nodes(edge)`). Over no edges the answer is false. \
     <https://learn.microsoft.com/kusto/query/any-graph-function>",
    &[example(
        "datatable(s:string, d:string, w:long)['A','B',1, 'B','C',5] | make-graph s --> d with_node_id=id | \
         graph-match (a)-[p*2..2]->(c) where any(p, w > 3) project from = a.id, to = c.id",
        r#"{"from":"A","to":"C"}"#,
    )],
);

static INNER_NODES: ScalarFunction = function(
    "inner_nodes",
    &["(edge:scalar) -> dynamic"],
    "In an operator over a graph: the nodes between the edges along an edge of variable length, as the first argument of \
     `map`, `all` and `any`. <https://learn.microsoft.com/kusto/query/inner-nodes-graph-function>",
    &[example(
        "datatable(s:string, d:string)['A','B', 'B','C'] | make-graph s --> d with_node_id=id | \
         graph-match (a)-[p*1..2]->(c) where any(inner_nodes(p), id == 'B') project from = a.id, to = c.id",
        r#"{"from":"A","to":"C"}"#,
    )],
);

static LABELS: ScalarFunction = function(
    "labels",
    &["(element?:scalar) -> dynamic"],
    "In an operator over a graph: the labels of a node or an edge. Graphs of `make-graph` have none: the array is empty. \
     <https://learn.microsoft.com/kusto/query/labels-graph-function>",
    &[example(
        "datatable(s:string, d:string)['A','B'] | make-graph s --> d with_node_id=id | \
         graph-match (a)-->(b) project to = b.id, labels(a)",
        r#"{"to":"B","labels_a":[]}"#,
    )],
);

static NODE_ID: ScalarFunction = function(
    "node_id",
    &["(node?:scalar) -> string"],
    "In an operator over a graph: the id of a node as text. Without an argument over single nodes: in `graph-where-nodes` \
     and over `inner_nodes`. <https://learn.microsoft.com/kusto/query/node-id>",
    &[example(
        "datatable(s:string, d:string)['A','B'] | make-graph s --> d | graph-match (a)-->(b) project from = node_id(a), to = node_id(b)",
        r#"{"from":"A","to":"B"}"#,
    )],
);

static NODE_DEGREE_IN: ScalarFunction = function(
    "node_degree_in",
    &["(node?:scalar) -> long"],
    "In an operator over a graph: how many edges end at a node. Without an argument over single nodes: in \
     `graph-where-nodes` and over `inner_nodes`. <https://learn.microsoft.com/kusto/query/node-degree-in>",
    &[example(
        "datatable(s:string, d:string)['A','C', 'B','C'] | make-graph s --> d with_node_id=id | \
         graph-match (a)-->(b) where a.id == 'A' project degree = node_degree_in(b), to = b.id",
        r#"{"degree":2,"to":"C"}"#,
    )],
);

static NODE_DEGREE_OUT: ScalarFunction = function(
    "node_degree_out",
    &["(node?:scalar) -> long"],
    "In an operator over a graph: how many edges start at a node. Without an argument over single nodes: in \
     `graph-where-nodes` and over `inner_nodes`. <https://learn.microsoft.com/kusto/query/node-degree-out>",
    &[example(
        "datatable(s:string, d:string)['A','B', 'A','C'] | make-graph s --> d with_node_id=id | \
         graph-match (a)-->(b) where b.id == 'B' project degree = node_degree_out(a), to = b.id",
        r#"{"degree":2,"to":"B"}"#,
    )],
);
