//! Charts in a terminal: lines in braille, strips in blocks. Drawn into a page of characters; no terminal is touched.

mod bars;
mod cards;
mod columns;
mod lanes;
mod page;
mod parts;
mod pivot;
mod plane;
mod tree;

use super::kind::Kind;
use super::model::{Body, Chart, Marks};
use crate::{RenderError, ResultTable, Theme};
use kql_bind::bound::Render;

/// The room a chart has, in characters.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Lines, without title and notes; charts that are lists take as many as they have rows.
    pub height: u16,
}

/// Draws a result as its `render` asks, without colours when there is no theme. `Ok(None)` for `table`, which is no chart.
///
/// # Errors
/// [`RenderError::Unfit`] with the reason when this kind makes no sense for the data; the caller falls back to the table.
pub fn draw(
    result: &ResultTable<'_>,
    render: &Render,
    size: Size,
    theme: Option<&Theme>,
) -> Result<Option<String>, RenderError> {
    if Kind::parse(&render.visualization)? == Kind::Table {
        return Ok(None);
    }
    Chart::new(result, render).map(|chart| chart.terminal(size, theme))
}

impl Chart {
    /// The chart as lines of text; `None` for the table, which has a writer of its own.
    pub fn terminal(&self, size: Size, theme: Option<&Theme>) -> Option<String> {
        let theme = theme.filter(|t| t.series.is_some());
        let size = Size { width: size.width.clamp(30, 500), height: size.height.clamp(8, 200) };
        let mut notes = self.notes.clone();
        let drawing = match &self.body {
            Body::Plane(p) if p.marks == Marks::Bar => bars::draw(p, size, theme, &mut notes),
            Body::Plane(p) => plane::draw(p, size, theme, &mut notes),
            Body::Parts(parts) => parts::draw(parts, size, theme),
            Body::Tree(tree) => tree::draw(tree, size, theme),
            Body::Lanes(lanes) => lanes::draw(lanes, size, theme),
            Body::Pivot(pivot) => pivot::draw(pivot, size, theme, &mut notes),
            Body::Cards(cards) => cards::draw(cards, size),
            Body::Rows(_) => return None,
        };
        let mut out = self.title.as_ref().map_or_else(String::new, |t| format!("{t}\n"));
        out.push_str(&drawing);
        notes.iter().for_each(|note| out.push_str(&format!("({note})\n")));
        Some(out)
    }
}
