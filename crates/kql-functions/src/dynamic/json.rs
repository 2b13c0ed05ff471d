//! `parse_json`, `dynamic_to_json`, `extract_json`: dynamic values and JSON text.

use super::cells::Cells;
use super::path::{Step, TextWalker};
use crate::conversion::convert;
use crate::kernel::{dynamic_map, finish, rows, string_map, texts};
use crate::{Call, ScalarFunction};
use arrow::array::StringViewBuilder;
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::dynamic::{self, Kind};
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use kql_types::{ScalarType, number, timespan};
use std::borrow::Cow;
use std::sync::Arc;

pub(crate) static PARSE_JSON: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "parse_json",
        FunctionKind::Scalar,
        &["(json_text:text) -> dynamic"],
        "JSON text as a dynamic value. Text that is no JSON becomes a dynamic string, `''` null; a dynamic value is given \
         back as it is. <https://learn.microsoft.com/kusto/query/parse-json-function>",
    )
    .aliases(&["parsejson"])
    .named(ResultName::FirstArgument)
    .examples(&[
        example(r#"parse_json('{"a":123, "b":"xyz"}')"#, r#"{"a":123,"b":"xyz"}"#),
        example(r#"parse_json('{"value":118.0}').value"#, "118.0"),
        example("parse_json('abc')", "\"abc\""),
    ]),
    kernel: parse,
};

pub(crate) static TODYNAMIC: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "todynamic",
        FunctionKind::Scalar,
        &["(value:text) -> dynamic"],
        "Another name of `parse_json`. <https://learn.microsoft.com/kusto/query/parse-json-function>",
    )
    .aliases(&["toobject"])
    .named(ResultName::FirstArgument)
    .examples(&[example("todynamic('[1, 2]')", "[1,2]"), example("todynamic('abc')", "\"abc\"")]),
    kernel: parse,
};

fn parse(call: &Call, args: &[ColumnarValue]) -> Result<ColumnarValue> {
    match call.arguments.first() {
        Some(ScalarType::Dynamic) => return Ok(args[0].clone()),
        // The binder takes texts only; implied conversions come with other types.
        Some(&ty) if ty != ScalarType::String => return convert(&args[0], ty, ScalarType::Dynamic),
        _ => {}
    }
    let text = texts(&args[0])?;
    dynamic_map(args, |row, out| parse_text(text.text(row), out))
}

/// Appends the dynamic value that `parse_json` makes of a text; false, and nothing appended, when it is null.
pub(crate) fn parse_text(text: &str, out: &mut String) -> bool {
    if text.is_empty() {
        return false;
    }
    let start = out.len();
    if !dynamic::write_canonical(out, text) {
        dynamic::write_quoted(out, text);
    } else if out.get(start..) == Some("null") {
        out.truncate(start);
        return false;
    }
    true
}

pub(crate) static DYNAMIC_TO_JSON: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "dynamic_to_json",
        FunctionKind::Scalar,
        &["(dynamic:scalar) -> string"],
        "JSON text of a dynamic value with the keys of its bags in order of their text; of any other value its `tostring` \
         form. <https://learn.microsoft.com/kusto/query/dynamic-to-json-function>",
    )
    .examples(&[
        example(r#"dynamic_to_json(dynamic({"b":[2,{"d":1,"c":0}],"a":1}))"#, r#""{\"a\":1,\"b\":[2,{\"c\":0,\"d\":1}]}""#),
        example("dynamic_to_json(1d)", "\"1.00:00:00\""),
    ]),
    kernel: |call, args| {
        let cells = Cells::argument(call, args, 0)?;
        string_map(args, |row, out| match &cells {
            Cells::Dynamic(rows) => write_sorted(rows.get(row).unwrap_or("null"), out, 0),
            Cells::Bool(rows) => out.push_str(rows.get(row).map_or("", |v| if v { "True" } else { "False" })),
            Cells::Real(rows) => {
                if let Some(v) = rows.get(row) {
                    number::write_real(out, v);
                }
            }
            Cells::Timespan(rows) => {
                if let Some(v) = rows.get(row) {
                    timespan::write(out, v);
                }
            }
            other => {
                let mut json = String::new();
                if other.write(row, &mut json) {
                    out.push_str(&dynamic::to_text(&json));
                }
            }
        })
    },
};

/// Appends a value with the keys of all its bags sorted. Values nested deeper than dynamic values can be stay as they are.
fn write_sorted(value: &str, out: &mut String, depth: usize) {
    match dynamic::kind(value) {
        Kind::Array if depth < dynamic::MAX_DEPTH => {
            out.push('[');
            for (at, item) in dynamic::array_items(value).enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write_sorted(item, out, depth + 1);
            }
            out.push(']');
        }
        Kind::Bag if depth < dynamic::MAX_DEPTH => {
            let mut entries: Vec<_> = dynamic::bag_entries(value).collect();
            entries.sort_by(|(a, _), (b, _)| a.cmp(b));
            out.push('{');
            for (at, (key, item)) in entries.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                dynamic::write_quoted(out, key);
                out.push(':');
                write_sorted(item, out, depth + 1);
            }
            out.push('}');
        }
        _ => out.push_str(value),
    }
}

pub(crate) static EXTRACT_JSON: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "extract_json",
        FunctionKind::Scalar,
        &[
            "(jsonPath:const string, jsonText:string) -> string",
            "(jsonPath:const string, jsonText:string, type:literal type) -> typeof",
        ],
        "The value at a JSONPath (`$.a.b`, `$['a']`, `$.a[0]`) of JSON text, as text or converted to a type as `parse_json` \
         and a conversion would. Null, as text `''`, when the path leads nowhere. \
         <https://learn.microsoft.com/kusto/query/extract-json-function>",
    )
    .aliases(&["extractjson"])
    .examples(&[
        example(r#"extract_json('$.name', '{"name": "John", "age": 30}')"#, "\"John\""),
        example(r#"extract_json('$.age', '{"name": "John", "age": 30}', typeof(long))"#, "30"),
        example(r#"extract_json('$.a[1]', '{"a": [1, 2]}', typeof(int))"#, "2"),
    ]),
    kernel: |call, args| {
        let (path, text) = (texts(&args[0])?, texts(&args[1])?);
        let steps = path.constant().and_then(parse_path);
        // Without a path, or with one that is none, nothing is found.
        let mut walker = steps.map(TextWalker::new);
        let mut found = StringViewBuilder::with_capacity(rows(args));
        let mut scratch = String::new();
        for row in 0..rows(args) {
            scratch.clear();
            let value = walker.as_mut().and_then(|w| w.walk(text.text(row)));
            let read = value.is_some_and(|v| dynamic::write_canonical(&mut scratch, v));
            found.append_option(read.then_some(scratch.as_str()));
        }
        let found = finish(args, Arc::new(found.finish()))?;
        convert(&found, ScalarType::Dynamic, call.result)
    },
};

/// The steps of a JSONPath: `$`, `.name`, `['name']`, `["name"]`, `[0]`. `None` for anything else, wildcards among it.
///
/// Source: <https://learn.microsoft.com/kusto/query/jsonpath>.
pub(crate) fn parse_path(path: &str) -> Option<Vec<Step<'_>>> {
    let mut rest = path.trim().strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(name) = rest.strip_prefix('.') {
            if name.starts_with('[') {
                rest = name;
                continue;
            }
            let end = name.find(['.', '[']).unwrap_or(name.len());
            if end == 0 || &name[..end] == "*" {
                return None;
            }
            steps.push(Step::Key(Cow::Borrowed(&name[..end])));
            rest = &name[end..];
            continue;
        }
        let inside = rest.strip_prefix('[')?;
        let quoted = ['\'', '"'].into_iter().find_map(|q| inside.strip_prefix(q).map(|r| (q, r)));
        if let Some((quote, name)) = quoted {
            let end = name.find([quote, '\\'])?;
            // A name with escapes is read piece by piece.
            let (name, after) = if name[end..].starts_with('\\') {
                let (text, after) = unescape_name(name, quote)?;
                (Cow::Owned(text), after)
            } else {
                (Cow::Borrowed(&name[..end]), &name[end + 1..])
            };
            steps.push(Step::Key(name));
            rest = after.strip_prefix(']')?;
        } else {
            let end = inside.find(']')?;
            let index: i64 = inside[..end].trim().parse().ok().filter(|i| *i >= 0)?;
            steps.push(Step::Index(index));
            rest = &inside[end + 1..];
        }
    }
    Some(steps)
}

fn unescape_name(text: &str, quote: char) -> Option<(String, &str)> {
    let mut name = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => name.push(chars.next()?.1),
            _ if c == quote => return Some((name, &text[at + c.len_utf8()..])),
            _ => name.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::super::testing::{b, check, d, l, r, s, try_call};
    use super::*;
    use kql_types::Value;

    #[test]
    fn text_becomes_dynamic() {
        #[rustfmt::skip]
        check(&[
            ("parse_json", &[s(r#" { "b" : 1.0, "a" : [ true , null ] } "#)], r#"{"b":1.0,"a":[true,null]}"#),
            ("parse_json", &[s("")], "null"),
            ("parse_json", &[s("null")], "null"),
            ("parse_json", &[s("\"\"")], "\"\""),
            ("parse_json", &[s("not json")], "\"not json\""),
            ("parse_json", &[s("{\"a\":")], r#""{\"a\":""#),
            ("parse_json", &[s("1 2")], "\"1 2\""),
            ("parse_json", &[s("1.5")], "1.5"),
            ("parse_json", &[d("[1]")], "[1]"),
            ("parsejson", &[s("[]")], "[]"),
            ("todynamic", &[s("abc")], "\"abc\""),
            ("toobject", &[d("null")], "null"),
        ]);
    }

    #[test]
    fn json_of_any_value() {
        let bag = r#"{"Y10":{},"X8":{"c3":1,"d8":5,"a4":6},"D1":114,"A14":[15,{"b":0,"a":1}]}"#;
        let sorted = r#"{"A14":[15,{"a":1,"b":0}],"D1":114,"X8":{"a4":6,"c3":1,"d8":5},"Y10":{}}"#;
        #[rustfmt::skip]
        check(&[
            ("dynamic_to_json", &[d(bag)], &dynamic::quote(sorted)),
            ("dynamic_to_json", &[d("\"x\"")], r#""\"x\"""#),
            ("dynamic_to_json", &[d("null")], "\"null\""),
            ("dynamic_to_json", &[b(true)], "\"True\""),
            ("dynamic_to_json", &[s("x")], "\"x\""),
            ("dynamic_to_json", &[l(5)], "\"5\""),
            ("dynamic_to_json", &[r(2.0)], "\"2.0\""),
            ("dynamic_to_json", &[r(f64::INFINITY)], "\"inf\""),
            ("dynamic_to_json", &[Value::Long(None)], "\"\""),
            ("dynamic_to_json", &[Value::Timespan(Some(10_000_000))], "\"00:00:01\""),
        ]);
    }

    #[test]
    fn values_are_extracted_and_converted() {
        let text = r#"{ "a b" : [ 1 , { "c" : "7" } ] , "t" : "2020-01-01" , "n" : null }"#;
        let typed = |path: &str, ty| {
            let args = [s(path), s(text), s("")];
            try_call("extract_json", &args[..2], Some(&[(String::new(), ty)])).unwrap().remove(0)
        };
        assert_eq!(typed("$['a b'][1].c", ScalarType::String), "\"7\"");
        assert_eq!(typed("$[\"a b\"][1].c", ScalarType::Long), "7");
        assert_eq!(typed("$['a b'][1]", ScalarType::String), r#""{\"c\":\"7\"}""#);
        assert_eq!(typed("$['a b'][1]", ScalarType::Dynamic), r#"{"c":"7"}"#);
        assert_eq!(typed("$.t", ScalarType::Datetime), "\"2020-01-01T00:00:00.0000000Z\"");
        assert_eq!(typed("$.n", ScalarType::String), "\"\"");
        assert_eq!(typed("$.n", ScalarType::Long), "null");
        assert_eq!(typed("$.gone", ScalarType::Real), "null");
        assert_eq!(typed("$.*", ScalarType::String), "\"\"");
        assert_eq!(typed("a", ScalarType::String), "\"\"");
    }

    #[test]
    fn paths_of_jsonpath() {
        let key = |k: &'static str| Step::Key(Cow::Borrowed(k));
        let cases: &[(&str, Option<Vec<Step>>)] = &[
            ("$", Some(vec![])),
            ("$.a.b[0]", Some(vec![key("a"), key("b"), Step::Index(0)])),
            ("$['x.y'][\"z\"]", Some(vec![key("x.y"), key("z")])),
            (r"$['it\'s']", Some(vec![key("it's")])),
            ("$.['a']", Some(vec![key("a")])),
            ("$..a", None),
            ("$.a[*]", None),
            ("$.a[-1]", None),
            ("$.a[1", None),
            ("$['a", None),
            ("$a", None),
            ("a", None),
            ("", None),
        ];
        for (text, steps) in cases {
            assert_eq!(parse_path(text), *steps, "{text}");
        }
    }
}
