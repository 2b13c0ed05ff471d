//! `hll`, `hll_if`, `hll_merge`: distinct-count sketches, to be kept, merged and read with `dcount_hll`.

use crate::AggregateFunction;
use crate::column::{argument, large_bytes, texts};
use crate::hash::hashes;
use crate::state::{Rows, State};
use crate::udaf::Call;
use arrow::array::{Array, ArrayRef, Int64Array, LargeBinaryBuilder, StringViewBuilder};
use arrow::datatypes::DataType;
use datafusion_common::{Result, internal_err};
use datafusion_expr::EmitTo;
use kql_functions::sketch::{DEFAULT_ACCURACY, Hll};
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use std::sync::Arc;

pub(crate) static HLL: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "hll",
        FunctionKind::Aggregate,
        &["(expr:int|long|decimal|string|datetime|timespan|guid|dynamic, accuracy?:const integer) -> dynamic"],
        "A sketch of the distinct values, to be read with `dcount_hll`; its form is this engine's own. Null when there are \
         no values. <https://learn.microsoft.com/kusto/query/hll-aggregation-function>",
    )
    .named(ResultName::Prefix("hll"))
    .examples(&[example("range x from 1 to 9 step 1 | summarize h = hll(x % 4) | project n = dcount_hll(h)", "{\"n\":4}")]),
    |call| Ok(Box::new(HllState::sketching(call))),
);

pub(crate) static HLL_IF: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "hll_if",
        FunctionKind::Aggregate,
        &["(expr:int|long|decimal|string|datetime|timespan|guid|dynamic, predicate:bool, accuracy?:const integer) -> dynamic"],
        "`hll` of the rows where the predicate is true. \
         <https://learn.microsoft.com/kusto/query/hll-if-aggregation-function>",
    )
    .named(ResultName::Prefix("hll_if"))
    .examples(&[example(
        "range x from 1 to 9 step 1 | summarize h = hll_if(x % 4, x < 3) | project n = dcount_hll(h)",
        "{\"n\":2}",
    )]),
    |call| Ok(Box::new(HllState::sketching(call))),
)
.filtered(1);

pub(crate) static HLL_MERGE: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "hll_merge",
        FunctionKind::Aggregate,
        &["(hll:array) -> dynamic"],
        "One sketch of the values of all sketches that `hll` made; other values are skipped. Null when there are none. \
         <https://learn.microsoft.com/kusto/query/hll-merge-aggregation-function>",
    )
    .named(ResultName::Prefix("hll_merge"))
    .examples(&[example(
        "range x from 1 to 9 step 1 | summarize h = hll(x) by x % 2 | summarize h = hll_merge(h) | project n = dcount_hll(h)",
        "{\"n\":9}",
    )]),
    |_| Ok(Box::new(HllState::merging())),
);

/// What comes in and what goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Values; their number.
    Count,
    /// Values; a sketch.
    Sketch,
    /// Sketches; a sketch.
    Merge,
}

/// Sketches of all groups.
#[derive(Debug)]
pub(super) struct HllState {
    form: Form,
    accuracy: i64,
    groups: Vec<Hll>,
    bytes: isize,
}

impl HllState {
    pub(super) fn counting(call: &Call) -> Self {
        HllState::new(Form::Count, call.constant_long(1).unwrap_or(i64::from(DEFAULT_ACCURACY)))
    }

    fn sketching(call: &Call) -> Self {
        HllState::new(Form::Sketch, call.constant_long(1).unwrap_or(i64::from(DEFAULT_ACCURACY)))
    }

    fn merging() -> Self {
        // The highest, so that the sketches keep theirs.
        HllState::new(Form::Merge, 4)
    }

    fn new(form: Form, accuracy: i64) -> Self {
        HllState { form, accuracy, groups: Vec::new(), bytes: 0 }
    }

    fn take(&mut self, emit: EmitTo) -> Vec<Hll> {
        let groups = emit.take_needed(&mut self.groups);
        self.bytes -= groups.iter().map(|g| g.heap() as isize).sum::<isize>();
        groups
    }

    fn change(&mut self, group: usize, f: impl FnOnce(&mut Hll) -> bool) -> bool {
        let sketch = &mut self.groups[group];
        let before = sketch.heap() as isize;
        let ok = f(sketch);
        self.bytes += sketch.heap() as isize - before;
        ok
    }
}

impl State for HllState {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(HllState::new(self.form, self.accuracy))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::LargeBinary]
    }

    fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups.max(self.groups.len()), || Hll::new(self.accuracy));
    }

    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()> {
        let values = argument(args, 0)?;
        let rows = rows.clone().valid(values.nulls());
        if self.form == Form::Merge {
            let sketches = texts(values)?;
            rows.for_each(|row, group| {
                if let Some(sketch) = Hll::parse(sketches.value(row)) {
                    self.change(group, |g| {
                        g.merge(&sketch);
                        true
                    });
                }
            });
            return Ok(());
        }
        let hashes = hashes(values)?;
        let mut grown = 0;
        rows.for_each(|row, group| grown += self.groups[group].insert(hashes[row]));
        self.bytes += grown;
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        let states = large_bytes(argument(states, 0)?)?;
        let mut good = true;
        rows.clone().valid(states.nulls()).for_each(|row, group| {
            good &= self.change(group, |g| g.merge_bytes(states.value(row)));
        });
        if good { Ok(()) } else { internal_err!("the state of a distinct count is damaged") }
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let groups = self.take(emit);
        if self.form == Form::Count {
            return Ok(Arc::new(Int64Array::from_iter_values(groups.iter().map(Hll::estimate))));
        }
        let mut out = StringViewBuilder::with_capacity(groups.len());
        let mut buffer = String::new();
        for sketch in &groups {
            if sketch.is_empty() {
                out.append_null();
                continue;
            }
            buffer.clear();
            sketch.write_text(&mut buffer);
            out.try_append_value(&buffer)?;
        }
        Ok(Arc::new(out.finish()))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let mut out = LargeBinaryBuilder::new();
        let mut buffer = Vec::new();
        for sketch in self.take(emit) {
            buffer.clear();
            sketch.write_bytes(&mut buffer);
            out.append_value(&buffer);
        }
        Ok(vec![Arc::new(out.finish())])
    }

    fn size(&self) -> usize {
        self.groups.capacity() * size_of::<Hll>() + usize::try_from(self.bytes).unwrap_or(0)
    }
}
