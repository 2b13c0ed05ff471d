//! Text of a column while it is read.

use arrow::array::NullBufferBuilder;
use arrow::array::{StringViewArray, make_view};
use arrow::buffer::Buffer;

/// Builds string views. Event data repeats itself: device names, paths, hashes of the same few programs. A text that came a
/// short while before is stored once. (Arrow's own builder can find all repetitions; that doubles the time of a load.)
#[derive(Debug)]
pub(crate) struct Strings {
    views: Vec<u128>,
    nulls: NullBufferBuilder,
    /// Texts that do not fit into a view.
    data: Vec<u8>,
    /// What was `data` before it grew too large for one buffer.
    full: Vec<Buffer>,
    /// The rows of texts seen lately, by a cheap hash; empty until there is a long text.
    recent: Vec<u32>,
}

/// Views hold texts of up to this length in themselves.
const INLINE: usize = 12;

/// The entries of [`Strings::recent`].
const RECENT: usize = 512;

/// A buffer may have this many bytes; a view has 32 bits for the offset.
const MAX_BUFFER: usize = 1 << 30;

impl Strings {
    pub(crate) fn new() -> Self {
        Strings {
            views: Vec::new(),
            nulls: NullBufferBuilder::new(0),
            data: Vec::new(),
            full: Vec::new(),
            recent: Vec::new(),
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.views.len()
    }

    #[inline]
    pub(crate) fn append_value(&mut self, value: &str) {
        self.nulls.append_non_null();
        let view = if value.len() <= INLINE { make_view(value.as_bytes(), 0, 0) } else { self.long(value.as_bytes()) };
        self.views.push(view);
    }

    pub(crate) fn append_null(&mut self) {
        self.nulls.append_null();
        self.views.push(0);
    }

    pub(crate) fn append_nulls(&mut self, count: usize) {
        self.nulls.append_n_nulls(count);
        self.views.resize(self.views.len() + count, 0);
    }

    /// Adds `''` so many times.
    pub(crate) fn append_empty(&mut self, count: usize) {
        self.nulls.append_n_non_nulls(count);
        // The view of no bytes.
        self.views.resize(self.views.len() + count, 0);
    }

    pub(crate) fn append_option(&mut self, value: Option<&str>) {
        match value {
            Some(value) => self.append_value(value),
            None => self.append_null(),
        }
    }

    /// The view of a text that needs a buffer.
    fn long(&mut self, value: &[u8]) -> u128 {
        if self.recent.is_empty() {
            self.recent = vec![u32::MAX; RECENT];
        }
        let slot = slot(value);
        let earlier = self.recent[slot] as usize;
        if let Some(view) = self.views.get(earlier)
            && self.text(*view) == Some(value)
        {
            return *view;
        }
        if self.data.len() + value.len() > MAX_BUFFER && !self.data.is_empty() {
            self.full.push(Buffer::from_vec(std::mem::take(&mut self.data)));
            self.recent.fill(u32::MAX);
        }
        self.recent[slot] = u32::try_from(self.views.len()).unwrap_or(u32::MAX);
        let view = make_view(value, self.full.len() as u32, self.data.len() as u32);
        self.data.extend_from_slice(value);
        view
    }

    /// The text of a view into the buffer being filled.
    fn text(&self, view: u128) -> Option<&[u8]> {
        let (length, offset) = (view as u32 as usize, (view >> 96) as usize);
        if length > INLINE { self.data.get(offset..offset + length) } else { None }
    }

    /// The texts so far, in no more memory than they need; the builder is empty afterwards.
    pub(crate) fn finish(&mut self) -> StringViewArray {
        let mut buffers = std::mem::take(&mut self.full);
        if !self.data.is_empty() {
            // An exact copy; the room stays for the next chunk.
            buffers.push(Buffer::from(self.data.as_slice()));
            self.data.clear();
        }
        self.recent.fill(u32::MAX);
        let views = std::mem::take(&mut self.views);
        self.views.reserve(views.len());
        let rows = views.len();
        StringViewArray::try_new(views.into(), buffers, self.nulls.finish())
            .unwrap_or_else(|_| StringViewArray::new_null(rows))
    }
}

/// A place in [`Strings::recent`]: of the length and of both ends, where texts of one column differ.
#[inline]
fn slot(value: &[u8]) -> usize {
    let word = |at: usize| value[at..].first_chunk::<8>().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let mixed =
        (word(0) ^ word(value.len() - 8).rotate_left(29) ^ value.len() as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 55) as usize % RECENT
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::Array;

    fn bytes(array: &StringViewArray) -> usize {
        array.data_buffers().iter().map(Buffer::capacity).sum()
    }

    #[test]
    fn repeated_texts_are_stored_once_and_memory_is_not_kept() {
        let mut strings = Strings::new();
        for _ in 0..10_000 {
            strings.append_value("a text of more than twelve bytes");
            strings.append_null();
            strings.append_value("short");
            strings.append_value("another one of more than twelve bytes");
        }
        assert_eq!(strings.len(), 40_000);
        let array = strings.finish();
        assert_eq!((array.len(), array.null_count()), (40_000, 10_000));
        assert!(bytes(&array) < 256, "{}", bytes(&array));
        for row in [0, 39_996] {
            assert_eq!(array.value(row), "a text of more than twelve bytes");
            assert_eq!(array.value(row + 2), "short");
            assert_eq!(array.value(row + 3), "another one of more than twelve bytes");
        }
        strings.append_value("one more text, stored alone");
        strings.append_empty(2);
        let array = strings.finish();
        assert!(bytes(&array) < 128);
        assert_eq!(array.iter().collect::<Vec<_>>(), [Some("one more text, stored alone"), Some(""), Some("")]);
    }

    #[test]
    fn different_texts_stay_different() {
        let texts: Vec<String> = (0..20_000).map(|i| format!("{}é{}", "x".repeat(i % 40), i % 3000)).collect();
        let mut strings = Strings::new();
        texts.iter().for_each(|text| strings.append_value(text));
        let array = strings.finish();
        assert!(array.iter().zip(&texts).all(|(a, b)| a == Some(b)));
    }
}
