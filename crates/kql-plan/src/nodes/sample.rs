//! Rows drawn at random: `sample`.

use super::{Needs, Operation, Start, Transform};
use arrow::array::{RecordBatch, UInt64Array};
use arrow::compute::{concat_batches, take_record_batch};
use arrow::datatypes::SchemaRef;
use datafusion::error::Result;
use rand::Rng;
use rand::rngs::ThreadRng;

/// The operation: `count` rows, each as likely as any other.
#[derive(Debug)]
pub(crate) struct Sample {
    count: usize,
}

impl Sample {
    /// Draws this many rows.
    pub(crate) fn new(count: usize) -> Self {
        Sample { count }
    }
}

impl Operation for Sample {
    fn name(&self) -> &'static str {
        "Sample"
    }

    fn describe(&self) -> String {
        self.count.to_string()
    }

    fn distribution(&self) -> Needs {
        Needs::One
    }

    fn keeps_order(&self) -> bool {
        false
    }

    fn start(&self, start: Start) -> Result<Box<dyn Transform>> {
        Ok(Box::new(Running { count: self.count, seen: 0, kept: Vec::new(), schema: start.schema }))
    }
}

/// Vitter's algorithm R. Kept rows stay in one-row batches until the end.
struct Running {
    count: usize,
    seen: usize,
    kept: Vec<RecordBatch>,
    schema: SchemaRef,
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, _: &mut Vec<RecordBatch>) -> Result<()> {
        let mut rng: ThreadRng = rand::rng();
        for row in 0..batch.num_rows() {
            self.seen += 1;
            let place = if self.kept.len() < self.count { self.kept.len() } else { rng.random_range(0..self.seen) };
            if place >= self.count {
                continue;
            }
            // A row of no columns is only counted.
            let one = if batch.num_columns() == 0 {
                batch.slice(row, 1)
            } else {
                take_record_batch(&batch, &UInt64Array::from(vec![row as u64]))?
            };
            if place == self.kept.len() { self.kept.push(one) } else { self.kept[place] = one }
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        out.push(concat_batches(&self.schema, &std::mem::take(&mut self.kept))?);
        Ok(())
    }

    fn memory(&self) -> usize {
        // Views may share their text with the batch they came from; a row's own part is what counts.
        self.kept.len() * 512
    }
}
