//! The legend: names with their colours, in rows below the title.

use super::font;
use super::scene::{Anchor, Area, INK, Rgb, Scene};

const SIZE: f64 = 12.0;
const ROWS: usize = 3;
const LONGEST: f64 = 220.0;

/// Draws the names and answers the room below.
pub(super) fn draw(scene: &mut Scene, area: Area, entries: &[(String, Rgb)]) -> Area {
    let (mut x, mut row) = (area.x, 0);
    let more = |left: usize| format!("+ {left} more");
    for (i, (name, color)) in entries.iter().enumerate() {
        let text = font::fit(name, SIZE, LONGEST.min(area.width - 20.0));
        let width = font::width(&text, SIZE) + 32.0;
        let last = i + 1 == entries.len();
        let reserve = if row + 1 == ROWS && !last { font::width(&more(99), SIZE) + 8.0 } else { 0.0 };
        if x > area.x && x + width - 14.0 + reserve > area.right() {
            if row + 1 == ROWS {
                let y = area.y + row as f64 * 18.0 + 11.0;
                scene.text((x, y), more(entries.len() - i), SIZE, Anchor::Start, INK);
                break;
            }
            (x, row) = (area.x, row + 1);
        }
        let y = area.y + row as f64 * 18.0;
        scene.rect(Area { x, y: y + 2.0, width: 11.0, height: 11.0 }, *color);
        scene.text((x + 16.0, y + 11.5), text, SIZE, Anchor::Start, INK);
        x += width;
    }
    area.inside(0.0, (row + 1) as f64 * 18.0 + 8.0, 0.0, 0.0)
}
