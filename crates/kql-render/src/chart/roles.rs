//! Which column plays which role in a chart, as Kusto's clients choose.
//!
//! - **x**: the column `xcolumn` names; else the first that works: for `timechart` and `anomalychart` the first datetime
//!   (or array of datetimes), for other continuous charts the first datetime, else the first column; for
//!   `scatterchart` the first value. If that would leave no column to draw, the first that is no number.
//! - **y**: the columns `ycolumns` names; else all numbers and timespans that have no other role. When x is an array,
//!   the arrays.
//! - **series**: the columns `series` names; else all text columns that have no other role: each combination of their
//!   values is a series of its own.
//!
//! Source: <https://learn.microsoft.com/kusto/query/render-operator#how-to-render-continuous-data>

use super::kind::Kind;
use super::measure::Measure;
use super::read::{Shape, shapes};
use crate::{RenderError, ResultTable};
use kql_bind::bound::Render;

/// The roles in a chart with axes. Positions of columns.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Roles {
    pub(super) x: usize,
    pub(super) y: Vec<usize>,
    pub(super) series: Vec<usize>,
    pub(super) anomalies: Vec<usize>,
    pub(super) shapes: Vec<Shape>,
}

impl Roles {
    /// x is an array, and so are all y.
    pub(super) fn arrays(&self) -> bool {
        matches!(self.shapes[self.x], Shape::Array(_))
    }

    pub(super) fn choose(kind: Kind, result: &ResultTable<'_>, render: &Render) -> Result<Roles, RenderError> {
        let shapes = shapes(result)?;
        let columns = &result.schema.columns;
        let unfit = |why: String| RenderError::Unfit(format!("{}: {why}", kind.name()));
        let all = |names: &Option<Vec<String>>| {
            names
                .as_ref()
                .map(|names| names.iter().map(|n| named(kind, result, n)).collect::<Result<Vec<_>, _>>())
                .transpose()
        };
        let named_y = all(&render.y_columns)?;
        let named_series = all(&render.series)?;
        let anomalies =
            if kind == Kind::Anomaly { all(&render.anomaly_columns)?.unwrap_or_default() } else { Vec::new() };
        let taken = |i: usize| {
            [named_y.as_ref(), named_series.as_ref(), Some(&anomalies)]
                .into_iter()
                .flatten()
                .any(|list| list.contains(&i))
        };
        let free = || (0..shapes.len()).filter(|i| !taken(*i));
        let amounts = free().filter(|i| shapes[*i].is_amount() || shapes[*i].is_amounts()).count();
        let first = |works: &dyn Fn(Shape) -> bool| free().find(|i| works(shapes[*i]));
        let x = match &render.x_column {
            Some(name) => named(kind, result, name)?,
            None if columns.is_empty() => return Err(unfit("the result has no columns".into())),
            None if kind.needs_time() => first(&|s| s.is_time()).ok_or_else(|| {
                unfit(
                    "the result has no datetime column for the time axis; keep one, such as bin(Timestamp, 1h)".into(),
                )
            })?,
            None => {
                let found = match kind {
                    Kind::Scatter => {
                        let lone = named_y.is_none() && amounts < 2;
                        first(&|s| {
                            matches!(s, Shape::Value(_) | Shape::Array(_))
                                && !(lone && (s.is_amount() || s.is_amounts()))
                        })
                    }
                    _ if kind.is_continuous() => first(&|s| s.is_time()),
                    _ => None,
                };
                let found = found.or_else(|| free().next()).unwrap_or(0);
                // The only number is what is drawn: then the first other column names it.
                if named_y.is_none() && amounts == 1 && (shapes[found].is_amount() || shapes[found].is_amounts()) {
                    first(&|s| !s.is_amount() && !s.is_amounts() && s != Shape::Other).unwrap_or(found)
                } else {
                    found
                }
            }
        };
        if kind.needs_time() && !shapes[x].is_time() {
            let (name, ty) = (&columns[x].name, columns[x].ty);
            return Err(unfit(format!(
                "x column '{name}' is of type {ty}, and a time axis needs a datetime; write render linechart"
            )));
        }
        let arrays = matches!(shapes[x], Shape::Array(_));
        let drawable = |i: usize| if arrays { shapes[i].is_amounts() } else { shapes[i].is_amount() };
        let y = match named_y {
            Some(y) => y,
            None => {
                let others = named_series.as_ref();
                let free = |i: &usize| *i != x && !anomalies.contains(i) && !others.is_some_and(|s| s.contains(i));
                (0..shapes.len()).filter(free).filter(|i| drawable(*i)).collect()
            }
        };
        if let Some(bad) = y.iter().chain(&anomalies).find(|i| !drawable(**i)) {
            let (name, ty) = (&columns[*bad].name, columns[*bad].ty);
            let needed = if arrays { "an array of numbers, as the x column is an array" } else { "a number" };
            return Err(unfit(format!("column '{name}' is of type {ty}, not {needed}")));
        }
        if y.is_empty() {
            let why = if arrays { "no array of numbers to draw over the x array" } else { "no numeric column to draw" };
            return Err(unfit(format!("the result has {why}; add one, such as summarize count() by …")));
        }
        let series = named_series.unwrap_or_else(|| {
            let free = |i: &usize| *i != x && !y.contains(i) && !anomalies.contains(i);
            (0..shapes.len()).filter(free).filter(|i| shapes[*i] == Shape::Text).collect()
        });
        Ok(Roles { x, y, series, anomalies, shapes })
    }
}

/// The position of a column a property names.
pub(super) fn named(kind: Kind, result: &ResultTable<'_>, name: &str) -> Result<usize, RenderError> {
    result
        .schema
        .index_of(name)
        .ok_or_else(|| RenderError::Unfit(format!("{}: there is no column '{name}' in the result", kind.name())))
}

/// How a column's cells are written as names: values by their measure, all else as text.
pub(super) fn naming(shape: Shape) -> Option<Measure> {
    match shape {
        Shape::Value(measure) => Some(measure),
        _ => None,
    }
}
