//! Elements of arrays: equality, order, joining.

use kql_types::dynamic::{self, Kind};
use kql_types::{datetime, timespan};
use std::borrow::Cow;
use std::cmp::Ordering;

/// The elements of an array; `None` for other values.
pub(crate) fn array(value: &str) -> Option<dynamic::ArrayItems<'_>> {
    (dynamic::kind(value) == Kind::Array).then(|| dynamic::array_items(value))
}

/// Appends elements as an array.
pub(crate) fn write_array<'a>(out: &mut String, items: impl IntoIterator<Item = &'a str>) {
    out.push('[');
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push_str(item);
    }
    out.push(']');
}

/// A text that is the same for equal elements and different for others: numbers are equal by value (`1` and `1.0`), all
/// other elements when their text is.
pub(crate) fn identity(item: &str) -> Cow<'_, str> {
    match dynamic::kind(item) {
        Kind::Real => match item.parse::<f64>() {
            Ok(v) if v.fract() == 0.0 && v.abs() < 9.2e18 => Cow::Owned((v as i64).to_string()),
            Ok(v) => Cow::Owned(v.to_string()),
            Err(_) => Cow::Borrowed(item),
        },
        _ => Cow::Borrowed(item),
    }
}

/// What an element is sorted by. In order of the variants: numbers, datetimes and timespans; strings; all others, among
/// which only bools have an order. Nulls are apart.
#[derive(Debug)]
pub(crate) enum SortKey<'a> {
    Long(i64),
    Real(f64),
    Text(Cow<'a, str>),
    Bool(bool),
    Other,
    Null,
}

impl SortKey<'_> {
    fn class(&self) -> u8 {
        match self {
            SortKey::Long(_) | SortKey::Real(_) => 0,
            SortKey::Text(_) => 1,
            SortKey::Bool(_) | SortKey::Other => 2,
            SortKey::Null => 3,
        }
    }

    fn real(&self) -> Option<f64> {
        match self {
            SortKey::Long(v) => Some(*v as f64),
            SortKey::Real(v) => Some(*v),
            _ => None,
        }
    }

    /// The order of two elements. Only the order within a class turns around in a descending sort.
    pub(crate) fn compare(&self, other: &Self, descending: bool) -> Ordering {
        let within = match (self, other) {
            (SortKey::Long(a), SortKey::Long(b)) => a.cmp(b),
            (SortKey::Text(a), SortKey::Text(b)) => a.cmp(b),
            (SortKey::Bool(a), SortKey::Bool(b)) => a.cmp(b),
            _ => match (self.real(), other.real()) {
                (Some(a), Some(b)) => a.total_cmp(&b),
                _ => Ordering::Equal,
            },
        };
        self.class().cmp(&other.class()).then(if descending { within.reverse() } else { within })
    }
}

/// The keys of an array's elements.
///
/// A datetime or timespan inside a dynamic value is held as its text. When all strings of the array are such texts, they
/// are taken for what they stand for.
pub(crate) fn sort_keys<'a>(items: &[&'a str]) -> Vec<SortKey<'a>> {
    let mut keys: Vec<SortKey> = items.iter().map(|item| sort_key(item)).collect();
    let times: Option<Vec<i64>> = keys
        .iter()
        .filter_map(|key| match key {
            SortKey::Text(text) => Some(temporal(text)),
            _ => None,
        })
        .collect();
    if let Some(times) = times {
        let texts = keys.iter_mut().filter(|key| matches!(key, SortKey::Text(_)));
        texts.zip(times).for_each(|(key, ticks)| *key = SortKey::Long(ticks));
    }
    keys
}

fn sort_key(item: &str) -> SortKey<'_> {
    match dynamic::kind(item) {
        Kind::Null => SortKey::Null,
        Kind::Bool => SortKey::Bool(item.starts_with('t')),
        Kind::Long => item.parse().map_or(SortKey::Other, SortKey::Long),
        Kind::Real => item.parse().map_or(SortKey::Other, SortKey::Real),
        Kind::String => dynamic::unquote(item).map_or(SortKey::Other, SortKey::Text),
        Kind::Array | Kind::Bag => SortKey::Other,
    }
}

/// The ticks of a text that is exactly as a datetime or a timespan is written inside dynamic values.
pub(crate) fn temporal(text: &str) -> Option<i64> {
    let bytes = text.as_bytes();
    if bytes.len() == 28 && bytes[10] == b'T' {
        return datetime::parse(text).filter(|ticks| datetime::format(*ticks) == text);
    }
    let shaped = bytes.len() >= 8 && bytes.iter().all(|b| matches!(b, b'0'..=b'9' | b':' | b'.' | b'-'));
    if shaped { timespan::parse(text).filter(|ticks| timespan::format(*ticks) == text) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_equal_by_value() {
        let equal = [("1", "1.0"), ("1e3", "1000"), ("0.5", "0.50"), ("-0.0", "0"), ("\"a\"", "\"a\"")];
        for (a, b) in equal {
            assert_eq!(identity(a), identity(b), "{a} {b}");
        }
        for (a, b) in [("1", "\"1\""), ("1.5", "1"), ("true", "1"), ("[1]", "[1.0]")] {
            assert_ne!(identity(a), identity(b), "{a} {b}");
        }
    }

    #[test]
    fn only_exact_times_are_times() {
        let day = Some(datetime::TICKS_PER_DAY);
        assert_eq!(temporal("0001-01-02T00:00:00.0000000Z"), day);
        assert_eq!(temporal("1.00:00:00"), day);
        assert_eq!(temporal("-00:00:00.0000001"), Some(-1));
        for text in ["0001-01-02", "24:00:00", "1d", "00:00:00.1", "é", "2020-01-02T00:00:00.000000éZ"] {
            assert_eq!(temporal(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = (temporal(&text), identity(&text), array(&text).map(Iterator::count));
            let _ = sort_keys(&[&text]);
        }
    }
}
