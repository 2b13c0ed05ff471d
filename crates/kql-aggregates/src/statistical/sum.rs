//! `sum`, `sumif`: totals.

use crate::AggregateFunction;
use crate::column::{argument, longs, primitives};
use crate::state::{Rows, State};
use crate::udaf::Call;
use arrow::array::{Array, ArrayRef, ArrowNativeTypeOp, ArrowPrimitiveType, PrimitiveArray};
use arrow::datatypes::{DataType, Decimal256Type, Float64Type, Int64Type};
use datafusion_common::Result;
use datafusion_expr::EmitTo;
use kql_functions::arrow_type;
use kql_types::ScalarType;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use std::sync::Arc;

pub(crate) static SUM: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "sum",
        FunctionKind::Aggregate,
        &["(expr:summable) -> promoted0"],
        "Total of the values that are not null: of ints a long, else of their type. Longs wrap around; no rows give 0. \
         <https://learn.microsoft.com/kusto/query/sum-aggregation-function>",
    )
    .named(ResultName::Prefix("sum"))
    .examples(&[example("range x from 1 to 4 step 1 | summarize sum(x)", "{\"sum_x\":10}")]),
    state,
);

pub(crate) static SUMIF: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "sumif",
        FunctionKind::Aggregate,
        &["(expr:summable, predicate:bool) -> promoted0"],
        "`sum` of the rows where the predicate is true. \
         <https://learn.microsoft.com/kusto/query/sumif-aggregation-function>",
    )
    .named(ResultName::Prefix("sumif"))
    .examples(&[example("range x from 1 to 4 step 1 | summarize sumif(x, x > 2)", "{\"sumif_x\":7}")]),
    state,
)
.filtered(1);

fn state(call: &Call) -> Result<Box<dyn State>> {
    Ok(match call.argument(0) {
        ScalarType::Real => Box::new(Sum::<Float64Type>::default()),
        ScalarType::Decimal => Box::new(Sum::<Decimal256Type>::default()),
        _ => Box::new(Sum::<Int64Type>::default()),
    })
}

/// Types with totals. Integers of any kind come as `long`.
pub(super) trait Summand: Sized + ArrowPrimitiveType<Native: ArrowNativeTypeOp> + std::fmt::Debug {
    /// The type of the values, and of the total.
    const TYPE: ScalarType;

    /// A column of the values.
    fn column(array: &ArrayRef) -> Result<PrimitiveArray<Self>>;
}

impl Summand for Int64Type {
    const TYPE: ScalarType = ScalarType::Long;

    fn column(array: &ArrayRef) -> Result<PrimitiveArray<Self>> {
        longs(array)
    }
}

impl Summand for Float64Type {
    const TYPE: ScalarType = ScalarType::Real;

    fn column(array: &ArrayRef) -> Result<PrimitiveArray<Self>> {
        primitives(array)
    }
}

impl Summand for Decimal256Type {
    const TYPE: ScalarType = ScalarType::Decimal;

    fn column(array: &ArrayRef) -> Result<PrimitiveArray<Self>> {
        primitives(array)
    }
}

#[derive(Debug)]
struct Sum<T: Summand> {
    sums: Vec<T::Native>,
}

impl<T: Summand> Default for Sum<T> {
    fn default() -> Self {
        Sum { sums: Vec::new() }
    }
}

impl<T: Summand> State for Sum<T> {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(Sum::<T>::default())
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![arrow_type(T::TYPE)]
    }

    fn grow(&mut self, groups: usize) {
        self.sums.resize(groups.max(self.sums.len()), T::Native::ZERO);
    }

    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()> {
        let column = T::column(argument(args, 0)?)?;
        let values = column.values();
        let rows = rows.clone().valid(column.nulls());
        if rows.groups().is_none() {
            let mut sum = self.sums[0];
            rows.for_each(|row, _| sum = sum.add_wrapping(values[row]));
            self.sums[0] = sum;
        } else {
            rows.for_each(|row, group| self.sums[group] = self.sums[group].add_wrapping(values[row]));
        }
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        self.update(states, rows)
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let sums = emit.take_needed(&mut self.sums);
        Ok(Arc::new(PrimitiveArray::<T>::from_iter_values(sums).with_data_type(arrow_type(T::TYPE))))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(emit)?])
    }

    fn size(&self) -> usize {
        self.sums.capacity() * size_of::<T::Native>()
    }
}
