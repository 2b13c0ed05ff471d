//! `--format table`: columns fitted to the width of the terminal.

use crate::{Cells, Options, RenderError, ResultTable};
use anstyle::{Effects, Style};
use comfy_table::{
    Attribute, Cell, CellAlignment, Color, ColumnConstraint, ContentArrangement, Table, TableComponent, Width, presets,
};
use std::io::Write;

/// Width of a column when the terminal's is not known: long command lines are cut there.
const WIDEST: u16 = 120;

/// Writes the rows, then a line that counts them.
///
/// Columns that do not fit are narrowed and their values cut with `…`; a null is shown as a dim `null`, so that it is
/// told from an empty string. Line breaks inside values are shown as `⏎`.
pub(crate) fn write<W: Write + ?Sized>(
    result: &ResultTable<'_>,
    options: &Options,
    out: &mut W,
) -> Result<(), RenderError> {
    let total = result.rows();
    let shown = options.max_rows.unwrap_or(usize::MAX).min(total);
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_style(TableComponent::HeaderLines, '─').set_style(TableComponent::MiddleHeaderIntersections, '─');
    if options.theme.is_some() {
        table.enforce_styling();
    } else {
        table.force_no_tty();
    }
    let header = result.schema.columns.iter().map(|c| {
        let cell = Cell::new(&*c.name);
        options.theme.map_or(cell.clone(), |theme| styled(cell, theme.header))
    });
    table.set_header(header);
    let mut natural: Vec<usize> = result.schema.names().map(unicode_width::UnicodeWidthStr::width).collect();
    let mut rows = Vec::new();
    let mut left = shown;
    for batch in result.batches {
        let cells = Cells::of_batch(result.schema, batch)?;
        for row in 0..batch.num_rows().min(left) {
            let mut texts = Vec::with_capacity(cells.len());
            for (cell, natural) in cells.iter().zip(&mut natural) {
                let null = cell.is_null(row);
                let mut text = String::new();
                if null {
                    text.push_str("null");
                } else {
                    cell.write_text(row, &mut text);
                }
                let text = clean(text);
                *natural = (*natural).max(unicode_width::UnicodeWidthStr::width(text.as_str()));
                texts.push((text, null, cell.is_number()));
            }
            rows.push(texts);
        }
        left -= batch.num_rows().min(left);
    }
    let widths = fit(&natural, options.width);
    for texts in rows {
        table.add_row(texts.into_iter().zip(&widths).map(|((text, null, right), width)| {
            let mut cell = Cell::new(cut(&text, *width));
            if right {
                cell = cell.set_alignment(CellAlignment::Right);
            }
            match options.theme {
                Some(theme) if null => styled(cell, theme.null),
                _ => cell,
            }
        }));
    }
    for (column, width) in table.column_iter_mut().zip(&widths) {
        let width = u16::try_from(*width).unwrap_or(WIDEST);
        column.set_padding((0, 1));
        column.set_constraint(ColumnConstraint::LowerBoundary(Width::Fixed(width)));
    }
    if !result.schema.columns.is_empty() {
        for line in table.lines() {
            writeln!(out, "{}", line.trim_end())?;
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

/// A cell in a style.
fn styled(mut cell: Cell, style: Style) -> Cell {
    let color = |color: anstyle::Color| match color {
        anstyle::Color::Ansi(color) => Color::AnsiValue(color as u8),
        anstyle::Color::Ansi256(color) => Color::AnsiValue(color.index()),
        anstyle::Color::Rgb(rgb) => Color::Rgb { r: rgb.r(), g: rgb.g(), b: rgb.b() },
    };
    if let Some(ink) = style.get_fg_color() {
        cell = cell.fg(color(ink));
    }
    if let Some(ground) = style.get_bg_color() {
        cell = cell.bg(color(ground));
    }
    let attributes = [
        (Effects::BOLD, Attribute::Bold),
        (Effects::DIMMED, Attribute::Dim),
        (Effects::ITALIC, Attribute::Italic),
        (Effects::UNDERLINE, Attribute::Underlined),
        (Effects::INVERT, Attribute::Reverse),
    ];
    for (_, attribute) in attributes.into_iter().filter(|(effect, _)| style.get_effects().contains(*effect)) {
        cell = cell.add_attribute(attribute);
    }
    cell
}

/// Control characters would move the cursor, or worse: show them.
pub(crate) fn clean(text: String) -> String {
    if !text.chars().any(char::is_control) {
        return text;
    }
    text.chars()
        .map(|c| match c {
            '\n' => '⏎',
            '\t' => ' ',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}

/// Widths that sum to the terminal's: the widest columns give way first.
fn fit(natural: &[usize], total: Option<usize>) -> Vec<usize> {
    let mut widths: Vec<usize> = natural.iter().map(|w| (*w).clamp(1, usize::from(WIDEST))).collect();
    let Some(total) = total else { return widths };
    let gaps = widths.len() * 2;
    while widths.iter().sum::<usize>() + gaps > total {
        let widest = widths.iter().copied().max().unwrap_or(0);
        if widest <= 6 {
            break;
        }
        let next = widths.iter().copied().filter(|w| *w < widest).max().unwrap_or(6).max(6);
        let over = widths.iter().sum::<usize>() + gaps - total;
        let count = widths.iter().filter(|w| **w == widest).count();
        let lower = next.max(widest.saturating_sub(over.div_ceil(count)));
        for width in widths.iter_mut().filter(|w| **w == widest) {
            *width = lower;
        }
        if lower == widest {
            break;
        }
    }
    widths
}

fn cut(text: &str, width: usize) -> String {
    use unicode_width::UnicodeWidthChar;
    if unicode_width::UnicodeWidthStr::width(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for c in text.chars() {
        let w = c.width().unwrap_or(0);
        if used + w + 1 > width {
            break;
        }
        used += w;
        out.push(c);
    }
    out.push('…');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_widest_columns_give_way_first() {
        assert_eq!(fit(&[5, 100, 20], Some(60)), vec![5, 29, 20]);
        assert_eq!(fit(&[5, 10], None), vec![5, 10]);
    }

    #[test]
    fn cut_counts_columns_not_characters() {
        assert_eq!(cut("日本語", 5), "日本…");
        assert_eq!(cut("abc", 3), "abc");
    }
}
