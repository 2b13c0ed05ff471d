//! The value at a path of any JSON text, found in one pass that also checks the text.
//!
//! `parse_json(text).a` needs no canonical copy of the whole text, but text that is no JSON is a dynamic string, of which
//! every path is null: so the pass goes to the end. It takes exactly the texts that [`kql_types::dynamic::canonical`] takes,
//! and finds what [`kql_types::dynamic::get_key`] finds in its result: of a key given twice the last.

use super::path::Step;
use kql_types::dynamic::{self, MAX_DEPTH};
use memchr::memchr2;

/// The text, as written, of the value at a path. `None` when the path leads nowhere and when the text is no JSON.
pub(crate) fn locate<'t>(text: &'t str, path: &[Step]) -> Option<&'t str> {
    let mut scanner = Scanner { text, at: 0 };
    scanner.blanks();
    let found = scanner.value(Some(path), 0)?;
    scanner.blanks();
    if scanner.at != text.len() { None } else { found }
}

struct Scanner<'t> {
    text: &'t str,
    at: usize,
}

/// What a value holds at the path that was looked for in it.
type Found<'t> = Option<&'t str>;

impl<'t> Scanner<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    /// Goes over a value. `path` is what to look for in it, if anything; the outer `None` says that it is no JSON.
    fn value(&mut self, path: Option<&[Step]>, depth: usize) -> Option<Found<'t>> {
        let start = self.at;
        let inside = match self.peek()? {
            b'{' if depth < MAX_DEPTH => self.bag(path, depth)?,
            b'[' if depth < MAX_DEPTH => self.array(path, depth)?,
            b'"' => {
                self.string()?;
                None
            }
            b't' => self.word("true")?,
            b'f' => self.word("false")?,
            b'n' => self.word("null")?,
            _ => self.number()?,
        };
        match path {
            Some([]) => Some(self.text.get(start..self.at)),
            _ => Some(inside),
        }
    }

    fn word(&mut self, word: &str) -> Option<Found<'t>> {
        self.text.get(self.at..)?.starts_with(word).then(|| {
            self.at += word.len();
            None
        })
    }

    fn digits(&mut self) -> Option<()> {
        let from = self.at;
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        (self.at > from).then_some(())
    }

    fn number(&mut self) -> Option<Found<'t>> {
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let first = self.at;
        self.digits()?;
        if self.text.as_bytes().get(first) == Some(&b'0') && self.at > first + 1 {
            return None;
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            self.digits()?;
        }
        Some(None)
    }

    /// Goes over a string and returns it with its quotes.
    fn string(&mut self) -> Option<&'t str> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let mut at = start + 1;
        loop {
            at += memchr2(b'"', b'\\', bytes.get(at..)?)?;
            if bytes[at] == b'"' {
                self.at = at + 1;
                return self.text.get(start..self.at);
            }
            at += match bytes.get(at + 1)? {
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => 2,
                b'u' if bytes.get(at + 2..at + 6)?.iter().all(u8::is_ascii_hexdigit) => 6,
                _ => return None,
            };
        }
    }

    fn array(&mut self, path: Option<&[Step]>, depth: usize) -> Option<Found<'t>> {
        let wanted = match path {
            Some([Step::Index(index), rest @ ..]) => Some((*index, rest)),
            _ => None,
        };
        let mut found = None;
        // Where the elements start, when one is wanted by its place from the end.
        let mut starts = Vec::new();
        let mut index = 0;
        self.at += 1;
        self.blanks();
        if self.peek()? != b']' {
            loop {
                self.blanks();
                match wanted {
                    Some((wanted, rest)) if wanted == index => found = self.value(Some(rest), depth + 1)?,
                    Some((wanted, _)) => {
                        if wanted < 0 {
                            starts.push(self.at);
                        }
                        self.value(None, depth + 1)?;
                    }
                    None => {
                        self.value(None, depth + 1)?;
                    }
                }
                index += 1;
                self.blanks();
                match self.peek()? {
                    b',' => self.at += 1,
                    b']' => break,
                    _ => return None,
                }
            }
        }
        self.at += 1;
        if let Some((wanted @ ..0, rest)) = wanted
            && let Some(place) = usize::try_from(wanted.unsigned_abs()).ok().and_then(|n| starts.len().checked_sub(n))
        {
            let mut again = Scanner { text: self.text, at: *starts.get(place)? };
            found = again.value(Some(rest), depth + 1)?;
        }
        Some(found)
    }

    fn bag(&mut self, path: Option<&[Step]>, depth: usize) -> Option<Found<'t>> {
        let wanted = match path {
            Some([Step::Key(key), rest @ ..]) => Some((key.as_ref(), rest)),
            _ => None,
        };
        let mut found = None;
        self.at += 1;
        self.blanks();
        if self.peek()? != b'}' {
            loop {
                self.blanks();
                if self.peek()? != b'"' {
                    return None;
                }
                let key = self.string()?;
                self.blanks();
                if self.peek()? != b':' {
                    return None;
                }
                self.at += 1;
                self.blanks();
                match wanted {
                    Some((wanted, rest)) if is_key(key, wanted) => found = self.value(Some(rest), depth + 1)?,
                    _ => {
                        self.value(None, depth + 1)?;
                    }
                }
                self.blanks();
                match self.peek()? {
                    b',' => self.at += 1,
                    b'}' => break,
                    _ => return None,
                }
            }
        }
        self.at += 1;
        Some(found)
    }
}

/// Whether a quoted key is this key.
fn is_key(quoted: &str, key: &str) -> bool {
    let inner = quoted.get(1..quoted.len() - 1).unwrap_or("");
    if inner.contains('\\') { dynamic::unquote(quoted).is_some_and(|k| k == key) } else { inner == key }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::borrow::Cow;

    fn key(text: &str) -> Step<'_> {
        Step::Key(Cow::Borrowed(text))
    }

    #[test]
    fn finds_what_canonical_text_has_there() {
        #[rustfmt::skip]
        let cases: &[(&str, &[Step], Option<&str>)] = &[
            (r#" { "a" : { "b" : [ 1 , 2.50 ] } } "#, &[key("a"), key("b"), Step::Index(1)], Some("2.50")),
            (r#"{"a":[1,[2,3]]}"#, &[key("a"), Step::Index(-1), Step::Index(-2)], Some("2")),
            (r#"{"a":[1]}"#, &[key("a"), Step::Index(-2)], None),
            (r#"{"a":[1]}"#, &[key("a"), Step::Index(1)], None),
            (r#"{"\u0061":1}"#, &[key("a")], Some("1")),
            (r#"{"a":1,"a":2}"#, &[key("a")], Some("2")),
            (r#"{"a":{"b":1},"a":2}"#, &[key("a"), key("b")], None),
            (r#"{"x":{"a":1}}"#, &[key("a")], None),
            (r#"{"a":1} trailing"#, &[key("a")], None),
            (r#"{"a":1,"b":"#, &[key("a")], None),
            (r#"{"a":1,"b":01}"#, &[key("a")], None),
            (r#"{'a':1}"#, &[key("a")], None),
            (r#"{"a":"x\q"}"#, &[key("a")], None),
            ("[1,2]", &[key("a")], None),
            ("5", &[Step::Index(0)], None),
            ("", &[key("a")], None),
        ];
        for (text, path, expected) in cases {
            assert_eq!(locate(text, path), *expected, "{text} {path:?}");
        }
        let deep = "[".repeat(1_000_000);
        assert_eq!(locate(&deep, &[]), None);
    }

    fn canonically(text: &str, path: &[Step]) -> Option<String> {
        let whole = dynamic::canonical(text)?;
        let mut at = whole.as_str();
        for step in path {
            at = step.take(at)?;
        }
        Some(at.to_owned())
    }

    proptest! {
        #[test]
        fn agrees_with_canonical(
            text in "[\\[\\]{}\"ab:,01.5eE+\\\\u-]{0,24}|(\\{\"a\": ?\\[[0-9, ]{0,5}\\],? ?(\"b\":\\{\"a\":-?[0-9.]{1,4}\\})?\\})",
            keys in prop::collection::vec(prop_oneof![
                "[ab]".prop_map(|k| Step::Key(Cow::Owned(k))), (-3i64..3).prop_map(Step::Index)], 0..3),
        ) {
            let found = locate(&text, &keys).map(|v| dynamic::canonical(v).unwrap());
            prop_assert_eq!(found, canonically(&text, &keys));
        }

        #[test]
        fn no_text_panics(text in "\\PC{0,40}") {
            let _ = locate(&text, &[key("a"), Step::Index(-1)]);
        }
    }
}
