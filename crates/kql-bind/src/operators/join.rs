//! `join`.

use crate::binder::{Binder, Row, table, with_inferred};
use crate::bound::{Expr, ExprKind, JoinColumn, JoinKind, Table, TableKind};
use crate::convert::{convert, wider};
use crate::names::Namer;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast::{self, BinaryOp};
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

/// The two sides of a join with their keys.
pub(crate) struct Sides {
    pub(crate) left: Arc<Table>,
    pub(crate) right: Arc<Table>,
    pub(crate) keys: Vec<(Expr, Expr)>,
}

impl<'s> Binder<'s> {
    /// `join [kind=…] (right) on …`: left columns, then right columns; a right name that is taken gets a number. Semi and
    /// anti kinds give one side as it is.
    pub(crate) fn join(
        &mut self,
        left: Arc<Table>,
        parameters: &'s [ast::Property],
        right: &'s ast::Expr,
        on: &'s [ast::Expr],
        predicate: Option<&'s ast::Expr>,
        span: Span,
    ) -> Arc<Table> {
        let kind = self.join_kind(parameters);
        let right = self.side_table(right);
        if let Some(predicate) = predicate {
            self.error_help(
                code::UNSUPPORTED,
                predicate.span,
                "a join takes no 'where'",
                "put `| where …` after the join",
            );
        }
        if on.is_empty() {
            self.error_help(code::SYNTAX, span, "a join needs keys", "write on Column, or on $left.A == $right.B");
        }
        let sides = self.join_keys(left, right, on);
        self.joined(kind, sides, span)
    }

    /// The right side: a table without the row of the left.
    pub(crate) fn side_table(&mut self, right: &'s ast::Expr) -> Arc<Table> {
        self.without_row(|b| b.tabular(right))
    }

    fn join_kind(&mut self, parameters: &'s [ast::Property]) -> JoinKind {
        let Some((word, at)) = Self::property_word(parameters, "kind") else { return JoinKind::InnerUnique };
        match word {
            "innerunique" => JoinKind::InnerUnique,
            "inner" => JoinKind::Inner,
            "leftouter" => JoinKind::LeftOuter,
            "rightouter" => JoinKind::RightOuter,
            "fullouter" => JoinKind::FullOuter,
            "leftsemi" => JoinKind::LeftSemi,
            "rightsemi" => JoinKind::RightSemi,
            "leftanti" | "anti" | "leftantisemi" => JoinKind::LeftAnti,
            "rightanti" | "rightantisemi" => JoinKind::RightAnti,
            other => {
                let kinds = [
                    "innerunique",
                    "inner",
                    "leftouter",
                    "rightouter",
                    "fullouter",
                    "leftsemi",
                    "rightsemi",
                    "leftanti",
                    "rightanti",
                    "anti",
                    "leftantisemi",
                    "rightantisemi",
                ];
                let diagnostic = Diagnostic::error(code::SYNTAX, at, format!("'{other}' is no kind of join"));
                self.report(diagnostic.did_you_mean(other, kinds));
                JoinKind::InnerUnique
            }
        }
    }

    /// Binds the keys of a join. Tables with open schemas get the key columns they may have.
    pub(crate) fn join_keys(&mut self, left: Arc<Table>, right: Arc<Table>, on: &'s [ast::Expr]) -> Sides {
        let mut row: Row = self.row_of(left.schema.clone());
        row.right = Some(right.schema.clone());
        let mut inferred_right: Vec<Column> = Vec::new();
        let (keys, row) = self.with_row(row, |b| {
            let mut keys = Vec::with_capacity(on.len());
            for condition in on {
                b.join_condition(condition, &mut keys, &mut inferred_right);
            }
            keys
        });
        Sides { left: with_inferred(&left, row.inferred), right: with_inferred(&right, inferred_right), keys }
    }

    fn join_condition(&mut self, e: &'s ast::Expr, keys: &mut Vec<(Expr, Expr)>, inferred_right: &mut Vec<Column>) {
        match &e.kind {
            ast::ExprKind::Parenthesized(inner) => self.join_condition(inner, keys, inferred_right),
            ast::ExprKind::Binary { op: BinaryOp::And, .. } => {
                // Walked along the left side, like any chain.
                let mut parts = Vec::new();
                let mut at = e;
                while let ast::ExprKind::Binary { op: BinaryOp::And, left, right, .. } = &at.kind {
                    parts.push(&**right);
                    at = left;
                }
                parts.push(at);
                for part in parts.into_iter().rev() {
                    let done = self.deeper(part.span, |b| b.join_condition(part, keys, inferred_right));
                    if done.is_none() {
                        return;
                    }
                }
            }
            ast::ExprKind::Binary { op: BinaryOp::Equal, left, right, op_span } => {
                let sides = match (side_of(left), side_of(right)) {
                    (Some(false), Some(true)) => Some((&**left, &**right)),
                    (Some(true), Some(false)) => Some((&**right, &**left)),
                    _ => None,
                };
                let Some((left, right)) = sides else {
                    self.observe_key(left);
                    self.observe_key(right);
                    self.error_help(
                        code::OPERAND,
                        e.span,
                        "a join compares a column of each side",
                        "write $left.Column == $right.Column",
                    );
                    return;
                };
                let (left, right) = (self.scalar(left), self.scalar(right));
                self.join_key(left, right, *op_span, keys);
            }
            ast::ExprKind::Name(name) => {
                self.observe_name(name.span);
                let side = |columns: Option<&RowSchema>| columns.and_then(|c| c.column(&name.text)).map(|c| c.ty);
                let (l, r) = (side(self.row.columns.as_ref()), side(self.row.right.as_ref()));
                let open = |columns: Option<&RowSchema>| columns.is_some_and(|c| c.open);
                let (left_open, right_open) = (open(self.row.columns.as_ref()), open(self.row.right.as_ref()));
                if (l.is_none() && !left_open) || (r.is_none() && !right_open) {
                    let missing = match (l, r) {
                        (None, None) => "either side",
                        (None, _) => "the left side",
                        _ => "the right side",
                    };
                    let both: Vec<Arc<str>> = [self.row.columns.as_ref(), self.row.right.as_ref()]
                        .into_iter()
                        .flatten()
                        .flat_map(|c| c.columns.iter().map(|c| Arc::clone(&c.name)))
                        .collect();
                    let message =
                        format!("the column '{}' must be on both sides of the join: {missing} has none", name.text);
                    let diagnostic = Diagnostic::error(code::UNKNOWN_NAME, name.span, message)
                        .did_you_mean(&name.text, both.iter().map(|n| &**n));
                    self.report(diagnostic);
                    return;
                }
                let column: Arc<str> = Arc::from(name.text.as_str());
                if l.is_none() {
                    self.row.inferred.push(Column::new(Arc::clone(&column), ScalarType::Unknown));
                }
                if r.is_none() {
                    inferred_right.push(Column::new(Arc::clone(&column), ScalarType::Unknown));
                }
                let key = |ty: Option<ScalarType>| Expr {
                    kind: ExprKind::Column(Arc::clone(&column)),
                    ty: ty.unwrap_or(ScalarType::Unknown),
                    span: name.span,
                };
                self.join_key(key(l), key(r), name.span, keys);
            }
            ast::ExprKind::Missing => {}
            _ => {
                self.observe_key(e);
                self.error_help(
                    code::OPERAND,
                    e.span,
                    "a join compares columns only",
                    "write on Column, or on $left.A == $right.B; compute other keys with extend before the join",
                );
            }
        }
    }

    fn join_key(&mut self, left: Expr, right: Expr, span: Span, keys: &mut Vec<(Expr, Expr)>) {
        let column = |e: &Expr| matches!(e.kind, ExprKind::Column(_) | ExprKind::Missing);
        if !column(&left) || !column(&right) {
            self.error(
                code::OPERAND,
                span,
                "a join compares columns only: compute other keys with extend before the join",
            );
            return;
        }
        match (left.ty, right.ty) {
            (ScalarType::Unknown, _) | (_, ScalarType::Unknown) => keys.push((left, right)),
            (ScalarType::Dynamic, _) | (_, ScalarType::Dynamic) => {
                self.error_help(
                    code::OPERAND,
                    span,
                    "tables cannot be joined on dynamic values",
                    "convert the key on both sides: extend Key = tostring(Key)",
                );
            }
            (l, r) if l == r => keys.push((left, right)),
            (l, r) if l.is_integer() && r.is_integer() => {
                let ty = wider(l, r);
                keys.push((convert(left, ty), convert(right, ty)));
            }
            (l, r) => self.error_help(
                code::OPERAND,
                span,
                format!("the join keys have different types: {l} and {r}"),
                "convert one of them with extend before the join",
            ),
        }
    }

    /// The join of two sides.
    pub(crate) fn joined(&mut self, kind: JoinKind, sides: Sides, span: Span) -> Arc<Table> {
        let Sides { left, right, keys } = sides;
        // Joins of joins with themselves double their columns each time.
        if !self.spend(left.schema.columns.len() + right.schema.columns.len(), span) {
            return self.unknown_table(span);
        }
        let (mut columns, mut fields) = (Vec::new(), Vec::new());
        // A generated name gives way to every name of both sides.
        let mut namer = Namer::new(left.schema.names().chain(right.schema.names()));
        let (lefts, rights) = match kind {
            JoinKind::LeftSemi | JoinKind::LeftAnti => (true, false),
            JoinKind::RightSemi | JoinKind::RightAnti => (false, true),
            _ => (true, true),
        };
        if lefts {
            for column in left.schema.columns.iter() {
                namer.take(&column.name);
                push(&mut columns, &mut fields, column, Arc::clone(&column.name), false);
            }
        }
        if rights {
            for column in right.schema.columns.iter() {
                let name = namer.generated(Some(&column.name));
                push(&mut columns, &mut fields, column, name, true);
            }
        }
        let open = (lefts && left.schema.open) || (rights && right.schema.open);
        let schema = RowSchema { columns: fields.into(), open };
        table(TableKind::Join { kind, left, right, keys, columns }, schema, span, false)
    }
}

/// An output column.
pub(crate) fn push(
    columns: &mut Vec<JoinColumn>,
    fields: &mut Vec<Column>,
    column: &Column,
    name: Arc<str>,
    right: bool,
) {
    fields.push(Column { name: Arc::clone(&name), ty: column.ty });
    columns.push(JoinColumn { name, right, source: Arc::clone(&column.name) });
}

/// The side a column reference names: false for `$left`, true for `$right`.
fn side_of(e: &ast::Expr) -> Option<bool> {
    match &e.kind {
        ast::ExprKind::Parenthesized(inner) => side_of(inner),
        ast::ExprKind::Member { base, .. } | ast::ExprKind::Index { base, .. } => match &base.kind {
            ast::ExprKind::Name(name) if name.text == "$left" => Some(false),
            ast::ExprKind::Name(name) if name.text == "$right" => Some(true),
            _ => side_of(base),
        },
        _ => None,
    }
}
