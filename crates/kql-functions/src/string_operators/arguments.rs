//! What the operators share: constant and changing right sides, lists of values.

use crate::Call;
use crate::kernel::{Rows, finish, rows, texts};
use crate::search::{Heads, Matcher, Mode, match_rows, matcher};
use crate::text_form::text_forms;
use arrow::array::{Array, BooleanArray, StringViewArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::{ScalarType, dynamic};
use std::borrow::Cow;
use std::sync::Arc;

/// `text OP needle`: false when one operand is null, null when both are.
pub(super) fn search(call: &Call, args: &[ColumnarValue], mode: Mode, case_sensitive: bool) -> Result<ColumnarValue> {
    binary(
        call,
        args,
        |needle| matcher(mode, case_sensitive, needle),
        |needle| Arc::new(Matcher::new(mode, case_sensitive, needle)),
        |matcher| matcher.heads(),
        |matcher, text| matcher.is_match(text),
    )
}

/// A predicate on two texts whose right side is prepared: by `constant` (from a cache) when it is a constant of the query,
/// by `changing` for each run of equal values in a column. `heads`: where the text must be one of a few values, those.
pub(crate) fn binary<P>(
    call: &Call,
    args: &[ColumnarValue],
    constant: impl Fn(&str) -> P,
    changing: impl Fn(&str) -> P,
    heads: impl Fn(&P) -> Option<&Heads>,
    is_match: impl Fn(&P, &str) -> bool,
) -> Result<ColumnarValue> {
    let (text, needle, n) = (text_forms(call, args, 0)?, text_forms(call, args, 1)?, rows(args));
    let matched = match (needle.is_constant(), needle.get(0)) {
        (true, None) => BooleanArray::new(BooleanBuffer::new_unset(n), None),
        (true, Some(needle)) => {
            let prepared = constant(needle);
            match_rows(&text, n, heads(&prepared), |text| is_match(&prepared, text))
        }
        (false, _) => {
            let mut last: Option<(&str, P)> = None;
            (0..n)
                .map(|row| {
                    let (Some(text), Some(needle)) = (text.get(row), needle.get(row)) else { return Some(false) };
                    let known = last.take_if(|(of, _)| *of == needle).map(|(_, prepared)| prepared);
                    let prepared = known.unwrap_or_else(|| changing(needle));
                    let answer = is_match(&prepared, text);
                    last = Some((needle, prepared));
                    Some(answer)
                })
                .collect()
        }
    };
    finish(args, Arc::new(both_null_is_null(matched, &text, &needle, n)))
}

fn both_null_is_null(
    matched: BooleanArray,
    text: &Rows<StringViewArray>,
    needle: &Rows<StringViewArray>,
    n: usize,
) -> BooleanArray {
    if text.array().null_count() == 0 || needle.array().null_count() == 0 {
        return matched;
    }
    let valid = BooleanBuffer::collect_bool(n, |row| text.get(row).is_some() || needle.get(row).is_some());
    BooleanArray::new(matched.values().clone(), Some(NullBuffer::new(valid)))
}

/// The right side of a list operator: scalars and `dynamic` arrays, whose elements count as if written one by one.
#[derive(Debug)]
pub(crate) struct ValueList {
    /// The arguments: arrays as JSON, other values in text form.
    arguments: Vec<(bool, Rows<StringViewArray>)>,
}

impl ValueList {
    /// The arguments after the first.
    pub(crate) fn new(call: &Call, args: &[ColumnarValue]) -> Result<Self> {
        let argument = |index: usize| match call.arguments.get(index) {
            Some(ScalarType::Dynamic) => Ok((true, texts(&args[index])?)),
            _ => Ok((false, text_forms(call, args, index)?)),
        };
        Ok(ValueList { arguments: (1..args.len()).map(argument).collect::<Result<_>>()? })
    }

    /// True when the list is the same for all rows.
    pub(crate) fn is_constant(&self) -> bool {
        self.arguments.iter().all(|(_, rows)| rows.is_constant())
    }

    /// The values of a row in order; `None` for null.
    pub(crate) fn values(&self, row: usize) -> Vec<Option<Cow<'_, str>>> {
        let mut values = Vec::new();
        for (dynamic, rows) in &self.arguments {
            match rows.get(row) {
                None => values.push(None),
                Some(json) if *dynamic && json.starts_with('[') => {
                    let item = |json| if json == "null" { None } else { Some(dynamic::to_text(json)) };
                    values.extend(dynamic::array_items(json).map(item));
                }
                Some(json) if *dynamic => values.push(Some(dynamic::to_text(json))),
                Some(text) => values.push(Some(Cow::Borrowed(text))),
            }
        }
        values
    }
}

/// `text OP (values)`: false for a null text. `prepare` is called once for a constant list (it should look into a cache),
/// else for every row. `heads` as for [`binary`].
pub(crate) fn list_predicate<P>(
    call: &Call,
    args: &[ColumnarValue],
    prepare: impl Fn(Vec<Option<Cow<'_, str>>>, bool) -> P,
    heads: impl Fn(&P) -> Option<&Heads>,
    is_match: impl Fn(&P, &str) -> bool,
) -> Result<ColumnarValue> {
    let (text, list, n) = (text_forms(call, args, 0)?, ValueList::new(call, args)?, rows(args));
    let matched: BooleanArray = if list.is_constant() {
        let prepared = prepare(list.values(0), true);
        match_rows(&text, n, heads(&prepared), |text| is_match(&prepared, text))
    } else {
        let row = |row| Some(text.get(row).is_some_and(|t| is_match(&prepare(list.values(row), false), t)));
        (0..n).map(row).collect()
    };
    finish(args, Arc::new(matched))
}
