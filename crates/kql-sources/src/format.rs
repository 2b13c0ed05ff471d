//! Which format a file has: by its first bytes, and by its name where bytes do not tell.

use crate::json::Scanner;
use std::path::Path;

/// So many bytes are looked at.
pub(crate) const HEAD: usize = 1 << 16;

/// A capture format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// One JSON value a line.
    JsonLines,
    /// JSON values over several lines: an array of records, one document, several of them.
    JsonArray,
    /// Delimited text with a heading; the delimiter.
    Csv(u8),
    /// Apache Parquet.
    Parquet,
    /// Arrow IPC, file or stream.
    ArrowIpc,
    /// No bytes, or nothing but white space.
    Empty,
}

impl Format {
    /// The name in reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Format::JsonLines => "JSON lines",
            Format::JsonArray => "JSON",
            Format::Csv(b'\t') => "TSV",
            Format::Csv(_) => "CSV",
            Format::Parquet => "Parquet",
            Format::ArrowIpc => "Arrow IPC",
            Format::Empty => "empty",
        }
    }

    /// The format of a file that begins with `head` (at most [`HEAD`] bytes, UTF-8 if it is text). `named` says that the user
    /// named this file rather than its folder: then text with several columns is CSV whatever the file is called.
    pub(crate) fn of(head: &[u8], path: &Path, named: bool) -> Result<Self, &'static str> {
        if head.starts_with(b"PAR1") {
            return Ok(Format::Parquet);
        }
        if head.starts_with(b"ARROW1") || head.starts_with(&[0xff, 0xff, 0xff, 0xff]) {
            return Ok(Format::ArrowIpc);
        }
        if head.get(257..262) == Some(b"ustar") {
            return Err("a tar archive: unpack it first");
        }
        if head.starts_with(b"SQLite format 3") {
            return Err("an SQLite database: export its tables as CSV or JSON first");
        }
        if head.starts_with(b"ElfFile\0") {
            return Err("a Windows event log (evtx): convert it to JSON lines first");
        }
        if head.contains(&0) {
            return Err("binary data of an unknown kind");
        }
        let text = head.trim_ascii_start();
        match text.first() {
            None => Ok(Format::Empty),
            Some(b'{') => Ok(if starts_with_a_whole_object(text) { Format::JsonLines } else { Format::JsonArray }),
            Some(b'[') => Ok(Format::JsonArray),
            _ => csv(text, path, named).map(Format::Csv).ok_or("no JSON, CSV, Parquet or Arrow IPC"),
        }
    }
}

/// Whether the first line is a JSON object. A line longer than the head is taken for one, unless it wraps an array of records:
/// those are better read one by one.
fn starts_with_a_whole_object(text: &[u8]) -> bool {
    let line = match memchr::memchr(b'\n', text) {
        Some(end) => &text[..end],
        None if text.len() < HEAD / 2 => text,
        None => return crate::json_array::opens_wrapper(text).is_none_or(|length| length == 0),
    };
    let line = String::from_utf8_lossy(line);
    let mut entries = Vec::new();
    Scanner::new(&line).object(&mut entries).is_ok()
}

/// The delimiter of delimited text.
fn csv(text: &[u8], path: &Path, named: bool) -> Option<u8> {
    let extension = inner_extension(path);
    let by_name = matches!(extension.as_str(), "csv" | "tsv" | "tab" | "psv");
    if extension == "tsv" || extension == "tab" {
        return Some(b'\t');
    }
    let mut lines = text.split(|b| *b == b'\n').filter(|line| !line.starts_with(b"#TYPE"));
    let heading = lines.next()?;
    let count = |line: &[u8], delimiter: u8| line.iter().filter(|b| **b == delimiter).count();
    let (most, delimiter) =
        [b',', b'\t', b';', b'|'].map(|d| (count(heading, d), d)).into_iter().max_by_key(|m| m.0)?;
    if by_name {
        return Some(if most == 0 { b',' } else { delimiter });
    }
    // Prose has commas too: the lines must agree on their number, quoted ones aside.
    let agrees = |line: &&[u8]| line.is_empty() || line.contains(&b'"') || count(line, delimiter) == most;
    let complete = text.split(|b| *b == b'\n').count().saturating_sub(2).min(10);
    (named && most > 0 && lines.take(complete).all(|line| agrees(&line))).then_some(delimiter)
}

/// The extension in lower case, behind that of a compression: `json` of `x.JSON.gz`.
pub(crate) fn inner_extension(path: &Path) -> String {
    let lower = |path: &Path| path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase()).unwrap_or_default();
    let outer = lower(path);
    if matches!(outer.as_str(), "gz" | "gzip" | "zst" | "zstd" | "zip")
        && path.file_stem().is_some_and(|s| Path::new(s).extension().is_some())
    {
        return path.file_stem().map(|stem| lower(Path::new(stem))).unwrap_or_default();
    }
    outer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &[u8], path: &str) -> Result<Format, &'static str> {
        Format::of(text, Path::new(path), true)
    }

    #[test]
    fn json_over_one_or_several_lines() {
        assert_eq!(of(b"{\"a\":1}\n{\"a\":2}\n", "x"), Ok(Format::JsonLines));
        assert_eq!(of(b"\n {\"a\":1}", "x"), Ok(Format::JsonLines));
        assert_eq!(of(b"{\n  \"a\": 1\n}", "x"), Ok(Format::JsonArray));
        assert_eq!(of(b"[{\"a\":1}]", "x.csv"), Ok(Format::JsonArray));
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(HEAD));
        assert_eq!(of(&long.as_bytes()[..HEAD], "x"), Ok(Format::JsonLines));
        let wrapped = format!("{{\"records\": [{{\"a\":\"{}\"}}]}}", "x".repeat(HEAD));
        assert_eq!(of(&wrapped.as_bytes()[..HEAD], "x"), Ok(Format::JsonArray));
    }

    #[test]
    fn binary_formats() {
        assert_eq!(of(b"PAR1....", "x.json"), Ok(Format::Parquet));
        assert_eq!(of(b"ARROW1\0\0", "x"), Ok(Format::ArrowIpc));
        assert_eq!(of(b"\xff\xff\xff\xff\x10\0\0\0", "x"), Ok(Format::ArrowIpc));
        assert!(of(b"\x7fELF\0\0", "x").is_err());
        assert_eq!(of(b" \n\t", "x"), Ok(Format::Empty));
    }

    #[test]
    fn delimited_text() {
        assert_eq!(of(b"a,b\n1,2\n", "x"), Ok(Format::Csv(b',')));
        assert_eq!(of(b"a;b\n1;2\n", "x.csv.gz"), Ok(Format::Csv(b';')));
        assert_eq!(of(b"a\tb\n", "x.tsv"), Ok(Format::Csv(b'\t')));
        assert_eq!(of(b"only\n1\n", "x.CSV"), Ok(Format::Csv(b',')));
        assert!(of(b"Dear reader, this is prose.\nAnd, as prose, it goes on.\nEnd.\n", "README.md").is_err());
        assert!(Format::of(b"a,b\n1,2\n", Path::new("x.txt"), false).is_err());
    }

    #[test]
    fn extensions_behind_compression() {
        assert_eq!(inner_extension(Path::new("a/x.JSON.gz")), "json");
        assert_eq!(inner_extension(Path::new("x.zip")), "zip");
        assert_eq!(inner_extension(Path::new("x")), "");
    }
}
