//! `graph-to-table`.

use super::Graph;
use crate::binder::{Binder, table};
use crate::bound::{BoundResult, GraphEnd, Table, TableKind};
use crate::scope::{Entity, TableEntity};
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `graph-to-table nodes [as N] [with_node_id=c]`, `graph-to-table edges [as E] [with_source_id=c] [with_target_id=c]`, or
    /// both: then each is a table of the statements that follow, and without such statements a result.
    pub(super) fn graph_to_table(&mut self, graph: &Graph, outputs: &'s [ast::GraphTable], span: Span) -> Arc<Table> {
        let mut first = None;
        for output in outputs {
            let ends: &[(&str, GraphEnd)] = if output.nodes {
                &[("with_node_id", GraphEnd::Node)]
            } else {
                &[("with_source_id", GraphEnd::Source), ("with_target_id", GraphEnd::Target)]
            };
            let named = |(option, end): &(&str, GraphEnd)| {
                let (name, _) = Self::property_word(&output.parameters, option)?;
                Some((*end, Arc::<str>::from(name)))
            };
            let ids: Vec<(GraphEnd, Arc<str>)> = ends.iter().filter_map(named).collect();
            let properties = if output.nodes { &graph.nodes } else { &graph.edges };
            let mut fields: Vec<Column> = Vec::with_capacity(ids.len() + properties.columns.len());
            for (_, name) in &ids {
                if fields.iter().any(|c| c.name == *name) || properties.column(name).is_some() {
                    let message = format!("a column with the name '{name}' is already there");
                    self.error(code::DUPLICATE_COLUMN, span, message);
                } else {
                    fields.push(Column::new(Arc::clone(name), ScalarType::Long));
                }
            }
            fields.extend(properties.columns.iter().cloned());
            if fields.is_empty() && !properties.open {
                let help = "name the id: make-graph … with_node_id=Id, or graph-to-table nodes with_node_id=Id";
                self.error_help(code::OPERAND, span, "the nodes of this graph have no properties", help);
            }
            let schema = RowSchema { columns: fields.into(), open: properties.open };
            let kind = TableKind::GraphToTable { graph: Arc::clone(graph), nodes: output.nodes, ids };
            let made = table(kind, schema, span, false);
            if let Some(name) = &output.name {
                let label: Arc<str> = Arc::from(name.text.as_str());
                let entity = TableEntity { table: Arc::clone(&made), label: Some(Arc::clone(&label)) };
                let mut scope = self.scope;
                if self.scopes.declare(&mut scope, &name.text, Entity::Table(entity), name.span).is_err() {
                    self.error(code::LET_DUPLICATE, name.span, format!("the name '{label}' is already declared"));
                }
                self.scope = scope;
                if outputs.len() > 1 {
                    self.branches.push(BoundResult { name: label, table: Arc::clone(&made), render: None, span });
                }
            }
            first.get_or_insert(made);
        }
        first.unwrap_or_else(|| self.unknown_table(span))
    }
}

/// True for a statement that gives names to the nodes and the edges of a graph, for the statements that follow.
pub(crate) fn names_tables(query: &ast::Expr) -> bool {
    let ast::ExprKind::Pipeline { operators, .. } = &query.kind else { return false };
    matches!(operators.last().map(|o| &o.kind), Some(ast::OperatorKind::GraphToTable { outputs }) if outputs.len() > 1)
}
