//! `regex_quote`: text as a regular expression that matches it.

use crate::ScalarFunction;
use crate::kernel::string_map;
use crate::text_form::text_forms;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static REGEX_QUOTE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "regex_quote",
        FunctionKind::Scalar,
        &["(string:scalar) -> string"],
        "The text with a backslash before each character that is special in a regular expression. \
         <https://learn.microsoft.com/kusto/query/regex-quote-function>",
    )
    .examples(&[example("regex_quote('(so$me.Te^xt)')", "\"\\\\(so\\\\$me\\\\.Te\\\\^xt\\\\)\"")]),
    kernel: |call, args| {
        let text = text_forms(call, args, 0)?;
        string_map(args, |row, out| regex_syntax::escape_into(text.text(row), out))
    },
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, long, string};
    use proptest::prelude::*;

    #[test]
    fn special_characters_are_escaped() {
        check("regex_quote", &[string("(so$me.Te^xt)")], string(r"\(so\$me\.Te\^xt\)"));
        check("regex_quote", &[string("")], string(""));
        check("regex_quote", &[long(-5)], string(r"\-5"));
    }

    proptest! {
        #[test]
        fn the_result_matches_the_text(text in ".{0,20}") {
            let quoted = regex_syntax::escape(&text);
            prop_assert!(super::super::check_regex(&quoted).is_ok());
            prop_assert_eq!(super::super::constant(&quoted).unwrap().find(&text).map(|m| m.as_str()), Some(text.as_str()));
        }
    }
}
