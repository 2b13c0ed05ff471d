//! Keeps the first row of each key: the left side of an `innerunique` join.

use super::keys::{Keys, key_of};
use super::{FiltersBelow, Needs, Operation, Start, Transform};
use arrow::array::BooleanArray;
use arrow::compute::filter_record_batch;
use arrow::record_batch::RecordBatch;
use datafusion::common::HashSet;
use datafusion::error::Result;

/// The operation; its expressions are the keys.
#[derive(Debug)]
pub(crate) struct FirstPerKey {
    keys: usize,
}

impl FirstPerKey {
    /// Over this many key expressions.
    pub(crate) fn new(keys: usize) -> Self {
        FirstPerKey { keys }
    }
}

impl Operation for FirstPerKey {
    fn name(&self) -> &'static str {
        "FirstPerKey"
    }

    fn describe(&self) -> String {
        String::new()
    }

    fn distribution(&self) -> Needs {
        Needs::Hashed(self.keys)
    }

    fn filters_below(&self) -> FiltersBelow {
        // Which row of a key is kept is anyone's choice, and Kusto filters first where it can.
        FiltersBelow::Input
    }

    fn start(&self, start: Start) -> Result<Box<dyn Transform>> {
        Ok(Box::new(Running { keys: Keys::new(start.expressions), seen: HashSet::new(), bytes: 0 }))
    }
}

struct Running {
    keys: Keys,
    seen: HashSet<Box<[u8]>>,
    bytes: usize,
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, out: &mut Vec<RecordBatch>) -> Result<()> {
        let columns = self.keys.columns(&batch)?;
        let encoded = self.keys.encode(&columns)?;
        let mut first = |row| {
            let key = key_of(&encoded, row);
            let before = self.seen.len();
            self.seen.get_or_insert_with(key, |key| key.into());
            let new = self.seen.len() > before;
            self.bytes += if new { key.len() + 48 } else { 0 };
            new
        };
        let keep: BooleanArray = (0..batch.num_rows()).map(|row| Some(first(row))).collect();
        out.push(filter_record_batch(&batch, &keep)?);
        Ok(())
    }

    fn memory(&self) -> usize {
        self.bytes
    }
}
