//! `parse-kv`: keys and values of a text (<https://learn.microsoft.com/kusto/query/parse-kv-operator>).

use super::capture::value_of;
use super::udf::TextParser;
use kql_types::{ScalarType, Value};
use regex::Regex;
use std::collections::HashMap;

/// The properties of the operator.
#[derive(Clone, Debug, Default)]
pub(crate) struct KvOptions {
    /// `pair_delimiter`
    pub(crate) pair: Option<String>,
    /// `kv_delimiter`
    pub(crate) kv: Option<String>,
    /// `quote`s: opening and closing characters.
    pub(crate) quotes: Vec<(char, char)>,
    /// `escape`
    pub(crate) escape: Option<char>,
    /// `greedy`
    pub(crate) greedy: bool,
    /// `regex`: its first group is the key, its second the value.
    pub(crate) regex: Option<Regex>,
}

/// Keys to look for, and how.
#[derive(Debug)]
pub(crate) struct KvPattern {
    /// Names and types of the keys in order.
    pub(crate) keys: Vec<(String, ScalarType)>,
    /// How.
    pub(crate) options: KvOptions,
}

impl TextParser for KvPattern {
    fn describe(&self) -> String {
        format!("__parse_kv({:?}, {:?})", self.keys, self.options)
    }

    fn columns(&self) -> Vec<ScalarType> {
        self.keys.iter().map(|(_, ty)| *ty).collect()
    }

    fn parse(&self, text: &str) -> Option<Vec<Option<Value>>> {
        let mut found: HashMap<&str, String> = HashMap::new();
        let mut add = |key: &str, value: String| {
            if let Some((name, _)) = self.keys.iter().find(|(name, _)| name == key) {
                // The first one counts.
                found.entry(name.as_str()).or_insert(value);
            }
        };
        match (&self.options.regex, &self.options.pair, &self.options.kv) {
            (Some(regex), ..) => {
                for captures in regex.captures_iter(text) {
                    let group = |i| captures.get(i).map_or("", |m: regex::Match<'_>| m.as_str());
                    add(group(1).trim(), group(2).trim().to_owned());
                }
            }
            (None, None, None) => self.unspecified(text, &mut add),
            (None, pair, kv) => self.delimited(text, pair.as_deref(), kv.as_deref(), &mut add),
        }
        let value = |(name, ty): &(String, ScalarType)| found.get(name.as_str()).and_then(|text| value_of(text, *ty));
        Some(self.keys.iter().map(value).collect())
    }
}

impl KvPattern {
    /// Every character that is no letter or digit delimits: words come in pairs.
    fn unspecified(&self, text: &str, add: &mut dyn FnMut(&str, String)) {
        let mut words = Vec::new();
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if let Some((_, close)) = self.options.quotes.iter().find(|(open, _)| *open == c) {
                let (value, used) = self.quoted(rest, *close);
                words.push(value);
                rest = &rest[used..];
            } else if c.is_alphanumeric() || c == '_' {
                let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
                words.push(rest[..end].to_owned());
                rest = &rest[end..];
            } else {
                rest = &rest[c.len_utf8()..];
            }
        }
        for pair in words.chunks_exact(2) {
            add(&pair[0], pair[1].clone());
        }
    }

    fn delimited(&self, text: &str, pair: Option<&str>, kv: Option<&str>, add: &mut dyn FnMut(&str, String)) {
        let mut rest = text;
        loop {
            rest = rest.trim_start();
            if rest.is_empty() {
                return;
            }
            let (key, after) = self.key(rest, pair, kv);
            let Some(after) = after else {
                // No value: on to the next pair.
                match pair.and_then(|p| rest.find(p).map(|at| at + p.len())) {
                    Some(next) => rest = &rest[next..],
                    None => return,
                }
                continue;
            };
            let value_text = after.trim_start();
            let quote = value_text.chars().next().and_then(|c| self.options.quotes.iter().find(|(open, _)| *open == c));
            let (value, after_value) = match quote {
                Some((_, close)) => {
                    let (value, used) = self.quoted(value_text, *close);
                    let tail = &value_text[used..];
                    let next = pair.and_then(|p| tail.find(p).map(|at| &tail[at + p.len()..]));
                    (value, next.unwrap_or(if pair.is_none() { tail } else { "" }))
                }
                None => self.plain(value_text, pair, kv),
            };
            add(&key, value);
            rest = after_value;
        }
    }

    /// The key at the start of a pair, and the text after the key-value delimiter if the pair has one.
    fn key<'t>(&self, rest: &'t str, pair: Option<&str>, kv: Option<&str>) -> (String, Option<&'t str>) {
        let quote = rest.chars().next().and_then(|c| self.options.quotes.iter().find(|(open, _)| *open == c));
        if let Some((_, close)) = quote {
            let (key, used) = self.quoted(rest, *close);
            let tail = &rest[used..];
            return (key, kv.and_then(|d| tail.trim_start().strip_prefix(d)));
        }
        let Some(kv) = kv else { return (String::new(), None) };
        let Some(at) = rest.find(kv) else { return (String::new(), None) };
        // What stands before the last pair delimiter is no part of this key; blanks around the key are none either.
        let before = rest[..at].trim();
        let key = match pair.filter(|p| *p != kv).and_then(|p| before.rfind(p).map(|at| at + p.len())) {
            Some(start) => before[start..].trim(),
            None => before,
        };
        (key.to_owned(), Some(&rest[at + kv.len()..]))
    }

    /// An unquoted value, and the rest after the pair delimiter. Greedy ones reach to the next known key.
    fn plain<'t>(&self, text: &'t str, pair: Option<&str>, kv: Option<&str>) -> (String, &'t str) {
        let Some(pair) = pair else { return (text.trim().to_owned(), "") };
        let mut from = 0;
        loop {
            let Some(at) = text[from..].find(pair).map(|at| at + from) else { return (text.trim().to_owned(), "") };
            let next = &text[at + pair.len()..];
            if !self.options.greedy || self.starts_with_key(next, kv) {
                return (text[..at].trim().to_owned(), next);
            }
            from = at + pair.len();
        }
    }

    fn starts_with_key(&self, text: &str, kv: Option<&str>) -> bool {
        let Some(kv) = kv else { return true };
        let Some(at) = text.find(kv) else { return false };
        let key = text[..at].trim();
        self.keys.iter().any(|(name, _)| name == key)
    }

    /// The content of a quoted text, and how many bytes it takes with its quotes.
    fn quoted(&self, text: &str, close: char) -> (String, usize) {
        let mut value = String::new();
        let mut chars = text.char_indices().skip(1);
        while let Some((at, c)) = chars.next() {
            if Some(c) == self.options.escape {
                if let Some((_, escaped)) = chars.next() {
                    value.push(escaped);
                }
            } else if c == close {
                return (value, at + c.len_utf8());
            } else {
                value.push(c);
            }
        }
        (value, text.len())
    }
}
