//! `trim`, `trim_start`, `trim_end`: a match at the ends of a text.

use super::pattern::{Patterns, check_with, compile};
use crate::kernel::{string_map, texts};
use crate::{Call, ScalarFunction};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_diagnostic::code;
use kql_types::Value;
use kql_types::function::{ConstantCheck, ConstantError, Example, FunctionKind, FunctionSpec, example};

const fn spec(
    name: &'static str,
    doc: &'static str,
    examples: &'static [Example],
    check: ConstantCheck,
) -> FunctionSpec {
    FunctionSpec::new(name, FunctionKind::Scalar, &["(regex:const string, source:string) -> string"], doc)
        .checked(check)
        .examples(examples)
}

/// The pattern is used verbatim inside another one, so that `a)|(b` is fine.
fn check(arguments: &[Option<&Value>], wrap: fn(&str) -> String) -> std::result::Result<(), ConstantError> {
    check_with(arguments, 0, |pattern| match pattern {
        "" => Err((code::EMPTY_ARGUMENT, "the regular expression may not be empty".to_owned())),
        _ => compile(&wrap(pattern)).map(|_| ()).map_err(|why| (code::BAD_REGEX, why)),
    })
}

pub(crate) static TRIM: ScalarFunction = ScalarFunction {
    spec: spec(
        "trim",
        "The text without a match at its beginning and one at its end: matches of `^(regex)|(regex)$` are taken out, \
         once, so `trim('a', 'aaaa')` leaves two. Write `a+` for all of them. \
         <https://learn.microsoft.com/kusto/query/trim-function>",
        &[example("trim(@'[^\\w]+', '--name--')", "\"name\""), example("trim('a', 'aaaa')", "\"aa\"")],
        |arguments| check(arguments, both_ends),
    ),
    kernel: |call, args| remove(call, args, both_ends),
};

pub(crate) static TRIM_START: ScalarFunction = ScalarFunction {
    spec: spec(
        "trim_start",
        "The text without a match at its beginning: matches of `^(regex)` are taken out, once. \
         <https://learn.microsoft.com/kusto/query/trim-start-function>",
        &[example("trim_start('https://', 'https://bing.com')", "\"bing.com\"")],
        |arguments| check(arguments, start),
    ),
    kernel: |call, args| remove(call, args, start),
};

pub(crate) static TRIM_END: ScalarFunction = ScalarFunction {
    spec: spec(
        "trim_end",
        "The text without a match at its end: matches of `(regex)$` are taken out, once. \
         <https://learn.microsoft.com/kusto/query/trim-end-function>",
        &[example("trim_end(@'\\.com', 'bing.com')", "\"bing\"")],
        |arguments| check(arguments, end),
    ),
    kernel: |call, args| remove(call, args, end),
};

/// What `trim` takes out.
fn both_ends(regex: &str) -> String {
    format!("^({regex})|({regex})$")
}

/// What `trim_start` takes out.
fn start(regex: &str) -> String {
    format!("^({regex})")
}

/// What `trim_end` takes out.
fn end(regex: &str) -> String {
    format!("({regex})$")
}

fn remove(call: &Call, args: &[ColumnarValue], wrap: fn(&str) -> String) -> Result<ColumnarValue> {
    let (pattern, source) = (Patterns::new(call, args, 0, wrap)?, texts(&args[1])?);
    string_map(args, |row, out| {
        let text = source.text(row);
        let mut last = 0;
        for found in pattern.at(row).iter().flat_map(|regex| regex.find_iter(text)) {
            out.push_str(&text[last..found.start()]);
            last = found.end();
        }
        out.push_str(&text[last..]);
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, string};

    #[test]
    fn one_match_at_each_end() {
        for (function, regex, source, want) in [
            ("trim", "a", "aaaa", "aa"),
            ("trim", "a+", "aabaa", "b"),
            ("trim", "a$", "aa", "a"),
            ("trim", "1", "11", ""),
            ("trim", " ", "   x   ", "  x  "),
            ("trim", r"\s", "\u{a0}nbsp\u{a0}", "nbsp"),
            ("trim", "x", "", ""),
            ("trim", "é", "éaé", "a"),
            ("trim_start", r"[^\w]+", "-  Te st1// $", "Te st1// $"),
            ("trim_start", "x", "xxa", "xa"),
            ("trim_end", r"[^\w]+", "-  Te st1// $", "-  Te st1"),
            ("trim_end", "x", "axx", "ax"),
            ("trim_end", "a)|(b", "xaxbx", "xxbx"),
        ] {
            check(function, &[string(regex), string(source)], string(want));
        }
    }
}
