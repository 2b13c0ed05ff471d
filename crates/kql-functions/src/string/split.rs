//! `split`: the pieces of a text between separators.

use crate::ScalarFunction;
use crate::kernel::{dynamic_map, integers, texts};
use crate::text_form::text_forms;
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use memchr::memmem;

pub(crate) static SPLIT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "split",
        FunctionKind::Scalar,
        &["(source:scalar, delimiter:string, requestedIndex?:integer) -> dynamic"],
        "The pieces of a text between delimiters as an array of strings, empty ones too; with an index an array of that one \
         piece. Null for an empty delimiter and for an index without a piece. \
         <https://learn.microsoft.com/kusto/query/split-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[
        example("split('a__b', '_')", "[\"a\",\"\",\"b\"]"),
        example("split('aaa_bbb_ccc', '_', 1)", "[\"bbb\"]"),
        example("split('', '_')", "[\"\"]"),
    ]),
    kernel: |call, args| {
        let (text, delimiter, index) = (text_forms(call, args, 0)?, texts(&args[1])?, integers(call, args, 2)?);
        let constant = delimiter.constant().map(memmem::Finder::new);
        dynamic_map(args, |row, out| {
            let (text, delimiter) = (text.text(row), delimiter.text(row));
            if delimiter.is_empty() {
                return false;
            }
            let own;
            let finder = match &constant {
                Some(finder) => finder,
                None => {
                    own = memmem::Finder::new(delimiter);
                    &own
                }
            };
            let mut start = Some(0);
            let mut pieces = std::iter::from_fn(|| {
                let from = start?;
                let rest = &text[from..];
                let found = finder.find(rest.as_bytes());
                start = found.map(|at| from + at + delimiter.len());
                Some(&rest[..found.unwrap_or(rest.len())])
            });
            match &index {
                None => {
                    for (i, piece) in pieces.enumerate() {
                        out.push(if i == 0 { '[' } else { ',' });
                        dynamic::write_quoted(out, piece);
                    }
                }
                Some(index) => {
                    let piece = index.get(row).and_then(|i| usize::try_from(i).ok()).and_then(|i| pieces.nth(i));
                    let Some(piece) = piece else { return false };
                    out.push('[');
                    dynamic::write_quoted(out, piece);
                }
            }
            out.push(']');
            true
        })
    },
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, long, string};
    use kql_types::Value;

    #[test]
    fn pieces() {
        for (text, delimiter, want) in [
            ("aa_bb", "_", r#"["aa","bb"]"#),
            ("a__b", "_", r#"["a","","b"]"#),
            ("aabbcc", "bb", r#"["aa","cc"]"#),
            ("", "_", r#"[""]"#),
            (",", ",", r#"["",""]"#),
            ("a,b,", ",", r#"["a","b",""]"#),
            ("aXb", "x", r#"["aXb"]"#),
            ("aaa", "aa", r#"["","a"]"#),
            ("é😀é", "😀", r#"["é","é"]"#),
            ("say \"hi\"\\now", " ", r#"["say","\"hi\"\\now"]"#),
            ("abc", "", "null"),
        ] {
            check("split", &[string(text), string(delimiter)], dynamic(want));
        }
    }

    #[test]
    fn one_piece() {
        for (text, index, want) in [
            ("a=b=c", 0, r#"["a"]"#),
            ("a=b=c", 2, r#"["c"]"#),
            ("a=b=c", 3, "null"),
            ("a=b=c", -1, "null"),
            ("a=", 1, r#"[""]"#),
        ] {
            check("split", &[string(text), string("="), long(index)], dynamic(want));
        }
        check("split", &[string("a=b"), string("="), Value::Int(Some(1))], dynamic(r#"["b"]"#));
        check("split", &[dynamic(r#""a,b""#), string(",")], dynamic(r#"["a","b"]"#));
        check("split", &[dynamic("null"), string(",")], dynamic(r#"[""]"#));
    }
}
