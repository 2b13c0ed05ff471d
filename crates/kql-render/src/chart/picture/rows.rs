//! Rows as a table.

use super::super::model::Rows;
use super::font;
use super::scene::{AXIS, Anchor, Area, DIM, GRID, INK, Scene};

const SIZE: f64 = 12.0;
const STEP: f64 = 20.0;

pub(super) fn draw(scene: &mut Scene, area: Area, table: &Rows) {
    let fits = ((area.height - STEP) / STEP).max(1.0) as usize;
    let cut = table.total > fits;
    let shown = &table.rows[..table.rows.len().min(if cut { fits - 1 } else { fits })];
    let natural = |c: usize| {
        let cells = shown.iter().map(|r| r[c].as_deref().unwrap_or("null"));
        let widest = cells.chain([table.columns[c].0.as_str()]).map(|t| font::width(t, SIZE)).fold(0.0, f64::max);
        (widest + 16.0).clamp(30.0, 320.0)
    };
    let natural: Vec<f64> = (0..table.columns.len()).map(natural).collect();
    // The widest columns give way first, down to a common width; columns beyond the page are counted.
    let mut widths = natural.clone();
    let (mut low, mut high) = (0.0, 320.0);
    if natural.iter().sum::<f64>() > area.width {
        for _ in 0..30 {
            let middle = (low + high) / 2.0;
            if natural.iter().map(|w| w.min(middle)).sum::<f64>() > area.width { high = middle } else { low = middle }
        }
        let common = low.max(56.0);
        widths = natural.iter().map(|w| w.min(common)).collect();
    }
    let mut left = area.x;
    let mut columns = Vec::new();
    for (c, width) in widths.iter().enumerate() {
        if left + width > area.right() + 1.0 && c > 0 {
            break;
        }
        columns.push((c, left, *width));
        left += width;
    }
    let text = |scene: &mut Scene, (c, x, width): (usize, f64, f64), y: f64, text: &str, color| {
        let text = font::fit(text, SIZE, width - 10.0);
        let number = table.columns[c].1;
        let (x, anchor) = if number { (x + width - 8.0, Anchor::End) } else { (x + 2.0, Anchor::Start) };
        scene.text((x, y), text, SIZE, anchor, color);
    };
    for column in &columns {
        text(scene, *column, area.y + 13.0, &table.columns[column.0].0, DIM);
    }
    scene.line(&[(area.x, area.y + STEP), (left, area.y + STEP)], 1.0, AXIS);
    for (r, row) in shown.iter().enumerate() {
        let y = area.y + STEP * (r as f64 + 1.0);
        for column in &columns {
            match &row[column.0] {
                Some(value) => text(scene, *column, y + 14.0, value, INK),
                None => text(scene, *column, y + 14.0, "null", AXIS),
            }
        }
        scene.line(&[(area.x, y + STEP), (left, y + STEP)], 1.0, GRID);
    }
    let mut rest = Vec::new();
    if cut {
        rest.push(format!("{} more rows", table.total - shown.len()));
    }
    if columns.len() < table.columns.len() {
        rest.push(format!("{} more columns", table.columns.len() - columns.len()));
    }
    if !rest.is_empty() {
        let y = area.y + STEP * (shown.len() as f64 + 1.0) + 14.0;
        scene.text((area.x, y), rest.join(", "), SIZE, Anchor::Start, DIM);
    }
}
