//! Byte ranges of the query text, and their lines and columns.

use serde::Serialize;

/// A half-open byte range `start..end` of one query text.
///
/// Offsets are UTF-8 byte offsets and always lie on character boundaries of the text they were made from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The span `start..end`; offsets beyond 4 GiB are cut to `u32::MAX` (the lexer refuses such texts).
    pub fn new(start: usize, end: usize) -> Self {
        let cut = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span { start: cut(start), end: cut(end) }
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        Span { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The empty span at the end of this one: where a missing thing was expected.
    #[must_use]
    pub fn after(self) -> Span {
        Span { start: self.end, end: self.end }
    }

    /// The text of the span, or `""` when the span is not of this text.
    pub fn text(self, source: &str) -> &str {
        source.get(self.start as usize..self.end as usize).unwrap_or("")
    }
}

/// Byte offsets of line starts, to turn offsets into lines and columns.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Indexes a text: one pass over it. Lines end at `\n`.
    pub fn new(source: &str) -> Self {
        let newlines = source.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        let starts =
            std::iter::once(0).chain(newlines.map(|(i, _)| u32::try_from(i + 1).unwrap_or(u32::MAX))).collect();
        LineIndex { starts }
    }

    /// One-based line and one-based column (in characters) of a byte offset.
    pub fn line_column(&self, source: &str, offset: u32) -> (u32, u32) {
        let line = self.starts.partition_point(|s| *s <= offset).max(1);
        let start = self.starts[line - 1] as usize;
        let text = source.get(start..(offset as usize).min(source.len())).unwrap_or("");
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(text.chars().count()).unwrap_or(0) + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_start_at_one() {
        let text = "é|x\ny";
        let index = LineIndex::new(text);
        assert_eq!(index.line_column(text, 0), (1, 1));
        assert_eq!(index.line_column(text, 2), (1, 2));
        assert_eq!(index.line_column(text, 5), (2, 1));
        assert_eq!(index.line_column(text, 99), (2, 2));
    }
}
