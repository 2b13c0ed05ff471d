//! Code points: `unicode_codepoints_from_string`, `unicode_codepoints_to_string`, `isascii`, `isutf8`.

use crate::ScalarFunction;
use crate::kernel::{bool_map, dynamic_map, string_map, texts};
use crate::text_form::text_forms;
use datafusion_common::Result;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use kql_types::{ScalarType, dynamic, number};

pub(crate) static FROM_STRING: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "unicode_codepoints_from_string",
        FunctionKind::Scalar,
        &["(value:scalar) -> dynamic"],
        "The Unicode code points of a text as an array of numbers. \
         <https://learn.microsoft.com/kusto/query/unicode-codepoints-from-string-function>",
    )
    .aliases(&["to_utf8"])
    .examples(&[example("unicode_codepoints_from_string('Kü⒪')", "[75,252,9386]")]),
    kernel: |call, args| {
        let text = text_forms(call, args, 0)?;
        dynamic_map(args, |row, out| {
            out.push('[');
            for (i, c) in text.text(row).chars().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                number::write_long(out, i64::from(u32::from(c)));
            }
            out.push(']');
            true
        })
    },
};

pub(crate) static TO_STRING: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "unicode_codepoints_to_string",
        FunctionKind::Scalar,
        &["(value...1..:int|long|dynamic) -> string"],
        "The text of Unicode code points, given as numbers and arrays of numbers; `''` when one is no code point. \
         <https://learn.microsoft.com/kusto/query/unicode-codepoints-to-string-function>",
    )
    .aliases(&["make_string"])
    .examples(&[
        example("unicode_codepoints_to_string(75, 117, 115, 116, 111)", "\"Kusto\""),
        example("unicode_codepoints_to_string(dynamic([75, 117]), 115)", "\"Kus\""),
    ]),
    kernel: |call, args| {
        let argument = |i: usize| match call.arguments.get(i) {
            Some(ScalarType::Dynamic) => texts(&args[i]),
            _ => text_forms(call, args, i),
        };
        let values = (0..args.len()).map(argument).collect::<Result<Vec<_>>>()?;
        string_map(args, |row, out| {
            for value in &values {
                let written = match value.get(row) {
                    Some(json) if json.starts_with('[') => dynamic::array_items(json).all(|item| push(item, out)),
                    Some(number) => push(number, out),
                    None => false,
                };
                if !written {
                    return out.clear();
                }
            }
        })
    },
};

fn push(number: &str, out: &mut String) -> bool {
    let c = number.parse::<u32>().ok().and_then(char::from_u32);
    out.extend(c);
    c.is_some()
}

pub(crate) static ISASCII: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "isascii",
        FunctionKind::Scalar,
        &["(value:scalar) -> bool"],
        "True when a value's text form has only ASCII characters. <https://learn.microsoft.com/kusto/query/isascii>",
    )
    .examples(&[example("isascii('some string')", "true"), example("isascii('café')", "false")]),
    kernel: |call, args| {
        let text = text_forms(call, args, 0)?;
        bool_map(args, |row| Some(text.text(row).is_ascii()))
    },
};

pub(crate) static ISUTF8: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "isutf8",
        FunctionKind::Scalar,
        &["(value:scalar) -> bool"],
        "True when a text is valid UTF-8, which every text here is: readers put U+FFFD for bytes that are not. \
         <https://learn.microsoft.com/kusto/query/isutf8>",
    )
    .examples(&[example("isutf8('some string')", "true")]),
    kernel: |_, args| bool_map(args, |_| Some(true)),
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, long, string};
    use kql_types::Value;

    #[test]
    fn code_points() {
        check("to_utf8", &[string("⒦⒰⒮⒯⒪")], dynamic("[9382,9392,9390,9391,9386]"));
        check("unicode_codepoints_from_string", &[string("")], dynamic("[]"));
        check("unicode_codepoints_from_string", &[long(10)], dynamic("[49,48]"));
        check("make_string", &[long(75), long(10), Value::Int(Some(117))], string("K\nu"));
        check("unicode_codepoints_to_string", &[dynamic("[128512,66]"), long(67), dynamic("68")], string("😀BCD"));
        for bad in [dynamic("[55296]"), dynamic("[\"a\"]"), dynamic("[1.5]"), dynamic("null"), long(-1), long(1 << 40)]
        {
            check("unicode_codepoints_to_string", &[long(65), bad], string(""));
        }
    }

    #[test]
    fn kinds_of_text() {
        for (text, ascii) in [("", true), ("abc\u{7f}", true), ("é", false)] {
            check("isascii", &[string(text)], Value::Bool(Some(ascii)));
            check("isutf8", &[string(text)], Value::Bool(Some(true)));
        }
    }
}
