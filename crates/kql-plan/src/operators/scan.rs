//! `scan`: the rows in order, through the state machine of `nodes::scan`.

use crate::error::{At, PlanError, Result};
use crate::expression::ident;
use crate::nodes::OperationNode;
use crate::nodes::scan::{Scan, Step};
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use crate::scan_of::arrow_schema;
use arrow::datatypes::Field;
use datafusion::logical_expr::ExprSchemable;
use kql_bind::bound::{Table, TableKind};
use kql_functions::arrow_type;
use std::sync::Arc;

impl Planner<'_> {
    pub(crate) fn scan(&self, table: &Table) -> Result<Rows> {
        let TableKind::Scan { input, declared, match_id, partition_by, steps } = &table.kind else {
            return Err(PlanError::internal(table.span, "no scan"));
        };
        let rows = self.rows(input, Order::Matters)?;
        if rows.carried.marker.is_some() {
            return Err(PlanError::unsupported(
                table.span,
                "a scan before a summarize of all rows, inside mv-apply and partition, cannot be run yet",
            ));
        }
        // The columns carried through are input columns that no step can name.
        let carried = rows.carried.clone();
        let hidden = carried.idents().map(|e| e.to_field(rows.plan.schema()).map(|(_, f)| f));
        let hidden = hidden.collect::<Result<Vec<_>, _>>().at(table.span)?;
        let mut columns = Vec::with_capacity(declared.len());
        for (name, ty, default) in declared {
            let default = match default {
                Some(default) => self.constant(default)?,
                None => crate::expression::null_scalar(*ty),
            };
            columns.push((Arc::new(Field::new(&**name, arrow_type(*ty), ty.has_null())), default));
        }
        let mut planned = Vec::with_capacity(steps.len());
        for step in steps {
            let mut assignments = Vec::with_capacity(step.assignments.len());
            for (name, value) in &step.assignments {
                let Some(place) = declared.iter().position(|(n, ..)| n == name) else {
                    return Err(PlanError::internal(value.span, "an assignment to a column that is not declared"));
                };
                assignments.push((place, self.value(value)?));
            }
            planned.push(Step {
                name: step.name.to_string(),
                output: step.output,
                condition: self.condition(&step.condition)?,
                assignments,
            });
        }
        let mut keys = partition_by.iter().map(|e| self.value(e)).collect::<Result<Vec<_>>>()?;
        keys.extend(carried.groups());
        let operation = Scan {
            partitions: keys.len(),
            input: arrow_schema(&input.schema).fields().iter().cloned().chain(hidden).collect(),
            declared: columns,
            match_id: match_id.as_ref().map(|n| n.to_string()),
            steps: planned,
        };
        let expressions = keys.into_iter().chain(input.schema.names().map(ident)).chain(carried.idents()).collect();
        let plan = OperationNode::plan(operation, expressions, rows.plan).at(table.span)?;
        let output = table.schema.names().map(|n| (n.to_owned(), ident(n))).collect();
        Rows { plan, carried }.project(output, table.span)
    }
}
