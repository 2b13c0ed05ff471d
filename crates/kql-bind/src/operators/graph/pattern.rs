//! `graph-match`, `graph-shortest-paths`.

use super::Graph;
use super::functions::{GraphScope, Variable, elements_of};
use crate::binder::{Binder, table};
use crate::bound::{
    Cycles, Expr, ExprKind, GraphMatch, GraphValue, NamedExpr, PatternElement, ShortestOutput, Table, TableKind,
};
use crate::names::Namer;
use crate::scope::{Entity, RowKind};
use kql_diagnostic::{Span, code};
use kql_syntax::ast::{self, GraphElement};
use kql_types::{Column, RowSchema, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// The longest path a pattern may ask for.
const MAX_HOPS: u32 = 10_000;

impl<'s> Binder<'s> {
    #[allow(clippy::too_many_arguments)] // the parts of the operator
    pub(super) fn graph_match(
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
        let mut variables: HashMap<Arc<str>, Variable> = HashMap::new();
        let mut bound = Vec::with_capacity(patterns.len());
        for (at, pattern) in patterns.iter().enumerate() {
            let mut shared = at == 0;
            let mut elements = Vec::with_capacity(pattern.elements.len());
            if let Some(name) = &pattern.name {
                self.error(code::UNSUPPORTED, name.span, "a sequence of a graph pattern cannot be named here");
            }
            for element in &pattern.elements {
                let (name, variable) = match element {
                    GraphElement::Node { name, .. } => (name, Variable::Node),
                    GraphElement::Edge { name, range: None, .. } => (name, Variable::Edge),
                    GraphElement::Edge { name, .. } => (name, Variable::Path),
                };
                if let Some(name) = name {
                    match variables.get(name.text.as_str()) {
                        Some(Variable::Node) if variable == Variable::Node && shortest.is_none() => shared = true,
                        Some(_) => {
                            let message = format!("the variable '{}' stands for two things", name.text);
                            self.error(code::LET_DUPLICATE, name.span, message);
                        }
                        None => {
                            if name.text.contains('.') {
                                self.error(code::SYNTAX, name.span, "a variable of a pattern has no dot in its name");
                            }
                            let own: Arc<str> = Arc::from(name.text.as_str());
                            let (columns, kind) = match variable {
                                Variable::Node => (graph.nodes.clone(), RowKind::Element),
                                Variable::Edge => (graph.edges.clone(), RowKind::Element),
                                Variable::Path => (graph.edges.clone(), RowKind::Path),
                            };
                            let entity = Entity::RowVariable { name: Arc::clone(&own), columns, kind };
                            let declared = self.scopes.declare(&mut scope, &name.text, entity, name.span);
                            debug_assert!(declared.is_ok(), "seen before");
                            variables.insert(own, variable);
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
            if !shared && shortest.is_none() {
                self.error(
                    code::GRAPH_DISCONNECTED,
                    pattern.span,
                    "this sequence shares no variable with those before it",
                );
            }
            if shortest.is_some() && pattern.elements.len() < 2 {
                self.error(code::OPERAND, pattern.span, "a path has an edge at least: (a)-[e*1..5]->(b)");
            }
            if at > 0 && shortest.is_some() {
                self.error(code::OPERAND, pattern.span, "graph-shortest-paths takes one sequence");
            }
            bound.push(elements);
        }
        self.scope = scope;
        // A pattern's elements are the row; nothing else is a column.
        let row = self.row_of(RowSchema::new(Vec::new()));
        self.graphs.push(GraphScope::of_match(row.level, variables, &graph, outer));
        let ((predicate, produced), _) = self.with_row(row, |b| {
            let predicate = predicate.map(|p| {
                let bound = b.predicate(p);
                b.check_match_predicate(&bound, shortest.is_some());
                bound
            });
            let mut produced = Vec::with_capacity(columns.len());
            for column in columns {
                b.named(column, &mut produced);
            }
            (predicate, produced)
        });
        if columns.is_empty() {
            self.refused_by_engine(code::OPERAND, span, "graph-match needs a project clause");
        }
        let mut namer = Namer::listed(self, &produced);
        let mut exprs = Vec::with_capacity(produced.len());
        for item in produced {
            let name = item.name(self, &mut namer);
            exprs.push(NamedExpr { name, value: item.value });
        }
        let values = self.graphs.pop().map(|g| g.values).unwrap_or_default();
        self.scope = outer;
        self.scopes.truncate(frames);
        let schema: RowSchema = exprs.iter().map(|c| Column { name: Arc::clone(&c.name), ty: c.value.ty }).collect();
        let matched = GraphMatch { graph, patterns: bound, predicate, columns: exprs, values, cycles, shortest };
        table(TableKind::GraphMatch(Box::new(matched)), schema, span, false)
    }

    /// Paths are tested as a whole, by `all()` and `any()`, and the search for shortest paths tests one element at a time.
    fn check_match_predicate(&mut self, predicate: &Expr, shortest: bool) {
        let Some(scope) = self.graphs.last() else { return };
        let mut of_path = None;
        crate::convert::walk(predicate, &mut |e| {
            if let ExprKind::Column(name) = &e.kind
                && let Some((variable, property)) = name.split_once('.')
                && scope.variable(variable) == Some(Variable::Path)
            {
                of_path.get_or_insert((variable.to_owned(), property.to_owned(), e.span));
            }
        });
        let mut dynamic = None;
        if shortest {
            let values: &[GraphValue] = &scope.values;
            conjuncts(predicate, &mut |e| {
                if elements_of(e, values).len() > 1 {
                    dynamic.get_or_insert(e.span);
                }
            });
        }
        if let Some((variable, property, span)) = of_path {
            self.error_help(
                code::GRAPH_PATH_PROPERTY,
                span,
                format!("'{variable}' stands for several edges: it has no one '{property}'"),
                format!("test each of them: all({variable}, {property} …) or any({variable}, {property} …)"),
            );
        }
        if let Some(span) = dynamic {
            self.error_help(
                code::GRAPH_DYNAMIC_FILTER,
                span,
                "a condition of graph-shortest-paths can read one element only",
                "compare the elements after the paths are found: project them, then where",
            );
        }
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
                    format!("the length of a path is two whole constants up to {MAX_HOPS}, the smaller first: *1..3"),
                );
                (1, 1)
            }
        }
    }
}

/// Calls `f` on the conditions that `and` connects.
fn conjuncts<'e>(predicate: &'e Expr, f: &mut dyn FnMut(&'e Expr)) {
    match &predicate.kind {
        ExprKind::Logical { and: true, operands } => operands.iter().for_each(|o| conjuncts(o, f)),
        _ => f(predicate),
    }
}
