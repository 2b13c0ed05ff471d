//! `parse_csv`.

use crate::ScalarFunction;
use crate::kernel::dynamic_map;
use crate::text_form::text_forms;
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};

pub(crate) static PARSE_CSV: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "parse_csv",
        FunctionKind::Scalar,
        &["(csv_text:text) -> dynamic"],
        "The fields of the first record of comma-separated values, as an array of strings. A field in quotes may hold \
         commas, line ends and doubled quotes. Null for null. \
         <https://learn.microsoft.com/kusto/query/parse-csv-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[example("parse_csv('aa,\"b,\"\"b\"\"\",c')", "[\"aa\",\"b,\\\"b\\\"\",\"c\"]")]),
    kernel: |call, args| {
        let text = text_forms(call, args, 0)?;
        let mut field = String::new();
        dynamic_map(args, |row, out| {
            let Some(text) = text.get(row) else { return false };
            let mut chars = text.chars().peekable();
            out.push('[');
            loop {
                field.clear();
                let mut quoted = false;
                let end = loop {
                    match chars.next() {
                        Some('"') if quoted => match chars.next_if_eq(&'"') {
                            Some(quote) => field.push(quote),
                            None => quoted = false,
                        },
                        Some('"') if field.is_empty() => quoted = true,
                        Some(c @ (',' | '\n')) if !quoted => break Some(c),
                        Some('\r') if !quoted && chars.peek().is_none_or(|c| *c == '\n') => break Some('\n'),
                        Some(c) => field.push(c),
                        None => break None,
                    }
                };
                dynamic::write_quoted(out, &field);
                match end {
                    Some(',') => out.push(','),
                    _ => break,
                }
            }
            out.push(']');
            true
        })
    },
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, string};

    #[test]
    fn fields_of_the_first_record() {
        for (text, want) in [
            ("aa,\"b,b\",c", r#"["aa","b,b","c"]"#),
            (
                r#"aa,"Title ""x""","l1
l2""#,
                r#"["aa","Title \"x\"","l1\nl2"]"#,
            ),
            ("r1,a\nr2,x", r#"["r1","a"]"#),
            ("r1,a\r\nr2,x", r#"["r1","a"]"#),
            ("", r#"[""]"#),
            (",", r#"["",""]"#),
            ("a, b ,c", r#"["a"," b ","c"]"#),
            ("\"\",x", r#"["","x"]"#),
            ("a\"b,c", r#"["a\"b","c"]"#),
            ("\"open,x", r#"["open,x"]"#),
            ("é,😀", r#"["é","😀"]"#),
        ] {
            check("parse_csv", &[string(text)], dynamic(want));
        }
        check("parse_csv", &[dynamic("null")], dynamic("null"));
        check("parse_csv", &[dynamic(r#""a,b""#)], dynamic(r#"["a","b"]"#));
    }
}
