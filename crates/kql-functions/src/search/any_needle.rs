//! Several needles at once, by fingerprints.
//!
//! Three rare bytes in a row stand for a needle. Needles are dealt to eight groups; for 32 places of the text at once
//! vector code finds the groups that may have a fingerprint there (the method is known as Teddy, from Hyperscan), and only
//! their needles are compared in full. Case costs nothing: both cases of a letter are in the tables.

use super::pair::AsciiNeedle;
use super::simd::Fingerprints;
use super::{Matcher, Mode, term_after, term_before};

/// Needles matched like `has`.
#[derive(Debug)]
pub(crate) struct AnyNeedle {
    fingerprints: Fingerprints,
    groups: [Vec<Entry>; 8],
    /// Needles outside ASCII, each on its own, and the empty one, which is everywhere.
    others: Vec<Matcher>,
}

#[derive(Debug)]
struct Entry {
    needle: AsciiNeedle,
    /// Where the fingerprint is in the needle.
    offset: usize,
    /// The needle begins, ends with a letter or digit.
    edges: (bool, bool),
}

/// Bytes by how often they are in command lines and paths, from the most frequent on.
const COMMON: &[u8] = b" e\\tosiranlcdmpwu.0f1/gvh2x-345678by\"9:k_=,;zjq";

/// The larger, the rarer.
fn rarity(byte: u8) -> usize {
    COMMON.iter().position(|c| *c == byte.to_ascii_lowercase()).unwrap_or(COMMON.len())
}

impl AnyNeedle {
    /// Prepares needles.
    pub(crate) fn new<'a>(needles: impl Iterator<Item = &'a str>) -> Self {
        let (mut entries, mut others) = (Vec::new(), Vec::new());
        for text in needles {
            let Some(needle) = AsciiNeedle::new(text) else {
                others.push(Matcher::new(Mode::Has, false, text));
                continue;
            };
            let windows = needle.lower().windows(3).map(|w| w.iter().copied().map(rarity).sum::<usize>());
            let offset = windows.enumerate().max_by_key(|(_, rarity)| *rarity).map_or(0, |(at, _)| at);
            entries.push(Entry { needle, offset, edges: (term_after(text, 0), term_before(text, text.len())) });
        }
        // Like fingerprints into one group: then its tables fit few other texts.
        entries.sort_by(|a, b| a.fingerprint().cmp(b.fingerprint()));
        let share = entries.len().div_ceil(8).max(1);
        let mut any = AnyNeedle { fingerprints: Fingerprints::default(), groups: Default::default(), others };
        for (i, entry) in entries.into_iter().enumerate() {
            let group = i / share;
            any.mark(group, entry.fingerprint());
            any.groups[group].push(entry);
        }
        any
    }

    fn mark(&mut self, group: usize, fingerprint: &[u8]) {
        let bit = 1 << group;
        for place in 0..3 {
            let (low, high) = (&mut self.fingerprints.low[place], &mut self.fingerprints.high[place]);
            match fingerprint.get(place) {
                Some(byte) => {
                    for byte in [*byte, byte.to_ascii_uppercase()] {
                        low[usize::from(byte & 15)] |= bit;
                        high[usize::from(byte >> 4)] |= bit;
                    }
                }
                // A needle of one or two bytes: anything may follow.
                None => {
                    low.iter_mut().for_each(|b| *b |= bit);
                    high.iter_mut().for_each(|b| *b |= bit);
                }
            }
        }
    }

    /// True when the text has one of the needles.
    pub(crate) fn is_match(&self, text: &str) -> bool {
        if self.others.iter().any(|n| n.is_match(text)) {
            return true;
        }
        self.fingerprints.find(text.as_bytes(), |at, mut groups| {
            while groups != 0 {
                let group = groups.trailing_zeros() as usize;
                if self.groups[group].iter().any(|entry| entry.is_at(text, at)) {
                    return true;
                }
                groups &= groups - 1;
            }
            false
        })
    }
}

impl Entry {
    fn fingerprint(&self) -> &[u8] {
        let bytes = self.needle.lower();
        &bytes[self.offset..bytes.len().min(self.offset + 3)]
    }

    /// True when the text has the needle with its fingerprint at `at`, cutting no term.
    fn is_at(&self, text: &str, at: usize) -> bool {
        let Some(start) = at.checked_sub(self.offset) else { return false };
        let end = start + self.needle.len();
        self.needle.is_at(text.as_bytes(), start)
            && !(self.edges.0 && term_before(text, start) || self.edges.1 && term_after(text, end))
    }
}
