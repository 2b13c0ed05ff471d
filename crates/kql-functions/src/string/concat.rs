//! `strcat`, `strcat_delim`, `strcat_array`.

use crate::ScalarFunction;
use crate::kernel::{string_map, texts};
use crate::text_form::text_forms;
use datafusion_common::Result;
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static STRCAT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "strcat",
        FunctionKind::Scalar,
        &["(arg...1..64:scalar) -> string"],
        "The values one after the other, each in the form of `tostring()`; null adds nothing. \
         <https://learn.microsoft.com/kusto/query/strcat-function>",
    )
    .examples(&[
        example("strcat('a', 1, 1.5, true, 1h)", "\"a11.5True01:00:00\""),
        example("strcat('a', int(null), 'b')", "\"ab\""),
    ]),
    kernel: |call, args| {
        let texts = (0..args.len()).map(|i| text_forms(call, args, i)).collect::<Result<Vec<_>>>()?;
        string_map(args, |row, out| texts.iter().for_each(|t| out.push_str(t.text(row))))
    },
};

pub(crate) static STRCAT_DELIM: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "strcat_delim",
        FunctionKind::Scalar,
        &["(delimiter:scalar, arg...2..64:scalar) -> string"],
        "The values with a delimiter between them, each in the form of `tostring()`; null is `''` between two delimiters. \
         <https://learn.microsoft.com/kusto/query/strcat-delim-function>",
    )
    .examples(&[
        example("strcat_delim('-', 1, '2', 'A', 1s)", "\"1-2-A-00:00:01\""),
        example("strcat_delim('-', 'a', int(null), 'b')", "\"a--b\""),
    ]),
    kernel: |call, args| {
        let delimiter = text_forms(call, args, 0)?;
        let texts = (1..args.len()).map(|i| text_forms(call, args, i)).collect::<Result<Vec<_>>>()?;
        string_map(args, |row, out| {
            for (i, text) in texts.iter().enumerate() {
                if i > 0 {
                    out.push_str(delimiter.text(row));
                }
                out.push_str(text.text(row));
            }
        })
    },
};

pub(crate) static STRCAT_ARRAY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "strcat_array",
        FunctionKind::Scalar,
        &["(array:array, delimiter:scalar) -> string"],
        "The elements of an array with a delimiter between them: strings as they are, other elements as JSON, null as \
         `''`. A value that is no array gives its text. \
         <https://learn.microsoft.com/kusto/query/strcat-array-function>",
    )
    .aliases(&["array_strcat"])
    .examples(&[
        example("strcat_array(dynamic([1, 'b', null, true]), '->')", "\"1->b->->true\""),
        example("strcat_array(dynamic([]), ',')", "\"\""),
    ]),
    kernel: |call, args| {
        let (array, delimiter) = (texts(&args[0])?, text_forms(call, args, 1)?);
        string_map(args, |row, out| {
            let Some(json) = array.get(row) else { return };
            if !json.starts_with('[') {
                return out.push_str(&dynamic::to_text(json));
            }
            for (i, item) in dynamic::array_items(json).enumerate() {
                if i > 0 {
                    out.push_str(delimiter.text(row));
                }
                if item != "null" {
                    out.push_str(&dynamic::to_text(item));
                }
            }
        })
    },
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, long, string};
    use kql_types::{Value, datetime, decimal, guid};

    #[test]
    fn values_of_every_type() {
        for (value, text) in [
            (Value::Bool(Some(true)), "True"),
            (Value::Bool(None), ""),
            (Value::Int(Some(-3)), "-3"),
            (long(1 << 40), "1099511627776"),
            (Value::Long(None), ""),
            (Value::Real(Some(6.0)), "6.0"),
            (Value::Real(Some(f64::INFINITY)), "inf"),
            (Value::Decimal(decimal::parse("1.250")), "1.25"),
            (string("é"), "é"),
            (Value::Datetime(datetime::parse("2020-01-02 03:04:05.6")), "2020-01-02T03:04:05.6000000Z"),
            (Value::Timespan(Some(-72_000_000_000)), "-02:00:00"),
            (Value::Guid(guid::parse("ABCDEF00-0000-0000-0000-000000000001")), "abcdef00-0000-0000-0000-000000000001"),
            (dynamic(r#""a\"b""#), "a\"b"),
            (dynamic(r#"{"a":[1,true]}"#), r#"{"a":[1,true]}"#),
            (dynamic("null"), ""),
        ] {
            check("strcat", &[string("<"), value.clone(), string(">")], string(&format!("<{text}>")));
            check("strcat_delim", &[long(0), value, string("")], string(&format!("{text}0")));
        }
        check("strcat", &[dynamic("null")], string(""));
    }

    #[test]
    fn array_elements() {
        for (array, delimiter, want) in [
            ("[1,2,3]", "->", "1->2->3"),
            (r#"["a","","b"]"#, "|", "a||b"),
            (r#"["x",null,true,1.50,{"k":[1]}]"#, ",", r#"x,,true,1.50,{"k":[1]}"#),
            ("[]", ",", ""),
            (r#"["one"]"#, ",", "one"),
            (r#""plain""#, ",", "plain"),
            (r#"{"a":1}"#, ",", r#"{"a":1}"#),
            ("null", ",", ""),
        ] {
            check("strcat_array", &[dynamic(array), string(delimiter)], string(want));
            check("array_strcat", &[dynamic(array), string(delimiter)], string(want));
        }
    }
}
