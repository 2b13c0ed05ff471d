//! `timespan`: signed ticks of 100 ns and their text forms.
//!
//! Source: <https://learn.microsoft.com/kusto/query/scalar-data-types/timespan>.

use crate::datetime::{
    TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MICROSECOND, TICKS_PER_MILLISECOND, TICKS_PER_MINUTE, TICKS_PER_SECOND,
};
use crate::number::{two_digits, write_padded};
use std::fmt::Write;

/// Reads a timespan as `totimespan` does: `[-][d.]hh:mm[:ss[.fffffff]]` or a number with a unit (`1d`, `90s`, `1.5h`).
/// Blanks around do not matter; digits of the fraction after the seventh are dropped. A number without a unit is none.
pub fn parse(text: &str) -> Option<i64> {
    let text = text.trim();
    let (negative, body) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let ticks = clock(body).or_else(|| with_unit(body))?;
    let ticks = if negative { -ticks } else { ticks };
    i64::try_from(ticks).ok()
}

/// Reads what stands between the parentheses of `timespan(…)` or a timespan literal: the forms of [`parse`], and a whole
/// number, which counts days (`time(2)`). `null` is the caller's.
pub fn parse_literal(text: &str) -> Option<i64> {
    let text = text.trim();
    let inner = ['\'', '"'].iter().find_map(|q| text.strip_prefix(*q)?.strip_suffix(*q)).unwrap_or(text).trim();
    let (negative, digits) = match inner.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, inner),
    };
    if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) {
        let ticks = digits.parse::<i64>().ok()?.checked_mul(TICKS_PER_DAY)?;
        return Some(if negative { -ticks } else { ticks });
    }
    parse(inner)
}

/// Nanoseconds of a unit; `None` when there is no such unit.
fn unit(name: &str) -> Option<i128> {
    let ticks = |n: i64| i128::from(n) * 100;
    Some(match name {
        "d" | "day" | "days" => ticks(TICKS_PER_DAY),
        "h" | "hr" | "hrs" | "hour" | "hours" => ticks(TICKS_PER_HOUR),
        "m" | "min" | "minute" | "minutes" => ticks(TICKS_PER_MINUTE),
        "s" | "sec" | "second" | "seconds" => ticks(TICKS_PER_SECOND),
        "ms" | "milli" | "millis" | "millisec" | "millisecond" | "milliseconds" => ticks(TICKS_PER_MILLISECOND),
        "micro" | "micros" | "microsec" | "microsecond" | "microseconds" => ticks(TICKS_PER_MICROSECOND),
        "nano" | "nanos" | "nanosec" | "nanosecond" | "nanoseconds" => 1,
        "tick" | "ticks" => 100,
        _ => return None,
    })
}

/// A number with a unit, floored to ticks. Computed exactly: `4.35s` is 43500000 ticks.
fn with_unit(text: &str) -> Option<i128> {
    let end = text.find(|c: char| !c.is_ascii_digit() && c != '.')?;
    let nanoseconds = unit(text[end..].trim_start())?;
    let (whole, fraction) = text[..end].split_once('.').unwrap_or((&text[..end], ""));
    if whole.is_empty() || fraction.contains('.') {
        return None;
    }
    let whole: i128 = whole.parse::<i64>().ok()?.into();
    // A nanosecond is 1e-15 days rounded up: later digits never reach a tick.
    let fraction = &fraction[..fraction.len().min(18)];
    let scale = 10i128.pow(fraction.len() as u32);
    let part: i128 = if fraction.is_empty() { 0 } else { fraction.parse().ok()? };
    let total = whole.checked_mul(nanoseconds)?.checked_add(part.checked_mul(nanoseconds)? / scale)?;
    Some(total / 100)
}

/// `[d.]hh:mm[:ss[.fffffff]]`.
fn clock(text: &str) -> Option<i128> {
    let (head, rest) = text.split_once(':')?;
    let (days, hours) = match head.split_once('.') {
        Some((days, hours)) => (digits(days, 8)?, digits(hours, 2)?),
        None => (0, digits(head, 2)?),
    };
    let (minutes, seconds) = match rest.split_once(':') {
        Some((minutes, seconds)) => (digits(minutes, 2)?, Some(seconds)),
        None => (digits(rest, 2)?, None),
    };
    let (seconds, fraction) = match seconds.map(|s| s.split_once('.').unwrap_or((s, ""))) {
        None => (0, 0),
        Some((s, fraction)) => {
            if !fraction.bytes().all(|b| b.is_ascii_digit()) {
                return None;
            }
            let used = &fraction[..fraction.len().min(7)];
            let ticks = if used.is_empty() { 0 } else { used.parse::<i64>().ok()? * 10i64.pow(7 - used.len() as u32) };
            (digits(s, 2)?, ticks)
        }
    };
    if hours > 23 || minutes > 59 || seconds > 59 {
        return None;
    }
    let day = hours * TICKS_PER_HOUR + minutes * TICKS_PER_MINUTE + seconds * TICKS_PER_SECOND + fraction;
    Some(i128::from(days) * i128::from(TICKS_PER_DAY) + i128::from(day))
}

fn digits(text: &str, max: usize) -> Option<i64> {
    if text.is_empty() || text.len() > max || !text.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

/// Appends the text form: `[-][d.]hh:mm:ss[.fffffff]`, the fraction only when it is not zero, then with seven digits.
pub fn write(out: &mut String, ticks: i64) {
    let size = ticks.unsigned_abs();
    let (day, hour, minute, second) =
        (TICKS_PER_DAY as u64, TICKS_PER_HOUR as u64, TICKS_PER_MINUTE as u64, TICKS_PER_SECOND as u64);
    if ticks < 0 {
        out.push('-');
    }
    if size >= day {
        // Writing to a String does not fail.
        let _ = write!(out, "{}.", size / day);
    }
    let mut text = *b"00:00:00.0000000";
    text[0..2].copy_from_slice(&two_digits((size % day / hour) as u32));
    text[3..5].copy_from_slice(&two_digits((size % hour / minute) as u32));
    text[6..8].copy_from_slice(&two_digits((size % minute / second) as u32));
    let fraction = (size % second) as u32;
    write_padded(&mut text[9..16], fraction);
    let len = if fraction == 0 { 8 } else { 16 };
    out.push_str(std::str::from_utf8(&text[..len]).unwrap_or_default());
}

/// The text form: `-1.12:00:00`.
pub fn format(ticks: i64) -> String {
    let mut out = String::with_capacity(24);
    write(&mut out, ticks);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_clock_and_unit_forms() {
        for (text, answer) in [
            ("1.02:03:04", "1.02:03:04"),
            (" 1.00:00:00 ", "1.00:00:00"),
            ("1.02:03:04.5", "1.02:03:04.5000000"),
            ("-1.00:00:00", "-1.00:00:00"),
            ("10:00", "10:00:00"),
            ("00:00:00.001", "00:00:00.0010000"),
            ("00:00:00.00000009", "00:00:00"),
            ("1d", "1.00:00:00"),
            ("2h", "02:00:00"),
            ("90s", "00:01:30"),
            ("-1d", "-1.00:00:00"),
            ("15 seconds", "00:00:15"),
            ("1min", "00:01:00"),
            ("2days", "2.00:00:00"),
            ("1.5h", "01:30:00"),
            ("4.35s", "00:00:04.3500000"),
            ("4.534h", "04:32:02.4000000"),
            ("199nanoseconds", "00:00:00.0000001"),
            ("10ticks", "00:00:00.0000010"),
        ] {
            assert_eq!(parse(text).map(format).unwrap_or_default(), answer, "{text}");
            assert_eq!(parse_literal(text).map(format).unwrap_or_default(), answer, "{text}");
        }
        for text in
            ["", "10", "1.5", "abc", "00:01:00 junk", "1w", "24:00:00", "00:60", "1..2:03", "-", "9999999999999d", "1:"]
        {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse_literal("2"), Some(2 * TICKS_PER_DAY));
        assert_eq!(parse_literal("-2"), Some(-2 * TICKS_PER_DAY));
        assert_eq!(parse_literal("'2'"), Some(2 * TICKS_PER_DAY));
    }

    #[test]
    fn writes_the_measured_forms() {
        for (ticks, text) in [
            (TICKS_PER_DAY, "1.00:00:00"),
            (-2 * TICKS_PER_HOUR, "-02:00:00"),
            (90 * TICKS_PER_MINUTE, "01:30:00"),
            (15_000_000, "00:00:01.5000000"),
            (10_000, "00:00:00.0010000"),
            (0, "00:00:00"),
            (-3 * TICKS_PER_DAY / 2, "-1.12:00:00"),
            (100 * TICKS_PER_DAY, "100.00:00:00"),
            (i64::MIN, "-10675199.02:48:05.4775808"),
        ] {
            assert_eq!(format(ticks), text);
        }
    }

    proptest! {
        #[test]
        fn text_round_trips(ticks: i64) {
            prop_assert_eq!(parse(&format(ticks)), Some(ticks));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,30}", like in "-?[0-9.: ]{0,20}(d|ms|nanos)?") {
            let _ = (parse(&text), parse_literal(&text), parse(&like), parse_literal(&like));
        }
    }
}
