//! Vertical strips in eighths of a character.

use super::super::model::{Plane, Point, Series};
use super::super::scale::Scale;
use super::page::{Page, color, shade};
use ratatui_core::layout::Rect;
use ratatui_core::style::Color;

pub(super) fn draw(page: &mut Page<'_>, plot: Rect, plane: &Plane, series: &[(usize, &Series)], y: &Scale) {
    let places = plane.x.bands.as_ref().map_or(1, |b| b.names.len()).max(1);
    let each = f64::from(plot.width) / places as f64;
    let strips = if plane.stacked { 1 } else { series.len().max(1) };
    // Room between places, when there is enough.
    let gap = if each >= 3.0 * strips as f64 {
        (each * 0.2).max(1.0)
    } else if each >= 2.0 * strips as f64 {
        1.0
    } else {
        0.0
    };
    let width = ((each - gap) / strips as f64).max(1.0 / strips as f64);
    for (n, (i, one)) in series.iter().enumerate() {
        let strip = if plane.stacked { 0 } else { n };
        for p in one.points.iter().filter(|p| p.value.is_finite()) {
            let left = p.x * each + gap / 2.0 + width * strip as f64;
            let from = left.round() as u16;
            let to = ((left + width).round() as u16).max(from + 1).min(plot.width);
            for column in from..to {
                paint(page, plot, plot.x + column, p, y, (*i, plane.stacked));
            }
        }
    }
}

/// One column of characters. Eighths show where it ends; within a stack the one below shows through.
fn paint(page: &mut Page<'_>, plot: Rect, x: u16, p: &Point, y: &Scale, (series, stacked): (usize, bool)) {
    let eighths = |v: f64| (y.at(v).unwrap_or(0.0).clamp(0.0, 1.0) * f64::from(plot.height) * 8.0).round() as u32;
    let (a, b) = (eighths(p.from), eighths(p.to));
    let (low, high) = (a.min(b), a.max(b));
    let ink = color(series);
    for row in 0..u32::from(plot.height) {
        let (bottom, top) = (row * 8, row * 8 + 8);
        if high <= bottom || low >= top {
            continue;
        }
        let line = plot.bottom() - 1 - row as u16;
        if !page.color && stacked {
            // Shades have no eighths: whoever has the middle of the cell has the cell.
            if low <= bottom + 4 && high > bottom + 4 || high - low < 8 && high > bottom {
                page.set(x, line, shade(series), Color::Reset, Color::Reset);
            }
            continue;
        }
        let full = if page.color { '█' } else { shade(series) };
        match (low <= bottom, high >= top) {
            (true, true) => page.set(x, line, full, ink, Color::Reset),
            (true, false) => page.set(x, line, EIGHTHS[(high - bottom) as usize % 9], ink, Color::Reset),
            (false, _) => {
                // Starts inside the cell: the part below keeps its colour, ours is the ground above it.
                let below = page.buffer.cell((x, line)).map_or(Color::Reset, |c| c.fg);
                let taken = page.buffer.cell((x, line)).is_some_and(|c| c.symbol() != " ");
                let block = EIGHTHS[(low - bottom) as usize % 9];
                let ground = if high >= top { ink } else { Color::Reset };
                match taken {
                    true => page.set(x, line, block, below, ground),
                    false => page.set(x, line, if high >= top { '▀' } else { '─' }, ink, Color::Reset),
                }
            }
        }
    }
    if high == low {
        // A value of zero, or too small to see: a line where it is.
        let row = (low / 8).min(u32::from(plot.height) - 1) as u16;
        let line = plot.bottom() - 1 - row;
        if p.value != 0.0 && page.buffer.cell((x, line)).is_some_and(|c| c.symbol() == " ") {
            page.set(x, line, '▁', ink, Color::Reset);
        }
    }
}

const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
