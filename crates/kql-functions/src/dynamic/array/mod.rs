//! Functions over arrays, one file per small family.

use super::cells::Cells;
use super::element::array;
use crate::ScalarFunction;
use crate::kernel::Rows;
use arrow::array::StringViewArray;

mod choose;
pub(crate) mod make;
mod search;
mod shape;
mod sort;

/// The functions of this family.
pub(crate) static FUNCTIONS: &[&ScalarFunction] = &[
    &shape::ARRAY_LENGTH,
    &shape::ARRAY_CONCAT,
    &shape::ARRAY_REVERSE,
    &shape::ARRAY_SLICE,
    &shape::ARRAY_SPLIT,
    &shape::ARRAY_ROTATE_LEFT,
    &shape::ARRAY_ROTATE_RIGHT,
    &shape::ARRAY_SHIFT_LEFT,
    &shape::ARRAY_SHIFT_RIGHT,
    &shape::ZIP,
    &search::ARRAY_INDEX_OF,
    &choose::ARRAY_IFF,
    &sort::ARRAY_SORT_ASC,
    &sort::ARRAY_SORT_DESC,
    &make::PACK_ARRAY,
    &make::REPEAT,
    &make::RANGE,
];

/// The elements of the array in a row; `None` when there is none.
fn items(rows: &Rows<StringViewArray>, row: usize) -> Option<Vec<&str>> {
    rows.get(row).and_then(array).map(Iterator::collect)
}

/// A place in an array of a length: negative ones count from the end.
fn place(index: i64, length: usize) -> i64 {
    if index < 0 { index.saturating_add(i64::try_from(length).unwrap_or(i64::MAX)) } else { index }
}

/// A place cut to `0..=length`.
fn cut(place: i64, length: usize) -> usize {
    usize::try_from(place.max(0)).unwrap_or(usize::MAX).min(length)
}

/// The text of a value as an element of an array.
fn element(cells: &Cells, row: usize) -> String {
    let mut text = String::new();
    cells.write_or_null(row, &mut text);
    text
}
