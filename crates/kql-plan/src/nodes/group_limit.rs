//! The first rows of each group: `take` and `top` inside `mv-apply` and `partition`.

use super::keys::{Keys, key_of};
use super::{FiltersBelow, Needs, Operation, Start, Transform};
use crate::rows::Carried;
use arrow::array::BooleanArray;
use arrow::compute::filter_record_batch;
use arrow::record_batch::RecordBatch;
use datafusion::error::Result;
use std::collections::HashMap;

/// The operation; its expressions tell groups apart.
#[derive(Debug)]
pub(crate) struct GroupLimit {
    count: usize,
    groups: usize,
    marker: Option<String>,
    key_columns: Vec<String>,
}

impl GroupLimit {
    /// Keeps `count` rows of each group; a group's extra row is kept and not counted (it is a group of its own, and kept
    /// even when `count` is 0).
    pub(crate) fn new(count: usize, carried: &Carried) -> Self {
        let groups = carried.keys.len() + usize::from(carried.marker.is_some());
        GroupLimit { count, groups, marker: carried.marker.clone(), key_columns: carried.keys.clone() }
    }
}

impl Operation for GroupLimit {
    fn name(&self) -> &'static str {
        "GroupLimit"
    }

    fn describe(&self) -> String {
        format!("{} per group", self.count)
    }

    fn reads_order(&self) -> bool {
        true
    }

    fn distribution(&self) -> Needs {
        // Sorted input is in one partition already, and the order of rows decides.
        Needs::One
    }

    fn filters_below(&self) -> FiltersBelow {
        FiltersBelow::Columns(self.key_columns.clone())
    }

    fn start(&self, start: Start) -> Result<Box<dyn Transform>> {
        let marker = self.marker.as_ref().map(|_| self.groups - 1);
        Ok(Box::new(Running {
            keys: Keys::new(start.expressions),
            marker,
            count: self.count,
            taken: HashMap::new(),
            bytes: 0,
        }))
    }
}

struct Running {
    keys: Keys,
    marker: Option<usize>,
    count: usize,
    taken: HashMap<Box<[u8]>, usize>,
    bytes: usize,
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, out: &mut Vec<RecordBatch>) -> Result<()> {
        use arrow::array::AsArray;
        let columns = self.keys.columns(&batch)?;
        let marked = self.marker.and_then(|i| columns.get(i)).and_then(|c| c.as_boolean_opt().cloned());
        let encoded = self.keys.encode(&columns)?;
        let mut keep = |row: usize| {
            if marked.as_ref().is_some_and(|m| m.value(row)) {
                return true;
            }
            let key = key_of(&encoded, row);
            match self.taken.get_mut(key) {
                Some(taken) => {
                    *taken += 1;
                    *taken <= self.count
                }
                None => {
                    self.bytes += key.len() + 56;
                    self.taken.insert(key.into(), 1);
                    self.count > 0
                }
            }
        };
        let keep: BooleanArray = (0..batch.num_rows()).map(|row| Some(keep(row))).collect();
        out.push(filter_record_batch(&batch, &keep)?);
        Ok(())
    }

    fn memory(&self) -> usize {
        self.bytes
    }
}
