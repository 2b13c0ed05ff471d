//! `countof`: how often a text or a regular expression is found.

use super::pattern::{check_argument, constant};
use crate::ScalarFunction;
use crate::kernel::{long_map, refuse, texts};
use kql_diagnostic::code;
use kql_types::Value;
use kql_types::function::{ConstantError, FunctionKind, FunctionSpec, example};
use memchr::memmem;

pub(crate) static COUNTOF: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "countof",
        FunctionKind::Scalar,
        &["(source:string, search:const string, kind?:const string) -> long"],
        "How often a text is found in another, case counting. Plain matches (kind `normal`, the default) may overlap, those \
         of a regular expression (kind `regex`) may not. The empty text is found nowhere. \
         <https://learn.microsoft.com/kusto/query/countof-function>",
    )
    .checked(check)
    .examples(&[
        example("countof('aaaa', 'aa')", "3"),
        example("countof('aaaa', 'aa', 'regex')", "2"),
        example("countof('abcabc', 'a.c', 'regex')", "2"),
    ]),
    kernel: |_, args| {
        let (source, search) = (texts(&args[0])?, texts(&args[1])?);
        let kind = match args.get(2) {
            Some(kind) => texts(kind)?.text(0).to_owned(),
            None => "normal".to_owned(),
        };
        match kind.as_str() {
            "regex" => {
                let regex = constant(search.text(0))?;
                long_map(args, |row| Some(regex.find_iter(source.text(row)).count() as i64))
            }
            "normal" => {
                let finder = memmem::Finder::new(search.text(0));
                long_map(args, |row| Some(overlapping(&finder, source.text(row).as_bytes())))
            }
            other => Err(refuse(code::OPERAND, unknown(other))),
        }
    },
};

fn check(arguments: &[Option<&Value>]) -> Result<(), ConstantError> {
    match arguments.get(2) {
        Some(Some(Value::String(kind))) if kind == "regex" => check_argument(arguments, 1),
        Some(Some(Value::String(kind))) if kind != "normal" => {
            Err(ConstantError { argument: 2, code: code::OPERAND, message: unknown(kind) })
        }
        _ => Ok(()),
    }
}

fn unknown(kind: &str) -> String {
    format!("countof() knows the kinds 'normal' and 'regex', not '{kind}'")
}

fn overlapping(finder: &memmem::Finder, text: &[u8]) -> i64 {
    if finder.needle().is_empty() {
        return 0;
    }
    let (mut count, mut from) = (0, 0);
    while let Some(found) = text.get(from..).and_then(|rest| finder.find(rest)) {
        count += 1;
        from += found + 1;
    }
    count
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, error, long, string};
    use kql_types::ScalarType;

    #[test]
    fn plain_matches_overlap_and_regex_matches_do_not() {
        for (source, search, kind, want) in [
            ("aaaa", "aa", "normal", 3),
            ("aaaa", "aa", "regex", 2),
            ("ababa", "aba", "normal", 2),
            ("ababa", "aba", "regex", 1),
            ("Aa", "a", "normal", 1),
            ("abcabc", "a.c", "regex", 2),
            ("hello world", "l+", "regex", 2),
            ("", "a", "normal", 0),
            ("abc", "", "normal", 0),
            ("éé", "é", "normal", 2),
        ] {
            check("countof", &[string(source), string(search), string(kind)], long(want));
        }
        check("countof", &[string("He said \"hi\""), string("\"")], long(2));
        let why = error("countof", &[string("a"), string("a"), string("glob")], ScalarType::Long);
        assert!(why.contains("'glob'"), "{why}");
    }
}
