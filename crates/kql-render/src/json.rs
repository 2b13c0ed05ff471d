//! `--format json`: one document with all results, values as the v1 REST protocol encodes them.

use crate::{Cells, RenderError, ResultTable, visualization_json};
use kql_types::dynamic;
use std::io::Write;

/// Writes `{"tables":[{"name","columns","rows"}],"render":…|null}`. `render` is that of the last table that has one.
pub(crate) fn write(results: &[ResultTable<'_>], out: &mut (dyn Write + Send)) -> Result<(), RenderError> {
    out.write_all(b"{\"tables\":[")?;
    for (i, result) in results.iter().enumerate() {
        let mut text = String::from(if i > 0 { "," } else { "" });
        text.push_str("{\"name\":");
        dynamic::write_quoted(&mut text, result.name);
        text.push_str(",\"columns\":[");
        for (i, column) in result.schema.columns.iter().enumerate() {
            text.push_str(if i > 0 { ",{\"name\":" } else { "{\"name\":" });
            dynamic::write_quoted(&mut text, &column.name);
            text.push_str(",\"type\":\"");
            text.push_str(column.ty.name());
            text.push_str("\"}");
        }
        text.push_str("],\"rows\":[");
        let mut first = true;
        for batch in result.batches {
            let cells = Cells::of_batch(result.schema, batch)?;
            for row in 0..batch.num_rows() {
                text.push_str(if first { "\n[" } else { ",\n[" });
                first = false;
                for (i, cell) in cells.iter().enumerate() {
                    if i > 0 {
                        text.push(',');
                    }
                    cell.write_json(row, &mut text);
                }
                text.push(']');
                if text.len() > 64 * 1024 {
                    out.write_all(text.as_bytes())?;
                    text.clear();
                }
            }
        }
        text.push_str("]}");
        out.write_all(text.as_bytes())?;
    }
    out.write_all(b"],\"render\":")?;
    match results.iter().rev().find_map(|r| r.render) {
        Some(render) => out.write_all(visualization_json(Some(render)).as_bytes())?,
        None => out.write_all(b"null")?,
    }
    out.write_all(b"}\n")?;
    Ok(())
}
