//! From rows to series.

use super::super::kind::Kind;
use super::super::measure::Measure;
use super::super::read::{Shape, clean, name, value, values};
use super::super::roles::{Roles, naming};
use super::super::scale::Want;
use super::plane::{Bands, Group, Marks, Plane, Point, Series, Split, XAxis, YAxis};
use super::{counted, unfit};
use crate::{Cells, RenderError, ResultTable};
use kql_bind::bound::Render;
use kql_types::Value;
use std::collections::HashMap;

/// Series drawn at most: nobody tells more colours apart.
const SERIES: usize = 40;
/// Places drawn at most on an axis of names.
const BANDS: usize = 300;
/// Values of x in a stack at most: each series gets a point at each.
const STACKED: usize = 20_000;
/// Panels of `ysplit=panels` at most, as Kusto has it.
const PANELS: usize = 5;
/// Axes of `ysplit=axes` at most: more leave no room for the drawing.
const AXES: usize = 4;

pub(super) fn read(
    kind: Kind,
    result: &ResultTable<'_>,
    render: &Render,
    notes: &mut Vec<String>,
) -> Result<Plane, RenderError> {
    let roles = Roles::choose(kind, result, render)?;
    let columns = &result.schema.columns;
    let y_names: Vec<String> = roles.y.iter().map(|i| clean(&columns[*i].name)).collect();
    let mut table = Collected::default();
    let as_names = !(roles.arrays() || kind.is_continuous() && matches!(roles.shapes[roles.x], Shape::Value(_)));
    for batch in result.batches {
        table.batch(&Cells::of_batch(result.schema, batch)?, batch.num_rows(), &roles, as_names);
    }
    if table.lost > 0 {
        let column = clean(&columns[roles.x].name);
        notes.push(format!(
            "{} without a value of {column}, which has no place on the x axis",
            counted(table.lost, "row")
        ));
    }
    let marks = match kind {
        Kind::Area | Kind::StackedArea => Marks::Area,
        Kind::Scatter => Marks::Point,
        Kind::Column => Marks::Column,
        Kind::Bar => Marks::Bar,
        _ => Marks::Line,
    };
    let strips = matches!(marks, Marks::Column | Marks::Bar);
    let share = render.kind.as_deref() == Some("stacked100");
    let stacked = kind == Kind::StackedArea
        || (matches!(marks, Marks::Area | Marks::Column | Marks::Bar)
            && (share || render.kind.as_deref() == Some("stacked")));
    let legends = std::mem::take(&mut table.legends);
    let mut groups = Groups::new(render, &roles, &y_names, share && stacked);
    let mut series = Vec::new();
    for (legend, positions) in legends.iter().zip(std::mem::take(&mut table.series)) {
        for (j, (points, highlights)) in positions.into_iter().enumerate() {
            if points.iter().all(|p| !p.value.is_finite()) {
                continue;
            }
            let name = match (legend.is_empty(), y_names.len()) {
                (true, _) => y_names[j].clone(),
                (false, 1) => legend.clone(),
                (false, _) => format!("{legend}: {}", y_names[j]),
            };
            series.push((j, Series { name, group: 0, points, highlights }));
        }
    }
    if series.is_empty() {
        return Err(unfit(
            kind,
            if result.rows() == 0 { "the result has no rows" } else { "there are no values to draw" },
        ));
    }
    most_important(&mut series, notes);
    let mut series: Vec<Series> = groups.assign(series, notes);
    let bands = as_names.then(|| {
        let known = naming(roles.shapes[roles.x]);
        let sorted = known == Some(Measure::Datetime) || (known.is_some() && !render.is_query_sorted);
        table.bands(sorted, known, &mut series, notes)
    });
    for one in &mut series {
        if bands.is_none() {
            one.points.sort_by(|a, b| a.x.total_cmp(&b.x));
        } else {
            one.points.sort_by_key(|p| p.x as usize);
        }
    }
    if kind == Kind::Anomaly && roles.anomalies.is_empty() {
        series.iter_mut().for_each(find_anomalies);
        let found: usize = series.iter().map(|s| s.highlights.len()).sum();
        notes.push(format!(
            "found by series_decompose_anomalies(): {}; anomalycolumns names flags of your own",
            if found == 0 { "no anomalies".to_owned() } else { counted(found, "point") }
        ));
    }
    if strips || stacked {
        sum_same_places(&mut series, &columns[roles.x].name, notes);
    }
    if render.accumulate {
        series.iter_mut().for_each(accumulate);
    }
    if stacked {
        let mut xs: Vec<f64> = series.iter().flat_map(|s| s.points.iter().map(|p| p.x)).collect();
        xs.sort_by(f64::total_cmp);
        xs.dedup();
        if xs.len() > STACKED {
            let why = format!(
                "{} different values of x are too many to stack (at most {STACKED}); round them with bin()",
                xs.len()
            );
            return Err(unfit(kind, why));
        }
        stack(&mut series, groups.list.len(), share, marks == Marks::Area, render.accumulate);
    }
    let log = |axis: &Option<String>| axis.as_deref() == Some("log");
    let y_log = log(&render.y_axis) && !share;
    if y_log && series.iter().flat_map(|s| &s.points).any(|p| p.value <= 0.0) {
        notes.push("values that are not above zero have no place on the logarithmic y axis".to_owned());
    }
    let edge = |v: &Option<Value>| match v {
        Some(Value::Long(Some(n)) | Value::Datetime(Some(n)) | Value::Timespan(Some(n))) => Some(*n as f64),
        Some(Value::Int(Some(n))) => Some(f64::from(*n)),
        Some(Value::Real(Some(n))) => Some(*n),
        _ => None,
    };
    let (x_low, x_high) = ends(edge(&render.x_min), edge(&render.x_max), "xmin", "xmax", notes);
    let (y_low, y_high) = ends(render.y_min, render.y_max, "ymin", "ymax", notes);
    let x_measure = roles.shapes[roles.x].measure();
    if bands.is_some() && (x_low.is_some() || x_high.is_some()) {
        notes.push("xmin and xmax do nothing on an axis of names".to_owned());
    }
    let x_log = log(&render.x_axis) && bands.is_none() && x_measure == Measure::Number;
    if log(&render.x_axis) && !x_log {
        notes.push("xaxis=log does nothing on an axis that is not of numbers".to_owned());
    }
    let x_title = render.x_title.clone().unwrap_or_else(|| columns[roles.x].name.to_string());
    let y_title = render.y_title.as_deref().map_or_else(|| y_names.join(", "), clean);
    let plane = Plane {
        marks,
        stacked,
        x: XAxis {
            title: clean(&x_title),
            measure: x_measure,
            want: Want { low: x_low, high: x_high, log: x_log, ..Want::default() },
            bands,
        },
        y: YAxis {
            title: y_title,
            want: Want {
                low: y_low,
                high: y_high,
                log: y_log,
                zero: marks != Marks::Point && kind != Kind::Line,
                round: true,
            },
        },
        split: groups.split,
        groups: groups.list,
        series,
        legend: render.legend.as_deref() != Some("hidden"),
    };
    let drawable = plane.x_scale().is_some() && (0..plane.groups.len()).all(|g| plane.y_scale(g).is_some());
    if drawable {
        Ok(plane)
    } else {
        Err(unfit(kind, "no value has a place on these axes; leave out log, ymin and ymax"))
    }
}

/// Marks what `series_decompose_anomalies` finds in the values of a line, as Kusto's clients do for an `anomalychart` without
/// flags. Values are taken one after the other, gaps are passed over.
/// <https://learn.microsoft.com/kusto/query/visualization-anomalychart>
fn find_anomalies(series: &mut Series) {
    let points: Vec<Point> = series.points.iter().filter(|p| p.value.is_finite()).copied().collect();
    let values: Vec<f64> = points.iter().map(|p| p.value).collect();
    let flags = kql_functions::anomalies(&values);
    series.highlights =
        points.into_iter().zip(flags).filter(|(_, flag)| *flag != 0.0).map(|(point, _)| point).collect();
}

type Columns = Vec<(Vec<Point>, Vec<Point>)>;

/// What the rows gave: for each legend, for each y column, points and highlights.
#[derive(Default)]
struct Collected {
    legends: Vec<String>,
    by_legend: HashMap<String, usize>,
    series: Vec<Columns>,
    /// Names of places, and the value each has on a line.
    places: Vec<(String, f64)>,
    by_place: HashMap<String, usize>,
    /// Rows without a place.
    lost: usize,
}

impl Collected {
    fn batch(&mut self, cells: &[Cells<'_>], rows: usize, roles: &Roles, as_names: bool) {
        let mut legend = String::new();
        for row in 0..rows {
            legend.clear();
            for (i, column) in roles.series.iter().enumerate() {
                legend.push_str(if i > 0 { ", " } else { "" });
                legend.push_str(&name(&cells[*column], row, naming(roles.shapes[*column])));
            }
            let at = match self.by_legend.get(&legend) {
                Some(at) => *at,
                None => {
                    self.by_legend.insert(legend.clone(), self.legends.len());
                    self.legends.push(legend.clone());
                    self.series.push(vec![Default::default(); roles.y.len()]);
                    self.legends.len() - 1
                }
            };
            if roles.arrays() {
                self.arrays(at, cells, row, roles);
                continue;
            }
            let x = if as_names { self.place(&cells[roles.x], row, roles) } else { value(&cells[roles.x], row) };
            if !x.is_finite() {
                self.lost += 1;
                continue;
            }
            for (j, column) in roles.y.iter().enumerate() {
                self.series[at][j].0.push(point(x, value(&cells[*column], row)));
            }
            for column in &roles.anomalies {
                let flag = value(&cells[*column], row);
                let y = roles.y.first().map_or(f64::NAN, |first| value(&cells[*first], row));
                self.highlight(at, x, flag, y);
            }
        }
    }

    fn arrays(&mut self, at: usize, cells: &[Cells<'_>], row: usize, roles: &Roles) {
        let of = |column: usize| match &cells[column] {
            Cells::Dynamic(array) => values(array, row, roles.shapes[column].measure()).collect(),
            _ => Vec::new(),
        };
        let xs: Vec<f64> = of(roles.x);
        let mut first = Vec::new();
        for (j, column) in roles.y.iter().enumerate() {
            let ys = of(*column);
            let points = xs.iter().zip(&ys).filter(|(x, _)| x.is_finite()).map(|(x, y)| point(*x, *y));
            self.series[at][j].0.extend(points);
            if j == 0 {
                first = ys;
            }
        }
        for column in &roles.anomalies {
            for ((x, flag), y) in xs.iter().zip(of(*column)).zip(&first) {
                self.highlight(at, *x, flag, *y);
            }
        }
    }

    /// Flags of -1 and 1 mark the value of the first y column; any other value but zero is a point of its own.
    fn highlight(&mut self, at: usize, x: f64, flag: f64, y: f64) {
        if x.is_finite() && flag.is_finite() && flag != 0.0 {
            let value = if flag.abs() == 1.0 { y } else { flag };
            if value.is_finite() {
                self.series[at][0].1.push(point(x, value));
            }
        }
    }

    fn place(&mut self, cells: &Cells<'_>, row: usize, roles: &Roles) -> f64 {
        let known = naming(roles.shapes[roles.x]);
        let text = name(cells, row, known);
        let at = match self.by_place.get(&text) {
            Some(at) => *at,
            None => {
                self.by_place.insert(text.clone(), self.places.len());
                self.places.push((text, if known.is_some() { value(cells, row) } else { f64::NAN }));
                self.places.len() - 1
            }
        };
        at as f64
    }

    /// The row of places, sorted by value if asked for; times that follow each other evenly get the missing ones between.
    fn bands(
        &mut self,
        sorted: bool,
        measure: Option<Measure>,
        series: &mut [Series],
        notes: &mut Vec<String>,
    ) -> Bands {
        let places = std::mem::take(&mut self.places);
        let mut order: Vec<usize> = (0..places.len()).collect();
        if sorted {
            // Null last.
            order.sort_by(|a, b| places[*a].1.total_cmp(&places[*b].1));
        }
        let values: Vec<f64> = order.iter().map(|i| places[*i].1).collect();
        let mut even = None;
        let mut position: Vec<usize> = vec![0; places.len()];
        let mut names: Vec<String>;
        match measure.filter(|m| *m == Measure::Datetime).and_then(|_| even_step(&values)) {
            Some((step, count)) => {
                let first = values[0];
                names = (0..count).map(|i| Measure::Datetime.text(first + step * i as f64)).collect();
                for i in &order {
                    position[*i] = ((places[*i].1 - first) / step).round() as usize;
                }
                even = Some((first, first + step * (count - 1) as f64, Measure::Datetime));
            }
            None => {
                for (at, i) in order.iter().enumerate() {
                    position[*i] = at;
                }
                names = order.iter().map(|i| places[*i].0.clone()).collect();
            }
        }
        if names.len() > BANDS {
            notes.push(format!("the first {BANDS} of {} places on the x axis are drawn", names.len()));
            names.truncate(BANDS);
            even = None;
        }
        for one in series {
            for point in &mut one.points {
                point.x = position.get(point.x as usize).copied().unwrap_or(usize::MAX) as f64;
            }
            one.points.retain(|p| p.x < names.len() as f64);
        }
        Bands { names, even }
    }
}

/// Fixed ends of an axis, where they leave something between.
fn ends(
    low: Option<f64>,
    high: Option<f64>,
    low_name: &str,
    high_name: &str,
    notes: &mut Vec<String>,
) -> (Option<f64>, Option<f64>) {
    if let (Some(l), Some(h)) = (low, high)
        && l >= h
    {
        notes.push(format!("{low_name} is not below {high_name}: both are left out"));
        return (None, None);
    }
    (low, high)
}

fn point(x: f64, value: f64) -> Point {
    // Plus zero: -0.0 is the same place as 0.0.
    Point { x: x + 0.0, value, from: 0.0, to: value }
}

/// Step and number of places when sorted values are multiples of a step from each other, and not too many places.
fn even_step(values: &[f64]) -> Option<(f64, usize)> {
    if values.len() < 2 || values.iter().any(|v| !v.is_finite()) {
        return None;
    }
    let step = values.windows(2).map(|w| w[1] - w[0]).fold(f64::INFINITY, f64::min);
    let count = (values[values.len() - 1] - values[0]) / step;
    let even = |v: &f64| {
        let steps = (v - values[0]) / step;
        (steps - steps.round()).abs() < 1e-6
    };
    (step > 0.0 && count < BANDS as f64 && values.iter().all(even)).then_some((step, count.round() as usize + 1))
}

/// Keeps the series with the largest totals, in their order.
fn most_important(series: &mut Vec<(usize, Series)>, notes: &mut Vec<String>) {
    if series.len() <= SERIES {
        return;
    }
    let size = |s: &Series| s.points.iter().filter(|p| p.value.is_finite()).map(|p| p.value.abs()).sum::<f64>();
    let mut sizes: Vec<(usize, f64)> = series.iter().enumerate().map(|(i, s)| (i, size(&s.1))).collect();
    sizes.sort_by(|a, b| b.1.total_cmp(&a.1));
    let mut kept: Vec<usize> = sizes.iter().take(SERIES).map(|(i, _)| *i).collect();
    kept.sort_unstable();
    notes
        .push(format!("the {SERIES} series with the largest totals are drawn, {} more are not", series.len() - SERIES));
    let mut at = 0;
    series.retain(|_| {
        at += 1;
        kept.binary_search(&(at - 1)).is_ok()
    });
}

/// `ysplit`: series that share an axis.
struct Groups {
    split: Split,
    by_column: bool,
    list: Vec<Group>,
}

impl Groups {
    fn new(render: &Render, roles: &Roles, y_names: &[String], share: bool) -> Groups {
        let measure = |i: &usize| if share { Measure::Share } else { roles.shapes[*i].measure() };
        let split = match render.y_split.as_deref() {
            Some("axes") => Split::Axes,
            Some("panels") => Split::Panels,
            _ => Split::None,
        };
        let columns = roles.y.iter().zip(y_names).map(|(i, name)| Group { name: name.clone(), measure: measure(i) });
        let mut list: Vec<Group> = columns.collect();
        let by_column = list.len() > 1;
        if split == Split::None {
            let same = list.iter().all(|g| g.measure == list[0].measure);
            let measure = if same { list[0].measure } else { Measure::Number };
            list = vec![Group { name: y_names.join(", "), measure }];
        }
        Groups { split, by_column, list }
    }

    /// One group for each y column; for each series when there is one y column.
    fn assign(&mut self, series: Vec<(usize, Series)>, notes: &mut Vec<String>) -> Vec<Series> {
        let mut series = series;
        let most = if self.split == Split::Panels { PANELS } else { AXES };
        let what = if self.split == Split::Panels { "panels" } else { "y axes" };
        match self.split {
            Split::None => {}
            _ if self.by_column => series.iter_mut().for_each(|(column, s)| s.group = *column),
            _ => {
                let measure = self.list[0].measure;
                self.list = series.iter().map(|(_, s)| Group { name: s.name.clone(), measure }).collect();
                series.iter_mut().enumerate().for_each(|(i, (_, s))| s.group = i);
            }
        }
        // A column without any value has no axis.
        let used: Vec<usize> = (0..self.list.len()).filter(|g| series.iter().any(|(_, s)| s.group == *g)).collect();
        self.list = used.iter().map(|g| self.list[*g].clone()).collect();
        for (_, s) in &mut series {
            s.group = used.iter().position(|g| *g == s.group).unwrap_or(0);
        }
        if self.list.len() > most {
            notes.push(format!("the first {most} {what} are drawn, {} more are not", self.list.len() - most));
            self.list.truncate(most);
            series.retain(|(_, s)| s.group < most);
        }
        series.into_iter().map(|(_, s)| s).collect()
    }
}

/// Strips and stacks have one value at a place.
fn sum_same_places(series: &mut [Series], x: &str, notes: &mut Vec<String>) {
    let mut summed = false;
    for one in series {
        let mut points: Vec<Point> = Vec::with_capacity(one.points.len());
        for p in one.points.iter().filter(|p| p.value.is_finite()) {
            match points.last_mut() {
                Some(last) if last.x == p.x => {
                    summed = true;
                    last.value += p.value;
                    last.to = last.value;
                }
                _ => points.push(*p),
            }
        }
        one.points = points;
    }
    if summed {
        notes.push(format!("several rows have the same {}: their values are summed", clean(x)));
    }
}

fn accumulate(series: &mut Series) {
    let mut sum = 0.0;
    for point in series.points.iter_mut().filter(|p| p.value.is_finite()) {
        sum += point.value;
        point.value = sum;
        point.to = sum;
    }
}

/// Puts each series of a group on top of the ones before; negative strips hang below zero. Areas get a point wherever
/// another series has one, because an area without a value has no height there; an accumulated one keeps what it had.
fn stack(series: &mut [Series], groups: usize, share: bool, areas: bool, accumulated: bool) {
    for group in 0..groups {
        let mut xs: Vec<f64> =
            series.iter().filter(|s| s.group == group).flat_map(|s| s.points.iter().map(|p| p.x)).collect();
        xs.sort_by(f64::total_cmp);
        xs.dedup();
        let place = |x: f64| xs.binary_search_by(|v| v.total_cmp(&x)).unwrap_or(0);
        if areas || accumulated {
            for one in series.iter_mut().filter(|s| s.group == group) {
                let mut full: Vec<Option<Point>> = vec![None; xs.len()];
                one.points.iter().for_each(|p| full[place(p.x)] = Some(*p));
                let mut before = if areas { Some(0.0) } else { None };
                let fill = |(p, x): (Option<Point>, &f64)| {
                    if let (Some(p), true) = (p, accumulated) {
                        before = Some(p.value);
                    }
                    p.or_else(|| before.map(|value| point(*x, value)))
                };
                one.points = full.into_iter().zip(&xs).filter_map(fill).collect();
            }
        }
        let mut totals = vec![0.0; xs.len()];
        for p in series.iter().filter(|s| s.group == group).flat_map(|s| &s.points) {
            totals[place(p.x)] += p.value.abs();
        }
        let mut tops = vec![(0.0, 0.0); xs.len()];
        for one in series.iter_mut().filter(|s| s.group == group) {
            for p in &mut one.points {
                let at = place(p.x);
                let value = match (share, totals[at] > 0.0) {
                    (true, true) => p.value / totals[at] * 100.0,
                    (true, false) => 0.0,
                    _ => p.value,
                };
                let top: &mut f64 = if value < 0.0 && !areas { &mut tops[at].1 } else { &mut tops[at].0 };
                p.from = *top;
                p.to = *top + value;
                *top = p.to;
            }
        }
    }
}
