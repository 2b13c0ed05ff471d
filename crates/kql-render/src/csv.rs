//! `--format csv` and `tsv`: RFC 4180 with a header line. Null is an empty field; an empty string too, as in Kusto.

use crate::{Cells, RenderError, ResultTable};
use std::io::Write;

pub(crate) fn write<W: Write + ?Sized>(
    result: &ResultTable<'_>,
    delimiter: u8,
    out: &mut W,
) -> Result<(), RenderError> {
    let mut writer = ::csv::WriterBuilder::new().delimiter(delimiter).flexible(true).from_writer(out);
    let failed = |e: ::csv::Error| RenderError::Writer(e.to_string());
    writer.write_record(result.schema.names()).map_err(failed)?;
    let mut text = String::new();
    for batch in result.batches {
        let cells = Cells::of_batch(result.schema, batch)?;
        for row in 0..batch.num_rows() {
            for cell in &cells {
                text.clear();
                cell.write_text(row, &mut text);
                writer.write_field(&text).map_err(failed)?;
            }
            writer.write_record(None::<&[u8]>).map_err(failed)?;
        }
    }
    writer.flush()?;
    Ok(())
}
