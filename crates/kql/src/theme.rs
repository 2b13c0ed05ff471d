//! `--theme` and `--colors`: how queries, tables, charts and messages look on a terminal.
//!
//! One theme is in force for the whole program, as one choice of colours is.

use crate::failure::Failure;
use anstyle::{Ansi256Color, AnsiColor, Color, RgbColor, Style};
use kql_language::TokenClass;
use std::sync::{PoisonError, RwLock};

/// The classes of tokens by the names `--colors` takes.
const TOKENS: [(&str, TokenClass); 15] = [
    ("operator", TokenClass::Operator),
    ("keyword", TokenClass::Keyword),
    ("word-operator", TokenClass::WordOperator),
    ("function", TokenClass::Function),
    ("name", TokenClass::Name),
    ("type", TokenClass::Type),
    ("number", TokenClass::Number),
    ("string", TokenClass::String),
    ("constant", TokenClass::Constant),
    ("symbol", TokenClass::Symbol),
    ("bar", TokenClass::Bar),
    ("bracket", TokenClass::Bracket),
    ("punctuation", TokenClass::Punctuation),
    ("comment", TokenClass::Comment),
    ("error", TokenClass::Error),
];

/// How everything looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Theme {
    pub(crate) name: &'static str,
    /// Tables, records, charts.
    pub(crate) output: kql_render::Theme,
    pub(crate) prompt: Style,
    pub(crate) hint: Style,
    /// The bracket that belongs to the one at the cursor.
    pub(crate) matching: Style,
    /// Messages: warnings and help; `None` for messages without colours.
    messages: Option<(Style, Style)>,
    tokens: [Style; TOKENS.len()],
}

const PLAIN: Style = Style::new();

const fn ansi(color: AnsiColor) -> Style {
    PLAIN.fg_color(Some(Color::Ansi(color)))
}

const fn indexed(color: u8) -> Style {
    PLAIN.fg_color(Some(Color::Ansi256(Ansi256Color(color))))
}

const DARK: Theme = Theme {
    name: "dark",
    output: kql_render::Theme::DARK,
    prompt: ansi(AnsiColor::Green).bold(),
    hint: PLAIN.dimmed(),
    matching: PLAIN.bold().invert(),
    messages: Some((ansi(AnsiColor::Yellow).bold(), ansi(AnsiColor::BrightCyan).bold())),
    tokens: [
        ansi(AnsiColor::Blue).bold(),
        ansi(AnsiColor::Blue).bold(),
        ansi(AnsiColor::Blue),
        ansi(AnsiColor::Cyan),
        PLAIN,
        ansi(AnsiColor::Magenta),
        ansi(AnsiColor::Yellow),
        ansi(AnsiColor::Green),
        ansi(AnsiColor::Yellow),
        PLAIN,
        PLAIN.bold(),
        PLAIN,
        PLAIN,
        PLAIN.dimmed(),
        ansi(AnsiColor::Red),
    ],
};

const LIGHT: Theme = Theme {
    name: "light",
    output: kql_render::Theme::LIGHT,
    prompt: indexed(28).bold(),
    hint: indexed(244),
    matching: PLAIN.bold().invert(),
    messages: Some((indexed(130).bold(), indexed(30).bold())),
    tokens: [
        indexed(25).bold(),
        indexed(25).bold(),
        indexed(25),
        indexed(30),
        PLAIN,
        indexed(90),
        indexed(130),
        indexed(28),
        indexed(130),
        PLAIN,
        PLAIN.bold(),
        PLAIN,
        PLAIN,
        indexed(244),
        indexed(160),
    ],
};

const MONO: Theme = Theme {
    name: "mono",
    output: kql_render::Theme::MONO,
    prompt: PLAIN.bold(),
    hint: PLAIN.dimmed(),
    matching: PLAIN.bold().invert(),
    messages: None,
    tokens: [
        PLAIN.bold(),
        PLAIN.bold(),
        PLAIN.bold(),
        PLAIN,
        PLAIN,
        PLAIN,
        PLAIN,
        PLAIN,
        PLAIN,
        PLAIN,
        PLAIN.bold(),
        PLAIN,
        PLAIN,
        PLAIN.dimmed(),
        PLAIN.underline(),
    ],
};

/// The built-in themes.
pub(crate) const ALL: [&Theme; 3] = [&DARK, &LIGHT, &MONO];

static CURRENT: RwLock<Theme> = RwLock::new(DARK);

/// The theme in force.
pub(crate) fn current() -> Theme {
    *CURRENT.read().unwrap_or_else(PoisonError::into_inner)
}

/// Puts a built-in theme in force, with these changes (`NAME=STYLE`).
pub(crate) fn set(name: &str, changes: &[String]) -> Result<(), Failure> {
    let mut theme = named(name).map_err(Failure::usage)?;
    for change in changes {
        let (part, style) = change
            .split_once('=')
            .ok_or_else(|| Failure::usage(format!("--colors: write NAME=STYLE, not '{change}'")))?;
        theme.change(part.trim(), style).map_err(|e| Failure::usage(format!("--colors: {e}")))?;
    }
    *CURRENT.write().unwrap_or_else(PoisonError::into_inner) = theme;
    Ok(())
}

fn named(name: &str) -> Result<Theme, String> {
    let found = ALL.into_iter().find(|t| t.name == name).copied();
    found.ok_or_else(|| {
        let names: Vec<&str> = ALL.iter().map(|t| t.name).collect();
        format!("there is no theme '{name}'; write one of {}", names.join(", "))
    })
}

/// What is wrong with the name of a theme.
pub(crate) fn check_name(name: &str) -> Result<(), String> {
    named(name).map(drop)
}

/// What is wrong with a style.
pub(crate) fn check_style(text: &str) -> Result<(), String> {
    text.split(',').try_for_each(|one| style(one).map(drop))
}

impl Theme {
    /// How a token looks; `None` is the terminal's own.
    pub(crate) fn token(&self, class: TokenClass) -> Option<Style> {
        let at = TOKENS.iter().position(|(_, c)| *c == class)?;
        self.tokens.get(at).copied().filter(|s| !s.is_plain())
    }

    /// How warnings and help look in messages; `None` for messages without colours.
    pub(crate) fn messages(&self) -> Option<(Style, Style)> {
        self.messages
    }

    /// Changes the look of one part; `series` takes several, with commas.
    fn change(&mut self, part: &str, text: &str) -> Result<(), String> {
        if part == "series" {
            let styles = text.split(',').map(style).collect::<Result<Vec<_>, _>>()?;
            let mut again = styles.iter().copied().cycle();
            self.output.series = Some(std::array::from_fn(|_| again.next().unwrap_or(PLAIN)));
            return Ok(());
        }
        let place = match part {
            "prompt" => &mut self.prompt,
            "hint" => &mut self.hint,
            "matching" => &mut self.matching,
            "header" => &mut self.output.header,
            "null" => &mut self.output.null,
            "rule" => &mut self.output.rule,
            "alert" => &mut self.output.alert,
            part => {
                let at = TOKENS.iter().position(|(name, _)| *name == part);
                at.and_then(|at| self.tokens.get_mut(at)).ok_or_else(|| {
                    let names: Vec<&str> = TOKENS.iter().map(|(name, _)| *name).collect();
                    format!(
                        "there is no '{part}'; write one of {}, prompt, hint, matching, header, null, rule, series, alert",
                        names.join(", ")
                    )
                })?
            }
        };
        *place = style(text)?;
        Ok(())
    }
}

const COLORS: [(&str, AnsiColor); 8] = [
    ("black", AnsiColor::Black),
    ("red", AnsiColor::Red),
    ("green", AnsiColor::Green),
    ("yellow", AnsiColor::Yellow),
    ("blue", AnsiColor::Blue),
    ("magenta", AnsiColor::Magenta),
    ("cyan", AnsiColor::Cyan),
    ("white", AnsiColor::White),
];

/// `bold bright-blue`, `underline #2f6fd0`, `130`, `plain`; a second colour is the ground.
fn style(text: &str) -> Result<Style, String> {
    let mut style = PLAIN;
    for word in text.split_whitespace() {
        style = match word {
            "plain" => PLAIN,
            "bold" => style.bold(),
            "dim" => style.dimmed(),
            "italic" => style.italic(),
            "underline" => style.underline(),
            "reverse" => style.invert(),
            word => {
                let color = color(word).ok_or_else(|| {
                    format!(
                        "'{word}' is no style; write words such as bold, dim, italic, underline, reverse, a colour such as red, \
                         bright-blue or #2f6fd0, or a number up to 255"
                    )
                })?;
                match style.get_fg_color() {
                    None => style.fg_color(Some(color)),
                    Some(_) => style.bg_color(Some(color)),
                }
            }
        };
    }
    Ok(style)
}

fn color(word: &str) -> Option<Color> {
    if let Some(hex) = word.strip_prefix('#') {
        let value = u32::from_str_radix(hex, 16).ok().filter(|_| hex.len() == 6 && !hex.starts_with('+'))?;
        let [_, r, g, b] = value.to_be_bytes();
        return Some(Color::Rgb(RgbColor(r, g, b)));
    }
    if let Ok(number) = word.parse::<u8>() {
        return Some(Color::Ansi256(Ansi256Color(number)));
    }
    let (name, bright) = word.strip_prefix("bright-").map_or((word, false), |name| (name, true));
    COLORS.iter().find(|(n, _)| *n == name).map(|(_, color)| Color::Ansi(color.bright(bright)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn styles_are_words() {
        assert_eq!(style("bold bright-blue").map(|s| s.render().to_string()), Ok("\x1b[1m\x1b[94m".to_owned()));
        assert_eq!(
            style("#2f6fd0 white").map(|s| s.render().to_string()),
            Ok("\x1b[38;2;47;111;208m\x1b[47m".to_owned())
        );
        assert_eq!(style("130").map(|s| s.render().to_string()), Ok("\x1b[38;5;130m".to_owned()));
        assert_eq!(style("plain"), Ok(PLAIN));
        assert!(style("bold purple").is_err_and(|e| e.contains("'purple' is no style")));
        assert!(style("#12345").is_err() && style("256").is_err() && style("#+12345").is_err());
    }

    #[test]
    fn parts_are_changed_by_name() {
        let mut theme = LIGHT;
        assert_eq!(theme.change("string", "red"), Ok(()));
        assert_eq!(theme.token(TokenClass::String), Some(ansi(AnsiColor::Red)));
        assert_eq!(theme.change("series", "red, 33"), Ok(()));
        let series = theme.output.series.unwrap_or_default();
        assert_eq!((series[0], series[1], series[2]), (ansi(AnsiColor::Red), indexed(33), ansi(AnsiColor::Red)));
        assert!(theme.change("strings", "red").is_err_and(|e| e.contains("there is no 'strings'")));
        assert!(named("solarized").is_err_and(|e| e.ends_with("write one of dark, light, mono")));
    }
}
