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
    last: Option<Last<T>>,
}

/// The shape of a text, where the text is in memory, and the text itself.
struct Last<T> {
    place: (usize, usize),
    text: String,
    shape: Option<T>,
}

impl<T> Shapes<T> {
    pub(crate) fn new(arg: &ColumnarValue, read: fn(&str) -> Option<T>) -> Result<Self> {
        Ok(Shapes { texts: texts(arg)?, read, last: None })
    }

    /// The shape of a row; `None` when it is null or no such shape.
    pub(crate) fn get(&mut self, row: usize) -> Option<&T> {
        let text = self.texts.get(row)?;
        // The same place is the same text, as the column does not change: long constants are not even compared.
        let place = (text.as_ptr() as usize, text.len());
        match &mut self.last {
            Some(last) if last.place == place => {}
            Some(last) if last.text == text => last.place = place,
            last => *last = Some(Last { place, text: text.to_owned(), shape: (self.read)(text) }),
        }
        self.last.as_ref().and_then(|last| last.shape.as_ref())
    }
}
