//! The rows near those for which a condition is true: `rows_near`.

use super::keys::{Keys, key_of};
use super::{Needs, Operation, Start, Transform};
use arrow::array::{Array, AsArray, BooleanArray};
use arrow::compute::filter_record_batch;
use arrow::record_batch::RecordBatch;
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use std::collections::VecDeque;
use std::sync::Arc;

/// The operation. Its expressions are the groups (rows of a group come together), then the condition.
#[derive(Clone, Debug)]
pub(crate) struct RowsNear {
    /// Rows kept before one that passes.
    pub(crate) before: usize,
    /// Rows kept behind it.
    pub(crate) after: usize,
    /// How many expressions tell groups apart.
    pub(crate) groups: usize,
}

impl Operation for RowsNear {
    fn name(&self) -> &'static str {
        "RowsNear"
    }

    fn describe(&self) -> String {
        format!("{} before, {} after, groups={}", self.before, self.after, self.groups)
    }

    fn reads_order(&self) -> bool {
        true
    }

    fn distribution(&self) -> Needs {
        Needs::One
    }

    fn start(&self, start: Start) -> Result<Box<dyn Transform>> {
        let mut groups = start.expressions;
        let Some(condition) = groups.pop() else { return internal_err!("rows_near without a condition") };
        Ok(Box::new(Running {
            operation: self.clone(),
            groups: Keys::new(groups),
            condition,
            waiting: VecDeque::new(),
            end: 0,
            group: Vec::new(),
            group_start: 0,
            keep_until: 0,
            bytes: 0,
        }))
    }
}

/// A batch of which later rows may still ask to keep rows.
struct Waiting {
    batch: RecordBatch,
    /// The number of its first row, of all rows so far.
    start: usize,
    keep: Vec<bool>,
}

struct Running {
    operation: RowsNear,
    groups: Keys,
    condition: Arc<dyn PhysicalExpr>,
    waiting: VecDeque<Waiting>,
    /// Rows so far.
    end: usize,
    group: Vec<u8>,
    /// The first row of the group.
    group_start: usize,
    /// Rows before this number are kept.
    keep_until: usize,
    bytes: usize,
}

impl Running {
    /// Keeps the rows from a number up to another one.
    fn keep(&mut self, from: usize, to: usize) {
        for waiting in self.waiting.iter_mut().rev() {
            let end = waiting.start + waiting.keep.len();
            let (first, last) = (from.max(waiting.start), to.min(end));
            if first < last {
                waiting.keep[first - waiting.start..last - waiting.start].fill(true);
            }
            if from >= waiting.start {
                break;
            }
        }
    }

    fn release(&mut self, all: bool, out: &mut Vec<RecordBatch>) -> Result<()> {
        while let Some(first) = self.waiting.front() {
            let end = first.start + first.keep.len();
            if !all && end.saturating_add(self.operation.before) > self.end {
                break;
            }
            let Some(first) = self.waiting.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(first.batch.get_array_memory_size());
            if first.keep.contains(&true) {
                out.push(filter_record_batch(&first.batch, &BooleanArray::from(first.keep))?);
            }
        }
        Ok(())
    }
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, out: &mut Vec<RecordBatch>) -> Result<()> {
        let rows = batch.num_rows();
        let columns = self.groups.columns(&batch)?;
        let keys = self.groups.encode(&columns)?;
        let passes = self.condition.evaluate(&batch)?.into_array(rows)?;
        let Some(passes) = passes.as_boolean_opt() else { return internal_err!("a condition that is no bool") };
        self.bytes += batch.get_array_memory_size();
        self.waiting.push_back(Waiting { batch, start: self.end, keep: vec![false; rows] });
        // Rows before this number are kept already, or need not be looked at.
        let mut done = self.group_start;
        for row in 0..rows {
            let number = self.end;
            let key = key_of(&keys, row);
            if key != self.group.as_slice() {
                self.group = key.to_vec();
                self.group_start = number;
                self.keep_until = number;
                done = number;
            }
            self.end += 1;
            if passes.is_valid(row) && passes.value(row) {
                self.keep(number.saturating_sub(self.operation.before).max(done), number + 1);
                self.keep_until = (number + 1).saturating_add(self.operation.after);
                done = number + 1;
            } else if number < self.keep_until {
                self.keep(number, number + 1);
            }
        }
        self.release(false, out)
    }

    fn finish(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        self.release(true, out)
    }

    fn memory(&self) -> usize {
        self.bytes
    }
}
