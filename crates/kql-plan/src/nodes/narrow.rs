//! One row per cell: the work of the plugin `narrow`.

use super::{Needs, Operation, Start, Transform};
use arrow::array::{Array, AsArray, Int64Array, RecordBatch, StringViewBuilder};
use arrow::datatypes::{DataType, Field, FieldRef, SchemaRef};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use std::sync::Arc;

/// The operation; its expressions are the cells as texts.
#[derive(Clone, Debug)]
pub(crate) struct Narrow {
    names: Vec<String>,
    output: Vec<String>,
}

impl Narrow {
    /// Over columns of these names. The three output columns are the row's number from 0, the name and the text.
    pub(crate) fn new(names: Vec<String>, output: Vec<String>) -> Self {
        Narrow { names, output }
    }
}

impl Operation for Narrow {
    fn name(&self) -> &'static str {
        "Narrow"
    }

    fn describe(&self) -> String {
        self.names.join(",")
    }

    fn keeps_input(&self) -> bool {
        false
    }

    fn appended(&self) -> Vec<FieldRef> {
        let types = [(DataType::Int64, true), (DataType::Utf8View, false), (DataType::Utf8View, false)];
        let field = |(name, (ty, nullable)): (&String, (DataType, bool))| Arc::new(Field::new(name, ty, nullable));
        self.output.iter().zip(types).map(field).collect()
    }

    fn distribution(&self) -> Needs {
        Needs::One
    }

    fn start(&self, start: Start) -> Result<Box<dyn Transform>> {
        let operation = self.clone();
        Ok(Box::new(Running { operation, texts: start.expressions, schema: start.schema, next: 0 }))
    }
}

struct Running {
    operation: Narrow,
    texts: Vec<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
    next: i64,
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, out: &mut Vec<RecordBatch>) -> Result<()> {
        let evaluate = |e: &Arc<dyn PhysicalExpr>| e.evaluate(&batch)?.into_array(batch.num_rows());
        let arrays = self.texts.iter().map(evaluate).collect::<Result<Vec<_>>>()?;
        let Some(texts) = arrays.iter().map(|a| a.as_string_view_opt()).collect::<Option<Vec<_>>>() else {
            return internal_err!("narrow of something that is no text");
        };
        let cells = batch.num_rows() * texts.len();
        let mut rows = Vec::with_capacity(cells);
        let (mut names, mut values) =
            (StringViewBuilder::with_capacity(cells), StringViewBuilder::with_capacity(cells));
        for row in 0..batch.num_rows() {
            for (name, text) in self.operation.names.iter().zip(&texts) {
                rows.push(self.next);
                names.append_value(name);
                values.append_value(if text.is_null(row) { "" } else { text.value(row) });
            }
            self.next += 1;
        }
        let columns: Vec<arrow::array::ArrayRef> =
            vec![Arc::new(Int64Array::from(rows)), Arc::new(names.finish()), Arc::new(values.finish())];
        out.push(RecordBatch::try_new(Arc::clone(&self.schema), columns)?);
        Ok(())
    }
}
