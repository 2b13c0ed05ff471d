//! `dynamic`: canonical compact JSON text, and a scanner over it.
//!
//! A dynamic value is held as JSON text without blanks, keys in the order they came in, each key once, strings with as few
//! escapes as JSON allows, longs as digits, reals as [`number::write_real`] prints them. [`canonical`] makes such text of
//! any JSON; the scanners below read it without allocating and give slices of it. They are written for canonical text: of
//! other text they give some slice or nothing, but never panic. Values that JSON lacks (datetime, timespan, guid, decimal)
//! are strings in their `tostring` form. The null dynamic is no text at all (an Arrow null); inside a value it is `null`.
//!
//! Source: <https://learn.microsoft.com/kusto/query/scalar-data-types/dynamic>.

use crate::{Value, datetime, decimal, guid, number, timespan};
use memchr::{memchr, memchr2};
use std::borrow::Cow;
use std::collections::HashMap;

/// How deep values may nest in [`canonical`].
pub const MAX_DEPTH: usize = 256;

/// What a dynamic value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// A whole number.
    Long,
    /// Any other number.
    Real,
    /// A string.
    String,
    /// An array.
    Array,
    /// A property bag.
    Bag,
}

/// The kind of a value; [`Kind::Null`] for text that is no JSON.
pub fn kind(text: &str) -> Kind {
    match text.as_bytes().first() {
        Some(b'{') => Kind::Bag,
        Some(b'[') => Kind::Array,
        Some(b'"') => Kind::String,
        Some(b't' | b'f') => Kind::Bool,
        Some(b'-' | b'0'..=b'9') => {
            if text.bytes().skip(1).all(|b| b.is_ascii_digit()) {
                Kind::Long
            } else {
                Kind::Real
            }
        }
        _ => Kind::Null,
    }
}

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

/// The content of a JSON string; `None` for other values.
pub fn unquote(text: &str) -> Option<Cow<'_, str>> {
    let inner = text.strip_prefix('"')?.strip_suffix('"')?;
    Some(unescape(inner))
}

/// The text that `tostring` gives: the content of a string, the JSON text of everything else, `''` for `null`.
pub fn to_text(text: &str) -> Cow<'_, str> {
    match text.as_bytes().first() {
        Some(b'"') => unquote(text).unwrap_or(Cow::Borrowed(text)),
        Some(b'n') => Cow::Borrowed(""),
        _ => Cow::Borrowed(text),
    }
}

fn unescape(text: &str) -> Cow<'_, str> {
    if memchr(b'\\', text.as_bytes()).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        match read_escape(&rest.as_bytes()[at..]) {
            Some((c, length)) => {
                out.push(c);
                rest = &rest[at + length..];
            }
            None => {
                out.push('\\');
                rest = &rest[at + 1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character of the escape that starts here, and the length of the escape. A surrogate without its other half is
/// U+FFFD.
fn read_escape(text: &[u8]) -> Option<(char, usize)> {
    let c = match text.get(1)? {
        b'"' => '"',
        b'\\' => '\\',
        b'/' => '/',
        b'b' => '\u{8}',
        b'f' => '\u{c}',
        b'n' => '\n',
        b'r' => '\r',
        b't' => '\t',
        b'u' => {
            let high = hex4(text.get(2..6)?)?;
            if (0xD800..0xDC00).contains(&high)
                && text.get(6..8) == Some(b"\\u")
                && let Some(low) = text.get(8..12).and_then(hex4)
                && (0xDC00..0xE000).contains(&low)
            {
                let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                return Some((char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 12));
            }
            return Some((char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER), 6));
        }
        _ => return None,
    };
    Some((c, 2))
}

fn hex4(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, b| Some(value << 4 | char::from(*b).to_digit(16)?))
}

/// The position of the first byte that a JSON string must escape.
fn needs_escape(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|b| *b < 0x20 || *b == b'"' || *b == b'\\')
}

/// Appends a string as JSON text, with as few escapes as JSON allows.
pub fn write_quoted(out: &mut String, content: &str) {
    out.push('"');
    let mut rest = content;
    while let Some(at) = needs_escape(rest.as_bytes()) {
        out.push_str(&rest[..at]);
        write_escape(out, rest.as_bytes()[at]);
        rest = &rest[at + 1..];
    }
    out.push_str(rest);
    out.push('"');
}

fn write_escape(out: &mut String, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    match byte {
        b'"' => out.push_str("\\\""),
        b'\\' => out.push_str("\\\\"),
        8 => out.push_str("\\b"),
        12 => out.push_str("\\f"),
        b'\n' => out.push_str("\\n"),
        b'\r' => out.push_str("\\r"),
        b'\t' => out.push_str("\\t"),
        _ => {
            out.push_str("\\u00");
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
}

/// A string as JSON text.
pub fn quote(content: &str) -> String {
    let mut out = String::with_capacity(content.len() + 2);
    write_quoted(&mut out, content);
    out
}

/// Appends a bool.
pub fn write_bool(out: &mut String, value: bool) {
    out.push_str(if value { "true" } else { "false" });
}

/// Appends a long.
pub fn write_long(out: &mut String, value: i64) {
    number::write_long(out, value);
}

/// Appends a real; NaN and the infinities as the strings `"NaN"`, `"Infinity"`, `"-Infinity"`.
pub fn write_real(out: &mut String, value: f64) {
    if value.is_finite() {
        number::write_real(out, value);
    } else {
        number::write_real_json(out, value);
    }
}

/// Appends a datetime as a string.
pub fn write_datetime(out: &mut String, ticks: i64) {
    out.push('"');
    datetime::write(out, ticks);
    out.push('"');
}

/// Appends a timespan as a string.
pub fn write_timespan(out: &mut String, ticks: i64) {
    out.push('"');
    timespan::write(out, ticks);
    out.push('"');
}

/// Appends a guid as a string.
pub fn write_guid(out: &mut String, value: &[u8; 16]) {
    out.push('"');
    guid::write(out, value);
    out.push('"');
}

/// Appends a decimal as a string.
pub fn write_decimal(out: &mut String, value: arrow_buffer::i256) {
    out.push('"');
    decimal::write(out, value);
    out.push('"');
}

/// Appends any value; nulls as `null`.
pub fn write_value(out: &mut String, value: &Value) {
    match value {
        Value::Bool(Some(v)) => write_bool(out, *v),
        Value::Int(Some(v)) => write_long(out, i64::from(*v)),
        Value::Long(Some(v)) => write_long(out, *v),
        Value::Real(Some(v)) => write_real(out, *v),
        Value::Decimal(Some(v)) => write_decimal(out, *v),
        Value::String(v) => write_quoted(out, v),
        Value::Datetime(Some(v)) => write_datetime(out, *v),
        Value::Timespan(Some(v)) => write_timespan(out, *v),
        Value::Guid(Some(v)) => write_guid(out, v),
        Value::Dynamic(Some(v)) => out.push_str(v),
        _ => out.push_str("null"),
    }
}

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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn canonical_text_is_compact_and_keeps_order_and_numbers() {
        for (text, answer) in [
            (r#" { "b" : 1 , "a" : [ 1.0 , 2.50, 1e3, -0, 42 ] } "#, r#"{"b":1,"a":[1.0,2.5,1000.0,0,42]}"#),
            ("118.0", "118.0"),
            ("92233720368547758070", "92233720368547760000.0"),
            ("9223372036854775807", "9223372036854775807"),
            ("-9223372036854775809", "-9223372036854776000.0"),
            (r#""A\/\"\\\t\u00e9\ud83d\ude00\ud800x""#, "\"A/\\\"\\\\\\té😀\u{fffd}x\""),
            ("\"a\nb\"", r#""a\nb""#),
            (r#"{"a":1,"b":2,"a":[3]}"#, r#"{"a":[3],"b":2}"#),
            (r#"{"x":{"a":1,"a":2},"x":{"a":1,"a":3,"b":4}}"#, r#"{"x":{"a":3,"b":4}}"#),
            (r#"{"a":1,"\u0061":2}"#, r#"{"a":2}"#),
            ("[]", "[]"),
            ("{}", "{}"),
            ("null", "null"),
            ("true", "true"),
        ] {
            assert_eq!(canonical(text).as_deref(), Some(answer), "{text}");
        }
        for text in [
            "",
            " ",
            "abc",
            "{'a':1}",
            "[1,]",
            "[1 2]",
            "{\"a\"}",
            "{\"a\":}",
            "{a:1}",
            "\"abc",
            "01",
            "1.",
            ".5",
            "+1",
            "NaN",
            "truex",
            "[1]]",
            "\"\\x\"",
            "{\"a\":1,}",
            "-",
            "1e",
            "\"\\u12\"",
        ] {
            assert_eq!(canonical(text), None, "{text}");
        }
    }

    #[test]
    fn depth_is_limited() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(canonical(&nested(MAX_DEPTH)).is_some());
        assert!(canonical(&nested(MAX_DEPTH + 1)).is_none());
        assert!(canonical(&"[".repeat(1_000_000)).is_none());
        assert_eq!(array_items(&"[".repeat(1_000_000)).count(), 1);
    }

    #[test]
    fn many_repeated_keys_are_found_by_hash() {
        let entries: Vec<_> = (0..1000).map(|i| format!("\"k{}\":{i}", i % 400)).collect();
        let bag = canonical(&format!("{{{}}}", entries.join(","))).unwrap();
        assert_eq!(bag_entries(&bag).count(), 400);
        assert_eq!(get_key(&bag, "k0"), Some("800"));
        assert_eq!(get_key(&bag, "k399"), Some("799"));
    }

    #[test]
    fn steps_give_slices() {
        let d = canonical(r#"{"a":{"b":[10,"x,]}\"",null,{"c":[]}]},"k\"q":1,"é":2.5,"e":""}"#).unwrap();
        let list = get_key(get_key(&d, "a").unwrap(), "b").unwrap();
        assert_eq!(array_items(list).collect::<Vec<_>>(), ["10", r#""x,]}\"""#, "null", r#"{"c":[]}"#]);
        assert_eq!(get_index(list, 0), Some("10"));
        assert_eq!(get_index(list, -1), Some(r#"{"c":[]}"#));
        assert_eq!(get_index(list, -4), Some("10"));
        assert_eq!((get_index(list, -5), get_index(list, 4), get_index(list, i64::MIN)), (None, None, None));
        assert_eq!(get_key(&d, "k\"q"), Some("1"));
        assert_eq!(get_key(&d, "é"), Some("2.5"));
        assert_eq!((get_key(&d, "missing"), get_key(list, "a"), get_index(&d, 0)), (None, None, None));
        assert_eq!(bag_entries(&d).map(|(k, _)| k.into_owned()).collect::<Vec<_>>(), ["a", "k\"q", "é", "e"]);
    }

    #[test]
    fn kinds_and_texts() {
        for (text, expected) in [
            ("null", Kind::Null),
            ("true", Kind::Bool),
            ("-1", Kind::Long),
            ("1.0", Kind::Real),
            ("1e30", Kind::Real),
            ("\"x\"", Kind::String),
            ("[1]", Kind::Array),
            ("{}", Kind::Bag),
            ("", Kind::Null),
        ] {
            assert_eq!(kind(text), expected, "{text}");
        }
        assert_eq!(to_text(r#""x\ny""#), "x\ny");
        assert_eq!(to_text(r#"{"a":1}"#), r#"{"a":1}"#);
        assert_eq!(to_text("null"), "");
        assert_eq!(unquote("1"), None);
        assert_eq!(unquote("\""), None);
        assert_eq!(quote("a\"\u{1}/é"), r#""a\"\u0001/é""#);
    }

    #[test]
    fn values_are_written_as_json() {
        let written = |v: Value| {
            let mut out = String::new();
            write_value(&mut out, &v);
            out
        };
        assert_eq!(written(Value::Timespan(Some(datetime::TICKS_PER_DAY))), r#""1.00:00:00""#);
        assert_eq!(written(Value::Datetime(Some(0))), r#""0001-01-01T00:00:00.0000000Z""#);
        assert_eq!(written(Value::Decimal(decimal::parse("1.5"))), r#""1.5""#);
        assert_eq!(written(Value::Real(Some(f64::NAN))), r#""NaN""#);
        assert_eq!(written(Value::Long(None)), "null");
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            prop::num::f64::NORMAL.prop_map(Into::into),
            "\\PC{0,8}|[\"\\\\/\u{0}-\u{20}é😀]{0,6}".prop_map(Into::into),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
                prop::collection::vec(("[a-c\"\\\\é]{0,3}", inner), 0..6)
                    .prop_map(|entries| entries.into_iter().collect::<serde_json::Map<_, _>>().into()),
            ]
        })
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json(value in json()) {
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            let text = canonical(&pretty).unwrap();
            prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(&text).unwrap(), &value);
            prop_assert_eq!(canonical(&text), Some(text.clone()));
            match &value {
                serde_json::Value::Array(items) => {
                    let found: Vec<_> = array_items(&text).map(|t| serde_json::from_str::<serde_json::Value>(t).unwrap()).collect();
                    prop_assert_eq!(&found, items);
                }
                serde_json::Value::Object(map) => {
                    prop_assert_eq!(bag_entries(&text).count(), map.len());
                    for (k, v) in map {
                        let slice = get_key(&text, k).unwrap();
                        prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(slice).unwrap(), v);
                    }
                }
                serde_json::Value::String(s) => prop_assert_eq!(unquote(&text).unwrap(), s.as_str()),
                _ => {}
            }
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,30}|[\\[\\]{}\",:\\\\0-9truefalsn é-]{0,40}") {
            let _ = (canonical(&text), kind(&text), unquote(&text), to_text(&text), get_key(&text, "a"), get_index(&text, -1));
            let _ = (array_items(&text).count(), bag_entries(&text).count());
        }

        #[test]
        fn quoting_round_trips(text in "\\PC{0,20}|[\u{0}-\u{7f}]{0,20}") {
            let quoted = quote(&text);
            prop_assert_eq!(unquote(&quoted).unwrap(), text.as_str());
            prop_assert_eq!(canonical(&quoted), Some(quoted.clone()));
        }
    }
}
