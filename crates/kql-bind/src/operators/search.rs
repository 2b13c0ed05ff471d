//! `search`.

use crate::binder::{Binder, table};
use crate::bound::{Expr, ExprKind, NamedExpr, Table, TableKind};
use crate::operators::extend::passed_on;
use crate::operators::union::UnionShape;
use crate::scope::{Entity, TableEntity};
use kql_diagnostic::Span;
use kql_syntax::ast::{self, BinaryOp};
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::sync::Arc;

/// What a search text asks of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// `term`
    Has,
    /// `term*`
    Prefix,
    /// `*term`
    Suffix,
    /// `*term*`
    Contains,
    /// `a*b`
    Regex,
    /// `*`
    Any,
}

impl<'s> Binder<'s> {
    /// `[T |] search [kind=…] [in (T, …)] predicate`: `$table`, then the columns of all tables.
    pub(crate) fn search(
        &mut self,
        input: Option<TableEntity>,
        parameters: &'s [ast::Property],
        sources: &'s [ast::Expr],
        predicate: &'s ast::Expr,
        span: Span,
    ) -> Arc<Table> {
        let case_sensitive =
            Self::property_word(parameters, "kind").is_some_and(|(w, _)| w.eq_ignore_ascii_case("case_sensitive"));
        let legs = match input {
            Some(input) => vec![input],
            None => self.source_tables(sources, span),
        };
        let shape =
            UnionShape { source: Some(Arc::from("$table")), inner: false, search: true, ..UnionShape::default() };
        if !self.options.run {
            // One look at the predicate over all columns there are.
            let all = self.union_of(&legs, &shape, span);
            let columns = merged(&legs);
            let row = self.row_of(columns);
            let (predicate, _) = self.with_row(row, |b| b.search_predicate(predicate, case_sensitive));
            let schema = all.schema.clone();
            return table(TableKind::Filter { input: all, predicate }, schema, span, false);
        }
        let everything = merged(&legs);
        let mut filtered = Vec::with_capacity(legs.len());
        for leg in legs {
            let serialized = leg.table.serialized;
            // The predicate may name columns of other tables: here they are null.
            let widened = widened(&leg.table, &everything, predicate, span);
            let (bound, widened) = self.over(&widened, |b| b.search_predicate(predicate, case_sensitive));
            let own = leg.table.schema.clone();
            let kept = table(
                TableKind::Filter { input: Arc::clone(&widened), predicate: bound },
                widened.schema.clone(),
                span,
                serialized,
            );
            let table = if widened.schema.columns.len() == own.columns.len() {
                kept
            } else {
                let columns = own
                    .columns
                    .iter()
                    .map(|c| crate::operators::extend::column_as(c, Arc::clone(&c.name), span))
                    .collect();
                table(TableKind::Project { input: kept, columns }, own, span, serialized)
            };
            filtered.push(TableEntity { table, label: leg.label });
        }
        self.union_of(&filtered, &shape, span)
    }

    /// The tables of `in (…)`, or all there are.
    pub(crate) fn source_tables(&mut self, sources: &'s [ast::Expr], span: Span) -> Vec<TableEntity> {
        let mut legs = Vec::new();
        if sources.is_empty() {
            self.wildcard_tables(None, "*", span, &mut legs);
            if self.options.run {
                let catalog = self.catalog;
                legs.retain(|leg| match &leg.table.kind {
                    TableKind::Source { database, name } => !catalog.is_empty(database.as_deref(), name),
                    _ => true,
                });
            }
            return legs;
        }
        for source in sources {
            match &source.kind {
                ast::ExprKind::Star => self.wildcard_tables(None, "*", source.span, &mut legs),
                ast::ExprKind::Wildcard(pattern) => self.wildcard_tables(None, &pattern.text, source.span, &mut legs),
                ast::ExprKind::Missing => {}
                _ => {
                    self.expect_table(source);
                    let entity = self.without_row(|b| b.entity(source));
                    if !matches!(entity, Entity::Error) {
                        legs.push(self.demand_table(entity, source.span));
                    }
                }
            }
        }
        legs
    }

    /// A search predicate: texts alone are looked for in all columns.
    pub(crate) fn search_predicate(&mut self, e: &'s ast::Expr, case_sensitive: bool) -> Expr {
        let bound = self.deeper(e.span, |b| b.search_kind(e, case_sensitive));
        bound.unwrap_or_else(|| self.missing(e.span))
    }

    fn search_kind(&mut self, e: &'s ast::Expr, case_sensitive: bool) -> Expr {
        match &e.kind {
            ast::ExprKind::Parenthesized(inner) => self.search_predicate(inner, case_sensitive),
            ast::ExprKind::Literal(ast::Literal { value: Value::String(text), .. }) => {
                self.search_text(None, text, case_sensitive, e.span)
            }
            ast::ExprKind::Literal(literal) => {
                let value = self.literal(&literal.value, e.span);
                let text = crate::convert::convert(value, ScalarType::String);
                self.some_column(BinaryOp::Has, e.span, &text, e.span)
            }
            ast::ExprKind::Star => {
                Expr { kind: ExprKind::Literal(Value::Bool(Some(true))), ty: ScalarType::Bool, span: e.span }
            }
            ast::ExprKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
                let mut parts = Vec::new();
                let mut at = e;
                while let ast::ExprKind::Binary { op: inner, left, right, .. } = &at.kind {
                    if inner != op {
                        break;
                    }
                    parts.push(&**right);
                    at = left;
                }
                parts.push(at);
                let operands = parts.into_iter().rev().map(|p| self.search_predicate(p, case_sensitive)).collect();
                Expr {
                    kind: ExprKind::Logical { and: *op == BinaryOp::And, operands },
                    ty: ScalarType::Bool,
                    span: e.span,
                }
            }
            ast::ExprKind::Binary { op: BinaryOp::Colon, left, right, .. } => {
                let text = match &right.kind {
                    ast::ExprKind::Literal(ast::Literal { value: Value::String(text), .. }) => Some(text.clone()),
                    _ => None,
                };
                match text {
                    Some(text) if matches!(left.kind, ast::ExprKind::Star) => {
                        self.search_text(None, &text, case_sensitive, e.span)
                    }
                    Some(text) => {
                        let column = self.scalar(left);
                        self.search_text(Some(column), &text, case_sensitive, e.span)
                    }
                    None => {
                        let (left, right) = (self.scalar(left), self.scalar(right));
                        self.combine(BinaryOp::Equal, e.span, left, right, e.span)
                    }
                }
            }
            ast::ExprKind::Call(call) if call.name.text == "not" && call.arguments.len() == 1 => {
                let operand = self.search_predicate(&call.arguments[0].value, case_sensitive);
                Expr { kind: ExprKind::Not(Box::new(operand)), ty: ScalarType::Bool, span: e.span }
            }
            _ => {
                let bound = self.scalar(e);
                match bound.ty {
                    ScalarType::String => {
                        if let ExprKind::Literal(Value::String(text)) = &bound.kind {
                            let text = text.clone();
                            return self.search_text(None, &text, case_sensitive, e.span);
                        }
                        let op = if case_sensitive { BinaryOp::HasCs } else { BinaryOp::Has };
                        self.some_column(op, e.span, &bound, e.span)
                    }
                    _ => self.demand_bool(bound),
                }
            }
        }
    }

    /// A text to look for, with `*` at its ends or inside, in one column or in all.
    fn search_text(&mut self, column: Option<Expr>, text: &str, case_sensitive: bool, span: Span) -> Expr {
        let (shape, needle) = shape_of(text);
        let op = match (shape, case_sensitive) {
            (Shape::Any, _) => {
                return Expr { kind: ExprKind::Literal(Value::Bool(Some(true))), ty: ScalarType::Bool, span };
            }
            (Shape::Has, false) => BinaryOp::Has,
            (Shape::Has, true) => BinaryOp::HasCs,
            (Shape::Prefix, false) => BinaryOp::HasPrefix,
            (Shape::Prefix, true) => BinaryOp::HasPrefixCs,
            (Shape::Suffix, false) => BinaryOp::HasSuffix,
            (Shape::Suffix, true) => BinaryOp::HasSuffixCs,
            (Shape::Contains, false) => BinaryOp::Contains,
            (Shape::Contains, true) => BinaryOp::ContainsCs,
            (Shape::Regex, _) => BinaryOp::MatchesRegex,
        };
        let needle = match shape {
            Shape::Regex => {
                let parts: Vec<String> = needle.split('*').map(escape).collect();
                format!("{}{}", if case_sensitive { "" } else { "(?i)" }, parts.join(".*"))
            }
            _ => needle.to_owned(),
        };
        let right = Expr { kind: ExprKind::Literal(Value::String(needle)), ty: ScalarType::String, span };
        match column {
            None => self.some_column(op, span, &right, span),
            Some(column) => {
                let column = match column.ty {
                    ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => column,
                    _ => crate::convert::convert(column, ScalarType::String),
                };
                self.combine(op, span, column, right, span)
            }
        }
    }
}

fn shape_of(text: &str) -> (Shape, &str) {
    let (starts, ends) = (text.starts_with('*'), text.ends_with('*'));
    let inner = text.trim_matches('*');
    if inner.is_empty() {
        return if starts { (Shape::Any, inner) } else { (Shape::Has, inner) };
    }
    if inner.contains('*') {
        return (Shape::Regex, text);
    }
    match (starts, ends) {
        (false, false) => (Shape::Has, text),
        (false, true) => (Shape::Prefix, inner),
        (true, false) => (Shape::Suffix, inner),
        (true, true) => (Shape::Contains, inner),
    }
}

/// A text as a regular expression that matches it.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// All columns of some tables, each name once with its first type.
pub(crate) fn merged(legs: &[TableEntity]) -> RowSchema {
    let mut seen = std::collections::HashSet::new();
    let mut columns: Vec<Column> = Vec::new();
    for leg in legs {
        for column in leg.table.schema.columns.iter() {
            if seen.insert(Arc::clone(&column.name)) {
                columns.push(column.clone());
            }
        }
    }
    RowSchema { columns: columns.into(), open: legs.iter().any(|l| l.table.schema.open) }
}

/// The table with null columns for those names of a predicate that only other tables have.
pub(crate) fn widened(leg: &Arc<Table>, everything: &RowSchema, predicate: &ast::Expr, span: Span) -> Arc<Table> {
    let mut names = Vec::new();
    names_in(predicate, &mut names);
    let missing: Vec<Column> = names
        .into_iter()
        .filter(|n| leg.schema.column(n).is_none())
        .filter_map(|n| everything.column(n).cloned())
        .collect();
    if missing.is_empty() {
        return Arc::clone(leg);
    }
    let mut columns = passed_on(leg);
    let mut fields = leg.schema.columns.to_vec();
    for column in missing {
        if fields.iter().any(|f| f.name == column.name) {
            continue;
        }
        let value = Expr { kind: ExprKind::Literal(Value::null(column.ty)), ty: column.ty, span };
        columns.push(NamedExpr { name: Arc::clone(&column.name), value });
        fields.push(column);
    }
    let schema = RowSchema { columns: fields.into(), open: leg.schema.open };
    table(TableKind::Project { input: Arc::clone(leg), columns }, schema, span, leg.serialized)
}

/// The names in an expression, in order.
pub(crate) fn names_in<'e>(e: &'e ast::Expr, out: &mut Vec<&'e str>) {
    let mut stack = vec![e];
    while let Some(e) = stack.pop() {
        match &e.kind {
            ast::ExprKind::Name(name) => out.push(&name.text),
            ast::ExprKind::Member { base, .. } => stack.push(base),
            ast::ExprKind::Index { base, index } => stack.extend([&**index, &**base]),
            ast::ExprKind::Call(call) => stack.extend(call.arguments.iter().rev().map(|a| &a.value)),
            ast::ExprKind::Unary { operand, .. } => stack.push(operand),
            ast::ExprKind::Binary { left, right, .. } => stack.extend([&**right, &**left]),
            ast::ExprKind::In { left, list, .. } => {
                stack.extend(list.iter().rev());
                stack.push(left);
            }
            ast::ExprKind::Between { operand, low, high, .. } => stack.extend([&**high, &**low, &**operand]),
            ast::ExprKind::Parenthesized(inner) => stack.push(inner),
            _ => {}
        }
    }
}
