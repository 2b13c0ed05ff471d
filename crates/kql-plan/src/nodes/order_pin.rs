//! Keeps the order of the rows below: a sort under it is not dropped, and rows come in one sequence.

use super::{FiltersBelow, Needs, Operation, Start, Transform};
use arrow::record_batch::RecordBatch;
use datafusion::error::Result;

/// The operation.
#[derive(Debug)]
pub(crate) struct OrderPin;

impl Operation for OrderPin {
    fn name(&self) -> &'static str {
        "OrderPin"
    }

    fn describe(&self) -> String {
        String::new()
    }

    fn distribution(&self) -> Needs {
        Needs::One
    }

    fn pins_order(&self) -> bool {
        true
    }

    fn filters_below(&self) -> FiltersBelow {
        FiltersBelow::Input
    }

    fn limit_below(&self) -> bool {
        true
    }

    fn start(&self, _: Start) -> Result<Box<dyn Transform>> {
        Ok(Box::new(OrderPin))
    }
}

impl Transform for OrderPin {
    fn push(&mut self, batch: RecordBatch, out: &mut Vec<RecordBatch>) -> Result<()> {
        out.push(batch);
        Ok(())
    }
}
