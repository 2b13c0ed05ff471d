//! `replace_regex` and its old form `replace`.

use super::pattern::{Patterns, check_argument};
use crate::kernel::{string_map, texts};
use crate::{Call, ScalarFunction};
use ::regex::{Captures, Regex};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static REPLACE_REGEX: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "replace_regex",
        FunctionKind::Scalar,
        &["(source:string, lookup_regex:string, rewrite_pattern:string) -> string"],
        "The text with every match replaced. In the rewrite pattern `\\1` to `\\9` are capture groups, `\\0` is the whole \
         match and `\\\\` a backslash; `$1` is plain text. Matches do not overlap. A pattern from a column that cannot be \
         read leaves the text as it is. <https://learn.microsoft.com/kusto/query/replace-regex-function>",
    )
    .checked(|arguments| check_argument(arguments, 1))
    .examples(&[
        example("replace_regex('Number is 1', @'is (\\d+)', @'was: \\1')", "\"Number was: 1\""),
        example("replace_regex('a b', ' ', '$1')", "\"a$1b\""),
    ]),
    kernel: |call, args| replace(call, args, 0, 1, 2),
};

pub(crate) static REPLACE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "replace",
        FunctionKind::Scalar,
        &["(regex:const string, rewrite:const string, source:string) -> string"],
        "Old form of `replace_regex` with its arguments in another order. \
         <https://learn.microsoft.com/kusto/query/replace-regex-function>",
    )
    .checked(|arguments| check_argument(arguments, 0))
    .examples(&[example("replace(@'is (\\d+)', @'was: \\1', 'Number is 1')", "\"Number was: 1\"")]),
    kernel: |call, args| replace(call, args, 2, 0, 1),
};

fn replace(call: &Call, args: &[ColumnarValue], source: usize, regex: usize, rewrite: usize) -> Result<ColumnarValue> {
    let pattern = Patterns::new(call, args, regex, str::to_owned)?;
    let (source, rewrite) = (texts(&args[source])?, texts(&args[rewrite])?);
    let constant = rewrite.constant().map(Rewrite::parse);
    string_map(args, |row, out| {
        let text = source.text(row);
        match (pattern.at(row), &constant) {
            (None, _) => out.push_str(text),
            (Some(regex), Some(rewrite)) => rewrite.apply(&regex, text, out),
            (Some(regex), None) => Rewrite::parse(rewrite.text(row)).apply(&regex, text, out),
        }
    })
}

/// A rewrite pattern, taken apart.
struct Rewrite<'a> {
    /// A text and the group that follows it.
    parts: Vec<(&'a str, Option<usize>)>,
}

impl<'a> Rewrite<'a> {
    fn parse(pattern: &'a str) -> Self {
        let mut parts = Vec::new();
        let (mut start, mut at) = (0, 0);
        while let Some(found) = memchr::memchr(b'\\', &pattern.as_bytes()[at..]) {
            let slash = at + found;
            match pattern.as_bytes().get(slash + 1) {
                Some(digit @ b'0'..=b'9') => {
                    parts.push((&pattern[start..slash], Some(usize::from(digit - b'0'))));
                    (start, at) = (slash + 2, slash + 2);
                }
                Some(b'\\') => {
                    parts.push((&pattern[start..=slash], None));
                    (start, at) = (slash + 2, slash + 2);
                }
                _ => at = slash + 1,
            }
        }
        parts.push((&pattern[start..], None));
        Rewrite { parts }
    }

    fn apply(&self, regex: &Regex, text: &str, out: &mut String) {
        let mut last = 0;
        if self.parts.iter().all(|(_, group)| matches!(group, None | Some(0))) {
            for found in regex.find_iter(text) {
                out.push_str(&text[last..found.start()]);
                self.write(out, |_| found.as_str());
                last = found.end();
            }
        } else {
            for captures in regex.captures_iter(text) {
                let Some(found) = captures.get(0) else { continue };
                out.push_str(&text[last..found.start()]);
                self.write(out, |group| group_text(&captures, group));
                last = found.end();
            }
        }
        out.push_str(&text[last..]);
    }

    fn write<'t>(&self, out: &mut String, group: impl Fn(usize) -> &'t str) {
        for (before, number) in &self.parts {
            out.push_str(before);
            if let Some(number) = number {
                out.push_str(group(*number));
            }
        }
    }
}

fn group_text<'t>(captures: &Captures<'t>, group: usize) -> &'t str {
    captures.get(group).map_or("", |m| m.as_str())
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, string};

    #[test]
    fn matches_are_rewritten() {
        for (source, regex, rewrite, want) in [
            ("one two three", r"(\w+)", r"[\1]", "[one] [two] [three]"),
            ("one two three", r"(\w)(\w)", r"\2\1", "noe wto htere"),
            ("abc", "b", r"<\0>", "a<b>c"),
            ("abc", "(b)", "$1", "a$1c"),
            ("abc", "(b)", r"\7", "ac"),
            ("abc", "b", r"\\\0\x", r"a\b\xc"),
            ("abc", "b", "\\", "a\\c"),
            ("aaa", "", "-", "-a-a-a-"),
            ("", "x", "y", ""),
            ("xaxé", "a|é", "", "xx"),
            ("a(b)?c", r"(x)?b", r"[\1]", "a([])?c"),
        ] {
            check("replace_regex", &[string(source), string(regex), string(rewrite)], string(want));
            check("replace", &[string(regex), string(rewrite), string(source)], string(want));
        }
    }
}
