//! A set of 64-bit hashes in one piece of memory, for the many small sets of a `dcount`.
//!
//! Hashes are their own places, so that a look-up is one step to memory as a rule; the sets of `std` make two, and grow in
//! smaller steps.

/// Places of the first table.
const FIRST: usize = 8;
/// From so many places on a table doubles; smaller ones become four times as large.
const LARGE: usize = 4096;

/// The set.
#[derive(Clone, Debug, Default)]
pub(crate) struct HashSet64 {
    /// A power of two of places, or none; 0 marks a free one.
    places: Box<[u64]>,
    len: usize,
    has_zero: bool,
}

impl HashSet64 {
    /// How many hashes.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    /// True when there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Bytes on the heap.
    pub(crate) fn heap(&self) -> usize {
        self.places.len() * size_of::<u64>()
    }

    /// True when the set has the hash.
    pub(crate) fn contains(&self, hash: u64) -> bool {
        if hash == 0 {
            return self.has_zero;
        }
        !self.places.is_empty() && self.places[place(&self.places, hash)] == hash
    }

    /// Adds a hash; true when the set did not have it.
    #[inline]
    pub(crate) fn insert(&mut self, hash: u64) -> bool {
        if hash == 0 {
            self.len += usize::from(!self.has_zero);
            return !std::mem::replace(&mut self.has_zero, true);
        }
        if (self.len + 1) * 4 > self.places.len() * 3 {
            self.grow();
        }
        let place = place(&self.places, hash);
        if self.places[place] == hash {
            return false;
        }
        self.places[place] = hash;
        self.len += 1;
        true
    }

    /// The hashes, in any order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = u64> {
        self.places.iter().copied().filter(|hash| *hash != 0).chain(self.has_zero.then_some(0))
    }

    #[cold]
    fn grow(&mut self) {
        let size = match self.places.len() {
            0 => FIRST,
            n if n < LARGE => n * 4,
            n => n * 2,
        };
        let old = std::mem::replace(&mut self.places, vec![0; size].into_boxed_slice());
        for hash in old.into_iter().filter(|hash| *hash != 0) {
            let place = place(&self.places, hash);
            self.places[place] = hash;
        }
    }
}

/// Where a hash is, or would be put. One place at least is free.
#[inline]
fn place(places: &[u64], hash: u64) -> usize {
    let mask = places.len() - 1;
    let mut at = hash as usize & mask;
    while places[at] != 0 && places[at] != hash {
        at = (at + 1) & mask;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::HashSet64;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn is_a_set(hashes in prop::collection::vec(prop_oneof![0u64..40, any::<u64>(), (0u64..9).prop_map(|n| n << 56)], 0..300)) {
            let (mut set, mut known) = (HashSet64::default(), BTreeSet::new());
            for hash in hashes {
                prop_assert_eq!(set.contains(hash), known.contains(&hash));
                prop_assert_eq!(set.insert(hash), known.insert(hash));
                prop_assert_eq!((set.len(), set.is_empty()), (known.len(), known.is_empty()));
            }
            prop_assert_eq!(set.iter().collect::<BTreeSet<_>>(), known);
        }
    }
}
