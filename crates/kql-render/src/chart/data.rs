//! Which column plays which role in a chart.
//!
//! As Kusto's clients choose: the x column is the one named, else for time charts the first datetime, else the first
//! column; y columns are the ones named, else every other numeric column; what is left of text splits into series.
//! <https://learn.microsoft.com/kusto/query/render-operator>

use crate::{Cells, RenderError, ResultTable};
use arrow::array::Array;
use arrow::datatypes::i256;
use kql_bind::bound::Render;
use kql_types::{Column, ScalarType, decimal};

/// What the x axis shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Axis {
    /// Ticks of datetimes.
    Time,
    /// Numbers (a timespan is its ticks).
    Number,
    /// Categories; x values are positions in this list.
    Category(Vec<String>),
}

/// One line, or one set of bars.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Legend.
    pub name: String,
    /// Points, by x.
    pub points: Vec<(f64, f64)>,
}

/// A chart without its looks.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartData {
    /// Name of the x column.
    pub x_name: String,
    /// The x axis.
    pub x: Axis,
    /// Names of the y columns.
    pub y_names: Vec<String>,
    /// The series, in order of appearance.
    pub series: Vec<Series>,
}

impl ChartData {
    /// Reads a result into a chart.
    ///
    /// # Errors
    /// [`RenderError::Unfit`] with a sentence when no column can be drawn.
    pub fn new(result: &ResultTable<'_>, render: &Render) -> Result<ChartData, RenderError> {
        let columns = &result.schema.columns;
        let unfit = |why: String| RenderError::Unfit(format!("{}: {why}", render.visualization));
        let named = |name: &str| {
            columns
                .iter()
                .position(|c| &*c.name == name)
                .ok_or_else(|| unfit(format!("there is no column '{name}' in the result")))
        };
        let time = || columns.iter().position(|c| c.ty == ScalarType::Datetime);
        let x = match &render.x_column {
            Some(name) => named(name)?,
            None if matches!(&*render.visualization, "timechart" | "anomalychart") => {
                time().ok_or_else(|| unfit("the result has no datetime column for the time axis".into()))?
            }
            None if columns.is_empty() => return Err(unfit("the result has no columns".into())),
            None => time().filter(|_| matches!(&*render.visualization, "linechart" | "areachart")).unwrap_or(0),
        };
        let drawable = |c: &Column| c.ty.is_number() || c.ty == ScalarType::Timespan;
        let y: Vec<usize> = match &render.y_columns {
            Some(names) => names.iter().map(|n| named(n)).collect::<Result<_, _>>()?,
            None => (0..columns.len()).filter(|i| *i != x && drawable(&columns[*i])).collect(),
        };
        if let Some(bad) = y.iter().find(|i| !drawable(&columns[**i])) {
            return Err(unfit(format!(
                "column '{}' is of type {}, not a number",
                columns[*bad].name, columns[*bad].ty
            )));
        }
        if y.is_empty() {
            return Err(unfit("the result has no numeric column to draw".into()));
        }
        let split: Vec<usize> = match &render.series {
            Some(names) => names.iter().map(|n| named(n)).collect::<Result<_, _>>()?,
            None => (0..columns.len())
                .filter(|i| {
                    *i != x && !y.contains(i) && matches!(columns[*i].ty, ScalarType::String | ScalarType::Guid)
                })
                .collect(),
        };
        let mut data = ChartData {
            x_name: columns[x].name.to_string(),
            x: match columns[x].ty {
                ScalarType::Datetime => Axis::Time,
                _ if drawable(&columns[x]) => Axis::Number,
                _ => Axis::Category(Vec::new()),
            },
            y_names: y.iter().map(|i| columns[*i].name.to_string()).collect(),
            series: Vec::new(),
        };
        for batch in result.batches {
            let cells = Cells::of_batch(result.schema, batch)?;
            for row in 0..batch.num_rows() {
                let Some(at) = data.position(&cells[x], row) else { continue };
                let mut legend = String::new();
                for i in &split {
                    if !legend.is_empty() {
                        legend.push_str(", ");
                    }
                    cells[*i].write_text(row, &mut legend);
                }
                for i in &y {
                    let name = match (legend.is_empty(), y.len()) {
                        (true, _) => columns[*i].name.to_string(),
                        (false, 1) => legend.clone(),
                        (false, _) => format!("{legend}: {}", columns[*i].name),
                    };
                    let Some(value) = numeric(&cells[*i], row) else { continue };
                    match data.series.iter_mut().find(|s| s.name == name) {
                        Some(series) => series.points.push((at, value)),
                        None => data.series.push(Series { name, points: vec![(at, value)] }),
                    }
                }
            }
        }
        if !matches!(data.x, Axis::Category(_)) {
            for series in &mut data.series {
                series.points.sort_by(|a, b| a.0.total_cmp(&b.0));
            }
        }
        if render.accumulate {
            for series in &mut data.series {
                let mut sum = 0.0;
                for point in &mut series.points {
                    sum += point.1;
                    point.1 = sum;
                }
            }
        }
        Ok(data)
    }

    fn position(&mut self, cells: &Cells<'_>, row: usize) -> Option<f64> {
        match &mut self.x {
            Axis::Time => match cells {
                Cells::Datetime(a) if !a.is_null(row) => Some(a.value(row) as f64),
                _ => None,
            },
            Axis::Number => numeric(cells, row),
            Axis::Category(labels) => {
                let mut label = String::new();
                cells.write_text(row, &mut label);
                let position = labels.iter().position(|l| *l == label).unwrap_or_else(|| {
                    labels.push(label);
                    labels.len() - 1
                });
                Some(position as f64)
            }
        }
    }
}

fn numeric(cells: &Cells<'_>, row: usize) -> Option<f64> {
    if cells.is_null(row) {
        return None;
    }
    let value = match cells {
        Cells::Int(a) => f64::from(a.value(row)),
        Cells::Long(a) | Cells::Timespan(a) => a.value(row) as f64,
        Cells::Real(a) => a.value(row),
        Cells::Decimal(a) => decimal_value(a.value(row)),
        _ => return None,
    };
    value.is_finite().then_some(value)
}

fn decimal_value(value: i256) -> f64 {
    decimal::to_f64(value)
}
