//! Horizontal strips: a line for each place and series.

use super::super::model::{Plane, Series, Split};
use super::Size;
use super::page::{DIM, Page, color, fit, shade};
use crate::Theme;
use ratatui_core::style::Color;
use unicode_width::UnicodeWidthStr;

/// Lines at most.
const LINES: usize = 40;

pub(super) fn draw(plane: &Plane, size: Size, theme: Option<&Theme>, notes: &mut Vec<String>) -> String {
    let groups = if plane.split == Split::None { 1 } else { plane.groups.len() };
    let mut out = String::new();
    for group in 0..groups {
        if groups > 1 {
            out.push_str(&format!("{}\n", plane.groups[group].name));
        }
        let series: Vec<(usize, &Series)> = plane.series.iter().enumerate().filter(|(_, s)| s.group == group).collect();
        out.push_str(&group_bars(plane, group, &series, size, theme, notes));
    }
    out
}

/// A line: what it is called, what it says, and its strips (series, from, to).
struct Bar {
    name: String,
    text: String,
    strips: Vec<(usize, f64, f64)>,
}

fn group_bars(
    plane: &Plane,
    group: usize,
    series: &[(usize, &Series)],
    size: Size,
    theme: Option<&Theme>,
    notes: &mut Vec<String>,
) -> String {
    let (Some(bands), Some(scale)) = (&plane.x.bands, plane.y_scale(group)) else { return String::new() };
    let measure = plane.groups[group].measure;
    let mut bars = Vec::new();
    for (at, place) in bands.names.iter().enumerate() {
        let here = series.iter().filter_map(|(i, s)| {
            s.points.iter().find(|p| p.x as usize == at && p.value.is_finite()).map(|p| (*i, s, p))
        });
        if plane.stacked {
            let strips: Vec<_> = here.map(|(i, _, p)| (i, p.from, p.to)).collect();
            let total = strips.iter().map(|s| s.2 - s.1).sum();
            if !strips.is_empty() {
                bars.push(Bar { name: place.clone(), text: measure.text(total), strips });
            }
        } else {
            for (n, (i, s, p)) in here.enumerate() {
                let name = match series.len() {
                    1 => place.clone(),
                    // The place stands once, before its first series.
                    _ if n == 0 => format!("{place} · {}", s.name),
                    _ => format!("· {}", s.name),
                };
                bars.push(Bar { name, text: measure.text(p.value), strips: vec![(i, p.from, p.to)] });
            }
        }
    }
    if bars.len() > LINES {
        notes.push(format!("{LINES} bars are drawn, {} more are not", bars.len() - LINES));
        bars.truncate(LINES);
    }
    let widest = bars.iter().map(|b| b.name.width()).max().unwrap_or(0).min(usize::from(size.width) * 2 / 5) as u16;
    let values = bars.iter().map(|b| b.text.width()).max().unwrap_or(0) as u16;
    let legend = plane.stacked && plane.legend && series.len() > 1;
    let mut page = Page::new(size.width, bars.len() as u16 + u16::from(legend), theme);
    let left = widest + values + 3;
    let room = page.width().saturating_sub(left).max(4);
    for (y, bar) in bars.iter().enumerate() {
        let y = y as u16;
        page.put_right(widest, y, &bar.name, widest, Color::Reset);
        page.put_right(widest + 1 + values, y, &bar.text, values, DIM);
        for (i, from, to) in &bar.strips {
            let eighths = |v: f64| scale.at(v).unwrap_or(0.0).clamp(0.0, 1.0) * f64::from(room) * 8.0;
            let (a, b) = (eighths(*from), eighths(*to));
            let (low, high) = (a.min(b).round() as u32, a.max(b).round() as u32);
            let full = if theme.is_some() || !plane.stacked { '█' } else { shade(*i) };
            for cell in 0..u32::from(room) {
                let covered = high.min(cell * 8 + 8).saturating_sub(low.max(cell * 8));
                let x = left + cell as u16;
                if covered == 8 || (plane.stacked && covered >= 4) {
                    page.set(x, y, full, color(*i), Color::Reset);
                } else if covered > 0 && !plane.stacked {
                    // Eighths grow from the left; a strip that starts inside its cell is negative and gets a half.
                    let block = if low <= cell * 8 { LEFT[covered as usize % 8] } else { '▐' };
                    page.set(x, y, block, color(*i), Color::Reset);
                }
            }
        }
    }
    if legend {
        let mut x = 0;
        let y = bars.len() as u16;
        for (i, s) in series {
            let name = fit(&s.name, 28);
            page.set(x, y, if theme.is_some() { '■' } else { shade(*i) }, color(*i), Color::Reset);
            page.put(x + 2, y, &name, 28, DIM);
            x += name.width() as u16 + 4;
            if x + 4 > page.width() {
                break;
            }
        }
    }
    page.text()
}

const LEFT: [char; 8] = [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
