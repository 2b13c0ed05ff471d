//! Capture formats: files to Arrow batches of typed tables.
//!
//! [`load`] reads files and folders of JSON (lines, arrays, documents), CSV, Parquet and Arrow IPC, plain or packed with gzip,
//! zstd or zip, whatever they are called: the first bytes tell. Each record goes to a table and each value to a column:
//!
//! - A table of the catalogue has its published columns, with both `Timestamp` and `TimeGenerated`; keys it lacks become
//!   columns behind them. A table the catalogue does not know gets the narrowest types that hold all its values.
//! - A value that is none of its column's type becomes null, a record that cannot be read is left out, and both are counted
//!   and reported with file and line. Nothing else is dropped.
//! - Columns are in the engine's representation (`kql_functions::arrow_type`): `''` for missing strings, ticks for times,
//!   canonical JSON text for `dynamic`.
//!
//! The way of a record: `load` opens the file, `format` tells what it is, `json_lines` and `json_array` cut it into blocks,
//! `records` decides the table of each record and takes it apart, `table` finds the column of each key, `column` appends the
//! value, and `assemble` makes batches of what the workers read side by side. Files are hostile: sizes, depths and numbers of
//! columns have limits (`limits`), damage is an error.
//!
//! This crate knows no query and no DataFusion.

mod archive;
mod arrow_ipc;
mod arrow_types;
mod assemble;
mod column;
mod compression;
mod csv;
mod error;
mod folder;
mod format;
mod in_place;
mod input;
mod json;
mod json_array;
mod json_lines;
mod limits;
mod load;
mod parquet;
mod records;
mod report;
mod table;
mod table_reader;
#[cfg(test)]
mod testing;
mod typed;
mod utf16;

pub use arrow_types::{ArrowMapping, KQL_TYPE, field_of, mapping_of, to_engine};
pub use assemble::LoadedTable;
pub use error::LoadError;
pub use in_place::{InPlace, scanned_column};
pub use input::{Input, LoadOptions, Progress};
pub use load::{Loaded, load};
pub use report::{DecidedBy, FileReport, Problem, Report};
pub use table_reader::TableReader;
