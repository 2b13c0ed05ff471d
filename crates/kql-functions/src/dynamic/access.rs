//! Path access in one scan: `d.a["b"][0]`, and the same under a conversion, `tostring(d.a)`.
//!
//! These functions have no name in Kusto; the planner calls them for path expressions. `__get` takes a dynamic value and
//! the steps of the path: a string is a key, a whole number an index (from the end when negative), a dynamic value either
//! of the two. `__get_long` and its siblings convert what they find as `tolong(…)` would, without building it first.
//! `__parse_get…` do the same for `parse_json(text).path`: they read the text as it is. `__held_…` are for `==` and `!=`
//! with a number or bool: what a string holds is no number (SEMANTICS §2.6).
//!
//! Access never fails: a missing key, an index outside the array and a step into a scalar give null (SEMANTICS §9.5).

use super::convert;
use super::path::{PathRows, TextWalker, Walker};
use crate::kernel::{finish, rows, texts};
use crate::{Call, Kernel, ScalarFunction};
use arrow::array::{ArrayRef, BooleanBuilder, PrimitiveBuilder, StringViewBuilder};
use arrow::datatypes::{ArrowPrimitiveType, Float64Type, Int32Type, Int64Type};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec};
use std::sync::Arc;

/// How the first argument is read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// Canonical text of a dynamic value.
    Dynamic,
    /// Any text, read as `parse_json` does.
    Text,
}

/// Passes the value at the path of each row to `each`: in canonical text, but strings of [`Source::Text`] as written.
fn scan(call: &Call, args: &[ColumnarValue], source: Source, mut each: impl FnMut(Option<&str>)) -> Result<()> {
    let values = texts(&args[0])?;
    let path = PathRows::new(call, args, 1)?;
    let mut scratch = String::new();
    let mut pass = |found: Option<&str>| match (source, found) {
        (Source::Text, Some(text)) if !text.starts_with('"') => {
            scratch.clear();
            let read = dynamic::write_canonical(&mut scratch, text);
            each(read.then_some(scratch.as_str()));
        }
        _ => each(found),
    };
    if let Some(steps) = path.constant(args, 1) {
        let rows = 0..rows(args);
        match source {
            Source::Dynamic => {
                let mut walker = Walker::new(steps);
                rows.for_each(|row| pass(values.get(row).and_then(|v| walker.walk(v))));
            }
            Source::Text => {
                let mut walker = TextWalker::new(steps);
                rows.for_each(|row| pass(values.get(row).and_then(|v| walker.walk(v))));
            }
        }
        return Ok(());
    }
    for row in 0..rows(args) {
        let (Some(value), Some(steps)) = (values.get(row), path.at(row)) else {
            pass(None);
            continue;
        };
        match source {
            Source::Dynamic => pass(steps.iter().try_fold(value, |at, step| step.take(at)).filter(|v| *v != "null")),
            Source::Text => pass(super::tolerant::locate(value, &steps).filter(|v| *v != "null")),
        }
    }
    Ok(())
}

fn get(call: &Call, args: &[ColumnarValue], source: Source) -> Result<ColumnarValue> {
    let mut out = StringViewBuilder::with_capacity(rows(args));
    let mut scratch = String::new();
    scan(call, args, source, |found| match found {
        Some(text) if source == Source::Text && text.starts_with('"') => {
            scratch.clear();
            let read = dynamic::write_canonical(&mut scratch, text);
            out.append_option(read.then_some(scratch.as_str()));
        }
        found => out.append_option(found),
    })?;
    finish(args, Arc::new(out.finish()))
}

fn get_string(call: &Call, args: &[ColumnarValue], source: Source) -> Result<ColumnarValue> {
    let mut out = StringViewBuilder::with_capacity(rows(args));
    scan(call, args, source, |found| out.append_value(dynamic::to_text(found.unwrap_or("null"))))?;
    finish(args, Arc::new(out.finish()))
}

fn get_bool(call: &Call, args: &[ColumnarValue], source: Source) -> Result<ColumnarValue> {
    let mut out = BooleanBuilder::with_capacity(rows(args));
    scan(call, args, source, |found| out.append_option(found.and_then(convert::bool_of)))?;
    finish(args, Arc::new(out.finish()))
}

fn get_number<T: ArrowPrimitiveType>(
    call: &Call,
    args: &[ColumnarValue],
    source: Source,
    convert: fn(&str) -> Option<T::Native>,
) -> Result<ColumnarValue> {
    let mut out = PrimitiveBuilder::<T>::with_capacity(rows(args));
    scan(call, args, source, |found| out.append_option(found.and_then(convert)))?;
    finish(args, Arc::new(out.finish()))
}

fn get_all<V>(
    call: &Call,
    args: &[ColumnarValue],
    source: Source,
    convert: fn(&str) -> Option<V>,
    build: impl FnOnce(Vec<Option<V>>) -> Result<ArrayRef>,
) -> Result<ColumnarValue> {
    let mut out = Vec::with_capacity(rows(args));
    scan(call, args, source, |found| out.push(found.and_then(convert)))?;
    finish(args, build(out)?)
}

fn get_guid(call: &Call, args: &[ColumnarValue], source: Source) -> Result<ColumnarValue> {
    get_all(call, args, source, convert::guid_of, |v| Ok(Arc::new(convert::guids(v.into_iter())?)))
}

fn get_decimal(call: &Call, args: &[ColumnarValue], source: Source) -> Result<ColumnarValue> {
    get_all(call, args, source, convert::decimal_of, |v| Ok(Arc::new(convert::decimals(v.into_iter())?)))
}

fn held_bool(call: &Call, args: &[ColumnarValue], source: Source) -> Result<ColumnarValue> {
    let mut out = BooleanBuilder::with_capacity(rows(args));
    scan(call, args, source, |found| {
        out.append_option(found.and_then(convert::unless_text).and_then(convert::bool_of))
    })?;
    finish(args, Arc::new(out.finish()))
}

fn held_decimal(call: &Call, args: &[ColumnarValue], source: Source) -> Result<ColumnarValue> {
    let held = |text: &str| convert::unless_text(text).and_then(convert::decimal_of);
    get_all(call, args, source, held, |v| Ok(Arc::new(convert::decimals(v.into_iter())?)))
}

const fn function(
    name: &'static str,
    signatures: &'static [&'static str],
    doc: &'static str,
    kernel: Kernel,
) -> ScalarFunction {
    ScalarFunction { spec: FunctionSpec::new(name, FunctionKind::Scalar, signatures, doc), kernel }
}

macro_rules! access {
    ($($static:ident, $name:literal, $text_static:ident, $text_name:literal, $result:literal, $kernel:expr;)*) => {
        $(
            static $static: ScalarFunction = function(
                $name,
                &[concat!("(value:dynamic, path...0..:scalar) -> ", $result)],
                concat!("The value at a path, as `to", $result, "` gives it. See the module."),
                |call, args| $kernel(call, args, Source::Dynamic),
            );
            static $text_static: ScalarFunction = function(
                $text_name,
                &[concat!("(text:string, path...0..:scalar) -> ", $result)],
                concat!("The value at a path of JSON text, as `to", $result, "` gives it. See the module."),
                |call, args| $kernel(call, args, Source::Text),
            );
        )*

        /// The path access functions, which only the planner calls.
        pub(crate) static FUNCTIONS: &[&ScalarFunction] = &[$(&$static, &$text_static),*];
    };
}

access! {
    GET, "__get", PARSE_GET, "__parse_get", "dynamic", get;
    GET_STRING, "__get_string", PARSE_GET_STRING, "__parse_get_string", "string", get_string;
    GET_LONG, "__get_long", PARSE_GET_LONG, "__parse_get_long", "long",
        |c, a, s| get_number::<Int64Type>(c, a, s, convert::long_of);
    GET_INT, "__get_int", PARSE_GET_INT, "__parse_get_int", "int",
        |c, a, s| get_number::<Int32Type>(c, a, s, convert::int_of);
    GET_REAL, "__get_real", PARSE_GET_REAL, "__parse_get_real", "real",
        |c, a, s| get_number::<Float64Type>(c, a, s, convert::real_of);
    GET_BOOL, "__get_bool", PARSE_GET_BOOL, "__parse_get_bool", "bool", get_bool;
    GET_DATETIME, "__get_datetime", PARSE_GET_DATETIME, "__parse_get_datetime", "datetime",
        |c, a, s| get_number::<Int64Type>(c, a, s, convert::datetime_of);
    GET_TIMESPAN, "__get_timespan", PARSE_GET_TIMESPAN, "__parse_get_timespan", "timespan",
        |c, a, s| get_number::<Int64Type>(c, a, s, convert::timespan_of);
    GET_GUID, "__get_guid", PARSE_GET_GUID, "__parse_get_guid", "guid", get_guid;
    GET_DECIMAL, "__get_decimal", PARSE_GET_DECIMAL, "__parse_get_decimal", "decimal", get_decimal;
    HELD_BOOL, "__held_bool", PARSE_HELD_BOOL, "__parse_held_bool", "bool", held_bool;
    HELD_REAL, "__held_real", PARSE_HELD_REAL, "__parse_held_real", "real",
        |c, a, s| get_number::<Float64Type>(c, a, s, |text| convert::unless_text(text).and_then(convert::real_of));
    HELD_DECIMAL, "__held_decimal", PARSE_HELD_DECIMAL, "__parse_held_decimal", "decimal", held_decimal;
}

#[cfg(test)]
mod tests {
    use super::super::testing::{b, check, d, i, l, s};
    use kql_types::Value;

    const DEVICE: &str = r#"{"User":{"Name":"joe","Id":7,"Tags":["a","b"]},"On":true,"P\"Q":1.50,"At":"2020-01-01T00:00:00Z","Null":null}"#;

    #[test]
    fn paths_lead_to_values_or_null() {
        let id = "74be27de-1e4e-49d9-b579-fe0b331d3642";
        #[rustfmt::skip]
        check(&[
            ("__get", &[d(DEVICE), s("User"), s("Tags")], r#"["a","b"]"#),
            ("__get", &[d(DEVICE), s("User"), s("Tags"), l(-1)], "\"b\""),
            ("__get", &[d(DEVICE), s("User"), s("Tags"), i(0)], "\"a\""),
            ("__get", &[d(DEVICE), s("P\"Q")], "1.5"),
            ("__get", &[d(DEVICE), s("Name")], "null"),
            ("__get", &[d(DEVICE), s("Null")], "null"),
            ("__get", &[d(DEVICE), s("On"), s("x")], "null"),
            ("__get", &[d(DEVICE), l(0)], "null"),
            ("__get", &[d("[1,2,3]"), l(-4)], "null"),
            ("__get", &[d("[1,2,3]"), d("\"0\"")], "null"),
            ("__get", &[d("[1,2,3]"), d("1")], "2"),
            ("__get", &[d("{\"a\":5}"), d("\"a\"")], "5"),
            ("__get", &[d("[1,2,3]"), b(true)], "null"),
            ("__get", &[d("[1,2,3]"), Value::Long(None)], "null"),
            ("__get", &[d("null"), s("a")], "null"),
            ("__get_string", &[d(DEVICE), s("User"), s("Name")], "\"joe\""),
            ("__get_string", &[d(DEVICE), s("User"), s("Tags")], r#""[\"a\",\"b\"]""#),
            ("__get_string", &[d(DEVICE), s("On")], "\"true\""),
            ("__get_string", &[d(DEVICE), s("Gone")], "\"\""),
            ("__get_long", &[d(DEVICE), s("User"), s("Id")], "7"),
            ("__get_int", &[d(DEVICE), s("P\"Q")], "1"),
            ("__get_real", &[d(DEVICE), s("User"), s("Id")], "7.0"),
            ("__get_bool", &[d(DEVICE), s("On")], "true"),
            ("__get_datetime", &[d(DEVICE), s("At")], "\"2020-01-01T00:00:00.0000000Z\""),
            ("__get_timespan", &[d("[\"1.00:00:00\"]"), l(0)], "\"1.00:00:00\""),
            ("__get_guid", &[d(&format!("[\"{id}\"]")), l(0)], &format!("\"{id}\"")),
            ("__get_decimal", &[d("[1.25]"), l(0)], "\"1.25\""),
            ("__get_long", &[d(DEVICE), s("User")], "null"),
        ]);
    }

    #[test]
    fn text_is_read_as_parse_json_reads_it() {
        let text = r#" { "a" : { "b" : [ 1.50 , "x\u0041\/" , {"c" : 1 } ] } , "\u0064" : 99999999999999999999 }"#;
        #[rustfmt::skip]
        check(&[
            ("__parse_get", &[s(text), s("a"), s("b")], r#"[1.5,"xA/",{"c":1}]"#),
            ("__parse_get", &[s(text), s("a"), s("b"), l(1)], "\"xA/\""),
            ("__parse_get_string", &[s(text), s("a"), s("b"), l(0)], "\"1.5\""),
            ("__parse_get_string", &[s(text), s("a"), s("b"), l(1)], "\"xA/\""),
            ("__parse_get_string", &[s(text), s("a"), s("b"), l(-1)], "\"{\\\"c\\\":1}\""),
            ("__parse_get_long", &[s(text), s("d")], "9223372036854775807"),
            ("__parse_get_real", &[s(text), s("d")], "100000000000000000000.0"),
            ("__parse_get", &[s("{\"a\":1"), s("a")], "null"),
            ("__parse_get_string", &[s("not json"), s("a")], "\"\""),
            ("__parse_get_bool", &[s("{\"a\":true}"), s("a")], "true"),
            ("__parse_get_datetime", &[s("{\"a\":\"2020-01-01\"}"), s("a")], "\"2020-01-01T00:00:00.0000000Z\""),
            ("__parse_get_int", &[s("[3]"), d("0")], "3"),
            ("__parse_get_guid", &[s("[3]"), l(0)], "null"),
            ("__parse_get_decimal", &[s("[3]"), l(0)], "\"3\""),
            ("__parse_get_timespan", &[s("[3]"), l(0)], "\"00:00:00.0000003\""),
        ]);
    }

    /// A column with few hits keeps the substring search on, one with many switches it off: the answers stay the same.
    #[test]
    fn prefilter_changes_no_answer() {
        use crate::{Call, function};
        use arrow::array::{AsArray, StringViewArray};
        use datafusion_common::ScalarValue;
        use datafusion_expr::ColumnarValue;
        use kql_types::ScalarType;
        use std::sync::Arc;
        for every in [1, 2, 10] {
            let text = |n: usize| {
                if n.is_multiple_of(every) { format!(r#"{{"b":0,"a":{n}}}"#) } else { r#"{"b":{"a":1}}"#.into() }
            };
            let column: StringViewArray = (0..1000).map(|n| Some(text(n))).collect();
            let expected: Vec<_> = (0..1000).map(|n: usize| n.is_multiple_of(every).then(|| n.to_string())).collect();
            for name in ["__get", "__parse_get"] {
                let source = if name == "__get" { ScalarType::Dynamic } else { ScalarType::String };
                let results = [(String::new(), ScalarType::Dynamic)];
                let arguments = [source, ScalarType::String];
                let call = Call { arguments: &arguments, result: ScalarType::Dynamic, results: &results, rows: 1000 };
                let key = ColumnarValue::Scalar(ScalarValue::Utf8View(Some("a".to_owned())));
                let args = [ColumnarValue::Array(Arc::new(column.clone())), key];
                let found = (function(name).unwrap().kernel)(&call, &args).unwrap().to_array(1000).unwrap();
                let found: Vec<_> = found.as_string_view().iter().map(|v| v.map(str::to_owned)).collect();
                assert_eq!(found, expected, "{name} {every}");
            }
        }
    }
}
