//! `parse_command_line`.

use crate::ScalarFunction;
use crate::kernel::{dynamic_map, texts};
use crate::text_form::text_forms;
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static PARSE_COMMAND_LINE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "parse_command_line",
        FunctionKind::Scalar,
        &["(command:scalar, parser:string) -> dynamic"],
        "The arguments of a command line as an array of strings, taken apart as Windows does (`CommandLineToArgvW`): blanks \
         and tabs separate, quotes join, `\\\"` is a quote, `\\\\\\\"` a backslash and a quote that joins. The only parser is \
         `windows`; another one, and an empty command line, give null. \
         <https://learn.microsoft.com/kusto/query/parse-command-line-function>",
    )
    .examples(&[example("parse_command_line('echo \"hello world!\"', 'windows')", "[\"echo\",\"hello world!\"]")]),
    kernel: |call, args| {
        let (command, parser) = (text_forms(call, args, 0)?, texts(&args[1])?);
        dynamic_map(args, |row, out| {
            let command = command.text(row);
            if command.is_empty() || parser.text(row) != "windows" {
                return false;
            }
            for (i, argument) in arguments(command).iter().enumerate() {
                out.push(if i == 0 { '[' } else { ',' });
                dynamic::write_quoted(out, argument);
            }
            out.push(']');
            true
        })
    },
};

/// The rules of <https://learn.microsoft.com/windows/win32/api/shellapi/nf-shellapi-commandlinetoargvw>. The first
/// argument, the program, follows simpler ones: backslashes are plain, and it ends with its closing quote.
fn arguments(command: &str) -> Vec<String> {
    let blank = |c: char| c == ' ' || c == '\t';
    let (program, rest) = match command.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
        None => command.split_at(command.find(blank).unwrap_or(command.len())),
    };
    let mut arguments = vec![program.to_owned()];
    let mut chars = rest.trim_start_matches(blank).chars().peekable();
    let mut argument: Option<String> = None;
    let mut backslashes = 0usize;
    // Quotes seen without a plain character between: one opens, the second closes, the third of a row is a character.
    let mut quotes = 0;
    while let Some(c) = chars.next() {
        if blank(c) && quotes == 0 {
            arguments.extend(argument.take());
            backslashes = 0;
            continue;
        }
        let text = argument.get_or_insert_default();
        match c {
            '\\' => {
                text.push(c);
                backslashes += 1;
            }
            '"' => {
                // Half of the backslashes before a quote are there to protect the other half.
                text.truncate(text.len() - backslashes.div_ceil(2));
                if backslashes.is_multiple_of(2) {
                    quotes += 1;
                } else {
                    text.push('"');
                }
                backslashes = 0;
                while chars.next_if_eq(&'"').is_some() {
                    quotes += 1;
                    if quotes == 3 {
                        text.push('"');
                        quotes = 0;
                    }
                }
                if quotes == 2 {
                    quotes = 0;
                }
            }
            _ => {
                text.push(c);
                backslashes = 0;
            }
        }
    }
    arguments.extend(argument);
    arguments
}

#[cfg(test)]
mod tests {
    use super::arguments;
    use crate::testing::{check, dynamic, string};
    use proptest::prelude::*;

    #[test]
    fn as_windows_does() {
        for (command, want) in [
            (r#"echo "hello world!""#, vec!["echo", "hello world!"]),
            (r#""C:\Program Files\x.exe" -a"#, vec![r"C:\Program Files\x.exe", "-a"]),
            (r#"C:\x.exe "a b" c d"#, vec![r"C:\x.exe", "a b", "c", "d"]),
            (r#"x "ab\"c" "\\" d"#, vec!["x", "ab\"c", r"\", "d"]),
            (r#"x a\\\b d"e f"g h"#, vec!["x", r"a\\\b", "de fg", "h"]),
            (r#"x a\\\"b c d"#, vec!["x", r#"a\"b"#, "c", "d"]),
            (r#"x a\\\\"b c" d e"#, vec!["x", r"a\\b c", "d", "e"]),
            (r#"x """a b""#, vec!["x", "\"a", "b"]),
            (r#"x "a""b" c"#, vec!["x", "a\"b c"]),
            (r#"x "" y"#, vec!["x", "", "y"]),
            ("x\t a  b ", vec!["x", "a", "b"]),
            (" x", vec!["", "x"]),
            (r#"a"b c"#, vec!["a\"b", "c"]),
            (r#""open"#, vec!["open"]),
            (r#"x "open a"#, vec!["x", "open a"]),
            ("é 😀", vec!["é", "😀"]),
        ] {
            assert_eq!(arguments(command), want, "{command}");
        }
        check("parse_command_line", &[string(r#"a "b\\c""#), string("windows")], dynamic(r#"["a","b\\\\c"]"#));
        check("parse_command_line", &[string("a"), string("bash")], dynamic("null"));
        check("parse_command_line", &[string(""), string("windows")], dynamic("null"));
    }

    proptest! {
        /// An argument written by the documented rules comes back.
        #[test]
        fn quoted_arguments_come_back(wanted in proptest::collection::vec("[a\" \\\\é]{0,6}", 0..5)) {
            let mut line = "x".to_owned();
            for argument in &wanted {
                line.push_str(" \"");
                let mut backslashes = 0usize;
                for c in argument.chars() {
                    match c {
                        '\\' => backslashes += 1,
                        '"' => { line.push_str(&"\\".repeat(backslashes + 1)); backslashes = 0; }
                        _ => backslashes = 0,
                    }
                    line.push(c);
                }
                line.push_str(&"\\".repeat(backslashes));
                line.push('"');
            }
            prop_assert_eq!(&arguments(&line)[1..], &wanted[..], "{}", line);
        }
    }
}
