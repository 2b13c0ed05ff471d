//! `piechart`: shares of a whole.
//!
//! The first column names the slices, the first number is their size; text columns beyond the first refine the name.
//! Source: <https://learn.microsoft.com/kusto/query/visualization-piechart>

use super::super::kind::Kind;
use super::super::measure::Measure;
use super::super::read::{clean, name, value};
use super::super::roles::{Roles, naming};
use super::unfit;
use crate::{Cells, RenderError, ResultTable};
use kql_bind::bound::Render;
use std::collections::HashMap;

/// Slices drawn at most; the smallest beyond become one.
const SLICES: usize = 20;

/// A share.
#[derive(Clone, Debug, PartialEq)]
pub struct Slice {
    /// Its name.
    pub name: String,
    /// Its size, above zero.
    pub value: f64,
    /// Its part of the whole: 0 to 1.
    pub share: f64,
}

/// Shares of a whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Parts {
    /// The name of the sizes.
    pub title: String,
    /// What the sizes measure.
    pub measure: Measure,
    /// The shares, in order of appearance.
    pub slices: Vec<Slice>,
    /// `legend` is not hidden.
    pub legend: bool,
}

pub(super) fn read(result: &ResultTable<'_>, render: &Render, notes: &mut Vec<String>) -> Result<Parts, RenderError> {
    let roles = Roles::choose(Kind::Pie, result, render)?;
    if roles.arrays() {
        return Err(unfit(Kind::Pie, "slices are rows, and the first column is an array; write mv-expand first"));
    }
    let columns = &result.schema.columns;
    let mut sums: Vec<(String, f64)> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut left_out = 0usize;
    let mut summed = false;
    let mut add = |name: String, value: f64, sums: &mut Vec<(String, f64)>| {
        if value.is_nan() || value <= 0.0 {
            left_out += usize::from(value != 0.0);
            return;
        }
        match places.get(&name) {
            Some(at) => {
                summed = true;
                sums[*at].1 += value;
            }
            None => {
                places.insert(name.clone(), sums.len());
                sums.push((name, value));
            }
        }
    };
    // A single row of several numbers: each number is a slice.
    let across = result.rows() == 1 && roles.y.len() > 1;
    for batch in result.batches {
        let cells = Cells::of_batch(result.schema, batch)?;
        for row in 0..batch.num_rows() {
            if across {
                for y in &roles.y {
                    add(clean(&columns[*y].name), value(&cells[*y], row), &mut sums);
                }
                continue;
            }
            let mut label = name(&cells[roles.x], row, naming(roles.shapes[roles.x]));
            for i in &roles.series {
                label.push_str(", ");
                label.push_str(&name(&cells[*i], row, naming(roles.shapes[*i])));
            }
            add(label, value(&cells[roles.y[0]], row), &mut sums);
        }
    }
    if left_out > 0 {
        notes.push(format!("{left_out} values are null or below zero and have no slice"));
    }
    if summed {
        notes.push("several rows have the same name: their values are summed".to_owned());
    }
    if !across && roles.y.len() > 1 {
        notes.push(format!("slices show {}; a pie has one measure", clean(&columns[roles.y[0]].name)));
    }
    if sums.is_empty() {
        return Err(unfit(Kind::Pie, "there are no values above zero to draw"));
    }
    if sums.len() > SLICES {
        let mut sizes: Vec<f64> = sums.iter().map(|s| s.1).collect();
        sizes.sort_by(|a, b| b.total_cmp(a));
        let least = sizes[SLICES - 2];
        let mut kept = 0;
        let mut rest = (0usize, 0.0);
        sums.retain(|(_, value)| {
            let keep = *value >= least && kept < SLICES - 1;
            if keep {
                kept += 1;
            } else {
                rest = (rest.0 + 1, rest.1 + value);
            }
            keep
        });
        notes.push(format!("the {} smallest slices are one, 'other'", rest.0));
        sums.push((format!("other ({})", rest.0), rest.1));
    }
    let total: f64 = sums.iter().map(|s| s.1).sum();
    if !total.is_finite() {
        return Err(unfit(Kind::Pie, "the values are too large to sum"));
    }
    let slices = sums.into_iter().map(|(name, value)| Slice { name, value, share: value / total }).collect();
    let title = render.y_title.as_deref().map_or_else(|| clean(&columns[roles.y[0]].name), clean);
    let measure = roles.shapes[roles.y[0]].measure();
    Ok(Parts { title, measure, slices, legend: render.legend.as_deref() != Some("hidden") })
}
