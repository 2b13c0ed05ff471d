//! Canonical text of any JSON.

use super::text::{needs_escape, read_escape, write_escape, write_real};
use crate::number;
use std::collections::HashMap;

/// How deep values may nest in [`canonical`].
pub const MAX_DEPTH: usize = 256;

/// Reads JSON text into canonical text. Whole numbers beyond `long` become reals; of a key given twice the last value
/// stays, at the place of the first; control characters in strings are taken. `None` for text that is no JSON (then
/// `parse_json` makes a dynamic string of it) and for values nested deeper than [`MAX_DEPTH`]. The text `null` gives
/// `null`, which the caller stores as the null dynamic.
pub fn canonical(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    write_canonical(&mut out, text).then_some(out)
}

/// [`canonical`] into a buffer. When it returns false, the buffer holds what it held before.
pub fn write_canonical(out: &mut String, text: &str) -> bool {
    let start = out.len();
    let mut reader = Reader { text, at: 0, out, entries: Vec::new() };
    let read = reader.document();
    if read.is_none() {
        out.truncate(start);
    }
    read.is_some()
}

/// Where an entry of the bag being written stands in the output.
#[derive(Clone, Copy)]
struct Entry {
    key: (usize, usize),
    value: (usize, usize),
}

/// Bags with more keys than this look their keys up by hash.
const FEW_KEYS: usize = 16;

struct Reader<'a, 'o> {
    text: &'a str,
    at: usize,
    out: &'o mut String,
    /// Entries of all bags that are open, outer first.
    entries: Vec<Entry>,
}

impl Reader<'_, '_> {
    fn document(&mut self) -> Option<()> {
        self.blanks();
        self.value(0)?;
        self.blanks();
        (self.at == self.text.len()).then_some(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'{' if depth < MAX_DEPTH => self.bag(depth),
            b'[' if depth < MAX_DEPTH => self.array(depth),
            b'"' => self.string(),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.number(),
        }
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.text.get(self.at..)?.starts_with(word).then(|| {
            self.out.push_str(word);
            self.at += word.len();
        })
    }

    fn number(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let digits = |mut at: usize| {
            let from = at;
            while bytes.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
            (at > from).then_some(at)
        };
        let first = start + usize::from(bytes.get(start) == Some(&b'-'));
        let mut at = digits(first)?;
        if bytes[first] == b'0' && at > first + 1 {
            return None;
        }
        let mut whole = true;
        if bytes.get(at) == Some(&b'.') {
            at = digits(at + 1)?;
            whole = false;
        }
        if matches!(bytes.get(at), Some(b'e' | b'E')) {
            at = digits(at + 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-'))))?;
            whole = false;
        }
        let text = self.text.get(start..at)?;
        self.at = at;
        // Eighteen digits always fit a long and need no change.
        if whole && text.len() <= 18 && text != "-0" {
            self.out.push_str(text);
        } else if let Some(long) = if whole { text.parse().ok() } else { None } {
            number::write_long(self.out, long);
        } else {
            write_real(self.out, text.parse().ok()?);
        }
        Some(())
    }

    fn string(&mut self) -> Option<()> {
        let bytes = self.text.as_bytes();
        self.out.push('"');
        let mut from = self.at + 1;
        loop {
            let at = from + needs_escape(bytes.get(from..)?)?;
            self.out.push_str(self.text.get(from..at)?);
            from = match bytes[at] {
                b'"' => {
                    self.out.push('"');
                    self.at = at + 1;
                    return Some(());
                }
                b'\\' => {
                    let (c, length) = read_escape(&bytes[at..])?;
                    match c {
                        '\0'..='\u{1f}' | '"' | '\\' => write_escape(self.out, c as u8),
                        _ => self.out.push(c),
                    }
                    at + length
                }
                control => {
                    write_escape(self.out, control);
                    at + 1
                }
            };
        }
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.at += 1;
        self.out.push('[');
        self.blanks();
        if self.peek()? != b']' {
            loop {
                self.blanks();
                self.value(depth + 1)?;
                self.blanks();
                match self.peek()? {
                    b',' => self.out.push(','),
                    b']' => break,
                    _ => return None,
                }
                self.at += 1;
            }
        }
        self.at += 1;
        self.out.push(']');
        Some(())
    }

    fn bag(&mut self, depth: usize) -> Option<()> {
        self.at += 1;
        let start = self.out.len();
        let base = self.entries.len();
        let mut seen: Option<HashMap<String, usize>> = None;
        let mut repeated = false;
        self.out.push('{');
        self.blanks();
        if self.peek()? != b'}' {
            loop {
                self.blanks();
                if self.peek()? != b'"' {
                    return None;
                }
                let key = self.out.len();
                self.string()?;
                let key = (key, self.out.len());
                self.blanks();
                if self.peek()? != b':' {
                    return None;
                }
                self.at += 1;
                self.out.push(':');
                self.blanks();
                let value = self.out.len();
                self.value(depth + 1)?;
                let value = (value, self.out.len());
                match self.find(base, key, &mut seen) {
                    Some(earlier) => {
                        self.entries[earlier].value = value;
                        repeated = true;
                    }
                    None => self.entries.push(Entry { key, value }),
                }
                self.blanks();
                match self.peek()? {
                    b',' => self.out.push(','),
                    b'}' => break,
                    _ => return None,
                }
                self.at += 1;
            }
        }
        self.at += 1;
        self.out.push('}');
        if repeated {
            self.rewrite(start, base);
        }
        self.entries.truncate(base);
        Some(())
    }

    /// The entry of the open bag that has this key already.
    fn find(&self, base: usize, key: (usize, usize), seen: &mut Option<HashMap<String, usize>>) -> Option<usize> {
        let name = self.out.get(key.0..key.1)?;
        let open = &self.entries[base..];
        if open.len() < FEW_KEYS {
            return open.iter().position(|e| self.out.get(e.key.0..e.key.1) == Some(name)).map(|i| base + i);
        }
        let seen = seen.get_or_insert_with(|| {
            let named = |(i, e): (usize, &Entry)| Some((self.out.get(e.key.0..e.key.1)?.to_owned(), base + i));
            open.iter().enumerate().filter_map(named).collect()
        });
        let found = seen.get(name).copied();
        if found.is_none() {
            seen.insert(name.to_owned(), base + open.len());
        }
        found
    }

    /// Writes the open bag anew, from entries that no longer stand in order.
    fn rewrite(&mut self, start: usize, base: usize) {
        let mut bag = String::with_capacity(self.out.len() - start);
        for (i, e) in self.entries[base..].iter().enumerate() {
            bag.push(if i == 0 { '{' } else { ',' });
            bag.push_str(&self.out[e.key.0..e.key.1]);
            bag.push(':');
            bag.push_str(&self.out[e.value.0..e.value.1]);
        }
        bag.push('}');
        self.out.truncate(start);
        self.out.push_str(&bag);
    }
}
