//! `--format parquet`: one file, zstd, Kusto types in the field metadata.

use crate::{RenderError, ResultTable, portable};
use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::file::properties::WriterProperties;
use std::io::Write;

/// Rows a row group holds: small enough to prune by time and to read in parallel (ENGINE §7).
const ROW_GROUP: usize = 128 * 1024;

pub(crate) fn write(result: &ResultTable<'_>, out: &mut (dyn Write + Send)) -> Result<(), RenderError> {
    let batches = portable::batches(result)?;
    let Some(first) = batches.first() else { return Ok(()) };
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .build();
    let mut writer = ArrowWriter::try_new(out, first.schema(), Some(properties))?;
    for batch in &batches {
        writer.write(batch)?;
    }
    writer.close()?;
    Ok(())
}
