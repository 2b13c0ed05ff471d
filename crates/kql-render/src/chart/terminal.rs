//! Charts in a terminal: lines in braille, bars in blocks. Drawn by ratatui's widgets into a buffer; no terminal is
//! touched.

use super::{Axis, ChartData, Series};
use crate::{RenderError, ResultTable};
use kql_bind::bound::Render;
use kql_types::{ScalarType, datetime, timespan};
use ratatui_core::buffer::Buffer;
use ratatui_core::layout::Rect;
use ratatui_core::style::{Color, Style};
use ratatui_core::symbols::Marker;
use ratatui_core::text::Span;
use ratatui_core::widgets::Widget;
use ratatui_widgets::chart::{Axis as ChartAxis, Chart, Dataset, GraphType, LegendPosition};
use std::fmt::Write;

/// Series drawn at most; the rest is said in a note.
const SERIES: usize = 12;
/// Bars drawn at most.
const BARS: usize = 40;
const COLORS: [Color; 6] = [Color::Cyan, Color::Yellow, Color::Green, Color::Magenta, Color::Red, Color::Blue];

/// The room a chart has, in characters.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Lines.
    pub height: u16,
}

/// Draws a result as its `render` asks. `Ok(None)` for `table` and `card`, which are no charts.
///
/// # Errors
/// [`RenderError::Unfit`] with the reason when this kind makes no sense for the data; the caller falls back to the table.
pub fn draw(result: &ResultTable<'_>, render: &Render, size: Size, color: bool) -> Result<Option<String>, RenderError> {
    match &*render.visualization {
        "table" | "card" => Ok(None),
        "timechart" | "linechart" | "areachart" | "stackedareachart" | "anomalychart" => {
            lines(&ChartData::new(result, render)?, result, render, size, color, GraphType::Line).map(Some)
        }
        "scatterchart" => {
            lines(&ChartData::new(result, render)?, result, render, size, color, GraphType::Scatter).map(Some)
        }
        "columnchart" | "barchart" | "piechart" | "treemap" => {
            bars(&ChartData::new(result, render)?, result, render, size).map(Some)
        }
        other => Err(RenderError::Unfit(format!("{other} cannot be drawn in a terminal"))),
    }
}

fn lines(
    data: &ChartData,
    result: &ResultTable<'_>,
    render: &Render,
    size: Size,
    color: bool,
    graph: GraphType,
) -> Result<String, RenderError> {
    let points = || data.series.iter().flat_map(|s| &s.points);
    if points().next().is_none() {
        return Err(RenderError::Unfit(format!("{}: there are no points to draw", render.visualization)));
    }
    let span = |values: &mut dyn Iterator<Item = f64>| {
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)))
    };
    let (x_low, x_high) = widen(span(&mut points().map(|p| p.0)));
    let (low, high) = span(&mut points().map(|p| p.1));
    let (y_low, y_high) = widen((render.y_min.unwrap_or(low.min(0.0)), render.y_max.unwrap_or(high)));
    let drawn = &data.series[..data.series.len().min(SERIES)];
    let datasets = drawn.iter().enumerate().map(|(i, series)| {
        Dataset::default()
            .name(series.name.as_str())
            .marker(if graph == GraphType::Line { Marker::Braille } else { Marker::Dot })
            .graph_type(graph)
            .style(Style::new().fg(COLORS[i % COLORS.len()]))
            .data(&series.points)
    });
    let x_ty = column_type(result, &data.x_name);
    let y_ty = data.y_names.first().map_or(ScalarType::Long, |n| column_type(result, n));
    let labels = |low: f64, high: f64, count: usize, ty: ScalarType| -> Vec<Span<'static>> {
        let step = (high - low) / (count - 1) as f64;
        (0..count).map(|i| Span::raw(label(low + step * i as f64, ty, high - low))).collect()
    };
    let x_count = usize::from(size.width / 24).clamp(2, 6);
    let x_labels = match &data.x {
        Axis::Category(names) => {
            [names.first(), names.last()].into_iter().flatten().map(|n| Span::raw(n.clone())).collect()
        }
        _ => labels(x_low, x_high, x_count, x_ty),
    };
    let x_title = render.x_title.clone().unwrap_or_else(|| data.x_name.clone());
    let y_title = render.y_title.clone().unwrap_or_else(|| data.y_names.join(", "));
    let legend = if render.legend.as_deref() == Some("hidden") || drawn.len() < 2 {
        None
    } else {
        Some(LegendPosition::TopRight)
    };
    let chart = Chart::new(datasets.collect())
        .x_axis(ChartAxis::default().title(x_title).bounds([x_low, x_high]).labels(x_labels))
        .y_axis(ChartAxis::default().title(y_title).bounds([y_low, y_high]).labels(labels(y_low, y_high, 5, y_ty)))
        .legend_position(legend);
    let area = Rect::new(0, 0, size.width.max(20), size.height.max(8));
    let mut buffer = Buffer::empty(area);
    chart.render(area, &mut buffer);
    let mut text = title(render);
    write_buffer(&buffer, color, &mut text);
    if data.series.len() > drawn.len() {
        let rest = data.series.len() - drawn.len();
        let _ = writeln!(text, "({SERIES} series drawn, {rest} more not shown)");
    }
    if let ([only], true) = (drawn, legend.is_none())
        && Some(&only.name) != data.y_names.first()
    {
        let _ = writeln!(text, "{}", only.name);
    }
    Ok(text)
}

/// Horizontal bars, one per x value and series: for every kind whose message is "how much of each".
fn bars(data: &ChartData, result: &ResultTable<'_>, render: &Render, size: Size) -> Result<String, RenderError> {
    let x_ty = column_type(result, &data.x_name);
    let name = |x: f64| match &data.x {
        Axis::Category(names) => names.get(x as usize).cloned().unwrap_or_default(),
        _ => label(x, x_ty, f64::INFINITY),
    };
    let several = data.series.len() > 1;
    let mut rows: Vec<(String, f64)> = Vec::new();
    let mut xs: Vec<f64> = data.series.iter().flat_map(|s| s.points.iter().map(|p| p.0)).collect();
    xs.sort_by(f64::total_cmp);
    xs.dedup();
    let first = |s: &Series, x: f64| s.points.iter().find(|p| p.0 == x).map(|p| p.1);
    for x in xs {
        for series in &data.series {
            if let Some(value) = first(series, x) {
                rows.push((if several { format!("{} · {}", name(x), series.name) } else { name(x) }, value));
            }
        }
    }
    if rows.is_empty() {
        return Err(RenderError::Unfit(format!("{}: there are no values to draw", render.visualization)));
    }
    let more = rows.len().saturating_sub(BARS);
    rows.truncate(BARS);
    let width_of = |s: &str| unicode_width::UnicodeWidthStr::width(s);
    let widest = rows.iter().map(|(n, _)| width_of(n)).max().unwrap_or(0).min(usize::from(size.width) / 2);
    let y_ty = data.y_names.first().map_or(ScalarType::Long, |n| column_type(result, n));
    let values: Vec<String> = rows.iter().map(|(_, v)| label(*v, y_ty, f64::INFINITY)).collect();
    let value_width = values.iter().map(|v| width_of(v)).max().unwrap_or(0);
    let room = usize::from(size.width).saturating_sub(widest + value_width + 3).max(8);
    let high = rows.iter().map(|r| r.1.abs()).fold(0.0, f64::max);
    let mut text = title(render);
    for ((name, value), shown) in rows.iter().zip(&values) {
        let mut name: String = name.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        while width_of(&name) > widest {
            name.pop();
        }
        let eighths = if high > 0.0 { (value.abs() / high * room as f64 * 8.0).round() as usize } else { 0 };
        let mut bar = "█".repeat(eighths / 8);
        bar.push_str(["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]);
        let pad = " ".repeat(widest - width_of(&name));
        let _ = writeln!(text, "{pad}{name} {shown:>value_width$} {bar}");
    }
    if more > 0 {
        let _ = writeln!(text, "({BARS} bars drawn, {more} more not shown)");
    }
    Ok(text)
}

fn title(render: &Render) -> String {
    render.title.as_ref().map_or_else(String::new, |t| format!("{t}\n"))
}

fn column_type(result: &ResultTable<'_>, name: &str) -> ScalarType {
    result.schema.column(name).map_or(ScalarType::Real, |c| c.ty)
}

/// An interval of some length around a single value.
fn widen((low, high): (f64, f64)) -> (f64, f64) {
    if low < high { (low, high) } else { (low - 0.5, low + 0.5) }
}

/// The text of an axis value; `range` is the length of the axis and decides how precise a time has to be.
fn label(value: f64, ty: ScalarType, range: f64) -> String {
    match ty {
        ScalarType::Datetime => {
            let text = datetime::format(value as i64);
            let shown = match range {
                r if r > 5.0 * datetime::TICKS_PER_DAY as f64 => text.get(..10),
                r if r > 10.0 * datetime::TICKS_PER_MINUTE as f64 => text.get(5..16),
                _ => text.get(11..19),
            };
            let shown = if range.is_infinite() { text.get(..19) } else { shown };
            shown.unwrap_or(&text).replace('T', " ")
        }
        ScalarType::Timespan => timespan::format(value as i64),
        _ if value == value.trunc() && value.abs() < 1e15 => format!("{value:.0}"),
        _ if range < 1.0 || value.abs() < 1.0 => format!("{value:.3}"),
        _ => format!("{value:.1}"),
    }
}

fn write_buffer(buffer: &Buffer, color: bool, text: &mut String) {
    let area = buffer.area;
    for y in 0..area.height {
        let mut line = String::new();
        let mut current = Color::Reset;
        for x in 0..area.width {
            let Some(cell) = buffer.cell((x, y)) else { continue };
            if color && cell.fg != current {
                line.push_str(ansi(cell.fg));
                current = cell.fg;
            }
            line.push_str(cell.symbol());
        }
        if current != Color::Reset {
            line.push_str(ansi(Color::Reset));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
}

fn ansi(color: Color) -> &'static str {
    match color {
        Color::Cyan => "\x1b[36m",
        Color::Yellow => "\x1b[33m",
        Color::Green => "\x1b[32m",
        Color::Magenta => "\x1b[35m",
        Color::Red => "\x1b[31m",
        Color::Blue => "\x1b[34m",
        _ => "\x1b[0m",
    }
}
