//! `card`: the values of the first row. <https://learn.microsoft.com/kusto/query/visualization-card>

use super::super::kind::Kind;
use super::super::read::{name, shapes};
use super::super::roles::naming;
use super::unfit;
use crate::{Cells, RenderError, ResultTable};

/// Cards at most.
const CARDS: usize = 24;

/// A value with its name.
#[derive(Clone, Debug, PartialEq)]
pub struct Card {
    /// The column.
    pub name: String,
    /// The value.
    pub text: String,
}

pub(super) fn read(result: &ResultTable<'_>, notes: &mut Vec<String>) -> Result<Vec<Card>, RenderError> {
    let shapes = shapes(result)?;
    let batch = result.batches.iter().find(|b| b.num_rows() > 0);
    let batch = batch.ok_or_else(|| unfit(Kind::Card, "the result has no rows"))?;
    let cells = Cells::of_batch(result.schema, batch)?;
    let cards: Vec<Card> = cells
        .iter()
        .zip(result.schema.columns.iter())
        .zip(&shapes)
        .take(CARDS)
        .map(|((cells, column), shape)| Card { name: super::clean(&column.name), text: name(cells, 0, naming(*shape)) })
        .collect();
    if cards.is_empty() {
        return Err(unfit(Kind::Card, "the result has no columns"));
    }
    if cells.len() > CARDS {
        notes.push(format!("the first {CARDS} columns are shown, {} more are not", cells.len() - CARDS));
    }
    if result.rows() > 1 {
        notes.push(format!("the first of {} rows is shown", result.rows()));
    }
    Ok(cards)
}
