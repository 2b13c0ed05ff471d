//! Text forms of `int`, `long`, `real` and `bool`.
//!
//! Sources: the pages of the types under <https://learn.microsoft.com/kusto/query/scalar-data-types/>, and for text that the
//! pages do not mention the measurements in SEMANTICS §1.5, §2.4, §9.1.

use crate::real_text;
use std::fmt::Write;

/// Reads a `long`: blanks around, a sign, digits; or `0x` and up to 16 hexadecimal digits, read unsigned and wrapped.
/// `None` for anything else (`5.7`, `1e3`, `1,000`, empty) and when out of range.
pub fn parse_long(text: &str) -> Option<i64> {
    let text = text.trim();
    match hexadecimal(text) {
        Some(digits) => u64::from_str_radix(digits, 16).ok().map(|v| v as i64),
        None => text.parse().ok(),
    }
}

/// Reads an `int` by the rules of [`parse_long`], in 32 bits (eight hexadecimal digits).
pub fn parse_int(text: &str) -> Option<i32> {
    let text = text.trim();
    match hexadecimal(text) {
        Some(digits) => u32::from_str_radix(digits, 16).ok().map(|v| v as i32),
        None => text.parse().ok(),
    }
}

fn hexadecimal(text: &str) -> Option<&str> {
    let digits = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"))?;
    // from_str_radix would take a sign here.
    digits.bytes().all(|b| b.is_ascii_hexdigit()).then_some(digits)
}

/// Reads a `real`: `5.7`, `5.`, `.5`, `1e3`, `NaN`, `inf`, `-Infinity` in any case; too large is infinite. `None` for
/// anything else (`0x10`, `1_000`, `1,000`, empty).
pub fn parse_real(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

/// Reads a `bool`: `true` and `false` in any case, and whole numbers: all but zero are true.
pub fn parse_bool(text: &str) -> Option<bool> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        parse_long(text).map(|v| v != 0)
    }
}

/// Appends the digits of a `long`.
pub fn write_long(out: &mut String, value: i64) {
    // Writing to a String does not fail.
    let _ = write!(out, "{value}");
}

/// Appends the `tostring` form of a `real`: digits that read back as the value (the engine's own, whose last is not always
/// the nearest), whole numbers with `.0`, `NaN`, `inf`, `-inf`. From 1e21 and below 1e-6 an exponent is written: `1e30`.
pub fn write_real(out: &mut String, value: f64) {
    if value.is_nan() {
        out.push_str("NaN");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { "inf" } else { "-inf" });
    } else {
        real_text::write(out, value);
    }
}

/// The `tostring` form of a `real`: `6.0`.
pub fn format_real(value: f64) -> String {
    let mut out = String::with_capacity(24);
    write_real(&mut out, value);
    out
}

/// Appends a `real` as the JSON results have it: the shortest digits that read back as the value, laid out as
/// [`write_real`] does; the values that JSON lacks as the strings `"NaN"`, `"Infinity"` and `"-Infinity"`.
pub fn write_real_json(out: &mut String, value: f64) {
    if value.is_nan() {
        out.push_str("\"NaN\"");
    } else if value.is_infinite() {
        out.push_str(if value > 0.0 { "\"Infinity\"" } else { "\"-Infinity\"" });
    } else {
        write_shortest(out, value);
    }
}

fn write_shortest(out: &mut String, value: f64) {
    let size = value.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        let start = out.len();
        let _ = write!(out, "{value}");
        if !out[start..].contains('.') {
            out.push_str(".0");
        }
    } else {
        let _ = write!(out, "{value:e}");
    }
}

/// Two decimal digits of a number below 100.
pub(crate) fn two_digits(value: u32) -> [u8; 2] {
    [b'0' + (value / 10 % 10) as u8, b'0' + (value % 10) as u8]
}

/// Fills a slice with the last decimal digits of a number.
pub(crate) fn write_padded(out: &mut [u8], mut value: u32) {
    for place in out.iter_mut().rev() {
        *place = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn longs_are_signed_digits_or_hexadecimal() {
        for (text, value) in [
            (" 7 ", 7),
            ("+4", 4),
            ("0x10", 16),
            ("007", 7),
            ("-9223372036854775808", i64::MIN),
            ("0xFFFFFFFFFFFFFFFF", -1),
            ("0X8000000000000000", i64::MIN),
        ] {
            assert_eq!(parse_long(text), Some(value), "{text}");
        }
        for text in [
            "",
            "5.7",
            "1e3",
            "5.",
            "1,000",
            "1_000",
            "9223372036854775808",
            "0x",
            "0x+1",
            "0x1FFFFFFFFFFFFFFFF",
            "- 1",
        ] {
            assert_eq!(parse_long(text), None, "{text}");
        }
        assert_eq!(parse_int("0xFFFFFFFF"), Some(-1));
        assert_eq!(parse_int("9999999999"), None);
        assert_eq!(parse_int("12.5"), None);
    }

    #[test]
    fn reals_take_every_spelling_of_a_number() {
        for (text, value) in [
            ("5.7", 5.7),
            ("1e3", 1000.0),
            ("5.", 5.0),
            (".5", 0.5),
            ("-2.5E-2", -0.025),
            ("Inf", f64::INFINITY),
            ("1e400", f64::INFINITY),
            ("-1e400", f64::NEG_INFINITY),
            ("1e-400", 0.0),
        ] {
            assert_eq!(parse_real(text), Some(value), "{text}");
        }
        assert!(parse_real("NaN").is_some_and(f64::is_nan));
        for text in ["", "0x10", "1_000", "1 000", "1,234", "1.234,56", "0b101", "."] {
            assert_eq!(parse_real(text), None, "{text}");
        }
    }

    #[test]
    fn bools_are_words_or_whole_numbers() {
        for (text, value) in [("true", true), ("TRUE", true), (" True ", true), ("2", true), ("-1", true), ("0", false)]
        {
            assert_eq!(parse_bool(text), Some(value), "{text}");
        }
        for text in ["1.5", "yes", "t", "", "99999999999999999999"] {
            assert_eq!(parse_bool(text), None, "{text}");
        }
    }

    #[test]
    fn reals_print_as_kusto_prints_them() {
        for (value, text) in [
            (6.0, "6.0"),
            (-3.0, "-3.0"),
            (-0.0, "-0.0"),
            (0.1, "0.1"),
            (0.000001, "0.000001"),
            (1.5e-7, "1.5e-7"),
            (1e20, "100000000000000000000.0"),
            (1e30, "1e30"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "inf"),
            (f64::NEG_INFINITY, "-inf"),
        ] {
            assert_eq!(format_real(value), text);
        }
        let mut out = String::new();
        write_real_json(&mut out, f64::NEG_INFINITY);
        assert_eq!(out, "\"-Infinity\"");
    }

    proptest! {
        #[test]
        fn numbers_round_trip(long: i64, real: f64) {
            prop_assert_eq!(parse_long(&long.to_string()), Some(long));
            let read = parse_real(&format_real(real)).unwrap();
            prop_assert!(read == real || (read.is_nan() && real.is_nan()));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,30}") {
            let _ = (parse_long(&text), parse_int(&text), parse_real(&text), parse_bool(&text));
        }
    }
}
