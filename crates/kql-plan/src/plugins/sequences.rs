//! `sequence_detect`, `funnel_sequence`, `funnel_sequence_completion`.

use crate::error::{At, PlanError, Result};
use crate::expression::ident;
use crate::nodes::OperationNode;
use crate::nodes::sequence::detect::Detect;
use crate::nodes::sequence::funnel::{Funnel, FunnelOutput};
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use arrow::datatypes::{Field, FieldRef};
use datafusion::common::ScalarValue;
use kql_bind::bound::{Expr, PluginArgument, PluginValue, Table};
use kql_diagnostic::{Diagnostic, code};
use kql_functions::arrow_type;
use kql_types::dynamic::{Kind, array_items, kind, to_text};
use std::sync::Arc;

impl Planner<'_> {
    /// The input is sorted: dimensions, the time, the conditions. Arguments: the longest step, the longest sequence, then
    /// a condition for each step, of which the number counts.
    pub(crate) fn sequence_detect(
        &self,
        input: &Arc<Table>,
        arguments: &[PluginArgument],
        table: &Table,
    ) -> Result<Rows> {
        let wrong = || PlanError::internal(table.span, "arguments of 'sequence_detect'");
        let [step, span, conditions @ ..] = arguments else { return Err(wrong()) };
        let dimensions = input.schema.columns.len().checked_sub(conditions.len() + 1).ok_or_else(wrong)?;
        let operation = Detect {
            dimensions,
            step: self.length(step, table)?,
            span: self.length(span, table)?,
            fields: fields(table),
        };
        let rows = self.sequence_rows(input, "sequence_detect", table)?;
        let expressions = input.schema.names().map(ident).collect();
        Ok(Rows::new(OperationNode::plan(operation, expressions, rows.plan).at(table.span)?))
    }

    /// The input is sorted: window, id, time, state. Arguments: the sequence, and for `funnel_sequence` the longest step.
    pub(crate) fn funnel(
        &self,
        input: &Arc<Table>,
        plugin: &str,
        arguments: &[PluginArgument],
        table: &Table,
    ) -> Result<Rows> {
        let wrong = || PlanError::internal(table.span, format!("arguments of '{plugin}'"));
        let (sequence, output) = match arguments {
            [sequence] => (sequence, FunnelOutput::Steps),
            [sequence, longest] => (sequence, FunnelOutput::Neighbours(self.length(longest, table)?)),
            _ => return Err(wrong()),
        };
        let PluginValue::Scalar(sequence) = &sequence.value else { return Err(wrong()) };
        let operation = Funnel { sequence: self.states(sequence)?, output, fields: fields(table) };
        let rows = self.sequence_rows(input, plugin, table)?;
        let expressions = input.schema.names().map(ident).collect();
        Ok(Rows::new(OperationNode::plan(operation, expressions, rows.plan).at(table.span)?))
    }

    fn sequence_rows(&self, input: &Arc<Table>, plugin: &str, table: &Table) -> Result<Rows> {
        let rows = self.rows(input, Order::Matters)?;
        if rows.carried.is_empty() {
            return Ok(rows);
        }
        let message = format!("{plugin} inside mv-apply and partition cannot be run");
        Err(PlanError::unsupported(table.span, message).with_help("run it over the rows of one key at a time"))
    }

    fn length(&self, argument: &PluginArgument, table: &Table) -> Result<i64> {
        let PluginValue::Scalar(e) = &argument.value else {
            return Err(PlanError::internal(table.span, "a length of time that is a table"));
        };
        match self.constant(e)? {
            ScalarValue::Int64(Some(length)) if length >= 0 => Ok(length),
            _ => Err(Diagnostic::error(code::OPERAND, e.span, "a length of time is needed here").into()),
        }
    }

    fn states(&self, e: &Expr) -> Result<Vec<String>> {
        let text = match self.constant(e)? {
            ScalarValue::Utf8View(Some(text)) if kind(&text) == Kind::Array => text,
            _ => "[]".to_owned(),
        };
        let states: Vec<String> = array_items(&text).map(|item| to_text(item).into_owned()).collect();
        if states.is_empty() {
            let message = "the sequence is an array of states, one at least: dynamic(['a', 'b'])";
            return Err(Diagnostic::error(code::OPERAND, e.span, message).into());
        }
        Ok(states)
    }
}

fn fields(table: &Table) -> Vec<FieldRef> {
    let field = |c: &kql_types::Column| Arc::new(Field::new(&*c.name, arrow_type(c.ty), c.ty.has_null()));
    table.schema.columns.iter().map(field).collect()
}
