//! A pie, with a list of its slices.

use super::super::model::Parts;
use super::font;
use super::scene::{Anchor, Area, DIM, INK, PAPER, Scene, Shape, color};
use std::f64::consts::TAU;

pub(super) fn draw(scene: &mut Scene, area: Area, parts: &Parts) {
    let list = if parts.legend { area.width * 0.5 } else { 0.0 };
    let pie = area.inside(0.0, 4.0, list, 4.0);
    let labels = if parts.legend { 8.0 } else { 36.0 };
    let radius = (pie.width.min(pie.height) / 2.0 - labels).max(10.0);
    let (cx, cy) = (pie.x + pie.width / 2.0, pie.y + pie.height / 2.0);
    let at = |turn: f64, r: f64| (cx + r * (turn * TAU).sin(), cy - r * (turn * TAU).cos());
    let mut start = 0.0;
    for (i, slice) in parts.slices.iter().enumerate() {
        let end = start + slice.share;
        let steps = (slice.share * 180.0).ceil().max(1.0) as usize;
        let arc = (0..=steps).map(|s| at(start + slice.share * s as f64 / steps as f64, radius));
        let outline: Vec<_> = std::iter::once((cx, cy)).chain(arc).collect();
        let tip = format!("{}: {} ({:.1}%)", slice.name, parts.measure.text(slice.value), slice.share * 100.0);
        scene.add(Shape::Polygon(outline), color(i)).mark(tip);
        start = end;
    }
    // White lines between slices, then the texts above all of them.
    start = 0.0;
    for (i, slice) in parts.slices.iter().enumerate() {
        if parts.slices.len() > 1 {
            scene.line(&[(cx, cy), at(start, radius)], 1.2, PAPER);
        }
        let middle = start + slice.share / 2.0;
        if slice.share >= 0.04 {
            let (x, y) = at(middle, radius * 0.72);
            let ink = if color(i).is_light() { INK } else { PAPER };
            scene.text((x, y + 4.0), format!("{:.0}%", slice.share * 100.0), 12.0, Anchor::Middle, ink);
        }
        if !parts.legend && slice.share >= 0.02 {
            let (x, y) = at(middle, radius + 12.0);
            let anchor = if x < cx { Anchor::End } else { Anchor::Start };
            let room = if x < cx { x - area.x } else { area.right() - x };
            scene.text((x, y + 4.0), font::fit(&slice.name, 12.0, room), 12.0, anchor, INK);
        }
        start += slice.share;
    }
    if !parts.legend {
        return;
    }
    let left = area.x + area.width * 0.5 + 10.0;
    let rows = parts.slices.len() as f64 + 1.0;
    let step = (area.height / rows).min(22.0);
    let mut y = area.y + (area.height - step * rows) / 2.0 + step * 0.7;
    let size = 12.5_f64.min(step * 0.8);
    let right = area.right() - 8.0;
    scene.text((right - 58.0, y), font::fit(&parts.title, size, 160.0), size, Anchor::End, DIM);
    for (i, slice) in parts.slices.iter().enumerate() {
        y += step;
        let value = parts.measure.text(slice.value);
        let room = right - 58.0 - left - 18.0 - font::width(&value, size) - 10.0;
        scene.rect(Area { x: left, y: y - size * 0.8, width: 11.0, height: size * 0.88 }, color(i));
        scene.text((left + 18.0, y), font::fit(&slice.name, size, room), size, Anchor::Start, INK);
        scene.text((right - 58.0, y), value, size, Anchor::End, INK);
        scene.text((right, y), format!("{:.1}%", slice.share * 100.0), size, Anchor::End, DIM);
    }
}
