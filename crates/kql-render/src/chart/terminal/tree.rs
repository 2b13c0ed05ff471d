//! Nested blocks.

use super::super::measure::Measure;
use super::super::model::{Node, Tile, Tree};
use super::Size;
use super::page::{Page, color};
use crate::Theme;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Style};
use ratatui_core::widgets::Widget;
use ratatui_widgets::block::Block;

pub(super) fn draw(tree: &Tree, size: Size, theme: Option<&Theme>) -> String {
    let mut page = Page::new(size.width, size.height, theme);
    let room = Rect::new(0, 0, page.width(), page.height());
    divide(&mut page, &tree.roots, room, tree.measure, None);
    page.text()
}

/// Characters are twice as high as they are wide: laid out in half lines.
fn divide(page: &mut Page<'_>, nodes: &[Node], room: Rect, measure: Measure, ink: Option<Color>) {
    let whole = Tile {
        x: f64::from(room.x),
        y: f64::from(room.y) * 2.0,
        width: room.width.into(),
        height: f64::from(room.height) * 2.0,
    };
    for (i, (node, tile)) in nodes.iter().zip(whole.divide(nodes)).enumerate() {
        let (left, right) = (tile.x.round() as u16, (tile.x + tile.width).round() as u16);
        let (top, bottom) = ((tile.y / 2.0).round() as u16, ((tile.y + tile.height) / 2.0).round() as u16);
        let area = Rect::new(left, top, right.saturating_sub(left), bottom.saturating_sub(top)).intersection(room);
        let ink = ink.unwrap_or_else(|| color(i));
        if area.width == 0 || area.height == 0 {
            continue;
        }
        let text = format!("{} {}", node.name, measure.text(node.value));
        if area.height < 3 || area.width < 5 {
            // Too small for a border: a shaded spot, with the name when there is room.
            for y in area.y..area.bottom() {
                for x in area.x..area.right() {
                    page.set(x, y, '░', ink, Color::Reset);
                }
            }
            if area.width >= 6 {
                page.put(area.x, area.y, &text, area.width - 1, ink);
            }
            continue;
        }
        let block = Block::bordered().border_style(Style::new().fg(ink));
        let inner = block.inner(area);
        block.render(area, &mut page.buffer);
        if node.children.is_empty() {
            page.put(inner.x, inner.y, &node.name, inner.width, Color::Reset);
            if inner.height > 1 {
                page.put(inner.x, inner.y + 1, &measure.text(node.value), inner.width, ink);
            }
        } else {
            page.put(area.x + 1, area.y, &text, area.width - 2, ink);
            divide(page, &node.children, inner, measure, Some(ink));
        }
    }
}
