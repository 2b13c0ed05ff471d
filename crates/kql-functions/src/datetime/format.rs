//! `format_datetime`, `format_timespan`: text by a pattern.

use crate::ScalarFunction;
use crate::kernel::{longs, refuse, string_map, texts};
use datafusion_common::Result;
use kql_diagnostic::code;
use kql_types::Value;
use kql_types::datetime::{TICKS_PER_DAY, TICKS_PER_SECOND, to_civil};
use kql_types::function::{ConstantError, FunctionKind, FunctionSpec, ResultName, example};
use std::fmt::Write;

/// An element of a pattern.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Element {
    Delimiter(char),
    /// A number, padded with zeros to at least this many digits.
    Number(Number, usize),
    /// AM or PM.
    Half,
    /// So many digits of the fraction of the second.
    Fraction(usize),
    /// So many digits of the fraction, nothing when all of them are zero.
    OptionalFraction(usize),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Number {
    Year,
    YearOfCentury,
    Month,
    Day,
    Hour,
    Hour12,
    Minute,
    Second,
}

/// Reads a pattern. Runs of a letter longer than an element are split, longest first: `ddd` is `dd` and `d`.
fn elements(pattern: &str, element: impl Fn(char, usize) -> Option<(Element, usize)>) -> Result<Vec<Element>, char> {
    let mut out = Vec::new();
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        if " /-:,._[]".contains(c) {
            out.push(Element::Delimiter(c));
            rest = &rest[1..];
            continue;
        }
        let run = rest.len() - rest.trim_start_matches(c).len();
        let mut left = run;
        while left > 0 {
            let (found, length) = element(c, left).ok_or(c)?;
            out.push(found);
            left -= length;
        }
        rest = &rest[run..];
    }
    Ok(out)
}

/// The element a run of a letter starts with in a pattern of `format_datetime`, and how many letters it takes.
fn of_datetime(letter: char, run: usize) -> Option<(Element, usize)> {
    let number = |number, longest: usize| {
        let length = run.min(longest);
        Some((Element::Number(number, length), length))
    };
    match letter {
        'y' if run >= 4 => Some((Element::Number(Number::Year, 4), 4)),
        'y' => number(Number::YearOfCentury, 2),
        'M' => number(Number::Month, 2),
        'd' => number(Number::Day, 2),
        'H' => number(Number::Hour, 2),
        'h' => number(Number::Hour12, 2),
        'm' => number(Number::Minute, 2),
        's' => number(Number::Second, 2),
        't' if run >= 2 => Some((Element::Half, 2)),
        'f' => Some((Element::Fraction(run.min(7)), run.min(7))),
        'F' => Some((Element::OptionalFraction(run.min(7)), run.min(7))),
        _ => None,
    }
}

/// As [`of_datetime`], of `format_timespan`: up to eight digits of days, no date and no half of the day.
fn of_timespan(letter: char, run: usize) -> Option<(Element, usize)> {
    match letter {
        'd' => Some((Element::Number(Number::Day, run.min(8)), run.min(8))),
        'h' | 'H' => Some((Element::Number(Number::Hour, run.min(2)), run.min(2))),
        'm' | 's' | 'f' | 'F' => of_datetime(letter, run),
        _ => None,
    }
}

/// What a format may be: not empty, and of known elements.
fn check(
    arguments: &[Option<&Value>],
    element: impl Fn(char, usize) -> Option<(Element, usize)>,
) -> std::result::Result<(), ConstantError> {
    let Some(Some(Value::String(format))) = arguments.get(1) else { return Ok(()) };
    let error = |code, message| Err(ConstantError { argument: 1, code, message });
    match elements(format, element) {
        Ok(found) if found.is_empty() => error(code::EMPTY_ARGUMENT, "the format may not be empty".to_owned()),
        Ok(_) => Ok(()),
        Err(letter) => error(code::FORMAT_ELEMENT, format!("the format may not have '{letter}' in it")),
    }
}

fn refused(function: &str, letter: char) -> datafusion_common::DataFusionError {
    refuse(code::FORMAT_ELEMENT, format!("{function}() knows no '{letter}' in its format"))
}

/// The values that a pattern may name.
struct Parts {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    tick: i64,
}

fn write(out: &mut String, pattern: &[Element], parts: &Parts) {
    for element in pattern {
        // Writing to a String does not fail.
        let _ = match *element {
            Element::Delimiter(c) => write!(out, "{c}"),
            Element::Half => write!(out, "{}", if parts.hour < 12 { "AM" } else { "PM" }),
            Element::Number(number, width) => {
                let value = match number {
                    Number::Year => parts.year,
                    Number::YearOfCentury => parts.year % 100,
                    Number::Month => parts.month,
                    Number::Day => parts.day,
                    Number::Hour => parts.hour,
                    Number::Hour12 => (parts.hour + 11) % 12 + 1,
                    Number::Minute => parts.minute,
                    Number::Second => parts.second,
                };
                write!(out, "{value:0width$}")
            }
            Element::Fraction(digits) | Element::OptionalFraction(digits) => {
                let fraction = parts.tick / 10i64.pow(7 - digits as u32);
                if fraction == 0 && matches!(element, Element::OptionalFraction(_)) {
                    Ok(())
                } else {
                    write!(out, "{fraction:0digits$}")
                }
            }
        };
    }
}

pub(crate) static FORMAT_DATETIME: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "format_datetime",
        FunctionKind::Scalar,
        &["(date:datetime, format:literal string) -> string"],
        "A datetime as text. Elements: `d dd M MM y yy yyyy h hh H HH m mm s ss tt`, `f` to `fffffff` for digits of the \
         fraction, `F` to `FFFFFFF` for the same or nothing when all are zero; delimiters: blank `/ - : , . _ [ ]`. Null \
         gives `''`. <https://learn.microsoft.com/kusto/query/format-datetime-function>",
    )
    .named(ResultName::FirstArgument)
    .checked(|arguments| check(arguments, of_datetime))
    .examples(&[
        example("format_datetime(datetime(2017-01-29 09:00:05), 'yyyy-M-dd [H:mm:ss]')", "\"2017-1-29 [9:00:05]\""),
        example("format_datetime(datetime(2017-01-29 09:00:05), 'yy-MM-dd [hh:mm:ss tt]')", "\"17-01-29 [09:00:05 AM]\""),
        example("format_datetime(datetime(2020-01-05), 'ddd')", "\"055\""),
        example("format_datetime(datetime(2020-01-05 10:00:05), 'ss.FFF')", "\"05.\""),
    ]),
    kernel: |_, args| {
        let pattern = texts(&args[1])?;
        let pattern = elements(pattern.text(0), of_datetime).map_err(|c| refused("format_datetime", c))?;
        let values = longs(&args[0])?;
        string_map(&args[..1], |row, out| {
            if let Some(ticks) = values.get(row) {
                let c = to_civil(ticks);
                let parts = Parts {
                    year: i64::from(c.year),
                    month: i64::from(c.month),
                    day: i64::from(c.day),
                    hour: i64::from(c.hour),
                    minute: i64::from(c.minute),
                    second: i64::from(c.second),
                    tick: i64::from(c.tick),
                };
                write(out, &pattern, &parts);
            }
        })
    },
};

pub(crate) static FORMAT_TIMESPAN: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "format_timespan",
        FunctionKind::Scalar,
        &["(timespan:timespan, format:literal string) -> string"],
        "A timespan as text. Elements: `d` to `dddddddd` for days, `h hh H HH m mm s ss`, `f` to `fffffff` for digits of the \
         fraction, `F` to `FFFFFFF` for the same or nothing when all are zero; delimiters: blank `/ - : , . _ [ ]`. A \
         negative timespan starts with `-`. Null gives `''`. \
         <https://learn.microsoft.com/kusto/query/format-timespan-function>",
    )
    .named(ResultName::FirstArgument)
    .checked(|arguments| check(arguments, of_timespan))
    .examples(&[
        example("format_timespan(time(29.09:00:05.12345), 'dd.hh:mm:ss:FF')", "\"29.09:00:05:12\""),
        example("format_timespan(time(29.09:00:05.12345), 'ddd.h:mm:ss [fffffff]')", "\"029.9:00:05 [1234500]\""),
        example("format_timespan(-90s, 'mm:ss')", "\"-01:30\""),
    ]),
    kernel: |_, args| {
        let pattern = texts(&args[1])?;
        let pattern = elements(pattern.text(0), of_timespan).map_err(|c| refused("format_timespan", c))?;
        let values = longs(&args[0])?;
        string_map(&args[..1], |row, out| {
            if let Some(ticks) = values.get(row) {
                if ticks < 0 {
                    out.push('-');
                }
                let size = ticks.unsigned_abs();
                let seconds = (size % TICKS_PER_DAY as u64 / TICKS_PER_SECOND as u64) as i64;
                let parts = Parts {
                    year: 0,
                    month: 0,
                    day: (size / TICKS_PER_DAY as u64) as i64,
                    hour: seconds / 3600,
                    minute: seconds / 60 % 60,
                    second: seconds % 60,
                    tick: (size % TICKS_PER_SECOND as u64) as i64,
                };
                write(out, &pattern, &parts);
            }
        })
    },
};

#[cfg(test)]
mod tests {
    use crate::expressions::{check, run};

    #[test]
    fn patterns_split_greedily() {
        check(&[
            ("format_datetime(datetime(2020-06-15 13:45:09), 'M/d/yyyy h:mm:ss tt')", "\"6/15/2020 1:45:09 PM\""),
            ("format_datetime(datetime(2007-03-09 05:04:03), 'ddd MMM')", "\"099 033\""),
            ("format_datetime(datetime(2009-03-09), 'yyyyy')", "\"20099\""),
            ("format_datetime(datetime(2009-03-09), 'tttt')", "\"AMAM\""),
            ("format_datetime(datetime(2009-03-09 00:30), 'hh h HH')", "\"12 12 00\""),
            ("format_datetime(datetime(2009-03-09 00:00:00.06175), 'FFFFFF')", "\"061750\""),
            ("format_datetime(datetime(2020-06-15 13:45:09.1234567), 'ffffffff')", "\"12345671\""),
            ("format_datetime(datetime(null), 'yyyy')", "\"\""),
            ("format_timespan(-2h - 30m, 'hh:mm')", "\"-02:30\""),
            ("format_timespan(-1d - 2h - 30m, 'd.hh:mm:ss')", "\"-1.02:30:00\""),
            ("format_timespan(time(1.02:03:04.567), 'dd.hh:mm:ss.fffffff')", "\"01.02:03:04.5670000\""),
            ("format_timespan(timespan(null), 'd')", "\"\""),
        ]);
        for text in [
            "format_datetime(datetime(2020-01-01), 'x')",
            "format_timespan(1d, 'yyyy')",
            "format_datetime(datetime(2020-01-01), 't')",
            "format_datetime(datetime(2020-01-01), 'é')",
        ] {
            assert!(run(text).unwrap_err().contains("SEM0255"), "{text}");
        }
    }
}
