//! Keys of bags: `bag_keys`, `bag_has_key`, `bag_remove_keys`, `bag_set_key`.
//!
//! A key that starts with `$.` or `$[` is a JSONPath to a nested key, as `$.a.b`; indexes into arrays are not supported in
//! it. Any other text is the key of the bag itself.

use super::super::cells::Cells;
use super::super::element::array;
use super::super::json::parse_path;
use super::super::path::Step;
use crate::ScalarFunction;
use crate::kernel::{bool_map, dynamic_map, texts};
use kql_types::dynamic::{self, Kind};
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::borrow::Cow;

fn is_bag(value: &str) -> bool {
    dynamic::kind(value) == Kind::Bag
}

/// The keys that a key or JSONPath leads over; `None` for a path that is none or has an index.
fn key_path(key: &str) -> Option<Vec<Cow<'_, str>>> {
    if !key.starts_with("$.") && !key.starts_with("$[") {
        return Some(vec![Cow::Borrowed(key)]);
    }
    let keys = parse_path(key)?.into_iter().map(|step| match step {
        Step::Key(key) => Some(key),
        Step::Index(_) => None,
    });
    keys.collect()
}

pub(crate) static BAG_KEYS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "bag_keys",
        FunctionKind::Scalar,
        &["(object:bag) -> dynamic"],
        "The keys of a bag in their order; null for what is no bag. \
         <https://learn.microsoft.com/kusto/query/bag-keys-function>",
    )
    .examples(&[example("bag_keys(dynamic({'a':'b', 'c':[{'d':123}]}))", r#"["a","c"]"#)]),
    kernel: |_, args| {
        let bag = texts(&args[0])?;
        dynamic_map(args, |row, out| {
            let Some(bag) = bag.get(row).filter(|v| is_bag(v)) else { return false };
            out.push('[');
            for (at, (key, _)) in dynamic::raw_entries(bag).enumerate() {
                out.push_str(if at > 0 { ",\"" } else { "\"" });
                out.push_str(key);
                out.push('"');
            }
            out.push(']');
            true
        })
    },
};

pub(crate) static BAG_HAS_KEY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "bag_has_key",
        FunctionKind::Scalar,
        &["(bag:bag, key:string) -> bool"],
        "Whether a bag has a key, or a nested key given as a JSONPath; null for what is no bag. \
         <https://learn.microsoft.com/kusto/query/bag-has-key-function>",
    )
    .examples(&[
        example("bag_has_key(dynamic({'key1': 123, 'key3': 'abc'}), 'key2')", "false"),
        example("bag_has_key(dynamic({'key2': {'prop1': 'abc'}}), '$.key2.prop1')", "true"),
    ]),
    kernel: |_, args| {
        let (bag, key) = (texts(&args[0])?, texts(&args[1])?);
        bool_map(args, |row| {
            let bag = bag.get(row).filter(|v| is_bag(v))?;
            let found = key_path(key.text(row))
                .and_then(|path| path.iter().try_fold(bag, |value, key| dynamic::get_key(value, key)));
            Some(found.is_some())
        })
    },
};

pub(crate) static BAG_REMOVE_KEYS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "bag_remove_keys",
        FunctionKind::Scalar,
        &["(bag:bag, keys:array) -> dynamic"],
        "A bag without some keys, nested ones given as JSONPath; null for what is no bag. \
         <https://learn.microsoft.com/kusto/query/bag-remove-keys-function>",
    )
    .examples(&[
        example("bag_remove_keys(dynamic({'key1': 123, 'key2': 'abc'}), dynamic(['key2', 'key4']))", r#"{"key1":123}"#),
        example(
            "bag_remove_keys(dynamic({'k': {'p': 1, 'q': 2}, 'l': 3}), dynamic(['$.k.p', 'l']))",
            r#"{"k":{"q":2}}"#,
        ),
    ]),
    kernel: |_, args| {
        let (bag, keys) = (texts(&args[0])?, texts(&args[1])?);
        dynamic_map(args, |row, out| {
            let Some(bag) = bag.get(row).filter(|v| is_bag(v)) else { return false };
            let names: Vec<_> =
                keys.get(row).and_then(array).into_iter().flatten().filter_map(dynamic::unquote).collect();
            let paths: Vec<_> = names.iter().filter_map(|name| key_path(name)).collect();
            let paths: Vec<_> = paths.iter().map(Vec::as_slice).filter(|path| !path.is_empty()).collect();
            write_without(bag, &paths, out);
            true
        })
    },
};

/// Appends a bag without what the paths lead to. No path is empty.
fn write_without(bag: &str, paths: &[&[Cow<str>]], out: &mut String) {
    out.push('{');
    let mut first = true;
    for (raw, value) in dynamic::raw_entries(bag) {
        // Canonical text has one spelling for each key.
        let below: Vec<_> = paths.iter().filter(|path| is_raw(raw, &path[0])).map(|path| &path[1..]).collect();
        if below.iter().any(|path| path.is_empty()) {
            continue;
        }
        if !std::mem::take(&mut first) {
            out.push(',');
        }
        out.extend(["\"", raw, "\":"]);
        if below.is_empty() || !is_bag(value) {
            out.push_str(value);
        } else {
            write_without(value, &below, out);
        }
    }
    out.push('}');
}

/// Whether a key as it stands in canonical text is this key.
fn is_raw(raw: &str, key: &str) -> bool {
    raw == key || (raw.contains('\\') && dynamic::quote(key).get(1..).is_some_and(|k| k.strip_suffix('"') == Some(raw)))
}

pub(crate) static BAG_SET_KEY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "bag_set_key",
        FunctionKind::Scalar,
        &["(bag:bag, key:const string, value:scalar) -> dynamic"],
        "A bag with a key set, or a nested key given as a JSONPath: the bags on the way are made when they are missing. Null \
         for what is no bag, and for a path with an index. \
         <https://learn.microsoft.com/kusto/query/bag-set-key-function>",
    )
    .examples(&[
        example("bag_set_key(dynamic({'key1': 1, 'key2': 2}), 'key1', 'x')", r#"{"key1":"x","key2":2}"#),
        example("bag_set_key(dynamic({'key1': 123}), '$.key2.prop1', 'abc')", r#"{"key1":123,"key2":{"prop1":"abc"}}"#),
    ]),
    kernel: |call, args| {
        let (bag, key) = (texts(&args[0])?, texts(&args[1])?);
        let value = Cells::argument(call, args, 2)?;
        let mut text = String::new();
        dynamic_map(args, |row, out| {
            let Some(bag) = bag.get(row).filter(|v| is_bag(v)) else { return false };
            let Some(path) = key_path(key.text(row)).filter(|path| !path.is_empty()) else { return false };
            text.clear();
            value.write_or_null(row, &mut text);
            write_with(bag, &path, &text, out);
            true
        })
    },
};

/// Appends a bag with a value set at a path.
fn write_with(bag: &str, path: &[Cow<str>], value: &str, out: &mut String) {
    let Some((key, below)) = path.split_first() else {
        out.push_str(value);
        return;
    };
    let inner = |old: &str, out: &mut String| write_with(if is_bag(old) { old } else { "{}" }, below, value, out);
    out.push('{');
    let (mut first, mut set) = (true, false);
    for (raw, old) in dynamic::raw_entries(bag) {
        if !std::mem::take(&mut first) {
            out.push(',');
        }
        out.extend(["\"", raw, "\":"]);
        if is_raw(raw, key) {
            inner(old, out);
            set = true;
        } else {
            out.push_str(old);
        }
    }
    if !set {
        if !first {
            out.push(',');
        }
        dynamic::write_quoted(out, key);
        out.push(':');
        inner("{}", out);
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{call, check, d, l, s};
    use kql_types::Value;
    use proptest::prelude::*;

    #[test]
    fn keys_of_bags() {
        let nested = d(r#"{"key1":123,"key2":{"prop1":"abc","prop2":"xyz"},"key3":[100,200],"n":null,"q\"":1}"#);
        #[rustfmt::skip]
        check(&[
            ("bag_keys", &[d(r#"{"c":{"d":1},"a\"":2}"#)], r#"["c","a\""]"#),
            ("bag_keys", &[d("{}")], "[]"),
            ("bag_keys", &[d("\"a\"")], "null"),
            ("bag_keys", &[d("[]")], "null"),
            ("bag_has_key", &[nested.clone(), s("n")], "true"),
            ("bag_has_key", &[nested.clone(), s("q\"")], "true"),
            ("bag_has_key", &[nested.clone(), s("$['key2']['prop2']")], "true"),
            ("bag_has_key", &[nested.clone(), s("$.key2.gone")], "false"),
            ("bag_has_key", &[nested.clone(), s("$.key3[0]")], "false"),
            ("bag_has_key", &[d("{\"$x\":1}"), s("$x")], "true"),
            ("bag_has_key", &[d("[1]"), s("a")], "null"),
            ("bag_remove_keys", &[nested.clone(), d(r#"["$.key2.prop1","key3","n","q\""]"#)], r#"{"key1":123,"key2":{"prop2":"xyz"}}"#),
            ("bag_remove_keys", &[nested.clone(), d(r#"["$.key2","$.key1.x",5,"$.n"]"#)], r#"{"key1":123,"key3":[100,200],"q\"":1}"#),
            ("bag_remove_keys", &[d("{\"a\":1}"), d("[\"a\"]")], "{}"),
            ("bag_remove_keys", &[d("{\"a\":1}"), d("null")], "{\"a\":1}"),
            ("bag_remove_keys", &[d("[1]"), d("[\"a\"]")], "null"),
            ("bag_set_key", &[d("{\"a\":{\"b\":1,\"c\":2}}"), s("$.a.b"), s("x")], r#"{"a":{"b":"x","c":2}}"#),
            ("bag_set_key", &[d("{\"a\":5}"), s("$.a.b.c"), l(1)], r#"{"a":{"b":{"c":1}}}"#),
            ("bag_set_key", &[d("{}"), s("a\"b"), Value::Long(None)], r#"{"a\"b":null}"#),
            ("bag_set_key", &[d("{\"a\\\"b\":1}"), s("a\"b"), l(2)], r#"{"a\"b":2}"#),
            ("bag_set_key", &[d("{}"), s("$.a[0]"), l(1)], "null"),
            ("bag_set_key", &[d("null"), s("a"), l(1)], "null"),
        ]);
    }

    proptest! {
        #[test]
        fn what_is_set_is_there_and_what_is_removed_is_gone(key in "\\PC{1,6}", other in "[a-c]{1,2}") {
            prop_assume!(!key.starts_with('$') && key != other);
            let bag = Value::Dynamic(Some(format!("{{\"{other}\":1}}")));
            let set = d(&call("bag_set_key", &[bag.clone(), s(&key), l(2)]));
            prop_assert_eq!(call("bag_has_key", &[set.clone(), s(&key)]), "true");
            let keys = Value::Dynamic(Some(format!("[{}]", kql_types::dynamic::quote(&key))));
            prop_assert_eq!(d(&call("bag_remove_keys", &[set, keys])), bag);
        }
    }
}
