//! `substring`: a part of a text by place and length.

use crate::ScalarFunction;
use crate::kernel::{integers, string_map};
use crate::text_form::text_forms;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static SUBSTRING: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "substring",
        FunctionKind::Scalar,
        &["(string:scalar, start:integer, length?:integer) -> string"],
        "The characters from a zero-based place on, at most `length` of them. A negative start counts from the end; a start \
         outside the text and a length below 1 give `''`. \
         <https://learn.microsoft.com/kusto/query/substring-function>",
    )
    .examples(&[
        example("substring('123456', 2, 2)", "\"34\""),
        example("substring('abcdefg', -3, 2)", "\"ef\""),
        example("substring('abc', -10)", "\"\""),
    ]),
    kernel: |call, args| {
        let text = text_forms(call, args, 0)?;
        let (start, length) = (integers(call, args, 1)?, integers(call, args, 2)?);
        string_map(args, |row, out| {
            let start = start.as_ref().and_then(|s| s.get(row));
            let length = length.as_ref().map_or(Some(i64::MAX), |l| l.get(row));
            if let (Some(start), Some(length)) = (start, length) {
                out.push_str(substring(text.text(row), start, length));
            }
        })
    },
};

/// Characters `start` to `start + length` of a text.
pub(crate) fn substring(text: &str, start: i64, length: i64) -> &str {
    let Ok(length) = usize::try_from(length) else { return "" };
    let ascii = text.is_ascii();
    let place = |text: &str, characters: usize| match ascii {
        true => characters.min(text.len()),
        false => text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at),
    };
    let skip = if start >= 0 {
        usize::try_from(start).unwrap_or(usize::MAX)
    } else {
        let characters = if ascii { text.len() } else { text.chars().count() };
        match usize::try_from(start.unsigned_abs()).ok().and_then(|back| characters.checked_sub(back)) {
            Some(skip) => skip,
            None => return "",
        }
    };
    let rest = &text[place(text, skip)..];
    &rest[..place(rest, length)]
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, long, string};
    use kql_types::Value;

    #[test]
    fn parts_of_a_text() {
        for (text, start, length, want) in [
            ("hello", 1, Some(3), "ell"),
            ("hello", -2, Some(2), "lo"),
            ("hello", 2, Some(100), "llo"),
            ("hello", 1, Some(-1), ""),
            ("hello", 0, Some(0), ""),
            ("hello", 10, Some(5), ""),
            ("hello", 3, None, "lo"),
            ("hello", -10, None, ""),
            ("x", -2, Some(5), ""),
            ("", 0, Some(2), ""),
            ("a😀b", 1, Some(1), "😀"),
            ("a😀b", -2, None, "😀b"),
            ("é", i64::MIN, Some(i64::MAX), ""),
            ("é", i64::MAX, Some(i64::MAX), ""),
        ] {
            let mut args = vec![string(text), long(start)];
            args.extend(length.map(long));
            check("substring", &args, string(want));
        }
        check("substring", &[long(12345), Value::Int(Some(1)), Value::Int(Some(2))], string("23"));
        check("substring", &[dynamic(r#""a\nb""#), long(1)], string("\nb"));
        check("substring", &[string("abc"), Value::Long(None)], string(""));
    }
}
