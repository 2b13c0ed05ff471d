//! Nested rectangles.

use super::super::measure::Measure;
use super::super::model::{Node, Tile, Tree};
use super::font;
use super::scene::{Anchor, Area, INK, PAPER, Rgb, Scene, color};

pub(super) fn draw(scene: &mut Scene, area: Area, tree: &Tree) {
    let total: f64 = tree.roots.iter().map(|n| n.value).sum();
    let room = Tile { x: area.x, y: area.y, width: area.width, height: area.height };
    for (i, (node, tile)) in tree.roots.iter().zip(room.divide(&tree.roots)).enumerate() {
        // A flat map in ten colours, a nested one in a colour for each outermost rectangle.
        nested(scene, node, tile, color(i), &node.name, (total, tree.measure));
    }
}

fn nested(scene: &mut Scene, node: &Node, tile: Tile, fill: Rgb, path: &str, whole: (f64, Measure)) {
    let area = Area { x: tile.x, y: tile.y, width: tile.width, height: tile.height };
    let inner = area.inside(0.0, 0.0, 1.5_f64.min(area.width / 4.0), 1.5_f64.min(area.height / 4.0));
    let share = node.value / whole.0 * 100.0;
    let tip = format!("{path}\n{} ({share:.1}%)", whole.1.text(node.value));
    let ink = if fill.is_light() { INK } else { PAPER };
    let label = |size: f64| font::fit(&node.name, size, inner.width - 8.0);
    if node.children.is_empty() {
        scene.rect(inner, fill).mark(tip);
        if inner.height >= 15.0 {
            scene.text((inner.x + 4.0, inner.y + 12.5), label(11.5), 11.5, Anchor::Start, ink);
        }
        let value = whole.1.text(node.value);
        if inner.height >= 31.0 && font::width(&value, 11.0) + 8.0 < inner.width {
            scene.text((inner.x + 4.0, inner.y + 27.0), value, 11.0, Anchor::Start, ink);
        }
        return;
    }
    // The head of a branch carries its name, where there is room for one.
    let head: f64 = if inner.height > 40.0 && inner.width > 30.0 { 17.0 } else { 0.0 };
    scene.rect(inner, fill.mix(Rgb(0, 0, 0), 0.25));
    if head > 0.0 {
        let text = format!("{}  {}", node.name, whole.1.text(node.value));
        let text = font::fit(&text, 11.5, inner.width - 8.0);
        scene.text((inner.x + 4.0, inner.y + 12.5), text, 11.5, Anchor::Start, PAPER);
    }
    let body = inner.inside(1.5, head.max(1.5), 0.0, 0.0);
    let room = Tile { x: body.x, y: body.y, width: body.width, height: body.height };
    for (i, (child, tile)) in node.children.iter().zip(room.divide(&node.children)).enumerate() {
        let tint = fill.mix(PAPER, 0.12 * (i % 5) as f64);
        nested(scene, child, tile, tint, &format!("{path} / {}", child.name), whole);
    }
}
