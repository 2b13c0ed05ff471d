//! `reduce`.

use crate::binder::{Binder, table};
use crate::bound::{Table, TableKind};
use crate::operators::external_data::property_value;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `reduce [kind=source] by e [with threshold=t, characters=c]`: `Pattern`, `Count`, `Representative`; with `kind=source`
    /// the input with them appended.
    pub(crate) fn reduce(
        &mut self,
        input: Arc<Table>,
        parameters: &'s [ast::Property],
        by: &'s ast::Expr,
        properties: &'s [ast::Property],
        span: Span,
    ) -> Arc<Table> {
        let (by, input) = self.over(&input, |b| b.scalar(by));
        if !matches!(by.ty, ScalarType::String | ScalarType::Unknown) {
            self.error_help(
                code::OPERAND,
                by.span,
                format!("reduce takes texts, not {}", by.ty),
                "convert the value: tostring(…)",
            );
        }
        let source = Self::property_word(parameters, "kind").is_some_and(|(w, _)| w.eq_ignore_ascii_case("source"));
        #[allow(clippy::cast_precision_loss)] // a share between 0 and 1
        let threshold = match Self::property(properties, "threshold").map(property_value) {
            Some(Value::Real(Some(v))) => v,
            Some(Value::Long(Some(n))) => n as f64,
            Some(Value::Int(Some(n))) => f64::from(n),
            _ => 0.1,
        };
        if !(0.0..=1.0).contains(&threshold) {
            self.error_help(
                code::OPERAND,
                span,
                "the threshold of reduce is a share of the rows",
                "a number from 0 to 1",
            );
        }
        self.report(Diagnostic::warning(
            code::HINT,
            span,
            "the engine's way to group similar texts is not published: its groups may be others than these",
        ));
        let characters = match Self::property(properties, "characters").map(property_value) {
            Some(Value::String(text)) => text,
            _ => String::new(),
        };
        let mut fields = if source { input.schema.columns.to_vec() } else { Vec::new() };
        for (name, ty) in
            [("Pattern", ScalarType::String), ("Count", ScalarType::Long), ("Representative", ScalarType::String)]
        {
            // A name of an input column that stays is taken.
            let taken = |name: &str| fields.iter().any(|c| *c.name == *name);
            let mut own = name.to_owned();
            for suffix in 1.. {
                if !taken(&own) {
                    break;
                }
                own = format!("{name}{suffix}");
            }
            fields.push(Column::new(own, ty));
        }
        let schema = RowSchema { columns: fields.into(), open: source && input.schema.open };
        table(TableKind::Reduce { input, by, threshold, characters, source }, schema, span, false)
    }
}
