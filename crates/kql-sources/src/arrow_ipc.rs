//! Arrow IPC, the file form and the stream form.

use crate::records::{FileContext, Shredded};
use crate::typed::TypedFile;
use arrow::array::RecordBatch;
use arrow::error::ArrowError;
use arrow::ipc::reader::{FileReader, StreamReader};
use kql_catalog::Profile;
use std::io::{self, Read, Seek, SeekFrom};

/// Reads a file. `emit` takes each batch.
pub(crate) fn read(
    mut reader: impl Read + Seek,
    file: &FileContext,
    profile: Profile,
    emit: &mut dyn FnMut(Shredded) -> io::Result<()>,
) -> io::Result<()> {
    let mut magic = [0; 6];
    reader.read_exact(&mut magic)?;
    reader.seek(SeekFrom::Start(0))?;
    let reader = io::BufReader::new(reader);
    if &magic == b"ARROW1" {
        let batches = FileReader::try_new(reader, None).map_err(io::Error::other)?;
        let typed = TypedFile::new(file, &batches.schema(), profile);
        all(batches, typed, emit)
    } else {
        let batches = StreamReader::try_new(reader, None).map_err(io::Error::other)?;
        let typed = TypedFile::new(file, &batches.schema(), profile);
        all(batches, typed, emit)
    }
}

fn all(
    batches: impl Iterator<Item = Result<RecordBatch, ArrowError>>,
    mut typed: TypedFile<'_>,
    emit: &mut dyn FnMut(Shredded) -> io::Result<()>,
) -> io::Result<()> {
    for batch in batches {
        emit(typed.rows(&batch.map_err(io::Error::other)?).map_err(io::Error::other)?)?;
    }
    Ok(())
}
