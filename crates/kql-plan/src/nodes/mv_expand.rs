//! One row per element of a dynamic value: `mv-expand` and the first half of `mv-apply`.

use super::{FiltersBelow, Operation, Start, Transform};
use arrow::array::{Array, AsArray, BooleanArray, Int64Array, StringViewArray, StringViewBuilder, UInt64Array};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, FieldRef, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use kql_functions::dynamic::expand::{Expansion, elements};
use std::sync::Arc;

/// The operation; its expressions are the dynamic values, expanded in parallel.
#[derive(Clone, Debug)]
pub(crate) struct MvExpand {
    /// Name of the column of each value, which is dynamic.
    pub(crate) columns: Vec<String>,
    /// Name of the zero-based index.
    pub(crate) item_index: Option<String>,
    /// Name of a bool column that is true in one extra row in front of each input row's elements.
    pub(crate) marker: Option<String>,
    /// Rows per input row at most.
    pub(crate) limit: usize,
    /// Bags become `[key, value]` arrays instead of one-key bags.
    pub(crate) bags_to_arrays: bool,
}

impl Operation for MvExpand {
    fn name(&self) -> &'static str {
        "MvExpand"
    }

    fn describe(&self) -> String {
        let index = self.item_index.as_deref().unwrap_or("-");
        let marker = self.marker.as_deref().unwrap_or("-");
        let bags = if self.bags_to_arrays { "arrays" } else { "bags" };
        format!("{} index={index} marker={marker} limit={} {bags}", self.columns.join(","), self.limit)
    }

    fn appended(&self) -> Vec<FieldRef> {
        let columns = self.columns.iter().map(|n| Field::new(n, DataType::Utf8View, true));
        let index = self.item_index.iter().map(|n| Field::new(n, DataType::Int64, true));
        let marker = self.marker.iter().map(|n| Field::new(n, DataType::Boolean, false));
        columns.chain(index).chain(marker).map(Arc::new).collect()
    }

    fn filters_below(&self) -> FiltersBelow {
        FiltersBelow::Input
    }

    fn start(&self, start: Start) -> Result<Box<dyn Transform>> {
        Ok(Box::new(Running {
            operation: self.clone(),
            values: start.expressions,
            schema: start.schema,
            batch_size: start.batch_size,
            current: None,
        }))
    }
}

struct Running {
    operation: MvExpand,
    values: Vec<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
    batch_size: usize,
    /// The batch under work, its dynamic values, and the next row of it.
    current: Option<(RecordBatch, Vec<StringViewArray>, usize)>,
}

/// The elements of one value, as places in a text.
#[derive(Default)]
struct Elements {
    text: String,
    items: Vec<Option<std::ops::Range<usize>>>,
}

impl Elements {
    fn read(&mut self, value: Option<&str>, expansion: Expansion, buffer: &mut String) {
        self.text.clear();
        self.items.clear();
        elements(value, expansion, buffer, |item| {
            let item = item.map(|item| {
                let start = self.text.len();
                self.text.push_str(item);
                start..self.text.len()
            });
            self.items.push(item);
        });
    }

    fn get(&self, index: usize) -> Option<&str> {
        self.text.get(self.items.get(index)?.clone()?)
    }
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, _: &mut Vec<RecordBatch>) -> Result<()> {
        let mut values = Vec::with_capacity(self.values.len());
        for value in &self.values {
            let array = value.evaluate(&batch)?.into_array(batch.num_rows())?;
            let Some(texts) = array.as_string_view_opt() else {
                return internal_err!("mv-expand of {}", array.data_type());
            };
            values.push(texts.clone());
        }
        self.current = Some((batch, values, 0));
        Ok(())
    }

    fn pending(&self) -> bool {
        self.current.is_some()
    }

    fn more(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        let Some((batch, values, start)) = self.current.take() else { return Ok(()) };
        let operation = &self.operation;
        let expansion = if operation.bags_to_arrays { Expansion::Array } else { Expansion::Bag };
        let mut builders: Vec<_> = values.iter().map(|_| StringViewBuilder::new()).collect();
        let mut lists: Vec<Elements> = values.iter().map(|_| Elements::default()).collect();
        let (mut sources, mut indexes, mut markers) =
            (Vec::<u64>::new(), Vec::<Option<i64>>::new(), Vec::<bool>::new());
        let mut buffer = String::new();
        let mut row = start;
        while row < batch.num_rows() && sources.len() < self.batch_size {
            for (list, value) in lists.iter_mut().zip(&values) {
                list.read(value.is_valid(row).then(|| value.value(row)), expansion, &mut buffer);
            }
            // A null beside an array with elements is as long as it; beside an empty one it is still a row.
            let rows = lists.iter().map(|l| l.items.len()).max().unwrap_or(0).min(operation.limit);
            if operation.marker.is_some() {
                sources.push(row as u64);
                indexes.push(None);
                markers.push(true);
                builders.iter_mut().for_each(|b| b.append_null());
            }
            for index in 0..rows {
                sources.push(row as u64);
                indexes.push(Some(index as i64));
                markers.push(false);
                for (builder, list) in builders.iter_mut().zip(&lists) {
                    builder.append_option(list.get(index));
                }
            }
            row += 1;
        }
        let sources = UInt64Array::from(sources);
        let mut columns = batch.columns().iter().map(|c| take(c, &sources, None)).collect::<Result<Vec<_>, _>>()?;
        for mut builder in builders {
            columns.push(Arc::new(builder.finish()));
        }
        if operation.item_index.is_some() {
            columns.push(Arc::new(Int64Array::from(indexes)));
        }
        if operation.marker.is_some() {
            columns.push(Arc::new(BooleanArray::from(markers)));
        }
        let options = RecordBatchOptions::new().with_row_count(Some(sources.len()));
        out.push(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?);
        if row < batch.num_rows() {
            self.current = Some((batch, values, row));
        }
        Ok(())
    }
}
