//! Tabular operators.

use super::layout::Op;
use super::marks::{Apart, Marks};
use crate::ast::{
    Expr, FindProjection, FunctionExpr, GraphElement, GraphPattern, MakeSeries, MvColumn, Name, NamedExpr, Operator,
    OperatorKind, ParsePart, PartitionBody, Property, Scan, ScanStep, SeriesRange, TopNestedLevel,
};
use crate::lex::{Keyword, TokenKind};
use kql_diagnostic::Span;

impl Marks<'_> {
    pub(super) fn operator(&mut self, operator: &Operator) {
        use OperatorKind as K;
        let (first, last) = (self.source.first(operator.span), self.source.last(operator.span));
        match &operator.kind {
            K::As { parameters, name } => {
                self.properties(parameters);
                self.name(name);
            }
            K::AssertSchema { schema } => self.row_schema(schema),
            K::Consume { parameters } | K::GetSchema { parameters } | K::GraphMarkComponents { parameters } => {
                self.properties(parameters);
            }
            K::Count { parameters, name } => {
                self.properties(parameters);
                name.iter().for_each(|n| self.name(n));
            }
            K::Distinct { parameters, columns } | K::Serialize { parameters, columns } => {
                self.properties(parameters);
                self.columns(columns, last);
            }
            K::Extend { columns } | K::Print { columns } | K::Project { columns } | K::ProjectRename { columns } => {
                self.columns(columns, last);
            }
            K::ProjectAway { columns } | K::ProjectKeep { columns } | K::ProjectByNames { columns } => {
                self.exprs(columns, last);
            }
            K::ProjectReorder { columns } => {
                let Some((column, _)) = columns.first() else { return };
                let start = self.source.first(column.span);
                self.list(start, last, |m| columns.iter().for_each(|(c, _)| m.expr(c)));
            }
            K::Evaluate { parameters, call, schema } => {
                self.properties(parameters);
                self.call(call);
                if let Some(schema) = schema {
                    let open = self.source.first(schema.span);
                    self.gap(open - 1);
                    self.row_schema(schema);
                }
            }
            K::ExecuteAndCache | K::Error => {}
            K::Facet { columns, with } => {
                let end = columns.last().map_or(last, |c| self.source.last(c.span));
                self.exprs(columns, end);
                with.iter().for_each(|w| self.enclosed(w));
            }
            K::Find { parameters, sources, predicate, projection } => {
                self.properties(parameters);
                self.group(first, last, |m| {
                    m.sources(sources);
                    let start = predicate.as_ref().map_or(first, |p| m.source.first(p.span));
                    let clauses =
                        m.clauses(start, last, &[Keyword::Project, Keyword::ProjectSmart, Keyword::ProjectAway]);
                    predicate.iter().for_each(|p| m.expr(p));
                    m.projection(projection);
                    m.end_clauses(clauses, last);
                });
            }
            K::Fork { branches } => self.fork(branches, last),
            K::GraphMatch { parameters, patterns, predicate, columns }
            | K::GraphShortestPaths { parameters, patterns, predicate, columns } => {
                self.properties(parameters);
                self.group(first, last, |m| m.matching(patterns, predicate.as_deref(), columns, last));
            }
            K::GraphToTable { outputs } => {
                for output in outputs {
                    output.name.iter().for_each(|n| self.name(n));
                    self.properties(&output.parameters);
                }
            }
            K::GraphWhereNodes { predicate } | K::GraphWhereEdges { predicate } => self.expr(predicate),
            K::Invoke { call, scope } => {
                scope.iter().for_each(|s| self.expr(s));
                self.call(call);
            }
            K::Join { parameters, right, on, predicate } => {
                self.with_expr(parameters, right);
                let end = on.last().map_or(last, |k| self.source.last(k.span));
                self.exprs(on, end);
                predicate.iter().for_each(|p| self.expr(p));
            }
            K::Lookup { parameters, right, on } => {
                self.with_expr(parameters, right);
                self.exprs(on, last);
            }
            K::MacroExpand { parameters, group, scope, body } => self.macro_expand(parameters, group, scope, body),
            K::MakeGraph { parameters, source, target, nodes, partitioned_by, .. } => {
                self.properties(parameters);
                // The arrow is several tokens.
                let (from, to) = (self.source.last(source.span) + 2, self.source.first(target.span));
                (from..to).for_each(|at| self.no_gap(at));
                nodes.iter().for_each(|(table, _)| self.expr(table));
                let end = partitioned_by.as_ref().map_or(last, |(by, _)| self.source.first(by.span));
                (to..end).filter(|at| self.source.kind(*at) == TokenKind::Equal).for_each(|at| self.close_to_both(at));
                partitioned_by.iter().for_each(|(_, body)| self.enclosed(body));
            }
            K::MakeSeries(series) => self.group(first, last, |m| m.make_series(series, last)),
            K::MvApply { parameters, columns, limit, subquery, .. } => {
                self.properties(parameters);
                self.mv_columns(columns, limit.as_deref());
                self.enclosed(subquery);
            }
            K::MvExpand { parameters, columns, limit, .. } => {
                self.properties(parameters);
                self.mv_columns(columns, limit.as_deref());
            }
            K::Parse { parameters, source, pattern, .. } => {
                self.with_expr(parameters, source);
                self.parse_pattern(pattern, last);
            }
            K::ParseKv { source, schema, properties } => {
                self.expr(source);
                self.row_schema(schema);
                self.with(properties);
            }
            K::Partition { parameters, by, body, .. } => {
                self.with_expr(parameters, by);
                match body {
                    PartitionBody::Pipeline(body) | PartitionBody::Query(body) => self.enclosed(body),
                }
            }
            K::PartitionBy { parameters, by, subquery, .. } => {
                self.with_expr(parameters, by);
                self.enclosed(subquery);
            }
            K::Range { from, to, step, .. } => {
                self.expr(from);
                self.expr(to);
                step.iter().for_each(|s| self.expr(s));
            }
            K::Reduce { parameters, by, properties } => {
                self.with_expr(parameters, by);
                self.properties(properties);
            }
            K::Render { properties, .. } => self.with(properties),
            K::Sample { parameters, count } | K::Take { parameters, count } => self.with_expr(parameters, count),
            K::SampleDistinct { parameters, count, of } => {
                self.with_expr(parameters, count);
                self.expr(of);
            }
            K::Scan(scan) => self.scan(scan, last),
            K::Search { parameters, sources, predicate } => {
                self.properties(parameters);
                self.sources(sources);
                self.expr(predicate);
            }
            K::Sort { parameters, keys } => {
                self.properties(parameters);
                let Some(key) = keys.first() else { return };
                let start = self.start(key.value.span);
                self.list(start, last, |m| keys.iter().for_each(|k| m.expr(&k.value)));
            }
            K::Summarize { parameters, aggregates, by, .. } => {
                self.properties(parameters);
                self.group(first, last, |m| m.summarize(aggregates, by, last));
            }
            K::Top { parameters, count, by } => {
                self.with_expr(parameters, count);
                self.expr(&by.value);
            }
            K::TopHitters { parameters, count, of, by } => {
                self.with_expr(parameters, count);
                self.named(of);
                by.iter().for_each(|b| self.named(b));
            }
            K::TopNested { levels } => self.group(first, last, |m| m.top_nested(levels, last)),
            K::Union { parameters, tables } => {
                self.properties(parameters);
                self.exprs(tables, last);
            }
            K::Where { parameters, predicate } => self.with_expr(parameters, predicate),
        }
    }

    fn with_expr(&mut self, parameters: &[Property], expr: &Expr) {
        self.properties(parameters);
        self.expr(expr);
    }

    fn named(&mut self, named: &NamedExpr) {
        named.names.iter().for_each(|n| self.name(n));
        self.expr(&named.value);
    }

    /// The first token of an expression, or of the name before it that the tree does not keep.
    fn start(&self, span: Span) -> usize {
        let at = self.source.first(span);
        let Some(equal) = at.checked_sub(1).filter(|e| self.source.kind(*e) == TokenKind::Equal) else { return at };
        let name = equal.saturating_sub(1);
        self.source.mates[name].min(name)
    }

    fn named_start(&self, named: &NamedExpr) -> usize {
        match named.names.first() {
            Some(name) => self.source.first(name.span) - usize::from(named.tuple),
            None => self.start(named.value.span),
        }
    }

    fn named_end(&self, named: &NamedExpr) -> usize {
        self.source.last(named.value.span)
    }

    fn columns(&mut self, columns: &[NamedExpr], last: usize) {
        let Some(column) = columns.first() else { return };
        let start = self.named_start(column);
        self.list(start, last, |m| columns.iter().for_each(|c| m.named(c)));
    }

    fn exprs(&mut self, exprs: &[Expr], last: usize) {
        let Some(expr) = exprs.first() else { return };
        let start = self.source.first(expr.span);
        self.list(start, last, |m| exprs.iter().for_each(|e| m.expr(e)));
    }

    /// `in (T, U)`
    fn sources(&mut self, sources: &[Expr]) {
        let Some(table) = sources.first() else { return };
        let open = self.source.first(table.span) - 1;
        self.brackets(open, Apart::Lines, |m| sources.iter().for_each(|s| m.expr(s)));
    }

    /// Breaks before the keywords of clauses, outside brackets; how many there are.
    fn clauses(&mut self, from: usize, last: usize, words: &[Keyword]) -> usize {
        let mut found = 0;
        let mut at = from;
        while at <= last {
            if words.iter().any(|w| self.source.is_keyword(at, *w)) {
                self.clause(at, found == 0);
                found += 1;
            }
            at = self.source.mates[at].max(at) + 1;
        }
        found
    }

    fn clause(&mut self, at: usize, is_first: bool) {
        if is_first {
            self.before(at, &[Op::Indent]);
        }
        self.before(at, &[Op::Line]);
    }

    fn end_clauses(&mut self, count: usize, last: usize) {
        if count > 0 {
            self.after(last, &[Op::Dedent]);
        }
    }

    fn projection(&mut self, projection: &FindProjection) {
        projection.columns.iter().for_each(|(name, ty)| self.typed(name, ty.is_some()));
        // `pack(*)`: the word is a function here.
        projection.away.iter().for_each(|a| self.expr(a));
        if projection.pack
            && let Some((name, _)) = projection.columns.last()
        {
            let mut at = self.source.last(name.span);
            while self.source.kind(at) != TokenKind::OpenParen && self.source.kind(at) != TokenKind::End {
                at += 1;
            }
            self.no_gap(at);
        }
    }

    fn summarize(&mut self, aggregates: &[NamedExpr], by: &[NamedExpr], last: usize) {
        let word = by.first().map(|b| self.named_start(b) - 1);
        if let Some(word) = word {
            // `summarize by x` has nothing to break after.
            let end = aggregates.last().map(|a| self.named_end(a));
            if let Some(end) = end {
                self.columns(aggregates, end);
                self.clause(word, true);
            }
            self.columns(by, last);
            self.end_clauses(usize::from(end.is_some()), last);
        } else {
            self.columns(aggregates, last);
        }
    }

    fn fork(&mut self, branches: &[(Option<Name>, Expr)], last: usize) {
        let starts: Vec<usize> = branches
            .iter()
            .map(|(name, body)| match name {
                Some(name) => self.source.first(name.span),
                None => self.source.first(body.span).saturating_sub(1),
            })
            .collect();
        self.items(&starts, last, Apart::Lines, |m| {
            for (name, body) in branches {
                if let Some(name) = name {
                    m.name(name);
                    m.close_to_both(m.source.last(name.span) + 1);
                }
                m.enclosed(body);
            }
        });
    }

    fn matching(&mut self, patterns: &[GraphPattern], predicate: Option<&Expr>, columns: &[NamedExpr], last: usize) {
        let end = patterns.last().map_or(last, |p| self.source.last(p.span));
        if let Some(pattern) = patterns.first() {
            let start = self.source.first(pattern.span);
            self.list(start, end, |m| patterns.iter().for_each(|p| m.graph_pattern(p)));
        }
        let clauses: Vec<usize> =
            [predicate.map(|p| self.source.first(p.span) - 1), columns.first().map(|c| self.named_start(c) - 1)]
                .into_iter()
                .flatten()
                .collect();
        for (index, at) in clauses.iter().enumerate() {
            self.clause(*at, index == 0);
        }
        predicate.iter().for_each(|p| self.expr(p));
        self.columns(columns, last);
        self.end_clauses(clauses.len(), last);
    }

    fn graph_pattern(&mut self, pattern: &GraphPattern) {
        for (index, element) in pattern.elements.iter().enumerate() {
            let (GraphElement::Node { span, .. } | GraphElement::Edge { span, .. }) = element;
            let (first, last) = (self.source.first(*span), self.source.last(*span));
            let GraphElement::Edge { range: Some(range), .. } = element else {
                (first + usize::from(index == 0)..=last).for_each(|at| self.no_gap(at));
                continue;
            };
            let (low, high) = (&range.0, &range.1);
            (first..=self.source.first(low.span)).for_each(|at| self.no_gap(at));
            self.expr(low);
            self.close_to_both(self.source.last(low.span) + 1);
            self.expr(high);
            (self.source.last(high.span) + 1..=last).for_each(|at| self.no_gap(at));
        }
    }

    fn macro_expand(&mut self, parameters: &[Property], group: &Expr, scope: &Name, body: &FunctionExpr) {
        self.with_expr(parameters, group);
        self.name(scope);
        self.body(body);
    }

    fn make_series(&mut self, series: &MakeSeries, last: usize) {
        self.properties(&series.parameters);
        let on = self.named_start(&series.axis) - 1;
        if let Some((aggregate, _)) = series.aggregates.first() {
            let start = self.named_start(aggregate);
            self.list(start, on - 1, |m| {
                for (aggregate, default) in &series.aggregates {
                    m.named(aggregate);
                    if let Some(default) = default {
                        let equal = m.source.first(default.span) - 1;
                        if m.source.kind(equal) == TokenKind::Equal {
                            m.close_to_both(equal);
                        }
                        m.expr(default);
                    }
                }
            });
        }
        self.clause(on, true);
        self.named(&series.axis);
        match &series.range {
            SeriesRange::Step { from, to, step } => {
                from.iter().chain(to).for_each(|e| self.expr(e));
                self.expr(step);
            }
            SeriesRange::InRange { from, to, step } => {
                let open = self.start(from.span) - 1;
                self.no_gap(open);
                self.brackets(open, Apart::Lines, |m| [from, to, step].into_iter().for_each(|e| m.expr(e)));
            }
        }
        if let Some(by) = series.by.first() {
            self.clause(self.named_start(by) - 1, false);
            self.columns(&series.by, last);
        }
        self.end_clauses(1, last);
    }

    fn mv_columns(&mut self, columns: &[MvColumn], limit: Option<&Expr>) {
        let Some((first, last)) = columns.first().zip(columns.last()) else { return };
        let start = self.named_start(&first.value);
        let mut end = self.named_end(&last.value);
        if last.ty.is_some() {
            // `to typeof(T)`
            end += 5;
        }
        self.list(start, end, |m| columns.iter().for_each(|c| m.named(&c.value)));
        limit.iter().for_each(|l| self.expr(l));
    }

    fn parse_pattern(&mut self, pattern: &[ParsePart], last: usize) {
        let start = |m: &Self, part: &ParsePart| match part {
            ParsePart::Star(span) => m.source.first(*span),
            ParsePart::Text(text) => m.source.first(text.span),
            ParsePart::Capture { name, .. } => m.source.first(name.span),
        };
        let starts: Vec<usize> = pattern.iter().map(|p| start(self, p)).collect();
        self.items(&starts, last, Apart::Filled, |m| {
            for part in pattern {
                match part {
                    ParsePart::Star(_) => {}
                    ParsePart::Text(text) => m.expr(text),
                    ParsePart::Capture { name, ty } => m.typed(name, ty.is_some()),
                }
            }
        });
    }

    fn scan(&mut self, scan: &Scan, last: usize) {
        self.properties(&scan.parameters);
        scan.order_by.iter().for_each(|k| self.expr(&k.value));
        scan.partition_by.iter().for_each(|e| self.expr(e));
        if let Some(parameter) = scan.declare.first() {
            let open = self.source.first(parameter.name.span) - 1;
            self.parameters(open, &scan.declare);
        }
        if self.source.kind(last) != TokenKind::CloseParen {
            return;
        }
        let open = self.source.mates[last];
        let starts: Vec<usize> = scan.steps.iter().map(|s| self.source.first(s.name.span) - 1).collect();
        self.block(open, Op::Hard, &starts, Op::Hard, |m| scan.steps.iter().for_each(|s| m.step(s)));
    }

    fn step(&mut self, step: &ScanStep) {
        self.name(&step.name);
        if let Some(output) = &step.output {
            self.close_to_both(self.source.first(output.span) - 1);
        }
        self.expr(&step.condition);
        let Some(((first, _), (_, end))) = step.assignments.first().zip(step.assignments.last()) else { return };
        let (start, end) = (self.source.first(first.span), self.source.last(end.span));
        self.list(start, end, |m| {
            for (name, value) in &step.assignments {
                m.name(name);
                m.expr(value);
            }
        });
    }

    fn top_nested(&mut self, levels: &[TopNestedLevel], last: usize) {
        let mut count = 0;
        for (index, level) in levels.iter().enumerate() {
            if index > 0 {
                let of = level.count.as_ref().map_or(self.named_start(&level.of) - 1, |c| self.start(c.span));
                self.clause(of - 1, index == 1);
                count = index;
            }
            level.count.iter().for_each(|c| self.expr(c));
            self.named(&level.of);
            level.others.iter().for_each(|o| self.expr(o));
            self.named(&level.by);
        }
        self.end_clauses(count, last);
    }
}
