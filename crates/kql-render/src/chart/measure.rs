//! What the numbers of an axis measure, and their text.

use kql_types::{ScalarType, datetime, timespan};

/// A kind of quantity. All are held as `f64`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Measure {
    /// A number.
    Number,
    /// Ticks of a datetime.
    Datetime,
    /// Ticks of a timespan.
    Timespan,
    /// Percent of a whole, of `kind=stacked100`.
    Share,
}

impl Measure {
    /// What a column of this type measures.
    pub fn of(ty: ScalarType) -> Measure {
        match ty {
            ScalarType::Datetime => Measure::Datetime,
            ScalarType::Timespan => Measure::Timespan,
            _ => Measure::Number,
        }
    }

    /// The text of one value, as precise as a reader wants it: `1,234.5`, `2026-11-21 14:05:33`, `1.02:03:04`, `41.7%`.
    pub fn text(self, value: f64) -> String {
        if !value.is_finite() {
            return String::new();
        }
        match self {
            Measure::Number => number(value, decimals_of(value)),
            Measure::Share => format!("{}%", number(value, 1)),
            // An f64 holds ticks of our time to about ten microseconds: no digits below milliseconds are claimed.
            Measure::Datetime => datetime_text(milliseconds(value)),
            Measure::Timespan if value.abs() > 1e15 => timespan_text(milliseconds(value)),
            Measure::Timespan => timespan_text(value as i64),
        }
    }
}

fn milliseconds(ticks: f64) -> i64 {
    let unit = datetime::TICKS_PER_MILLISECOND;
    ((ticks / unit as f64).round() as i64).saturating_mul(unit)
}

/// A datetime without what is zero at its end.
pub(super) fn datetime_text(ticks: i64) -> String {
    let text = datetime::format(ticks).replace('T', " ");
    let short = text.trim_end_matches('Z').trim_end_matches('0').trim_end_matches('.');
    let short = if short.len() < 19 { text.get(..19).unwrap_or(&text) } else { short };
    short.strip_suffix(" 00:00:00").unwrap_or(short).to_owned()
}

/// A timespan without zeros at the end of its fraction.
pub(super) fn timespan_text(ticks: i64) -> String {
    let text = timespan::format(ticks);
    if ticks % datetime::TICKS_PER_SECOND == 0 {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A whole number with thousands separators.
pub(super) fn long_text(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    if value < 0 {
        out.push('-');
    }
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Decimals that give about six significant digits.
fn decimals_of(value: f64) -> usize {
    if value == value.trunc() || value == 0.0 {
        return 0;
    }
    let magnitude = value.abs().log10().floor() as i32;
    (5 - magnitude).clamp(0, 12) as usize
}

/// A number with thousands separators and at most this many decimals; scientific where that would be long.
pub(super) fn number(value: f64, decimals: usize) -> String {
    let size = value.abs();
    if size >= 1e15 || (size != 0.0 && size < 1e-6) {
        return format!("{value:.3e}");
    }
    let mut text = format!("{size:.decimals$}");
    if text.contains('.') {
        text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    }
    let whole = text.find('.').unwrap_or(text.len());
    let mut out = String::with_capacity(text.len() + whole / 3 + 1);
    if value < 0.0 && text.bytes().any(|b| (b'1'..=b'9').contains(&b)) {
        out.push('-');
    }
    for (i, c) in text.char_indices() {
        if i > 0 && i < whole && (whole - i) % 3 == 0 {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_the_text_a_reader_wants() {
        let number = |v| Measure::Number.text(v);
        assert_eq!(
            [number(0.0), number(1234567.0), number(-1234.5), number(0.1), number(1e20), number(-0.0000001)],
            ["0", "1,234,567", "-1,234.5", "0.1", "1.000e20", "-1.000e-7"]
        );
        assert_eq!(number(f64::NAN), "");
        let day = datetime::from_date(2026, 11, 21).unwrap() as f64;
        assert_eq!(Measure::Datetime.text(day), "2026-11-21");
        assert_eq!(Measure::Datetime.text(day + 36_000_000_000.0), "2026-11-21 01:00:00");
        assert_eq!(Measure::Datetime.text(day + 5_000_000.0), "2026-11-21 00:00:00.5");
        assert_eq!(datetime_text(day as i64 + 1), "2026-11-21 00:00:00.0000001");
        assert_eq!(
            [long_text(i64::MIN), long_text(12), long_text(-1234)],
            ["-9,223,372,036,854,775,808", "12", "-1,234"]
        );
        assert_eq!(Measure::Timespan.text(36_000_000_000.0), "01:00:00");
        assert_eq!(Measure::Share.text(41.66), "41.7%");
    }
}
