//! `pivotchart`: rows by columns, with sums.
//!
//! Kusto.Explorer lets the user pick what goes where. The start here: the first column that is no number makes the rows
//! (`xcolumn`), the next one the columns (`series`), the first number is summed (`ycolumns`); without a number, rows are
//! counted. The HTML page picks anew.
//! Source: <https://learn.microsoft.com/kusto/query/visualization-pivotchart>

use super::super::kind::Kind;
use super::super::measure::Measure;
use super::super::read::{Shape, clean, name, shapes, value};
use super::super::roles::{named, naming};
use super::unfit;
use crate::{Cells, RenderError, ResultTable};
use kql_bind::bound::Render;
use std::collections::HashMap;

/// Rows shown at most, by total.
const ROWS: usize = 40;
/// Columns shown at most, by total.
const COLUMNS: usize = 15;
/// Cells that are summed at most.
const CELLS: usize = 1_000_000;
/// Rows of the result given to the page, which pivots by itself.
const FACTS: usize = 5_000;

/// A pivot table.
#[derive(Clone, Debug, PartialEq)]
pub struct Pivot {
    /// The name of the row column.
    pub row_title: String,
    /// The name of the column column; empty when there is none.
    pub column_title: String,
    /// `sum of Bytes`, `rows`
    pub value_title: String,
    /// What the values measure.
    pub measure: Measure,
    /// Row names.
    pub rows: Vec<String>,
    /// Column names.
    pub columns: Vec<String>,
    /// Values by row, then column; NaN where there is none.
    pub values: Vec<Vec<f64>>,
    /// Names of all columns, whether each is an amount, and rows: for a page that pivots by itself.
    pub facts: Facts,
}

/// The rows behind a pivot table.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Facts {
    /// Name, and whether it can be summed.
    pub columns: Vec<(String, bool)>,
    /// Names or amounts (NaN for null).
    pub rows: Vec<Vec<Fact>>,
    /// Rows of the result.
    pub total: usize,
    /// Positions of the row column, the column column and the value column.
    pub start: (usize, Option<usize>, Option<usize>),
}

/// A cell of [`Facts`].
#[derive(Clone, Debug, PartialEq)]
pub enum Fact {
    /// A name.
    Name(String),
    /// An amount.
    Amount(f64),
}

impl Pivot {
    /// The sum of a row.
    pub fn row_total(&self, row: usize) -> f64 {
        self.values.get(row).map_or(0.0, |r| r.iter().filter(|v| v.is_finite()).sum())
    }

    /// The sum of a column.
    pub fn column_total(&self, column: usize) -> f64 {
        self.values.iter().filter_map(|r| r.get(column)).filter(|v| v.is_finite()).sum()
    }
}

pub(super) fn read(result: &ResultTable<'_>, render: &Render, notes: &mut Vec<String>) -> Result<Pivot, RenderError> {
    let kind = Kind::Pivot;
    let shapes = shapes(result)?;
    let columns = &result.schema.columns;
    let one = |name: Option<&String>| name.map(|n| named(kind, result, n)).transpose();
    let amount = one(render.y_columns.as_ref().and_then(|n| n.first()))?
        .or_else(|| (0..shapes.len()).find(|i| shapes[*i].is_amount()));
    if let Some(bad) = amount.filter(|i| !shapes[*i].is_amount()) {
        return Err(unfit(kind, format!("column '{}' is not a number", columns[bad].name)));
    }
    let other = |not: Option<usize>| {
        let free =
            |i: &usize| Some(*i) != amount && Some(*i) != not && !matches!(shapes[*i], Shape::Other | Shape::Array(_));
        let text = (0..shapes.len()).filter(free).find(|i| shapes[*i] == Shape::Text);
        text.or_else(|| (0..shapes.len()).find(free))
    };
    let series = one(render.series.as_ref().and_then(|n| n.first()))?;
    let row_column = one(render.x_column.as_ref())?
        .or_else(|| other(series))
        .ok_or_else(|| unfit(kind, "the result has no column that makes the rows of the pivot table"))?;
    let column_column = series.or_else(|| other(Some(row_column)));
    let mut names: (Vec<String>, Vec<String>) = Default::default();
    let mut places: (HashMap<String, usize>, HashMap<String, usize>) = Default::default();
    let mut sums: HashMap<(usize, usize), f64> = HashMap::new();
    let mut facts = Facts {
        columns: columns.iter().zip(&shapes).map(|(c, s)| (clean(&c.name), s.is_amount())).collect(),
        rows: Vec::new(),
        total: result.rows(),
        start: (row_column, column_column, amount),
    };
    let intern = |text: String, names: &mut Vec<String>, places: &mut HashMap<String, usize>| match places.get(&text) {
        Some(at) => *at,
        None => {
            places.insert(text.clone(), names.len());
            names.push(text);
            names.len() - 1
        }
    };
    for batch in result.batches {
        let cells = Cells::of_batch(result.schema, batch)?;
        for row in 0..batch.num_rows() {
            let r = intern(name(&cells[row_column], row, naming(shapes[row_column])), &mut names.0, &mut places.0);
            let c = match column_column {
                Some(i) => intern(name(&cells[i], row, naming(shapes[i])), &mut names.1, &mut places.1),
                None => 0,
            };
            let v = amount.map_or(1.0, |i| value(&cells[i], row));
            if v.is_finite() {
                *sums.entry((r, c)).or_insert(0.0) += v;
            }
            if sums.len() > CELLS {
                return Err(unfit(
                    kind,
                    format!("the pivot table has more than {CELLS} cells; summarize to fewer names"),
                ));
            }
            if facts.rows.len() < FACTS {
                let fact = |i: usize| match shapes[i].is_amount() {
                    true => Fact::Amount(value(&cells[i], row)),
                    false => Fact::Name(name(&cells[i], row, naming(shapes[i]))),
                };
                facts.rows.push((0..shapes.len()).map(fact).collect());
            }
        }
    }
    if names.0.is_empty() {
        return Err(unfit(kind, "the result has no rows"));
    }
    if column_column.is_none() {
        names.1.push(amount.map_or_else(|| "rows".to_owned(), |i| clean(&columns[i].name)));
    }
    let keep = |names: &[String],
                most: usize,
                what: &str,
                key: &dyn Fn(&(usize, usize)) -> usize,
                notes: &mut Vec<String>| {
        if names.len() <= most {
            return (0..names.len()).collect::<Vec<_>>();
        }
        let mut totals = vec![0.0; names.len()];
        sums.iter().for_each(|(at, v)| totals[key(at)] += v.abs());
        let mut order: Vec<usize> = (0..names.len()).collect();
        order.sort_by(|a, b| totals[*b].total_cmp(&totals[*a]));
        order.truncate(most);
        order.sort_unstable();
        notes.push(format!("the {most} {what} with the largest totals are shown, {} more are not", names.len() - most));
        order
    };
    let rows = keep(&names.0, ROWS, "rows", &|at| at.0, notes);
    let kept = keep(&names.1, COLUMNS, "columns", &|at| at.1, notes);
    let values =
        rows.iter().map(|r| kept.iter().map(|c| sums.get(&(*r, *c)).copied().unwrap_or(f64::NAN)).collect()).collect();
    Ok(Pivot {
        row_title: clean(&columns[row_column].name),
        column_title: column_column.map_or_else(String::new, |i| clean(&columns[i].name)),
        value_title: amount.map_or_else(|| "rows".to_owned(), |i| format!("sum of {}", clean(&columns[i].name))),
        measure: amount.map_or(Measure::Number, |i| shapes[i].measure()),
        rows: rows.iter().map(|i| names.0[*i].clone()).collect(),
        columns: kept.iter().map(|i| names.1[*i].clone()).collect(),
        values,
        facts,
    })
}
