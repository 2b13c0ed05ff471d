//! The scanner: the entries of one object, the items of one array.

use memchr::memchr2;
use std::fmt;

/// Nesting deeper than this is refused: no capture comes near it, and whatever walks the value later may recurse.
const MAX_DEPTH: usize = 128;

/// A value as it stands in the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Raw<'a> {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number, its text. `NaN` and `Infinity`, which Python writes, come here too.
    Number(&'a str),
    /// A string, the text between the quotes.
    String { text: &'a str, escaped: bool },
    /// An object or array with its brackets. Brackets match and strings end; the inside is not checked further.
    Nested(&'a str),
}

/// A key and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Entry<'a> {
    /// The key between its quotes, escapes as written.
    pub(crate) key: &'a str,
    /// Whether the key has escapes.
    pub(crate) escaped: bool,
    /// The value.
    pub(crate) value: Raw<'a>,
}

/// Where and why the text is not JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SyntaxError {
    /// Byte offset into the text.
    pub(crate) at: usize,
    /// What was expected or found, to finish the sentence "not JSON: …".
    pub(crate) what: &'static str,
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at character {}", self.what, self.at + 1)
    }
}

/// Reads values one after another from a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scanner<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Scanner<'a> {
    /// Starts at the beginning.
    pub(crate) fn new(text: &'a str) -> Self {
        Scanner { text, at: 0 }
    }

    /// The byte offset reached.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// The text between an earlier position and this one.
    pub(crate) fn text_from(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or("")
    }

    /// The first byte of the next value, after white space.
    pub(crate) fn peek_kind(&mut self) -> Option<u8> {
        self.skip_space();
        self.peek()
    }

    /// Steps over the opening bracket of an array that was read as a whole.
    pub(crate) fn enter(&mut self) {
        self.skip_space();
        self.at += usize::from(self.peek() == Some(b'['));
    }

    /// Skips white space, commas and record separators (RFC 7464) between records; true at the end of the text.
    pub(crate) fn at_end_of_records(&mut self) -> bool {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b',' | 0x1e)) {
            self.at += 1;
        }
        self.at >= bytes.len()
    }

    fn error<T>(&self, what: &'static str) -> Result<T, SyntaxError> {
        Err(SyntaxError { at: self.at, what })
    }

    #[inline]
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    #[inline]
    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// The next value, after white space.
    #[inline]
    pub(crate) fn value(&mut self) -> Result<Raw<'a>, SyntaxError> {
        self.skip_space();
        match self.peek() {
            Some(b'"') => {
                let (text, escaped) = self.string()?;
                Ok(Raw::String { text, escaped })
            }
            Some(b'-' | b'0'..=b'9') => Ok(Raw::Number(self.number())),
            Some(b'{' | b'[') => self.nested(),
            Some(_) => self.word(),
            None => self.error("a value is missing"),
        }
    }

    fn word(&mut self) -> Result<Raw<'a>, SyntaxError> {
        let rest = &self.text.as_bytes()[self.at..];
        let (word, value) = match rest[0] {
            b'n' => ("null", Raw::Null),
            b't' => ("true", Raw::Bool(true)),
            b'f' => ("false", Raw::Bool(false)),
            b'N' => ("NaN", Raw::Number("NaN")),
            b'I' => ("Infinity", Raw::Number("Infinity")),
            _ => return self.error("no value can begin"),
        };
        if !rest.starts_with(word.as_bytes()) {
            return self.error("no value can begin");
        }
        self.at += word.len();
        Ok(value)
    }

    /// The characters a number can have; whether they are one is for the reader of the number to say.
    #[inline]
    fn number(&mut self) -> &'a str {
        let start = self.at;
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(|b| matches!(b, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E')) {
            self.at += 1;
        }
        if bytes[self.at..].starts_with(b"Infinity") {
            self.at += "Infinity".len();
        }
        &self.text[start..self.at]
    }

    /// A string; the position is at its opening quote.
    #[inline]
    fn string(&mut self) -> Result<(&'a str, bool), SyntaxError> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut at = start;
        let mut escaped = false;
        loop {
            // Most strings are short: a few plain steps before the wide search.
            let near = (at + 16).min(bytes.len());
            while at < near && bytes[at] != b'"' && bytes[at] != b'\\' {
                at += 1;
            }
            if at == near {
                match memchr2(b'"', b'\\', &bytes[at..]) {
                    Some(offset) => at += offset,
                    None => return self.error("a string does not end that begins"),
                }
            }
            if bytes[at] == b'"' {
                self.at = at + 1;
                return Ok((&self.text[start..at], escaped));
            }
            escaped = true;
            at += 2;
            if at > bytes.len() {
                return self.error("a string does not end that begins");
            }
            // The character after the backslash may have several bytes; those are neither quote nor backslash.
        }
    }

    fn nested(&mut self) -> Result<Raw<'a>, SyntaxError> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        // One bit a level: set for an object. MAX_DEPTH is the number of bits.
        let (mut kinds, mut depth) = (0u128, 0usize);
        while let Some(&byte) = bytes.get(self.at) {
            match byte {
                b'"' => {
                    self.string()?;
                    continue;
                }
                b'{' | b'[' => {
                    if depth == MAX_DEPTH {
                        return self.error("nested deeper than 128 levels");
                    }
                    kinds = kinds << 1 | u128::from(byte == b'{');
                    depth += 1;
                }
                b'}' | b']' => {
                    if (kinds & 1 == 1) != (byte == b'}') {
                        return self.error("a bracket of the wrong kind");
                    }
                    kinds >>= 1;
                    depth -= 1;
                    if depth == 0 {
                        self.at += 1;
                        return Ok(Raw::Nested(&self.text[start..self.at]));
                    }
                }
                _ => {}
            }
            self.at += 1;
        }
        self.at = start;
        self.error("an object or array does not end that begins")
    }

    /// Reads an object into `entries` (emptied first). The position must be at its `{`, white space aside.
    pub(crate) fn object(&mut self, entries: &mut Vec<Entry<'a>>) -> Result<(), SyntaxError> {
        entries.clear();
        self.expect(b'{', "an object is expected")?;
        self.skip_space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.skip_space();
            if self.peek() != Some(b'"') {
                return self.error("a key is expected");
            }
            let (key, escaped) = self.string()?;
            self.expect(b':', "':' is expected")?;
            let value = self.value()?;
            entries.push(Entry { key, escaped, value });
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return self.error("',' or '}' is expected"),
            }
        }
    }

    /// Reads an array, handing over each item. The position must be at its `[`, white space aside.
    pub(crate) fn array(&mut self, mut item: impl FnMut(Raw<'a>)) -> Result<(), SyntaxError> {
        self.expect(b'[', "an array is expected")?;
        self.skip_space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(());
        }
        loop {
            item(self.value()?);
            self.skip_space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return self.error("',' or ']' is expected"),
            }
        }
    }

    #[inline]
    fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), SyntaxError> {
        self.skip_space();
        if self.peek() != Some(byte) {
            return self.error(what);
        }
        self.at += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(text: &str) -> Result<Vec<(&str, Raw<'_>)>, SyntaxError> {
        let mut entries = Vec::new();
        Scanner::new(text).object(&mut entries)?;
        Ok(entries.into_iter().map(|e| (e.key, e.value)).collect())
    }

    #[test]
    fn every_kind_of_value() {
        let text = r#" {"n":null,"t":true, "f" : false,"i":-12,"r":1.5e-3,"nan":NaN,"inf":-Infinity,"s":"a\"b","o":{"x":["}"]},"a":[1,{}], "":""}"#;
        assert_eq!(
            entries(text).expect("json"),
            vec![
                ("n", Raw::Null),
                ("t", Raw::Bool(true)),
                ("f", Raw::Bool(false)),
                ("i", Raw::Number("-12")),
                ("r", Raw::Number("1.5e-3")),
                ("nan", Raw::Number("NaN")),
                ("inf", Raw::Number("-Infinity")),
                ("s", Raw::String { text: r#"a\"b"#, escaped: true }),
                ("o", Raw::Nested(r#"{"x":["}"]}"#)),
                ("a", Raw::Nested("[1,{}]")),
                ("", Raw::String { text: "", escaped: false }),
            ]
        );
    }

    #[test]
    fn long_strings_and_strings_of_wide_characters() {
        for content in
            ["x".repeat(15), "x".repeat(16), "x".repeat(300), "é".repeat(9), format!("{}\\\\", "y".repeat(40))]
        {
            let text = format!(r#"{{"k":"{content}"}}"#);
            match entries(&text).expect("json")[0].1 {
                Raw::String { text, .. } => assert_eq!(text, content),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn what_is_not_json_is_an_error_with_a_place() {
        for text in [
            "",
            "{",
            r#"{"a"}"#,
            r#"{"a":}"#,
            r#"{"a":1"#,
            r#"{"a":1,}"#,
            r#"{"a":"x}"#,
            r#"{"a":"x\"#,
            r#"{"a":[1}"#,
            r#"{"a":nul}"#,
            r#"{a:1}"#,
            r#"{"a":1 "b":2}"#,
            "[1]",
            "null",
            r#"{"a":"\é"#,
        ] {
            assert!(entries(text).is_err(), "{text}");
        }
        assert_eq!(entries(r#"{"a":1 "b":2}"#), Err(SyntaxError { at: 7, what: "',' or '}' is expected" }));
    }

    #[test]
    fn nesting_has_a_limit() {
        let nested = |n: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(n), "]".repeat(n));
        assert!(entries(&nested(MAX_DEPTH)).is_ok());
        assert!(entries(&nested(MAX_DEPTH + 1)).is_err());
        assert!(entries(&nested(1_000_000)).is_err());
    }

    #[test]
    fn arrays_hand_over_items() {
        let mut items = Vec::new();
        Scanner::new(r#"[1, {"a":[2]} ,"x"]"#).array(|item| items.push(item)).expect("json");
        assert_eq!(items.len(), 3);
        assert_eq!(items[1], Raw::Nested(r#"{"a":[2]}"#));
        assert!(Scanner::new("[1,]").array(|_| ()).is_err());
    }
}
