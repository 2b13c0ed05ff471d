//! Occurrences of a sequence of conditions: `sequence_detect`.

use crate::nodes::keys::{Keys, key_of};
use crate::nodes::{Needs, Operation, Start, Transform};
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch};
use arrow::datatypes::{FieldRef, Int64Type, SchemaRef};
use datafusion::common::internal_err;
use datafusion::error::{DataFusionError, Result};
use datafusion::physical_expr::PhysicalExpr;
use kql_diagnostic::{Diagnostic, Span, code};
use std::collections::VecDeque;
use std::sync::Arc;

/// More unfinished sequences than this are refused.
const MOST_UNFINISHED: usize = 1_000_000;

/// The operation. Rows come by dimensions and time. Its expressions are the dimensions, the time (in ticks), the conditions.
#[derive(Clone, Debug)]
pub(crate) struct Detect {
    /// How many dimensions there are.
    pub(crate) dimensions: usize,
    /// The longest time between two steps.
    pub(crate) step: i64,
    /// The longest time of all steps.
    pub(crate) span: i64,
    /// The columns of the output: dimensions, times, duration.
    pub(crate) fields: Vec<FieldRef>,
}

impl Operation for Detect {
    fn name(&self) -> &'static str {
        "SequenceDetect"
    }

    fn describe(&self) -> String {
        format!("step {}, span {}, dimensions={}, {:?}", self.step, self.span, self.dimensions, self.fields)
    }

    fn keeps_input(&self) -> bool {
        false
    }

    fn appended(&self) -> Vec<FieldRef> {
        self.fields.clone()
    }

    fn distribution(&self) -> Needs {
        Needs::One
    }

    fn start(&self, start: Start) -> Result<Box<dyn Transform>> {
        let mut dimensions = start.expressions;
        if dimensions.len() < self.dimensions + 2 {
            return internal_err!("a sequence without steps");
        }
        let mut rest = dimensions.split_off(self.dimensions);
        let conditions = rest.split_off(1);
        let Some(time) = rest.pop() else { return internal_err!("a sequence without a time") };
        Ok(Box::new(Running {
            operation: self.clone(),
            keys: Keys::new(dimensions),
            time,
            state: State::new(conditions.len()),
            conditions,
            schema: start.schema,
            batch_size: start.batch_size,
            current: None,
            found: Vec::new(),
        }))
    }
}

struct Running {
    operation: Detect,
    keys: Keys,
    time: Arc<dyn PhysicalExpr>,
    conditions: Vec<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
    batch_size: usize,
    current: Option<Current>,
    state: State,
    /// Dimensions and times of what was found.
    found: Vec<(Arc<[u8]>, Vec<i64>)>,
}

/// The batch under work.
struct Current {
    keys: Option<arrow::row::Rows>,
    times: Int64Array,
    conditions: Vec<ArrayRef>,
    row: usize,
}

/// The sequences of one combination of dimensions that are not finished.
struct State {
    key: Arc<[u8]>,
    /// Times of the steps so far, by number of steps less one, in the order of the last step.
    unfinished: Vec<VecDeque<Vec<i64>>>,
    count: usize,
    /// The instant of the rows seen last, and which conditions they meet: they are at one time, so none follows another.
    instant: Option<i64>,
    met: Vec<bool>,
}

impl State {
    fn new(steps: usize) -> Self {
        State {
            key: Arc::from([]),
            unfinished: vec![VecDeque::new(); steps.saturating_sub(1)],
            count: 0,
            instant: None,
            met: vec![false; steps],
        }
    }

    fn begin(&mut self, key: &[u8]) {
        self.key = Arc::from(key);
        self.unfinished.iter_mut().for_each(VecDeque::clear);
        self.count = 0;
    }

    /// Lets the rows of the instant go by.
    fn pass(&mut self, operation: &Detect, found: &mut Vec<(Arc<[u8]>, Vec<i64>)>) -> Result<()> {
        let Some(now) = self.instant.take() else { return Ok(()) };
        for waiting in &mut self.unfinished {
            let late = |times: &Vec<i64>| times.last().is_none_or(|last| now.saturating_sub(*last) > operation.step);
            while waiting.front().is_some_and(late) {
                waiting.pop_front();
                self.count -= 1;
            }
        }
        let steps = self.met.len();
        // From the last step on, so that no row is two steps.
        for step in (0..steps).rev() {
            if !std::mem::take(&mut self.met[step]) {
                continue;
            }
            let in_span = |times: &&Vec<i64>| times.first().is_some_and(|t| now.saturating_sub(*t) <= operation.span);
            let with_now = |times: &[i64]| times.iter().copied().chain([now]).collect::<Vec<i64>>();
            let longer: Vec<Vec<i64>> = match step.checked_sub(1) {
                None => vec![vec![now]],
                Some(before) => self.unfinished[before].iter().filter(in_span).map(|t| with_now(t)).collect(),
            };
            if step + 1 == steps {
                found.extend(longer.into_iter().map(|times| (Arc::clone(&self.key), times)));
            } else {
                self.count += longer.len();
                self.unfinished[step].extend(longer);
            }
        }
        if self.count > MOST_UNFINISHED {
            let message = format!("sequence_detect has more than {MOST_UNFINISHED} unfinished sequences at a time");
            let help = "shorten its windows, or tell sequences apart by more dimensions";
            let diagnostic = Diagnostic::error(code::LIMIT, Span::default(), message).with_help(help);
            return Err(DataFusionError::External(Box::new(diagnostic)));
        }
        Ok(())
    }
}

impl Running {
    fn output(&mut self) -> Result<RecordBatch> {
        let found = std::mem::take(&mut self.found);
        let mut columns = self.keys.decode(found.iter().map(|(key, _)| &**key))?;
        for step in 0..self.conditions.len() {
            let times = found.iter().map(|(_, times)| times.get(step).copied());
            columns.push(Arc::new(times.collect::<Int64Array>()));
        }
        let duration = |times: &[i64]| Some(times.last()?.saturating_sub(*times.first()?));
        columns.push(Arc::new(found.iter().map(|(_, times)| duration(times)).collect::<Int64Array>()));
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, _: &mut Vec<RecordBatch>) -> Result<()> {
        let rows = batch.num_rows();
        let columns = self.keys.columns(&batch)?;
        let keys = self.keys.encode(&columns)?;
        let times = self.time.evaluate(&batch)?.into_array(rows)?;
        let Some(times) = times.as_primitive_opt::<Int64Type>().cloned() else {
            return internal_err!("times of type {}", times.data_type());
        };
        let conditions = self.conditions.iter().map(|c| c.evaluate(&batch)?.into_array(rows)).collect::<Result<_>>()?;
        self.current = Some(Current { keys, times, conditions, row: 0 });
        Ok(())
    }

    fn pending(&self) -> bool {
        self.current.is_some()
    }

    fn more(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        let Some(mut current) = self.current.take() else { return Ok(()) };
        while current.row < current.times.len() && self.found.len() < self.batch_size {
            let row = current.row;
            current.row += 1;
            if current.times.is_null(row) {
                continue;
            }
            let (key, time) = (key_of(&current.keys, row), current.times.value(row));
            let same = *self.state.key == *key;
            if !same || self.state.instant != Some(time) {
                self.state.pass(&self.operation, &mut self.found)?;
            }
            if !same {
                self.state.begin(key);
            }
            self.state.instant = Some(time);
            for (met, condition) in self.state.met.iter_mut().zip(&current.conditions) {
                let Some(condition) = condition.as_boolean_opt() else {
                    return internal_err!("a step that is no bool");
                };
                *met |= condition.is_valid(row) && condition.value(row);
            }
        }
        if current.row < current.times.len() {
            self.current = Some(current);
        }
        if self.found.len() >= self.batch_size {
            out.push(self.output()?);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        self.state.pass(&self.operation, &mut self.found)?;
        if !self.found.is_empty() {
            out.push(self.output()?);
        }
        Ok(())
    }

    fn memory(&self) -> usize {
        let steps = self.conditions.len() * 8 + 40;
        (self.state.count + self.found.len()) * steps
    }
}
