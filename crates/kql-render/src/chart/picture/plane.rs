//! Lines, areas, points, columns and bars.

use super::super::clip::clipped;
use super::super::measure::Measure;
use super::super::model::{Body, Chart, Marks, Plane, Point, Series, Split};
use super::super::reduce::extremes;
use super::super::scale::{Scale, Tick};
use super::axes::{self, Names};
use super::scene::{ALERT, AXIS, Anchor, Area, DIM, GRID, INK, Rgb, Scene, Shape, color};
use super::{font, legend};
use std::collections::HashSet;

/// Lines with more points than this have no discs at them.
const DISCS: usize = 150;
/// Points a scatter chart draws at most.
const POINTS: usize = 20_000;

/// Drawing will add a note that the model does not have yet.
pub(super) fn will_note(chart: &Chart, width: f64) -> bool {
    match &chart.body {
        Body::Plane(p) => {
            let total: usize = p.series.iter().map(|s| s.points.len()).sum();
            total > POINTS || p.series.iter().any(|s| s.points.len() as f64 > width * 4.0)
        }
        _ => false,
    }
}

pub(super) fn draw(scene: &mut Scene, mut area: Area, plane: &Plane, notes: &mut Vec<String>) {
    let named = plane.series.len() > 1 || plane.series.first().is_some_and(|s| s.name != plane.y.title);
    let panels = plane.split == Split::Panels && plane.groups.len() > 1;
    let one_each = panels && plane.groups.len() == plane.series.len();
    if plane.legend && named && !one_each {
        let mut entries: Vec<_> = plane.series.iter().enumerate().map(|(i, s)| (s.name.clone(), color(i))).collect();
        if plane.series.iter().any(|s| !s.highlights.is_empty()) {
            entries.push(("anomalies".to_owned(), ALERT));
        }
        area = legend::draw(scene, area, &entries);
    }
    let Some(x) = plane.x_scale() else { return };
    if !panels {
        let groups: Vec<usize> = (0..plane.groups.len()).collect();
        Panel { plane, x, groups: &groups, last: true, title: None, gutter: 0.0 }.draw(scene, area, notes);
        return;
    }
    let count = plane.groups.len() as f64;
    // The last panel carries the x axis.
    let extra = 40.0_f64.min(area.height / 6.0);
    let height = (area.height - extra) / count;
    // The plots of all panels start at the same place.
    let scales = (0..plane.groups.len()).filter_map(|g| plane.y_scale(g));
    let gutter = scales.map(|s| axes::widest(&axes::ticks_up(&s, height))).fold(0.0, f64::max);
    for group in 0..plane.groups.len() {
        let last = group + 1 == plane.groups.len();
        let part = Area { y: area.y + height * group as f64, height: height + if last { extra } else { 0.0 }, ..area };
        Panel { plane, x, groups: &[group], last, title: Some(&plane.groups[group].name), gutter }
            .draw(scene, part, notes);
    }
}

struct Panel<'a> {
    plane: &'a Plane,
    x: Scale,
    groups: &'a [usize],
    last: bool,
    title: Option<&'a str>,
    /// Room for the labels at the left, at least.
    gutter: f64,
}

/// Where values are on the page.
struct Frame {
    plot: Area,
    flipped: bool,
    x: Scale,
}

impl Frame {
    /// From places between 0 and 1 to pixels.
    fn pixel(&self, (x, y): (f64, f64)) -> (f64, f64) {
        if self.flipped {
            (self.plot.x + y * self.plot.width, self.plot.y + x * self.plot.height)
        } else {
            (self.plot.x + x * self.plot.width, self.plot.bottom() - y * self.plot.height)
        }
    }
}

impl Panel<'_> {
    fn draw(&self, scene: &mut Scene, area: Area, notes: &mut Vec<String>) {
        let plane = self.plane;
        let mut area = area;
        if let Some(title) = self.title {
            let text = font::fit(title, 12.0, area.width);
            scene.text((area.x, area.y + 11.0), text, 12.0, Anchor::Start, INK);
            area = area.inside(0.0, 17.0, 0.0, if self.last { 0.0 } else { 8.0 });
        }
        let scales: Vec<(usize, Scale)> =
            self.groups.iter().filter_map(|g| plane.y_scale(*g).map(|scale| (*g, scale))).collect();
        let plot = if plane.marks == Marks::Bar {
            self.bar_axes(scene, area, &scales)
        } else {
            self.axes(scene, area, &scales)
        };
        let frame = Frame { plot, flipped: plane.marks == Marks::Bar, x: self.x };
        for (group, scale) in &scales {
            if let Some(zero) = scale.at(0.0).filter(|z| (0.0..=1.0).contains(z)) {
                scene.line(&[frame.pixel((0.0, zero)), frame.pixel((1.0, zero))], 1.0, AXIS);
            }
            self.series(scene, &frame, *group, scale, notes);
        }
    }

    /// Left and right y axes, the x axis below.
    fn axes(&self, scene: &mut Scene, area: Area, scales: &[(usize, Scale)]) -> Area {
        let plane = self.plane;
        let ups: Vec<Vec<Tick>> = scales.iter().map(|(_, s)| axes::ticks_up(s, area.height - 40.0)).collect();
        let several = scales.len() > 1;
        let up_title = if self.title.is_some() { "" } else { plane.y.title.as_str() };
        let left = ups.first().map_or(0.0, |t| axes::widest(t)).max(self.gutter)
            + if up_title.is_empty() { 10.0 } else { 28.0 };
        let gutter = |t: &Vec<Tick>| axes::widest(t) + 30.0;
        let right: f64 = ups.iter().skip(1).map(gutter).sum::<f64>() + 10.0;
        let width = area.width - left - right;
        let title = if self.last && !plane.x.title.is_empty() { 18.0 } else { 0.0 };
        let names = plane.x.bands.as_ref().map(|b| (b, Names::choose(b, width)));
        let ticks = axes::ticks_across(&self.x, width);
        let below = match (&names, self.last) {
            (_, false) => 2.0,
            (Some((bands, names)), true) => names.height(bands).min(area.height * 0.5),
            (None, true) => axes::height_below(&ticks),
        };
        let plot = area.inside(left, 6.0, right, below + title);
        let group_color = |group: usize| plane.series.iter().position(|s| s.group == group).map_or(DIM, color);
        for (i, ((group, _), ticks)) in scales.iter().zip(&ups).enumerate() {
            let name = &plane.groups[*group].name;
            if i == 0 {
                axes::left(scene, plot, ticks, if several { group_color(*group) } else { DIM });
                let title = if several { name } else { up_title };
                if !up_title.is_empty() {
                    axes::title_up(scene, area.x + 10.0, plot, title);
                }
            } else {
                let x = plot.right() + ups[1..i].iter().map(gutter).sum::<f64>();
                axes::right(scene, plot, x, ticks, group_color(*group));
                axes::title_up(scene, x + gutter(ticks) - 6.0, plot, name);
            }
        }
        match &names {
            Some((bands, names)) if self.last => names.draw(scene, plot, bands),
            Some(_) => drop(scene.line(&[(plot.x, plot.bottom()), (plot.right(), plot.bottom())], 1.0, AXIS)),
            None => axes::below(scene, plot, &ticks, self.last),
        }
        if title > 0.0 {
            axes::title_below(scene, plot.bottom() + below + 12.0, plot, &plane.x.title);
        }
        plot
    }

    /// Names at the left, values below. As Kusto has it, `xtitle` names the places and `ytitle` the lengths.
    fn bar_axes(&self, scene: &mut Scene, area: Area, scales: &[(usize, Scale)]) -> Area {
        let plane = self.plane;
        let Some(bands) = &plane.x.bands else { return area };
        let widest = bands.names.iter().map(|n| font::width(n, axes::SIZE)).fold(0.0, f64::max);
        let names = widest.min(area.width * 0.3);
        let left = names + if plane.x.title.is_empty() { 10.0 } else { 28.0 };
        let width = area.width - left - 14.0;
        let ticks: Vec<Vec<Tick>> = scales.iter().map(|(_, s)| axes::ticks_across(s, width)).collect();
        let title = if self.last && !plane.y.title.is_empty() { 18.0 } else { 0.0 };
        // Every panel has values of its own, and with ysplit=axes every group a row of labels.
        let rows = scales.len() as f64;
        let plot = area.inside(left, 6.0, 14.0, 20.0 * rows + title);
        let group_color = |group: usize| plane.series.iter().position(|s| s.group == group).map_or(DIM, color);
        for (i, ((group, _), ticks)) in scales.iter().zip(&ticks).enumerate() {
            if i == 0 {
                for tick in ticks {
                    let x = plot.x + tick.at * plot.width;
                    scene.line(&[(x, plot.y), (x, plot.bottom())], 1.0, GRID);
                }
            }
            let color = if scales.len() > 1 { group_color(*group) } else { DIM };
            let y = plot.bottom() + 16.0 + 20.0 * i as f64;
            for tick in ticks {
                scene.text((plot.x + tick.at * plot.width, y), tick.label.as_str(), axes::SIZE, Anchor::Middle, color);
            }
        }
        let each = plot.height / bands.names.len().max(1) as f64;
        let every = (13.0 / each).ceil().max(1.0) as usize;
        for (i, name) in bands.names.iter().enumerate().step_by(every) {
            let y = plot.y + (i as f64 + 0.5) * each + 4.0;
            scene.text((plot.x - 6.0, y), font::fit(name, axes::SIZE, names + 1.0), axes::SIZE, Anchor::End, DIM);
        }
        scene.line(&[(plot.x, plot.y), (plot.x, plot.bottom())], 1.0, AXIS);
        if !plane.x.title.is_empty() {
            axes::title_up(scene, area.x + 10.0, plot, &plane.x.title);
        }
        if title > 0.0 {
            axes::title_below(scene, plot.bottom() + 20.0 * rows + 13.0, plot, &plane.y.title);
        }
        plot
    }

    fn series(&self, scene: &mut Scene, frame: &Frame, group: usize, scale: &Scale, notes: &mut Vec<String>) {
        let plane = self.plane;
        let here: Vec<(usize, &Series)> = plane.series.iter().enumerate().filter(|(_, s)| s.group == group).collect();
        // Strips of groups on different axes stand side by side, too.
        let side_by_side: Vec<usize> =
            (0..plane.series.len()).filter(|i| self.groups.contains(&plane.series[*i].group)).collect();
        for (i, series) in here {
            let style = Style { color: color(i), dashed: i >= super::scene::PALETTE.len(), plane, group };
            match plane.marks {
                Marks::Column | Marks::Bar => {
                    let (at, count) = match plane.stacked {
                        true => (self.groups.iter().position(|g| *g == group).unwrap_or(0), self.groups.len()),
                        false => (side_by_side.iter().position(|s| *s == i).unwrap_or(0), side_by_side.len()),
                    };
                    style.strips(scene, frame, scale, series, at, count);
                }
                Marks::Point => style.points(scene, frame, scale, series, notes),
                Marks::Line | Marks::Area => style.line(scene, frame, scale, series, notes),
            }
            for p in &series.highlights {
                if let Some((x, y)) = place(frame, scale, p.x, p.to) {
                    let (x, y) = frame.pixel((x, y));
                    scene.add(Shape::Disc(x, y, 4.5), ALERT).mark(format!("anomaly\n{}", style.tip(series, p)));
                }
            }
        }
    }
}

/// A place inside the plot; `None` outside.
fn place(frame: &Frame, scale: &Scale, x: f64, y: f64) -> Option<(f64, f64)> {
    let at = (frame.x.at(x)?, scale.at(y)?);
    let inside = |v: f64| (-1e-9..=1.0 + 1e-9).contains(&v);
    (inside(at.0) && inside(at.1)).then_some(at)
}

struct Style<'a> {
    color: Rgb,
    dashed: bool,
    plane: &'a Plane,
    group: usize,
}

impl Style<'_> {
    fn tip(&self, series: &Series, p: &Point) -> String {
        let x = match &self.plane.x.bands {
            Some(bands) => bands.names.get(p.x as usize).cloned().unwrap_or_default(),
            None => self.plane.x.measure.text(p.x),
        };
        let measure = match self.plane.groups[self.group].measure {
            // The value is the query's, the share is of the drawing.
            Measure::Share => {
                return format!(
                    "{}\n{x}: {} ({})",
                    series.name,
                    Measure::Number.text(p.value),
                    Measure::Share.text(p.to - p.from)
                );
            }
            other => other,
        };
        format!("{}\n{x}: {}", series.name, measure.text(p.value))
    }

    fn strips(&self, scene: &mut Scene, frame: &Frame, scale: &Scale, series: &Series, at: usize, count: usize) {
        let places = self.plane.x.bands.as_ref().map_or(1, |b| b.names.len()).max(1) as f64;
        let room = 0.8 / places;
        let width = room / count.max(1) as f64;
        for p in series.points.iter().filter(|p| p.value.is_finite()) {
            let clamp = |v: f64| scale.at(v).unwrap_or(0.0).clamp(0.0, 1.0);
            let (low, high) = (clamp(p.from), clamp(p.to));
            let left = (p.x + 0.5) / places - room / 2.0 + width * at as f64;
            let (a, b) = (frame.pixel((left, low)), frame.pixel((left + width, high)));
            let mut area =
                Area { x: a.0.min(b.0), y: a.1.min(b.1), width: (a.0 - b.0).abs(), height: (a.1 - b.1).abs() };
            // Many strips are thin, but there.
            if frame.flipped {
                area.height = area.height.max(0.4)
            } else {
                area.width = area.width.max(0.4)
            }
            scene.rect(area, self.color).mark(self.tip(series, p));
        }
    }

    fn points(&self, scene: &mut Scene, frame: &Frame, scale: &Scale, series: &Series, notes: &mut Vec<String>) {
        let finite = || series.points.iter().filter(|p| p.value.is_finite());
        let thin = finite().count() > POINTS / self.plane.series.len().max(1);
        let mut seen = HashSet::new();
        let mut drawn = 0usize;
        for p in finite() {
            let Some(at) = place(frame, scale, p.x, p.to) else { continue };
            let (x, y) = frame.pixel(at);
            if thin && (!seen.insert(((x / 1.5) as i64, (y / 1.5) as i64)) || drawn >= POINTS) {
                continue;
            }
            drawn += 1;
            scene.add(Shape::Disc(x, y, 3.2), self.color).faint(0.7).mark(self.tip(series, p));
        }
        if thin {
            notes.push(format!(
                "{}: {drawn} of {} points are drawn, the others lie on them",
                series.name,
                finite().count()
            ));
        }
    }

    fn line(&self, scene: &mut Scene, frame: &Frame, scale: &Scale, series: &Series, notes: &mut Vec<String>) {
        let reduced = extremes(&series.points, &frame.x, frame.plot.width as usize);
        let points = reduced.as_deref().unwrap_or(&series.points);
        let note = "more points than pixels: of each column of pixels the lowest and the highest are drawn";
        if reduced.is_some() && !notes.iter().any(|n| n == note) {
            notes.push(note.to_owned());
        }
        let discs = series.points.len() <= DISCS;
        let at = |x: f64, y: f64| Some((frame.x.at(x)?, scale.at(y)?));
        for run in points.split(|p| !p.value.is_finite() || at(p.x, p.to).is_none()).filter(|run| !run.is_empty()) {
            let tops: Vec<(f64, f64)> = run.iter().filter_map(|p| at(p.x, p.to)).collect();
            if self.plane.marks == Marks::Area && run.len() > 1 {
                let clamp = |(x, y): (f64, f64)| frame.pixel((x.clamp(0.0, 1.0), y.clamp(0.0, 1.0)));
                let feet = run.iter().rev().map(|p| (frame.x.at(p.x).unwrap_or(0.0), scale.at(p.from).unwrap_or(0.0)));
                let outline = tops.iter().copied().chain(feet).map(clamp).collect();
                let opacity = if self.plane.stacked { 0.75 } else { 0.25 };
                scene.add(Shape::Polygon(outline), self.color).faint(opacity);
            }
            for piece in clipped(&tops) {
                let pixels: Vec<_> = piece.into_iter().map(|at| frame.pixel(at)).collect();
                let item = scene.add(Shape::Line(pixels, 1.8, self.dashed), self.color);
                item.class = Some("line");
                item.tip = Some(series.name.clone());
            }
            for p in run.iter().filter(|_| discs || run.len() == 1) {
                if let Some((x, y)) = place(frame, scale, p.x, p.to) {
                    let (x, y) = frame.pixel((x, y));
                    let radius = if run.len() == 1 || series.points.len() <= 40 { 2.6 } else { 1.6 };
                    scene.add(Shape::Disc(x, y, radius), self.color).mark(self.tip(series, p));
                }
            }
        }
    }
}
