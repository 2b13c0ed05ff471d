//! Single values, as large as they fit.

use super::super::model::Card;
use super::font;
use super::scene::{Anchor, Area, DIM, GRID, INK, PAPER, Rgb, Scene};

pub(super) fn draw(scene: &mut Scene, area: Area, cards: &[Card]) {
    let count = cards.len().max(1);
    let columns = match count {
        1..=4 => count,
        5..=12 => count.div_ceil(2).min(4),
        _ => 6,
    };
    let rows = count.div_ceil(columns) as f64;
    let gap = 12.0;
    let width = (area.width - gap * (columns as f64 - 1.0)) / columns as f64;
    let height = ((area.height - gap * (rows - 1.0)) / rows).min(260.0);
    for (i, card) in cards.iter().enumerate() {
        let place = Area {
            x: area.x + (i % columns) as f64 * (width + gap),
            y: area.y + (i / columns) as f64 * (height + gap),
            width,
            height,
        };
        scene.rect(place, GRID);
        scene
            .rect(place.inside(1.0, 1.0, 1.0, 1.0), PAPER.mix(Rgb(0xf1, 0xf4, 0xf9), 0.9))
            .mark(format!("{}: {}", card.name, card.text));
        let middle = place.x + width / 2.0;
        let largest = (height * 0.42).min(72.0);
        let natural = font::width(&card.text, 1.0).max(0.1);
        let size = ((width - 24.0) / natural).min(largest).max(13.0);
        let y = place.y + height * 0.5 + size * 0.2;
        scene.text((middle, y), font::fit(&card.text, size, width - 16.0), size, Anchor::Middle, INK);
        let name = font::fit(&card.name, 14.0, width - 16.0);
        scene.text((middle, (y + 34.0).min(place.bottom() - 8.0)), name, 14.0, Anchor::Middle, DIM);
    }
}
