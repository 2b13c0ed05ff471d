//! `=~` and `in~`: equality ignoring case.

use super::arguments::{binary, list_predicate};
use crate::ScalarFunction;
use crate::cache::Cache;
use crate::search::{FoldedSet, Matcher, Mode, matcher, same_folded};
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::sync::Arc;

pub(crate) static EQUAL_TILDE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "=~",
        FunctionKind::Scalar,
        &["(left:text, right:text) -> bool"],
        "True when two texts are equal but for case, character by character: `ß` is not `ss`. False when one is null, \
         null when both are. <https://learn.microsoft.com/kusto/query/equals-operator>",
    )
    .examples(&[example("'CAFÉ' =~ 'café'", "true"), example("'Straße' =~ 'STRASSE'", "false")]),
    kernel: |call, args| {
        enum Right {
            Constant(Arc<Matcher>),
            Text(String),
        }
        let constant = |right: &str| Right::Constant(matcher(Mode::Equals, false, right));
        binary(
            call,
            args,
            constant,
            |right| Right::Text(right.to_owned()),
            |right| match right {
                Right::Constant(matcher) => matcher.heads(),
                Right::Text(_) => None,
            },
            |right, left| match right {
                Right::Constant(matcher) => matcher.is_match(left),
                Right::Text(right) => same_folded(left, right),
            },
        )
    },
};

static SETS: Cache<Vec<Box<str>>, FoldedSet> = Cache::new();

pub(crate) static IN_TILDE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "in~",
        FunctionKind::Scalar,
        &["(text:text, values...1..:scalar) -> bool"],
        "True when the text is one of the values but for case; `dynamic` arrays count as their elements. False for a null \
         text; null values are equal to nothing. <https://learn.microsoft.com/kusto/query/in-operator>",
    )
    .examples(&[example("'CMD.exe' in~ ('cmd.exe', 'wscript.exe')", "true"), example("'a' in~ (dynamic([]))", "false")]),
    kernel: |call, args| {
        list_predicate(
            call,
            args,
            |values, constant| {
                let values = values.into_iter().flatten().map(|v| v.into_owned().into_boxed_str()).collect::<Vec<_>>();
                let set = |values: &Vec<Box<str>>| FoldedSet::new(values.iter().map(|v| &**v));
                if constant { SETS.get_or(values, set) } else { Arc::new(set(&values)) }
            },
            |set| set.heads(),
            |set, text| set.contains(text),
        )
    },
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, string};
    use kql_types::Value;

    #[test]
    fn equality_ignoring_case() {
        for (a, b, want) in [
            ("Café", "CAFÉ", true),
            ("cafe\u{301}", "café", false),
            ("STRASSE", "straße", false),
            ("ＦＵＬＬ", "full", false),
            ("ＦＵＬＬ", "ｆｕｌｌ", true),
            ("", "", true),
            ("a", "", false),
            ("a ", "a", false),
        ] {
            check("=~", &[string(a), string(b)], Value::Bool(Some(want)));
        }
        check("=~", &[dynamic(r#""X""#), string("x")], Value::Bool(Some(true)));
        check("=~", &[Value::Dynamic(None), string("")], Value::Bool(Some(false)));
        check("=~", &[Value::Dynamic(None), Value::Dynamic(None)], Value::Bool(None));
    }

    #[test]
    fn membership_ignoring_case() {
        let yes = Value::Bool(Some(true));
        let no = Value::Bool(Some(false));
        check("in~", &[string("HELLO"), string("world"), string("hello")], yes.clone());
        check("in~", &[string("HELLO"), dynamic(r#"["x","Hello"]"#), string("y")], yes.clone());
        check("in~", &[string("É"), dynamic(r#"["é"]"#)], yes.clone());
        check("in~", &[string("1"), dynamic("[1]")], yes.clone());
        check("in~", &[string("1"), Value::Long(Some(1))], yes.clone());
        check("in~", &[string(""), string("")], yes);
        check("in~", &[string(""), dynamic("[null]")], no.clone());
        check("in~", &[string("x"), Value::Dynamic(None)], no.clone());
        check("in~", &[Value::Dynamic(None), string("")], no.clone());
        check("in~", &[string("hell"), string("hello")], no.clone());
        check("in~", &[string("x"), dynamic("[]")], no);
    }
}
