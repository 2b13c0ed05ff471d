//! Fixtures in temporary folders, and loaded tables as text.
#![allow(dead_code, reason = "each test binary uses a part")]

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{Float64Type, Int32Type, Int64Type};
use kql_catalog::Profile;
use kql_sources::{Input, LoadError, LoadOptions, Loaded, load};
use kql_types::{ScalarType, datetime, guid, number, timespan};
use std::io::Write;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A folder of captures.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn new() -> Self {
        Folder(tempfile::tempdir().expect("folder"))
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file and gives its path.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().expect("parent")).expect("folder");
        std::fs::write(&path, content).expect("write");
        path
    }

    /// Loads the whole folder.
    pub(crate) fn load(&self) -> Loaded {
        load(&[Input::path(self.path())], &LoadOptions::default()).expect("load")
    }
}

/// Loads one file of this name and content.
pub(crate) fn load_one(name: &str, content: impl AsRef<[u8]>) -> Loaded {
    try_load(name, content, Profile::All).expect("load")
}

pub(crate) fn try_load(name: &str, content: impl AsRef<[u8]>, profile: Profile) -> Result<Loaded, LoadError> {
    let folder = Folder::new();
    let path = folder.write(name, content);
    load(&[Input::path(path)], &LoadOptions { profile, threads: 2, ..LoadOptions::default() })
}

pub(crate) fn gzip(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(data).expect("gzip");
    encoder.finish().expect("gzip")
}

pub(crate) fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, data) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).expect("member");
        writer.write_all(data).expect("member");
    }
    writer.finish().expect("zip").into_inner()
}

/// The values of a column, `null` for null.
pub(crate) fn column(loaded: &Loaded, table: &str, name: &str) -> Vec<String> {
    let table = &loaded.tables.get(table).unwrap_or_else(|| panic!("no table {table}: {:?}", loaded.report));
    let at = table.schema.index_of(name).unwrap_or_else(|| panic!("no column {name}"));
    let ty = table.schema.columns[at].ty;
    table.batches.iter().flat_map(|batch| texts(batch.column(at), ty)).collect()
}

/// The types of columns by name.
pub(crate) fn types(loaded: &Loaded, table: &str, names: &[&str]) -> Vec<ScalarType> {
    names.iter().map(|name| loaded.tables[table].schema.column(name).expect(name).ty).collect()
}

/// The columns a table has beyond its published schema.
pub(crate) fn extras(loaded: &Loaded, table: &str) -> Vec<(String, ScalarType)> {
    let known = kql_catalog::run_schema(Profile::All, table).map_or(0, |schema| schema.columns.len());
    loaded.tables[table].schema.columns[known..].iter().map(|c| (c.name.to_string(), c.ty)).collect()
}

/// The problems, as `line: message`.
pub(crate) fn problems(loaded: &Loaded) -> Vec<String> {
    loaded.report.problems.iter().map(|p| format!("{}: {}", p.line, p.message)).collect()
}

fn texts(array: &ArrayRef, ty: ScalarType) -> Vec<String> {
    let value = |row: usize| match ty {
        ScalarType::Bool => array.as_boolean().value(row).to_string(),
        ScalarType::Int => array.as_primitive::<Int32Type>().value(row).to_string(),
        ScalarType::Long => array.as_primitive::<Int64Type>().value(row).to_string(),
        ScalarType::Real => number::format_real(array.as_primitive::<Float64Type>().value(row)),
        ScalarType::Datetime => datetime::format(array.as_primitive::<Int64Type>().value(row)),
        ScalarType::Timespan => timespan::format(array.as_primitive::<Int64Type>().value(row)),
        ScalarType::Guid => guid::format(array.as_fixed_size_binary().value(row).try_into().expect("16 bytes")),
        ScalarType::String | ScalarType::Dynamic => array.as_string_view().value(row).to_owned(),
        other => panic!("{other}"),
    };
    (0..array.len()).map(|row| if array.is_null(row) { "null".to_owned() } else { value(row) }).collect()
}
