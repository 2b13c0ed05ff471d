//! `dynamic`: canonical compact JSON text, and a scanner over it.
//!
//! A dynamic value is held as JSON text without blanks, keys in the order they came in, each key once, strings with as few
//! escapes as JSON allows, longs as digits, reals as [`number::write_real`] prints them. [`canonical`] makes such text of
//! any JSON; the scanners below read it without allocating and give slices of it. They are written for canonical text: of
//! other text they give some slice or nothing, but never panic. Values that JSON lacks (datetime, timespan, guid, decimal)
//! are strings in their `tostring` form. The null dynamic is no text at all (an Arrow null); inside a value it is `null`.
//!
//! Source: <https://learn.microsoft.com/kusto/query/scalar-data-types/dynamic>.

mod canonical;
mod scan;
mod text;

pub use canonical::{MAX_DEPTH, canonical, write_canonical};
pub use scan::{ArrayItems, RawEntries, array_items, bag_entries, get_index, get_key, raw_entries};
pub use text::{
    quote, to_text, unquote, write_bool, write_datetime, write_decimal, write_guid, write_long, write_quoted,
    write_real, write_timespan, write_value,
};

/// What a dynamic value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Long,
    /// Any other number.
    Real,
    /// A string.
    String,
    /// An array.
    Array,
    /// A property bag.
    Bag,
}

/// The kind of a value; [`Kind::Null`] for text that is no JSON.
pub fn kind(text: &str) -> Kind {
    match text.as_bytes().first() {
        Some(b'{') => Kind::Bag,
        Some(b'[') => Kind::Array,
        Some(b'"') => Kind::String,
        Some(b't' | b'f') => Kind::Bool,
        Some(b'-' | b'0'..=b'9') => {
            if text.bytes().skip(1).all(|b| b.is_ascii_digit()) {
                Kind::Long
            } else {
                Kind::Real
            }
        }
        _ => Kind::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Value, datetime, decimal};
    use proptest::prelude::*;

    #[test]
    fn canonical_text_is_compact_and_keeps_order_and_numbers() {
        for (text, answer) in [
            (r#" { "b" : 1 , "a" : [ 1.0 , 2.50, 1e3, -0, 42 ] } "#, r#"{"b":1,"a":[1.0,2.5,1000.0,0,42]}"#),
            ("118.0", "118.0"),
            ("92233720368547758070", "92233720368547760000.0"),
            ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775809", "-9223372036854776000.0"),
            (r#""A\/\"\\\t\u00e9\ud83d\ude00\ud800x""#, "\"A/\\\"\\\\\\té😀\u{fffd}x\""),
            ("\"a\nb\"", r#""a\nb""#),
            (r#"{"a":1,"b":2,"a":[3]}"#, r#"{"a":[3],"b":2}"#),
            (r#"{"x":{"a":1,"a":2},"x":{"a":1,"a":3,"b":4}}"#, r#"{"x":{"a":3,"b":4}}"#),
            (r#"{"a":1,"\u0061":2}"#, r#"{"a":2}"#),
            ("[]", "[]"),
            ("{}", "{}"),
            ("null", "null"),
            ("true", "true"),
        ] {
            assert_eq!(canonical(text).as_deref(), Some(answer), "{text}");
        }
        for text in [
            "",
            " ",
            "abc",
            "{'a':1}",
            "[1,]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "\"abc",
            "01",
            "1.",
            ".5",
            "+1",
            "NaN",
            "truex",
            "[1]]",
            "\"\\x\"",
            "{\"a\":1,}",
            "-",
            "1e",
            "\"\\u12\"",
        ] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }

    #[test]
    fn depth_is_limited() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(canonical(&nested(MAX_DEPTH)).is_some());
        assert!(canonical(&nested(MAX_DEPTH + 1)).is_none());
        assert!(canonical(&"[".repeat(1_000_000)).is_none());
        assert_eq!(array_items(&"[".repeat(1_000_000)).count(), 1);
    }

    #[test]
    fn many_repeated_keys_are_found_by_hash() {
        let entries: Vec<_> = (0..1000).map(|i| format!("\"k{}\":{i}", i % 400)).collect();
        let bag = canonical(&format!("{{{}}}", entries.join(","))).unwrap();
        assert_eq!(bag_entries(&bag).count(), 400);
        assert_eq!(get_key(&bag, "k0"), Some("800"));
        assert_eq!(get_key(&bag, "k399"), Some("799"));
    }

    #[test]
    fn steps_give_slices() {
        let d = canonical(r#"{"a":{"b":[10,"x,]}\"",null,{"c":[]}]},"k\"q":1,"é":2.5,"e":""}"#).unwrap();
        let list = get_key(get_key(&d, "a").unwrap(), "b").unwrap();
        assert_eq!(array_items(list).collect::<Vec<_>>(), ["10", r#""x,]}\"""#, "null", r#"{"c":[]}"#]);
        assert_eq!(get_index(list, 0), Some("10"));
        assert_eq!(get_index(list, -1), Some(r#"{"c":[]}"#));
        assert_eq!(get_index(list, -4), Some("10"));
        assert_eq!((get_index(list, -5), get_index(list, 4), get_index(list, i64::MIN)), (None, None, None));
        assert_eq!(get_key(&d, "k\"q"), Some("1"));
        assert_eq!(get_key(&d, "é"), Some("2.5"));
        assert_eq!((get_key(&d, "missing"), get_key(list, "a"), get_index(&d, 0)), (None, None, None));
        assert_eq!(bag_entries(&d).map(|(k, _)| k.into_owned()).collect::<Vec<_>>(), ["a", "k\"q", "é", "e"]);
    }

    #[test]
    fn kinds_and_texts() {
        for (text, expected) in [
            ("null", Kind::Null),
            ("true", Kind::Bool),
            ("-1", Kind::Long),
            ("1.0", Kind::Real),
            ("1e30", Kind::Real),
            ("\"x\"", Kind::String),
            ("[1]", Kind::Array),
            ("{}", Kind::Bag),
            ("", Kind::Null),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
        assert_eq!(to_text(r#""x\ny""#), "x\ny");
        assert_eq!(to_text(r#"{"a":1}"#), r#"{"a":1}"#);
        assert_eq!(to_text("null"), "");
        assert_eq!(unquote("1"), None);
        assert_eq!(unquote("\""), None);
        assert_eq!(quote("a\"\u{1}/é"), r#""a\"\u0001/é""#);
    }

    #[test]
    fn values_are_written_as_json() {
        let written = |v: Value| {
            let mut out = String::new();
            write_value(&mut out, &v);
            out
        };
        assert_eq!(written(Value::Timespan(Some(datetime::TICKS_PER_DAY))), r#""1.00:00:00""#);
        assert_eq!(written(Value::Datetime(Some(0))), r#""0001-01-01T00:00:00.0000000Z""#);
        assert_eq!(written(Value::Decimal(decimal::parse("1.5"))), r#""1.5""#);
        assert_eq!(written(Value::Real(Some(f64::NAN))), r#""NaN""#);
        assert_eq!(written(Value::Long(None)), "null");
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            prop::num::f64::NORMAL.prop_map(Into::into),
            "\\PC{0,8}|[\"\\\\/\u{0}-\u{20}é😀]{0,6}".prop_map(Into::into),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::vec(("[a-c\"\\\\é]{0,3}", inner), 0..6)
                    .prop_map(|entries| entries.into_iter().collect::<serde_json::Map<_, _>>().into()),
            ]
        })
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(value in json()) {
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            let text = canonical(&pretty).unwrap();
            prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(&text).unwrap(), &value);
            prop_assert_eq!(canonical(&text), Some(text.clone()));
            match &value {
                serde_json::Value::Array(items) => {
                    let found: Vec<_> = array_items(&text).map(|t| serde_json::from_str::<serde_json::Value>(t).unwrap()).collect();
                    prop_assert_eq!(&found, items);
                }
                serde_json::Value::Object(map) => {
                    prop_assert_eq!(bag_entries(&text).count(), map.len());
                    for (k, v) in map {
                        let slice = get_key(&text, k).unwrap();
                        prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(slice).unwrap(), v);
                    }
                }
                serde_json::Value::String(s) => prop_assert_eq!(unquote(&text).unwrap(), s.as_str()),
                _ => {}
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,30}|[\\[\\]{}\",:\\\\0-9truefalsn é-]{0,40}") {
            let _ = (canonical(&text), kind(&text), unquote(&text), to_text(&text), get_key(&text, "a"), get_index(&text, -1));
            let _ = (array_items(&text).count(), bag_entries(&text).count());
        }

        #[test]
        fn quoting_round_trips(text in "\\PC{0,20}|[\u{0}-\u{7f}]{0,20}") {
            let quoted = quote(&text);
            prop_assert_eq!(unquote(&quoted).unwrap(), text.as_str());
            prop_assert_eq!(canonical(&quoted), Some(quoted.clone()));
        }
    }
}
