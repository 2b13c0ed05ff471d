//! `--format markdown`: a pipe table, numbers right-aligned.

use crate::{Cells, RenderError, ResultTable};
use kql_types::ScalarType;
use std::io::Write;

pub(crate) fn write<W: Write + ?Sized>(result: &ResultTable<'_>, out: &mut W) -> Result<(), RenderError> {
    let escape = |text: &str| text.replace('\\', "\\\\").replace('|', "\\|").replace(['\n', '\r'], " ");
    let mut text = String::from("|");
    for name in result.schema.names() {
        text.push_str(&format!(" {} |", escape(name)));
    }
    text.push_str("\n|");
    for column in result.schema.columns.iter() {
        let right = column.ty.is_number() && column.ty != ScalarType::Unknown;
        text.push_str(if right { " ---: |" } else { " --- |" });
    }
    text.push('\n');
    let mut value = String::new();
    for batch in result.batches {
        let cells = Cells::of_batch(result.schema, batch)?;
        for row in 0..batch.num_rows() {
            text.push('|');
            for cell in &cells {
                value.clear();
                cell.write_text(row, &mut value);
                text.push_str(&format!(" {} |", escape(&value)));
            }
            text.push('\n');
        }
        out.write_all(text.as_bytes())?;
        text.clear();
    }
    out.write_all(text.as_bytes())?;
    Ok(())
}
