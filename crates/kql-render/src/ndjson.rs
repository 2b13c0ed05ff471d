//! `--format ndjson`: one JSON object a row, keys in column order, values as in the v1 protocol.

use crate::{Cells, RenderError, ResultTable};
use kql_types::dynamic;
use std::io::Write;

pub(crate) fn write(result: &ResultTable<'_>, out: &mut (dyn Write + Send)) -> Result<(), RenderError> {
    let keys: Vec<String> = result
        .schema
        .names()
        .enumerate()
        .map(|(i, name)| {
            let mut key = String::from(if i > 0 { "," } else { "{" });
            dynamic::write_quoted(&mut key, name);
            key.push(':');
            key
        })
        .collect();
    let mut text = String::new();
    for batch in result.batches {
        let cells = Cells::of_batch(result.schema, batch)?;
        for row in 0..batch.num_rows() {
            for (key, cell) in keys.iter().zip(&cells) {
                text.push_str(key);
                cell.write_json(row, &mut text);
            }
            text.push_str(if keys.is_empty() { "{}\n" } else { "}\n" });
            if text.len() > 64 * 1024 {
                out.write_all(text.as_bytes())?;
                text.clear();
            }
        }
    }
    out.write_all(text.as_bytes())?;
    Ok(())
}
