//! `in`, `in~`, `has_any`, `has_all` and their negations.

use crate::binder::Binder;
use crate::bound::{Expr, ExprKind, NamedExpr, Table, TableKind};
use crate::convert::{convert, is_constant};
use crate::scope::Entity;
use kql_diagnostic::{Span, code};
use kql_syntax::ast::{self, InOp};
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `x in (…)`: values, dynamic arrays, or one table, of which the first column counts.
    pub(crate) fn in_list(
        &mut self,
        op: InOp,
        op_span: Span,
        left: &'s ast::Expr,
        list: &'s [ast::Expr],
        span: Span,
    ) -> Expr {
        let value = self.scalar(left);
        let texts = !matches!(op, InOp::In | InOp::NotIn);
        let fits = |t| matches!(t, ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown);
        let unfit = texts && !fits(value.ty);
        if unfit {
            self.error_help(
                code::STRING_OPERATOR,
                value.span,
                format!("the operator '{}' takes texts, not values of type {}", op.text(), value.ty),
                "convert the value with tostring()",
            );
        }
        let mut items = Vec::with_capacity(list.len());
        let single = list.len() == 1;
        for item in list {
            // The common case, without the way over entities.
            if let ast::ExprKind::Literal(literal) = &item.kind {
                if !self.spend(1, span) {
                    break;
                }
                items.push(self.literal(&literal.value, item.span));
                continue;
            }
            let mut entity = self.entity(item);
            // A function without parameters may be a table or a value: its body says.
            if let Entity::Function(closure) = &entity
                && closure.function.parameters.iter().all(|p| p.default.is_some())
            {
                entity = self.expand(&closure.clone(), Vec::new(), item.span);
            }
            match entity {
                entity @ Entity::Table(_) if single => {
                    let table = self.demand_table(entity, item.span).table;
                    return self.in_table(op, op_span, value, table, span);
                }
                entity => items.push(self.demand_scalar(entity, item.span)),
            }
        }
        if unfit {
            return Expr { ty: ScalarType::Bool, ..self.missing(span) };
        }
        for item in &items {
            if !texts && !is_constant(item) {
                let message = format!("the right side of '{}' must be constant", op.text());
                self.refused_by_engine(code::NOT_CONSTANT, item.span, message);
                break;
            }
        }
        let all_texts = !items.is_empty() && items.iter().all(|item| item.ty == ScalarType::String);
        // A dynamic value is compared with texts by its own text.
        let value =
            if value.ty == ScalarType::Dynamic && all_texts { convert(value, ScalarType::String) } else { value };
        let list = items.into_iter().map(|item| self.in_item(op, &value, item)).collect();
        Expr { kind: ExprKind::In { op, value: Box::new(value), list }, ty: ScalarType::Bool, span }
    }

    /// An element: of the left side's type, or a dynamic array to be flattened.
    fn in_item(&mut self, op: InOp, value: &Expr, item: Expr) -> Expr {
        let texts = !matches!(op, InOp::In | InOp::NotIn);
        if item.ty == ScalarType::Dynamic || item.ty == ScalarType::Unknown {
            return item;
        }
        if texts {
            return convert(item, ScalarType::String);
        }
        match value.ty {
            // What a dynamic value holds is compared with values as they are.
            ScalarType::Dynamic | ScalarType::Unknown => convert(item, ScalarType::Dynamic),
            ty if ty == item.ty => item,
            ty if is_constant(&item) => match (ty, item.ty) {
                // A constant must not be rounded or wrapped to the column's type: `2 in (2.5)` is false.
                (
                    ScalarType::Int | ScalarType::Long,
                    ScalarType::Int | ScalarType::Long | ScalarType::Real | ScalarType::Decimal,
                ) => match exact(&item, ty) {
                    Some(item) => item,
                    None => convert(item, ScalarType::Dynamic),
                },
                _ => convert(item, ty),
            },
            ty => convert(item, ty),
        }
    }

    fn in_table(&mut self, op: InOp, op_span: Span, value: Expr, table: Arc<Table>, span: Span) -> Expr {
        let Some(first) = table.schema.columns.first() else {
            return Expr { ty: ScalarType::Bool, ..self.missing(span) };
        };
        let column = first.ty;
        let texts = !matches!(op, InOp::In | InOp::NotIn);
        let wanted = if texts || (value.ty == ScalarType::Dynamic && column == ScalarType::String) {
            ScalarType::String
        } else {
            column
        };
        let fits = match (value.ty, column) {
            (ScalarType::Unknown, _) | (_, ScalarType::Unknown) => true,
            (v, c) if v == c => true,
            (v, c) if v.is_number() && c.is_number() => true,
            (ScalarType::Dynamic, _) | (_, ScalarType::Dynamic) => true,
            _ => false,
        };
        if !fits && !texts {
            self.refused_by_engine(
                code::IN_TYPE,
                op_span,
                format!("the first column of the table is of type {column}, the left side of type {}", value.ty),
            );
        }
        let table = self.first_column(&table, wanted, span);
        let value = if value.ty == ScalarType::Dynamic && texts { value } else { convert(value, wanted) };
        Expr { kind: ExprKind::InTable { op, value: Box::new(value), table }, ty: ScalarType::Bool, span }
    }

    /// A table of the first column alone, converted to a type.
    fn first_column(&mut self, table: &Arc<Table>, ty: ScalarType, span: Span) -> Arc<Table> {
        let [column, rest @ ..] = &*table.schema.columns else { return Arc::clone(table) };
        let ty = if ty == ScalarType::Unknown { column.ty } else { ty };
        if rest.is_empty() && column.ty == ty && !table.schema.open {
            return Arc::clone(table);
        }
        let value = Expr { kind: ExprKind::Column(Arc::clone(&column.name)), ty: column.ty, span };
        let columns = vec![NamedExpr { name: Arc::clone(&column.name), value: convert(value, ty) }];
        let schema: RowSchema = [Column::new(Arc::clone(&column.name), ty)].into_iter().collect();
        let kind = TableKind::Project { input: Arc::clone(table), columns };
        crate::binder::table(kind, schema, span, table.serialized)
    }
}

/// A number literal as a whole number of a type, if that is the same number.
#[allow(clippy::cast_possible_truncation)] // the bounds are checked
fn exact(item: &Expr, ty: ScalarType) -> Option<Expr> {
    use kql_types::Value;
    let whole = match &item.kind {
        ExprKind::Literal(Value::Int(v)) => v.map(i64::from),
        ExprKind::Literal(Value::Long(v)) => *v,
        ExprKind::Literal(Value::Real(Some(v))) if v.fract() == 0.0 && v.abs() < 9e15 => Some(*v as i64),
        ExprKind::Literal(Value::Real(None) | Value::Decimal(None)) => None,
        _ if item.ty == ScalarType::Int && ty == ScalarType::Long => return Some(convert(item.clone(), ty)),
        _ => return None,
    };
    let value = match ty {
        ScalarType::Int => match whole {
            Some(n) => Value::Int(Some(i32::try_from(n).ok()?)),
            None => Value::Int(None),
        },
        _ => Value::Long(whole),
    };
    Some(Expr { kind: ExprKind::Literal(value), ty, span: item.span })
}
