//! Shapes of a column, each read once.

use crate::kernel::{Rows, texts};
use arrow::array::StringViewArray;
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;

/// The shapes in an argument. A shape is read again only when its text differs from the row before, so that a constant,
/// and a column of a cross join, is read once.
pub(crate) struct Shapes<T> {
    texts: Rows<StringViewArray>,
    read: fn(&str) -> Option<T>,
    last: Option<(String, Option<T>)>,
}

impl<T> Shapes<T> {
    pub(crate) fn new(arg: &ColumnarValue, read: fn(&str) -> Option<T>) -> Result<Self> {
        Ok(Shapes { texts: texts(arg)?, read, last: None })
    }

    /// The shape of a row; `None` when it is null or no such shape.
    pub(crate) fn get(&mut self, row: usize) -> Option<&T> {
        let text = self.texts.get(row)?;
        if self.last.as_ref().is_none_or(|(last, _)| last != text) {
            self.last = Some((text.to_owned(), (self.read)(text)));
        }
        self.last.as_ref().and_then(|(_, shape)| shape.as_ref())
    }
}
