//! `make-graph` and the operators over graphs (SEMANTICS §6.20).

mod functions;
mod make;
mod pattern;
mod to_table;

pub(crate) use functions::GraphScope;
pub(crate) use to_table::names_tables;

use super::{Flow, Operator};
use crate::binder::Binder;
use crate::bound::{Cycles, Expr, GraphKind, ShortestOutput};
use crate::expression::unlabelled;
use functions::Element;
use kql_diagnostic::code;
use kql_syntax::ast::{self, OperatorKind as K};
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

/// A bound graph.
pub(crate) type Graph = Arc<crate::bound::Graph>;

impl<'s> Binder<'s> {
    /// An operator over a graph.
    pub(crate) fn graph_operator(&mut self, graph: Graph, operator: &'s Operator) -> Flow {
        let span = operator.span;
        match &operator.kind {
            K::GraphMatch { parameters, patterns, predicate, columns } => {
                let cycles = match self.graph_option(parameters, "cycles", &["unique_edges", "all", "none"]) {
                    Some("all") => Cycles::All,
                    Some("none") => Cycles::None,
                    _ => Cycles::UniqueEdges,
                };
                let rows = self.graph_match(graph, patterns, predicate.as_deref(), columns, cycles, None, span);
                Flow::Table(unlabelled(rows))
            }
            K::GraphShortestPaths { parameters, patterns, predicate, columns } => {
                let output = match self.graph_option(parameters, "output", &["any", "all"]) {
                    Some("all") => ShortestOutput::All,
                    _ => ShortestOutput::Any,
                };
                let (predicate, none) = (predicate.as_deref(), Cycles::None);
                let rows = self.graph_match(graph, patterns, predicate, columns, none, Some(output), span);
                Flow::Table(unlabelled(rows))
            }
            K::GraphToTable { outputs } => Flow::Table(unlabelled(self.graph_to_table(&graph, outputs, span))),
            K::GraphMarkComponents { parameters } => {
                let strong = self.graph_option(parameters, "kind", &["weak", "strong"]) == Some("strong");
                let name = Self::property_word(parameters, "with_component_id").map_or("ComponentId", |(n, _)| n);
                let property: Arc<str> = Arc::from(name);
                let own = Column { name: Arc::clone(&property), ty: ScalarType::Long };
                let nodes = graph.nodes.columns.iter().filter(|c| c.name != property).cloned().chain([own]).collect();
                let edges = graph.edges.clone();
                let kind = GraphKind::MarkComponents { input: graph, strong, property };
                Flow::Graph(Arc::new(crate::bound::Graph { kind, nodes, edges, span }))
            }
            K::GraphWhereNodes { predicate } => {
                let predicate = self.element_predicate(&graph.nodes, Element::Node, predicate);
                let (nodes, edges) = (graph.nodes.clone(), graph.edges.clone());
                let kind = GraphKind::WhereNodes { input: graph, predicate };
                Flow::Graph(Arc::new(crate::bound::Graph { kind, nodes, edges, span }))
            }
            K::GraphWhereEdges { predicate } => {
                let predicate = self.element_predicate(&graph.edges, Element::Edge, predicate);
                let (nodes, edges) = (graph.nodes.clone(), graph.edges.clone());
                let kind = GraphKind::WhereEdges { input: graph, predicate };
                Flow::Graph(Arc::new(crate::bound::Graph { kind, nodes, edges, span }))
            }
            K::Error => Flow::Table(unlabelled(self.unknown_table(span))),
            _ => {
                self.error_help(
                    code::GRAPH_OPERATOR,
                    span,
                    "only graph operators work on a graph",
                    "turn it into rows with graph-match … project, or graph-to-table",
                );
                Flow::Table(unlabelled(self.unknown_table(span)))
            }
        }
    }

    /// The word of an option, one of some.
    fn graph_option(
        &mut self,
        parameters: &'s [ast::Property],
        name: &str,
        known: &[&'static str],
    ) -> Option<&'static str> {
        let (word, span) = Self::property_word(parameters, name)?;
        let found = known.iter().copied().find(|k| *k == word);
        if found.is_none() {
            let message = format!("'{word}' is no value of {name}");
            self.error_help(code::OPERAND, span, message, format!("one of {}", known.join(", ")));
        }
        found
    }

    /// A predicate over the properties of one node or edge.
    fn element_predicate(&mut self, properties: &RowSchema, element: Element, predicate: &'s ast::Expr) -> Expr {
        let row = self.row_of(properties.clone());
        self.graphs.push(GraphScope::element(row.level, element));
        let (predicate, _) = self.with_row(row, |b| b.predicate(predicate));
        self.graphs.pop();
        predicate
    }
}
