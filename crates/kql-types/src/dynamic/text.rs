//! Strings and other values as JSON text, and back.

use crate::{Value, datetime, decimal, guid, number, timespan};
use memchr::memchr;
use std::borrow::Cow;

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

/// The text that escapes stand for.
pub(super) fn unescape(text: &str) -> Cow<'_, str> {
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
pub(super) fn read_escape(text: &[u8]) -> Option<(char, usize)> {
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
pub(super) fn needs_escape(bytes: &[u8]) -> Option<usize> {
    let escaped = |b: &u8| (*b < 0x20) | (*b == b'"') | (*b == b'\\');
    // Without an early exit the compiler tests the bytes of a chunk at once.
    let plain = |chunk: &&[u8]| !chunk.iter().fold(false, |any, b| any | escaped(b));
    let at = 16 * bytes.chunks_exact(16).take_while(plain).count();
    bytes[at..].iter().position(escaped).map(|offset| at + offset)
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

/// Appends the escape of a byte that [`needs_escape`].
pub(super) fn write_escape(out: &mut String, byte: u8) {
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
