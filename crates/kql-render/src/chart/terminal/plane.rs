//! Lines, areas, points and columns, with axes around them.

use super::super::clip::clipped;
use super::super::model::{Bands, Marks, Plane, Series, Split};
use super::super::scale::{Scale, Tick};
use super::page::{ALERT, DIM, Page, color, letter, shade};
use super::{Size, columns};
use crate::Theme;
use ratatui_core::layout::Rect;
use ratatui_core::style::Color;
use ratatui_core::symbols::Marker;
use ratatui_core::widgets::Widget;
use ratatui_widgets::canvas::{Canvas, Line, Points};
use unicode_width::UnicodeWidthStr;

pub(super) fn draw(plane: &Plane, size: Size, theme: Option<&Theme>, notes: &mut Vec<String>) -> String {
    let Some(x) = plane.x_scale() else { return String::new() };
    let mut out = String::new();
    let named = plane.series.len() > 1 || plane.series.first().is_some_and(|s| s.name != plane.y.title);
    if plane.legend && named {
        out.push_str(&legend(plane, size.width, theme));
    }
    // Two scales in one drawing cannot be told apart in characters: one drawing each.
    let split = plane.split != Split::None && plane.groups.len() > 1;
    if plane.split == Split::Axes && split {
        notes.push("each y axis has a drawing of its own here".to_owned());
    }
    let panels: Vec<Vec<usize>> = if split {
        (0..plane.groups.len()).map(|g| vec![g]).collect()
    } else {
        vec![(0..plane.groups.len()).collect()]
    };
    let height = (size.height / panels.len() as u16).max(7);
    for groups in &panels {
        let title = if split { &plane.groups[groups[0]].name } else { &plane.y.title };
        out.push_str(&panel(plane, x, groups[0], title, Size { height, ..size }, theme));
    }
    out
}

fn legend(plane: &Plane, width: u16, theme: Option<&Theme>) -> String {
    let mut page = Page::new(width, 3, theme);
    let (mut x, mut y) = (0, 0);
    for (i, series) in plane.series.iter().enumerate() {
        let name = super::page::fit(&series.name, 32);
        let room = name.width() as u16 + 4;
        if x > 0 && x + room > page.width() {
            if y == 2 {
                page.put_right(width, y, &format!(" + {} more", plane.series.len() - i), 12, DIM);
                break;
            }
            (x, y) = (0, y + 1);
        }
        let mark = match plane.marks {
            _ if theme.is_some() => '■',
            Marks::Line | Marks::Area | Marks::Point => letter(i),
            _ => shade(i),
        };
        page.set(x, y, mark, color(i), Color::Reset);
        page.put(x + 2, y, &name, room, Color::Reset);
        x += room;
    }
    page.text().lines().take(usize::from(y) + 1).map(|l| format!("{l}\n")).collect()
}

fn panel(plane: &Plane, x: Scale, group: usize, title: &str, size: Size, theme: Option<&Theme>) -> String {
    let Some(y) = plane.y_scale(group) else { return String::new() };
    let mut page = Page::new(size.width, size.height, theme);
    let ups = y.ticks(usize::from(size.height / 4).max(2));
    let label = |t: &Tick| t.context.as_ref().map_or(t.label.clone(), |c| format!("{c} {}", t.label));
    let left = ups.iter().map(|t| label(t).width() as u16).max().unwrap_or(0).min(size.width / 3);
    let width = page.width() - left - 2;
    // Title above; axis, labels, their context and the x title below.
    let context = matches!(&plane.x.bands, Some(b) if b.even.is_some() && b.names.len() > 2)
        || (plane.x.bands.is_none() && x.measure == super::super::measure::Measure::Datetime);
    let below = 2 + u16::from(context) + u16::from(!plane.x.title.is_empty());
    let plot = Rect::new(left + 1, 1, width, (page.height() - below - 1).max(2));
    page.put(0, 0, title, size.width, DIM);
    for tick in &ups {
        let at = plot.bottom() - 1 - (tick.at * f64::from(plot.height - 1)).round() as u16;
        page.put_right(left, at, &label(tick), left, DIM);
        page.set(left, at, '┤', DIM, Color::Reset);
    }
    for at in plot.y..plot.bottom() {
        if page.buffer.cell((left, at)).is_some_and(|c| c.symbol() == " ") {
            page.set(left, at, '│', DIM, Color::Reset);
        }
    }
    page.set(left, plot.bottom(), '└', DIM, Color::Reset);
    for at in plot.x..plot.right() {
        page.set(at, plot.bottom(), '─', DIM, Color::Reset);
    }
    match &plane.x.bands {
        Some(bands) => names(&mut page, plot, bands),
        None => ticks(&mut page, plot, &fitting(&x, width, 12)),
    }
    if !plane.x.title.is_empty() {
        let w = plane.x.title.width().min(usize::from(width)) as u16;
        page.put(plot.x + (width - w) / 2, page.height() - 1, &plane.x.title, width, DIM);
    }
    let series: Vec<(usize, &Series)> = plane.series.iter().enumerate().filter(|(_, s)| s.group == group).collect();
    if matches!(plane.marks, Marks::Column | Marks::Bar) {
        columns::draw(&mut page, plot, plane, &series, &y);
    } else {
        curves(&mut page, plot, plane, &series, (&x, &y));
    }
    page.text()
}

/// Ticks whose labels have room side by side.
pub(super) fn fitting(x: &Scale, width: u16, most: usize) -> Vec<Tick> {
    let mut most = usize::from(width / 9).max(2).min(most);
    loop {
        let ticks = x.ticks(most);
        let half = |t: &Tick| t.label.width().max(t.context.as_ref().map_or(0, |c| c.width())) as f64 / 2.0;
        let apart = |w: &[Tick]| (w[1].at - w[0].at) * f64::from(width) >= half(&w[0]) + half(&w[1]) + 2.0;
        if most <= 2 || ticks.windows(2).all(apart) {
            return ticks;
        }
        most -= 1;
    }
}

/// Ticks and labels on the axis below a plot.
pub(super) fn ticks(page: &mut Page<'_>, plot: Rect, ticks: &[Tick]) {
    for tick in ticks {
        let at = plot.x + (tick.at * f64::from(plot.width.max(1) - 1)).round() as u16;
        page.set(at, plot.bottom(), '┬', DIM, Color::Reset);
        for (line, text) in [(1, Some(&tick.label)), (2, tick.context.as_ref())] {
            let Some(text) = text else { continue };
            let w = text.width() as u16;
            let x = at.saturating_sub(w / 2).min(page.width().saturating_sub(w));
            page.put(x, plot.bottom() + line, text, w, DIM);
        }
    }
}

fn names(page: &mut Page<'_>, plot: Rect, bands: &Bands) {
    let count = bands.names.len().max(1) as f64;
    if let Some((low, high, measure)) = bands.even
        && bands.names.len() > 2
    {
        let scale = Scale { low, high, log: false, measure };
        let mut list = fitting(&scale, plot.width, (bands.names.len() - 1).min(12));
        list.iter_mut().for_each(|t| t.at = (t.at * (count - 1.0) + 0.5) / count);
        ticks(page, plot, &list);
        return;
    }
    let each = f64::from(plot.width) / count;
    // Where names get too short to tell anything, some are left out.
    let every = (8.0 / each).ceil().max(1.0) as usize;
    let room = ((each * every as f64) as usize).saturating_sub(1).max(1);
    for (i, name) in bands.names.iter().enumerate().step_by(every) {
        let text = super::page::fit(name, room);
        let middle = f64::from(plot.x) + (i as f64 + 0.5) * each;
        let x = (middle - text.width() as f64 / 2.0).max(f64::from(plot.x)) as u16;
        page.put(x, plot.bottom() + 1, &text, room as u16, DIM);
    }
}

fn curves(page: &mut Page<'_>, plot: Rect, plane: &Plane, series: &[(usize, &Series)], (x, y): (&Scale, &Scale)) {
    let at = |px: f64, py: f64| Some((x.at(px)?, y.at(py)?));
    let inside = |p: &(f64, f64)| (0.0..=1.0).contains(&p.0) && (0.0..=1.0).contains(&p.1);
    let few = series.iter().map(|(_, s)| s.points.len()).sum::<usize>() < 400;
    let points = plane.marks == Marks::Point;
    // Without colours, filled areas over each other would be one.
    let filled = page.color || series.len() == 1;
    let marker = if points && few { Marker::Dot } else { Marker::Braille };
    let across = usize::from(plot.width) * 2;
    let canvas = Canvas::default().x_bounds([0.0, 1.0]).y_bounds([0.0, 1.0]).marker(marker).paint(|context| {
        for (i, one) in series {
            let ink = color(*i);
            let reduced = super::super::reduce::extremes(&one.points, x, across);
            let all = reduced.as_deref().unwrap_or(&one.points);
            if points {
                let coords: Vec<(f64, f64)> = one.points.iter().filter_map(|p| at(p.x, p.to)).filter(inside).collect();
                context.draw(&Points { coords: &coords, color: ink });
                continue;
            }
            for run in all.split(|p| !p.value.is_finite() || at(p.x, p.to).is_none()).filter(|r| !r.is_empty()) {
                let tops: Vec<(f64, f64)> = run.iter().filter_map(|p| at(p.x, p.to)).collect();
                if plane.marks == Marks::Area && filled {
                    let feet: Vec<f64> = run.iter().map(|p| y.at(p.from).unwrap_or(0.0)).collect();
                    for (top, foot) in fill(&tops, &feet, across) {
                        let (low, high) = (foot.clamp(0.0, 1.0), top.1.clamp(0.0, 1.0));
                        context.draw(&Line { x1: top.0, y1: low, x2: top.0, y2: high, color: ink });
                    }
                }
                if let [lone] = tops.as_slice() {
                    context.draw(&Points { coords: &[*lone], color: ink });
                }
                for piece in clipped(&tops) {
                    for pair in piece.windows(2) {
                        let ((x1, y1), (x2, y2)) = (pair[0], pair[1]);
                        context.draw(&Line { x1, y1, x2, y2, color: ink });
                    }
                }
            }
        }
    });
    canvas.render(plot, &mut page.buffer);
    for (i, one) in series {
        let cell = |(px, py): (f64, f64)| {
            let column = plot.x + (px * f64::from(plot.width - 1)).round() as u16;
            (column, plot.bottom() - 1 - (py * f64::from(plot.height - 1)).round() as u16)
        };
        for place in one.highlights.iter().filter_map(|p| at(p.x, p.to)).filter(inside) {
            let (column, row) = cell(place);
            page.set(column, row, '◆', ALERT, Color::Reset);
        }
        // Without colours a letter at the end of each line tells whose it is.
        if !page.color && plane.series.len() > 1 {
            let last =
                one.points.iter().rev().filter(|p| p.value.is_finite()).find_map(|p| at(p.x, p.to).filter(inside));
            if let Some((column, row)) = last.map(cell) {
                page.set(column, row, letter(*i), Color::Reset, Color::Reset);
            }
        }
    }
}

/// Heights at each column of dots between the first and the last point of a run.
fn fill(tops: &[(f64, f64)], feet: &[f64], across: usize) -> Vec<((f64, f64), f64)> {
    let (Some(first), Some(last)) = (tops.first(), tops.last()) else { return Vec::new() };
    let step = 1.0 / across.max(1) as f64;
    let mut out = Vec::new();
    let mut i = 0;
    let mut at = (first.0 / step).ceil() * step;
    while at <= last.0.min(1.0) && tops.len() > 1 {
        if at >= 0.0 {
            while i + 2 < tops.len() && tops[i + 1].0 < at {
                i += 1;
            }
            let (a, b) = (tops[i], tops[i + 1]);
            let part = if b.0 > a.0 { ((at - a.0) / (b.0 - a.0)).clamp(0.0, 1.0) } else { 0.0 };
            out.push(((at, a.1 + (b.1 - a.1) * part), feet[i] + (feet[i + 1] - feet[i]) * part));
        }
        at += step;
    }
    out
}
