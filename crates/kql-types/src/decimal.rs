//! `decimal`: 256-bit fixed point with [`SCALE`] fraction digits.
//!
//! Kusto's decimal has 34 significant digits and a floating point; `parse_version` alone needs 32 digits before the
//! point, so 128 bits at a fixed scale are too few. Arrow: `Decimal256(76, 20)`. What leaves the range is `None`, which
//! functions answer as null.

use arrow_buffer::i256;
use std::cmp::Ordering;

/// Arrow precision.
pub const PRECISION: u8 = 76;
/// Fraction digits.
pub const SCALE: i8 = 20;

/// `10^SCALE`, the unscaled 1.
const ONE: i256 = i256::from_i128(100_000_000_000_000_000_000);
/// Digits that a value may have before the point.
const WHOLE_DIGITS: i64 = PRECISION as i64 - SCALE as i64;

/// `10^n` for 0..=76; `None` beyond.
fn power(n: u32) -> Option<i256> {
    if n > 76 { None } else { i256::from_i128(10).checked_pow(n) }
}

/// The value when it has at most [`PRECISION`] digits.
fn checked(value: i256) -> Option<i256> {
    let limit = power(u32::from(PRECISION))?;
    if value < limit && value > limit.wrapping_neg() { Some(value) } else { None }
}

/// Divides and rounds halves away from zero. `None` for a zero divisor.
fn divide_rounded(value: i256, by: i256) -> Option<i256> {
    let quotient = value.checked_div(by)?;
    let rest = value.checked_rem(by)?;
    let (rest, by_size) = (rest.wrapping_abs(), by.wrapping_abs());
    if rest >= by_size.wrapping_sub(rest) {
        let step = if value.is_negative() == by.is_negative() { i256::ONE } else { i256::MINUS_ONE };
        quotient.checked_add(step)
    } else {
        Some(quotient)
    }
}

/// Reads a decimal: blanks around, a sign, digits with or without a point, an exponent (`1e5`). Fraction digits after the
/// twentieth are rounded. `None` for anything else and for numbers of more than 56 digits before the point.
pub fn parse(text: &str) -> Option<i256> {
    let text = text.trim();
    let (negative, body) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let (number, exponent) = match body.find(['e', 'E']) {
        Some(at) => (&body[..at], body[at + 1..].parse::<i32>().ok()?),
        None => (body, 0),
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = || whole.bytes().chain(fraction.bytes());
    if digits().next().is_none() || !digits().all(|b| b.is_ascii_digit()) {
        return None;
    }
    // The number of digits before the point, once leading zeros are gone and the exponent is applied.
    let zeros = digits().take_while(|b| *b == b'0').count();
    let significant = digits().count() - zeros;
    if significant == 0 {
        return Some(i256::ZERO);
    }
    let point = whole.len() as i64 - zeros as i64 + i64::from(exponent);
    if point > WHOLE_DIGITS {
        return None;
    }
    let wanted = point + i64::from(SCALE);
    if wanted < 0 {
        return Some(i256::ZERO);
    }
    let ten = i256::from_i128(10);
    let mut value = i256::ZERO;
    let mut significant_digits = digits().skip(zeros).map(|b| i256::from_i128(i128::from(b - b'0')));
    for _ in 0..wanted {
        value = value.checked_mul(ten)?.checked_add(significant_digits.next().unwrap_or(i256::ZERO))?;
    }
    if significant_digits.next().is_some_and(|d| d >= i256::from_i128(5)) {
        value = value.checked_add(i256::ONE)?;
    }
    checked(if negative { value.wrapping_neg() } else { value })
}

/// Appends the text form: as few digits as the value needs (`1.25`, `3`, `-0.5`).
pub fn write(out: &mut String, value: i256) {
    let mut digits = value.wrapping_abs().to_string();
    if let Some(unsigned) = digits.strip_prefix('-') {
        // i256::MIN has no absolute value.
        digits = unsigned.to_owned();
    }
    if value.is_negative() {
        out.push('-');
    }
    let scale = SCALE as usize;
    if digits.len() <= scale {
        digits = format!("{digits:0>width$}", width = scale + 1);
    }
    let (whole, fraction) = digits.split_at(digits.len() - scale);
    out.push_str(whole);
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
}

/// The text form: `1.25`.
pub fn format(value: i256) -> String {
    let mut out = String::with_capacity(32);
    write(&mut out, value);
    out
}

/// A whole number.
pub fn from_i64(value: i64) -> i256 {
    i256::from_i128(i128::from(value)).wrapping_mul(ONE)
}

/// A real, by its shortest text; `None` for NaN, infinities and values out of range.
pub fn from_f64(value: f64) -> Option<i256> {
    if value.is_finite() { parse(&format!("{value:e}")) } else { None }
}

/// The nearest real.
pub fn to_f64(value: i256) -> f64 {
    // By text: dividing a rounded 256-bit number would round twice.
    format(value).parse().unwrap_or(f64::NAN)
}

/// The whole part, rounded toward zero; `None` when it is no long.
pub fn to_i64(value: i256) -> Option<i64> {
    value.checked_div(ONE)?.to_i128().and_then(|v| i64::try_from(v).ok())
}

/// The sum.
pub fn add(a: i256, b: i256) -> Option<i256> {
    checked(a.checked_add(b)?)
}

/// The difference.
pub fn sub(a: i256, b: i256) -> Option<i256> {
    checked(a.checked_sub(b)?)
}

/// The product, rounded to [`SCALE`] digits.
pub fn mul(a: i256, b: i256) -> Option<i256> {
    if let Some(product) = a.checked_mul(b) {
        return checked(divide_rounded(product, ONE)?);
    }
    // Too wide for 256 bits: split one factor at the point.
    let (whole, rest) = (a.checked_div(ONE)?, a.checked_rem(ONE)?);
    let part = divide_rounded(rest.checked_mul(b)?, ONE)?;
    checked(whole.checked_mul(b)?.checked_add(part)?)
}

/// The quotient, rounded to [`SCALE`] digits; `None` for a zero divisor.
pub fn div(a: i256, b: i256) -> Option<i256> {
    if let Some(scaled) = a.checked_mul(ONE) {
        return checked(divide_rounded(scaled, b)?);
    }
    let (whole, rest) = (a.checked_div(b)?, a.checked_rem(b)?);
    let part = divide_rounded(rest.checked_mul(ONE)?, b)?;
    checked(whole.checked_mul(ONE)?.checked_add(part)?)
}

/// The remainder, never negative, as Kusto's `%`; `None` for a zero divisor.
pub fn rem(a: i256, b: i256) -> Option<i256> {
    let rest = a.checked_rem(b)?;
    if rest.is_negative() { rest.checked_add(b.wrapping_abs()) } else { Some(rest) }
}

/// The largest whole multiple of `size` that is not above the value (`bin`); `None` for a zero size.
pub fn bin(value: i256, size: i256) -> Option<i256> {
    match size.cmp(&i256::ZERO) {
        Ordering::Equal => None,
        _ => {
            let size = size.wrapping_abs();
            let rest = rem(value, size)?;
            checked(value.checked_sub(rest)?)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn text_keeps_the_digits_needed() {
        for (text, answer) in [
            ("1.25", "1.25"),
            ("1e5", "100000"),
            ("-0.50", "-0.5"),
            (" +3. ", "3"),
            (".5", "0.5"),
            ("0", "0"),
            ("-0", "0"),
            ("3.14159265358979323846", "3.14159265358979323846"),
            ("0.000000000000000000005", "0.00000000000000000001"),
            ("1e-30", "0"),
            ("12345678901234567890123456789012", "12345678901234567890123456789012"),
        ] {
            assert_eq!(parse(text).map(format).as_deref(), Some(answer), "{text}");
        }
        for text in ["", "-", ".", "abc", "1,5", "1e", "1e60", "0x10", "NaN", "1e99999999999"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn arithmetic_rounds_at_the_twentieth_digit() {
        let d = |t| parse(t).unwrap();
        let text = |v: Option<i256>| v.map(format).unwrap_or_default();
        assert_eq!(text(div(d("7"), d("2"))), "3.5");
        assert_eq!(text(div(d("1"), d("3"))), "0.33333333333333333333");
        assert_eq!(text(div(d("2"), d("3"))), "0.66666666666666666667");
        assert_eq!(text(div(d("-2"), d("3"))), "-0.66666666666666666667");
        assert_eq!(text(div(d("1"), d("0"))), "");
        assert_eq!(text(mul(d("0.1"), d("0.2"))), "0.02");
        assert_eq!(text(add(d("0.1"), d("0.2"))), "0.3");
        assert_eq!(text(mul(d("1e30"), d("1e25"))), format!("1{}", "0".repeat(55)));
        assert_eq!(text(mul(d("1e30"), d("1e30"))), "");
        assert_eq!(text(rem(d("-14"), d("12"))), "10");
        assert_eq!(text(rem(d("-14"), d("-12"))), "10");
        assert_eq!(text(bin(d("-7"), d("5"))), "-10");
        assert_eq!(to_f64(d("3.14159265358979323846")), std::f64::consts::PI);
        assert_eq!(text(from_f64(0.1)), "0.1");
        assert_eq!(from_f64(f64::NAN), None);
        assert_eq!(to_i64(d("-1.7")), Some(-1));
        assert_eq!(to_i64(d("1e30")), None);
    }

    proptest! {
        #[test]
        fn text_and_numbers_round_trip(long: i64, bytes: [u8; 32]) {
            prop_assert_eq!(to_i64(from_i64(long)), Some(long));
            let any = i256::from_le_bytes(bytes);
            let text = format(any);
            prop_assert_eq!(parse(&text), checked(any));
            let _ = to_f64(any);
        }

        #[test]
        fn no_operands_panic(a: [u8; 32], b: [u8; 32], small: i64) {
            let (a, b) = (i256::from_le_bytes(a), i256::from_le_bytes(b));
            let s = i256::from_i128(i128::from(small));
            for (x, y) in [(a, b), (a, s), (s, a), (i256::MIN, i256::MINUS_ONE), (a, i256::ZERO)] {
                let _ = (add(x, y), sub(x, y), mul(x, y), div(x, y), rem(x, y), bin(x, y));
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,30}", like in "[-+]?[0-9]{0,80}\\.?[0-9]{0,30}(e[-+]?[0-9]{0,12})?") {
            let _ = (parse(&text), parse(&like));
        }
    }
}
