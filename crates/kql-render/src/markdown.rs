//! `--format markdown`: a pipe table, numbers right-aligned.

use crate::{Cells, RenderError, ResultTable};
use kql_types::ScalarType;
use std::io::Write;

/// A text that shows as it is: no column separator, no line break, no HTML, no emphasis, no code.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '\\' | '|' | '<' | '*' | '`' => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

pub(crate) fn write<W: Write + ?Sized>(result: &ResultTable<'_>, out: &mut W) -> Result<(), RenderError> {
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
