//! What a column of unknown type may still become.

use kql_types::{ScalarType, datetime, number};

/// A set of types. Each chunk of a column tells which types hold all its values without loss; the column gets the first
/// type, in the order of [`Guess::narrowest`], that all chunks allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Guess(u8);

impl Guess {
    pub(crate) const BOOL: Guess = Guess(1);
    pub(crate) const LONG: Guess = Guess(1 << 1);
    pub(crate) const REAL: Guess = Guess(1 << 2);
    pub(crate) const DATETIME: Guess = Guess(1 << 3);
    pub(crate) const STRING: Guess = Guess(1 << 4);
    pub(crate) const DYNAMIC: Guess = Guess(1 << 5);
    /// Types no text is guessed to be, but Arrow and Parquet files declare.
    const INT: Guess = Guess(1 << 6);
    const OTHER: Guess = Guess(1 << 7);

    /// Everything: a chunk without values.
    pub(crate) const ANY: Guess = Guess(u8::MAX);
    /// Where a JSON string starts: a datetime until a value is none.
    pub(crate) const JSON_TEXT: Guess = Self::DATETIME.or(Self::STRING).or(Self::DYNAMIC);
    /// Where a CSV cell starts. While cells are seen `DYNAMIC` means that all of them are JSON objects or arrays.
    pub(crate) const CELL_TEXT: Guess = Self::JSON_TEXT.or(Self::BOOL).or(Self::LONG).or(Self::REAL);

    pub(crate) const fn or(self, other: Guess) -> Guess {
        Guess(self.0 | other.0)
    }

    /// What both allow.
    pub(crate) fn and(self, other: Guess) -> Guess {
        Guess(self.0 & other.0)
    }

    pub(crate) fn without(self, other: Guess) -> Guess {
        Guess(self.0 & !other.0)
    }

    pub(crate) fn has(self, other: Guess) -> bool {
        self.0 & other.0 != 0
    }

    /// The types that hold every value of a declared type.
    pub(crate) fn declared(ty: ScalarType) -> Guess {
        let text = Self::STRING.or(Self::DYNAMIC);
        match ty {
            ScalarType::Bool => Self::BOOL.or(text),
            ScalarType::Int => Self::INT.or(Self::LONG).or(Self::REAL).or(text),
            ScalarType::Long => Self::LONG.or(Self::REAL).or(text),
            ScalarType::Real => Self::REAL.or(text),
            ScalarType::Datetime => Self::DATETIME.or(text),
            ScalarType::String => text,
            ScalarType::Dynamic | ScalarType::Unknown => Self::DYNAMIC,
            ScalarType::Decimal | ScalarType::Timespan | ScalarType::Guid => Self::OTHER.or(text),
        }
    }

    /// The guess once all cells are seen: JSON in every cell is `dynamic` and no text; any other text can be a dynamic string.
    pub(crate) fn of_cells(self) -> Guess {
        if self.has(Self::DYNAMIC) { Self::DYNAMIC } else { self.or(Self::DYNAMIC) }
    }

    /// The narrowest type allowed; `string` where there are no values. `declared` is the type all chunks have that declare
    /// one, if it is one type.
    pub(crate) fn narrowest(self, declared: Option<ScalarType>) -> ScalarType {
        if self == Self::ANY {
            return declared.unwrap_or(ScalarType::String);
        }
        if let Some(ty) = declared
            && (self.has(Guess::declared(ty).and(Self::OTHER)) || ty == ScalarType::Int && self.has(Self::INT))
        {
            return ty;
        }
        let order = [
            (Self::BOOL, ScalarType::Bool),
            (Self::LONG, ScalarType::Long),
            (Self::REAL, ScalarType::Real),
            (Self::DATETIME, ScalarType::Datetime),
            (Self::STRING, ScalarType::String),
            (Self::DYNAMIC, ScalarType::Dynamic),
        ];
        order.into_iter().find(|(guess, _)| self.has(*guess)).map_or(ScalarType::String, |(_, ty)| ty)
    }

    /// Takes away the types that a JSON string which is not empty is none of.
    #[inline]
    pub(crate) fn see_json_text(&mut self, text: &str) {
        if self.has(Self::DATETIME) && !is_iso_datetime(text) {
            *self = self.without(Self::DATETIME);
        }
    }

    /// Takes away the types that a CSV cell which is not empty is none of.
    pub(crate) fn see_cell(&mut self, text: &str) {
        if self.has(Self::BOOL) && !(text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false")) {
            *self = self.without(Self::BOOL);
        }
        if self.has(Self::LONG) && !is_plain_long(text) {
            *self = self.without(Self::LONG);
        }
        if self.has(Self::REAL) && !is_plain_real(text) {
            *self = self.without(Self::REAL);
        }
        if self.has(Self::DYNAMIC) && !is_json_container(text) {
            *self = self.without(Self::DYNAMIC);
        }
        self.see_json_text(text);
    }
}

/// `2026-11-21`, `2026-11-21T17:03:21.123Z`, `2026-11-21 17:03:21+01:00`, and a date that exists.
pub(crate) fn is_iso_datetime(text: &str) -> bool {
    let b = text.as_bytes();
    b.len() >= 10
        && b[4] == b'-'
        && b[7] == b'-'
        && b[..4].iter().chain(&b[5..7]).chain(&b[8..10]).all(u8::is_ascii_digit)
        && (b.len() == 10 || b.len() >= 16 && matches!(b[10], b'T' | b't' | b' '))
        && datetime::parse(text).is_some()
}

/// Digits with an optional minus; no leading zeros, which identifiers have and numbers have not.
fn is_plain_long(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    (digits == "0" || !digits.starts_with('0'))
        && digits.bytes().all(|b| b.is_ascii_digit())
        && text.parse::<i64>().is_ok()
}

fn is_plain_real(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let leading_zero = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    let starts = digits.bytes().next().is_some_and(|b| b.is_ascii_digit());
    starts
        && !leading_zero
        && (text.contains(['.', 'e', 'E']) || is_plain_long(text))
        && number::parse_real(text).is_some()
}

fn is_json_container(text: &str) -> bool {
    (text.starts_with('{') && text.ends_with('}') || text.starts_with('[') && text.ends_with(']'))
        && kql_types::dynamic::canonical(text).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_iso_dates_are_datetimes() {
        for text in
            ["2026-11-21", "2026-11-21T17:03:21Z", "2026-11-21 17:03:21.123", "2026-11-21T17:03:21.1234567+01:00"]
        {
            assert!(is_iso_datetime(text), "{text}");
        }
        for text in [
            "",
            "2026",
            "2026-13-01",
            "2026-11-21T25:00:00Z",
            "2026-11-21x",
            "2026-11-21 a",
            "11/21/2026",
            "20261121",
            "2026-11-21é",
        ] {
            assert!(!is_iso_datetime(text), "{text}");
        }
    }

    #[test]
    fn cells_are_what_all_of_them_are() {
        let ty = |cells: &[&str]| {
            let mut guess = Guess::CELL_TEXT;
            cells.iter().for_each(|c| guess.see_cell(c));
            guess.of_cells().narrowest(None)
        };
        assert_eq!(ty(&["1", "-2", "0"]), ScalarType::Long);
        assert_eq!(ty(&["1", "2.5", "1e9"]), ScalarType::Real);
        assert_eq!(ty(&["007", "1"]), ScalarType::String);
        assert_eq!(ty(&["0x1"]), ScalarType::String);
        assert_eq!(ty(&["True", "false"]), ScalarType::Bool);
        assert_eq!(ty(&["2026-11-21", "2026-11-21 10:00:00"]), ScalarType::Datetime);
        assert_eq!(ty(&["2026-11-21", "-"]), ScalarType::String);
        assert_eq!(ty(&["{\"a\":1}", "[]"]), ScalarType::Dynamic);
        assert_eq!(ty(&["{a}", "[]"]), ScalarType::String);
        assert_eq!(ty(&["9223372036854775808"]), ScalarType::String);
    }

    #[test]
    fn the_narrowest_type_all_chunks_allow() {
        let all = |types: &[ScalarType]| types.iter().map(|t| Guess::declared(*t)).fold(Guess::ANY, Guess::and);
        use ScalarType as T;
        assert_eq!(all(&[T::Long, T::Real]).narrowest(None), T::Real);
        assert_eq!(all(&[T::Long, T::String]).narrowest(None), T::String);
        assert_eq!(all(&[T::Bool, T::Long]).narrowest(None), T::String);
        assert_eq!(all(&[T::Long, T::Dynamic]).narrowest(None), T::Dynamic);
        assert_eq!(all(&[T::Guid]).narrowest(Some(T::Guid)), T::Guid);
        assert_eq!(all(&[T::Guid, T::Long]).narrowest(None), T::String);
        assert_eq!(all(&[T::Int]).narrowest(Some(T::Int)), T::Int);
        assert_eq!(all(&[T::Int, T::Long]).narrowest(None), T::Long);
        assert_eq!(all(&[]).narrowest(None), T::String);
    }
}
