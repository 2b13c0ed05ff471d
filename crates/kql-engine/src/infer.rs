//! `infer_storage_schema`: the columns of files as the text of a schema.
//!
//! Page: query/infer-storage-schema-plugin. JSON, Parquet and Arrow files are read as captured data is: a column has the
//! narrowest type that holds all its values.

use crate::errors::wrap;
use crate::external::External;
use arrow::array::{ArrayRef, RecordBatch, StringViewArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::error::{DataFusionError, Result};
use kql_diagnostic::{Diagnostic, Span, code};
use kql_sources::{Input, LoadOptions, load};
use kql_types::{ScalarType, Value, datetime, number};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// More files than this are not looked for.
const MOST_FILES: usize = 100_000;
/// No published table has this name: the files say what their columns are.
const TABLE: &str = "inferred_storage_schema";

/// The batch of one text.
pub(crate) fn schema_text(external: &External, uris: &[String], properties: &[(String, Value)]) -> Result<RecordBatch> {
    let text = |name: &str| {
        properties.iter().find(|(n, _)| n == name).and_then(|(_, v)| match v {
            Value::String(s) => Some(s.as_str()),
            _ => None,
        })
    };
    let format = text("format").unwrap_or_default().to_ascii_lowercase();
    let mut files = Vec::new();
    for uri in uris {
        find(external, uri, text("extension").unwrap_or(""), text("prefix").unwrap_or(""), &mut files)?;
    }
    files.sort();
    files.dedup();
    match text("mode").unwrap_or("last") {
        "any" => files.truncate(1),
        "last" => {
            let written = |file: &PathBuf| file.metadata().and_then(|m| m.modified()).ok();
            files = files.into_iter().max_by_key(written).into_iter().collect();
        }
        _ => {}
    }
    if files.is_empty() {
        return Err(refusal(
            code::DATA,
            "no file is there to infer a schema from",
            "name a folder or file that is allowed",
        ));
    }
    let columns = match format.as_str() {
        "csv" => delimited(&files, b',', text("header").is_some())?,
        "tsv" | "tsve" => delimited(&files, b'\t', text("header").is_some())?,
        "psv" => delimited(&files, b'|', text("header").is_some())?,
        "scsv" => delimited(&files, b';', text("header").is_some())?,
        "sohsv" => delimited(&files, 1, text("header").is_some())?,
        "json" | "multijson" | "singlejson" | "jsonl" | "ndjson" | "parquet" | "arrow" => loaded(files)?,
        "txt" | "raw" => vec![("Column1".to_owned(), ScalarType::String)],
        other => {
            let message = format!("a schema cannot be inferred from files of the format '{other}'");
            let help = "DataFormat is one of csv, tsv, psv, scsv, sohsv, txt, raw, json, multijson, parquet";
            return Err(refusal(code::UNSUPPORTED, &message, help));
        }
    };
    let columns: Vec<String> = columns.iter().map(|(name, ty)| format!("{}:{ty}", written(name))).collect();
    let texts: ArrayRef = Arc::new(StringViewArray::from(vec![columns.join(", ")]));
    let schema = Schema::new(vec![Field::new("CslSchema", DataType::Utf8View, false)]);
    Ok(RecordBatch::try_new(Arc::new(schema), vec![texts])?)
}

fn refusal(code: &'static str, message: &str, help: &str) -> DataFusionError {
    wrap(Diagnostic::error(code, Span::default(), message).with_help(help))
}

/// The files of a place: those mapped to URLs that begin with it, the file it names, or those in the folder it names.
fn find(external: &External, uri: &str, extension: &str, prefix: &str, files: &mut Vec<PathBuf>) -> Result<()> {
    // A storage key may follow a semicolon; what stands before is the place.
    let place = uri.split(';').next().unwrap_or(uri);
    let mapped = external.mapped_below(place);
    let mut folders = if mapped.is_empty() { vec![external.resolve(place, "infer_storage_schema")?] } else { mapped };
    let fits = |file: &Path| {
        let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        name.ends_with(extension) && name.starts_with(prefix)
    };
    while let Some(path) = folders.pop() {
        if !path.is_dir() {
            if fits(&path) {
                files.push(path);
            }
            continue;
        }
        let entries = std::fs::read_dir(&path).map_err(|e| {
            refusal(
                code::DATA,
                &format!("the folder '{}' cannot be read: {e}", path.display()),
                "check its permissions",
            )
        })?;
        // A link could lead out of the folder, or round in a circle.
        let real = entries.flatten().filter(|entry| entry.file_type().is_ok_and(|t| !t.is_symlink()));
        folders.extend(real.map(|entry| entry.path()));
        if files.len() + folders.len() > MOST_FILES {
            let message = format!("'{place}' has more than {MOST_FILES} files");
            return Err(refusal(code::LIMIT, &message, "name a smaller folder"));
        }
    }
    Ok(())
}

fn loaded(files: Vec<PathBuf>) -> Result<Vec<(String, ScalarType)>> {
    let inputs: Vec<Input> = files.into_iter().map(|path| Input { table: Some(TABLE.to_owned()), path }).collect();
    let loaded = load(&inputs, &LoadOptions { max_memory: Some(4 << 30), ..LoadOptions::default() })
        .map_err(|e| refusal(code::DATA, &e.to_string(), "check the file and DataFormat"))?;
    let Some(table) = loaded.tables.values().next() else {
        return Err(refusal(code::DATA, "the files have no records to infer a schema from", "check DataFormat"));
    };
    Ok(table.schema.columns.iter().map(|c| (c.name.to_string(), c.ty)).collect())
}

/// The columns of delimited files. Without a heading they are `Column1`, `Column2`, ….
fn delimited(files: &[PathBuf], delimiter: u8, header: bool) -> Result<Vec<(String, ScalarType)>> {
    let mut columns: Vec<(String, Option<ScalarType>)> = Vec::new();
    for file in files {
        let failed = |e: csv::Error| refusal(code::DATA, &format!("'{}': {e}", file.display()), "check DataFormat");
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(header)
            .flexible(true)
            .from_path(file)
            .map_err(failed)?;
        let names: Vec<String> = match header {
            true => {
                let names = reader.headers().map_err(failed)?;
                names.iter().map(|n| n.trim_start_matches('\u{feff}').to_owned()).collect()
            }
            false => Vec::new(),
        };
        let mut record = csv::StringRecord::new();
        let mut places: Vec<usize> = Vec::new();
        while reader.read_record(&mut record).map_err(failed)? {
            for (at, text) in record.iter().enumerate() {
                if places.len() == at {
                    let name = names.get(at).cloned().unwrap_or_else(|| format!("Column{}", at + 1));
                    places.push(columns.iter().position(|(known, _)| *known == name).unwrap_or(columns.len()));
                    if places[at] == columns.len() {
                        columns.push((name, None));
                    }
                }
                let ty = &mut columns[places[at]].1;
                if !text.is_empty() {
                    *ty = Some(ty.map_or_else(|| type_of(text), |ty| both(ty, type_of(text))));
                }
            }
        }
    }
    Ok(columns.into_iter().map(|(name, ty)| (name, ty.unwrap_or(ScalarType::String))).collect())
}

fn type_of(text: &str) -> ScalarType {
    if number::parse_long(text).is_some() {
        ScalarType::Long
    } else if number::parse_real(text).is_some() {
        ScalarType::Real
    } else if matches!(text.to_ascii_lowercase().as_str(), "true" | "false") {
        ScalarType::Bool
    } else if datetime::parse(text).is_some() {
        ScalarType::Datetime
    } else {
        ScalarType::String
    }
}

/// A type that holds the values of both.
fn both(a: ScalarType, b: ScalarType) -> ScalarType {
    match (a, b) {
        (a, b) if a == b => a,
        (ScalarType::Long | ScalarType::Real, ScalarType::Long | ScalarType::Real) => ScalarType::Real,
        _ => ScalarType::String,
    }
}

/// A column name as it is written in a schema.
fn written(name: &str) -> String {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if plain { name.to_owned() } else { format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::AsArray;

    fn inferred(external: &External, place: &Path, properties: &[(&str, &str)]) -> String {
        let properties: Vec<(String, Value)> =
            properties.iter().map(|(n, v)| ((*n).to_owned(), Value::String((*v).to_owned()))).collect();
        let batch = schema_text(external, &[place.display().to_string()], &properties);
        match batch {
            Ok(batch) => batch.column(0).as_string_view().value(0).to_owned(),
            Err(error) => format!("refused: {error}"),
        }
    }

    #[test]
    fn the_columns_of_files() {
        let folder = tempfile::tempdir().expect("folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("write");
        write("part-1.csv", "id,when,a b\n1,2026-01-01,x\n2.5,,\n");
        write("part-2.csv", "id,when,more\nx,2026-01-01,true\n");
        write("js-1.json", "{\"n\":1,\"s\":\"x\",\"d\":{\"k\":1},\"t\":\"2026-01-01T00:00:00Z\"}\n{\"n\":2.5}\n");
        let external = External::new(Vec::new(), vec![folder.path().to_owned()]);
        let csv = [("format", "csv"), ("extension", ".csv"), ("header", "true")];
        let of = |mode: &'static str| [csv.as_slice(), &[("mode", mode)]].concat();
        assert_eq!(inferred(&external, folder.path(), &of("any")), "id:real, when:datetime, ['a b']:string");
        assert_eq!(
            inferred(&external, folder.path(), &of("all")),
            "id:string, when:datetime, ['a b']:string, more:bool"
        );
        let headless = [("format", "csv"), ("prefix", "part-2"), ("mode", "all")];
        assert_eq!(inferred(&external, folder.path(), &headless), "Column1:string, Column2:string, Column3:string");
        let json = [("format", "json"), ("extension", ".json")];
        assert_eq!(inferred(&external, folder.path(), &json), "n:real, s:string, d:dynamic, t:datetime");
        assert!(inferred(&external, folder.path(), &[("format", "orc")]).contains("orc"));
        assert!(inferred(&External::default(), folder.path(), &json).contains("may not read"));
        let mapped = External::new(vec![("https://x/c/js-1.json".into(), folder.path().join("js-1.json"))], Vec::new());
        assert_eq!(inferred(&mapped, Path::new("https://x/c/"), &json), "n:real, s:string, d:dynamic, t:datetime");
    }
}
