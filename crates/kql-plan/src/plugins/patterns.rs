//! `autocluster`, `basket`, `diffpatterns`.

use crate::error::{At, PlanError, Result};
use crate::expression::{ident, null_scalar};
use crate::nodes::OperationNode;
use crate::nodes::patterns::{Patterns, Task};
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use arrow::datatypes::Field;
use datafusion::common::ScalarValue;
use kql_bind::bound::{Expr, PATTERN_SET, PATTERN_WEIGHT, PluginArgument, PluginValue, Table};
use kql_diagnostic::{Diagnostic, code};
use kql_functions::arrow_type;
use kql_types::ScalarType;
use std::sync::Arc;

/// The smallest threshold that is taken.
const SMALLEST: f64 = 0.015;

impl Planner<'_> {
    /// The input has the weight and the set of a row in columns of reserved names, when there are any, and the columns in
    /// which patterns are searched. Arguments by name: `threshold`, `dimensions`, `size`, `seeds`, `a`, `b`, and
    /// `wildcard` for each wildcard.
    pub(crate) fn patterns(
        &self,
        input: &Arc<Table>,
        plugin: &str,
        arguments: &[PluginArgument],
        table: &Table,
    ) -> Result<Rows> {
        let argument = |name: &str| {
            arguments.iter().find_map(|a| match (&a.name, &a.value) {
                (Some(n), PluginValue::Scalar(e)) if **n == *name => Some(e),
                _ => None,
            })
        };
        let threshold = |default| match argument("threshold") {
            None => Ok(default),
            Some(e) => self.number(e, SMALLEST, 1.0, "the threshold"),
        };
        let dimensions = |default| match argument("dimensions") {
            None => Ok(default),
            Some(e) => self.number(e, 1.0, 10_000.0, "the number of dimensions").map(|n| n as usize),
        };
        let text = |name: &str| match argument(name) {
            Some(e) => self.constant_text(e),
            None => Err(PlanError::internal(table.span, format!("arguments of '{plugin}'"))),
        };
        let task = match plugin {
            "basket" => Task::Basket { threshold: threshold(0.05)?, dimensions: dimensions(5)? },
            "autocluster" => Task::Cluster {
                size_weight: argument("size")
                    .map_or(Ok(0.5), |e| self.number(e, 0.0, 1.0, "the weight of the size"))?,
                seeds: argument("seeds").map_or(Ok(25.0), |e| self.number(e, 1.0, 10_000.0, "the number of seeds"))?
                    as usize,
            },
            _ => Task::Difference {
                a: text("a")?,
                b: text("b")?,
                threshold: threshold(0.05)?,
                dimensions: dimensions(usize::MAX)?,
            },
        };
        let rows = self.rows(input, Order::Ignored)?;
        if !rows.carried.is_empty() {
            let message = format!("{plugin} inside mv-apply and partition cannot be run");
            return Err(
                PlanError::unsupported(table.span, message).with_help("run it over the rows of one key at a time")
            );
        }
        let mut own = Vec::new();
        for argument in arguments.iter().filter(|a| a.name.as_deref() == Some("wildcard")) {
            if let PluginValue::Scalar(e) = &argument.value {
                own.push((e.ty, self.constant(e)?));
            }
        }
        let wildcard = |ty: ScalarType| {
            own.iter()
                .find(|(of, _)| *of == ty)
                .map_or_else(|| null_scalar(ty), |(_, value): &(_, ScalarValue)| value.clone())
        };
        let columns = input.schema.columns.iter().filter(|c| !matches!(&*c.name, PATTERN_SET | PATTERN_WEIGHT));
        let columns: Vec<_> = columns.collect();
        let given = |name: &str| input.schema.column(name).is_some().then(|| ident(name));
        let expressions = given(PATTERN_WEIGHT)
            .into_iter()
            .chain(given(PATTERN_SET))
            .chain(columns.iter().map(|c| ident(&c.name)))
            .collect();
        let fields = table.schema.columns.iter();
        let operation = Patterns {
            task,
            weighted: given(PATTERN_WEIGHT).is_some(),
            fields: fields.map(|c| Arc::new(Field::new(&*c.name, arrow_type(c.ty), c.ty.has_null()))).collect(),
            wildcards: columns.iter().map(|c| wildcard(c.ty)).collect(),
        };
        Ok(Rows::new(OperationNode::plan(operation, expressions, rows.plan).at(table.span)?))
    }

    /// A constant number within bounds.
    fn number(&self, e: &Expr, least: f64, most: f64, what: &str) -> Result<f64> {
        let value = match self.constant(e)? {
            ScalarValue::Int32(v) => v.map(f64::from),
            ScalarValue::Int64(v) => v.map(|v| v as f64),
            ScalarValue::Float64(v) => v,
            _ => None,
        };
        match value {
            Some(value) if (least..=most).contains(&value) => Ok(value),
            _ => {
                let message = format!("{what} is a number from {least} to {most}");
                Err(Diagnostic::error(code::OPERAND, e.span, message).into())
            }
        }
    }
}
