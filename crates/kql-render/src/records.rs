//! `--format records`: one column a line, for rows too wide for a table.

use crate::table::clean;
use crate::{Cells, Options, RenderError, ResultTable};
use std::io::Write;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Width when the terminal's is not known.
const WIDTH: usize = 120;
/// The least room for values.
const LEAST: usize = 20;

/// Writes each row as a block of `name value` lines under a rule with its number, then a line that counts the rows.
///
/// Long values go on below themselves. A null is `null` (dim in colour), an empty string is nothing. With
/// [`Options::pretty`] bags and arrays are spread over lines, two spaces a level.
pub(crate) fn write<W: Write + ?Sized>(
    result: &ResultTable<'_>,
    options: &Options,
    out: &mut W,
) -> Result<(), RenderError> {
    let width = options.width.unwrap_or(WIDTH);
    let names = result.schema.names().map(UnicodeWidthStr::width).max().unwrap_or(0);
    let room = width.saturating_sub(names + 2).max(LEAST);
    let (header, rule, null) = options.theme.map(|t| (t.header, t.rule, t.null)).unwrap_or_default();
    let total = result.rows();
    let shown = options.max_rows.unwrap_or(usize::MAX).min(total);
    let mut number = 0;
    for batch in result.batches {
        let cells = Cells::of_batch(result.schema, batch)?;
        for row in 0..batch.num_rows() {
            if number == shown {
                break;
            }
            number += 1;
            let title = format!("── {number} ");
            writeln!(out, "{rule}{title}{}{rule:#}", "─".repeat(width.min(WIDTH).saturating_sub(title.width())))?;
            for (name, cell) in result.schema.names().zip(&cells) {
                write!(out, "{header}{name}{header:#}{}", " ".repeat(names + 2 - name.width()))?;
                if cell.is_null(row) {
                    writeln!(out, "{null}null{null:#}")?;
                    continue;
                }
                let mut text = String::new();
                cell.write_text(row, &mut text);
                let spread = match cell {
                    Cells::Dynamic(_) if options.pretty => spread(&text),
                    _ => None,
                };
                let lines = match &spread {
                    Some(spread) => spread.lines().flat_map(|line| folded(&clean(line.to_owned()), room)).collect(),
                    None => folded(&clean(text), room),
                };
                for (i, line) in lines.iter().enumerate() {
                    let indent = if i == 0 { 0 } else { names + 2 };
                    writeln!(out, "{}{line}", " ".repeat(indent))?;
                }
            }
        }
    }
    let rows = |n: usize| if n == 1 { "1 row".to_owned() } else { format!("{n} rows") };
    if shown < total {
        writeln!(out, "({}, {} more not shown)", rows(shown), total - shown)?;
    } else {
        writeln!(out, "({})", rows(total))?;
    }
    Ok(())
}

/// A bag or an array over several lines; `None` for other values.
fn spread(text: &str) -> Option<String> {
    if !text.starts_with(['{', '[']) {
        return None;
    }
    // Only white space is added: numbers and the order of keys stay as they are.
    let mut out = String::with_capacity(text.len() * 2);
    let mut depth = 0usize;
    let mut quoted = false;
    let mut escaped = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        if quoted {
            out.push(c);
            quoted = escaped || c != '"';
            escaped = c == '\\' && !escaped;
            continue;
        }
        match c {
            '"' => {
                quoted = true;
                out.push(c);
            }
            '{' | '[' => {
                out.push(c);
                if matches!(chars.peek(), Some('}' | ']')) {
                    out.extend(chars.next());
                } else {
                    depth += 1;
                    line(&mut out, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            c => out.push(c),
        }
    }
    Some(out)
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    // Hostile nesting must not make lines of megabytes.
    out.push_str(&"  ".repeat(depth.min(40)));
}

/// A text in pieces of a width.
fn folded(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for c in text.chars() {
        let w = c.width().unwrap_or(0);
        if used + w > room {
            lines.push(String::new());
            used = 0;
        }
        if let Some(last) = lines.last_mut() {
            last.push(c);
        }
        used += w;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bags_are_spread_and_their_texts_are_left_alone() {
        assert_eq!(
            spread(r#"{"a,b":[1,{"c":"}\""}],"d":{}}"#).as_deref(),
            Some("{\n  \"a,b\": [\n    1,\n    {\n      \"c\": \"}\\\"\"\n    }\n  ],\n  \"d\": {}\n}")
        );
        assert_eq!(spread("text"), None);
    }

    #[test]
    fn long_values_are_folded_by_width() {
        assert_eq!(folded("abcdef", 4), vec!["abcd", "ef"]);
        assert_eq!(folded("日本語", 4), vec!["日本", "語"]);
        assert_eq!(folded("", 4), vec![""]);
    }
}
