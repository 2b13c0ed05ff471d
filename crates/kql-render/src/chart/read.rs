//! Reading cells as a chart needs them: numbers, labels, and arrays of `make-series`.

use super::measure::{Measure, datetime_text, long_text, timespan_text};
use crate::{Cells, RenderError, ResultTable};
use arrow::array::{Array, StringViewArray};
use kql_types::{ScalarType, datetime, decimal, dynamic, timespan};

/// Characters of a name that are kept; nothing on a chart has room for more.
const LONGEST_NAME: usize = 200;

/// What a column can be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A value on a line: number, datetime or timespan.
    Value(Measure),
    /// An array of values, as `make-series` gives.
    Array(Measure),
    /// string, guid or bool.
    Text,
    /// Property bags and what else is dynamic.
    Other,
}

impl Shape {
    pub(super) fn measure(self) -> Measure {
        match self {
            Shape::Value(m) | Shape::Array(m) => m,
            Shape::Text | Shape::Other => Measure::Number,
        }
    }

    /// A number or a timespan: can be a height.
    pub(super) fn is_amount(self) -> bool {
        matches!(self, Shape::Value(Measure::Number | Measure::Timespan))
    }

    /// An array of numbers or timespans.
    pub(super) fn is_amounts(self) -> bool {
        matches!(self, Shape::Array(Measure::Number | Measure::Timespan))
    }

    /// A datetime, or an array of them.
    pub(super) fn is_time(self) -> bool {
        self == Shape::Value(Measure::Datetime) || self == Shape::Array(Measure::Datetime)
    }
}

/// The shapes of all columns. A dynamic column's is that of its first value that is not null.
pub(super) fn shapes(result: &ResultTable<'_>) -> Result<Vec<Shape>, RenderError> {
    let mut shapes = Vec::with_capacity(result.schema.columns.len());
    for (i, column) in result.schema.columns.iter().enumerate() {
        shapes.push(match column.ty {
            ty if ty.is_number() => Shape::Value(Measure::Number),
            ScalarType::Datetime => Shape::Value(Measure::Datetime),
            ScalarType::Timespan => Shape::Value(Measure::Timespan),
            ScalarType::String | ScalarType::Guid | ScalarType::Bool => Shape::Text,
            _ => {
                let mut found = Shape::Other;
                for batch in result.batches {
                    let Some(array) = batch.columns().get(i) else { continue };
                    if let Cells::Dynamic(cells) = Cells::new(column, array.as_ref())?
                        && let Some(first) = cells.iter().flatten().next()
                    {
                        found = dynamic_shape(first);
                        break;
                    }
                }
                found
            }
        });
    }
    Ok(shapes)
}

fn dynamic_shape(text: &str) -> Shape {
    use dynamic::Kind;
    let measure = |item: &str| match dynamic::kind(item) {
        Kind::Long | Kind::Real => Some(Measure::Number),
        Kind::String => {
            let text = dynamic::unquote(item)?;
            match (datetime::parse(&text), timespan::parse(&text)) {
                (Some(_), _) => Some(Measure::Datetime),
                (None, Some(_)) => Some(Measure::Timespan),
                _ => None,
            }
        }
        _ => None,
    };
    match dynamic::kind(text) {
        Kind::Array => {
            let first = dynamic::array_items(text).find(|item| dynamic::kind(item) != Kind::Null);
            first.and_then(measure).map_or(Shape::Other, Shape::Array)
        }
        Kind::Long | Kind::Real => Shape::Value(Measure::Number),
        _ => Shape::Other,
    }
}

/// The value of a cell on an axis; NaN for null, for infinities and for what is no value: a gap.
pub(super) fn value(cells: &Cells<'_>, row: usize) -> f64 {
    if cells.is_null(row) {
        return f64::NAN;
    }
    let value = match cells {
        Cells::Int(a) => f64::from(a.value(row)),
        Cells::Long(a) | Cells::Timespan(a) | Cells::Datetime(a) => a.value(row) as f64,
        Cells::Real(a) => a.value(row),
        Cells::Decimal(a) => decimal::to_f64(a.value(row)),
        Cells::Dynamic(a) => item(a.value(row), Measure::Number),
        _ => f64::NAN,
    };
    if value.is_finite() { value } else { f64::NAN }
}

/// The values of an array cell; nothing for null.
pub(super) fn values(array: &StringViewArray, row: usize, measure: Measure) -> impl Iterator<Item = f64> {
    let text = if array.is_null(row) { "[]" } else { array.value(row) };
    dynamic::array_items(text).map(move |text| item(text, measure))
}

fn item(text: &str, measure: Measure) -> f64 {
    let value = match measure {
        Measure::Datetime => dynamic::unquote(text).and_then(|t| datetime::parse(&t)).map(|t| t as f64),
        Measure::Timespan => dynamic::unquote(text).and_then(|t| timespan::parse(&t)).map(|t| t as f64),
        _ => text.parse().ok(),
    };
    value.filter(|v: &f64| v.is_finite()).unwrap_or(f64::NAN)
}

/// A cell as a name: one line, no control characters, not endless. `(empty)` for an empty string, `(null)` for null.
pub(super) fn name(cells: &Cells<'_>, row: usize, measure: Option<Measure>) -> String {
    if cells.is_null(row) {
        return "(null)".to_owned();
    }
    match (measure, cells) {
        // Exact, where a chart's own numbers are not.
        (Some(_), Cells::Datetime(a)) => datetime_text(a.value(row)),
        (Some(_), Cells::Timespan(a)) => timespan_text(a.value(row)),
        (Some(_), Cells::Long(a)) => long_text(a.value(row)),
        (Some(measure), _) if value(cells, row).is_finite() => measure.text(value(cells, row)),
        _ => {
            let mut text = String::new();
            cells.write_text(row, &mut text);
            if text.is_empty() { "(empty)".to_owned() } else { clean(&text) }
        }
    }
}

/// One line without control characters, cut where it gets too long for any chart.
pub(super) fn clean(text: &str) -> String {
    let cut = text.chars().nth(LONGEST_NAME).is_some();
    let mut out: String = text
        .chars()
        .take(LONGEST_NAME)
        .map(|c| match c {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
            // Not XML's: noncharacters; and what turns the direction of the text around it.
            '\u{fffe}' | '\u{ffff}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect();
    if cut {
        out.push('…');
    }
    out
}
