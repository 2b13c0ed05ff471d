//! Parquet files: read whole, or only described ([`crate::in_place`]).

use crate::records::{FileContext, Shredded};
use crate::typed::TypedFile;
use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use ::parquet::file::reader::ChunkReader;
use kql_catalog::Profile;
use std::io;

/// Rows of a batch.
const BATCH: usize = 1 << 16;

/// Reads a file. `emit` takes each batch.
pub(crate) fn read(
    reader: impl ChunkReader + 'static,
    file: &FileContext,
    profile: Profile,
    emit: &mut dyn FnMut(Shredded) -> io::Result<()>,
) -> io::Result<()> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(reader).map_err(io::Error::other)?;
    let mut typed = TypedFile::new(file, builder.schema(), profile);
    for batch in builder.with_batch_size(BATCH).build().map_err(io::Error::other)? {
        emit(typed.rows(&batch.map_err(io::Error::other)?).map_err(io::Error::other)?)?;
    }
    Ok(())
}
