//! Elements of series as numbers, and series of numbers as text.

use crate::dynamic::cells::Cells;
use crate::dynamic::element::{array, temporal};
use crate::kernel::Rows;
use arrow::array::{ArrayRef, StringViewArray};
use kql_types::dynamic::{self, Kind};
use std::sync::Arc;

/// An element of a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Long(i64),
    Real(f64),
}

impl Number {
    /// The number that an element is; `None` for null and everything that is no number.
    pub(crate) fn parse(item: &str) -> Option<Number> {
        match dynamic::kind(item) {
            Kind::Long => item.parse().ok().map(Number::Long),
            Kind::Real => item.parse().ok().map(Number::Real),
            Kind::String => match item {
                "\"NaN\"" => Some(Number::Real(f64::NAN)),
                "\"Infinity\"" => Some(Number::Real(f64::INFINITY)),
                "\"-Infinity\"" => Some(Number::Real(f64::NEG_INFINITY)),
                _ => None,
            },
            _ => None,
        }
    }

    /// [`Number::parse`], and the ticks of datetimes and timespans.
    pub(crate) fn parse_or_ticks(item: &str) -> Option<Number> {
        Number::parse(item).or_else(|| dynamic::unquote(item).and_then(|text| temporal(&text)).map(Number::Long))
    }

    pub(crate) fn real(self) -> f64 {
        match self {
            Number::Long(v) => v as f64,
            Number::Real(v) => v,
        }
    }

    pub(crate) fn write(self, out: &mut String) {
        match self {
            Number::Long(v) => dynamic::write_long(out, v),
            Number::Real(v) => dynamic::write_real(out, v),
        }
    }
}

/// The numbers of an array with null where an element is none; `None` for what is no array.
pub(crate) fn numbers(value: &str) -> Option<Vec<Option<Number>>> {
    Some(array(value)?.map(Number::parse).collect())
}

/// The numbers of an array, all of which must be; `None` otherwise.
pub(crate) fn all_numbers(value: &str) -> Option<Vec<Number>> {
    array(value)?.map(Number::parse).collect()
}

/// The numbers of an array as reals; `None` when an element is no number.
pub(crate) fn all_reals(value: &str) -> Option<Vec<f64>> {
    array(value)?.map(|item| Number::parse(item).map(Number::real)).collect()
}

/// [`all_reals`] of the array in a row.
pub(crate) fn reals_at(rows: &Rows<StringViewArray>, row: usize) -> Option<Vec<f64>> {
    rows.get(row).and_then(all_reals)
}

/// Appends numbers as an array.
pub(crate) fn write_numbers(out: &mut String, numbers: impl IntoIterator<Item = Option<Number>>) {
    out.push('[');
    for (at, number) in numbers.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        match number {
            Some(number) => number.write(out),
            None => out.push_str("null"),
        }
    }
    out.push(']');
}

/// Appends reals as an array.
pub(crate) fn write_reals(out: &mut String, values: impl IntoIterator<Item = f64>) {
    write_numbers(out, values.into_iter().map(|v| Some(Number::Real(v))));
}

/// Reals as the text of an array.
pub(crate) fn reals_text(values: impl IntoIterator<Item = f64>) -> String {
    let mut out = String::new();
    write_reals(&mut out, values);
    out
}

/// A number argument.
pub(crate) fn scalar(cells: &Cells, row: usize) -> Option<Number> {
    match cells {
        Cells::Int(_) | Cells::Long(_) => cells.long(row).map(Number::Long),
        Cells::Dynamic(rows) => rows.get(row).and_then(Number::parse),
        _ => cells.real(row).map(Number::Real),
    }
}

/// A column of dynamic values.
pub(crate) fn texts_column(values: Vec<Option<String>>) -> ArrayRef {
    Arc::new(values.into_iter().collect::<StringViewArray>())
}

/// The sum; 0 of nothing, where the sum of a standard iterator is -0.
pub(crate) fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    values.into_iter().fold(0.0, |sum, value| sum + value)
}

/// The mean; NaN of nothing.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The sum of the squared distances from the mean, by Welford's running update, whose digits are those of the engine.
pub(crate) fn squares(values: &[f64]) -> f64 {
    let (mut mean, mut squares) = (0.0, 0.0);
    for (at, value) in values.iter().enumerate() {
        let distance = value - mean;
        mean += distance / (at + 1) as f64;
        squares += distance * (value - mean);
    }
    squares
}

/// The sample variance; 0 of one value.
pub(crate) fn variance(values: &[f64]) -> f64 {
    if values.len() < 2 { 0.0 } else { squares(values) / (values.len() - 1) as f64 }
}
