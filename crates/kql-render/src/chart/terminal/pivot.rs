//! A pivot table in characters.

use super::super::model::Pivot;
use super::Size;
use super::page::{DIM, Page, color};
use crate::Theme;
use ratatui_core::style::Color;
use unicode_width::UnicodeWidthStr;

pub(super) fn draw(pivot: &Pivot, size: Size, theme: Option<&Theme>, notes: &mut Vec<String>) -> String {
    let text = |v: f64| pivot.measure.text(v);
    let names = pivot.rows.iter().map(|n| n.width()).chain([pivot.row_title.width(), 5]).max().unwrap_or(5);
    let names = names.min(usize::from(size.width) * 2 / 5) as u16;
    let width = |c: usize| {
        let cells = pivot.values.iter().map(|r| text(r[c]).width());
        let total = text(pivot.column_total(c)).width();
        cells.chain([total, pivot.columns[c].width().min(16), 3]).max().unwrap_or(3) as u16 + 2
    };
    let all: f64 = (0..pivot.rows.len()).map(|r| pivot.row_total(r)).sum();
    let total_width =
        (0..pivot.rows.len()).map(|r| text(pivot.row_total(r)).width()).chain([text(all).width(), 5]).max();
    let total_width = total_width.unwrap_or(5) as u16 + 2;
    let mut page = Page::new(size.width, pivot.rows.len() as u16 + 4, theme);
    let mut right = names;
    let mut shown = Vec::new();
    for c in 0..pivot.columns.len() {
        if right + width(c) + total_width > page.width() {
            notes.push(format!("{} more columns are not shown", pivot.columns.len() - c));
            break;
        }
        right += width(c);
        shown.push((c, right, width(c)));
    }
    let end = right + total_width;
    let head = match pivot.column_title.as_str() {
        "" => pivot.value_title.clone(),
        title => format!("{} by {title}", pivot.value_title),
    };
    page.put(names + 2, 0, &head, size.width, DIM);
    page.put(0, 1, &pivot.row_title, names, DIM);
    for (c, right, width) in &shown {
        page.put_right(*right, 1, &pivot.columns[*c], width - 2, DIM);
    }
    page.put_right(end, 1, "total", total_width, DIM);
    for x in 0..end {
        page.set(x, 2, '─', DIM, Color::Reset);
    }
    let largest = pivot.values.iter().flatten().filter(|v| v.is_finite()).fold(0.0_f64, |a, b| a.max(b.abs()));
    for (r, name) in pivot.rows.iter().enumerate() {
        let y = r as u16 + 3;
        page.put(0, y, name, names, Color::Reset);
        for (c, right, width) in &shown {
            let value = pivot.values[r][*c];
            // The largest stand out.
            let ink = if value.abs() >= largest * 0.5 && largest > 0.0 { color(6) } else { Color::Reset };
            page.put_right(*right, y, &text(value), *width, ink);
        }
        page.put_right(end, y, &text(pivot.row_total(r)), total_width, DIM);
    }
    let y = pivot.rows.len() as u16 + 3;
    page.put(0, y, "total", names, DIM);
    for (c, right, width) in &shown {
        page.put_right(*right, y, &text(pivot.column_total(*c)), *width, DIM);
    }
    page.put_right(end, y, &text(all), total_width, Color::Reset);
    page.text()
}
