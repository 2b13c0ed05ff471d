//! The fields of a struct as columns: what an aggregate with many results gives.
//!
//! DataFusion works out the range of values of each expression of a projection, for a field that of the whole struct: eighty
//! fields of a struct of eighty took longer to plan than to compute.

use super::{FiltersBelow, Operation, Start, Transform};
use arrow::array::AsArray;
use arrow::datatypes::{FieldRef, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use std::sync::Arc;

/// The operation: appends the fields of its one expression, a struct that is never null.
#[derive(Debug)]
pub(crate) struct Fields {
    columns: Vec<FieldRef>,
}

impl Fields {
    /// As these columns.
    pub(crate) fn new(columns: Vec<FieldRef>) -> Self {
        Fields { columns }
    }
}

impl Operation for Fields {
    fn name(&self) -> &'static str {
        "Fields"
    }

    fn describe(&self) -> String {
        let names: Vec<&str> = self.columns.iter().map(|c| c.name().as_str()).collect();
        names.join(",")
    }

    fn appended(&self) -> Vec<FieldRef> {
        self.columns.clone()
    }

    fn filters_below(&self) -> FiltersBelow {
        FiltersBelow::Input
    }

    fn limit_below(&self) -> bool {
        true
    }

    fn start(&self, start: Start) -> Result<Box<dyn Transform>> {
        Ok(Box::new(Running { structs: start.expressions, fields: self.columns.len(), schema: start.schema }))
    }
}

struct Running {
    structs: Vec<Arc<dyn PhysicalExpr>>,
    fields: usize,
    schema: SchemaRef,
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, out: &mut Vec<RecordBatch>) -> Result<()> {
        let mut columns = batch.columns().to_vec();
        for expr in &self.structs {
            let array = expr.evaluate(&batch)?.into_array(batch.num_rows())?;
            match array.as_struct_opt() {
                Some(fields) if fields.num_columns() == self.fields => columns.extend_from_slice(fields.columns()),
                _ => return internal_err!("{} fields of {}", self.fields, array.data_type()),
            }
        }
        out.push(RecordBatch::try_new(Arc::clone(&self.schema), columns)?);
        Ok(())
    }
}
