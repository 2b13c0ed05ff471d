//! `avg`, `avgif`: means.

use super::sum::Summand;
use crate::AggregateFunction;
use crate::column::{argument, longs, primitives};
use crate::state::{Rows, State};
use crate::udaf::Call;
use arrow::array::{Array, ArrayRef, ArrowNativeTypeOp, Decimal256Array, Float64Array, Int64Array, PrimitiveArray};
use arrow::datatypes::{DataType, Decimal128Type, Decimal256Type, Float64Type, Int64Type, i256};
use datafusion_common::Result;
use datafusion_expr::EmitTo;
use kql_functions::arrow_type;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use kql_types::{ScalarType, decimal};
use std::sync::Arc;

pub(crate) static AVG: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "avg",
        FunctionKind::Aggregate,
        &[
            "(expr:integer) -> real",
            "(expr:real) -> real",
            "(expr:decimal) -> decimal",
            "(expr:timespan) -> timespan",
            "(expr:datetime) -> datetime",
        ],
        "Mean of the values that are not null. The total of longs wraps around. No rows give NaN, and null for decimals, \
         timespans and datetimes. <https://learn.microsoft.com/kusto/query/avg-aggregation-function>",
    )
    .named(ResultName::Prefix("avg"))
    .examples(&[example("range x from 1 to 4 step 1 | summarize avg(x)", "{\"avg_x\":2.5}")]),
    state,
);

pub(crate) static AVGIF: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "avgif",
        FunctionKind::Aggregate,
        &[
            "(expr:integer, predicate:bool) -> real",
            "(expr:real, predicate:bool) -> real",
            "(expr:decimal, predicate:bool) -> decimal",
            "(expr:timespan, predicate:bool) -> timespan",
            "(expr:datetime, predicate:bool) -> datetime",
        ],
        "`avg` of the rows where the predicate is true. \
         <https://learn.microsoft.com/kusto/query/avgif-aggregation-function>",
    )
    .named(ResultName::Prefix("avgif"))
    .examples(&[example("range x from 1 to 4 step 1 | summarize avgif(x, x > 2)", "{\"avgif_x\":3.5}")]),
    state,
)
.filtered(1);

fn state(call: &Call) -> Result<Box<dyn State>> {
    Ok(match call.argument(0) {
        ScalarType::Real => Box::new(Avg::<Float64Type>::default()),
        ScalarType::Decimal => Box::new(Avg::<Decimal256Type>::default()),
        ScalarType::Datetime | ScalarType::Timespan => Box::new(Avg::<Decimal128Type>::default()),
        _ => Box::new(Avg::<Int64Type>::default()),
    })
}

/// How a type's mean is made of total and count. Ticks are totalled in 128 bits: 15 datetimes overflow 64.
trait Mean: Sized + arrow::array::ArrowPrimitiveType<Native: ArrowNativeTypeOp> + std::fmt::Debug {
    fn total_type() -> DataType;
    fn column(array: &ArrayRef) -> Result<PrimitiveArray<Self>>;
    fn means(totals: Vec<Self::Native>, counts: &[i64]) -> Result<ArrayRef>;
}

impl Mean for Int64Type {
    fn total_type() -> DataType {
        DataType::Int64
    }

    fn column(array: &ArrayRef) -> Result<PrimitiveArray<Self>> {
        longs(array)
    }

    fn means(totals: Vec<i64>, counts: &[i64]) -> Result<ArrayRef> {
        // 0 / 0 is NaN.
        Ok(Arc::new(totals.iter().zip(counts).map(|(t, n)| Some(*t as f64 / *n as f64)).collect::<Float64Array>()))
    }
}

impl Mean for Float64Type {
    fn total_type() -> DataType {
        DataType::Float64
    }

    fn column(array: &ArrayRef) -> Result<PrimitiveArray<Self>> {
        <Float64Type as Summand>::column(array)
    }

    fn means(totals: Vec<f64>, counts: &[i64]) -> Result<ArrayRef> {
        Ok(Arc::new(totals.iter().zip(counts).map(|(t, n)| Some(t / *n as f64)).collect::<Float64Array>()))
    }
}

impl Mean for Decimal256Type {
    fn total_type() -> DataType {
        arrow_type(ScalarType::Decimal)
    }

    fn column(array: &ArrayRef) -> Result<PrimitiveArray<Self>> {
        <Decimal256Type as Summand>::column(array)
    }

    fn means(totals: Vec<i256>, counts: &[i64]) -> Result<ArrayRef> {
        let mean = |(t, n): (&i256, &i64)| if *n == 0 { None } else { t.checked_div(i256::from_i128(i128::from(*n))) };
        let means: Decimal256Array = totals.iter().zip(counts).map(mean).collect();
        Ok(Arc::new(means.with_precision_and_scale(decimal::PRECISION, decimal::SCALE)?))
    }
}

impl Mean for Decimal128Type {
    fn total_type() -> DataType {
        DataType::Decimal128(38, 0)
    }

    fn column(array: &ArrayRef) -> Result<PrimitiveArray<Self>> {
        match array.data_type() {
            DataType::Decimal128(..) => primitives(array),
            _ => Ok(longs(array)?.unary::<_, Decimal128Type>(i128::from)),
        }
    }

    fn means(totals: Vec<i128>, counts: &[i64]) -> Result<ArrayRef> {
        let mean = |(t, n): (&i128, &i64)| i64::try_from(t.checked_div(i128::from(*n))?).ok();
        Ok(Arc::new(totals.iter().zip(counts).map(mean).collect::<Int64Array>()))
    }
}

#[derive(Debug)]
struct Avg<T: Mean> {
    totals: Vec<T::Native>,
    counts: Vec<i64>,
}

impl<T: Mean> Default for Avg<T> {
    fn default() -> Self {
        Avg { totals: Vec::new(), counts: Vec::new() }
    }
}

impl<T: Mean> State for Avg<T> {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(Avg::<T>::default())
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![T::total_type(), DataType::Int64]
    }

    fn grow(&mut self, groups: usize) {
        self.totals.resize(groups.max(self.totals.len()), T::Native::ZERO);
        self.counts.resize(self.totals.len(), 0);
    }

    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()> {
        let column = T::column(argument(args, 0)?)?;
        let values = column.values();
        rows.clone().valid(column.nulls()).for_each(|row, group| {
            self.totals[group] = self.totals[group].add_wrapping(values[row]);
            self.counts[group] += 1;
        });
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        let totals = T::column(argument(states, 0)?)?;
        let counts = primitives::<Int64Type>(argument(states, 1)?)?;
        rows.for_each(|row, group| {
            self.totals[group] = self.totals[group].add_wrapping(totals.value(row));
            self.counts[group] += counts.value(row);
        });
        Ok(())
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let counts = emit.take_needed(&mut self.counts);
        T::means(emit.take_needed(&mut self.totals), &counts)
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let totals = PrimitiveArray::<T>::from_iter_values(emit.take_needed(&mut self.totals));
        let counts = Int64Array::from(emit.take_needed(&mut self.counts));
        Ok(vec![Arc::new(totals.with_data_type(T::total_type())), Arc::new(counts)])
    }

    fn size(&self) -> usize {
        self.totals.capacity() * size_of::<T::Native>() + self.counts.capacity() * size_of::<i64>()
    }
}
