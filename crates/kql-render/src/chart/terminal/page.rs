//! A page of characters with colours.

use crate::theme::{SERIES, Theme};
use anstyle::Style as Look;
use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Style};
use unicode_width::UnicodeWidthStr;

/// Axes, labels and notes. Colours of a page are roles: the theme says how they look.
pub(super) const DIM: Color = Color::Indexed(SERIES as u8);
/// Anomalies.
pub(super) const ALERT: Color = Color::Indexed(SERIES as u8 + 1);

/// The colour of a series.
pub(super) fn color(series: usize) -> Color {
    Color::Indexed((series % SERIES) as u8)
}

/// What fills the strips of a series where there are no colours.
pub(super) fn shade(series: usize) -> char {
    ['█', '▒', '▓', '░'][series % 4]
}

/// What marks a series where there are no colours.
pub(super) fn letter(series: usize) -> char {
    char::from(b'a' + (series % 26) as u8)
}

/// A page.
#[derive(Debug)]
pub(super) struct Page<'t> {
    pub(super) buffer: Buffer,
    /// Colours are written.
    pub(super) color: bool,
    theme: Option<&'t Theme>,
}

impl<'t> Page<'t> {
    /// `theme`: one with colours of series, or none.
    pub(super) fn new(width: u16, height: u16, theme: Option<&'t Theme>) -> Self {
        let room = Rect::new(0, 0, width.clamp(20, 500), height.clamp(1, 400));
        Page { buffer: Buffer::empty(room), color: theme.is_some(), theme }
    }

    pub(super) fn width(&self) -> u16 {
        self.buffer.area.width
    }

    pub(super) fn height(&self) -> u16 {
        self.buffer.area.height
    }

    /// Puts text at a place, cut at a width.
    pub(super) fn put(&mut self, x: u16, y: u16, text: &str, width: u16, color: Color) {
        if x < self.width() && y < self.height() {
            let text = fit(text, usize::from(width.min(self.width() - x)));
            self.buffer.set_string(x, y, text, Style::new().fg(color));
        }
    }

    /// Puts text that ends at a place.
    pub(super) fn put_right(&mut self, end: u16, y: u16, text: &str, width: u16, color: Color) {
        let text = fit(text, usize::from(width));
        let x = end.saturating_sub(text.width() as u16);
        self.put(x, y, &text, width, color);
    }

    /// Puts one character.
    pub(super) fn set(&mut self, x: u16, y: u16, c: char, fg: Color, bg: Color) {
        if let Some(cell) = self.buffer.cell_mut((x, y)) {
            cell.set_char(c).set_fg(fg).set_bg(bg);
        }
    }

    /// How a role looks.
    fn look(&self, role: Color) -> Look {
        let (Some(theme), Color::Indexed(role)) = (self.theme, role) else { return Look::new() };
        match role {
            _ if Color::Indexed(role) == DIM => theme.rule,
            _ if Color::Indexed(role) == ALERT => theme.alert,
            series => theme.series.and_then(|all| all.get(usize::from(series)).copied()).unwrap_or_default(),
        }
    }

    /// The page as lines of text.
    pub(super) fn text(&self) -> String {
        let mut out = String::new();
        for y in 0..self.height() {
            let mut line = String::new();
            let mut now = (Color::Reset, Color::Reset);
            let mut skip = 0;
            for x in 0..self.width() {
                let Some(cell) = self.buffer.cell((x, y)) else { continue };
                if skip > 0 {
                    skip -= 1;
                    continue;
                }
                skip = cell.symbol().width().saturating_sub(1);
                if self.color && (cell.fg, cell.bg) != now {
                    now = (cell.fg, cell.bg);
                    let look = self.look(cell.fg).bg_color(self.look(cell.bg).get_fg_color());
                    line.push_str(&format!("\x1b[0m{}", look.render()));
                }
                line.push_str(cell.symbol());
            }
            if now == (Color::Reset, Color::Reset) {
                line.truncate(line.trim_end().len());
            } else {
                line.push_str("\x1b[0m");
            }
            out.push_str(&line);
            out.push('\n');
        }
        out
    }
}

/// Text of at most this many columns, with `…` where it was cut.
pub(super) fn fit(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut left = width.saturating_sub(1);
    let mut out = String::new();
    for c in text.chars() {
        let w = unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if w > left {
            break;
        }
        left -= w;
        out.push(c);
    }
    if width > 0 {
        out.push('…');
    }
    out
}
