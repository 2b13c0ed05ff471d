//! JSON that is not one record a line: an array of records, `{"records":[…]}`, documents over many lines.
//!
//! The stream is cut into blocks of whole records. Brackets around records are blanked out in place, so a block is records
//! parted by white space and commas, and line numbers stay right. An array may be larger than memory; a record may not.

use crate::json_lines::{BLOCK, Block, Blocks};
use crate::limits::MAX_RECORD;
use memchr::memchr2;
use std::io::{self, Read};

/// What the position is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between documents.
    Top,
    /// In an array of records.
    Array,
    /// In the array of `{"records":[…`.
    Wrapped,
    /// Behind that array, before the end of its object.
    AfterWrapped,
}

/// What was found at a position.
enum Step {
    /// Go on here, in this state.
    To(usize, State),
    /// Cannot tell without more bytes.
    More,
}

/// Cuts a stream into blocks.
pub(crate) fn read(mut reader: impl Read, blocks: &mut impl Blocks) -> io::Result<()> {
    let mut buffer: Vec<u8> = Vec::new();
    let (mut line, mut size, mut state) = (1, BLOCK, State::Top);
    loop {
        let missing = size.saturating_sub(buffer.len());
        let read = reader.by_ref().take(missing as u64).read_to_end(&mut buffer)?;
        let end_of_file = read < missing;
        let mut at = 0;
        loop {
            at += buffer[at..].iter().take_while(|b| b.is_ascii_whitespace() || matches!(b, b',' | 0x1e)).count();
            if at == buffer.len() {
                break;
            }
            match step(&mut buffer, at, state, end_of_file) {
                Step::To(next, then) => (at, state) = (next, then),
                Step::More => break,
            }
        }
        if at == 0 && !end_of_file {
            if size == MAX_RECORD {
                blocks.left_out(
                    line,
                    format!("a record of more than {} MB, left out with what follows", MAX_RECORD >> 20),
                );
                return Ok(());
            }
            size = (2 * size).min(MAX_RECORD);
            continue;
        }
        // At the end whatever is left goes out too: the worker says what is wrong with it.
        let cut = if end_of_file { buffer.len() } else { at };
        let rest = buffer.split_off(cut);
        let bytes = std::mem::replace(&mut buffer, rest);
        let first_line = line;
        line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        if bytes.iter().any(|b| !b.is_ascii_whitespace()) {
            blocks.block(Block { bytes, first_line, lines: false })?;
        }
        if end_of_file {
            if state != State::Top {
                blocks.left_out(line, "the array of records does not end: the file is cut".to_owned());
            }
            return Ok(());
        }
        size = BLOCK.max(buffer.len() + BLOCK / 4).min(MAX_RECORD);
    }
}

/// Looks at the byte at `at`, which is no white space.
fn step(buffer: &mut [u8], at: usize, state: State, end_of_file: bool) -> Step {
    match (buffer[at], state) {
        (b'[', State::Top) => {
            buffer[at] = b' ';
            Step::To(at + 1, State::Array)
        }
        (b'{', State::Top) => match opens_wrapper(&buffer[at..]) {
            None if !end_of_file => Step::More,
            None | Some(0) => value(buffer, at, state),
            Some(length) => {
                blank(&mut buffer[at..at + length]);
                Step::To(at + length, State::Wrapped)
            }
        },
        (b']', State::Array) => {
            buffer[at] = b' ';
            Step::To(at + 1, State::Top)
        }
        (b']', State::Wrapped) => {
            buffer[at] = b' ';
            Step::To(at + 1, State::AfterWrapped)
        }
        (_, State::AfterWrapped) => match close_of_object(buffer, at) {
            Some(end) => {
                blank(&mut buffer[at..end]);
                Step::To(end, State::Top)
            }
            None => Step::More,
        },
        _ => value(buffer, at, state),
    }
}

/// The length of `{"records":[` at the beginning, white space included; `Some(0)` when there is something else; `None` when
/// the text is too short to tell.
pub(crate) fn opens_wrapper(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    for part in [&b"{"[..], b"\"records\"", b":", b"["] {
        at += text[at..].iter().take_while(|b| b.is_ascii_whitespace()).count();
        let rest = &text[at..];
        if rest.len() < part.len() && part.starts_with(rest) {
            return None;
        }
        if !rest.starts_with(part) {
            return Some(0);
        }
        at += part.len();
    }
    Some(at)
}

fn blank(bytes: &mut [u8]) {
    bytes.iter_mut().filter(|b| !b.is_ascii_whitespace()).for_each(|b| *b = b' ');
}

fn value(buffer: &[u8], at: usize, state: State) -> Step {
    value_end(buffer, at).map_or(Step::More, |end| Step::To(end, state))
}

/// The end of the value that begins at `at`. Brackets are counted, not told apart: the worker reads them again.
fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes[at] {
        b'{' | b'[' => brackets_end(bytes, at, 0),
        b'"' => string_end(bytes, at),
        _ => {
            let stops = |b: &u8| b.is_ascii_whitespace() || matches!(b, b',' | b'{' | b'[' | b'"' | b'}' | b']');
            let length = bytes[at + 1..].iter().position(stops)?;
            Some(at + 1 + length)
        }
    }
}

/// The end of the object whose inside `at` is in.
fn close_of_object(bytes: &[u8], at: usize) -> Option<usize> {
    brackets_end(bytes, at, 1)
}

fn brackets_end(bytes: &[u8], mut at: usize, mut depth: usize) -> Option<usize> {
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = string_end(bytes, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// The end of the string whose quote is at `at`.
fn string_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    at += 1;
    loop {
        at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
        match bytes[at] {
            b'"' => return Some(at + 1),
            _ => at += 2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json_lines::tests::Heard;

    /// Blocks with their first lines, and what was left out.
    type Cut = (Vec<(String, u64)>, Vec<(u64, String)>);

    fn texts(text: &str) -> Cut {
        let mut heard = Heard::default();
        read(text.as_bytes(), &mut heard).expect("read");
        let blocks = heard.blocks.into_iter().map(|b| (String::from_utf8(b.bytes).expect("utf-8"), b.first_line));
        (blocks.collect(), heard.left_out)
    }

    fn only(text: &str) -> String {
        let (blocks, left_out) = texts(text);
        assert_eq!(left_out, [], "{text}");
        assert_eq!(blocks.len(), 1, "{text}");
        let words = blocks[0].0.split_whitespace().collect::<Vec<_>>().join(" ");
        words.trim_matches([' ', ',']).to_owned()
    }

    #[test]
    fn brackets_around_records_go() {
        assert_eq!(only("[ {\"a\":[1,\"]\"]} , {\"b\":{}} ]"), "{\"a\":[1,\"]\"]} , {\"b\":{}}");
        assert_eq!(only("{ \"records\" : [{\"a\":1},{\"a\":2}] , \"n\":[\"}\"] }"), "{\"a\":1},{\"a\":2}");
        assert_eq!(only("{\"records\":[{\"a\":1}]}\n{\"records\":[{\"a\":2}]}"), "{\"a\":1} {\"a\":2}");
        assert_eq!(only("{\n \"a\": \"\\\"}\"\n}\n{\n \"b\": 1\n}"), "{ \"a\": \"\\\"}\" } { \"b\": 1 }");
        assert_eq!(only("[1,\"x\",null,[2]]"), "1,\"x\",null,[2]");
    }

    #[test]
    fn lines_are_counted_through_blanked_brackets() {
        let item = format!("{{\"a\":\"{}\"}}", "x".repeat(1 << 20));
        let text = format!("{{\n\"records\":\n[\n{}\n]}}", vec![item; 10].join(",\n"));
        let (blocks, left_out) = texts(&text);
        assert!(blocks.len() > 1 && left_out.is_empty());
        let mut line = 1;
        for (block, first) in blocks {
            assert_eq!(first, line);
            line += block.matches('\n').count() as u64;
        }
    }

    #[test]
    fn cut_files_are_said_to_be_cut() {
        let (blocks, left_out) = texts("[{\"a\":1},{\"a\":");
        assert_eq!(blocks.len(), 1);
        assert_eq!(left_out.len(), 1);
        assert_eq!(texts("{\"records\":[{\"a\":1}]").1.len(), 1);
        assert_eq!(texts("{\"records").0.len(), 1);
    }
}
