//! `has`, `hasprefix`, `hassuffix` and their case-sensitive forms: whole terms.

use super::arguments::search;
use crate::ScalarFunction;
use crate::search::Mode;
use kql_types::function::{Example, FunctionKind, FunctionSpec, example};

const fn operator(name: &'static str, doc: &'static str, examples: &'static [Example]) -> FunctionSpec {
    FunctionSpec::new(name, FunctionKind::Scalar, &["(text:text, term:string) -> bool"], doc).examples(examples)
}

pub(crate) static HAS: ScalarFunction = ScalarFunction {
    spec: operator(
        "has",
        "True when the text has the term, ignoring case. A term is a maximal run of letters and digits; everything else \
         delimits, `_` too. The right side may hold delimiters: then it is found like a part of the text whose ends, \
         where they are letters or digits, cut no term. \
         <https://learn.microsoft.com/kusto/query/has-operator>",
        &[
            example("'Event-Error_1' has 'error'", "true"),
            example("'errors' has 'error'", "false"),
            example("'x a-b y' has 'a-b'", "true"),
        ],
    ),
    kernel: |call, args| search(call, args, Mode::Has, false),
};

pub(crate) static HAS_CS: ScalarFunction = ScalarFunction {
    spec: operator(
        "has_cs",
        "True when the text has the term, in this case. <https://learn.microsoft.com/kusto/query/has-cs-operator>",
        &[example("'Event Error' has_cs 'error'", "false")],
    ),
    kernel: |call, args| search(call, args, Mode::Has, true),
};

pub(crate) static HASPREFIX: ScalarFunction = ScalarFunction {
    spec: operator(
        "hasprefix",
        "True when some term of the text begins with the right side, ignoring case. \
         <https://learn.microsoft.com/kusto/query/hasprefix-operator>",
        &[example("'the-Errors' hasprefix 'err'", "true"), example("'terror' hasprefix 'err'", "false")],
    ),
    kernel: |call, args| search(call, args, Mode::HasPrefix, false),
};

pub(crate) static HASPREFIX_CS: ScalarFunction = ScalarFunction {
    spec: operator(
        "hasprefix_cs",
        "True when some term of the text begins with the right side, in this case. \
         <https://learn.microsoft.com/kusto/query/hasprefix-cs-operator>",
        &[example("'the-Errors' hasprefix_cs 'err'", "false")],
    ),
    kernel: |call, args| search(call, args, Mode::HasPrefix, true),
};

pub(crate) static HASSUFFIX: ScalarFunction = ScalarFunction {
    spec: operator(
        "hassuffix",
        "True when some term of the text ends with the right side, ignoring case. \
         <https://learn.microsoft.com/kusto/query/hassuffix-operator>",
        &[example("'TERROR, no' hassuffix 'ror'", "true"), example("'terrors' hassuffix 'ror'", "false")],
    ),
    kernel: |call, args| search(call, args, Mode::HasSuffix, false),
};

pub(crate) static HASSUFFIX_CS: ScalarFunction = ScalarFunction {
    spec: operator(
        "hassuffix_cs",
        "True when some term of the text ends with the right side, in this case. \
         <https://learn.microsoft.com/kusto/query/hassuffix-cs-operator>",
        &[example("'TERROR, no' hassuffix_cs 'ror'", "false")],
    ),
    kernel: |call, args| search(call, args, Mode::HasSuffix, true),
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, string};
    use kql_types::Value;

    #[test]
    fn term_operators() {
        for (text, operator, term, want) in [
            ("a_b", "has", "A", true),
            ("a-b.c", "has", "b", true),
            ("ab", "has", "a", false),
            ("a1", "has", "a", false),
            ("éa", "has", "a", false),
            ("errors", "has", "error", false),
            ("naïve NAÏVE", "has", "naïve", true),
            ("naïve", "has", "naive", false),
            ("x a-b y", "has", "a-b", true),
            ("x a_b y", "has", "a-b", false),
            ("a b", "has", "a ", true),
            ("xa b", "has", "a ", false),
            ("x a-b y", "has", " a", true),
            ("x ab y", "has", " a", false),
            ("anything", "has", "", true),
            ("", "has", "", true),
            ("b .b-", "has", " ", true),
            ("МИР привет", "has", "Привет", true),
            ("МИРпривет", "has", "Привет", false),
            ("errors error", "has", "error", true),
            ("Error", "has_cs", "error", false),
            ("Error", "has_cs", "Error", true),
            ("aaa a", "has_cs", "a", true),
            ("x-error", "hasprefix", "ERR", true),
            ("err or", "hasprefix", "r o", false),
            ("x ab y", "hasprefix", " a", true),
            ("abc", "hasprefix", "", true),
            ("x-error", "hasprefix_cs", "ERR", false),
            ("x-error", "hassuffix", "err", false),
            ("an errorlog", "hassuffix", "or", false),
            ("an error.", "hassuffix", "OR", true),
            ("x ab y", "hassuffix", " a", false),
            ("abc", "hassuffix", "", true),
            ("an ERROR.", "hassuffix_cs", "OR", true),
        ] {
            check(operator, &[string(text), string(term)], Value::Bool(Some(want)));
        }
        check("has", &[Value::Dynamic(None), string("")], Value::Bool(Some(false)));
        check("has", &[dynamic(r#"["cmd.exe"]"#), string("CMD")], Value::Bool(Some(true)));
    }
}
