//! Colours of what is written for people on a terminal.

use anstyle::{Ansi256Color, AnsiColor, Color, Style};

/// Colours of series a theme has.
pub const SERIES: usize = 12;

/// How tables, records and charts look on a terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Names of columns.
    pub header: Style,
    /// `null`
    pub null: Style,
    /// Rules between records; axes, labels and notes of charts.
    pub rule: Style,
    /// Series of charts, in their order; `None` tells them apart by letters and shades.
    pub series: Option<[Style; SERIES]>,
    /// Anomalies in charts.
    pub alert: Style,
    /// Pictures in the terminal have dark paper.
    pub dark: bool,
}

const fn ansi(color: AnsiColor) -> Style {
    Style::new().fg_color(Some(Color::Ansi(color)))
}

const fn indexed(color: u8) -> Style {
    Style::new().fg_color(Some(Color::Ansi256(Ansi256Color(color))))
}

impl Theme {
    /// For light text on dark ground: the terminal's own sixteen colours.
    pub const DARK: Theme = Theme {
        header: Style::new().bold(),
        null: ansi(AnsiColor::BrightBlack).dimmed(),
        rule: ansi(AnsiColor::BrightBlack),
        series: Some([
            ansi(AnsiColor::Cyan),
            ansi(AnsiColor::Yellow),
            ansi(AnsiColor::Green),
            ansi(AnsiColor::Magenta),
            ansi(AnsiColor::Red),
            ansi(AnsiColor::Blue),
            ansi(AnsiColor::BrightCyan),
            ansi(AnsiColor::BrightYellow),
            ansi(AnsiColor::BrightGreen),
            ansi(AnsiColor::BrightMagenta),
            ansi(AnsiColor::BrightRed),
            ansi(AnsiColor::BrightBlue),
        ]),
        alert: ansi(AnsiColor::BrightRed),
        dark: true,
    };

    /// For dark text on light ground: dark colours of the 256.
    pub const LIGHT: Theme = Theme {
        header: Style::new().bold(),
        null: indexed(244),
        rule: indexed(242),
        series: Some([
            indexed(25),
            indexed(130),
            indexed(29),
            indexed(125),
            indexed(61),
            indexed(100),
            indexed(31),
            indexed(94),
            indexed(240),
            indexed(160),
            indexed(22),
            indexed(54),
        ]),
        alert: indexed(160),
        dark: false,
    };

    /// Without colours: bold and dim letters, series by letters and shades.
    pub const MONO: Theme = Theme {
        header: Style::new().bold(),
        null: Style::new().dimmed(),
        rule: Style::new().dimmed(),
        series: None,
        alert: Style::new().bold(),
        dark: true,
    };
}
