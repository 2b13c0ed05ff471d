//! Looking at data while a query is bound.

use crate::errors::of_plan;
use crate::host::SessionHost;
use arrow::array::{Array, AsArray};
use arrow::datatypes::{Decimal256Type, Float64Type, Int32Type, Int64Type};
use arrow::record_batch::RecordBatch;
use kql_bind::Probe;
use kql_bind::bound::Table;
use kql_diagnostic::{Diagnostic, code};
use kql_plan::{Host, Planner};
use kql_types::{RowSchema, ScalarType, Value};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::Handle;

/// Runs parts of a query for the binder. It shares the query's planner, so that what was materialized for a probe is not
/// run again for the result.
pub(crate) struct SessionProbe<'a> {
    pub(crate) host: &'a SessionHost<'a>,
    pub(crate) planner: Mutex<Planner<'a>>,
    pub(crate) runtime: Handle,
}

impl Probe for SessionProbe<'_> {
    fn rows(&self, table: &Arc<Table>) -> Option<kql_diagnostic::Result<Vec<Vec<Value>>>> {
        let mut planner = self.planner.lock().unwrap_or_else(PoisonError::into_inner);
        let run = async {
            let plan = planner.plan(table).await?;
            self.host.run(plan).await.map_err(|e| kql_plan::PlanError::Engine { error: Box::new(e), span: table.span })
        };
        Some(match self.runtime.block_on(run) {
            Ok(batches) => values(&batches, &table.schema).ok_or_else(|| {
                Diagnostic::error(code::INTERNAL, table.span, "a column came in an unknown representation")
            }),
            Err(error) => Err(of_plan(error, table.span).diagnostic),
        })
    }
}

/// Batches as rows of values; `None` when an array does not hold its type.
pub(crate) fn values(batches: &[RecordBatch], schema: &RowSchema) -> Option<Vec<Vec<Value>>> {
    let mut rows = Vec::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let cells = schema.columns.iter().zip(batch.columns());
            rows.push(cells.map(|(c, array)| value(array.as_ref(), row, c.ty)).collect::<Option<Vec<_>>>()?);
        }
    }
    Some(rows)
}

fn value(array: &dyn Array, row: usize, ty: ScalarType) -> Option<Value> {
    if array.is_null(row) {
        return Some(Value::null(ty));
    }
    Some(match ty {
        ScalarType::Bool => Value::Bool(Some(array.as_boolean_opt()?.value(row))),
        ScalarType::Int => Value::Int(Some(array.as_primitive_opt::<Int32Type>()?.value(row))),
        ScalarType::Long => Value::Long(Some(array.as_primitive_opt::<Int64Type>()?.value(row))),
        ScalarType::Datetime => Value::Datetime(Some(array.as_primitive_opt::<Int64Type>()?.value(row))),
        ScalarType::Timespan => Value::Timespan(Some(array.as_primitive_opt::<Int64Type>()?.value(row))),
        ScalarType::Real => Value::Real(Some(array.as_primitive_opt::<Float64Type>()?.value(row))),
        ScalarType::Decimal => Value::Decimal(Some(array.as_primitive_opt::<Decimal256Type>()?.value(row))),
        ScalarType::String => Value::String(array.as_string_view_opt()?.value(row).to_owned()),
        ScalarType::Dynamic | ScalarType::Unknown => {
            Value::Dynamic(Some(array.as_string_view_opt()?.value(row).to_owned()))
        }
        ScalarType::Guid => Value::Guid(array.as_fixed_size_binary_opt()?.value(row).try_into().ok()),
    })
}
