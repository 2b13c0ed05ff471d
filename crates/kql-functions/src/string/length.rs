//! `strlen`, `string_size`: how long a text is.

use crate::ScalarFunction;
use crate::kernel::long_map;
use crate::text_form::text_forms;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};

pub(crate) static STRLEN: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "strlen",
        FunctionKind::Scalar,
        &["(source:text) -> long"],
        "Number of Unicode code points of a text: a letter with a combining mark counts as two. Dynamic values are taken \
         as their text, null as `''`. <https://learn.microsoft.com/kusto/query/strlen-function>",
    )
    .named(ResultName::Prefix("strlen"))
    .examples(&[example("strlen('hello')", "5"), example("strlen('⒦⒰⒮⒯⒪')", "5")]),
    kernel: |call, args| {
        let source = text_forms(call, args, 0)?;
        long_map(args, |row| Some(source.text(row).chars().count() as i64))
    },
};

pub(crate) static STRING_SIZE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "string_size",
        FunctionKind::Scalar,
        &["(source:text) -> long"],
        "Size of a text in UTF-8 bytes. <https://learn.microsoft.com/kusto/query/string-size-function>",
    )
    .named(ResultName::Prefix("string_size"))
    .examples(&[example("string_size('hello')", "5"), example("string_size('⒦⒰⒮⒯⒪')", "15")]),
    kernel: |call, args| {
        let source = text_forms(call, args, 0)?;
        long_map(args, |row| Some(source.text(row).len() as i64))
    },
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, long, string};

    #[test]
    fn characters_and_bytes() {
        for (text, characters, bytes) in
            [("hello", 5, 5), ("", 0, 0), ("⒦⒰⒮⒯⒪", 5, 15), ("C\u{327}e", 3, 4), ("😀", 1, 4), ("👨\u{200d}👩", 3, 11)]
        {
            check("strlen", &[string(text)], long(characters));
            check("string_size", &[string(text)], long(bytes));
        }
        for (json, characters) in [(r#""a\"b""#, 3), ("null", 0), ("[1,\"é\"]", 7), ("12", 2)] {
            check("strlen", &[dynamic(json)], long(characters));
        }
    }
}
