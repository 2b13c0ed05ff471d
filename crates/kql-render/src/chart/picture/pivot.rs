//! A pivot table: rows by columns, darker where there is more.

use super::super::model::Pivot;
use super::font;
use super::scene::{AXIS, Anchor, Area, DIM, INK, PALETTE, PAPER, Scene};

pub(super) fn draw(scene: &mut Scene, area: Area, pivot: &Pivot) {
    let widest = pivot.rows.iter().map(|n| font::width(n, 12.0)).fold(font::width(&pivot.row_title, 12.0), f64::max);
    let names = widest.min(area.width * 0.3) + 10.0;
    let columns = pivot.columns.len() as f64 + 1.0;
    let each = ((area.width - names) / columns).min(130.0);
    let rows = pivot.rows.len() as f64 + 3.0;
    let step = (area.height / rows).min(26.0);
    let size = 12.0_f64.min(step * 0.72);
    let base = |row: usize| area.y + (row as f64 + 2.0) * step + step * 0.68;
    let x = |column: usize| area.x + names + column as f64 * each;
    let top =
        format!("{}: {}", pivot.value_title, if pivot.column_title.is_empty() { "all" } else { &pivot.column_title });
    let room = area.width - names;
    scene.text((x(0), area.y + step * 0.68), font::fit(&top, size, room), size, Anchor::Start, DIM);
    scene.text(
        (area.x, area.y + step * 1.68),
        font::fit(&pivot.row_title, size, names - 6.0),
        size,
        Anchor::Start,
        DIM,
    );
    for (c, name) in pivot.columns.iter().chain(std::iter::once(&"total".to_owned())).enumerate() {
        let text = font::fit(name, size, each - 8.0);
        scene.text((x(c) + each - 6.0, area.y + step * 1.68), text, size, Anchor::End, DIM);
    }
    let y = area.y + 2.0 * step;
    scene.line(&[(area.x, y), (x(pivot.columns.len() + 1), y)], 1.0, AXIS);
    let largest = pivot.values.iter().flatten().filter(|v| v.is_finite()).fold(0.0_f64, |a, b| a.max(b.abs()));
    let cell = |scene: &mut Scene, at: (f64, f64), value: f64, ink| {
        let text = font::fit(&pivot.measure.text(value), size, each - 8.0);
        scene.text((at.0 + each - 6.0, at.1), text, size, Anchor::End, ink);
    };
    for (r, name) in pivot.rows.iter().enumerate() {
        scene.text((area.x, base(r)), font::fit(name, size, names - 6.0), size, Anchor::Start, INK);
        for (c, value) in pivot.values[r].iter().enumerate().filter(|(_, v)| v.is_finite()) {
            let part = if largest > 0.0 { value.abs() / largest } else { 0.0 };
            let fill = PAPER.mix(PALETTE[0], 0.06 + 0.84 * part);
            let place = Area { x: x(c) + 1.0, y: base(r) - step * 0.68 + 1.0, width: each - 2.0, height: step - 2.0 };
            let tip = format!("{name} × {}: {}", pivot.columns[c], pivot.measure.text(*value));
            scene.rect(place, fill).mark(tip);
            cell(scene, (x(c), base(r)), *value, if fill.is_light() { INK } else { PAPER });
        }
        cell(scene, (x(pivot.columns.len()), base(r)), pivot.row_total(r), DIM);
    }
    let last = pivot.rows.len();
    scene.text((area.x, base(last)), "total", size, Anchor::Start, DIM);
    for c in 0..pivot.columns.len() {
        cell(scene, (x(c), base(last)), pivot.column_total(c), DIM);
    }
    let all = (0..pivot.rows.len()).map(|r| pivot.row_total(r)).sum();
    cell(scene, (x(pivot.columns.len()), base(last)), all, INK);
}
