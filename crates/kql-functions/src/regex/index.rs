//! `indexof_regex`: where a regular expression matches.

use super::pattern::{Patterns, check_argument};
use crate::ScalarFunction;
use crate::kernel::long_map;
use crate::string::indexof::Range;
use crate::text_form::text_forms;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static INDEXOF_REGEX: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "indexof_regex",
        FunctionKind::Scalar,
        &["(string:scalar, match:const scalar, start?:integer, length?:integer, occurrence?:const integer) -> long"],
        "Zero-based place, in characters, of a match of a regular expression; -1 without one. The search begins at `start` \
         as if the text began there; a match starts before `start + length` (-1 is no limit); matches do not overlap. \
         Null for a negative start, a length below -1 and an occurrence below 1. \
         <https://learn.microsoft.com/kusto/query/indexof-regex-function>",
    )
    .checked(|arguments| check_argument(arguments, 1))
    .examples(&[
        example("indexof_regex('abcabc', 'a.c')", "0"),
        example("indexof_regex('abcabcdefg', 'a.c', 0, 9, 2)", "3"),
        example("indexof_regex('ababaa', 'a.a', 0, -1, 2)", "-1"),
    ]),
    kernel: |call, args| {
        let (text, pattern) = (text_forms(call, args, 0)?, Patterns::new(call, args, 1, str::to_owned)?);
        let range = Range::new(call, args)?;
        long_map(args, |row| {
            let text = text.text(row);
            let window = range.at(row, text, false)?;
            let Some(regex) = pattern.at(row) else { return Some(-1) };
            let matches = regex.find_iter(&text[window.start..]).map(|m| window.start + m.start());
            Some(window.place(text, matches))
        })
    },
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, long, string};
    use kql_types::Value;

    #[test]
    fn place_of_a_match() {
        let cases: [(&str, &str, &[i64], Option<i64>); 9] = [
            ("abcabc", "a.c", &[], Some(0)),
            ("abcabcdefg", "a.c", &[0, 9, 2], Some(3)),
            ("abcabc", "a.c", &[1, -1, 2], Some(-1)),
            ("ababaa", "a.a", &[0, -1, 2], Some(-1)),
            ("abcabc", "a|ab", &[-1], None),
            ("abcabc", "a", &[1, 2], Some(-1)),
            ("éaé", "é$", &[], Some(2)),
            ("abc", "b", &[0, -2], None),
            ("abc", "b", &[50], Some(-1)),
        ];
        for (text, regex, range, want) in cases {
            let mut args = vec![string(text), string(regex)];
            args.extend(range.iter().map(|n| long(*n)));
            check("indexof_regex", &args, Value::Long(want));
        }
    }
}
