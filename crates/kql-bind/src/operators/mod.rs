//! Tabular operators: one file each, named after the operator.

mod r#as;
mod assert_schema;
mod consume;
mod count;
mod datatable;
mod distinct;
mod evaluate;
pub(crate) mod extend;
pub(crate) mod external_data;
mod facet;
mod find;
mod fork;
mod getschema;
pub(crate) mod graph;
mod invoke;
pub(crate) mod join;
mod lookup;
mod macro_expand;
mod make_series;
pub(crate) mod mv_apply;
pub(crate) mod mv_expand;
mod parse;
mod parse_kv;
mod partition;
mod print;
pub(crate) mod project;
pub(crate) mod project_away;
mod project_by_names;
mod project_rename;
mod project_reorder;
mod range;
mod reduce;
mod render;
mod sample;
mod scan;
pub(crate) mod search;
mod serialize;
mod sort;
pub(crate) mod summarize;
mod take;
mod top;
mod top_hitters;
mod top_nested;
pub(crate) mod union;
mod r#where;

use crate::binder::Binder;
use crate::bound::Table;
use crate::expression::unlabelled;
use crate::scope::{Entity, TableEntity};
use kql_diagnostic::{Span, code};
use kql_syntax::ast::{self, Operator, OperatorKind as K, Property};
use std::sync::Arc;

/// What an operator works on, and gives.
#[derive(Clone, Debug)]
pub(crate) enum Flow {
    /// Rows.
    Table(TableEntity),
    /// A graph, between `make-graph` and the operator that turns it into rows.
    Graph(graph::Graph),
}

impl<'s> Binder<'s> {
    /// `source | operator | …`. `input` is what a subquery of `mv-apply`, `partition` or `fork` starts from.
    pub(crate) fn pipeline(
        &mut self,
        source: Option<&'s ast::Expr>,
        operators: &'s [Operator],
        input: Option<Arc<Table>>,
        span: Span,
    ) -> Entity<'s> {
        let mut flow = match (source, input) {
            (Some(source), _) => match self.source(source) {
                Entity::Graph(graph) => Some(Flow::Graph(graph)),
                Entity::Error => Some(Flow::Table(unlabelled(self.unknown_table(source.span)))),
                entity => Some(Flow::Table(self.demand_table(entity, source.span))),
            },
            (None, Some(input)) => Some(Flow::Table(unlabelled(input))),
            (None, None) => None,
        };
        let scope = self.scope;
        for (at, operator) in operators.iter().enumerate() {
            if !self.spend(1, operator.span) {
                break;
            }
            if let (K::Evaluate { call, .. }, Some(next)) = (&operator.kind, operators.get(at + 1))
                && crate::plugins::has_several_results(&call.name.text)
                && !matches!(next.kind, K::Render { .. } | K::Error)
            {
                let message = format!("'{}' has several results: nothing can follow it", call.name.text);
                self.error(code::OPERAND, next.span, message);
            }
            let end = operators.get(at + 1).map_or(span.end, |next| next.span.start);
            self.observe_flow(flow.as_ref(), Span { start: operator.span.start, end });
            flow = Some(self.operator(flow.take(), operator));
        }
        // Names given by `as` live as long as the statement: they were put into the scope the pipeline stands in.
        let _ = scope;
        match flow {
            Some(Flow::Table(table)) => Entity::Table(table),
            Some(Flow::Graph(graph)) => Entity::Graph(graph),
            None => {
                self.error(code::SYNTAX, span, "a table is needed here");
                Entity::Error
            }
        }
    }

    fn source(&mut self, source: &'s ast::Expr) -> Entity<'s> {
        self.expect_table(source);
        self.entity(source)
    }

    fn observe_flow(&self, flow: Option<&Flow>, span: Span) {
        let input = match flow {
            Some(Flow::Table(input)) => Some(&*input.table),
            _ => None,
        };
        self.observe_operator(input, span);
    }

    fn operator(&mut self, flow: Option<Flow>, operator: &'s Operator) -> Flow {
        let bound = self.deeper(operator.span, |b| b.operator_kind(flow, operator));
        bound.unwrap_or_else(|| Flow::Table(unlabelled(self.unknown_table(operator.span))))
    }

    fn operator_kind(&mut self, flow: Option<Flow>, operator: &'s Operator) -> Flow {
        let span = operator.span;
        // Operators that make rows without an input.
        match (&flow, &operator.kind) {
            (None, K::Print { columns }) => return rows(self.print(columns, span)),
            (None, K::Range { name, from, to, step }) => {
                return rows(self.range(name, from, to, step.as_deref(), span));
            }
            (None, K::Union { parameters, tables }) => return rows(self.union(None, parameters, tables, span)),
            (None, K::Search { parameters, sources, predicate }) => {
                return rows(self.search(None, parameters, sources, predicate, span));
            }
            (None, K::Find { parameters, sources, predicate, projection }) => {
                return rows(self.find_operator(parameters, sources, predicate.as_deref(), projection, span));
            }
            (None, K::Evaluate { call, schema, .. }) => return rows(self.evaluate(None, call, schema.as_ref(), span)),
            (None, K::MacroExpand { parameters, group, scope, body }) => {
                return rows(self.macro_expand(parameters, group, scope, body, span));
            }
            _ => {}
        }
        let input = match flow {
            Some(Flow::Table(input)) => input,
            Some(Flow::Graph(graph)) => return self.graph_operator(graph, operator),
            None => {
                if !matches!(operator.kind, K::Error) {
                    self.error(code::SYNTAX, span, "this operator needs a table before it: Table | …");
                }
                unlabelled(self.unknown_table(span))
            }
        };
        if let K::As { parameters, name } = &operator.kind {
            return Flow::Table(self.as_operator(input, parameters, name, span));
        }
        if let K::Union { parameters, tables } = &operator.kind {
            return rows(self.union(Some(input), parameters, tables, span));
        }
        if let K::Render { kind, properties } = &operator.kind {
            self.render_operator(&input.table, kind, properties);
            return Flow::Table(input);
        }
        if let K::MakeGraph { .. } = &operator.kind {
            return self.make_graph(input.table, operator);
        }
        let label = input.label.clone();
        let input = input.table;
        if !self.spend_columns(input.schema.columns.len(), span) {
            return rows(self.unknown_table(span));
        }
        rows(match &operator.kind {
            K::Where { predicate, .. } => self.filter(input, predicate, span),
            K::Extend { columns } => self.extend(input, columns, span),
            K::Project { columns } => self.project(input, columns, span),
            K::ProjectAway { columns } => self.project_away(input, columns, span),
            K::ProjectKeep { columns } => self.project_keep(input, columns, span),
            K::ProjectRename { columns } => self.project_rename(input, columns, span),
            K::ProjectReorder { columns } => self.project_reorder(input, columns, span),
            K::ProjectByNames { columns } => self.project_by_names(input, columns, span),
            K::Summarize { parameters, aggregates, by, has_by } => {
                self.summarize(input, parameters, aggregates, by, *has_by, span)
            }
            K::Distinct { columns, .. } => self.distinct(input, columns, span),
            K::Count { name, .. } => self.count(input, name.as_ref(), span),
            K::Sort { keys, .. } => self.sort(input, keys, span),
            K::Take { count, .. } => self.take(input, count, span),
            K::Top { count, by, .. } => self.top(input, count, by, span),
            K::Sample { count, .. } => self.sample(input, count, span),
            K::SampleDistinct { count, of, .. } => self.sample_distinct(input, count, of, span),
            K::Join { parameters, right, on, predicate } => {
                self.join(input, parameters, right, on, predicate.as_deref(), span)
            }
            K::Lookup { parameters, right, on } => self.lookup(input, parameters, right, on, span),
            K::MvExpand { parameters, columns, limit, old } => {
                self.mv_expand(input, parameters, columns, limit.as_deref(), *old, span)
            }
            K::MvApply { parameters, columns, limit, context, subquery } => {
                self.mv_apply(input, parameters, columns, limit.as_deref(), context.as_ref(), subquery, span)
            }
            K::Parse { drop_unmatched, parameters, source, pattern } => {
                self.parse(input, *drop_unmatched, parameters, source, pattern, span)
            }
            K::ParseKv { source, schema, properties } => self.parse_kv(input, source, schema, properties, span),
            K::MakeSeries(series) => self.make_series(input, series, span),
            K::TopNested { levels } => self.top_nested(input, levels, span),
            K::TopHitters { count, of, by, .. } => self.top_hitters(input, count, of, by.as_deref(), span),
            K::Serialize { columns, .. } => self.serialize(input, columns, span),
            K::GetSchema { .. } => self.getschema(input, span),
            K::Consume { .. } => self.consume(input, span),
            K::Invoke { call, scope } => {
                return Flow::Table(self.invoke(TableEntity { table: input, label }, call, scope.as_deref()));
            }
            K::Evaluate { call, schema, .. } => self.evaluate(Some(input), call, schema.as_ref(), span),
            K::Search { parameters, sources, predicate } => {
                self.search(Some(TableEntity { table: input, label }), parameters, sources, predicate, span)
            }
            K::Partition { parameters, by, scope, body } => {
                self.partition(input, parameters, by, scope.as_ref(), body, span)
            }
            K::PartitionBy { by, subquery, .. } => self.partition_by(input, by, subquery, span),
            K::Reduce { parameters, by, properties } => self.reduce(input, parameters, by, properties, span),
            K::Scan(scan) => self.scan(input, scan, span),
            K::Fork { branches } => self.fork(input, branches, span),
            K::Facet { columns, with } => self.facet(input, columns, with.as_deref(), span),
            K::AssertSchema { schema } => self.assert_schema(input, schema, span),
            // It keeps the result for later queries of a session: the rows are the same.
            K::ExecuteAndCache => input,
            K::Print { .. } | K::Range { .. } | K::Find { .. } | K::MacroExpand { .. } => {
                self.error(code::SYNTAX, span, "this operator makes its own rows: it cannot follow a bar");
                self.unknown_table(span)
            }
            K::GraphMatch { .. }
            | K::GraphShortestPaths { .. }
            | K::GraphToTable { .. }
            | K::GraphMarkComponents { .. }
            | K::GraphWhereNodes { .. }
            | K::GraphWhereEdges { .. } => {
                self.error_help(
                    code::OPERAND,
                    span,
                    "this operator works on a graph",
                    "make one with make-graph, or graph('name')",
                );
                self.unknown_table(span)
            }
            K::Error | K::As { .. } | K::Union { .. } | K::Render { .. } | K::MakeGraph { .. } => {
                self.unknown_table(span)
            }
        })
    }

    /// A property of an operator by name, ignoring case.
    pub(crate) fn property(parameters: &'s [Property], name: &str) -> Option<&'s Property> {
        parameters.iter().find(|p| p.name.text.eq_ignore_ascii_case(name))
    }

    /// The word or text a property was given: `kind=inner`.
    pub(crate) fn property_word(parameters: &'s [Property], name: &str) -> Option<(&'s str, Span)> {
        let value = Self::property(parameters, name)?.values.first()?;
        Some((word(value)?, value.span))
    }

    /// Whether a property was given and is true.
    pub(crate) fn property_true(parameters: &'s [Property], name: &str) -> bool {
        match Self::property(parameters, name).and_then(|p| p.values.first()).map(|v| &v.kind) {
            Some(ast::ExprKind::Literal(ast::Literal { value: kql_types::Value::Bool(Some(b)), .. })) => *b,
            Some(ast::ExprKind::Name(name)) => name.text.eq_ignore_ascii_case("true"),
            _ => false,
        }
    }
}

/// The word or text of a property's value.
pub(crate) fn word(e: &ast::Expr) -> Option<&str> {
    match &e.kind {
        ast::ExprKind::Name(name) | ast::ExprKind::Wildcard(name) => Some(&name.text),
        ast::ExprKind::Literal(ast::Literal { value: kql_types::Value::String(text), .. }) => Some(text),
        _ => None,
    }
}

fn rows(table: Arc<Table>) -> Flow {
    Flow::Table(unlabelled(table))
}
