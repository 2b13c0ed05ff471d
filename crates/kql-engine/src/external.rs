//! `externaldata`: rows of local files, in the columns the query declares.
//!
//! No network is used: a URL is answered from a file the operator mapped to it, and a path only when it lies in a folder
//! the operator allowed. <https://learn.microsoft.com/kusto/query/externaldata-operator>

use crate::errors::wrap;
use crate::rows::TableBuilder;
use arrow::array::RecordBatch;
use datafusion::error::Result;
use flate2::read::MultiGzDecoder;
use kql_bind::bound::INFERRED;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_types::{RowSchema, Value};
use std::io::Read;
use std::path::{Path, PathBuf};

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

    /// Reads the files into batches of the schema, one batch a file. `what` reads is named in messages.
    pub(crate) fn read(
        &self,
        what: &str,
        uris: &[String],
        properties: &[(String, Value)],
        schema: &RowSchema,
    ) -> Result<Vec<RecordBatch>> {
        if properties.iter().any(|(name, _)| &**name == INFERRED) {
            return Ok(vec![crate::infer::schema_text(self, uris, properties)?]);
        }
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
                let path = self.resolve(place, what)?;
                let format = text("format").unwrap_or_else(|| format_of(place));
                let bytes = read_file(&path, place, what)?;
                records(&bytes, &format, skip_first, schema, what)
            })
            .collect()
    }

    /// The files mapped to URLs that begin with a place.
    pub(crate) fn mapped_below(&self, place: &str) -> Vec<PathBuf> {
        self.mapped.iter().filter(|(url, _)| url.starts_with(place)).map(|(_, file)| file.clone()).collect()
    }

    /// The file or folder of a place, when it may be read.
    pub(crate) fn resolve(&self, uri: &str, what: &str) -> Result<PathBuf> {
        if let Some((_, file)) = self.mapped.iter().find(|(url, _)| url == uri) {
            return Ok(file.clone());
        }
        let refuse = |help: String| {
            let message = format!("{what} may not read '{uri}'");
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

fn read_file(path: &Path, uri: &str, what: &str) -> Result<Vec<u8>> {
    let failed = |e: std::io::Error| {
        wrap(Diagnostic::error(code::DATA, Span::default(), format!("{what} cannot read '{uri}': {e}")))
    };
    let mut bytes = std::fs::read(path).map_err(failed)?;
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut plain = Vec::new();
        MultiGzDecoder::new(bytes.as_slice()).take(LARGEST).read_to_end(&mut plain).map_err(failed)?;
        bytes = plain;
    }
    if bytes.len() as u64 >= LARGEST {
        let message = format!("'{uri}' is larger than {what} may read");
        return Err(wrap(Diagnostic::error(code::LIMIT, Span::default(), message)));
    }
    Ok(bytes)
}

/// The records of a file's content as a batch of the schema.
pub(crate) fn records(
    bytes: &[u8],
    format: &str,
    skip_first: bool,
    schema: &RowSchema,
    what: &str,
) -> Result<RecordBatch> {
    let mut table = TableBuilder::new(schema);
    read_records(bytes, format, skip_first, &mut table, what)?;
    table.finish(schema)
}

fn read_records(bytes: &[u8], format: &str, skip_first: bool, table: &mut TableBuilder, what: &str) -> Result<()> {
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
            let message = format!("{what} cannot read the format '{format}'");
            let help = "write with (format='csv'), tsv, psv, scsv, sohsv, txt, raw, json or multijson";
            Err(wrap(Diagnostic::error(code::UNSUPPORTED, Span::default(), message).with_help(help)))
        }
    }
}
