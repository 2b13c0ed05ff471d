//! `externaldata`: rows of local files, in the columns the query declares.
//!
//! No network is used: a URL is answered from a file the operator mapped to it, and a path only when it lies in a folder
//! the operator allowed. <https://learn.microsoft.com/kusto/query/externaldata-operator>

use crate::errors::wrap;
use arrow::array::{
    ArrayRef, BooleanBuilder, Decimal256Builder, FixedSizeBinaryBuilder, Float64Builder, Int32Builder, Int64Builder,
    RecordBatch, RecordBatchOptions, StringViewBuilder,
};
use datafusion::error::Result;
use flate2::read::MultiGzDecoder;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_types::{RowSchema, ScalarType, Value, datetime, decimal, dynamic, guid, number, timespan};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::tables::arrow_schema;

/// Bytes of one file after decompression; more is refused.
const LARGEST: u64 = 4 << 30;

/// What `externaldata` may reach.
#[derive(Debug, Default)]
pub(crate) struct External {
    mapped: Vec<(String, PathBuf)>,
    allowed: Vec<PathBuf>,
}

impl External {
    pub(crate) fn new(mapped: Vec<(String, PathBuf)>, allowed: Vec<PathBuf>) -> Self {
        External { mapped, allowed }
    }

    /// Reads the files into batches of the schema, one batch a file.
    pub(crate) fn read(
        &self,
        uris: &[String],
        properties: &[(String, Value)],
        schema: &RowSchema,
    ) -> Result<Vec<RecordBatch>> {
        let text = |name: &str| {
            properties.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).and_then(|(_, v)| match v {
                Value::String(s) => Some(s.to_ascii_lowercase()),
                Value::Bool(Some(b)) => Some(b.to_string()),
                _ => None,
            })
        };
        let skip_first = text("ignorefirstrecord").is_some_and(|v| v == "true");
        uris.iter()
            .map(|uri| {
                // A storage key may follow a semicolon; what stands before is the place.
                let place = uri.split(';').next().unwrap_or(uri);
                let path = self.resolve(place)?;
                let format = text("format").unwrap_or_else(|| format_of(place));
                let bytes = read_file(&path, place)?;
                let mut table = TableBuilder::new(schema);
                read_records(&bytes, &format, skip_first, &mut table)?;
                table.finish(schema)
            })
            .collect()
    }

    fn resolve(&self, uri: &str) -> Result<PathBuf> {
        if let Some((_, file)) = self.mapped.iter().find(|(url, _)| url == uri) {
            return Ok(file.clone());
        }
        let refuse = |help: String| {
            let message = format!("externaldata may not read '{uri}'");
            Err(wrap(Diagnostic::error(code::NOT_ALLOWED, Span::default(), message).with_help(help)))
        };
        let local = uri.strip_prefix("file://").unwrap_or(uri);
        if local.contains("://") {
            return refuse(format!("download it and map it: --external '{uri}=FILE'"));
        }
        // Links and `..` are resolved first, so that no path leads out of an allowed folder.
        let inside = |file: &Path| {
            let folders = self.allowed.iter().filter_map(|f| f.canonicalize().ok());
            folders.into_iter().any(|folder| file.starts_with(folder))
        };
        match Path::new(local).canonicalize() {
            Ok(file) if inside(&file) => Ok(file),
            _ => refuse("allow its folder with --allow FOLDER, or map it with --external URI=FILE".to_owned()),
        }
    }
}

fn format_of(place: &str) -> String {
    let path = place.split(['?', '#']).next().unwrap_or(place);
    let name = path.strip_suffix(".gz").unwrap_or(path);
    name.rsplit_once('.').map_or_else(|| "csv".to_owned(), |(_, extension)| extension.to_ascii_lowercase())
}

fn read_file(path: &Path, uri: &str) -> Result<Vec<u8>> {
    let failed = |e: std::io::Error| {
        wrap(Diagnostic::error(code::DATA, Span::default(), format!("externaldata cannot read '{uri}': {e}")))
    };
    let mut bytes = std::fs::read(path).map_err(failed)?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        MultiGzDecoder::new(bytes.as_slice()).take(LARGEST).read_to_end(&mut plain).map_err(failed)?;
        bytes = plain;
    }
    if bytes.len() as u64 >= LARGEST {
        let message = format!("'{uri}' is larger than externaldata may read");
        return Err(wrap(Diagnostic::error(code::LIMIT, Span::default(), message)));
    }
    Ok(bytes)
}

fn read_records(bytes: &[u8], format: &str, skip_first: bool, table: &mut TableBuilder) -> Result<()> {
    let text = String::from_utf8_lossy(bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let delimiter = match format {
        "csv" => Some(b','),
        "tsv" | "tsve" => Some(b'\t'),
        "psv" => Some(b'|'),
        "scsv" => Some(b';'),
        "sohsv" => Some(1),
        _ => None,
    };
    let skip = usize::from(skip_first);
    match (format, delimiter) {
        (_, Some(delimiter)) => {
            let mut reader = csv::ReaderBuilder::new()
                .delimiter(delimiter)
                .has_headers(false)
                .flexible(true)
                .from_reader(text.as_bytes());
            for record in reader.records().skip(skip).flatten() {
                table.row(|column| record.get(column));
            }
            Ok(())
        }
        ("txt" | "raw", _) if format == "txt" => {
            text.lines().skip(skip).for_each(|line| table.row(|column| (column == 0).then_some(line)));
            Ok(())
        }
        ("raw", _) => {
            table.row(|column| (column == 0).then_some(text));
            Ok(())
        }
        ("json" | "multijson" | "singlejson" | "jsonl" | "ndjson", _) => {
            let stream = serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>();
            for value in stream {
                let Ok(value) = value else { break };
                match value {
                    serde_json::Value::Array(records) => records.iter().for_each(|r| table.record(r)),
                    record => table.record(&record),
                }
            }
            Ok(())
        }
        _ => {
            let message = format!("externaldata cannot read the format '{format}'");
            let help = "write with (format='csv'), tsv, psv, scsv, sohsv, txt, raw, json or multijson";
            Err(wrap(Diagnostic::error(code::UNSUPPORTED, Span::default(), message).with_help(help)))
        }
    }
}

/// Columns being built from texts; what does not fit a type is null, as in the service.
struct TableBuilder {
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
            ColumnBuilder::Guid(b) => match text.and_then(guid::parse) {
                // Sixteen bytes always fit a builder of sixteen.
                Some(bytes) => drop(b.append_value(bytes)),
                None => b.append_null(),
            },
            ColumnBuilder::Dynamic(b) => {
                let value =
                    text.filter(|t| !t.is_empty()).map(|t| dynamic::canonical(t).unwrap_or_else(|| dynamic::quote(t)));
                b.append_option(value.filter(|v| v != "null"));
            }
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

impl TableBuilder {
    fn new(schema: &RowSchema) -> Self {
        TableBuilder {
            names: schema.columns.iter().map(|c| Arc::clone(&c.name)).collect(),
            columns: schema.columns.iter().map(|c| ColumnBuilder::new(c.ty)).collect(),
            rows: 0,
        }
    }

    fn row<'a>(&mut self, field: impl Fn(usize) -> Option<&'a str>) {
        self.rows += 1;
        self.columns.iter_mut().enumerate().for_each(|(i, column)| column.push(field(i)));
    }

    fn record(&mut self, record: &serde_json::Value) {
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

    fn finish(mut self, schema: &RowSchema) -> Result<RecordBatch> {
        let columns = self.columns.iter_mut().map(ColumnBuilder::finish).collect();
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        Ok(RecordBatch::try_new_with_options(arrow_schema(schema), columns, &options)?)
    }
}
