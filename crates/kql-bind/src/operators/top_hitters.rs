//! `top-hitters`.

use crate::binder::{Binder, table};
use crate::bound::{NamedExpr, Table, TableKind};
use crate::names::Namer;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `top-hitters n of e [by w]`: the most frequent values and `approximate_count_e`, or `approximate_sum_w`.
    pub(crate) fn top_hitters(
        &mut self,
        input: Arc<Table>,
        count: &'s ast::Expr,
        of: &'s ast::NamedExpr,
        by: Option<&'s ast::NamedExpr>,
        span: Span,
    ) -> Arc<Table> {
        let count = self.row_count(count);
        let ((value, weight), input) = self.over(&input, |b| {
            let mut value = Vec::new();
            b.named(of, &mut value);
            (value, by.map(|w| b.scalar(&w.value)))
        });
        let Some(value) = value.into_iter().next() else { return self.unknown_table(span) };
        let base = of.names.first().map(|n| n.text.clone()).or_else(|| self.name_of(&of.value)).unwrap_or_default();
        let (label, ty) = match (by, &weight) {
            (Some(by), Some(weight)) => {
                if !weight.ty.is_number() && weight.ty != ScalarType::Unknown {
                    self.error(code::NOT_NUMERIC, weight.span, format!("a weight is a number, not {}", weight.ty));
                }
                let name = by.names.first().map(|n| n.text.clone()).or_else(|| self.name_of(&by.value));
                let ty = if weight.ty == ScalarType::Int { ScalarType::Long } else { weight.ty };
                (format!("approximate_sum_{}", name.unwrap_or_default()), ty)
            }
            _ => (format!("approximate_count_{base}"), ScalarType::Long),
        };
        let mut namer = Namer::default();
        let name = value.name(self, &mut namer);
        let fields = vec![
            Column { name: Arc::clone(&name), ty: value.value.ty },
            Column { name: namer.generated(Some(&label)), ty },
        ];
        let of = NamedExpr { name, value: value.value };
        table(TableKind::TopHitters { input, count, of, by: weight }, RowSchema::new(fields), span, false)
    }
}
