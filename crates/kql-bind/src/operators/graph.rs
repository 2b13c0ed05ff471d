//! `make-graph` and the operators over graphs (SEMANTICS §6.20).

use super::{Flow, Operator};
use crate::binder::{Binder, table};
use crate::bound::{
    BoundResult, Cycles, ExprKind, GraphKind, GraphMatch, NamedExpr, PatternElement, ShortestOutput, Table, TableKind,
};
use crate::expression::unlabelled;
use crate::names::Namer;
use crate::operators::union::UnionShape;
use crate::scope::{Entity, TableEntity};
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast::{self, GraphElement, OperatorKind as K};
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// A bound graph.
pub(crate) type Graph = Arc<crate::bound::Graph>;

/// The longest path a pattern may ask for.
const MAX_HOPS: u32 = 10_000;

impl<'s> Binder<'s> {
    /// `E | make-graph source --> target [with N on id, …] [with_node_id=n]`.
    pub(crate) fn make_graph(&mut self, edges: Arc<Table>, operator: &'s Operator) -> Flow {
        let K::MakeGraph { source, directed, target, nodes, node_id, partitioned_by, .. } = &operator.kind else {
            return Flow::Table(unlabelled(edges));
        };
        let span = operator.span;
        if !directed {
            self.error_help(code::GRAPH_UNDIRECTED, span, "a graph is made of directed edges", "write -->");
        }
        if let Some((column, _)) = partitioned_by {
            self.cannot_run(code::UNSUPPORTED, column.span, "make-graph cannot be partitioned here");
        }
        let from = self.graph_column(&edges.schema, source);
        let to = self.graph_column(&edges.schema, target);
        let mut tables = Vec::with_capacity(nodes.len());
        let mut entities = Vec::with_capacity(nodes.len());
        for (e, id) in nodes {
            let node_table = self.without_row(|b| b.tabular(e));
            let ty = self.graph_column(&node_table.schema, id);
            for end in [from, to] {
                let fits = |t| t == ScalarType::Unknown || end == ScalarType::Unknown || t == end;
                if !fits(ty) {
                    let message = format!("the ends of edges are of type {end}, the ids of nodes of type {ty}");
                    self.error(code::GRAPH_ID_TYPES, id.span, message);
                    break;
                }
            }
            entities.push(unlabelled(Arc::clone(&node_table)));
            tables.push((node_table, Arc::from(id.text.as_str())));
        }
        let node_id: Option<Arc<str>> = node_id.as_ref().map(|n| Arc::from(n.text.as_str()));
        let node_schema = match (&node_id, entities.is_empty()) {
            (Some(name), true) => [Column { name: Arc::clone(name), ty: from }].into_iter().collect(),
            (_, true) => RowSchema::new(Vec::new()),
            (_, false) => self.union_of(&entities, &UnionShape::default(), span).schema.clone(),
        };
        let graph = crate::bound::Graph {
            nodes: node_schema,
            edges: edges.schema.clone(),
            kind: GraphKind::Make {
                source: Arc::from(source.text.as_str()),
                target: Arc::from(target.text.as_str()),
                edges,
                nodes: tables,
                node_id,
            },
            span,
        };
        Flow::Graph(Arc::new(graph))
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

    /// An operator over a graph.
    pub(crate) fn graph_operator(&mut self, graph: Graph, operator: &'s Operator) -> Flow {
        let span = operator.span;
        match &operator.kind {
            K::GraphMatch { parameters, patterns, predicate, columns } => {
                let cycles = match Self::property_word(parameters, "cycles").map(|(w, _)| w) {
                    Some("all") => Cycles::All,
                    Some("none") => Cycles::None,
                    _ => Cycles::UniqueEdges,
                };
                let rows = self.graph_match(graph, patterns, predicate.as_deref(), columns, cycles, None, span);
                Flow::Table(unlabelled(rows))
            }
            K::GraphShortestPaths { parameters, patterns, predicate, columns } => {
                let output = match Self::property_word(parameters, "output").map(|(w, _)| w) {
                    Some("all") => ShortestOutput::All,
                    _ => ShortestOutput::Any,
                };
                let (predicate, none) = (predicate.as_deref(), Cycles::None);
                let rows = self.graph_match(graph, patterns, predicate, columns, none, Some(output), span);
                Flow::Table(unlabelled(rows))
            }
            K::GraphToTable { outputs } => Flow::Table(unlabelled(self.graph_to_table(&graph, outputs, span))),
            K::GraphMarkComponents { parameters } => {
                let strong = Self::property_word(parameters, "kind").is_some_and(|(w, _)| w == "strong");
                let name = Self::property_word(parameters, "with_component_id").map_or("ComponentId", |(n, _)| n);
                let property: Arc<str> = Arc::from(name);
                let own = Column { name: Arc::clone(&property), ty: ScalarType::Long };
                let nodes = graph.nodes.columns.iter().filter(|c| c.name != property).cloned().chain([own]).collect();
                let edges = graph.edges.clone();
                let kind = GraphKind::MarkComponents { input: graph, strong, property };
                Flow::Graph(Arc::new(crate::bound::Graph { kind, nodes, edges, span }))
            }
            K::GraphWhereNodes { predicate } => {
                let row = self.row_of(graph.nodes.clone());
                let (predicate, _) = self.with_row(row, |b| b.predicate(predicate));
                let (nodes, edges) = (graph.nodes.clone(), graph.edges.clone());
                let kind = GraphKind::WhereNodes { input: graph, predicate };
                Flow::Graph(Arc::new(crate::bound::Graph { kind, nodes, edges, span }))
            }
            K::GraphWhereEdges { predicate } => {
                let row = self.row_of(graph.edges.clone());
                let (predicate, _) = self.with_row(row, |b| b.predicate(predicate));
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

    #[allow(clippy::too_many_arguments)] // the parts of the operator
    fn graph_match(
        &mut self,
        graph: Graph,
        patterns: &'s [ast::GraphPattern],
        predicate: Option<&'s ast::Expr>,
        columns: &'s [ast::NamedExpr],
        cycles: Cycles,
        shortest: Option<ShortestOutput>,
        span: Span,
    ) -> Arc<Table> {
        let frames = self.scopes.len();
        let outer = self.scope;
        let mut scope = self.scopes.push(Some(outer));
        let mut bound = Vec::with_capacity(patterns.len());
        let mut seen: HashMap<&'s str, bool> = HashMap::new();
        for (at, pattern) in patterns.iter().enumerate() {
            let mut shared = at == 0;
            let mut elements = Vec::with_capacity(pattern.elements.len());
            for element in &pattern.elements {
                let (name, is_node, columns, dynamic) = match element {
                    GraphElement::Node { name, .. } => (name, true, graph.nodes.clone(), false),
                    GraphElement::Edge { name, range, .. } => (name, false, graph.edges.clone(), range.is_some()),
                };
                if let Some(name) = name {
                    match seen.get(name.text.as_str()) {
                        Some(node) if *node == is_node && is_node => shared = true,
                        Some(_) => {
                            let message = format!("the variable '{}' stands for two things", name.text);
                            self.error(code::LET_DUPLICATE, name.span, message);
                        }
                        None => {
                            seen.insert(&name.text, is_node);
                            let entity = Entity::RowVariable { name: Arc::from(name.text.as_str()), columns, dynamic };
                            let declared = self.scopes.declare(&mut scope, &name.text, entity, name.span);
                            debug_assert!(declared.is_ok(), "seen before");
                        }
                    }
                }
                let variable = name.as_ref().map(|n| Arc::from(n.text.as_str()));
                elements.push(match element {
                    GraphElement::Node { .. } => PatternElement::Node { variable },
                    GraphElement::Edge { direction, range, span, .. } => {
                        let range = range.as_ref().map(|ends| self.hops(&ends.0, &ends.1, *span));
                        PatternElement::Edge { variable, direction: *direction, range }
                    }
                });
            }
            if !shared {
                self.error(
                    code::GRAPH_DISCONNECTED,
                    pattern.span,
                    "this sequence shares no variable with those before it",
                );
            }
            bound.push(elements);
        }
        self.scope = scope;
        // A pattern's elements are the row; nothing else is a column.
        let row = self.row_of(RowSchema::new(Vec::new()));
        let outer_nodes = self.graph_nodes.replace(graph.nodes.clone());
        let ((predicate, produced), _) = self.with_row(row, |b| {
            let predicate = predicate.map(|p| b.predicate(p));
            let mut produced = Vec::with_capacity(columns.len());
            for column in columns {
                b.named(column, &mut produced);
            }
            (predicate, produced)
        });
        self.graph_nodes = outer_nodes;
        self.scope = outer;
        self.scopes.truncate(frames);
        if columns.is_empty() {
            self.refused_by_engine(code::OPERAND, span, "graph-match needs a project clause");
        }
        let mut namer = Namer::listed(self, &produced);
        let mut exprs = Vec::with_capacity(produced.len());
        for item in produced {
            let name = item.name(self, &mut namer);
            exprs.push(NamedExpr { name, value: item.value });
        }
        let schema: RowSchema = exprs.iter().map(|c| Column { name: Arc::clone(&c.name), ty: c.value.ty }).collect();
        let matched = GraphMatch { graph, patterns: bound, predicate, columns: exprs, cycles, shortest };
        table(TableKind::GraphMatch(Box::new(matched)), schema, span, false)
    }

    /// `*1..3`
    fn hops(&mut self, from: &'s ast::Expr, to: &'s ast::Expr, span: Span) -> (u32, u32) {
        let mut bound = |e: &'s ast::Expr| {
            let value = self.without_row(|b| b.scalar(e));
            match value.kind {
                ExprKind::Literal(Value::Long(Some(n))) => u32::try_from(n).ok().filter(|n| *n <= MAX_HOPS),
                ExprKind::Literal(Value::Int(Some(n))) => u32::try_from(n).ok().filter(|n| *n <= MAX_HOPS),
                _ => None,
            }
        };
        let (from, to) = (bound(from), bound(to));
        match (from, to) {
            (Some(from), Some(to)) if from <= to => (from, to),
            _ => {
                self.error(
                    code::GRAPH_RANGE,
                    span,
                    "the length of a path is two whole constants, the smaller first: *1..3",
                );
                (1, 1)
            }
        }
    }

    fn graph_to_table(&mut self, graph: &Graph, outputs: &'s [ast::GraphTable], span: Span) -> Arc<Table> {
        let mut first = None;
        for output in outputs {
            let names: &[&str] = if output.nodes { &["with_node_id"] } else { &["with_source_id", "with_target_id"] };
            let ids: Vec<Arc<str>> = names
                .iter()
                .filter_map(|name| Self::property_word(&output.parameters, name))
                .map(|(n, _)| Arc::from(n))
                .collect();
            let properties = if output.nodes { &graph.nodes } else { &graph.edges };
            let own = ids.iter().map(|n| Column { name: Arc::clone(n), ty: ScalarType::Long });
            let schema: RowSchema = own.chain(properties.columns.iter().cloned()).collect();
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
