//! How the events of an id go through a sequence of states: `funnel_sequence`, `funnel_sequence_completion`.

use crate::nodes::keys::{Keys, key_of};
use crate::nodes::{Needs, Operation, Start, Transform};
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, RecordBatch, StringViewArray};
use arrow::datatypes::{FieldRef, Int64Type, SchemaRef};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use std::sync::Arc;

/// The operation. Rows come by window, id and time. Its expressions are the window, the id, the time, the state (a text).
#[derive(Clone, Debug)]
pub(crate) struct Funnel {
    /// The states.
    pub(crate) sequence: Vec<String>,
    /// What comes out.
    pub(crate) output: FunnelOutput,
    /// The columns of the output: window and id, then two of `output`.
    pub(crate) fields: Vec<FieldRef>,
}

/// What comes out of a funnel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FunnelOutput {
    /// A row for each way through the sequence: the state before it and the state behind it, `''` when there is none.
    ///
    /// A state lasts while it is repeated. A step comes at most so long after the one before it; other states may come
    /// between. A way ends where the last state begins, and leads back through the latest occurrence of each step.
    Neighbours(i64),
    /// A row for each step that was reached: its place and the shortest time since the first one.
    Steps,
}

impl Operation for Funnel {
    fn name(&self) -> &'static str {
        "Funnel"
    }

    fn describe(&self) -> String {
        format!("{:?}, {:?}, {:?}", self.sequence, self.output, self.fields)
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
        let Ok([window, id, time, state]) = <[_; 4]>::try_from(start.expressions) else {
            return internal_err!("a funnel reads four columns");
        };
        Ok(Box::new(Running {
            keys: Keys::new(vec![window, id]),
            time,
            state,
            schema: start.schema,
            batch_size: start.batch_size,
            key: Vec::new(),
            runs: Vec::new(),
            funnel: self.clone(),
            found: Vec::new(),
        }))
    }
}

/// A state and its first and last instant.
struct Run {
    state: String,
    first: i64,
    last: i64,
}

struct Running {
    funnel: Funnel,
    keys: Keys,
    time: Arc<dyn PhysicalExpr>,
    state: Arc<dyn PhysicalExpr>,
    schema: SchemaRef,
    batch_size: usize,
    key: Vec<u8>,
    /// The states of the id in the window.
    runs: Vec<Run>,
    found: Vec<(Arc<[u8]>, Found)>,
}

enum Found {
    Neighbours(String, String),
    Step(i64, i64),
}

/// The latest occurrence of the sequence up to a step.
#[derive(Clone, Copy)]
struct Reached {
    /// The last instant of the step.
    last: i64,
    /// The run of the first step.
    start: usize,
}

/// The state before and the state behind each way through the sequence.
fn neighbours(runs: &[Run], sequence: &[String], longest: i64) -> Vec<Found> {
    let mut reached: Vec<Option<Reached>> = vec![None; sequence.len()];
    let mut found = Vec::new();
    for (at, run) in runs.iter().enumerate() {
        for step in (0..sequence.len()).rev() {
            if sequence[step] != run.state {
                continue;
            }
            let start = match step.checked_sub(1) {
                None => Some(at),
                Some(before) => reached[before]
                    .filter(|before| run.first.saturating_sub(before.last) <= longest)
                    .map(|before| before.start),
            };
            let Some(start) = start else { continue };
            reached[step] = Some(Reached { last: run.last, start });
            if step + 1 == sequence.len() {
                let state = |run: Option<&Run>| run.map_or_else(String::new, |r| r.state.clone());
                let before = start.checked_sub(1).and_then(|before| runs.get(before));
                found.push(Found::Neighbours(state(before), state(runs.get(at + 1))));
            }
        }
    }
    found
}

/// The steps that were reached, with the shortest time since the first one. A step comes later than the one before it.
fn steps(runs: &[Run], sequence: &[String]) -> Vec<Found> {
    let mut starts: Vec<Option<i64>> = vec![None; sequence.len()];
    let mut shortest: Vec<Option<i64>> = vec![None; sequence.len()];
    let mut at = 0;
    while let Some(now) = runs.get(at).map(|run| run.first) {
        let together = runs[at..].iter().take_while(|run| run.first == now).count();
        for step in (0..sequence.len()).rev() {
            if !runs[at..at + together].iter().any(|run| run.state == sequence[step]) {
                continue;
            }
            let start = match step.checked_sub(1) {
                None => Some(now),
                Some(before) => starts[before],
            };
            if let Some(start) = start {
                let took = now.saturating_sub(start);
                starts[step] = Some(start);
                shortest[step] = Some(shortest[step].map_or(took, |known| known.min(took)));
            }
        }
        at += together;
    }
    (0_i64..).zip(shortest).filter_map(|(step, took)| Some(Found::Step(step, took?))).collect()
}

impl Running {
    fn end_id(&mut self) {
        let found = match self.funnel.output {
            FunnelOutput::Neighbours(longest) => neighbours(&self.runs, &self.funnel.sequence, longest),
            FunnelOutput::Steps => steps(&self.runs, &self.funnel.sequence),
        };
        self.runs.clear();
        if !found.is_empty() {
            let key: Arc<[u8]> = Arc::from(self.key.as_slice());
            self.found.extend(found.into_iter().map(|found| (Arc::clone(&key), found)));
        }
    }

    fn output(&mut self) -> Result<RecordBatch> {
        let found = std::mem::take(&mut self.found);
        let mut columns = self.keys.decode(found.iter().map(|(key, _)| &**key))?;
        let text = |of: fn(&Found) -> &str| -> ArrayRef {
            Arc::new(found.iter().map(|(_, f)| Some(of(f))).collect::<StringViewArray>())
        };
        let long = |of: fn(&Found) -> i64| -> ArrayRef {
            Arc::new(found.iter().map(|(_, f)| Some(of(f))).collect::<Int64Array>())
        };
        match self.funnel.output {
            FunnelOutput::Neighbours(_) => {
                columns.push(text(|f| if let Found::Neighbours(before, _) = f { before } else { "" }));
                columns.push(text(|f| if let Found::Neighbours(_, behind) = f { behind } else { "" }));
            }
            FunnelOutput::Steps => {
                columns.push(long(|f| if let Found::Step(step, _) = f { *step } else { 0 }));
                columns.push(long(|f| if let Found::Step(_, took) = f { *took } else { 0 }));
            }
        }
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, out: &mut Vec<RecordBatch>) -> Result<()> {
        let rows = batch.num_rows();
        let columns = self.keys.columns(&batch)?;
        let keys = self.keys.encode(&columns)?;
        let times = self.time.evaluate(&batch)?.into_array(rows)?;
        let states = self.state.evaluate(&batch)?.into_array(rows)?;
        let (Some(times), Some(states)) = (times.as_primitive_opt::<Int64Type>(), states.as_string_view_opt()) else {
            return internal_err!("a funnel over {} and {}", times.data_type(), states.data_type());
        };
        let lasts = matches!(self.funnel.output, FunnelOutput::Neighbours(_));
        for row in (0..rows).filter(|row| times.is_valid(*row)) {
            let key = key_of(&keys, row);
            if key != self.key.as_slice() {
                self.end_id();
                self.key = key.to_vec();
            }
            let (time, state) = (times.value(row), states.value(row));
            match self.runs.last_mut() {
                Some(run) if lasts && run.state == state => run.last = time,
                _ => self.runs.push(Run { state: state.to_owned(), first: time, last: time }),
            }
            if self.found.len() >= self.batch_size {
                out.push(self.output()?);
            }
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        self.end_id();
        if !self.found.is_empty() {
            out.push(self.output()?);
        }
        Ok(())
    }

    fn memory(&self) -> usize {
        let runs: usize = self.runs.iter().map(|run| run.state.capacity() + size_of::<Run>()).sum();
        runs + self.found.len() * 64
    }
}
