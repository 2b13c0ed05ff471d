//! Tables for tests and pictures, from JSON as `kql run --format json` writes it.

use arrow::array::{
    ArrayRef, BooleanArray, Decimal256Array, FixedSizeBinaryArray, Float64Array, Int32Array, Int64Array,
    StringViewArray,
};
use arrow::datatypes::{Field, Schema};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use kql_bind::bound::Render;
use kql_render::ResultTable;
use kql_types::{Column, RowSchema, ScalarType, datetime, decimal, guid, timespan};
use serde_json::Value as Json;
use std::sync::Arc;

/// A result with its `render`.
#[derive(Debug)]
pub(crate) struct Given {
    /// Columns.
    pub(crate) schema: RowSchema,
    /// Rows.
    pub(crate) batch: RecordBatch,
    /// What to draw.
    pub(crate) render: Render,
}

impl Given {
    #[allow(dead_code)] // of the example only
    /// The document's first table. `render` holds the keys of the `Visualization` annotation.
    pub(crate) fn of_json(document: &Json) -> Given {
        let table = &document["tables"][0];
        let columns: Vec<(&str, &str)> = table["columns"]
            .as_array()
            .expect("columns")
            .iter()
            .map(|c| (c["name"].as_str().expect("name"), c["type"].as_str().expect("type")))
            .collect();
        let rows: Vec<&[Json]> =
            table["rows"].as_array().expect("rows").iter().map(|r| r.as_array().expect("row").as_slice()).collect();
        Given::new(&columns, &rows, &document["render"])
    }

    /// Columns by name and type, rows of JSON values, properties of the `render`.
    pub(crate) fn new(columns: &[(&str, &str)], rows: &[&[Json]], render: &Json) -> Given {
        let column = |(name, ty): &(&str, &str)| Column::new(*name, ty.parse::<ScalarType>().expect("type"));
        let schema = RowSchema::new(columns.iter().map(column).collect::<Vec<_>>());
        let arrays: Vec<ArrayRef> =
            schema.columns.iter().enumerate().map(|(i, column)| array(column.ty, rows.iter().map(|r| &r[i]))).collect();
        let fields: Vec<Field> = schema
            .columns
            .iter()
            .zip(&arrays)
            .map(|(c, a)| Field::new(&*c.name, a.data_type().clone(), true))
            .collect();
        let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
        let batch = RecordBatch::try_new_with_options(Arc::new(Schema::new(fields)), arrays, &options).expect("batch");
        Given { schema, batch, render: properties(render) }
    }

    /// The result, as the crate takes it.
    pub(crate) fn table(&self) -> ResultTable<'_> {
        ResultTable {
            name: "PrimaryResult",
            schema: &self.schema,
            batches: std::slice::from_ref(&self.batch),
            render: Some(&self.render),
        }
    }
}

fn array<'a>(ty: ScalarType, cells: impl Iterator<Item = &'a Json>) -> ArrayRef {
    let long = |v: &Json| v.as_i64();
    let ticks = |v: &Json, parse: fn(&str) -> Option<i64>| v.as_str().and_then(parse);
    match ty {
        ScalarType::Bool => Arc::new(cells.map(Json::as_bool).collect::<BooleanArray>()),
        ScalarType::Int => Arc::new(cells.map(|v| long(v).map(|v| v as i32)).collect::<Int32Array>()),
        ScalarType::Long => Arc::new(cells.map(long).collect::<Int64Array>()),
        ScalarType::Real => {
            let real = |v: &Json| match v.as_str() {
                Some("NaN") => Some(f64::NAN),
                Some("Infinity") => Some(f64::INFINITY),
                Some("-Infinity") => Some(f64::NEG_INFINITY),
                _ => v.as_f64(),
            };
            Arc::new(cells.map(real).collect::<Float64Array>())
        }
        ScalarType::Decimal => {
            let values = cells.map(|v| v.as_str().and_then(decimal::parse)).collect::<Decimal256Array>();
            Arc::new(values.with_precision_and_scale(76, 20).expect("decimal"))
        }
        ScalarType::String => {
            Arc::new(cells.map(|v| Some(v.as_str().unwrap_or_default())).collect::<StringViewArray>())
        }
        ScalarType::Datetime => Arc::new(cells.map(|v| ticks(v, datetime::parse)).collect::<Int64Array>()),
        ScalarType::Timespan => Arc::new(cells.map(|v| ticks(v, timespan::parse)).collect::<Int64Array>()),
        ScalarType::Guid => {
            let bytes = cells.map(|v| v.as_str().and_then(guid::parse));
            Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(bytes, 16).expect("guid"))
        }
        ScalarType::Dynamic | ScalarType::Unknown => {
            Arc::new(cells.map(|v| (!v.is_null()).then(|| v.to_string())).collect::<StringViewArray>())
        }
    }
}

fn properties(v: &Json) -> Render {
    let text = |key: &str| v[key].as_str().map(str::to_owned);
    let list = |key: &str| text(key).map(|t| t.split(',').map(str::to_owned).collect::<Vec<_>>());
    Render {
        visualization: text("Visualization").unwrap_or_default().into(),
        title: text("Title"),
        kind: text("Kind"),
        x_column: text("XColumn"),
        y_columns: list("YColumns"),
        anomaly_columns: list("AnomalyColumns"),
        series: list("Series"),
        x_title: text("XTitle"),
        y_title: text("YTitle"),
        x_axis: text("XAxis"),
        y_axis: text("YAxis"),
        legend: text("Legend"),
        y_split: text("YSplit"),
        accumulate: v["Accumulate"].as_bool().unwrap_or(false),
        y_min: v["Ymin"].as_f64(),
        y_max: v["Ymax"].as_f64(),
        x_min: None,
        x_max: None,
        is_query_sorted: v["IsQuerySorted"].as_bool().unwrap_or(false),
    }
}
