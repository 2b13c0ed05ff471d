//! Hands rows on and hides what is known of the partitions they come in: see `operators::sort`.

use super::{FiltersBelow, Operation, Start, Transform};
use arrow::record_batch::RecordBatch;
use datafusion::error::Result;

/// The operation.
#[derive(Debug)]
pub(crate) struct LegsAlike;

impl Operation for LegsAlike {
    fn name(&self) -> &'static str {
        "LegsAlike"
    }

    fn describe(&self) -> String {
        String::new()
    }

    fn keeps_order(&self) -> bool {
        false
    }

    fn hides_input(&self) -> bool {
        true
    }

    fn filters_below(&self) -> FiltersBelow {
        FiltersBelow::Input
    }

    fn limit_below(&self) -> bool {
        true
    }

    fn start(&self, _: Start) -> Result<Box<dyn Transform>> {
        Ok(Box::new(LegsAlike))
    }
}

impl Transform for LegsAlike {
    fn push(&mut self, batch: RecordBatch, out: &mut Vec<RecordBatch>) -> Result<()> {
        out.push(batch);
        Ok(())
    }
}
