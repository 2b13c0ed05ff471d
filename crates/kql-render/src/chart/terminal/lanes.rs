//! From–to in rows. Instants are counted for each character: the more, the higher its block.

use super::super::model::Lanes;
use super::Size;
use super::page::{DIM, Page, color};
use super::plane::{fitting, ticks};
use crate::Theme;
use ratatui_core::layout::Rect;
use ratatui_core::style::Color;
use unicode_width::UnicodeWidthStr;

pub(super) fn draw(lanes: &Lanes, size: Size, theme: Option<&Theme>) -> String {
    let Some(scale) = lanes.scale() else { return String::new() };
    let rows = lanes.lanes.len() as u16;
    let mut page = Page::new(size.width, rows + 4, theme);
    let names = lanes.lanes.iter().map(|l| l.name.width()).max().unwrap_or(0).min(usize::from(size.width) / 3) as u16;
    let plot = Rect::new(names + 2, 0, page.width().saturating_sub(names + 2).max(4), rows);
    let cell = |v: f64| scale.at(v).map(|at| (at * f64::from(plot.width - 1)).round() as usize);
    let mut counts = vec![vec![0usize; usize::from(plot.width)]; lanes.lanes.len()];
    for (lane, counts) in lanes.lanes.iter().zip(&mut counts) {
        for span in lane.spans.iter().filter(|s| s.from == s.to) {
            if let Some(count) = cell(span.from).and_then(|at| counts.get_mut(at)) {
                *count += 1;
            }
        }
    }
    let most = counts.iter().flatten().copied().max().unwrap_or(0).max(1);
    for (y, (lane, counts)) in lanes.lanes.iter().zip(&counts).enumerate() {
        let y = y as u16;
        page.put(0, y, &lane.name, names, Color::Reset);
        page.set(plot.x - 1, y, '│', DIM, Color::Reset);
        for span in lane.spans.iter().filter(|s| s.from < s.to) {
            let (Some(from), Some(to)) = (cell(span.from), cell(span.to)) else { continue };
            for at in from..=to {
                let c = if from == to { '▪' } else { '━' };
                page.set(plot.x + at as u16, y, c, color(lane.color), Color::Reset);
            }
        }
        for (at, count) in counts.iter().enumerate().filter(|(_, n)| **n > 0) {
            let level = (*count as f64 / most as f64 * 7.0).round() as usize;
            page.set(plot.x + at as u16, y, LEVELS[level.min(7)], color(lane.color), Color::Reset);
        }
    }
    page.set(plot.x - 1, rows, '└', DIM, Color::Reset);
    for x in plot.x..plot.right() {
        page.set(x, rows, '─', DIM, Color::Reset);
    }
    ticks(&mut page, plot, &fitting(&scale, plot.width, 12));
    let width = lanes.x_title.width().min(usize::from(plot.width)) as u16;
    page.put(plot.x + (plot.width - width) / 2, rows + 3, &lanes.x_title, plot.width, DIM);
    page.text()
}

const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
