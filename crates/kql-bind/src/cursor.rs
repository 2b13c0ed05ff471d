//! What is in scope at one offset of the text: for completion and hover.
//!
//! The binder is told the offset and writes down what it sees when it comes by: the rows an operator reads, and then, where an
//! operand stands at the offset, the row and the names that operand sees. The last thing written wins, so the innermost
//! place does, and for a function's body the last call of it, whose arguments are real. Without an offset nothing is
//! written and nothing else changes.

use crate::binder::{Aggregation, Binder};
use crate::bound::{BoundScript, ExprKind, Table};
use crate::scope::{Entity, RowKind};
use crate::{BindOptions, Catalog};
use kql_diagnostic::Span;
use kql_syntax::ast;
use kql_types::{RowSchema, ScalarType, Value};
use std::sync::Arc;

/// What kind of thing stands at the offset.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CursorPlace {
    /// Nothing the binder came by: between statements, or in a part that could not be read.
    #[default]
    None,
    /// Somewhere in an operator over rows.
    Operator,
    /// A scalar, or anything a name may stand for.
    Operand,
    /// A table.
    Table,
    /// The name after a dot.
    Member,
}

/// The names and columns that can be written at an offset.
#[derive(Clone, Debug, Default)]
pub struct CursorScope {
    /// What stands there.
    pub place: CursorPlace,
    /// The columns of the row; `None` where no row is read.
    pub columns: Option<RowSchema>,
    /// The right side's columns, in the `on` of a join.
    pub right: Option<RowSchema>,
    /// Names that statements, parameters and `as` declare, the nearest first.
    pub names: Vec<(String, VisibleName)>,
    /// Aggregation functions may be called here, and columns stand only inside them.
    pub aggregates: bool,
    /// What may follow the dot ([`CursorPlace::Member`]).
    pub members: Members,
    /// Type of the operand left of the infix operator whose right operand stands here.
    pub left: Option<ScalarType>,
}

/// What may follow a dot.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Members {
    /// Nothing is known of it.
    #[default]
    Unknown,
    /// Columns of a row: a side of a join, a step, a node or edge.
    Columns(RowSchema),
    /// Properties of a dynamic value.
    Value,
    /// Tables and functions of a database, as [`Catalog`] names it (`None`: the current one).
    Database(Option<Arc<str>>),
}

/// What a declared name stands for.
#[derive(Clone, Debug)]
pub enum VisibleName {
    /// A scalar, with its value when that is a literal.
    Scalar(ScalarType, Option<Value>),
    /// A table.
    Table(RowSchema),
    /// A function: its parameters as written by [`parameters`].
    Function(Vec<VisibleParameter>),
    /// A node, edge or step: its columns follow a dot.
    Row(RowSchema),
    /// Something else: `a database`, `a graph`.
    Other(&'static str),
}

/// A parameter of a function of the script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VisibleParameter {
    /// `x`
    pub name: String,
    /// `long`, `(*)`, `(a:long)`
    pub ty: String,
    /// It has a default.
    pub optional: bool,
}

/// Parameters of a function as shown: `T:(*)`, `x:long`.
pub fn parameters(function: &ast::FunctionExpr) -> Vec<VisibleParameter> {
    let schema = |s: &ast::RowSchemaExpr| {
        let star = s.star.then(|| "*".to_owned());
        let columns = s.columns.iter().map(|(name, ty)| format!("{}:{}", name.text, ty.ty));
        format!("({})", star.into_iter().chain(columns).collect::<Vec<_>>().join(", "))
    };
    let one = |p: &ast::FunctionParameter| VisibleParameter {
        name: p.name.text.clone(),
        ty: match &p.ty {
            ast::ParameterType::Scalar(ty) => ty.ty.name().to_owned(),
            ast::ParameterType::Tabular(columns) => schema(columns),
        },
        optional: p.default.is_some(),
    };
    function.parameters.iter().map(one).collect()
}

/// Binds a text as [`crate::bind`] does, and tells what is in scope at a byte offset of it. The offset should lie on or right
/// after a name: completion puts one there.
pub fn bind_at(
    script: &ast::Script,
    catalog: &dyn Catalog,
    options: &BindOptions,
    offset: u32,
) -> (BoundScript, CursorScope) {
    let arena = crate::binder::Arena::default();
    let observed = std::cell::RefCell::new(CursorScope::default());
    let mut binder = Binder::new(catalog, None, options, &arena);
    binder.cursor = Some(Cursor { offset, seen: &observed, table: None });
    let bound = binder.script(script);
    (bound, observed.into_inner())
}

/// The offset, and where to write what is seen there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cursor<'s> {
    offset: u32,
    seen: &'s std::cell::RefCell<CursorScope>,
    /// The name at this place must be a table.
    table: Option<Span>,
}

impl<'s> Binder<'s> {
    /// The cursor, when it is on this place of the text (and not in a stored function).
    fn cursor_on(&self, span: Span) -> Option<Cursor<'s>> {
        self.cursor.filter(|c| span.start <= c.offset && c.offset <= span.end && self.place.is_none())
    }

    /// An operator is about to read these rows; `span` reaches to the next operator.
    pub(crate) fn observe_operator(&self, input: Option<&Table>, span: Span) {
        let Some(cursor) = self.cursor_on(span) else { return };
        let scope = CursorScope {
            place: CursorPlace::Operator,
            columns: input.map(|t| t.schema.clone()),
            names: self.visible_names(),
            ..CursorScope::default()
        };
        *cursor.seen.borrow_mut() = scope;
    }

    /// A name is about to be looked up. True when the cursor is on it.
    pub(crate) fn observe_name(&self, span: Span) -> bool {
        let Some(cursor) = self.cursor_on(span) else { return false };
        let place = if cursor.table == Some(span) { CursorPlace::Table } else { CursorPlace::Operand };
        let mut columns = self.row.columns.clone();
        if let Some(row) = &mut columns
            && row.columns.iter().any(|c| self.is_hidden(c))
        {
            row.columns = row.columns.iter().filter(|c| !self.is_hidden(c)).cloned().collect();
        }
        let scope = CursorScope {
            place,
            columns,
            right: self.row.right.clone(),
            names: self.visible_names(),
            aggregates: self.row.aggregation == Aggregation::Collected,
            members: Members::Unknown,
            left: None,
        };
        *cursor.seen.borrow_mut() = scope;
        true
    }

    /// The name after a dot is about to be looked up among these.
    pub(crate) fn observe_member(&self, members: impl FnOnce() -> Members, span: Span) {
        if self.observe_name(span)
            && let Some(cursor) = self.cursor
        {
            let mut seen = cursor.seen.borrow_mut();
            seen.place = CursorPlace::Member;
            seen.members = members();
        }
    }

    /// The operand left of the one the cursor is in is of this type.
    pub(crate) fn observe_left(&self, ty: ScalarType, right: Span) {
        if let Some(cursor) = self.cursor_on(right) {
            let mut seen = cursor.seen.borrow_mut();
            if seen.left.is_none() {
                seen.left = Some(ty);
            }
        }
    }

    /// Part of a join's key that is not bound, because the key is not whole yet.
    pub(crate) fn observe_key(&mut self, e: &'s ast::Expr) {
        if self.cursor_on(e.span).is_some() {
            self.entity(e);
        }
    }

    /// A table as a parameter declares it, for the body of a function that is not called.
    pub(crate) fn sample_table(&mut self, declared: &'s ast::RowSchemaExpr) -> Entity<'s> {
        let mut schema = self.row_schema(declared);
        schema.open = declared.star;
        let table = crate::binder::table(crate::bound::TableKind::Empty, schema, declared.span, false);
        Entity::Table(crate::expression::unlabelled(table))
    }

    /// A name at this place must be a table.
    pub(crate) fn expect_table(&mut self, e: &ast::Expr) {
        if let ast::ExprKind::Parenthesized(inner) = &e.kind {
            return self.expect_table(inner);
        }
        if self.cursor_on(e.span).is_some()
            && matches!(e.kind, ast::ExprKind::Name(_))
            && let Some(cursor) = &mut self.cursor
        {
            cursor.table = Some(e.span);
        }
    }

    fn visible_names(&self) -> Vec<(String, VisibleName)> {
        let mut seen = std::collections::HashSet::new();
        let nearest = self.scopes.visible(self.scope).into_iter().filter(|(name, _)| seen.insert(*name));
        nearest.map(|(name, entity)| (name.to_owned(), visible(entity))).collect()
    }
}

fn visible(entity: &Entity<'_>) -> VisibleName {
    match entity {
        Entity::Scalar(scalar) => {
            let value = match &scalar.value.kind {
                ExprKind::Literal(value) => Some(value.clone()),
                _ => None,
            };
            VisibleName::Scalar(scalar.value.ty, value)
        }
        Entity::Table(table) => VisibleName::Table(table.table.schema.clone()),
        Entity::Function(closure) => VisibleName::Function(parameters(closure.function)),
        Entity::RowVariable { columns, kind, .. } => VisibleName::Row(match kind {
            RowKind::Step | RowKind::Element => columns.clone(),
            RowKind::Path => RowSchema {
                columns: columns
                    .columns
                    .iter()
                    .map(|c| kql_types::Column::new(Arc::clone(&c.name), ScalarType::Dynamic))
                    .collect(),
                open: columns.open,
            },
        }),
        Entity::Database(_) => VisibleName::Other("a database"),
        Entity::Cluster(_) => VisibleName::Other("a cluster"),
        Entity::Group(_) => VisibleName::Other("an entity group"),
        Entity::Pattern(_) => VisibleName::Other("a pattern"),
        Entity::Graph(_) => VisibleName::Other("a graph"),
        Entity::Error => VisibleName::Scalar(ScalarType::Unknown, None),
    }
}
