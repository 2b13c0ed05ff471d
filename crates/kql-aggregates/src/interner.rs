//! Texts by number, so that groups hold numbers instead of copies.

use kql_functions::sketch::{HashedSet, Identity};
use kql_types::dynamic::{self, Kind};
use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use xxhash_rust::xxh64::xxh64;

const NONE: u32 = u32::MAX;

/// Distinct texts of all groups of an aggregate, each stored once.
#[derive(Debug, Default)]
pub(crate) struct Interner {
    text: String,
    ends: Vec<usize>,
    /// First text of a hash; [`Interner::next`] leads to the others.
    first: HashMap<u64, u32, BuildHasherDefault<Identity>>,
    next: Vec<u32>,
    /// `1` and `1.0` are one text, the first that came.
    numbers_by_value: bool,
}

impl Interner {
    /// With `numbers_by_value`, JSON numbers that differ in form only are one text: the first that came.
    pub(crate) fn new(numbers_by_value: bool) -> Self {
        Interner { numbers_by_value, ..Interner::default() }
    }

    /// The number of a text, a new one if it is new; `None` when there are 2^32 of them.
    pub(crate) fn intern(&mut self, text: &str) -> Option<u32> {
        let number = self.number(text);
        let hash = match number {
            Some(value) => xxh64(&(value + 0.0).to_le_bytes(), 1),
            None => xxh64(text.as_bytes(), 0),
        };
        let mut found = self.first.get(&hash).copied().unwrap_or(NONE);
        while found != NONE {
            let known = self.get(found);
            // Two whole numbers are equal in value when they are in text.
            let equal = known == text
                || number.is_some_and(|n| {
                    !(dynamic::kind(text) == Kind::Long && dynamic::kind(known) == Kind::Long)
                        && self.number(known) == Some(n)
                });
            if equal {
                return Some(found);
            }
            found = self.next[found as usize];
        }
        let id = u32::try_from(self.ends.len()).ok().filter(|id| *id != NONE)?;
        self.text.push_str(text);
        self.ends.push(self.text.len());
        self.next.push(self.first.insert(hash, id).unwrap_or(NONE));
        Some(id)
    }

    fn number(&self, text: &str) -> Option<f64> {
        let number = self.numbers_by_value && text.starts_with(|c: char| c == '-' || c.is_ascii_digit());
        if number { text.parse().ok() } else { None }
    }

    /// The text of a number.
    pub(crate) fn get(&self, id: u32) -> &str {
        let start = if id == 0 { 0 } else { self.ends[id as usize - 1] };
        &self.text[start..self.ends[id as usize]]
    }

    /// Bytes held.
    pub(crate) fn size(&self) -> usize {
        self.text.capacity()
            + self.ends.capacity() * size_of::<usize>()
            + self.next.capacity() * size_of::<u32>()
            + self.first.capacity() * 2 * size_of::<(u64, u32)>()
    }
}

/// Numbers in the order they came in, each once.
#[derive(Debug, Default)]
pub(crate) struct IdSet {
    ids: Vec<u32>,
    /// Only for sets that are long to search.
    index: Option<Box<HashedSet<u64>>>,
}

/// Sets with more members look them up by hash.
const FEW: usize = 16;

impl IdSet {
    /// Adds a number; true when it is new.
    pub(crate) fn insert(&mut self, id: u32) -> bool {
        // Neighbouring numbers would crowd in a table that takes them as hashes.
        let hash = |id: u32| u64::from(id).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let new = match &mut self.index {
            Some(index) => index.insert(hash(id)),
            None => !self.ids.contains(&id),
        };
        if new {
            self.ids.push(id);
            if self.index.is_none() && self.ids.len() > FEW {
                self.index = Some(Box::new(self.ids.iter().map(|id| hash(*id)).collect()));
            }
        }
        new
    }

    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    pub(crate) fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// Bytes held on the heap.
    pub(crate) fn heap(&self) -> usize {
        self.ids.capacity() * size_of::<u32>() + self.index.as_ref().map_or(0, |i| kql_functions::sketch::set_bytes(i))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_texts_share_a_number() {
        let mut plain = Interner::new(false);
        assert_eq!(["a", "", "a", "1", "1.0", ""].map(|t| plain.intern(t)), [0, 1, 0, 2, 3, 1].map(Some));
        assert_eq!((plain.get(0), plain.get(1), plain.get(3)), ("a", "", "1.0"));
        let mut dynamic = Interner::new(true);
        let texts = ["1", "1.0", "\"1\"", "-0.0", "0", "9007199254740993", "9007199254740992", "9007199254740992.0"];
        // The last equals both whole numbers before it as a real; it is taken for the one that came last.
        assert_eq!(texts.map(|t| dynamic.intern(t)), [0, 0, 1, 2, 2, 3, 4, 4].map(Some));
    }

    #[test]
    fn sets_keep_first_seen_order_beyond_the_linear_search() {
        let mut set = IdSet::default();
        assert!((0..100).rev().all(|id| set.insert(id)));
        assert!(!(0..100).any(|id| set.insert(id)));
        assert_eq!(set.ids(), (0..100).rev().collect::<Vec<_>>());
    }
}
