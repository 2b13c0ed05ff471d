//! Charts as pictures: laid out once as a list of shapes, written as SVG or painted as PNG.

mod axes;
mod cards;
mod font;
mod lanes;
mod legend;
mod parts;
mod pivot;
mod plane;
mod png;
mod rows;
mod scene;
mod svg;
mod tree;

use super::model::{Body, Chart};
use crate::RenderError;
use scene::{Anchor, Area, DIM, INK, Scene};

pub(super) use png::Painting;
pub(super) use scene::PALETTE;
pub(super) use svg::escape;

/// The room of a picture, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pixels {
    /// Width; from 200 to 8000.
    pub width: f64,
    /// Height; from 120 to 8000.
    pub height: f64,
}

impl Default for Pixels {
    fn default() -> Self {
        Pixels { width: 960.0, height: 540.0 }
    }
}

impl Chart {
    /// The chart as an SVG document.
    pub fn svg(&self, size: Pixels) -> String {
        svg::write(&self.scene(size), self.title.as_deref().unwrap_or(self.kind.name()))
    }

    /// The chart as a PNG file: `zoom` pixels for each one of the size, so that 2 is sharp on any screen.
    ///
    /// # Errors
    /// [`RenderError::Unfit`] when the picture is too large to hold.
    pub fn png(&self, size: Pixels, zoom: f64) -> Result<Vec<u8>, RenderError> {
        self.paint(size, zoom, false)?.png()
    }

    /// The chart as pixels; `dark` turns light and dark around, colours keep their hue.
    pub(super) fn paint(&self, size: Pixels, zoom: f64, dark: bool) -> Result<Painting, RenderError> {
        Painting::new(&self.scene(size), zoom.clamp(0.5, 4.0), dark)
    }

    fn scene(&self, size: Pixels) -> Scene {
        let (width, height) = (size.width.clamp(200.0, 8000.0), size.height.clamp(120.0, 8000.0));
        let mut scene = Scene { width, height, items: Vec::new() };
        let mut area = Area { x: 0.0, y: 0.0, width, height }.inside(18.0, 14.0, 18.0, 12.0);
        if let Some(title) = &self.title {
            scene.text((area.x, area.y + 16.0), font::fit(title, 18.0, area.width), 18.0, Anchor::Start, INK);
            area = area.inside(0.0, 30.0, 0.0, 0.0);
        }
        // Notes come last, and some come up only while drawing: room for what can be known now, and one more line.
        let mut notes = self.notes.clone();
        let room = area;
        let spare = if plane::will_note(self, area.width) { 1 } else { 0 };
        area.height -= 15.0 * (wrapped(&notes, area.width).len() + spare).min(4) as f64;
        area.height = area.height.max(40.0);
        match &self.body {
            Body::Plane(plane) => plane::draw(&mut scene, area, plane, &mut notes),
            Body::Parts(parts) => parts::draw(&mut scene, area, parts),
            Body::Tree(tree) => tree::draw(&mut scene, area, tree),
            Body::Lanes(lanes) => lanes::draw(&mut scene, area, lanes),
            Body::Pivot(pivot) => pivot::draw(&mut scene, area, pivot),
            Body::Cards(cards) => cards::draw(&mut scene, area, cards),
            Body::Rows(rows) => rows::draw(&mut scene, area, rows),
        }
        let lines = wrapped(&notes, room.width);
        for (i, line) in lines.iter().take(4).enumerate() {
            let from_below = (lines.len().min(4) - 1 - i) as f64 * 15.0;
            scene.text((room.x, room.bottom() - from_below), line.as_str(), 11.0, Anchor::Start, DIM);
        }
        scene
    }
}

/// Notes as lines, broken between words.
fn wrapped(notes: &[String], width: f64) -> Vec<String> {
    let mut lines = Vec::new();
    for note in notes {
        let mut line = String::new();
        for word in note.split_whitespace() {
            if !line.is_empty() && font::width(&line, 11.0) + font::width(word, 11.0) + 4.0 > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(font::fit(&line, 11.0, width));
    }
    lines
}
