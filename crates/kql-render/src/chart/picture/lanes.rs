//! From–to in rows: ladders and time lines.

use super::super::model::Lanes;
use super::axes;
use super::font;
use super::scene::{Anchor, Area, DIM, GRID, INK, Scene, color};

pub(super) fn draw(scene: &mut Scene, area: Area, lanes: &Lanes) {
    let Some(scale) = lanes.scale() else { return };
    let widest = lanes.lanes.iter().map(|l| font::width(&l.name, 12.0)).fold(0.0, f64::max);
    let names = widest.min(area.width * 0.3);
    let left = names + if lanes.y_title.is_empty() { 12.0 } else { 30.0 };
    let ticks = axes::ticks_across(&scale, area.width - left - 14.0);
    let plot = area.inside(left, 6.0, 14.0, axes::height_below(&ticks) + 18.0);
    axes::below(scene, plot, &ticks, true);
    let each = plot.height / lanes.lanes.len().max(1) as f64;
    let thick = (each * 0.66).min(26.0);
    let every = (13.0 / each).ceil().max(1.0) as usize;
    for (i, lane) in lanes.lanes.iter().enumerate() {
        let middle = plot.y + (i as f64 + 0.5) * each;
        scene.line(&[(plot.x, middle), (plot.right(), middle)], 1.0, GRID);
        if i % every == 0 {
            let name = font::fit(&lane.name, 12.0, names + 1.0);
            scene.text((plot.x - 8.0, middle + 4.0), name, 12.0, Anchor::End, INK);
        }
        for span in &lane.spans {
            let (Some(from), Some(to)) = (scale.at(span.from), scale.at(span.to)) else { continue };
            let x = plot.x + from * plot.width;
            let instant = span.from == span.to;
            // Many events on a spot are darker than one.
            let width = if instant { 2.0 } else { ((to - from) * plot.width).max(1.5) };
            let x = if instant { x - 1.0 } else { x };
            let bar = Area { x, y: middle - thick / 2.0, width, height: thick };
            let mut tip = format!("{}\n{}", lane.name, lanes.measure.text(span.from));
            if !instant {
                tip.push_str(&format!(" – {}", lanes.measure.text(span.to)));
            }
            if !span.text.is_empty() {
                tip.push('\n');
                tip.push_str(&span.text);
            }
            scene.rect(bar, color(lane.color)).faint(if instant { 0.7 } else { 0.85 }).mark(tip);
        }
    }
    if !lanes.y_title.is_empty() {
        axes::title_up(scene, area.x + 10.0, plot, &lanes.y_title);
    }
    let y = plot.bottom() + axes::height_below(&ticks) + 13.0;
    let text = font::fit(&lanes.x_title, 12.0, plot.width);
    scene.text((plot.x + plot.width / 2.0, y), text, 12.0, Anchor::Middle, DIM);
}
