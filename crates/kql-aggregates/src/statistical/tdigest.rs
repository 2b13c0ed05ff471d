//! `tdigest`, `tdigest_merge`: percentile sketches, to be kept, merged and read with `percentile_tdigest`.

use crate::AggregateFunction;
use crate::column::{argument, large_texts, longs, ordinals, reals, texts};
use crate::state::{Rows, State};
use crate::udaf::Call;
use arrow::array::{Array, ArrayRef, LargeStringBuilder, StringViewBuilder};
use arrow::datatypes::DataType;
use datafusion_common::Result;
use datafusion_expr::EmitTo;
use kql_diagnostic::code;
use kql_functions::kernel::refuse;
use kql_functions::sketch::{TDIGEST_LIMIT, Tdigest, WeightOverflow};
use kql_types::ScalarType;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use std::sync::Arc;

pub(crate) static TDIGEST: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "tdigest",
        FunctionKind::Aggregate,
        &["(expr:summable, weight?:integer) -> dynamic"],
        "A sketch of the values to be read with `percentile_tdigest`; its form is this engine's own. Exact up to 4,096 \
         values. Null when there are no values. <https://learn.microsoft.com/kusto/query/tdigest-aggregation-function>",
    )
    .named(ResultName::Prefix("tdigest"))
    .examples(&[example(
        "range x from 1 to 10 step 1 | summarize t = tdigest(x) | project p = percentile_tdigest(t, 50, typeof(long))",
        "{\"p\":5}",
    )]),
    |call| Ok(Box::new(TdigestState::new(call.argument(0), false))),
);

pub(crate) static TDIGEST_MERGE: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "tdigest_merge",
        FunctionKind::Aggregate,
        &["(tdigest:array) -> dynamic"],
        "One sketch of the values of all sketches that `tdigest` made; other values are skipped. Null when there are none. \
         <https://learn.microsoft.com/kusto/query/tdigest-merge-aggregation-function>",
    )
    .aliases(&["merge_tdigest"])
    .named(ResultName::Prefix("merge_tdigests"))
    .examples(&[example(
        "range x from 1 to 10 step 1 | summarize t = tdigest(x) by x % 2 | summarize t = tdigest_merge(t) \
         | project p = percentile_tdigest(t, 90, typeof(long))",
        "{\"p\":9}",
    )]),
    |call: &Call| Ok(Box::new(TdigestState::new(call.argument(0), true))),
);

/// Sketches of all groups; `None` before the first value, as merged sketches bring their type.
#[derive(Debug)]
struct TdigestState {
    ty: ScalarType,
    merging: bool,
    groups: Vec<Option<Box<Tdigest>>>,
    bytes: isize,
}

impl TdigestState {
    fn new(ty: ScalarType, merging: bool) -> Self {
        TdigestState { ty, merging, groups: Vec::new(), bytes: 0 }
    }

    fn push(&mut self, group: usize, key: i64, weight: i64) -> Result<()> {
        if weight < 1 {
            return Ok(());
        }
        let digest = self.groups[group].get_or_insert_with(|| Box::new(Tdigest::new(self.ty))).digest_mut();
        let before = digest.heap() as isize;
        let done = digest.push(key, weight, TDIGEST_LIMIT);
        self.bytes += digest.heap() as isize - before;
        checked(done)
    }

    fn add(&mut self, group: usize, text: &str) -> Result<()> {
        let Some(sketch) = Tdigest::parse(text) else { return Ok(()) };
        match &mut self.groups[group] {
            None => {
                self.bytes += sketch.digest().heap() as isize;
                self.groups[group] = Some(Box::new(sketch));
                Ok(())
            }
            Some(known) => {
                let before = known.digest().heap() as isize;
                let done = known.merge(&sketch);
                self.bytes += known.digest().heap() as isize - before;
                checked(done)
            }
        }
    }

    fn take(&mut self, emit: EmitTo) -> Vec<Option<Box<Tdigest>>> {
        let groups = emit.take_needed(&mut self.groups);
        self.bytes -= groups.iter().flatten().map(|g| g.digest().heap() as isize).sum::<isize>();
        groups
    }
}

fn checked(done: std::result::Result<(), WeightOverflow>) -> Result<()> {
    done.map_err(|WeightOverflow| {
        refuse(code::LIMIT, "the sum of the weights of a tdigest is beyond the range of long")
    })
}

impl State for TdigestState {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(TdigestState::new(self.ty, self.merging))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::LargeUtf8]
    }

    fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups.max(self.groups.len()), || None);
    }

    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()> {
        let values = argument(args, 0)?;
        let rows = rows.clone().valid(values.nulls());
        if self.merging {
            let sketches = texts(values)?;
            return rows.try_for_each(|row, group| self.add(group, sketches.value(row)));
        }
        let keys = match self.ty {
            ScalarType::Decimal => ordinals(&(Arc::new(reals(values)?) as ArrayRef))?,
            _ => ordinals(values)?,
        };
        match args.get(1) {
            None => rows.try_for_each(|row, group| self.push(group, keys.value(row), 1)),
            Some(weights) => {
                let weights = longs(weights)?;
                let rows = rows.valid(weights.nulls());
                rows.try_for_each(|row, group| self.push(group, keys.value(row), weights.value(row)))
            }
        }
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        let states = large_texts(argument(states, 0)?)?;
        rows.clone().valid(states.nulls()).try_for_each(|row, group| self.add(group, states.value(row)))
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let groups = self.take(emit);
        let mut out = StringViewBuilder::with_capacity(groups.len());
        let mut buffer = String::new();
        for sketch in groups {
            match sketch {
                None => out.append_null(),
                Some(mut sketch) => {
                    buffer.clear();
                    sketch.write_text(&mut buffer);
                    out.try_append_value(&buffer)?;
                }
            }
        }
        Ok(Arc::new(out.finish()))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let mut out = LargeStringBuilder::new();
        let mut buffer = String::new();
        for sketch in self.take(emit) {
            match sketch {
                None => out.append_null(),
                Some(mut sketch) => {
                    buffer.clear();
                    sketch.write_text(&mut buffer);
                    out.append_value(&buffer);
                }
            }
        }
        Ok(vec![Arc::new(out.finish())])
    }

    fn size(&self) -> usize {
        self.groups.capacity() * size_of::<Option<Box<Tdigest>>>() + usize::try_from(self.bytes).unwrap_or(0)
    }
}
