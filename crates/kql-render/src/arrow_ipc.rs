//! `--format arrow`: an Arrow IPC file (Feather 2), Kusto types in the field metadata.

use crate::{RenderError, ResultTable, portable};
use arrow::ipc::writer::FileWriter;
use std::io::Write;

pub(crate) fn write(result: &ResultTable<'_>, out: &mut (dyn Write + Send)) -> Result<(), RenderError> {
    let batches = portable::batches(result)?;
    let Some(first) = batches.first() else { return Ok(()) };
    let mut writer = FileWriter::try_new(out, &first.schema())?;
    for batch in &batches {
        writer.write(batch)?;
    }
    writer.finish()?;
    Ok(())
}
