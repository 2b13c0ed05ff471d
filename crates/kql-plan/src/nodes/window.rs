//! Window functions, all of a pass in one go over the ordered rows.

use super::{Needs, Operation, Start, Transform};
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Decimal256Array, Float64Array, Int32Array, Int64Array, UInt64Array,
};
use arrow::compute::kernels::cmp::distinct;
use arrow::compute::kernels::zip::zip;
use arrow::compute::{concat, take};
use arrow::datatypes::i256;
use arrow::datatypes::{DataType, Decimal256Type, Field, FieldRef, Float64Type, Int32Type, Int64Type, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::{ScalarValue, internal_err};
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use kql_functions::arrow_type;
use kql_types::{ScalarType, decimal};
use std::collections::VecDeque;
use std::sync::Arc;

/// The operation. Its expressions are the groups (rows of a group come together), then the arguments of the functions.
#[derive(Clone, Debug)]
pub(crate) struct Window {
    /// How many of the expressions tell groups apart; each group starts anew.
    pub(crate) groups: usize,
    /// The columns to compute.
    pub(crate) columns: Vec<WindowColumn>,
}

/// A column and its function.
#[derive(Clone, Debug)]
pub(crate) struct WindowColumn {
    /// Its name.
    pub(crate) name: String,
    /// Its type.
    pub(crate) ty: ScalarType,
    /// What computes it.
    pub(crate) function: Function,
}

/// The window functions. Arguments are places in the argument list.
#[derive(Clone, Debug)]
pub(crate) enum Function {
    /// `row_number`
    RowNumber { start: i64, restart: Option<usize> },
    /// `row_cumsum`
    CumSum { value: usize, restart: Option<usize> },
    /// `row_rank_dense`, `row_rank_min`
    Rank { dense: bool, value: usize, restart: Option<usize> },
    /// `row_window_session`; distances in ticks.
    Session { value: usize, from_first: i64, between: i64, restart: Option<usize> },
    /// `next` by a positive offset, `prev` by a negative one.
    Shift { value: usize, offset: i64, default: Option<usize> },
}

impl Operation for Window {
    fn name(&self) -> &'static str {
        "Window"
    }

    fn describe(&self) -> String {
        let columns: Vec<_> = self.columns.iter().map(|c| format!("{} = {:?}", c.name, c.function)).collect();
        format!("groups={} {}", self.groups, columns.join(", "))
    }

    fn appended(&self) -> Vec<FieldRef> {
        let field = |c: &WindowColumn| Arc::new(Field::new(&c.name, arrow_type(c.ty), c.ty.has_null()));
        self.columns.iter().map(field).collect()
    }

    fn reads_order(&self) -> bool {
        true
    }

    fn distribution(&self) -> Needs {
        Needs::One
    }

    fn start(&self, start: Start) -> Result<Box<dyn Transform>> {
        let shift = |c: &WindowColumn| match c.function {
            Function::Shift { offset, .. } => offset,
            _ => 0,
        };
        let ahead = self.columns.iter().map(shift).max().unwrap_or(0).max(0);
        let states = self.columns.iter().map(|_| State::default()).collect();
        Ok(Box::new(Running {
            window: self.clone(),
            expressions: start.expressions,
            schema: start.schema,
            ahead: usize::try_from(ahead).unwrap_or(usize::MAX),
            states,
            begun: false,
            last_group: Vec::new(),
            group: 0,
            queue: VecDeque::new(),
            history: VecDeque::new(),
        }))
    }
}

/// What a function knows of the rows before.
#[derive(Default)]
struct State {
    /// Row number, running count of ties, sum of longs.
    count: i64,
    rank: i64,
    long: i64,
    real: f64,
    decimal: i256,
    /// The previous value, one row.
    last: Option<ArrayRef>,
    /// Start of the session and its latest row.
    session: Option<(i64, i64)>,
}

/// A batch whose shifts are not computed yet.
struct Waiting {
    batch: RecordBatch,
    arguments: Vec<ArrayRef>,
    groups: Vec<u64>,
    /// Results so far, `None` for shifts.
    results: Vec<Option<ArrayRef>>,
}

struct Running {
    window: Window,
    expressions: Vec<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
    /// Rows that must follow a batch before it can go.
    ahead: usize,
    states: Vec<State>,
    begun: bool,
    last_group: Vec<ArrayRef>,
    group: u64,
    queue: VecDeque<Waiting>,
    /// Batches that went already, as far as `prev` reaches back.
    history: VecDeque<(Vec<ArrayRef>, Vec<u64>)>,
}

impl Running {
    /// A number per row that changes where the group does.
    fn group_numbers(&mut self, columns: &[ArrayRef], rows: usize) -> Result<Vec<u64>> {
        let mut changed = vec![false; rows];
        for (i, column) in columns.iter().enumerate() {
            let flags = changes(self.last_group.get(i), column)?;
            for (row, flag) in changed.iter_mut().enumerate() {
                *flag |= flags.value(row);
            }
        }
        self.last_group = columns.iter().map(|c| c.slice(rows - 1, 1)).collect();
        let number = |flag: &bool| {
            self.group += u64::from(*flag);
            self.group
        };
        Ok(changed.iter().map(number).collect())
    }

    fn release(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        let Some(mut first) = self.queue.pop_front() else { return Ok(()) };
        let mut columns = first.batch.columns().to_vec();
        for (i, column) in self.window.columns.iter().enumerate() {
            let array = match (first.results[i].take(), &column.function) {
                (Some(array), _) => array,
                (None, Function::Shift { value, offset, default }) => {
                    self.shifted(&first, *value, *offset, *default, column.ty)?
                }
                (None, _) => return internal_err!("a window function without result"),
            };
            columns.push(array);
        }
        out.push(RecordBatch::try_new(Arc::clone(&self.schema), columns)?);
        self.remember(first);
        Ok(())
    }

    fn remember(&mut self, batch: Waiting) {
        let back = |c: &WindowColumn| match c.function {
            Function::Shift { offset, .. } => usize::try_from(offset.saturating_neg()).unwrap_or(0),
            _ => 0,
        };
        let back = self.window.columns.iter().map(back).max().unwrap_or(0);
        if back == 0 {
            return;
        }
        self.history.push_back((batch.arguments, batch.groups));
        let mut rows: usize = self.history.iter().map(|(_, g)| g.len()).sum();
        while let Some((_, groups)) = self.history.front()
            && rows - groups.len() >= back
        {
            rows -= groups.len();
            self.history.pop_front();
        }
    }

    /// The value `offset` rows away in the same group.
    fn shifted(
        &self,
        batch: &Waiting,
        value: usize,
        offset: i64,
        default: Option<usize>,
        ty: ScalarType,
    ) -> Result<ArrayRef> {
        let before = self.history.iter().map(|(arguments, groups)| (&arguments[value], groups.as_slice()));
        let after = self.queue.iter().map(|w| (&w.arguments[value], w.groups.as_slice()));
        let own = std::iter::once((&batch.arguments[value], batch.groups.as_slice()));
        let start: usize = self.history.iter().map(|(_, g)| g.len()).sum();
        let (mut arrays, mut groups): (Vec<&dyn Array>, Vec<u64>) = (Vec::new(), Vec::new());
        for (array, numbers) in before.chain(own).chain(after) {
            arrays.push(array.as_ref());
            groups.extend_from_slice(numbers);
        }
        let all = concat(&arrays)?;
        let target = |row: usize| {
            let there = usize::try_from((start + row) as i64 + offset).ok()?;
            (groups.get(there)? == &groups[start + row]).then_some(there as u64)
        };
        let rows = batch.groups.len();
        let places: UInt64Array = (0..rows).map(target).collect();
        let taken = take(&all, &places, None)?;
        let outside = BooleanArray::from_iter((0..rows).map(|row| Some(places.is_null(row))));
        let fill: ArrayRef = match default {
            Some(default) => Arc::clone(&batch.arguments[default]),
            None if ty == ScalarType::String => ScalarValue::Utf8View(Some(String::new())).to_array_of_size(rows)?,
            None => return Ok(taken),
        };
        Ok(zip(&outside, &fill, &taken)?)
    }
}

/// True where a row differs from the one before; the first row of all counts as changed.
fn changes(last: Option<&ArrayRef>, column: &ArrayRef) -> Result<BooleanArray> {
    let rows = column.len();
    let first = match last {
        None => true,
        Some(last) => distinct(last, &column.slice(0, 1))?.value(0),
    };
    let inner = distinct(&column.slice(0, rows - 1), &column.slice(1, rows - 1))?;
    Ok(std::iter::once(Some(first)).chain(inner.iter()).collect())
}

fn restarts(arguments: &[ArrayRef], place: Option<usize>) -> Option<BooleanArray> {
    place.and_then(|p| arguments[p].as_boolean_opt().cloned())
}

/// One function over one batch. `fresh` says where a group starts.
fn compute(
    function: &Function,
    ty: ScalarType,
    state: &mut State,
    arguments: &[ArrayRef],
    fresh: &[bool],
) -> Result<ArrayRef> {
    let is_restart =
        |restart: &Option<BooleanArray>, row: usize| restart.as_ref().is_some_and(|r| r.is_valid(row) && r.value(row));
    match function {
        Function::Shift { .. } => internal_err!("shifts are computed later"),
        Function::RowNumber { start, restart } => {
            let restart = restarts(arguments, *restart);
            let next = |row: usize| {
                if fresh[row] || is_restart(&restart, row) {
                    state.count = *start;
                } else {
                    state.count = state.count.wrapping_add(1);
                }
                state.count
            };
            Ok(Arc::new(Int64Array::from((0..fresh.len()).map(next).collect::<Vec<_>>())))
        }
        Function::Rank { dense, value, restart } => {
            let restart = restarts(arguments, *restart);
            let column = &arguments[*value];
            let changed = changes(state.last.as_ref(), column)?;
            state.last = Some(column.slice(column.len() - 1, 1));
            let next = |row: usize| {
                if fresh[row] || is_restart(&restart, row) {
                    (state.rank, state.count) = (1, 1);
                } else {
                    state.count += 1;
                    if changed.value(row) {
                        state.rank = if *dense { state.rank + 1 } else { state.count };
                    }
                }
                state.rank
            };
            Ok(Arc::new(Int64Array::from((0..fresh.len()).map(next).collect::<Vec<_>>())))
        }
        Function::Session { value, from_first, between, restart } => {
            let restart = restarts(arguments, *restart);
            let Some(times) = arguments[*value].as_primitive_opt::<Int64Type>() else {
                return internal_err!("row_window_session of {}", arguments[*value].data_type());
            };
            let next = |row: usize| {
                if times.is_null(row) {
                    state.session = None;
                    return None;
                }
                let time = times.value(row);
                let session = state.session.filter(|(first, last)| {
                    !(fresh[row]
                        || is_restart(&restart, row)
                        || time.saturating_sub(*first) > *from_first
                        || time.saturating_sub(*last) > *between)
                });
                let first = session.map_or(time, |(first, _)| first);
                state.session = Some((first, time));
                Some(first)
            };
            Ok(Arc::new((0..fresh.len()).map(next).collect::<Int64Array>()))
        }
        Function::CumSum { value, restart } => {
            let restart = restarts(arguments, *restart);
            let column = &arguments[*value];
            let begins = |row: usize| fresh[row] || is_restart(&restart, row);
            match (column.data_type(), ty) {
                (DataType::Int32, _) => {
                    let values = column.as_primitive::<Int32Type>();
                    let next = |row: usize| {
                        let value = if values.is_null(row) { 0 } else { values.value(row) };
                        state.long = if begins(row) { value.into() } else { state.long.wrapping_add(value.into()) };
                        state.long as i32
                    };
                    Ok(Arc::new(Int32Array::from((0..fresh.len()).map(next).collect::<Vec<_>>())))
                }
                (DataType::Int64, _) => {
                    let values = column.as_primitive::<Int64Type>();
                    let next = |row: usize| {
                        let value = if values.is_null(row) { 0 } else { values.value(row) };
                        state.long = if begins(row) { value } else { state.long.wrapping_add(value) };
                        state.long
                    };
                    Ok(Arc::new(Int64Array::from((0..fresh.len()).map(next).collect::<Vec<_>>())))
                }
                (DataType::Float64, _) => {
                    let values = column.as_primitive::<Float64Type>();
                    let next = |row: usize| {
                        let value = if values.is_null(row) { 0.0 } else { values.value(row) };
                        state.real = if begins(row) { value } else { state.real + value };
                        state.real
                    };
                    Ok(Arc::new(Float64Array::from((0..fresh.len()).map(next).collect::<Vec<_>>())))
                }
                (DataType::Decimal256(..), _) => {
                    let values = column.as_primitive::<Decimal256Type>();
                    let next = |row: usize| {
                        let value = if values.is_null(row) { i256::ZERO } else { values.value(row) };
                        state.decimal = if begins(row) { value } else { state.decimal.wrapping_add(value) };
                        state.decimal
                    };
                    let sums = Decimal256Array::from((0..fresh.len()).map(next).collect::<Vec<_>>());
                    Ok(Arc::new(sums.with_precision_and_scale(decimal::PRECISION, decimal::SCALE)?))
                }
                (other, _) => internal_err!("row_cumsum of {other}"),
            }
        }
    }
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, out: &mut Vec<RecordBatch>) -> Result<()> {
        let rows = batch.num_rows();
        if rows == 0 {
            return Ok(());
        }
        let evaluate = |e: &Arc<dyn PhysicalExpr>| e.evaluate(&batch)?.into_array(rows);
        let mut groups = self.expressions.iter().map(evaluate).collect::<Result<Vec<_>>>()?;
        let arguments = groups.split_off(self.window.groups);
        let before = self.group;
        let numbers = if groups.is_empty() { vec![0; rows] } else { self.group_numbers(&groups, rows)? };
        let mut previous = self.begun.then_some(before);
        let mut fresh = Vec::with_capacity(rows);
        for number in &numbers {
            fresh.push(previous != Some(*number));
            previous = Some(*number);
        }
        self.begun = true;
        let mut results = Vec::with_capacity(self.window.columns.len());
        for (column, state) in self.window.columns.iter().zip(&mut self.states) {
            results.push(match column.function {
                Function::Shift { .. } => None,
                _ => Some(compute(&column.function, column.ty, state, &arguments, &fresh)?),
            });
        }
        self.queue.push_back(Waiting { batch, arguments, groups: numbers, results });
        while self.queue.iter().skip(1).map(|w| w.groups.len()).sum::<usize>() >= self.ahead && !self.queue.is_empty() {
            self.release(out)?;
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        while !self.queue.is_empty() {
            self.release(out)?;
        }
        Ok(())
    }

    fn memory(&self) -> usize {
        let waiting: usize = self.queue.iter().map(|w| w.batch.get_array_memory_size()).sum();
        let kept: usize = self.history.iter().flat_map(|(a, _)| a).map(|a| a.get_array_memory_size()).sum();
        waiting + kept
    }
}
