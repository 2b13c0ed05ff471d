//! `tolower`, `toupper`.

use crate::kernel::string_map;
use crate::text_form::text_forms;
use crate::{Call, ScalarFunction};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static TOLOWER: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "tolower",
        FunctionKind::Scalar,
        &["(value:scalar) -> string"],
        "The text in lower case, each character mapped to one character (`ΑΣ` gives `ασ`). \
         <https://learn.microsoft.com/kusto/query/tolower-function>",
    )
    .examples(&[
        example("tolower('PowerShell.EXE')", "\"powershell.exe\""),
        example("tolower('ПРИВЕТ')", "\"привет\""),
    ]),
    kernel: |call, args| map_characters(call, args, str::make_ascii_lowercase, |c| one(c, c.to_lowercase())),
};

pub(crate) static TOUPPER: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "toupper",
        FunctionKind::Scalar,
        &["(value:scalar) -> string"],
        "The text in upper case, each character mapped to one character: `ß`, which has no capital of one letter there, \
         stays. <https://learn.microsoft.com/kusto/query/toupper-function>",
    )
    .examples(&[example("toupper('café')", "\"CAFÉ\""), example("toupper('Straße')", "\"STRAßE\"")]),
    kernel: |call, args| map_characters(call, args, str::make_ascii_uppercase, |c| one(c, c.to_uppercase())),
};

/// The mapping of a character, or the character itself where the mapping is longer than one.
fn one(c: char, mut mapping: impl ExactSizeIterator<Item = char>) -> char {
    if mapping.len() == 1 { mapping.next().unwrap_or(c) } else { c }
}

fn map_characters(
    call: &Call,
    args: &[ColumnarValue],
    ascii: fn(&mut str),
    unicode: fn(char) -> char,
) -> Result<ColumnarValue> {
    let text = text_forms(call, args, 0)?;
    string_map(args, |row, out| {
        let text = text.text(row);
        if text.is_ascii() {
            out.push_str(text);
            ascii(out);
        } else {
            out.extend(text.chars().map(unicode));
        }
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, long, string};
    use kql_types::Value;

    #[test]
    fn one_character_to_one() {
        for (text, lower, upper) in [
            ("", "", ""),
            ("MiXeD 1_ß", "mixed 1_ß", "MIXED 1_ß"),
            ("Привет мир", "привет мир", "ПРИВЕТ МИР"),
            ("Ａｂｃ", "ａｂｃ", "ＡＢＣ"),
            ("ΑΣ", "ασ", "ΑΣ"),
            ("İı", "İı", "İI"),
            ("ŉ😀", "ŉ😀", "ŉ😀"),
        ] {
            check("tolower", &[string(text)], string(lower));
            check("toupper", &[string(text)], string(upper));
        }
        check("toupper", &[dynamic(r#""a""#)], string("A"));
        check("toupper", &[dynamic("null")], string(""));
        check("tolower", &[Value::Bool(Some(true))], string("true"));
        check("tolower", &[long(12)], string("12"));
    }
}
