//! A column whose type the values tell.

use super::{ChunkColumn, Guess, Misfit, Strings, convert};
use crate::json::{Raw, unescape};
use arrow::array::{Array, ArrayRef, BooleanBuilder, Float64Builder, Int64Builder};
use kql_types::{ScalarType, dynamic};
use std::sync::Arc;

/// The values of one chunk, in the narrowest form that holds them all. Empty strings are "no value": exporters write `""`
/// where a number or datetime is missing.
#[derive(Debug)]
pub(crate) struct Inferred {
    rows: usize,
    form: Form,
}

#[derive(Debug)]
enum Form {
    /// Nothing but nulls and empty strings.
    Empty,
    Bool(BooleanBuilder),
    Long(Int64Builder),
    Real(Float64Builder),
    /// JSON strings; what is missing is `''`. The guess tells what else all of them could be.
    Text(Strings, Guess),
    /// Cells of a text format; what is missing is `''`.
    Cell(Strings, Guess),
    /// Values of several kinds as canonical JSON text, so that none loses its kind before all chunks have been seen: the
    /// column must not depend on where a chunk ended. The guess tells which types hold all of them.
    Mixed(Strings, Guess),
}

impl Form {
    fn append_nulls(&mut self, count: usize) {
        match self {
            Form::Empty => {}
            Form::Bool(b) => b.append_nulls(count),
            Form::Long(b) => b.append_nulls(count),
            Form::Real(b) => b.append_nulls(count),
            Form::Text(b, _) | Form::Cell(b, _) => b.append_empty(count),
            Form::Mixed(b, _) => b.append_nulls(count),
        }
    }
}

impl Inferred {
    pub(crate) fn new() -> Self {
        Inferred { rows: 0, form: Form::Empty }
    }

    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    /// Adds nulls until there are `rows` rows.
    pub(crate) fn pad(&mut self, rows: usize) {
        let missing = rows.saturating_sub(self.rows);
        self.rows += missing;
        self.form.append_nulls(missing);
    }

    /// Adds a JSON value, widening the column where it must.
    #[inline]
    pub(crate) fn append_json(&mut self, value: Raw<'_>, scratch: &mut String) -> Result<(), Misfit> {
        let result = match value {
            Raw::Null => {
                self.form.append_nulls(1);
                Ok(())
            }
            Raw::String { text, escaped: false } => {
                self.append_string(text);
                Ok(())
            }
            Raw::String { text, escaped: true } => {
                scratch.clear();
                unescape(text, scratch);
                self.append_string(scratch);
                Ok(())
            }
            Raw::Number(text) => {
                self.append_number(text);
                Ok(())
            }
            Raw::Bool(value) => {
                self.append_bool(value);
                Ok(())
            }
            Raw::Nested(text) => self.append_nested(text, scratch),
        };
        self.rows += 1;
        result
    }

    /// Adds a cell of a text format.
    pub(crate) fn append_cell(&mut self, text: &str) {
        if text.is_empty() {
            self.form.append_nulls(1);
        } else {
            if matches!(self.form, Form::Empty) {
                let mut builder = Strings::new();
                builder.append_empty(self.rows);
                self.form = Form::Cell(builder, Guess::CELL_TEXT);
            }
            match &mut self.form {
                Form::Cell(builder, guess) => {
                    guess.see_cell(text);
                    builder.append_value(text);
                }
                // One table fed by JSON and by CSV in the same chunk does not happen; text is right in any case.
                _ => self.append_string(text),
            }
        }
        self.rows += 1;
    }

    /// The values so far; the column is empty afterwards.
    pub(crate) fn finish(&mut self) -> ChunkColumn {
        let rows = std::mem::take(&mut self.rows);
        let (array, ty, guess): (ArrayRef, _, _) = match std::mem::replace(&mut self.form, Form::Empty) {
            Form::Empty => (convert::missing(ScalarType::String, rows), ScalarType::String, Guess::ANY),
            Form::Bool(mut b) => (Arc::new(b.finish()), ScalarType::Bool, Guess::declared(ScalarType::Bool)),
            Form::Long(mut b) => (Arc::new(b.finish()), ScalarType::Long, Guess::declared(ScalarType::Long)),
            Form::Real(mut b) => (Arc::new(b.finish()), ScalarType::Real, Guess::declared(ScalarType::Real)),
            Form::Text(mut b, guess) => (Arc::new(b.finish()), ScalarType::String, guess),
            Form::Cell(mut b, guess) => (Arc::new(b.finish()), ScalarType::String, guess.of_cells()),
            Form::Mixed(mut b, guess) => (Arc::new(b.finish()), ScalarType::Dynamic, guess),
        };
        debug_assert_eq!(array.len(), rows);
        ChunkColumn { array, ty, guess: Some(guess) }
    }

    fn append_string(&mut self, text: &str) {
        if text.is_empty() {
            self.form.append_nulls(1);
            return;
        }
        match &mut self.form {
            Form::Text(builder, guess) => {
                guess.see_json_text(text);
                builder.append_value(text);
            }
            Form::Cell(builder, guess) => {
                guess.see_cell(text);
                builder.append_value(text);
            }
            Form::Empty => {
                let mut guess = Guess::JSON_TEXT;
                guess.see_json_text(text);
                let mut builder = Strings::new();
                builder.append_empty(self.rows);
                builder.append_value(text);
                self.form = Form::Text(builder, guess);
            }
            _ => self.append_mixed(&dynamic::quote(text), Guess::declared(ScalarType::String)),
        }
    }

    fn append_number(&mut self, text: &str) {
        if let Ok(value) = text.parse::<i64>() {
            match &mut self.form {
                Form::Long(builder) => builder.append_value(value),
                Form::Empty => {
                    let mut builder = Int64Builder::new();
                    builder.append_nulls(self.rows);
                    builder.append_value(value);
                    self.form = Form::Long(builder);
                }
                _ => self.append_mixed(&value.to_string(), Guess::declared(ScalarType::Long)),
            }
        } else if let Some(value) = real(text) {
            match &mut self.form {
                Form::Real(builder) => builder.append_value(value),
                Form::Empty => {
                    let mut builder = Float64Builder::new();
                    builder.append_nulls(self.rows);
                    builder.append_value(value);
                    self.form = Form::Real(builder);
                }
                _ => {
                    let mut json = String::new();
                    dynamic::write_real(&mut json, value);
                    self.append_mixed(&json, Guess::declared(ScalarType::Real));
                }
            }
        } else {
            // No type of number holds it exactly: its text.
            self.append_string(text);
        }
    }

    fn append_bool(&mut self, value: bool) {
        match &mut self.form {
            Form::Bool(builder) => builder.append_value(value),
            Form::Empty => {
                let mut builder = BooleanBuilder::new();
                builder.append_nulls(self.rows);
                builder.append_value(value);
                self.form = Form::Bool(builder);
            }
            _ => self.append_mixed(if value { "true" } else { "false" }, Guess::declared(ScalarType::Bool)),
        }
    }

    fn append_nested(&mut self, text: &str, scratch: &mut String) -> Result<(), Misfit> {
        scratch.clear();
        let fits = dynamic::write_canonical(scratch, text);
        if !fits {
            dynamic::write_quoted(scratch, text);
        }
        self.append_mixed(scratch, Guess::declared(ScalarType::Dynamic));
        if fits { Ok(()) } else { Err(Misfit) }
    }

    /// Adds a value, canonical JSON text, of another kind than those before.
    fn append_mixed(&mut self, json: &str, kind: Guess) {
        if let Form::Mixed(builder, guess) = &mut self.form {
            *guess = guess.and(kind);
            builder.append_value(json);
            return;
        }
        let before = self.finish_in_place();
        let mut builder = Strings::new();
        convert::for_each_dynamic(&before.array, before.ty, |value| builder.append_option(value));
        builder.append_value(json);
        // A datetime that is no longer alone is a string.
        let guess = before.guess.unwrap_or(Guess::ANY).and(kind).without(Guess::DATETIME);
        self.form = Form::Mixed(builder, guess);
    }

    /// The values so far, the row count kept.
    fn finish_in_place(&mut self) -> ChunkColumn {
        let rows = self.rows;
        let column = self.finish();
        self.rows = rows;
        column
    }
}

/// A number that is no `long`. Whole numbers beyond `long` are none either: a double would change their digits.
fn real(text: &str) -> Option<f64> {
    let whole = text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
    if whole { None } else { text.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Scanner;
    use crate::testing::texts;
    use ScalarType as T;

    fn column(values: &[&str]) -> (T, Vec<String>) {
        let mut column = Inferred::new();
        let mut scratch = String::new();
        for value in values {
            column.append_json(Scanner::new(value).value().expect("json"), &mut scratch).expect("fits");
        }
        assert_eq!(column.len(), values.len());
        let chunk = column.finish();
        let ty = chunk.guess.expect("guess").narrowest(None);
        let array = convert::convert_guessed(&chunk, ty);
        (ty, texts(&array, ty))
    }

    fn check(values: &[&str], ty: T, expected: &[&str]) {
        assert_eq!(column(values), (ty, expected.iter().map(|t| t.to_string()).collect()), "{values:?}");
    }

    #[test]
    fn one_kind_of_value() {
        check(&["1", "null", "\"\"", "-2"], T::Long, &["1", "null", "null", "-2"]);
        check(&["null", "true"], T::Bool, &["null", "true"]);
        check(&["1.5"], T::Real, &["1.5"]);
        check(&["\"a\"", "null"], T::String, &["a", ""]);
        check(&["null", "{\"a\": 1}", "[]"], T::Dynamic, &["null", "{\"a\":1}", "[]"]);
        check(&["null", "\"\""], T::String, &["", ""]);
        check(&[], T::String, &[]);
    }

    #[test]
    fn conflicts_widen_and_keep_the_text() {
        check(&["1", "2.5", "3"], T::Real, &["1.0", "2.5", "3.0"]);
        check(&["1", "\"x\"", "2.5", "true", "null"], T::String, &["1", "x", "2.5", "true", ""]);
        check(&["true", "1"], T::String, &["true", "1"]);
        check(&["18446744073709551615", "1"], T::String, &["18446744073709551615", "1"]);
        check(&["1.5", "18446744073709551615"], T::String, &["1.5", "18446744073709551615"]);
        check(
            &["1", "\"x\"", "null", "{}", "true", "2.5", "\"\""],
            T::Dynamic,
            &["1", "\"x\"", "null", "{}", "true", "2.5", "null"],
        );
    }

    #[test]
    fn datetimes_only_when_all_are() {
        let iso = "\"2026-11-21T17:03:21Z\"";
        check(&[iso, "null", "\"\""], T::Datetime, &["2026-11-21T17:03:21.0000000Z", "null", "null"]);
        check(&[iso, "\"-\""], T::String, &["2026-11-21T17:03:21Z", "-"]);
        check(&[iso, "5"], T::String, &["2026-11-21T17:03:21Z", "5"]);
        check(&[iso, "{}"], T::Dynamic, &["\"2026-11-21T17:03:21Z\"", "{}"]);
    }

    #[test]
    fn cells_of_a_text_format() {
        let read = |cells: &[&str]| {
            let mut column = Inferred::new();
            cells.iter().for_each(|c| column.append_cell(c));
            let chunk = column.finish();
            let ty = chunk.guess.expect("guess").narrowest(None);
            (ty, texts(&convert::convert_guessed(&chunk, ty), ty))
        };
        let expected = |ty, cells: &[&str]| (ty, cells.iter().map(|c| c.to_string()).collect::<Vec<_>>());
        assert_eq!(read(&["", "5", "07"]), expected(T::String, &["", "5", "07"]));
        assert_eq!(read(&["", "5", "-7"]), expected(T::Long, &["null", "5", "-7"]));
        assert_eq!(read(&["1", "2.0"]), expected(T::Real, &["1.0", "2.0"]));
        assert_eq!(read(&["TRUE", "false", ""]), expected(T::Bool, &["true", "false", "null"]));
        assert_eq!(read(&["{\"a\": 1}", ""]), expected(T::Dynamic, &["{\"a\":1}", "null"]));
    }
}
