//! Charts as pictures inside the text of a terminal, where it takes them.

mod kitty;
mod sixel;

use super::kind::Kind;
use super::model::Chart;
use super::picture::Pixels;
use crate::{RenderError, ResultTable};
use kql_bind::bound::Render;

/// How a terminal takes pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Graphics {
    /// Kitty's protocol: a PNG in pieces. <https://sw.kovidgoyal.net/kitty/graphics-protocol/>
    Kitty,
    /// DEC's sixels. <https://vt100.net/docs/vt3xx-gp/chapter14.html>
    Sixel,
}

/// The room a picture has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// Columns of characters.
    pub columns: u16,
    /// Lines at most.
    pub lines: u16,
    /// Width and height of a character in pixels.
    pub cell: (u16, u16),
}

/// Height of a character for which the sizes of text in pictures are made.
const LINE: f64 = 19.0;
/// Width by height of a picture.
const SHAPE: f64 = 16.0 / 9.0;

/// A result as a picture in the text of a terminal, with a line end. `Ok(None)` for `table`, which is no chart.
///
/// # Errors
/// [`RenderError::Unfit`] with the reason when this kind makes no sense for the data.
pub fn draw_inline(
    result: &ResultTable<'_>,
    render: &Render,
    graphics: Graphics,
    room: Room,
    dark: bool,
) -> Result<Option<String>, RenderError> {
    if Kind::parse(&render.visualization)? == Kind::Table {
        return Ok(None);
    }
    Chart::new(result, render)?.inline(graphics, room, dark).map(Some)
}

impl Chart {
    /// The chart as the text that makes a terminal show a picture, with a line end.
    ///
    /// # Errors
    /// [`RenderError::Unfit`] when the picture is too large to hold.
    pub fn inline(&self, graphics: Graphics, room: Room, dark: bool) -> Result<String, RenderError> {
        let (cell_width, cell_height) = (f64::from(room.cell.0.clamp(4, 64)), f64::from(room.cell.1.clamp(8, 128)));
        let most =
            (f64::from(room.columns.clamp(20, 400)) * cell_width, f64::from(room.lines.clamp(6, 200)) * cell_height);
        let width = most.0.min(most.1 * SHAPE);
        let columns = (width / cell_width).floor();
        let zoom = cell_height / LINE;
        let size = Pixels { width: columns * cell_width / zoom, height: (width / SHAPE).floor() / zoom };
        Ok(match graphics {
            Graphics::Kitty => kitty::encode(&self.paint(size, zoom, dark)?.png()?, columns as u16),
            Graphics::Sixel => {
                let painted = self.paint(size, zoom, dark)?;
                sixel::encode(&painted.pixels(), painted.width())
            }
        })
    }
}
