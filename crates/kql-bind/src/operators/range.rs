//! `range`.

use crate::binder::{Binder, table};
use crate::bound::{Expr, ExprKind, Table, TableKind};
use crate::convert::{arithmetic, convert};
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `range c from a to b step s`: the end is included when it is hit. Without `step`, 1 (for times: 1 hour).
    pub(crate) fn range(
        &mut self,
        name: &'s ast::Name,
        from: &'s ast::Expr,
        to: &'s ast::Expr,
        step: Option<&'s ast::Expr>,
        span: Span,
    ) -> Arc<Table> {
        let (from, to, step) = self.without_row(|b| {
            let step = step.map(|s| b.scalar(s));
            (b.scalar(from), b.scalar(to), step)
        });
        let ty = match (from.ty, to.ty) {
            (f, t) if f.is_number() && t.is_number() => {
                let step = step.as_ref().map_or(ScalarType::Int, |s| s.ty);
                if step.is_number() { arithmetic(arithmetic(f, t), step) } else { arithmetic(f, t) }
            }
            (ScalarType::Unknown, t) => t,
            (f, _) => f,
        };
        let step_type = if ty == ScalarType::Datetime { ScalarType::Timespan } else { ty };
        let step = step.unwrap_or_else(|| {
            let value = match step_type {
                ScalarType::Timespan => Value::Timespan(Some(kql_types::datetime::TICKS_PER_HOUR)),
                ScalarType::Real => Value::Real(Some(1.0)),
                _ => Value::Long(Some(1)),
            };
            Expr { ty: value.scalar_type(), kind: ExprKind::Literal(value), span }
        });
        let same =
            |t: ScalarType, ty: ScalarType| t == ty || t == ScalarType::Unknown || (t.is_number() && ty.is_number());
        if !matches!(ty, ScalarType::Unknown) && !ty.is_summable() {
            self.error(code::OPERAND, from.span, format!("a range is of numbers, datetimes or timespans, not of {ty}"));
        } else if !same(to.ty, ty) && ty != ScalarType::Unknown {
            self.error(code::OPERAND, to.span, format!("the range starts with {ty} and ends with {}", to.ty));
        } else if !same(step.ty, step_type) && ty != ScalarType::Unknown {
            self.error(
                code::OPERAND,
                step.span,
                format!("the step of this range is of type {step_type}, not {}", step.ty),
            );
        }
        let (from, to, step) =
            if ty.is_number() { (convert(from, ty), convert(to, ty), convert(step, ty)) } else { (from, to, step) };
        let schema: RowSchema = [Column::new(name.text.as_str(), ty)].into_iter().collect();
        table(TableKind::Range { from, to, step }, schema, span, true)
    }
}
