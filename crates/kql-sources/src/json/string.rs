//! String escapes.

/// Appends the content of a JSON string (the text between its quotes) to `out`.
///
/// Surrogate pairs become one character; a lone surrogate, which no UTF-8 text can hold, becomes U+FFFD. An escape JSON does
/// not know stays as written. Both are what readers of captures want: the row with its text rather than no row.
pub(crate) fn unescape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\\', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(escape) = rest.chars().next() else {
            out.push('\\');
            return;
        };
        rest = &rest[escape.len_utf8()..];
        match escape {
            '"' | '\\' | '/' => out.push(escape),
            'n' => out.push('\n'),
            't' => out.push('\t'),
            'r' => out.push('\r'),
            'b' => out.push('\u{8}'),
            'f' => out.push('\u{c}'),
            'u' => rest = unicode(rest, out),
            other => {
                out.push('\\');
                out.push(other);
            }
        }
    }
    out.push_str(rest);
}

/// The code after `\u`; returns what follows.
fn unicode<'a>(rest: &'a str, out: &mut String) -> &'a str {
    let Some(first) = four_digits(rest) else {
        out.push_str("\\u");
        return rest;
    };
    let after = &rest[4..];
    if (0xD800..0xDC00).contains(&first)
        && let Some(second) = after.strip_prefix("\\u").and_then(four_digits)
        && (0xDC00..0xE000).contains(&second)
    {
        let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
        out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
        return &after[6..];
    }
    out.push(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
    after
}

fn four_digits(text: &str) -> Option<u32> {
    let digits = text.get(..4)?;
    if !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unescaped(text: &str) -> String {
        let mut out = String::new();
        unescape(text, &mut out);
        out
    }

    #[test]
    fn escapes() {
        assert_eq!(unescaped(r#"a\"b\\c\/d\n\t\r\b\f"#), "a\"b\\c/d\n\t\r\u{8}\u{c}");
        assert_eq!(unescaped(r"\u00e9\u20AC\ud83d\ude00"), "é€😀");
        assert_eq!(unescaped(""), "");
    }

    #[test]
    fn broken_escapes_keep_their_text() {
        assert_eq!(unescaped(r"\ud83d"), "\u{fffd}");
        assert_eq!(unescaped(r"\ud83dx\u0041"), "\u{fffd}xA");
        assert_eq!(unescaped(r"\u12"), r"\u12");
        assert_eq!(unescaped(r"\u+123"), r"\u+123");
        assert_eq!(unescaped(r"\é\q"), r"\é\q");
        assert_eq!(unescaped("\\"), "\\");
    }
}
