//! `indexof`: where a text is found in another.

use crate::kernel::{Rows, integers, long_map};
use crate::text_form::text_forms;
use crate::{Call, ScalarFunction};
use arrow::array::Int64Array;
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use memchr::memmem;

pub(crate) static INDEXOF: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "indexof",
        FunctionKind::Scalar,
        &["(string:scalar, match:scalar, start?:integer, length?:integer, occurrence?:const integer) -> long"],
        "Zero-based place, in characters, of a text in another, case counting; -1 when it is not found. A negative `start` \
         counts from the end. A match may start at `start` or later, before `start + length` (-1 is no limit); matches \
         may overlap. Null for an empty `match`, a length below -1 and an occurrence below 1. \
         <https://learn.microsoft.com/kusto/query/indexof-function>",
    )
    .examples(&[
        example("indexof('abcdefg', 'cde')", "2"),
        example("indexof('abcdefgabcdefg', 'cde', 1, 10, 2)", "9"),
        example("indexof(1234567, 5)", "4"),
    ]),
    kernel: |call, args| {
        let (text, part) = (text_forms(call, args, 0)?, text_forms(call, args, 1)?);
        let range = Range::new(call, args)?;
        let constant = part.constant().map(memmem::Finder::new);
        long_map(args, |row| {
            let (text, part) = (text.text(row), part.text(row));
            if part.is_empty() {
                return None;
            }
            let window = range.at(row, text, true)?;
            let own;
            let finder = match &constant {
                Some(finder) => finder,
                None => {
                    own = memmem::Finder::new(part);
                    &own
                }
            };
            let mut from = window.start;
            let matches = std::iter::from_fn(|| {
                let at = from + finder.find(text.as_bytes().get(from..)?)?;
                from = at + 1;
                Some(at)
            });
            Some(window.place(text, matches))
        })
    },
};

/// The optional arguments of `indexof` and `indexof_regex`.
pub(crate) struct Range {
    start: Option<Rows<Int64Array>>,
    length: Option<Rows<Int64Array>>,
    occurrence: Option<Rows<Int64Array>>,
}

/// Where in a text to look, and for which match.
pub(crate) struct Window {
    /// First byte.
    pub(crate) start: usize,
    skipped: i64,
    length: Option<i64>,
    occurrence: i64,
}

impl Range {
    /// Arguments 2 to 4.
    pub(crate) fn new(call: &Call, args: &[ColumnarValue]) -> Result<Self> {
        Ok(Range {
            start: integers(call, args, 2)?,
            length: integers(call, args, 3)?,
            occurrence: integers(call, args, 4)?,
        })
    }

    /// The window of a row, `None` when the arguments are out of range or null. A start behind the end gives an empty one.
    pub(crate) fn at(&self, row: usize, text: &str, negative_start: bool) -> Option<Window> {
        let value = |rows: &Option<Rows<Int64Array>>, default| rows.as_ref().map_or(Some(default), |r| r.get(row));
        let (start, length) = (value(&self.start, 0)?, value(&self.length, -1)?);
        let occurrence = value(&self.occurrence, 1)?;
        if length < -1 || occurrence < 1 || (start < 0 && !negative_start) {
            return None;
        }
        let skipped = if start < 0 { (text.chars().count() as i64).saturating_add(start).max(0) } else { start };
        let skip = usize::try_from(skipped).unwrap_or(usize::MAX);
        let start = match text.is_ascii() {
            true => skip.min(text.len()),
            false => text.char_indices().nth(skip).map_or(text.len(), |(at, _)| at),
        };
        Some(Window { start, skipped, length: (length >= 0).then_some(length), occurrence })
    }
}

impl Window {
    /// The place in characters of the wanted one of the matches, which are bytes in rising order; -1 without it.
    pub(crate) fn place(&self, text: &str, mut matches: impl Iterator<Item = usize>) -> i64 {
        let Some(nth) = usize::try_from(self.occurrence - 1).ok().and_then(|n| matches.nth(n)) else { return -1 };
        let within = &text.as_bytes()[self.start..nth];
        // The first byte of each character; the others have the form 10xxxxxx.
        let distance = within.iter().filter(|b| **b & 0xC0 != 0x80).count() as i64;
        if self.length.is_some_and(|length| distance >= length) { -1 } else { self.skipped + distance }
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, long, string};
    use kql_types::Value;

    #[test]
    fn place_of_a_text() {
        let cases: [(&str, &str, &[i64], i64); 19] = [
            ("abcdefg", "cde", &[], 2),
            ("abcdefg", "cde", &[1, 4], 2),
            ("abcdefg", "cde", &[1, 2], 2),
            ("abcdefg", "cde", &[1, 1], -1),
            ("abcdefg", "cde", &[3, 4], -1),
            ("abcdefg", "cde", &[-5], 2),
            ("abcdefg", "cde", &[-50], 2),
            ("abcdefg", "cde", &[-4], -1),
            ("abcdefg", "cde", &[2, -1], 2),
            ("abcdefgabcdefg", "cde", &[1, 10, 2], 9),
            ("abcdefgabcdefg", "cde", &[1, -1, 3], -1),
            ("aaa", "a", &[2], 2),
            ("aaaa", "aa", &[0, -1, 2], 1),
            ("abc", "C", &[], -1),
            ("", "x", &[], -1),
            ("abc", "a", &[99], -1),
            ("é😀é", "é", &[1], 2),
            ("é😀é", "é", &[-1], 2),
            ("é😀é", "😀", &[0, 2], 1),
        ];
        for (text, part, range, want) in cases {
            let mut args = vec![string(text), string(part)];
            args.extend(range.iter().map(|n| long(*n)));
            check("indexof", &args, long(want));
        }
        check("indexof", &[long(1_234_567), long(5), Value::Int(Some(1)), Value::Int(Some(4))], long(4));
        check("indexof", &[dynamic(r#""a\"b""#), string("\"")], long(1));
        for args in [
            vec![string("abc"), string("")],
            vec![string("abc"), string("a"), long(0), long(-2)],
            vec![string("abc"), string("a"), long(0), long(-1), long(-1)],
            vec![string("abc"), string("a"), Value::Long(None)],
        ] {
            check("indexof", &args, Value::Long(None));
        }
    }
}
