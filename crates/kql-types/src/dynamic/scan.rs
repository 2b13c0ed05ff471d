//! Slices of canonical text, without allocating.

use super::text::{needs_escape, unescape, write_quoted};
use memchr::memchr2;
use std::borrow::Cow;

/// The value of a key of a bag; `None` when there is none or the value is no bag. A JSON `null` is returned as `null`.
pub fn get_key<'a>(bag: &'a str, key: &str) -> Option<&'a str> {
    let mut buffer = String::new();
    let escaped = if needs_escape(key.as_bytes()).is_none() {
        key.as_bytes()
    } else {
        write_quoted(&mut buffer, key);
        &buffer.as_bytes()[1..buffer.len() - 1]
    };
    raw_entries(bag).find(|(k, _)| k.as_bytes() == escaped).map(|(_, v)| v)
}

/// The element of an array at an index from 0, or from the end when negative; `None` outside and for other values.
pub fn get_index(array: &str, index: i64) -> Option<&str> {
    let from_start = if index >= 0 {
        usize::try_from(index).ok()?
    } else {
        let length = i64::try_from(array_items(array).count()).ok()?;
        usize::try_from(length.checked_add(index)?).ok()?
    };
    array_items(array).nth(from_start)
}

/// The elements of an array in order; nothing for other values.
pub fn array_items(array: &str) -> ArrayItems<'_> {
    ArrayItems { rest: array.strip_prefix('[').filter(|r| !r.starts_with(']')).unwrap_or("") }
}

/// The keys and values of a bag in order; nothing for other values.
pub fn bag_entries(bag: &str) -> impl Iterator<Item = (Cow<'_, str>, &str)> {
    raw_entries(bag).map(|(key, value)| (unescape(key), value))
}

/// The keys of a bag as they are escaped in the text, without quotes, and the values.
pub fn raw_entries(bag: &str) -> RawEntries<'_> {
    RawEntries { rest: bag.strip_prefix('{').unwrap_or("") }
}

/// Iterator of [`array_items`].
#[derive(Clone, Debug)]
pub struct ArrayItems<'a> {
    rest: &'a str,
}

impl<'a> Iterator for ArrayItems<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        if self.rest.is_empty() {
            return None;
        }
        let end = skip_value(self.rest.as_bytes());
        let item = self.rest.get(..end)?;
        self.rest = self.rest.get(end..)?.strip_prefix(',').unwrap_or("");
        if item.is_empty() { None } else { Some(item) }
    }
}

/// Iterator of [`raw_entries`].
#[derive(Clone, Debug)]
pub struct RawEntries<'a> {
    rest: &'a str,
}

impl<'a> Iterator for RawEntries<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<(&'a str, &'a str)> {
        let text = self.rest;
        if !text.starts_with('"') {
            return None;
        }
        let end = skip_string(text.as_bytes());
        let key = text.get(1..end.checked_sub(1)?)?;
        let value = text.get(end..)?.strip_prefix(':')?;
        let end = skip_value(value.as_bytes());
        let (value, rest) = (value.get(..end)?, value.get(end..)?);
        self.rest = rest.strip_prefix(',').unwrap_or("");
        if value.is_empty() { None } else { Some((key, value)) }
    }
}

/// The length of the string that starts here, quotes included; of the whole text when it is not closed.
fn skip_string(text: &[u8]) -> usize {
    let mut at = 1;
    while let Some(found) = text.get(at..).and_then(|rest| memchr2(b'"', b'\\', rest)) {
        at += found;
        if text[at] == b'"' {
            return at + 1;
        }
        at += 2;
    }
    text.len()
}

/// The length of the value that starts here.
fn skip_value(text: &[u8]) -> usize {
    match text.first() {
        Some(b'"') => skip_string(text),
        Some(b'{' | b'[') => {
            let (mut at, mut depth) = (0, 0usize);
            while at < text.len() {
                match text[at] {
                    b'"' => {
                        at += skip_string(&text[at..]);
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth -= 1;
                        if depth == 0 {
                            return at + 1;
                        }
                    }
                    _ => {}
                }
                at += 1;
            }
            text.len()
        }
        _ => text.iter().position(|b| matches!(b, b',' | b']' | b'}')).unwrap_or(text.len()),
    }
}
