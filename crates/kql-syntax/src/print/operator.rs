//! Tabular operators.

use super::Printer;
use crate::ast::{
    EdgeDirection, Expr, FindProjection, GraphElement, GraphPattern, GraphTable, MakeSeries, MvColumn, NamedExpr,
    NullsOrder, Operator, OperatorKind, ParsePart, PartitionBody, Property, Scan, ScanStep, SeriesRange, SortKey,
    SortOrder, TopNestedLevel,
};
use crate::lex::Keyword;

impl Printer {
    pub(super) fn operator(&mut self, operator: &Operator) {
        use OperatorKind as K;
        match &operator.kind {
            K::As { parameters, name } => {
                self.head(Keyword::As, parameters);
                self.name(name);
            }
            K::AssertSchema { schema } => {
                self.text("assert-schema ");
                self.row_schema(schema);
            }
            K::Consume { parameters } => self.head_only(Keyword::Consume, parameters),
            K::Count { parameters, name } => {
                self.head_only(Keyword::Count, parameters);
                if let Some(name) = name {
                    self.text(" as ");
                    self.name(name);
                }
            }
            K::Distinct { parameters, columns } => self.columns(Keyword::Distinct, parameters, columns),
            K::Evaluate { parameters, call, schema } => {
                self.head(Keyword::Evaluate, parameters);
                self.call(call);
                if let Some(schema) = schema {
                    self.text(" : ");
                    self.row_schema(schema);
                }
            }
            K::ExecuteAndCache => self.word(Keyword::ExecuteAndCache),
            K::Extend { columns } => self.columns(Keyword::Extend, &[], columns),
            K::Facet { columns, with } => {
                self.text("facet by ");
                self.list(columns, Self::expr);
                if let Some(with) = with {
                    self.text(" with ");
                    self.parenthesized(with);
                }
            }
            K::Find { parameters, sources, predicate, projection } => {
                self.head(Keyword::Find, parameters);
                self.sources(sources);
                if let Some(predicate) = predicate {
                    self.text("where ");
                    self.expr(predicate);
                }
                self.projection(projection);
            }
            K::Fork { branches } => {
                self.text("fork");
                for (name, body) in branches {
                    self.text(" ");
                    if let Some(name) = name {
                        self.name(name);
                        self.text("=");
                    }
                    self.parenthesized(body);
                }
            }
            K::GetSchema { parameters } => self.head_only(Keyword::GetSchema, parameters),
            K::GraphMarkComponents { parameters } => self.head_only(Keyword::GraphMarkComponents, parameters),
            K::GraphMatch { parameters, patterns, predicate, columns } => {
                self.head(Keyword::GraphMatch, parameters);
                self.matching(patterns, predicate.as_deref(), columns);
            }
            K::GraphShortestPaths { parameters, patterns, predicate, columns } => {
                self.head(Keyword::GraphShortestPaths, parameters);
                self.matching(patterns, predicate.as_deref(), columns);
            }
            K::GraphToTable { outputs } => {
                self.text("graph-to-table ");
                self.list(outputs, Self::graph_table);
            }
            K::GraphWhereNodes { predicate } => self.with_expr(Keyword::GraphWhereNodes, &[], predicate),
            K::GraphWhereEdges { predicate } => self.with_expr(Keyword::GraphWhereEdges, &[], predicate),
            K::Invoke { call, scope } => {
                self.text("invoke ");
                if let Some(scope) = scope {
                    self.expr(scope);
                    self.text(".");
                }
                self.call(call);
            }
            K::Join { parameters, right, on, predicate } => {
                self.with_expr(Keyword::Join, parameters, right);
                self.on(on);
                if let Some(predicate) = predicate {
                    self.text(" where ");
                    self.expr(predicate);
                }
            }
            K::Lookup { parameters, right, on } => {
                self.with_expr(Keyword::Lookup, parameters, right);
                self.on(on);
            }
            K::MacroExpand { parameters, group, scope, body } => {
                self.with_expr(Keyword::MacroExpand, parameters, group);
                self.text(" as ");
                self.name(scope);
                self.text(" ");
                self.body("(", ")", body);
            }
            K::MakeGraph { parameters, source, directed, target, nodes, node_id, partitioned_by } => {
                self.head(Keyword::MakeGraph, parameters);
                self.name(source);
                self.text(if *directed { " --> " } else { " -- " });
                self.name(target);
                if !nodes.is_empty() {
                    self.text(" with ");
                    self.list(nodes, |p, (table, id)| {
                        p.expr(table);
                        p.text(" on ");
                        p.name(id);
                    });
                }
                if let Some(id) = node_id {
                    self.text(" with_node_id=");
                    self.name(id);
                }
                if let Some((by, body)) = partitioned_by {
                    self.text(" partitioned-by ");
                    self.name(by);
                    self.text(" ");
                    self.parenthesized(body);
                }
            }
            K::MakeSeries(series) => self.make_series(series),
            K::MvApply { parameters, columns, limit, context, subquery } => {
                self.head(Keyword::MvApply, parameters);
                self.mv_columns(columns, limit.as_deref());
                if let Some(context) = context {
                    self.text(" id ");
                    self.text(&context.text);
                }
                self.text(" on ");
                self.parenthesized(subquery);
            }
            K::MvExpand { parameters, columns, limit, old } => {
                self.head(if *old { Keyword::MvExpandOld } else { Keyword::MvExpand }, parameters);
                self.mv_columns(columns, limit.as_deref());
            }
            K::Parse { drop_unmatched, parameters, source, pattern } => {
                let word = if *drop_unmatched { Keyword::ParseWhere } else { Keyword::Parse };
                self.with_expr(word, parameters, source);
                self.text(" with");
                for part in pattern {
                    self.text(" ");
                    self.parse_part(part);
                }
            }
            K::ParseKv { source, schema, properties } => {
                self.with_expr(Keyword::ParseKv, &[], source);
                self.text(" as ");
                self.row_schema(schema);
                if !properties.is_empty() {
                    self.text(" ");
                    self.with(properties);
                }
            }
            K::Partition { parameters, by, scope, body } => {
                self.head(Keyword::Partition, parameters);
                self.text("by ");
                self.expr(by);
                if let Some(scope) = scope {
                    self.text(" in ");
                    self.name(scope);
                }
                self.text(" ");
                match body {
                    PartitionBody::Pipeline(body) => self.parenthesized(body),
                    PartitionBody::Query(body) => self.block("{", "}", |p| p.expr(body)),
                }
            }
            K::PartitionBy { parameters, by, id, subquery } => {
                self.with_expr(Keyword::PartitionBy, parameters, by);
                if let Some(id) = id {
                    self.text(" id ");
                    self.text(&id.text);
                }
                self.text(" ");
                self.parenthesized(subquery);
            }
            K::Print { columns } => self.columns(Keyword::Print, &[], columns),
            K::Project { columns } => self.columns(Keyword::Project, &[], columns),
            K::ProjectAway { columns } => self.exprs(Keyword::ProjectAway, columns),
            K::ProjectByNames { columns } => self.exprs(Keyword::ProjectByNames, columns),
            K::ProjectKeep { columns } => self.exprs(Keyword::ProjectKeep, columns),
            K::ProjectRename { columns } => self.columns(Keyword::ProjectRename, &[], columns),
            K::ProjectReorder { columns } => {
                self.text("project-reorder ");
                self.list(columns, |p, (column, order)| {
                    p.expr(column);
                    p.order(*order);
                });
            }
            K::Range { name, from, to, step } => {
                self.text("range ");
                self.name(name);
                self.text(" from ");
                self.expr(from);
                self.text(" to ");
                self.expr(to);
                if let Some(step) = step {
                    self.text(" step ");
                    self.expr(step);
                }
            }
            K::Reduce { parameters, by, properties } => {
                self.head(Keyword::Reduce, parameters);
                self.text("by ");
                self.expr(by);
                if !properties.is_empty() {
                    self.text(" with ");
                    self.list(properties, Self::property);
                }
            }
            K::Render { kind, properties } => self.render(kind, properties),
            K::Sample { parameters, count } => self.with_expr(Keyword::Sample, parameters, count),
            K::SampleDistinct { parameters, count, of } => {
                self.with_expr(Keyword::SampleDistinct, parameters, count);
                self.text(" of ");
                self.expr(of);
            }
            K::Scan(scan) => self.scan(scan),
            K::Search { parameters, sources, predicate } => {
                self.head(Keyword::Search, parameters);
                self.sources(sources);
                self.expr(predicate);
            }
            K::Serialize { parameters, columns } => self.columns(Keyword::Serialize, parameters, columns),
            K::Sort { parameters, keys } => {
                self.head(Keyword::Sort, parameters);
                self.text("by ");
                self.list(keys, Self::sort_key);
            }
            K::Summarize { parameters, aggregates, by, has_by } => {
                self.columns(Keyword::Summarize, parameters, aggregates);
                if *has_by {
                    self.text(" by ");
                    self.list(by, Self::named);
                }
            }
            K::Take { parameters, count } => self.with_expr(Keyword::Take, parameters, count),
            K::Top { parameters, count, by } => {
                self.with_expr(Keyword::Top, parameters, count);
                self.text(" by ");
                self.sort_key(by);
            }
            K::TopHitters { parameters, count, of, by } => {
                self.with_expr(Keyword::TopHitters, parameters, count);
                self.text(" of ");
                self.named(of);
                if let Some(by) = by {
                    self.text(" by ");
                    self.named(by);
                }
            }
            K::TopNested { levels } => self.list(levels, Self::top_nested),
            K::Union { parameters, tables } => {
                self.head(Keyword::Union, parameters);
                self.list(tables, Self::expr);
            }
            K::Where { parameters, predicate } => self.with_expr(Keyword::Where, parameters, predicate),
            K::Error => {}
        }
    }

    /// The keyword and its parameters, and a blank for what follows.
    fn head(&mut self, word: Keyword, parameters: &[Property]) {
        self.word(word);
        self.text(" ");
        self.parameters(parameters);
    }

    /// The keyword and its parameters, where nothing may follow.
    fn head_only(&mut self, word: Keyword, parameters: &[Property]) {
        self.word(word);
        for parameter in parameters {
            self.text(" ");
            self.property(parameter);
        }
    }

    fn with_expr(&mut self, word: Keyword, parameters: &[Property], expr: &Expr) {
        self.head(word, parameters);
        self.expr(expr);
    }

    fn exprs(&mut self, word: Keyword, exprs: &[Expr]) {
        self.head(word, &[]);
        self.list(exprs, Self::expr);
    }

    fn columns(&mut self, word: Keyword, parameters: &[Property], columns: &[NamedExpr]) {
        if columns.is_empty() {
            return self.head_only(word, parameters);
        }
        self.head(word, parameters);
        self.list(columns, Self::named);
    }

    fn on(&mut self, keys: &[Expr]) {
        if !keys.is_empty() {
            self.text(" on ");
            self.list(keys, Self::expr);
        }
    }

    fn sources(&mut self, sources: &[Expr]) {
        if !sources.is_empty() {
            self.text("in (");
            self.list(sources, Self::expr);
            self.text(") ");
        }
    }

    fn projection(&mut self, projection: &FindProjection) {
        if projection.smart {
            self.text(" project-smart");
        }
        if !projection.columns.is_empty() || projection.pack {
            self.text(" project ");
            self.list(&projection.columns, |p, (name, ty)| {
                p.name(name);
                if let Some(ty) = ty {
                    p.text(": ");
                    p.text(ty.ty.name());
                }
            });
            if projection.pack {
                self.text(if projection.columns.is_empty() { "pack(*)" } else { ", pack(*)" });
            }
        }
        if !projection.away.is_empty() {
            self.text(" project-away ");
            self.list(&projection.away, Self::expr);
        }
    }

    fn order(&mut self, order: Option<SortOrder>) {
        self.text(match order {
            None => "",
            Some(SortOrder::Asc) => " asc",
            Some(SortOrder::Desc) => " desc",
            Some(SortOrder::GrannyAsc) => " granny-asc",
            Some(SortOrder::GrannyDesc) => " granny-desc",
        });
    }

    fn sort_key(&mut self, key: &SortKey) {
        self.expr(&key.value);
        self.order(key.order);
        self.text(match key.nulls {
            None => "",
            Some(NullsOrder::First) => " nulls first",
            Some(NullsOrder::Last) => " nulls last",
        });
    }

    fn matching(&mut self, patterns: &[GraphPattern], predicate: Option<&Expr>, columns: &[NamedExpr]) {
        self.list(patterns, Self::graph_pattern);
        if let Some(predicate) = predicate {
            self.text(" where ");
            self.expr(predicate);
        }
        if !columns.is_empty() {
            self.text(" project ");
            self.list(columns, Self::named);
        }
    }

    fn graph_pattern(&mut self, pattern: &GraphPattern) {
        if let Some(name) = &pattern.name {
            self.name(name);
            self.text(" = ");
        }
        for element in &pattern.elements {
            match element {
                GraphElement::Node { name, .. } => {
                    self.text("(");
                    name.iter().for_each(|name| self.name(name));
                    self.text(")");
                }
                GraphElement::Edge { name: None, direction, range: None, .. } => self.text(match direction {
                    EdgeDirection::Right => "-->",
                    EdgeDirection::Left => "<--",
                    EdgeDirection::Any => "--",
                }),
                GraphElement::Edge { name, direction, range, .. } => {
                    self.text(if *direction == EdgeDirection::Left { "<-[" } else { "-[" });
                    name.iter().for_each(|name| self.name(name));
                    if let Some(range) = range {
                        self.text("*");
                        self.expr(&range.0);
                        self.text("..");
                        self.expr(&range.1);
                    }
                    self.text(if *direction == EdgeDirection::Right { "]->" } else { "]-" });
                }
            }
        }
    }

    fn graph_table(&mut self, table: &GraphTable) {
        self.text(if table.nodes { "nodes" } else { "edges" });
        if let Some(name) = &table.name {
            self.text(" as ");
            self.name(name);
        }
        for parameter in &table.parameters {
            self.text(" ");
            self.property(parameter);
        }
    }

    fn make_series(&mut self, series: &MakeSeries) {
        self.head(Keyword::MakeSeries, &series.parameters);
        self.list(&series.aggregates, |p, (aggregate, default)| {
            p.named(aggregate);
            if let Some(default) = default {
                p.text(" default = ");
                p.expr(default);
            }
        });
        self.text(" on ");
        self.named(&series.axis);
        match &series.range {
            SeriesRange::Step { from, to, step } => {
                for (word, value) in [(" from ", from), (" to ", to)] {
                    if let Some(value) = value {
                        self.text(word);
                        self.expr(value);
                    }
                }
                self.text(" step ");
                self.expr(step);
            }
            SeriesRange::InRange { from, to, step } => {
                self.text(" in range(");
                self.expr(from);
                self.text(", ");
                self.expr(to);
                self.text(", ");
                self.expr(step);
                self.text(")");
            }
        }
        if !series.by.is_empty() {
            self.text(" by ");
            self.list(&series.by, Self::named);
        }
    }

    fn mv_columns(&mut self, columns: &[MvColumn], limit: Option<&Expr>) {
        self.list(columns, |p, column| {
            p.named(&column.value);
            if let Some(ty) = column.ty {
                p.text(" to typeof(");
                p.text(ty.ty.name());
                p.text(")");
            }
        });
        if let Some(limit) = limit {
            self.text(" limit ");
            self.expr(limit);
        }
    }

    fn parse_part(&mut self, part: &ParsePart) {
        match part {
            ParsePart::Star(_) => self.text("*"),
            ParsePart::Text(text) => self.expr(text),
            ParsePart::Capture { name, ty } => {
                self.name(name);
                if let Some(ty) = ty {
                    self.text(":");
                    self.text(ty.ty.name());
                }
            }
        }
    }

    fn render(&mut self, kind: &crate::ast::Name, properties: &[Property]) {
        self.text("render ");
        self.name(kind);
        // `by` and `with` are properties only in the old form.
        let old = |p: &Property| matches!(p.name.text.as_str(), "by" | "with");
        if properties.iter().any(old) {
            for property in properties {
                self.text(" ");
                if old(property) {
                    self.text(&property.name.text);
                    self.text(" ");
                    self.list(&property.values, Self::expr);
                } else {
                    self.property(property);
                }
            }
        } else if !properties.is_empty() {
            self.text(" ");
            self.with(properties);
        }
    }

    fn scan(&mut self, scan: &Scan) {
        self.head(Keyword::Scan, &scan.parameters);
        if !scan.order_by.is_empty() {
            self.text("order by ");
            self.list(&scan.order_by, Self::sort_key);
            self.text(" ");
        }
        if !scan.partition_by.is_empty() {
            self.text("partition by ");
            self.list(&scan.partition_by, Self::expr);
            self.text(" ");
        }
        if !scan.declare.is_empty() {
            self.text("declare (");
            self.list(&scan.declare, Self::parameter);
            self.text(") ");
        }
        self.text("with ");
        self.block("(", ")", |p| {
            for (index, step) in scan.steps.iter().enumerate() {
                if index > 0 {
                    p.line();
                }
                p.step(step);
            }
        });
    }

    fn step(&mut self, step: &ScanStep) {
        self.text("step ");
        self.name(&step.name);
        if step.optional {
            self.text(" optional");
        }
        if let Some(output) = &step.output {
            self.text(" output=");
            self.name(output);
        }
        self.text(": ");
        self.expr(&step.condition);
        if !step.assignments.is_empty() {
            self.text(" => ");
            self.list(&step.assignments, |p, (name, value)| {
                p.name(name);
                p.text(" = ");
                p.expr(value);
            });
        }
        self.text(";");
    }

    fn top_nested(&mut self, level: &TopNestedLevel) {
        self.text("top-nested ");
        if let Some(count) = &level.count {
            self.expr(count);
            self.text(" ");
        }
        self.text("of ");
        self.named(&level.of);
        if let Some(others) = &level.others {
            self.text(" with others = ");
            self.expr(others);
        }
        self.text(" by ");
        self.named(&level.by);
        self.order(level.order);
    }
}
