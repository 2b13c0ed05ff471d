//! A pie as one bar of shares, with a list.

use super::super::model::Parts;
use super::Size;
use super::page::{DIM, Page, color, shade};
use crate::Theme;
use ratatui_core::style::Color;
use unicode_width::UnicodeWidthStr;

pub(super) fn draw(parts: &Parts, size: Size, theme: Option<&Theme>) -> String {
    let mut page = Page::new(size.width, parts.slices.len() as u16 + 3, theme);
    let width = f64::from(page.width());
    let mut start = 0.0;
    for (i, slice) in parts.slices.iter().enumerate() {
        let end = start + slice.share;
        for x in (start * width).round() as u16..((end * width).round() as u16).min(page.width()) {
            page.set(x, 0, if theme.is_some() { '█' } else { shade(i) }, color(i), Color::Reset);
            page.set(x, 1, if theme.is_some() { '█' } else { shade(i) }, color(i), Color::Reset);
        }
        start = end;
    }
    let values: Vec<String> = parts.slices.iter().map(|s| parts.measure.text(s.value)).collect();
    let value_width = values.iter().map(|v| v.width()).max().unwrap_or(0) as u16;
    let name_width =
        parts.slices.iter().map(|s| s.name.width()).max().unwrap_or(0).min(usize::from(page.width()) / 2) as u16;
    for (i, (slice, value)) in parts.slices.iter().zip(&values).enumerate() {
        let y = i as u16 + 3;
        page.set(0, y, if theme.is_some() { '■' } else { shade(i) }, color(i), Color::Reset);
        page.put(2, y, &slice.name, name_width, Color::Reset);
        page.put_right(3 + name_width + value_width, y, value, value_width, Color::Reset);
        let percent = format!("{:.1}%", slice.share * 100.0);
        page.put_right(3 + name_width + value_width + 8, y, &percent, 8, DIM);
    }
    page.text()
}
