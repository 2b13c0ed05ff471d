//! `range`: makes the rows from `from` to `to` by `step`.

use super::{Operation, Start, Transform};
use arrow::array::{ArrayRef, Decimal256Array, Float64Array, Int32Array, Int64Array};
use arrow::datatypes::i256;
use arrow::datatypes::{FieldRef, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::ScalarValue;
use datafusion::error::Result;
use kql_types::decimal;
use std::sync::Arc;

/// The operation: over one row, which starts it. Bounds and step are of the column's type.
#[derive(Debug)]
pub(crate) struct Range {
    column: FieldRef,
    bounds: Option<Bounds>,
}

#[derive(Clone, Debug)]
enum Bounds {
    Int(i64, i64, i64),
    Long(i64, i64, i64),
    Real(f64, f64, f64),
    Decimal(i256, i256, i256),
}

impl Range {
    /// `None` when the values are not of one numeric type.
    pub(crate) fn new(column: FieldRef, from: &ScalarValue, to: &ScalarValue, step: &ScalarValue) -> Option<Self> {
        use ScalarValue::{Decimal256, Float64, Int32, Int64};
        let bounds = match (from, to, step) {
            // A null bound or step makes no rows.
            (a, b, c) if a.is_null() || b.is_null() || c.is_null() => None,
            (Int32(Some(a)), Int32(Some(b)), Int32(Some(c))) => {
                Some(Bounds::Int((*a).into(), (*b).into(), (*c).into()))
            }
            (Int64(Some(a)), Int64(Some(b)), Int64(Some(c))) => Some(Bounds::Long(*a, *b, *c)),
            (Float64(Some(a)), Float64(Some(b)), Float64(Some(c))) => Some(Bounds::Real(*a, *b, *c)),
            (Decimal256(Some(a), ..), Decimal256(Some(b), ..), Decimal256(Some(c), ..)) => {
                Some(Bounds::Decimal(*a, *b, *c))
            }
            _ => return None,
        };
        Some(Range { column, bounds })
    }
}

impl Operation for Range {
    fn name(&self) -> &'static str {
        "Range"
    }

    fn describe(&self) -> String {
        format!("{} {:?}", self.column.name(), self.bounds)
    }

    fn keeps_input(&self) -> bool {
        false
    }

    fn appended(&self) -> Vec<FieldRef> {
        vec![Arc::clone(&self.column)]
    }

    fn start(&self, start: Start) -> Result<Box<dyn Transform>> {
        Ok(Box::new(Running {
            bounds: self.bounds.clone(),
            next: 0,
            going: false,
            schema: start.schema,
            batch_size: start.batch_size,
        }))
    }
}

struct Running {
    bounds: Option<Bounds>,
    /// Number of the next row.
    next: usize,
    going: bool,
    schema: SchemaRef,
    batch_size: usize,
}

/// The values `from + n * step` for n from `next` on, while they do not pass `to`.
fn whole(from: i64, to: i64, step: i64, next: usize, count: usize) -> Vec<i64> {
    let value = |n: usize| i64::try_from(i128::from(from) + n as i128 * i128::from(step)).ok();
    let within = |v: &i64| if step > 0 { *v <= to } else { *v >= to };
    (next..next + count).map_while(value).take_while(within).collect()
}

impl Running {
    fn values(&self) -> Result<ArrayRef> {
        let (next, count) = (self.next, self.batch_size);
        Ok(match &self.bounds {
            None => Arc::new(Int64Array::from(Vec::<i64>::new())),
            Some(Bounds::Int(from, to, step)) => {
                let values = whole(*from, *to, *step, next, count);
                Arc::new(
                    values
                        .into_iter()
                        .map_while(|v| i32::try_from(v).ok())
                        .collect::<Vec<_>>()
                        .into_iter()
                        .map(Some)
                        .collect::<Int32Array>(),
                )
            }
            Some(Bounds::Long(from, to, step)) => Arc::new(Int64Array::from(whole(*from, *to, *step, next, count))),
            Some(Bounds::Real(from, to, step)) => {
                let within = |v: &f64| if *step > 0.0 { v <= to } else { v >= to };
                let values = (next..next + count).map(|n| from + n as f64 * step).take_while(within);
                Arc::new(values.map(Some).collect::<Float64Array>())
            }
            Some(Bounds::Decimal(from, to, step)) => {
                let up = *step > i256::ZERO;
                let within = |v: &i256| if up { v <= to } else { v >= to };
                let value = |n: usize| {
                    let n = i256::from_i128(n as i128);
                    step.checked_mul(n).and_then(|d| d.checked_add(*from))
                };
                let values = (next..next + count).map_while(value).take_while(within);
                let array = values.map(Some).collect::<Decimal256Array>();
                Arc::new(array.with_precision_and_scale(decimal::PRECISION, decimal::SCALE)?)
            }
        })
    }

    fn is_standing_still(&self) -> bool {
        match &self.bounds {
            None => true,
            Some(Bounds::Int(.., step) | Bounds::Long(.., step)) => *step == 0,
            Some(Bounds::Real(from, to, step)) => {
                *step == 0.0 || !(from.is_finite() && to.is_finite() && step.is_finite())
            }
            Some(Bounds::Decimal(.., step)) => *step == i256::ZERO,
        }
    }
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, _: &mut Vec<RecordBatch>) -> Result<()> {
        self.going = batch.num_rows() > 0 && !self.is_standing_still();
        Ok(())
    }

    fn pending(&self) -> bool {
        self.going
    }

    fn more(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        let values = self.values()?;
        self.next += values.len();
        self.going = values.len() == self.batch_size;
        if !values.is_empty() {
            out.push(RecordBatch::try_new(Arc::clone(&self.schema), vec![values])?);
        }
        Ok(())
    }
}
