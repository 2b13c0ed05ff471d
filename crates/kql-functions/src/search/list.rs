//! Lists of needles: `has_any`, `has_any_index`, `in~`.

use super::any_needle::AnyNeedle;
use super::fold::fold;
use super::simd::{Fingerprints, any_ascii_term};
use super::{Heads, Matcher, Mode, term_after};
use datafusion_common::{HashMap, HashSet};

/// Up to so many needles are looked for one after the other: fingerprints of two cost less than two searches.
const FEW: usize = 1;
/// Up to so many are looked for together by fingerprints, which then begin to fit everywhere; more are looked up term by
/// term.
const SOME: usize = 40;

/// The needles of a `has_any`.
#[derive(Debug)]
pub(crate) enum AnyTerm {
    /// Each on its own.
    Few(Vec<Matcher>),
    /// All at once.
    Some(Box<AnyNeedle>),
    /// By the terms of the text.
    Many(TermTable),
}

impl AnyTerm {
    /// Prepares needles, which are matched like `has`.
    pub(crate) fn new<'a>(needles: impl Iterator<Item = &'a str> + Clone) -> Self {
        match needles.clone().take(SOME + 1).count() {
            0..=FEW => AnyTerm::Few(needles.map(has).collect()),
            0..=SOME if Fingerprints::is_fast() => AnyTerm::Some(Box::new(AnyNeedle::new(needles))),
            _ => AnyTerm::Many(TermTable::new(needles)),
        }
    }

    /// True when the text has one of the needles.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        match self {
            AnyTerm::Few(needles) => needles.iter().any(|n| n.is_match(text)),
            AnyTerm::Some(needles) => needles.is_match(text),
            AnyTerm::Many(table) => table.is_match(text),
        }
    }
}

fn has(needle: &str) -> Matcher {
    Matcher::new(Mode::Has, false, needle)
}

/// Needles by one of their terms.
///
/// A needle that `has` finds has both ends uncut, so each term inside it is a whole term of the text. It is enough to look
/// up the terms of the text in a table that has one term of every needle, and to compare the needle in full where that
/// one is found.
#[derive(Debug)]
pub(crate) struct TermTable {
    /// Needles by their longest term, folded.
    by_term: HashMap<Box<str>, Rest>,
    /// Needles without a letter or digit.
    without_term: Vec<Matcher>,
    /// A bit for the [`hint`] of each ASCII term in the table.
    hints: Box<[u64; HINTS / 64]>,
}

/// What is left to compare when a term was found.
#[derive(Debug, Default)]
struct Rest {
    /// The term is a needle by itself: nothing.
    whole: bool,
    needles: Vec<Matcher>,
}

const HINTS: usize = 1 << 16;

/// A number below [`HINTS`] from the length and the first four bytes of an ASCII term, whatever their case.
#[inline]
fn hint(text: &[u8], start: usize, end: usize) -> usize {
    let length = end - start;
    let word = match text.get(start..start + 4) {
        Some(bytes) => u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]),
        None => text[start..end].iter().rev().fold(0, |word, b| word << 8 | u32::from(*b)),
    };
    let own = if length < 4 { word & ((1 << (8 * length)) - 1) } else { word };
    let mixed = (u64::from(own | 0x2020_2020) << 8 | (length as u64 & 0xff)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 48) as usize
}

impl TermTable {
    fn new<'a>(needles: impl Iterator<Item = &'a str>) -> Self {
        let mut table =
            TermTable { by_term: HashMap::new(), without_term: Vec::new(), hints: Box::new([0; HINTS / 64]) };
        for needle in needles {
            let Some(term) = terms(needle).max_by_key(|t| t.len()) else {
                table.without_term.push(has(needle));
                continue;
            };
            let folded: String = term.chars().map(fold).collect();
            if folded.is_ascii() {
                let hint = hint(folded.as_bytes(), 0, folded.len());
                table.hints[hint / 64] |= 1 << (hint % 64);
            }
            let rest = table.by_term.entry(folded.into()).or_default();
            if term.len() == needle.len() { rest.whole = true } else { rest.needles.push(has(needle)) }
        }
        table
    }

    fn is_match(&self, text: &str) -> bool {
        if self.without_term.iter().any(|n| n.is_match(text)) {
            return true;
        }
        let found = |folded: &str| {
            let rest = self.by_term.get(folded);
            rest.is_some_and(|rest| rest.whole || rest.needles.iter().any(|n| n.is_match(text)))
        };
        let mut folded = String::new();
        if text.is_ascii() {
            return any_ascii_term(text.as_bytes(), |start, end| {
                let hint = hint(text.as_bytes(), start, end);
                if self.hints[hint / 64] >> (hint % 64) & 1 == 0 {
                    return false;
                }
                folded.clear();
                folded.push_str(&text[start..end]);
                folded.make_ascii_lowercase();
                found(&folded)
            });
        }
        terms(text).any(|term| {
            folded.clear();
            folded.extend(term.chars().map(fold));
            found(&folded)
        })
    }
}

/// The terms of a text.
pub(crate) fn terms(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        let width = |at: usize| text[at..].chars().next().map_or(1, char::len_utf8);
        while at < bytes.len() && !term_after(text, at) {
            at += if bytes[at].is_ascii() { 1 } else { width(at) };
        }
        let start = at;
        while at < bytes.len() && term_after(text, at) {
            at += if bytes[at].is_ascii() { 1 } else { width(at) };
        }
        if start == at { None } else { Some(&text[start..at]) }
    })
}

/// The values of an `in~` list.
#[derive(Debug)]
pub(crate) struct FoldedSet {
    values: HashSet<Box<str>>,
    /// By the first byte of an ASCII value: a bit for each length.
    lengths: Box<[u64; 256]>,
    empty: bool,
    heads: Option<Heads>,
}

impl FoldedSet {
    /// Prepares values.
    pub(crate) fn new<'a>(values: impl Iterator<Item = &'a str>) -> Self {
        let mut set = FoldedSet { values: HashSet::new(), lengths: Box::new([0; 256]), empty: false, heads: None };
        for value in values {
            let folded: String = value.chars().map(fold).collect();
            match folded.bytes().next() {
                None => set.empty = true,
                Some(first) if folded.is_ascii() => set.lengths[usize::from(first)] |= length_bit(folded.len()),
                Some(_) => {}
            }
            set.values.insert(folded.into());
        }
        set.heads = Heads::new(set.values.iter().map(|v| &**v));
        set
    }

    /// How texts begin that may be equal to a value; `None` when that does not tell.
    pub(crate) fn heads(&self) -> Option<&Heads> {
        self.heads.as_ref()
    }

    /// True when a value is equal to the text but for case.
    pub(crate) fn contains(&self, text: &str) -> bool {
        let Some(first) = text.bytes().next() else { return self.empty };
        if text.is_ascii() {
            let bits = self.lengths[usize::from(first.to_ascii_lowercase())];
            if bits & length_bit(text.len()) == 0 {
                return false;
            }
            return self.values.contains(text.to_ascii_lowercase().as_str());
        }
        self.values.contains(text.chars().map(fold).collect::<String>().as_str())
    }
}

fn length_bit(length: usize) -> u64 {
    1 << length.min(63)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn terms_are_runs_of_letters_and_digits() {
        for (text, want) in [
            ("", vec![]),
            (" ._", vec![]),
            ("a_b-c1 é2é", vec!["a", "b", "c1", "é2é"]),
            ("😀ab😀", vec!["ab"]),
            ("Привет,мир", vec!["Привет", "мир"]),
        ] {
            assert_eq!(terms(text).collect::<Vec<_>>(), want, "{text}");
        }
    }

    proptest! {
        /// Fingerprints, table and one search per needle give the same answer.
        #[test]
        fn all_at_once_agrees_with_single_searches(
            needles in proptest::collection::vec("[aBé.-]{0,3}|abcdefg[hi]?", 1..20),
            text in "([aAbBéÉ.\\- я]|abcdefgh|ABCDEFG){0,40}",
        ) {
            let each = needles.iter().any(|n| has(n).is_match(&text));
            let list = needles.iter().map(String::as_str);
            prop_assert_eq!(AnyTerm::new(list.clone()).is_match(&text), each);
            prop_assert_eq!(AnyNeedle::new(list.clone()).is_match(&text), each, "fingerprints");
            prop_assert_eq!(TermTable::new(list).is_match(&text), each, "table");
        }

        #[test]
        fn set_agrees_with_comparing(values in proptest::collection::vec("[aBéß]{0,2}", 0..5), text in "[AbÉẞ]{0,2}") {
            let set = FoldedSet::new(values.iter().map(String::as_str));
            prop_assert_eq!(set.contains(&text), values.iter().any(|v| super::super::same_folded(v, &text)));
        }
    }
}
