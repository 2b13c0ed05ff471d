//! `count`, `countif` and the old `cnt`: how many rows.

use crate::AggregateFunction;
use crate::column::{argument, primitives};
use crate::state::{Rows, State};
use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::{DataType, Int64Type};
use datafusion_common::Result;
use datafusion_expr::EmitTo;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use std::sync::Arc;

pub(crate) static COUNT: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "count",
        FunctionKind::Aggregate,
        &["() -> long", "(expr:scalar) -> long"],
        "Number of rows; `count(x)` counts rows where `x` is null too. \
         <https://learn.microsoft.com/kusto/query/count-aggregation-function>",
    )
    .named(ResultName::Prefix("count"))
    .examples(&[example(
        "datatable(x:long)[1, long(null)] | summarize count(), count(x)",
        "{\"count_\":2,\"count_x\":2}",
    )]),
    |_| Ok(Box::new(Count::default())),
);

pub(crate) static COUNTIF: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "countif",
        FunctionKind::Aggregate,
        &["(predicate:bool) -> long"],
        "Number of rows where the predicate is true. \
         <https://learn.microsoft.com/kusto/query/countif-aggregation-function>",
    )
    .named(ResultName::Prefix("countif"))
    .examples(&[example("range x from 1 to 5 step 1 | summarize countif(x > 3)", "{\"countif_\":2}")]),
    |_| Ok(Box::new(Count::default())),
)
.filtered(0);

pub(crate) static CNT: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new("cnt", FunctionKind::Aggregate, &["() -> long"], "Old spelling of `count()`.")
        .named(ResultName::Prefix("cnt")),
    |_| Ok(Box::new(Count::default())),
);

#[derive(Debug, Default)]
struct Count {
    counts: Vec<i64>,
}

impl State for Count {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(Count::default())
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Int64]
    }

    fn grow(&mut self, groups: usize) {
        self.counts.resize(groups.max(self.counts.len()), 0);
    }

    fn update(&mut self, _: &[ArrayRef], rows: &Rows) -> Result<()> {
        match (rows.groups(), rows.selected()) {
            (None, None) => self.counts[0] += rows.len() as i64,
            (None, Some(selected)) => self.counts[0] += selected.count_set_bits() as i64,
            _ => rows.for_each(|_, group| self.counts[group] += 1),
        }
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        let counts = primitives::<Int64Type>(argument(states, 0)?)?;
        rows.for_each(|row, group| self.counts[group] += counts.value(row));
        Ok(())
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        Ok(Arc::new(Int64Array::from(emit.take_needed(&mut self.counts))))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![self.evaluate(emit)?])
    }

    fn size(&self) -> usize {
        self.counts.capacity() * size_of::<i64>()
    }
}
