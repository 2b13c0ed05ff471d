//! One row per element of a dynamic value: `mv-expand` and the first half of `mv-apply`.

use super::{FiltersBelow, Operation, Start, Transform};
use arrow::array::{
    ArrayRef, AsArray, BooleanArray, BooleanBuilder, Decimal256Builder, FixedSizeBinaryBuilder, Float64Builder,
    Int32Builder, Int64Array, Int64Builder, StringViewArray, StringViewBuilder, UInt64Array,
};
use arrow::compute::take;
use arrow::datatypes::{DataType, Field, FieldRef, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use kql_functions::arrow_type;
use kql_types::dynamic::Kind;
use kql_types::{ScalarType, datetime, decimal, dynamic, guid};
use std::borrow::Cow;
use std::sync::Arc;

/// The operation; its expressions are the dynamic values, expanded in parallel.
#[derive(Clone, Debug)]
pub(crate) struct MvExpand {
    /// Name and type of the column of each value.
    pub(crate) columns: Vec<(String, ScalarType)>,
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
        let columns: Vec<_> = self.columns.iter().map(|(name, ty)| format!("{name}:{ty}")).collect();
        let index = self.item_index.as_deref().unwrap_or("-");
        let marker = self.marker.as_deref().unwrap_or("-");
        let bags = if self.bags_to_arrays { "arrays" } else { "bags" };
        format!("{} index={index} marker={marker} limit={} {bags}", columns.join(","), self.limit)
    }

    fn appended(&self) -> Vec<FieldRef> {
        let columns = self.columns.iter().map(|(n, ty)| Field::new(n, arrow_type(*ty), ty.has_null()));
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

/// The elements of one value.
enum Elements<'a> {
    /// Null, which is one row of null.
    Null,
    /// JSON texts.
    Items(Vec<Cow<'a, str>>),
}

fn elements(value: Option<&str>, bags_to_arrays: bool) -> Elements<'_> {
    let Some(text) = value else { return Elements::Null };
    match dynamic::kind(text) {
        Kind::Null => Elements::Null,
        Kind::Array => Elements::Items(dynamic::array_items(text).map(Cow::Borrowed).collect()),
        Kind::Bag => {
            let entry = |(key, value): (Cow<'_, str>, &str)| {
                let mut out = String::with_capacity(key.len() + value.len() + 6);
                out.push(if bags_to_arrays { '[' } else { '{' });
                dynamic::write_quoted(&mut out, &key);
                out.push(if bags_to_arrays { ',' } else { ':' });
                out.push_str(value);
                out.push(if bags_to_arrays { ']' } else { '}' });
                Cow::Owned(out)
            };
            Elements::Items(dynamic::bag_entries(text).map(entry).collect())
        }
        _ => Elements::Items(vec![Cow::Borrowed(text)]),
    }
}

impl Elements<'_> {
    fn rows(&self) -> usize {
        match self {
            Elements::Null => 1,
            Elements::Items(items) => items.len(),
        }
    }

    fn get(&self, index: usize) -> Option<&str> {
        match self {
            Elements::Null => None,
            Elements::Items(items) => items.get(index).map(|i| &**i),
        }
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
        let mut builders: Vec<Builder> = operation.columns.iter().map(|(_, ty)| Builder::new(*ty)).collect();
        let (mut sources, mut indexes, mut markers) =
            (Vec::<u64>::new(), Vec::<Option<i64>>::new(), Vec::<bool>::new());
        let mut row = start;
        while row < batch.num_rows() && sources.len() < self.batch_size {
            let get = |v: &'_ StringViewArray| -> Option<String> {
                use arrow::array::Array;
                if v.is_null(row) { None } else { Some(v.value(row).to_owned()) }
            };
            let texts: Vec<Option<String>> = values.iter().map(get).collect();
            let lists: Vec<Elements> = texts.iter().map(|t| elements(t.as_deref(), operation.bags_to_arrays)).collect();
            // A null beside an array with elements is as long as it; beside an empty one it is still a row.
            let rows = lists.iter().map(Elements::rows).max().unwrap_or(0).min(operation.limit);
            if operation.marker.is_some() {
                sources.push(row as u64);
                indexes.push(None);
                markers.push(true);
                builders.iter_mut().for_each(|b| b.push(None));
            }
            for index in 0..rows {
                sources.push(row as u64);
                indexes.push(Some(index as i64));
                markers.push(false);
                for (builder, list) in builders.iter_mut().zip(&lists) {
                    builder.push(list.get(index));
                }
            }
            row += 1;
        }
        let sources = UInt64Array::from(sources);
        let mut columns = batch.columns().iter().map(|c| take(c, &sources, None)).collect::<Result<Vec<_>, _>>()?;
        for builder in builders {
            columns.push(builder.finish()?);
        }
        if operation.item_index.is_some() {
            columns.push(Arc::new(Int64Array::from(indexes)));
        }
        if operation.marker.is_some() {
            columns.push(Arc::new(BooleanArray::from(markers)));
        }
        let options = arrow::record_batch::RecordBatchOptions::new().with_row_count(Some(sources.len()));
        out.push(RecordBatch::try_new_with_options(Arc::clone(&self.schema), columns, &options)?);
        if row < batch.num_rows() {
            self.current = Some((batch, values, row));
        }
        Ok(())
    }
}

/// Elements as a column of a type. Numbers convert, texts are not parsed: `'2'` is no long.
enum Builder {
    Bool(BooleanBuilder),
    Int(Int32Builder),
    Long(Int64Builder),
    Real(Float64Builder),
    Decimal(Decimal256Builder),
    Text(StringViewBuilder),
    Datetime(Int64Builder),
    Timespan(Int64Builder),
    Guid(FixedSizeBinaryBuilder),
    Dynamic(StringViewBuilder),
}

impl Builder {
    fn new(ty: ScalarType) -> Self {
        match ty {
            ScalarType::Bool => Builder::Bool(BooleanBuilder::new()),
            ScalarType::Int => Builder::Int(Int32Builder::new()),
            ScalarType::Long => Builder::Long(Int64Builder::new()),
            ScalarType::Real => Builder::Real(Float64Builder::new()),
            ScalarType::Decimal => Builder::Decimal(Decimal256Builder::new()),
            ScalarType::String => Builder::Text(StringViewBuilder::new()),
            ScalarType::Datetime => Builder::Datetime(Int64Builder::new()),
            ScalarType::Timespan => Builder::Timespan(Int64Builder::new()),
            ScalarType::Guid => Builder::Guid(FixedSizeBinaryBuilder::new(16)),
            ScalarType::Dynamic | ScalarType::Unknown => Builder::Dynamic(StringViewBuilder::new()),
        }
    }

    fn push(&mut self, element: Option<&str>) {
        let element = element.filter(|e| *e != "null");
        match self {
            Builder::Bool(out) => out.append_option(element.and_then(bool_of)),
            Builder::Int(out) => out.append_option(element.and_then(whole_of).map(|v| v as i32)),
            Builder::Long(out) => out.append_option(element.and_then(whole_of)),
            Builder::Real(out) => out.append_option(element.and_then(real_of)),
            // Nothing a dynamic value can hold converts to these.
            Builder::Decimal(out) => out.append_null(),
            Builder::Timespan(out) => out.append_null(),
            Builder::Text(out) => out.append_value(dynamic::to_text(element.unwrap_or("null"))),
            Builder::Datetime(out) => {
                out.append_option(element.and_then(dynamic::unquote).and_then(|t| datetime::parse(&t)));
            }
            Builder::Guid(out) => match element.and_then(dynamic::unquote).and_then(|t| guid::parse(&t)) {
                Some(value) => {
                    // 16 bytes into a column of 16: cannot fail.
                    if out.append_value(value).is_err() {
                        out.append_null();
                    }
                }
                None => out.append_null(),
            },
            Builder::Dynamic(out) => out.append_option(element),
        }
    }

    fn finish(self) -> Result<ArrayRef> {
        Ok(match self {
            Builder::Bool(mut out) => Arc::new(out.finish()),
            Builder::Int(mut out) => Arc::new(out.finish()),
            Builder::Long(mut out) | Builder::Datetime(mut out) | Builder::Timespan(mut out) => Arc::new(out.finish()),
            Builder::Real(mut out) => Arc::new(out.finish()),
            Builder::Decimal(mut out) => {
                Arc::new(out.finish().with_precision_and_scale(decimal::PRECISION, decimal::SCALE)?)
            }
            Builder::Text(mut out) | Builder::Dynamic(mut out) => Arc::new(out.finish()),
            Builder::Guid(mut out) => Arc::new(out.finish()),
        })
    }
}

fn bool_of(element: &str) -> Option<bool> {
    match dynamic::kind(element) {
        Kind::Bool => Some(element == "true"),
        Kind::Long => element.parse::<i64>().ok().map(|v| v != 0),
        _ => None,
    }
}

fn whole_of(element: &str) -> Option<i64> {
    match dynamic::kind(element) {
        Kind::Long => element.parse().ok(),
        Kind::Real => element.parse::<f64>().ok().map(|v| v as i64),
        _ => None,
    }
}

fn real_of(element: &str) -> Option<f64> {
    match dynamic::kind(element) {
        Kind::Long | Kind::Real => element.parse().ok(),
        _ => None,
    }
}
