//! One needle, looked for in many texts.

use super::fold::fold;
use super::pair::AsciiNeedle;
use super::{Heads, term_after, term_before};
use crate::cache::Cache;
use memchr::memmem;
use std::sync::Arc;

/// Where the needle must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Mode {
    /// The whole text.
    Equals,
    /// Anywhere.
    Contains,
    /// At the beginning.
    StartsWith,
    /// At the end.
    EndsWith,
    /// Anywhere, cutting no term at either end.
    Has,
    /// Anywhere, cutting no term at its beginning.
    HasPrefix,
    /// Anywhere, cutting no term at its end.
    HasSuffix,
}

/// A needle prepared for a rule.
#[derive(Debug)]
pub(crate) struct Matcher {
    mode: Mode,
    /// A letter or digit may not precede, follow: the mode asks for it and the needle begins, ends with one.
    edges: (bool, bool),
    needle: Needle,
    /// Of [`Mode::Equals`].
    heads: Option<Heads>,
}

#[derive(Debug)]
enum Needle {
    Empty,
    /// Case counts.
    Exact {
        text: Box<str>,
        finder: Box<memmem::Finder<'static>>,
    },
    /// Case is ignored, ASCII only.
    Ascii(AsciiNeedle),
    /// Case is ignored.
    Unicode(FoldedNeedle),
}

static MATCHERS: Cache<(Mode, bool, Box<str>), Matcher> = Cache::new();

/// The matcher of a constant needle, from the cache.
pub(crate) fn matcher(mode: Mode, case_sensitive: bool, needle: &str) -> Arc<Matcher> {
    MATCHERS.get_or((mode, case_sensitive, needle.into()), |_| Matcher::new(mode, case_sensitive, needle))
}

impl Matcher {
    /// Prepares a needle.
    pub(crate) fn new(mode: Mode, case_sensitive: bool, needle: &str) -> Self {
        let edges = (
            matches!(mode, Mode::Has | Mode::HasPrefix) && term_after(needle, 0),
            matches!(mode, Mode::Has | Mode::HasSuffix) && term_before(needle, needle.len()),
        );
        let heads = if mode == Mode::Equals { Heads::new(std::iter::once(needle)) } else { None };
        let needle = if needle.is_empty() {
            Needle::Empty
        } else if case_sensitive {
            Needle::Exact { text: needle.into(), finder: Box::new(memmem::Finder::new(needle).into_owned()) }
        } else {
            AsciiNeedle::new(needle).map_or_else(|| Needle::Unicode(FoldedNeedle::new(needle)), Needle::Ascii)
        };
        Matcher { mode, edges, needle, heads }
    }

    /// How a text begins that may be equal to the needle; `None` when that does not tell.
    pub(crate) fn heads(&self) -> Option<&Heads> {
        self.heads.as_ref()
    }

    /// True when the text fits the rule.
    #[inline]
    pub(crate) fn is_match(&self, text: &str) -> bool {
        let uncut = |start: usize, end: usize| {
            !(self.edges.0 && term_before(text, start) || self.edges.1 && term_after(text, end))
        };
        match (&self.needle, self.mode) {
            (Needle::Empty, Mode::Equals) => text.is_empty(),
            (Needle::Empty, _) => true,
            (Needle::Exact { text: needle, .. }, Mode::Equals) => **needle == *text,
            (Needle::Exact { text: needle, .. }, Mode::StartsWith) => text.starts_with(&**needle),
            (Needle::Exact { text: needle, .. }, Mode::EndsWith) => text.ends_with(&**needle),
            (Needle::Exact { text: needle, finder }, _) => {
                // Not find_iter: that skips places which overlap a refused one.
                let mut from = 0;
                while let Some(found) = text.as_bytes().get(from..).and_then(|rest| finder.find(rest)) {
                    let at = from + found;
                    if uncut(at, at + needle.len()) {
                        return true;
                    }
                    from = at + 1;
                }
                false
            }
            (Needle::Ascii(needle), Mode::Equals) => text.len() == needle.len() && needle.is_at(text.as_bytes(), 0),
            (Needle::Ascii(needle), Mode::StartsWith) => needle.is_at(text.as_bytes(), 0),
            (Needle::Ascii(needle), Mode::EndsWith) => {
                text.len().checked_sub(needle.len()).is_some_and(|at| needle.is_at(text.as_bytes(), at))
            }
            (Needle::Ascii(needle), _) => needle.find(text.as_bytes(), |at| uncut(at, at + needle.len())).is_some(),
            (Needle::Unicode(needle), Mode::Equals) => needle.ends_at(text, 0) == Some(text.len()),
            (Needle::Unicode(needle), Mode::StartsWith) => needle.ends_at(text, 0).is_some(),
            (Needle::Unicode(needle), Mode::EndsWith) => {
                needle.starts_at(text, text.len(), needle.chars.len()).is_some()
            }
            (Needle::Unicode(needle), _) => needle.find(text, uncut),
        }
    }
}

/// True when two texts are equal but for case.
pub(crate) fn same_folded(a: &str, b: &str) -> bool {
    if a.is_ascii() && b.is_ascii() {
        return a.eq_ignore_ascii_case(b);
    }
    a.chars().map(fold).eq(b.chars().map(fold))
}

/// A needle with characters outside ASCII, whose matches need not be as long as itself in bytes.
#[derive(Debug)]
struct FoldedNeedle {
    chars: Box<[char]>,
    /// The longest ASCII part, which is searched for first, and how many characters stand before it.
    anchor: Option<(AsciiNeedle, usize)>,
}

impl FoldedNeedle {
    fn new(needle: &str) -> Self {
        let chars: Box<[char]> = needle.chars().map(fold).collect();
        let mut before = 0;
        let mut longest: Option<(&[char], usize)> = None;
        for run in chars.chunk_by(|a, b| a.is_ascii() == b.is_ascii()) {
            if run[0].is_ascii() && longest.is_none_or(|(l, _)| run.len() > l.len()) {
                longest = Some((run, before));
            }
            before += run.len();
        }
        let anchor = longest.and_then(|(run, before)| Some((AsciiNeedle::new(&String::from_iter(run))?, before)));
        FoldedNeedle { chars, anchor }
    }

    /// Where the needle ends if it starts at byte `at`.
    fn ends_at(&self, text: &str, at: usize) -> Option<usize> {
        Self::run_forward(&self.chars, text, at)
    }

    fn run_forward(wanted: &[char], text: &str, mut at: usize) -> Option<usize> {
        let mut chars = text.get(at..)?.chars();
        for want in wanted {
            let c = chars.next().filter(|c| fold(*c) == *want)?;
            at += c.len_utf8();
        }
        Some(at)
    }

    /// Where the first `count` characters of the needle start if they end at byte `at`.
    fn starts_at(&self, text: &str, mut at: usize, count: usize) -> Option<usize> {
        let mut chars = text.get(..at)?.chars();
        for want in self.chars[..count].iter().rev() {
            let c = chars.next_back().filter(|c| fold(*c) == *want)?;
            at -= c.len_utf8();
        }
        Some(at)
    }

    fn find(&self, text: &str, accept: impl Fn(usize, usize) -> bool) -> bool {
        // ASCII text cannot hold the needle, and telling is fast.
        if text.is_ascii() {
            return false;
        }
        match &self.anchor {
            Some((anchor, before)) => {
                let rest = &self.chars[before + anchor.len()..];
                let around = |at: usize| {
                    let start = self.starts_at(text, at, *before)?;
                    let end = Self::run_forward(rest, text, at + anchor.len())?;
                    Some((start, end))
                };
                anchor.find(text.as_bytes(), |at| around(at).is_some_and(|(s, e)| accept(s, e))).is_some()
            }
            None => {
                let first = self.chars[0];
                text.char_indices()
                    .filter(|(_, c)| !c.is_ascii() && fold(*c) == first)
                    .any(|(at, _)| self.ends_at(text, at).is_some_and(|end| accept(at, end)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MODES: [Mode; 7] =
        [Mode::Equals, Mode::Contains, Mode::StartsWith, Mode::EndsWith, Mode::Has, Mode::HasPrefix, Mode::HasSuffix];

    /// The rule, word for word, on characters.
    fn naive(mode: Mode, case_sensitive: bool, needle: &str, text: &str) -> bool {
        let chars = |s: &str| s.chars().map(|c| if case_sensitive { c } else { fold(c) }).collect::<Vec<_>>();
        let (needle, text) = (chars(needle), chars(text));
        let term = |c: Option<&char>| c.is_some_and(|c| c.is_alphanumeric());
        let (first, last) = (term(needle.first()), term(needle.last()));
        (0..(text.len() + 1).saturating_sub(needle.len())).filter(|at| text[*at..].starts_with(&needle)).any(|at| {
            let end = at + needle.len();
            let left = !(first && at > 0 && term(text.get(at - 1)));
            let right = !(last && term(text.get(end)));
            match mode {
                Mode::Equals => needle.len() == text.len(),
                Mode::Contains => true,
                Mode::StartsWith => at == 0,
                Mode::EndsWith => end == text.len(),
                Mode::Has => left && right,
                Mode::HasPrefix => left,
                Mode::HasSuffix => right,
            }
        })
    }

    proptest! {
        #[test]
        fn every_mode_agrees_with_the_rule(needle in "[aBé_ яЯ]{0,3}", text in "[aAbBéÉ _яЯß\u{212A}😀]{0,60}") {
            for mode in MODES {
                for case_sensitive in [false, true] {
                    let fast = Matcher::new(mode, case_sensitive, &needle).is_match(&text);
                    let slow = naive(mode, case_sensitive, &needle, &text);
                    prop_assert_eq!(fast, slow, "{:?} cs={} {:?} in {:?}", mode, case_sensitive, &needle, &text);
                }
            }
        }

        /// Whole words, so that matches are frequent, in long texts.
        #[test]
        fn words_agree_with_the_rule(
            needle in "(cmd|a|-enc|naïve|привет|a-b|\\.exe| |ß)",
            words in proptest::collection::vec("(cmd|CMD|cmds|a|A1|-Enc|-encode|NAÏVE|naive|Привет|приветы|a-b|a_b|x\\.EXE|ß|ẞ|[ _.\\-]|1)", 0..40),
        ) {
            let text = words.concat();
            for mode in MODES {
                for case_sensitive in [false, true] {
                    let fast = Matcher::new(mode, case_sensitive, &needle).is_match(&text);
                    prop_assert_eq!(fast, naive(mode, case_sensitive, &needle, &text), "{:?} cs={}", mode, case_sensitive);
                }
            }
        }
    }

    #[test]
    fn equality_ignoring_case_is_character_by_character() {
        for (a, b, want) in
            [("", "", true), ("aB", "Ab", true), ("É", "é", true), ("ß", "ss", false), ("a", "é", false)]
        {
            assert_eq!(same_folded(a, b), want, "{a} {b}");
        }
    }
}
