//! `strcmp`, `strrep`, `reverse`: a text as a whole.

use crate::ScalarFunction;
use crate::kernel::{long_map, longs, refuse, string_map};
use crate::text_form::text_forms;
use kql_diagnostic::code;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static STRCMP: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "strcmp",
        FunctionKind::Scalar,
        &["(s1:scalar, s2:scalar) -> long"],
        "-1, 0 or 1 as the first text is before, equal to or after the second in the order of code points. \
         <https://learn.microsoft.com/kusto/query/strcmp-function>",
    )
    .examples(&[example("strcmp('ABC', 'abc')", "-1"), example("strcmp('abcde', 'abc')", "1")]),
    kernel: |call, args| {
        let (a, b) = (text_forms(call, args, 0)?, text_forms(call, args, 1)?);
        long_map(args, |row| Some(a.text(row).cmp(b.text(row)) as i64))
    },
};

pub(crate) static REVERSE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "reverse",
        FunctionKind::Scalar,
        &["(value:scalar) -> string"],
        "The characters of a value's text form in opposite order. \
         <https://learn.microsoft.com/kusto/query/reverse-function>",
    )
    .examples(&[example("reverse('Kusto')", "\"otsuK\""), example("reverse(3h)", "\"00:00:30\"")]),
    kernel: |call, args| {
        let text = text_forms(call, args, 0)?;
        string_map(args, |row, out| out.extend(text.text(row).chars().rev()))
    },
};

/// The largest number of repeats; a larger number counts as this.
const MAX_REPEATS: i64 = 1024;
/// The largest text `strrep` makes, in bytes.
const MAX_SIZE: usize = 64 << 20;

pub(crate) static STRREP: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "strrep",
        FunctionKind::Scalar,
        &["(value:scalar, multiplier:long, delimiter?:scalar) -> string"],
        "A value's text form repeated, at most 1024 times, with a delimiter between. `''` for a multiplier below 1. \
         <https://learn.microsoft.com/kusto/query/strrep-function>",
    )
    .examples(&[example("strrep('ABC', 2)", "\"ABCABC\""), example("strrep(123, 3, '.')", "\"123.123.123\"")]),
    kernel: |call, args| {
        let (text, times) = (text_forms(call, args, 0)?, longs(&args[1])?);
        let delimiter = if args.len() > 2 { Some(text_forms(call, args, 2)?) } else { None };
        let mut too_big = false;
        let result = string_map(args, |row, out| {
            let times = times.get(row).unwrap_or(0).clamp(0, MAX_REPEATS) as usize;
            let (text, delimiter) = (text.text(row), delimiter.as_ref().map_or("", |d| d.text(row)));
            if (text.len() + delimiter.len()) * times > MAX_SIZE {
                too_big = true;
                return;
            }
            for i in 0..times {
                if i > 0 {
                    out.push_str(delimiter);
                }
                out.push_str(text);
            }
        })?;
        if too_big {
            let message = format!("strrep() would make a text of more than {} MiB", MAX_SIZE >> 20);
            return Err(refuse(code::LIMIT, message));
        }
        Ok(result)
    },
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, error, long, string};
    use kql_types::{ScalarType, Value, datetime};

    #[test]
    fn comparison_is_ordinal() {
        for (a, b, want) in [("ABC", "ABC", 0), ("abc", "ABC", 1), ("", "a", -1), ("é", "z", 1), ("ab", "abc", -1)] {
            check("strcmp", &[string(a), string(b)], long(want));
        }
        check("strcmp", &[long(10), long(9)], long(-1));
    }

    #[test]
    fn reversed() {
        check("reverse", &[string("aé😀")], string("😀éa"));
        check("reverse", &[long(12345)], string("54321"));
        check("reverse", &[Value::Real(Some(123.45))], string("54.321"));
        check(
            "reverse",
            &[Value::Datetime(datetime::parse("2017-10-15 12:00"))],
            string("Z0000000.00:00:21T51-01-7102"),
        );
        check("reverse", &[Value::Long(None)], string(""));
    }

    #[test]
    fn repeated() {
        check("strrep", &[string("ab"), long(3)], string("ababab"));
        check("strrep", &[Value::Timespan(Some(30_000_000)), long(2), string(" ")], string("00:00:03 00:00:03"));
        check("strrep", &[string("x"), long(5000)], string(&"x".repeat(1024)));
        for times in [Value::Long(None), long(0), long(-3)] {
            check("strrep", &[string("ab"), times, string(",")], string(""));
        }
        let big = string(&"x".repeat(100_000));
        assert!(error("strrep", &[big, long(1024)], ScalarType::String).contains("64 MiB"));
    }
}
