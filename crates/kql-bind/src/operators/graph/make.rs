//! `make-graph`.

use super::super::{Flow, Operator};
use crate::binder::{Binder, table};
use crate::bound::{Expr, ExprKind, GraphKind, NODE_ID, NODE_PARTITION, NamedExpr, NodeTable, Table, TableKind};
use crate::expression::unlabelled;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast::{self, OperatorKind as K};
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `E | make-graph source --> target [with N on id, …] [with_node_id=n] [partitioned-by c (operators)]`.
    pub(crate) fn make_graph(&mut self, edges: Arc<Table>, operator: &'s Operator) -> Flow {
        let K::MakeGraph { source, directed, target, nodes, node_id, partitioned_by, .. } = &operator.kind else {
            return Flow::Table(unlabelled(edges));
        };
        let span = operator.span;
        if !directed {
            self.error_help(code::GRAPH_UNDIRECTED, span, "a graph is made of directed edges", "write -->");
        }
        let from = self.graph_column(&edges.schema, source);
        let to = self.graph_column(&edges.schema, target);
        self.same_ids(from, to, target.span, "the other ends");
        let partition = partitioned_by.as_ref().map(|(column, _)| {
            let ty = self.graph_column(&edges.schema, column);
            (column, ty)
        });
        let mut entities = Vec::with_capacity(nodes.len());
        for (e, id) in nodes {
            let node_table = self.without_row(|b| b.tabular(e));
            let ty = self.graph_column(&node_table.schema, id);
            self.same_ids(from, ty, id.span, "the ids of nodes");
            if let Some((column, of_edges)) = partition {
                let ty = self.graph_column(&node_table.schema, column);
                self.same_ids(of_edges, ty, column.span, "the partitions of nodes");
            }
            entities.push(unlabelled(node_table));
        }
        let (node_schema, tables) = match (node_id, entities.is_empty()) {
            (Some(name), true) => ([Column::new(name.text.as_str(), from)].into_iter().collect(), Vec::new()),
            (None, true) => (RowSchema::new(Vec::new()), Vec::new()),
            (_, false) => self.aligned(&entities, span),
        };
        let partition_name = partition.map(|(column, _)| column.text.as_str());
        let mut own_id = node_id.as_ref().map(|n| Arc::from(n.text.as_str()));
        let mut node_tables = Vec::with_capacity(tables.len());
        for (aligned, (_, id)) in tables.iter().zip(nodes) {
            let Some((node_table, property)) = node_table(aligned, &id.text, partition_name, id.span) else { continue };
            own_id = own_id.or(property);
            node_tables.push(node_table);
        }
        let graph = crate::bound::Graph {
            nodes: node_schema,
            edges: edges.schema.clone(),
            kind: GraphKind::Make {
                source: Arc::from(source.text.as_str()),
                target: Arc::from(target.text.as_str()),
                edges,
                nodes: node_tables,
                node_id: own_id,
                partition: partition_name.map(Arc::from),
            },
            span,
        };
        let flow = Flow::Graph(Arc::new(graph));
        match partitioned_by {
            Some((_, body)) => self.partitioned(flow, body),
            None => flow,
        }
    }

    /// The operators of `partitioned-by`: nodes of different partitions are never connected, so one run over the whole graph
    /// gives what a run over each part would.
    fn partitioned(&mut self, flow: Flow, body: &'s ast::Expr) -> Flow {
        match &body.kind {
            ast::ExprKind::Parenthesized(inner) => self.partitioned(flow, inner),
            ast::ExprKind::Pipeline { source: None, operators } => {
                operators.iter().fold(flow, |flow, operator| self.operator(Some(flow), operator))
            }
            ast::ExprKind::Missing => flow,
            _ => {
                self.error(code::GRAPH_OPERATOR, body.span, "a graph operator is needed here");
                flow
            }
        }
    }

    /// Types of ids have to be the same.
    fn same_ids(&mut self, ends: ScalarType, other: ScalarType, span: Span, what: &str) {
        if ends != other && ends != ScalarType::Unknown && other != ScalarType::Unknown {
            let message = format!("the ends of edges are of type {ends}, {what} of type {other}");
            self.error(code::GRAPH_ID_TYPES, span, message);
        }
    }

    fn graph_column(&mut self, schema: &RowSchema, name: &ast::Name) -> ScalarType {
        match schema.column(&name.text).map(|c| c.ty) {
            Some(ScalarType::Dynamic) => {
                let message = "the ends of edges and the ids of nodes cannot be dynamic";
                self.error_help(code::GRAPH_DYNAMIC_ID, name.span, message, "convert them: extend Id = tostring(Id)");
                ScalarType::Unknown
            }
            Some(ty) => ty,
            None if schema.open => ScalarType::Unknown,
            None => {
                let message = format!("the name '{}' does not refer to any known column", name.text);
                let diagnostic =
                    Diagnostic::error(code::UNKNOWN_NAME, name.span, message).did_you_mean(&name.text, schema.names());
                self.report(diagnostic);
                ScalarType::Unknown
            }
        }
    }
}

/// A node table with its id (and partition) behind the graph's properties, and the property that holds the id.
fn node_table(
    aligned: &Arc<Table>,
    id: &str,
    partition: Option<&str>,
    span: Span,
) -> Option<(NodeTable, Option<Arc<str>>)> {
    let TableKind::Project { input, columns } = &aligned.kind else { return None };
    let is_id = |c: &&NamedExpr| matches!(&c.value.kind, ExprKind::Column(name) if **name == *id);
    let property = columns.iter().find(is_id).map(|c| Arc::clone(&c.name));
    let mut columns = columns.clone();
    let mut fields = aligned.schema.columns.to_vec();
    for (name, own) in [(Some(id), NODE_ID), (partition, NODE_PARTITION)] {
        let Some(column) = name.and_then(|n| input.schema.column(n)) else { continue };
        let value = Expr { kind: ExprKind::Column(Arc::clone(&column.name)), ty: column.ty, span };
        columns.push(NamedExpr { name: Arc::from(own), value });
        fields.push(Column::new(own, column.ty));
    }
    let kind = TableKind::Project { input: Arc::clone(input), columns };
    let table = table(kind, RowSchema::new(fields), aligned.span, false);
    Some((NodeTable { table, span }, property))
}
