//! `reduce`: groups of similar texts.

mod clusters;

pub(crate) use clusters::Rules;

use super::{Needs, Operation, Start, Transform};
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, StringViewArray, StringViewBuilder};
use arrow::compute::concat_batches;
use arrow::datatypes::{DataType, Field, FieldRef, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::{exec_err, internal_err};
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use std::collections::HashMap;
use std::sync::Arc;

/// The operation. Its expression is the text.
#[derive(Clone, Debug)]
pub(crate) struct Reduce {
    /// `threshold`, `characters`.
    pub(crate) rules: Rules,
    /// Names of the columns for pattern, count and representative.
    pub(crate) names: [Arc<str>; 3],
    /// `kind=source`: the input's rows, each with what its group is.
    pub(crate) source: bool,
}

impl Operation for Reduce {
    fn name(&self) -> &'static str {
        "Reduce"
    }

    fn describe(&self) -> String {
        format!("{:?} {:?} source={}", self.rules, self.names, self.source)
    }

    fn keeps_input(&self) -> bool {
        self.source
    }

    fn appended(&self) -> Vec<FieldRef> {
        let types = [DataType::Utf8View, DataType::Int64, DataType::Utf8View];
        self.names.iter().zip(types).map(|(name, ty)| Arc::new(Field::new(&**name, ty, true))).collect()
    }

    fn distribution(&self) -> Needs {
        Needs::One
    }

    fn start(&self, start: Start) -> Result<Box<dyn Transform>> {
        let Some(text) = start.expressions.into_iter().next() else { return internal_err!("reduce of nothing") };
        Ok(Box::new(Running {
            reduce: self.clone(),
            text,
            schema: start.schema,
            numbers: HashMap::new(),
            texts: Vec::new(),
            batches: Vec::new(),
            rows: Vec::new(),
            bytes: 0,
        }))
    }
}

struct Running {
    reduce: Reduce,
    text: Arc<dyn PhysicalExpr>,
    schema: SchemaRef,
    /// Places in `texts`.
    numbers: HashMap<Box<str>, u32>,
    /// The different texts in the order they came, and how often each did.
    texts: Vec<(Box<str>, i64)>,
    /// For `kind=source`: the input, and the text of each of its rows.
    batches: Vec<RecordBatch>,
    rows: Vec<u32>,
    bytes: usize,
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, _out: &mut Vec<RecordBatch>) -> Result<()> {
        let texts = self.text.evaluate(&batch)?.into_array(batch.num_rows())?;
        let Some(texts) = texts.as_string_view_opt() else {
            return internal_err!("reduce of a column that is no text");
        };
        for row in 0..texts.len() {
            let text = if texts.is_null(row) { "" } else { texts.value(row) };
            let number = match self.numbers.get(text) {
                Some(number) => *number,
                None => {
                    let Ok(number) = u32::try_from(self.texts.len()) else {
                        return exec_err!("reduce has too many different texts");
                    };
                    self.numbers.insert(Box::from(text), number);
                    self.texts.push((Box::from(text), 0));
                    self.bytes += 2 * text.len() + 64;
                    number
                }
            };
            if let Some((_, count)) = self.texts.get_mut(number as usize) {
                *count += 1;
            }
            if self.reduce.source {
                self.rows.push(number);
            }
        }
        if self.reduce.source {
            self.bytes += batch.get_array_memory_size() + 4 * batch.num_rows();
            self.batches.push(batch);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        self.numbers = HashMap::new();
        let Some(made) = self.reduce.rules.groups(&self.texts) else {
            return exec_err!("reduce has too many groups to compare each text with: use a smaller threshold");
        };
        let groups = if self.reduce.source {
            let of_row = |text: &u32| made.of_text.get(*text as usize).map_or(0, |group| *group as usize);
            self.rows.iter().filter_map(|text| made.groups.get(of_row(text))).collect::<Vec<_>>()
        } else {
            made.groups.iter().collect()
        };
        let text = |of: fn(&clusters::Group) -> &str| -> StringViewArray {
            let mut builder = StringViewBuilder::with_capacity(groups.len()).with_deduplicate_strings();
            groups.iter().for_each(|g| builder.append_value(of(g)));
            builder.finish()
        };
        let counts: Int64Array = groups.iter().map(|g| g.count).collect();
        let own: [ArrayRef; 3] =
            [Arc::new(text(|g| &g.pattern)), Arc::new(counts), Arc::new(text(|g| &g.representative))];
        let mut columns = Vec::new();
        if self.reduce.source {
            let Some(first) = self.batches.first() else { return Ok(()) };
            columns
                .extend(concat_batches(&first.schema(), &std::mem::take(&mut self.batches))?.columns().iter().cloned());
        }
        columns.extend(own);
        out.push(RecordBatch::try_new(Arc::clone(&self.schema), columns)?);
        Ok(())
    }

    fn memory(&self) -> usize {
        self.bytes
    }
}
