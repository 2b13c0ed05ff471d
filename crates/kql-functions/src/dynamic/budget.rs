//! A limit on what functions that make much of little write for one batch of rows.

use datafusion_common::{DataFusionError, Result};

/// The most bytes of one batch.
const MAX_BYTES: usize = 1 << 30;

/// Counts what is written for a batch.
#[derive(Debug, Default)]
pub(crate) struct Budget {
    spent: usize,
}

impl Budget {
    /// Whether so many elements of so many bytes may still be written; counts them either way.
    pub(crate) fn spend(&mut self, elements: usize, bytes: usize) -> bool {
        self.spent = self.spent.saturating_add(elements.saturating_mul(bytes.saturating_add(1)));
        self.spent <= MAX_BYTES
    }

    /// The result of the function, or an error when more was wanted than may be written.
    pub(crate) fn finish<T>(self, function: &str, result: Result<T>) -> Result<T> {
        if self.spent > MAX_BYTES {
            return Err(DataFusionError::ResourcesExhausted(format!(
                "{function}() makes more than {MAX_BYTES} bytes of one batch of rows"
            )));
        }
        result
    }
}
