//! An open text, and the way between byte offsets and the protocol's lines and UTF-16 units.

use kql_diagnostic::Span;
use lsp_types::{Position, Range, TextDocumentContentChangeEvent};

/// An open text.
#[derive(Debug)]
pub(crate) struct Document {
    pub(crate) text: String,
    pub(crate) version: i32,
    /// Byte offsets of line starts. Lines end with `\n`, `\r\n` or a lone `\r`, as the protocol says.
    starts: Vec<usize>,
}

impl Document {
    pub(crate) fn new(text: String, version: i32) -> Self {
        let starts = line_starts(&text);
        Document { text, version, starts }
    }

    /// Takes over one change: of a range, or the whole text.
    pub(crate) fn change(&mut self, change: TextDocumentContentChangeEvent) {
        match change.range {
            None => self.text = change.text,
            Some(range) => {
                let (a, b) = (self.offset(range.start), self.offset(range.end));
                self.text.replace_range(a.min(b)..a.max(b), &change.text);
            }
        }
        self.starts = line_starts(&self.text);
    }

    /// The byte offset of a position; one beyond the end of its line is that end, one beyond the text the text's end.
    pub(crate) fn offset(&self, position: Position) -> usize {
        let line = position.line as usize;
        let Some(start) = self.starts.get(line).copied() else { return self.text.len() };
        let end = self.starts.get(line + 1).copied().unwrap_or(self.text.len());
        let content = self.text[start..end].trim_end_matches(['\r', '\n']);
        let mut units = 0;
        for (at, c) in content.char_indices() {
            // A position inside a surrogate pair is the character's start.
            units += c.len_utf16();
            if units > position.character as usize {
                return start + at;
            }
        }
        start + content.len()
    }

    /// The position of a byte offset.
    pub(crate) fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|s| *s <= offset).saturating_sub(1);
        let units: usize = self.text[self.starts[line]..offset].chars().map(char::len_utf16).sum();
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Position { line: number(line), character: number(units) }
    }

    /// The range of a span.
    pub(crate) fn range(&self, span: Span) -> Range {
        Range { start: self.position(span.start as usize), end: self.position(span.end as usize) }
    }

    /// The range of the whole text.
    pub(crate) fn whole(&self) -> Range {
        Range { start: Position::default(), end: self.position(self.text.len()) }
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let ends = |at: &usize| match bytes[*at] {
        b'\n' => true,
        b'\r' => bytes.get(at + 1) != Some(&b'\n'),
        _ => false,
    };
    std::iter::once(0).chain((0..bytes.len()).filter(ends).map(|at| at + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn positions_are_utf16_and_lines_end_three_ways() {
        let document = Document::new("é🙂x\r\ny\rz\n".to_owned(), 1);
        let pairs =
            [(0, at(0, 0)), (2, at(0, 1)), (6, at(0, 3)), (7, at(0, 4)), (9, at(1, 0)), (11, at(2, 0)), (13, at(3, 0))];
        for (offset, position) in pairs {
            assert_eq!(document.position(offset), position, "{offset}");
            assert_eq!(document.offset(position), offset, "{position:?}");
        }
        assert_eq!(document.offset(at(0, 2)), 2, "inside a surrogate pair");
        assert_eq!(document.offset(at(0, 99)), 7, "beyond the line");
        assert_eq!(document.offset(at(99, 0)), 13, "beyond the text");
        assert_eq!(document.position(3), at(0, 1), "inside a character");
    }

    #[test]
    fn changes_are_applied_in_their_order() {
        let mut document = Document::new("T\n| where ä == 1".to_owned(), 1);
        let change =
            |range, text: &str| TextDocumentContentChangeEvent { range, range_length: None, text: text.to_owned() };
        document.change(change(Some(Range { start: at(1, 8), end: at(1, 9) }), "b"));
        document.change(change(Some(Range { start: at(0, 1), end: at(0, 1) }), "able"));
        assert_eq!(document.text, "Table\n| where b == 1");
        document.change(change(Some(Range { start: at(1, 20), end: at(0, 5) }), ""));
        assert_eq!(document.text, "Table");
        document.change(change(None, "print 1"));
        assert_eq!(document.text, "print 1");
    }
}
