//! `table`, and what every kind falls back to. <https://learn.microsoft.com/kusto/query/visualization-table>

use super::super::read::clean;
use crate::{Cells, RenderError, ResultTable};

/// Rows held at most.
const ROWS: usize = 5_000;

/// Rows of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    /// Column names, and whether each column is a number.
    pub columns: Vec<(String, bool)>,
    /// The values; `None` for null.
    pub rows: Vec<Vec<Option<String>>>,
    /// Rows the result has.
    pub total: usize,
}

pub(super) fn read(result: &ResultTable<'_>, notes: &mut Vec<String>) -> Result<Rows, RenderError> {
    let mut rows = Vec::new();
    let mut numbers = vec![false; result.schema.columns.len()];
    for batch in result.batches {
        let cells = Cells::of_batch(result.schema, batch)?;
        cells.iter().zip(&mut numbers).for_each(|(c, number)| *number = c.is_number());
        for row in 0..batch.num_rows().min(ROWS - rows.len()) {
            let text = |c: &Cells<'_>| {
                (!c.is_null(row)).then(|| {
                    let mut text = String::new();
                    c.write_text(row, &mut text);
                    clean(&text)
                })
            };
            rows.push(cells.iter().map(text).collect());
        }
    }
    let total = result.rows();
    if total > ROWS {
        notes.push(format!("the first {ROWS} of {total} rows are shown"));
    }
    let columns = result.schema.columns.iter().zip(numbers).map(|(c, number)| (clean(&c.name), number)).collect();
    Ok(Rows { columns, rows, total })
}
