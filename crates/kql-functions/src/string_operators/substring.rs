//! `contains`, `startswith`, `endswith` and their case-sensitive forms: plain parts of a text.

use super::arguments::search;
use crate::ScalarFunction;
use crate::search::Mode;
use kql_types::function::{Example, FunctionKind, FunctionSpec, example};

const fn operator(name: &'static str, doc: &'static str, examples: &'static [Example]) -> FunctionSpec {
    FunctionSpec::new(name, FunctionKind::Scalar, &["(text:text, part:text) -> bool"], doc).examples(examples)
}

pub(crate) static CONTAINS: ScalarFunction = ScalarFunction {
    spec: operator(
        "contains",
        "True when the text has the part anywhere, ignoring case; the empty part is in every text. Nothing in the part \
         is special, `%` and `_` stand for themselves. False when one operand is null. \
         <https://learn.microsoft.com/kusto/query/contains-operator>",
        &[example("'Errors' contains 'error'", "true"), example("'x' contains '%'", "false")],
    ),
    kernel: |call, args| search(call, args, Mode::Contains, false),
};

pub(crate) static CONTAINS_CS: ScalarFunction = ScalarFunction {
    spec: operator(
        "contains_cs",
        "True when the text has the part anywhere, in this case. \
         <https://learn.microsoft.com/kusto/query/contains-cs-operator>",
        &[example("'Errors' contains_cs 'error'", "false"), example("'Errors' contains_cs 'rror'", "true")],
    ),
    kernel: |call, args| search(call, args, Mode::Contains, true),
};

pub(crate) static STARTSWITH: ScalarFunction = ScalarFunction {
    spec: operator(
        "startswith",
        "True when the text begins with the part, ignoring case. \
         <https://learn.microsoft.com/kusto/query/startswith-operator>",
        &[example("'PowerShell.exe' startswith 'power'", "true"), example("'the error' startswith 'err'", "false")],
    ),
    kernel: |call, args| search(call, args, Mode::StartsWith, false),
};

pub(crate) static STARTSWITH_CS: ScalarFunction = ScalarFunction {
    spec: operator(
        "startswith_cs",
        "True when the text begins with the part, in this case. \
         <https://learn.microsoft.com/kusto/query/startswith-cs-operator>",
        &[example("'PowerShell.exe' startswith_cs 'power'", "false")],
    ),
    kernel: |call, args| search(call, args, Mode::StartsWith, true),
};

pub(crate) static ENDSWITH: ScalarFunction = ScalarFunction {
    spec: operator(
        "endswith",
        "True when the text ends with the part, ignoring case. \
         <https://learn.microsoft.com/kusto/query/endswith-operator>",
        &[example("'PowerShell.EXE' endswith '.exe'", "true")],
    ),
    kernel: |call, args| search(call, args, Mode::EndsWith, false),
};

pub(crate) static ENDSWITH_CS: ScalarFunction = ScalarFunction {
    spec: operator(
        "endswith_cs",
        "True when the text ends with the part, in this case. \
         <https://learn.microsoft.com/kusto/query/endswith-cs-operator>",
        &[example("'PowerShell.EXE' endswith_cs '.exe'", "false")],
    ),
    kernel: |call, args| search(call, args, Mode::EndsWith, true),
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, string};
    use kql_types::Value;

    #[test]
    fn substring_operators() {
        for (text, operator, part, want) in [
            ("Errors", "contains", "ERR", true),
            ("Errors", "contains", "", true),
            ("", "contains", "", true),
            ("", "contains", "x", false),
            ("100%", "contains", "%", true),
            ("100", "contains", "%", false),
            ("CAFÉ au lait", "contains", "café", true),
            ("cafe au lait", "contains", "café", false),
            ("Errors", "contains_cs", "ERR", false),
            ("Errors", "contains_cs", "rror", true),
            ("emoji😀here", "contains_cs", "😀", true),
            ("Errors", "startswith", "eRR", true),
            ("Errors", "startswith", "rrors", false),
            ("Errors", "startswith", "errors and more", false),
            ("ЖУК", "startswith", "жу", true),
            ("Errors", "startswith_cs", "eRR", false),
            ("Errors", "startswith_cs", "Err", true),
            ("Errors", "endswith", "RS", true),
            ("Errors", "endswith", "erro", false),
            ("ЖУК", "endswith", "ук", true),
            ("Errors", "endswith_cs", "RS", false),
            ("Errors", "endswith_cs", "", true),
        ] {
            check(operator, &[string(text), string(part)], Value::Bool(Some(want)));
        }
    }

    #[test]
    fn null_dynamic_operands() {
        let null = Value::Dynamic(None);
        check("contains", &[null.clone(), string("x")], Value::Bool(Some(false)));
        check("contains", &[string("x"), null.clone()], Value::Bool(Some(false)));
        check("contains", &[null.clone(), null], Value::Bool(None));
        check("contains", &[dynamic(r#""a\"b""#), string("a\"B")], Value::Bool(Some(true)));
        check("contains", &[dynamic(r#"{"k":1}"#), dynamic(r#""K\"""#)], Value::Bool(Some(true)));
    }
}
