//! Gathers the few rows that filters inside the reader of a file leave of a batch, and lets go of what the others held.
//!
//! A text column of such a batch still points into the pages it was read from: a row of a hundred bytes keeps a megabyte.

use super::{FiltersBelow, Operation, Start, Transform};
use arrow::array::{ArrayRef, AsArray};
use arrow::compute::BatchCoalescer;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::error::Result;
use std::sync::Arc;

/// The operation; it changes no row.
#[derive(Debug)]
pub struct Compact;

impl Operation for Compact {
    fn name(&self) -> &'static str {
        "Compact"
    }

    fn describe(&self) -> String {
        String::new()
    }

    fn filters_below(&self) -> FiltersBelow {
        FiltersBelow::Input
    }

    fn limit_below(&self) -> bool {
        true
    }

    fn start(&self, start: Start) -> Result<Box<dyn Transform>> {
        // Large batches go through as they are.
        let large = start.batch_size / 2;
        let coalescer =
            BatchCoalescer::new(start.schema, start.batch_size).with_biggest_coalesce_batch_size(Some(large));
        Ok(Box::new(Running { coalescer }))
    }
}

struct Running {
    coalescer: BatchCoalescer,
}

impl Running {
    fn give(&mut self, out: &mut Vec<RecordBatch>) {
        while let Some(batch) = self.coalescer.next_completed_batch() {
            out.push(batch);
        }
    }
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, out: &mut Vec<RecordBatch>) -> Result<()> {
        self.coalescer.push_batch(compact(batch)?)?;
        self.give(out);
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        self.coalescer.finish_buffered_batch()?;
        self.give(out);
        Ok(())
    }

    fn memory(&self) -> usize {
        self.coalescer.size()
    }
}

/// The batch with text columns that hold little more than their texts.
pub fn compact(batch: RecordBatch) -> Result<RecordBatch> {
    if !batch.columns().iter().any(is_sparse) {
        return Ok(batch);
    }
    let columns = batch.columns().iter().map(|column| match column.as_string_view_opt() {
        Some(texts) if is_sparse(column) => Arc::new(texts.gc()) as ArrayRef,
        _ => Arc::clone(column),
    });
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(batch.schema(), columns.collect(), &options)?)
}

/// True when a text column holds buffers several times as large as its texts.
fn is_sparse(column: &ArrayRef) -> bool {
    let Some(texts) = column.as_string_view_opt() else { return false };
    let held: usize = texts.data_buffers().iter().map(|b| b.len()).sum();
    // Lengths are added up only where a buffer of usual size would not explain what is held.
    held > 16_384 && held > 4 * texts.views().iter().map(|view| outside(*view)).sum::<usize>()
}

/// Bytes of a text that lie outside of its view.
fn outside(view: u128) -> usize {
    let length = view as u32 as usize;
    if length > 12 { length } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::compact;
    use arrow::array::{AsArray, Int64Array, RecordBatch, StringViewArray, UInt32Array};
    use arrow::compute::take_record_batch;
    use std::sync::Arc;

    #[test]
    fn few_rows_let_go_of_the_rest() {
        let texts: StringViewArray =
            (0..5000).map(|i| Some(format!("a text of more than twelve bytes, number {i}"))).collect();
        let numbers = Int64Array::from_iter_values(0..5000);
        let batch = RecordBatch::try_from_iter([("t", Arc::new(texts) as _), ("n", Arc::new(numbers) as _)]).unwrap();
        let few = take_record_batch(&batch, &UInt32Array::from(vec![3, 4000])).unwrap();
        let held =
            |b: &RecordBatch| -> usize { b.column(0).as_string_view().data_buffers().iter().map(|b| b.len()).sum() };
        let compacted = compact(few.clone()).unwrap();
        assert_eq!(compacted, few);
        assert!(held(&few) > 200_000 && held(&compacted) < 200, "{} {}", held(&few), held(&compacted));
        assert_eq!(held(&compact(batch.clone()).unwrap()), held(&batch));
        assert_eq!(compact(few.project(&[1]).unwrap()).unwrap().num_rows(), 2);
    }
}
