//! Rows that do not come from a capture: texts of files and commands, and values, made into batches of a schema.

use crate::tables::arrow_schema;
use arrow::array::{
    ArrayRef, BooleanBuilder, Decimal256Builder, FixedSizeBinaryBuilder, Float64Builder, Int32Builder, Int64Builder,
    RecordBatch, RecordBatchOptions, StringViewBuilder,
};
use datafusion::error::Result;
use kql_types::{RowSchema, ScalarType, Value, datetime, decimal, dynamic, guid, number, timespan};
use std::sync::Arc;

/// Columns being built from texts; what does not fit a type is null, as in the service.
pub(crate) struct TableBuilder {
    names: Vec<Arc<str>>,
    columns: Vec<ColumnBuilder>,
    rows: usize,
}

enum ColumnBuilder {
    Bool(BooleanBuilder),
    Int(Int32Builder),
    Long(Int64Builder, fn(&str) -> Option<i64>),
    Real(Float64Builder),
    Decimal(Decimal256Builder),
    String(StringViewBuilder),
    Guid(FixedSizeBinaryBuilder),
    Dynamic(StringViewBuilder),
}

impl ColumnBuilder {
    fn new(ty: ScalarType) -> Self {
        match ty {
            ScalarType::Bool => ColumnBuilder::Bool(BooleanBuilder::new()),
            ScalarType::Int => ColumnBuilder::Int(Int32Builder::new()),
            ScalarType::Long => ColumnBuilder::Long(Int64Builder::new(), number::parse_long),
            ScalarType::Datetime => ColumnBuilder::Long(Int64Builder::new(), datetime::parse),
            ScalarType::Timespan => ColumnBuilder::Long(Int64Builder::new(), timespan::parse),
            ScalarType::Real => ColumnBuilder::Real(Float64Builder::new()),
            ScalarType::Decimal => {
                let data_type = kql_functions::arrow_type(ScalarType::Decimal);
                ColumnBuilder::Decimal(Decimal256Builder::new().with_data_type(data_type))
            }
            ScalarType::String => ColumnBuilder::String(StringViewBuilder::new()),
            ScalarType::Guid => ColumnBuilder::Guid(FixedSizeBinaryBuilder::new(16)),
            ScalarType::Dynamic | ScalarType::Unknown => ColumnBuilder::Dynamic(StringViewBuilder::new()),
        }
    }

    fn push(&mut self, text: Option<&str>) {
        match self {
            ColumnBuilder::Bool(b) => b.append_option(text.and_then(number::parse_bool)),
            ColumnBuilder::Int(b) => b.append_option(text.and_then(number::parse_int)),
            ColumnBuilder::Long(b, parse) => b.append_option(text.and_then(*parse)),
            ColumnBuilder::Real(b) => b.append_option(text.and_then(number::parse_real)),
            ColumnBuilder::Decimal(b) => b.append_option(text.and_then(decimal::parse)),
            ColumnBuilder::String(b) => b.append_value(text.unwrap_or("")),
            ColumnBuilder::Guid(b) => push_guid(b, text.and_then(guid::parse)),
            ColumnBuilder::Dynamic(b) => {
                let value =
                    text.filter(|t| !t.is_empty()).map(|t| dynamic::canonical(t).unwrap_or_else(|| dynamic::quote(t)));
                b.append_option(value.filter(|v| v != "null"));
            }
        }
    }

    /// A value of the column's type; another is null.
    fn push_value(&mut self, value: &Value) {
        match (self, value) {
            (ColumnBuilder::Bool(b), Value::Bool(v)) => b.append_option(*v),
            (ColumnBuilder::Int(b), Value::Int(v)) => b.append_option(*v),
            (ColumnBuilder::Long(b, _), Value::Long(v) | Value::Datetime(v) | Value::Timespan(v)) => {
                b.append_option(*v)
            }
            (ColumnBuilder::Real(b), Value::Real(v)) => b.append_option(*v),
            (ColumnBuilder::Decimal(b), Value::Decimal(v)) => b.append_option(*v),
            (ColumnBuilder::String(b), Value::String(v)) => b.append_value(v),
            (ColumnBuilder::Guid(b), Value::Guid(v)) => push_guid(b, *v),
            (ColumnBuilder::Dynamic(b), Value::Dynamic(v)) => b.append_option(v.as_deref()),
            (column, _) => column.push(None),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            ColumnBuilder::Bool(b) => Arc::new(b.finish()),
            ColumnBuilder::Int(b) => Arc::new(b.finish()),
            ColumnBuilder::Long(b, _) => Arc::new(b.finish()),
            ColumnBuilder::Real(b) => Arc::new(b.finish()),
            ColumnBuilder::Decimal(b) => Arc::new(b.finish()),
            ColumnBuilder::String(b) | ColumnBuilder::Dynamic(b) => Arc::new(b.finish()),
            ColumnBuilder::Guid(b) => Arc::new(b.finish()),
        }
    }
}

fn push_guid(b: &mut FixedSizeBinaryBuilder, bytes: Option<[u8; 16]>) {
    match bytes {
        // Sixteen bytes always fit a builder of sixteen.
        Some(bytes) => drop(b.append_value(bytes)),
        None => b.append_null(),
    }
}

impl TableBuilder {
    pub(crate) fn new(schema: &RowSchema) -> Self {
        TableBuilder {
            names: schema.columns.iter().map(|c| Arc::clone(&c.name)).collect(),
            columns: schema.columns.iter().map(|c| ColumnBuilder::new(c.ty)).collect(),
            rows: 0,
        }
    }

    /// A row of texts, by column.
    pub(crate) fn row<'a>(&mut self, field: impl Fn(usize) -> Option<&'a str>) {
        self.rows += 1;
        self.columns.iter_mut().enumerate().for_each(|(i, column)| column.push(field(i)));
    }

    /// A row of values, by column.
    pub(crate) fn values(&mut self, row: &[Value]) {
        self.rows += 1;
        for (at, column) in self.columns.iter_mut().enumerate() {
            match row.get(at) {
                Some(value) => column.push_value(value),
                None => column.push(None),
            }
        }
    }

    /// A JSON object: its values by column name.
    pub(crate) fn record(&mut self, record: &serde_json::Value) {
        self.rows += 1;
        for (name, column) in self.names.iter().zip(&mut self.columns) {
            match record.get(&**name) {
                None | Some(serde_json::Value::Null) => column.push(None),
                // A dynamic column keeps a JSON string a string, whatever it holds.
                Some(value) if matches!(column, ColumnBuilder::Dynamic(_)) => column.push(Some(&value.to_string())),
                Some(serde_json::Value::String(text)) => column.push(Some(text)),
                Some(value) => column.push(Some(&value.to_string())),
            }
        }
    }

    pub(crate) fn finish(mut self, schema: &RowSchema) -> Result<RecordBatch> {
        let columns = self.columns.iter_mut().map(ColumnBuilder::finish).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        Ok(RecordBatch::try_new_with_options(arrow_schema(schema), columns, &options)?)
    }
}
