//! `scan`.

use crate::binder::{Binder, table};
use crate::bound::{ScanOutput, ScanStep, Table, TableKind};
use crate::convert::convert;
use crate::scope::{Entity, RowKind};
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast::{self, ParameterType};
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `scan [with_match_id=m] declare (c:T = v, …) with (step s: condition => c = e; …)`: input columns, declared columns,
    /// then the match id.
    pub(crate) fn scan(&mut self, input: Arc<Table>, scan: &'s ast::Scan, span: Span) -> Arc<Table> {
        let mut input = input;
        if !scan.order_by.is_empty() {
            input = self.sort(input, &scan.order_by, span);
        } else if !input.serialized && self.options.run {
            self.error_help(
                code::OPERAND,
                span,
                "the rows that scan reads are in no order",
                "put `sort by …` or `serialize` before it",
            );
        }
        let (partition_by, input) =
            self.over(&input, |b| scan.partition_by.iter().map(|e| b.scalar(e)).collect::<Vec<_>>());
        let mut fields: Vec<Column> = input.schema.columns.to_vec();
        let mut declared = Vec::with_capacity(scan.declare.len());
        for parameter in &scan.declare {
            let ty = match &parameter.ty {
                ParameterType::Scalar(ty) => ty.ty,
                ParameterType::Tabular(schema) => {
                    self.error(code::SYNTAX, schema.span, "a declared column is a scalar");
                    ScalarType::Unknown
                }
            };
            let default = parameter.default.as_ref().map(|d| {
                let value = self.without_row(|b| b.scalar(d));
                convert(value, ty)
            });
            let name: Arc<str> = Arc::from(parameter.name.text.as_str());
            match fields.iter_mut().find(|f| f.name == name) {
                Some(field) => {
                    let message = format!("the rows have a column '{name}' already");
                    self.refused_by_engine(code::DUPLICATE_COLUMN, parameter.name.span, message);
                    field.ty = ty;
                }
                None => fields.push(Column { name: Arc::clone(&name), ty }),
            }
            declared.push((name, ty, default));
        }
        let row_schema = RowSchema { columns: fields.clone().into(), open: input.schema.open };
        let steps = self.scan_steps(&scan.steps, &row_schema, &declared);
        let match_id = Self::property_word(&scan.parameters, "with_match_id").map(|(n, _)| Arc::<str>::from(n));
        if let Some(name) = &match_id {
            match fields.iter_mut().find(|f| f.name == *name) {
                // The public analyzer shows a second column of the name; there is room for one only.
                Some(field) => {
                    let message = format!("the rows have a column '{name}' already");
                    self.refused_by_engine(code::DUPLICATE_COLUMN, span, message);
                    field.ty = ScalarType::Long;
                }
                None => fields.push(Column { name: Arc::clone(name), ty: ScalarType::Long }),
            }
        }
        let schema = RowSchema { columns: fields.into(), open: input.schema.open };
        table(TableKind::Scan { input, declared, match_id, partition_by, steps }, schema, span, true)
    }

    fn scan_steps(
        &mut self,
        steps: &'s [ast::ScanStep],
        row: &RowSchema,
        declared: &[(Arc<str>, ScalarType, Option<crate::bound::Expr>)],
    ) -> Vec<ScanStep> {
        // Every step sees the state of all steps.
        let frames = self.scopes.len();
        let outer = self.scope;
        let mut scope = self.scopes.push(Some(outer));
        for step in steps {
            let name = Arc::from(step.name.text.as_str());
            let entity = Entity::RowVariable { name, columns: row.clone(), kind: RowKind::Step };
            if self.scopes.declare(&mut scope, &step.name.text, entity, step.name.span).is_err() {
                self.error(
                    code::LET_DUPLICATE,
                    step.name.span,
                    format!("the step '{}' is there twice", step.name.text),
                );
            }
        }
        self.scope = scope;
        let mut bound = Vec::with_capacity(steps.len());
        for step in steps {
            let mut columns = self.row_of(row.clone());
            columns.serialized = true;
            let ((condition, assignments), _) = self.with_row(columns, |b| {
                let condition = b.predicate(&step.condition);
                let mut assignments = Vec::with_capacity(step.assignments.len());
                for (name, value) in &step.assignments {
                    let value = b.scalar(value);
                    let Some((column, ty, _)) = declared.iter().find(|(n, ..)| **n == *name.text) else {
                        let message = format!("'{}' is no declared column", name.text);
                        let known = declared.iter().map(|(n, ..)| &**n);
                        let diagnostic = Diagnostic::error(code::UNKNOWN_NAME, name.span, message);
                        b.report(diagnostic.did_you_mean(&name.text, known));
                        continue;
                    };
                    assignments.push((Arc::clone(column), convert(value, *ty)));
                }
                (condition, assignments)
            });
            let output = match step.output.as_ref().map(|o| o.text.to_ascii_lowercase()) {
                Some(word) if word == "last" => ScanOutput::Last,
                Some(word) if word == "none" => ScanOutput::None,
                _ => ScanOutput::All,
            };
            bound.push(ScanStep { name: Arc::from(step.name.text.as_str()), output, condition, assignments });
        }
        self.scope = outer;
        self.scopes.truncate(frames);
        bound
    }
}
