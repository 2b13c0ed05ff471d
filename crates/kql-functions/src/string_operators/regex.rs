//! `matches regex`.

use super::arguments::binary;
use crate::ScalarFunction;
use crate::regex::{changing, check_argument, constant};
use crate::text_form::text_forms;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static MATCHES_REGEX: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "matches regex",
        FunctionKind::Scalar,
        &["(text:text, pattern:text) -> bool"],
        "True when the regular expression matches anywhere in the text. Case counts unless the pattern says `(?i)`; \
         `\\d`, `\\w` and `\\s` are Unicode classes; `$` is the end of the text. False when one operand is null, and for \
         a malformed pattern from a column. <https://learn.microsoft.com/kusto/query/matches-regex-operator>",
    )
    .checked(|arguments| check_argument(arguments, 1))
    .examples(&[
        example("'user-42' matches regex @'\\d+$'", "true"),
        example("'ERROR' matches regex 'error'", "false"),
        example("'ERROR' matches regex '(?i)error'", "true"),
    ]),
    kernel: |call, args| {
        if let Some(pattern) = text_forms(call, args, 1)?.constant() {
            let regex = constant(pattern)?;
            return binary(call, args, |_| (), |_| (), |()| None, |(), text| regex.is_match(text));
        }
        binary(call, args, changing, changing, |_| None, |pattern, text| pattern.as_ref().is_ok_and(|regex| regex.is_match(text)))
    },
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, error, string};
    use kql_types::{ScalarType, Value};

    #[test]
    fn regex_operator() {
        for (text, pattern, want) in [
            ("alpha", "^a", true),
            ("Alpha", "^a", false),
            ("Alpha", "(?i)^a", true),
            ("٣", r"\d", true),
            ("é", r"\w", true),
            ("a\u{a0}b", r"\s", true),
            ("end\n", "end$", false),
            ("café", ".*é$", true),
            ("", "", true),
            ("x", "", true),
            ("", "x", false),
        ] {
            check("matches regex", &[string(text), string(pattern)], Value::Bool(Some(want)));
        }
        check("matches regex", &[Value::Dynamic(None), string(".*")], Value::Bool(Some(false)));
        check("matches regex", &[dynamic(r#""a\"b""#), dynamic(r#""^a\"""#)], Value::Bool(Some(true)));
        let why = error("matches regex", &[string("x"), string("(")], ScalarType::Bool);
        assert!(why.contains("unclosed group"), "{why}");
    }
}
