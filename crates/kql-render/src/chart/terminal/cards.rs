//! Single values: numbers three lines high.

use super::super::model::Card;
use super::Size;
use super::page::fit;
use unicode_width::UnicodeWidthStr;

pub(super) fn draw(cards: &[Card], size: Size) -> String {
    let mut out = String::new();
    for card in cards {
        match large(&card.text) {
            Some(lines) if lines[0].width() <= usize::from(size.width) => {
                lines.iter().for_each(|l| out.push_str(&format!("{}\n", l.trim_end())));
                out.push_str(&format!("{}\n\n", fit(&card.name, size.width.into())));
            }
            _ => {
                let text = fit(&card.text, size.width.into());
                out.push_str(&format!("{text}\n{}\n\n", fit(&card.name, size.width.into())));
            }
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

/// A number as three lines; `None` for what has other characters.
fn large(text: &str) -> Option<[String; 3]> {
    let mut lines = [String::new(), String::new(), String::new()];
    for c in text.chars() {
        let glyph = match c {
            '0' => ["┏━┓", "┃ ┃", "┗━┛"],
            '1' => ["╺┓ ", " ┃ ", "╺┻╸"],
            '2' => ["┏━┓", "┏━┛", "┗━╸"],
            '3' => ["┏━┓", " ━┫", "┗━┛"],
            '4' => ["╻ ╻", "┗━┫", "  ╹"],
            '5' => ["┏━╸", "┗━┓", "┗━┛"],
            '6' => ["┏━╸", "┣━┓", "┗━┛"],
            '7' => ["┏━┓", "  ┃", "  ╹"],
            '8' => ["┏━┓", "┣━┫", "┗━┛"],
            '9' => ["┏━┓", "┗━┫", "╺━┛"],
            ',' => [" ", " ", ","],
            '.' => [" ", " ", "."],
            ':' => [" ", ":", " "],
            '-' => ["   ", "╺━╸", "   "],
            '%' => ["╻ ╱", " ╱ ", "╱ ╹"],
            ' ' => ["  ", "  ", "  "],
            _ => return None,
        };
        lines.iter_mut().zip(glyph).for_each(|(line, part)| line.push_str(part));
    }
    (!text.is_empty()).then_some(lines)
}
