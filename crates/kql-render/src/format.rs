//! The formats by name.

use crate::{RenderError, ResultTable, Theme, arrow_ipc, csv, json, markdown, ndjson, parquet, records, table};
use std::io::Write;
use std::str::FromStr;

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Aligned columns for people.
    Table,
    /// One column a line, for wide rows.
    Records,
    /// One JSON document with all results.
    Json,
    /// One JSON object a row.
    Ndjson,
    /// Comma-separated, with a header.
    Csv,
    /// Tab-separated, with a header.
    Tsv,
    /// A Markdown table.
    Markdown,
    /// An Apache Parquet file.
    Parquet,
    /// An Arrow IPC file.
    Arrow,
}

impl Format {
    /// All formats with their names.
    pub const ALL: [(&'static str, Format); 9] = [
        ("table", Format::Table),
        ("records", Format::Records),
        ("json", Format::Json),
        ("ndjson", Format::Ndjson),
        ("csv", Format::Csv),
        ("tsv", Format::Tsv),
        ("markdown", Format::Markdown),
        ("parquet", Format::Parquet),
        ("arrow", Format::Arrow),
    ];

    /// Binary formats hold one result and do not belong on a terminal.
    pub fn is_binary(self) -> bool {
        matches!(self, Format::Parquet | Format::Arrow)
    }
}

impl FromStr for Format {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, String> {
        let found = Format::ALL.iter().find(|(name, _)| *name == s).map(|(_, format)| *format);
        found.ok_or_else(|| {
            let names: Vec<_> = Format::ALL.iter().map(|(name, _)| *name).collect();
            format!("unknown format '{s}'; write one of {}", names.join(", "))
        })
    }
}

/// How to write for people.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Columns of the terminal; `None` means as wide as needed.
    pub width: Option<usize>,
    /// Rows shown by [`Format::Table`] and [`Format::Records`]; the rest is counted in a last line. `None` shows all.
    pub max_rows: Option<usize>,
    /// Colours; `None` writes none.
    pub theme: Option<Theme>,
    /// Bags and arrays spread over lines, in [`Format::Records`].
    pub pretty: bool,
}

/// Writes all results of a run in a format.
///
/// # Errors
/// I/O errors, and [`RenderError::Unfit`] when a binary format is given several results.
pub fn write(
    results: &[ResultTable<'_>],
    format: Format,
    options: &Options,
    out: &mut (dyn Write + Send),
) -> Result<(), RenderError> {
    let single = || match results {
        [one] => Ok(one),
        _ => Err(RenderError::Unfit(format!(
            "this format holds one table and the run gave {}; write one statement, or use --format json",
            results.len()
        ))),
    };
    match format {
        Format::Json => json::write(results, out),
        Format::Parquet => parquet::write(single()?, out),
        Format::Arrow => arrow_ipc::write(single()?, out),
        Format::Ndjson => results.iter().try_for_each(|r| ndjson::write(r, out)),
        Format::Csv => between(results, out, |r, out| csv::write(r, b',', out)),
        Format::Tsv => between(results, out, |r, out| csv::write(r, b'\t', out)),
        Format::Markdown => between(results, out, markdown::write),
        Format::Table => between(results, out, |r, out| table::write(r, options, out)),
        Format::Records => between(results, out, |r, out| records::write(r, options, out)),
    }
}

/// Writes results with a blank line between them.
fn between<W: Write + ?Sized>(
    results: &[ResultTable<'_>],
    out: &mut W,
    write: impl Fn(&ResultTable<'_>, &mut W) -> Result<(), RenderError>,
) -> Result<(), RenderError> {
    for (i, result) in results.iter().enumerate() {
        if i > 0 {
            out.write_all(b"\n")?;
        }
        write(result, out)?;
    }
    Ok(())
}
