//! `extract`: one capture group of the first match.

use super::pattern::{Patterns, check_argument};
use crate::ScalarFunction;
use crate::from_text::column;
use crate::kernel::{finish, longs, rows, texts};
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static EXTRACT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "extract",
        FunctionKind::Scalar,
        &[
            "(regex:const string, captureGroup:long, source:string) -> string",
            "(regex:const string, captureGroup:long, source:string, typeLiteral:type) -> typeof",
        ],
        "What a capture group of the first match holds; group 0 is the whole match. Without a match, for a group that took \
         no part in it and for one that does not exist: `''`, or null of the type asked for. With a type the text is \
         converted as by `toint()` and its like. <https://learn.microsoft.com/kusto/query/extract-function>",
    )
    .checked(|arguments| check_argument(arguments, 0))
    .examples(&[
        example("extract(@'User: (\\w+)', 1, 'User: Ann, Age: 29')", "\"Ann\""),
        example("extract(@'Age: (\\d+)', 1, 'User: Ann, Age: 29', typeof(long))", "29"),
        example("extract('x(y)', 1, 'abc')", "\"\""),
    ]),
    kernel: |call, args| {
        let (pattern, group) = (Patterns::new(call, args, 0, str::to_owned)?, longs(&args[1])?);
        let source = texts(&args[2])?;
        let found = |row: usize| {
            let (pattern, group) = (pattern.at(row)?, usize::try_from(group.get(row)?).ok()?);
            let text = source.text(row);
            if group == 0 {
                return pattern.find(text).map(|m| m.as_str());
            }
            Some(pattern.captures(text)?.get(group)?.as_str())
        };
        finish(args, column(call.result, rows(args), found)?)
    },
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, long, string};
    use kql_types::Value;

    #[test]
    fn groups_of_the_first_match() {
        for (regex, group, source, want) in [
            (r"User: ([^,]+)", 1, "User: James, Age: 29", "James"),
            (r"(\d+)-(\d+)", 2, "2020-12-31", "12"),
            (r"(\d+)-(\d+)", 0, "2020-12-31", "2020-12"),
            (r"x(y)", 1, "abc", ""),
            (r"x(y)?", 1, "x", ""),
            (r"x(y)", 5, "xy", ""),
            (r"x(y)", -1, "xy", ""),
            (r"(é+)", 1, "aéé", "éé"),
            (r"", 0, "abc", ""),
        ] {
            check("extract", &[string(regex), long(group), string(source)], string(want));
        }
        check("extract", &[string("a"), Value::Long(None), string("a")], string(""));
    }

    #[test]
    fn converted() {
        let cases = [
            ("-7", Value::Int(Some(-7))),
            ("x", Value::Int(None)),
            ("7", Value::Long(Some(7))),
            ("1.5", Value::Real(Some(1.5))),
            ("true", Value::Bool(Some(true))),
            ("2020-01-02", Value::Datetime(kql_types::datetime::parse("2020-01-02"))),
            ("1.00:00:00", Value::Timespan(kql_types::timespan::parse("1.00:00:00"))),
            ("1.25", Value::Decimal(kql_types::decimal::parse("1.25"))),
            ("abc", Value::String("abc".into())),
            ("{\"a\": 1}", Value::Dynamic(Some("{\"a\":1}".into()))),
            ("", Value::Dynamic(None)),
        ];
        for (source, want) in cases {
            check("extract", &[string("^(.*)$"), long(1), string(source)], want);
        }
    }
}
