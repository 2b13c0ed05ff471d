//! `mv-apply`.

use crate::binder::{Binder, table};
use crate::bound::{Table, TableKind};
use crate::operators::extend::column_as;
use crate::operators::mv_expand::expanded_fields;
use kql_diagnostic::Span;
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `mv-apply [with_itemindex=i] X = a [to typeof(T)], … [limit n] on (subquery)`: expands each row, runs the subquery over
    /// the rows it makes, and puts the row's other columns in front.
    #[allow(clippy::too_many_arguments)] // the parts of the operator
    pub(crate) fn mv_apply(
        &mut self,
        input: Arc<Table>,
        parameters: &'s [ast::Property],
        columns: &'s [ast::MvColumn],
        limit: Option<&'s ast::Expr>,
        _context: Option<&'s ast::Name>,
        subquery: &'s ast::Expr,
        span: Span,
    ) -> Arc<Table> {
        let (expanded, input) = self.expand_columns(input, columns);
        let limit = limit.map(|e| self.row_count(e));
        let (mut fields, mut namer) = expanded_fields(&input, &expanded);
        let item_index = Self::property_word(parameters, "with_itemindex").map(|(n, _)| namer.generated(Some(n)));
        if let Some(name) = &item_index {
            fields.push(Column { name: Arc::clone(name), ty: ScalarType::Long });
        }
        let id = self.fresh_id();
        let inner_schema = RowSchema { columns: fields.into(), open: input.schema.open };
        let inner = table(TableKind::ApplyInput { id }, inner_schema, span, true);
        let subquery = self.subquery(inner, subquery);
        // A column the subquery gives is its own, also one of the input: it may have changed it.
        let of_subquery = |name: &Arc<str>| subquery.schema.column(name).is_some();
        // A bare column that is expanded gives way to what the subquery makes of it; a written name keeps its place.
        let bare = columns.iter().filter(|c| c.value.names.is_empty()).filter_map(|c| match &c.value.value.kind {
            ast::ExprKind::Name(name) => Some(name.text.as_str()),
            _ => None,
        });
        let bare: Vec<&str> = bare.collect();
        let expands = |name: &Arc<str>| bare.contains(&&**name);
        let own: Vec<&Column> = input.schema.columns.iter().filter(|c| !expands(&c.name)).collect();
        let kept: Vec<Column> = own.iter().filter(|c| !of_subquery(&c.name)).map(|c| Column::clone(c)).collect();
        // Shown: the input's columns at their places, then what else the subquery gives.
        let further = subquery.schema.columns.iter().filter(|c| !own.iter().any(|o| o.name == c.name));
        let shown: Vec<Arc<str>> = own.iter().copied().chain(further).map(|c| Arc::clone(&c.name)).collect();
        let fields: Vec<Column> = kept.iter().chain(subquery.schema.columns.iter()).cloned().collect();
        let schema = RowSchema { columns: fields.into(), open: input.schema.open || subquery.schema.open };
        let kind = TableKind::MvApply {
            input,
            columns: expanded,
            item_index,
            limit,
            id,
            kept: kept.into_iter().map(|c| c.name).collect(),
            produced: subquery.schema.columns.iter().map(|c| Arc::clone(&c.name)).collect(),
            subquery,
        };
        let applied = table(kind, schema, span, false);
        reordered(applied, &shown, span)
    }

    /// A pipeline over given rows: the body of `mv-apply`, `partition`, `fork`, `facet`.
    pub(crate) fn subquery(&mut self, input: Arc<Table>, body: &'s ast::Expr) -> Arc<Table> {
        let span = body.span;
        let entity = self.without_row(|b| match &body.kind {
            ast::ExprKind::Pipeline { source: None, operators } => b.pipeline(None, operators, Some(input), span),
            ast::ExprKind::Parenthesized(inner) => {
                crate::scope::Entity::Table(crate::expression::unlabelled(b.subquery(input, inner)))
            }
            _ => b.entity(body),
        });
        self.demand_table(entity, span).table
    }
}

/// The table with its columns in another order.
pub(crate) fn reordered(input: Arc<Table>, order: &[Arc<str>], span: Span) -> Arc<Table> {
    if input.schema.names().eq(order.iter().map(|n| &**n)) {
        return input;
    }
    let columns: Vec<Column> = order.iter().filter_map(|n| input.schema.column(n).cloned()).collect();
    let exprs = columns.iter().map(|c| column_as(c, Arc::clone(&c.name), span)).collect();
    let schema = RowSchema { columns: columns.into(), open: input.schema.open };
    let serialized = input.serialized;
    table(TableKind::Project { input, columns: exprs }, schema, span, serialized)
}
