//! Row loops for predicates on text.

use super::Heads;
use crate::kernel::Rows;
use arrow::array::{Array, BooleanArray, StringViewArray};
use arrow::buffer::BooleanBuffer;

const SLOTS: usize = 64;
/// Rows after which the memo must have paid.
const TRIAL: usize = 512;

/// Applies a predicate to the rows of a column; false for null.
///
/// Pages with dictionaries decode to views that repeat bit for bit, so answers are remembered by view as long as that
/// saves a quarter of the calls. With heads, the predicate is asked only of texts that begin like one of the values.
pub(crate) fn match_rows(
    rows: &Rows<StringViewArray>,
    n: usize,
    heads: Option<&Heads>,
    predicate: impl Fn(&str) -> bool,
) -> BooleanArray {
    let array = rows.array();
    if array.len() != n {
        let constant = rows.get(0).is_some_and(predicate);
        return BooleanArray::new(if constant { BooleanBuffer::new_set(n) } else { BooleanBuffer::new_unset(n) }, None);
    }
    let views = array.views();
    if let Some(heads) = heads {
        let matches = |row: usize| heads.may_be(views[row]) && !array.is_null(row) && predicate(array.value(row));
        return BooleanArray::new(BooleanBuffer::collect_bool(n, matches), None);
    }
    // The view of a text of 2^32 - 1 bytes, which no array holds.
    let mut memo = [(u128::MAX, false); SLOTS];
    let (mut on, mut hits) = (true, 0);
    let matched = BooleanBuffer::collect_bool(n, |row| {
        if array.is_null(row) {
            return false;
        }
        if !on {
            return predicate(array.value(row));
        }
        let view = views[row];
        let slot = &mut memo[slot_of(view)];
        if slot.0 == view {
            hits += 1;
        } else {
            *slot = (view, predicate(array.value(row)));
        }
        if row + 1 == TRIAL {
            on = hits * 4 >= TRIAL;
        }
        slot.1
    });
    BooleanArray::new(matched, None)
}

#[inline]
fn slot_of(view: u128) -> usize {
    let mixed = (view as u64 ^ (view >> 64) as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 58) as usize % SLOTS
}

#[cfg(test)]
mod tests {
    use super::match_rows;
    use crate::kernel::texts;
    use arrow::array::StringViewArray;
    use datafusion_expr::ColumnarValue;
    use std::sync::Arc;

    #[test]
    fn remembers_only_equal_texts() {
        for distinct in [1usize, 7, 5000] {
            let values: Vec<Option<String>> = (0..3000)
                .map(|i| if i % 11 == 3 { None } else { Some(format!("text number {} of some length", i % distinct)) })
                .collect();
            let array = StringViewArray::from(values.clone());
            let rows = texts(&ColumnarValue::Array(Arc::new(array))).unwrap();
            let got = match_rows(&rows, 3000, None, |t| t.contains('3'));
            for (row, value) in values.iter().enumerate() {
                assert_eq!(got.value(row), value.as_ref().is_some_and(|v| v.contains('3')), "row {row}");
            }
        }
    }
}
