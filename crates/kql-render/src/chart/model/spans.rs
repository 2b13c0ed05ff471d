//! `ladderchart` and `timepivot`: from–to in rows.
//!
//! - `ladderchart`: the last two columns are the ends, the other columns (or `series`) name the row.
//!   <https://learn.microsoft.com/kusto/query/visualization-ladderchart>
//! - `timepivot`: the first datetime is when an event happens (`xcolumn`), a second one when it ends; `series`, else the
//!   first text column with several but not too many values, slices the events into rows.
//!   <https://learn.microsoft.com/kusto/query/visualization-timepivot>

use super::super::kind::Kind;
use super::super::measure::Measure;
use super::super::read::{Shape, clean, name, shapes, value};
use super::super::roles::{named, naming};
use super::super::scale::{Scale, Want};
use super::{counted, unfit};
use crate::{Cells, RenderError, ResultTable};
use kql_bind::bound::Render;
use std::collections::{HashMap, HashSet};

/// Rows drawn at most.
const LANES: usize = 60;
/// From–tos drawn at most.
const SPANS: usize = 20_000;
/// A column with more values than this does not slice a `timepivot` by itself.
const SLICES: usize = 60;

/// From–to.
#[derive(Clone, Debug, PartialEq)]
pub struct Span {
    /// Start.
    pub from: f64,
    /// End; the start again for an instant.
    pub to: f64,
    /// What else the row says.
    pub text: String,
}

/// A row.
#[derive(Clone, Debug, PartialEq)]
pub struct Lane {
    /// Its name.
    pub name: String,
    /// Rows with the same number have the same colour: that of the first series column.
    pub color: usize,
    /// What is in it, in the order of the result.
    pub spans: Vec<Span>,
}

/// From–to in rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Lanes {
    /// `xtitle`, or the name of the start column.
    pub x_title: String,
    /// `ytitle`, or what the rows are named by.
    pub y_title: String,
    /// What the axis measures.
    pub measure: Measure,
    /// The range and form of the axis.
    pub want: Want,
    /// The rows, in order of appearance.
    pub lanes: Vec<Lane>,
}

impl Lanes {
    /// The scale of the axis.
    pub fn scale(&self) -> Option<Scale> {
        Scale::fit(self.lanes.iter().flat_map(|l| &l.spans).flat_map(|s| [s.from, s.to]), self.want, self.measure)
    }
}

pub(super) fn read(
    kind: Kind,
    result: &ResultTable<'_>,
    render: &Render,
    notes: &mut Vec<String>,
) -> Result<Lanes, RenderError> {
    let shapes = shapes(result)?;
    let columns = &result.schema.columns;
    let (from, to) = if kind == Kind::Ladder { ladder_ends(&shapes)? } else { pivot_ends(result, render, &shapes)? };
    let naming_columns: Vec<usize> = match (&render.series, &render.y_columns) {
        (Some(names), _) | (None, Some(names)) => {
            names.iter().map(|n| named(kind, result, n)).collect::<Result<_, _>>()?
        }
        _ if kind == Kind::Ladder => (0..shapes.len()).filter(|i| *i != from && Some(*i) != to).collect(),
        _ => slice_column(result, &shapes)?.into_iter().collect(),
    };
    let others: Vec<usize> = (0..shapes.len())
        .filter(|i| *i != from && Some(*i) != to && !naming_columns.contains(i) && shapes[*i] != Shape::Other)
        .take(4)
        .collect();
    let mut lanes: Vec<Lane> = Vec::new();
    let mut by_name: HashMap<String, usize> = HashMap::new();
    let mut colors: HashMap<String, usize> = HashMap::new();
    let (mut lost, mut more_lanes, mut count, mut more_spans) = (0usize, HashSet::new(), 0usize, 0usize);
    for batch in result.batches {
        let cells = Cells::of_batch(result.schema, batch)?;
        for row in 0..batch.num_rows() {
            let start = value(&cells[from], row);
            let end = to.map_or(start, |to| value(&cells[to], row));
            // An open end is an instant.
            let (start, end) = match (start.is_finite(), end.is_finite()) {
                (true, true) => (start.min(end), start.max(end)),
                (true, false) => (start, start),
                (false, true) => (end, end),
                _ => {
                    lost += 1;
                    continue;
                }
            };
            if count >= SPANS {
                more_spans += 1;
                continue;
            }
            let parts: Vec<String> = naming_columns.iter().map(|i| name(&cells[*i], row, naming(shapes[*i]))).collect();
            let label = parts.join(", ");
            let at = match by_name.get(&label) {
                Some(at) => *at,
                None if lanes.len() >= LANES => {
                    if more_lanes.len() < 100_000 {
                        more_lanes.insert(label);
                    }
                    continue;
                }
                None => {
                    let first = parts.first().cloned().unwrap_or_default();
                    // Colours tell groups apart; where every row has its own first value they would tell nothing.
                    let next = colors.len();
                    let color = *colors.entry(first).or_insert(next);
                    lanes.push(Lane { name: label.clone(), color, spans: Vec::new() });
                    by_name.insert(label, lanes.len() - 1);
                    lanes.len() - 1
                }
            };
            let text: Vec<String> = others
                .iter()
                .map(|i| format!("{}: {}", columns[*i].name, name(&cells[*i], row, naming(shapes[*i]))))
                .map(|t| t.chars().take(120).collect())
                .collect();
            lanes[at].spans.push(Span { from: start, to: end, text: text.join("\n") });
            count += 1;
        }
    }
    if lost > 0 {
        notes.push(format!("{} without a start and an end", counted(lost, "row")));
    }
    if !more_lanes.is_empty() {
        notes.push(format!("the first {LANES} rows of the chart are drawn, {} more are not", more_lanes.len()));
    }
    if more_spans > 0 {
        notes.push(format!("the first {SPANS} events are drawn, {more_spans} more are not"));
    }
    if naming_columns.len() == 1 && colors.len() == lanes.len() && kind == Kind::Ladder {
        lanes.iter_mut().for_each(|l| l.color = 0);
    }
    let names: Vec<&str> = naming_columns.iter().map(|i| &*columns[*i].name).collect();
    let title = match to {
        Some(to) => format!("{} – {}", columns[from].name, columns[to].name),
        None => columns[from].name.to_string(),
    };
    let log = render.x_axis.as_deref() == Some("log") && shapes[from].measure() == Measure::Number;
    let lanes = Lanes {
        x_title: clean(render.x_title.as_deref().unwrap_or(&title)),
        y_title: clean(render.y_title.as_deref().unwrap_or(&names.join(", "))),
        measure: shapes[from].measure(),
        want: Want { log, ..Want::default() },
        lanes,
    };
    if lanes.scale().is_none() {
        return Err(unfit(kind, "there are no rows to draw"));
    }
    Ok(lanes)
}

/// The last two columns; when these are no values of one kind, the last two datetimes.
fn ladder_ends(shapes: &[Shape]) -> Result<(usize, Option<usize>), RenderError> {
    let n = shapes.len();
    let value = |i: usize| matches!(shapes[i], Shape::Value(_));
    if n >= 2 && value(n - 2) && shapes[n - 2] == shapes[n - 1] {
        return Ok((n - 2, Some(n - 1)));
    }
    let times: Vec<usize> = (0..n).filter(|i| shapes[*i] == Shape::Value(Measure::Datetime)).collect();
    match times.as_slice() {
        [.., from, to] => Ok((*from, Some(*to))),
        _ => Err(unfit(
            Kind::Ladder,
            "the last two columns have to be start and end, of one type; write summarize min(Timestamp), max(Timestamp) by …",
        )),
    }
}

fn pivot_ends(
    result: &ResultTable<'_>,
    render: &Render,
    shapes: &[Shape],
) -> Result<(usize, Option<usize>), RenderError> {
    let times: Vec<usize> = (0..shapes.len()).filter(|i| shapes[*i] == Shape::Value(Measure::Datetime)).collect();
    let from = match &render.x_column {
        Some(name) => named(Kind::TimePivot, result, name)?,
        None => *times.first().ok_or_else(|| {
            unfit(
                Kind::TimePivot,
                "the result has no datetime column for the time line; keep Timestamp or TimeGenerated",
            )
        })?,
    };
    if !times.contains(&from) {
        return Err(unfit(Kind::TimePivot, format!("column '{}' is not a datetime", result.schema.columns[from].name)));
    }
    // Of two datetimes of an event the second is its end only when it says so.
    let end = |i: &&usize| {
        let name = result.schema.columns[**i].name.to_ascii_lowercase();
        **i != from
            && (name.starts_with("end") || name.starts_with("max") || name.contains("last") || name.contains("endtime"))
    };
    Ok((from, times.iter().find(end).copied()))
}

/// The text column that slices a `timepivot`: the first with more than one and not too many values.
fn slice_column(result: &ResultTable<'_>, shapes: &[Shape]) -> Result<Option<usize>, RenderError> {
    let mut lone = None;
    for i in (0..shapes.len()).filter(|i| shapes[*i] == Shape::Text) {
        let mut values = HashSet::new();
        for batch in result.batches {
            let cells = Cells::new(&result.schema.columns[i], batch.column(i).as_ref())?;
            for row in 0..batch.num_rows() {
                if values.len() <= SLICES {
                    values.insert(name(&cells, row, None));
                }
            }
        }
        if (2..=SLICES).contains(&values.len()) {
            return Ok(Some(i));
        }
        if values.len() == 1 {
            lone.get_or_insert(i);
        }
    }
    Ok(lone)
}
