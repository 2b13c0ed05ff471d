//! `has_any`, `has_all`, `has_any_index`: several terms at once.

use super::arguments::{ValueList, list_predicate};
use crate::ScalarFunction;
use crate::cache::Cache;
use crate::kernel::{long_map, rows};
use crate::search::{AnyTerm, Matcher, Mode};
use crate::text_form::text_forms;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::borrow::Cow;
use std::sync::Arc;

static ANY: Cache<Vec<Box<str>>, AnyTerm> = Cache::new();
static EACH: Cache<Vec<Box<str>>, Vec<Matcher>> = Cache::new();

/// The needles of a list: a null one is like `''`, which is in every text.
fn needles(values: Vec<Option<Cow<'_, str>>>) -> Vec<Box<str>> {
    values.into_iter().map(|v| v.unwrap_or_default().into()).collect()
}

fn matchers(needles: &[Box<str>]) -> Vec<Matcher> {
    needles.iter().map(|n| Matcher::new(Mode::Has, false, n)).collect()
}

pub(crate) static HAS_ANY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "has_any",
        FunctionKind::Scalar,
        &["(text:text, values...1..:scalar) -> bool"],
        "True when the text has (in the sense of `has`) one of the values; `dynamic` arrays count as their elements. An \
         empty list gives false, a null value is like `''` and in every text; false for a null text. \
         <https://learn.microsoft.com/kusto/query/has-any-operator>",
    )
    .examples(&[
        example("'whoami /all' has_any ('net', 'WHOAMI')", "true"),
        example("'errors' has_any (dynamic(['error']))", "false"),
    ]),
    kernel: |call, args| {
        list_predicate(
            call,
            args,
            |values, constant| {
                let any = |needles: &Vec<Box<str>>| AnyTerm::new(needles.iter().map(|n| &**n));
                if constant { ANY.get_or(needles(values), any) } else { Arc::new(any(&needles(values))) }
            },
            |_| None,
            |any, text| any.is_match(text),
        )
    },
};

pub(crate) static HAS_ALL: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "has_all",
        FunctionKind::Scalar,
        &["(text:text, values...1..:scalar) -> bool"],
        "True when the text has (in the sense of `has`) all of the values; `dynamic` arrays count as their elements. An \
         empty list gives true; false for a null text. <https://learn.microsoft.com/kusto/query/has-all-operator>",
    )
    .examples(&[
        example("'net user /add' has_all ('NET', 'add')", "true"),
        example("'net user' has_all (dynamic(['net', 'add']))", "false"),
    ]),
    kernel: |call, args| {
        list_predicate(
            call,
            args,
            |values, constant| {
                let needles = needles(values);
                if constant { EACH.get_or(needles, |n| matchers(n)) } else { Arc::new(matchers(&needles)) }
            },
            |_| None,
            |all, text| all.iter().all(|m| m.is_match(text)),
        )
    },
};

pub(crate) static HAS_ANY_INDEX: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "has_any_index",
        FunctionKind::Scalar,
        &["(source:text, values:array) -> long"],
        "Zero-based index of the first element that the text has (in the sense of `has`); -1 when it has none. \
         <https://learn.microsoft.com/kusto/query/has-any-index-function>",
    )
    .examples(&[
        example("has_any_index('this is an example', dynamic(['not', 'example']))", "1"),
        example("has_any_index('line 2', dynamic([1, 2, 3]))", "1"),
    ]),
    kernel: |call, args| {
        let (text, list) = (text_forms(call, args, 0)?, ValueList::new(call, args)?);
        let place = |each: &[Matcher], text: Option<&str>| {
            let at = text.and_then(|text| each.iter().position(|m| m.is_match(text)));
            Some(at.map_or(-1, |i| i as i64))
        };
        if list.is_constant() && rows(args) > 0 {
            let each = EACH.get_or(needles(list.values(0)), |n| matchers(n));
            return long_map(args, |row| place(&each, text.get(row)));
        }
        long_map(args, |row| place(&matchers(&needles(list.values(row))), text.get(row)))
    },
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, string};
    use kql_types::Value;

    #[test]
    fn any_of_a_list() {
        for (text, list, want) in [
            ("errors", r#"["error"]"#, false),
            ("the error", r#"["x","ERROR"]"#, true),
            ("the error", "[]", false),
            ("the error", r#"["zz",null]"#, true),
            ("answer 42", "[42]", true),
            ("answer 42.5", "[42]", true),
            ("visit evil.com now", r#"["a","b","c","d","e","f","g","h","i","evil.com"]"#, true),
            ("visit evil.company", r#"["a","b","c","d","e","f","g","h","i","evil.com"]"#, false),
            ("НАДО", r#"["a","b","c","d","e","f","g","h","i","надо"]"#, true),
            ("x--y", r#"["a","b","c","d","e","f","g","h","i","--"]"#, true),
        ] {
            check("has_any", &[string(text), dynamic(list)], Value::Bool(Some(want)));
        }
        check("has_any", &[string("answer 42"), Value::Long(Some(42)), string("zz")], Value::Bool(Some(true)));
        check("has_any", &[string("x"), string("y"), dynamic(r#"["z","x"]"#)], Value::Bool(Some(true)));
        check("has_any", &[Value::Dynamic(None), string("")], Value::Bool(Some(false)));
        check("has_any", &[dynamic(r#"{"c":"cmd.exe"}"#), string("CMD")], Value::Bool(Some(true)));
    }

    #[test]
    fn all_of_a_list() {
        for (text, list, want) in [
            ("net user /add", r#"["NET","add"]"#, true),
            ("net users /add", r#"["net","user"]"#, false),
            ("net", "[]", true),
            ("net", r#"["net",null]"#, true),
        ] {
            check("has_all", &[string(text), dynamic(list)], Value::Bool(Some(want)));
        }
        check("has_all", &[string("a b"), string("B"), string("a")], Value::Bool(Some(true)));
    }

    #[test]
    fn first_of_a_list() {
        for (text, list, want) in [
            ("this is an example", r#"["this","example"]"#, 0),
            ("this is an example", r#"["not","Example"]"#, 1),
            ("this is an example", r#"["not","found"]"#, -1),
            ("Example number 2", "[1,2,3]", 1),
            ("x", "[]", -1),
        ] {
            check("has_any_index", &[string(text), dynamic(list)], Value::Long(Some(want)));
        }
    }
}
