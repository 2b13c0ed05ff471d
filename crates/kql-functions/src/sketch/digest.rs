//! The percentile sketch behind `percentile`, `tdigest` and their relatives.
//!
//! Values are kept as they are, equal ones together with their weight, so that percentiles are exact nearest-rank values.
//! Beyond a limit that the caller sets, neighbours are put together as in a t-digest (T. Dunning, O. Ertl, "Computing
//! extremely accurate quantiles using t-digests", <https://arxiv.org/abs/1902.04023>): few together near the ends, more
//! in the middle. A cluster stands for its middle value, not for a mean, so results are always values that occurred.

use arrow::datatypes::i256;
use std::fmt::Debug;

/// What a digest can hold: values as integers in the order of the values.
pub trait Key: Copy + Ord + Debug + Send + Sync + 'static {
    /// Bytes of a key.
    const WIDTH: usize;
    /// Appends the bytes.
    fn write(self, out: &mut Vec<u8>);
    /// Reads [`Key::WIDTH`] bytes.
    fn read(bytes: &[u8]) -> Option<Self>;
}

impl Key for i64 {
    const WIDTH: usize = 8;

    fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        Some(i64::from_le_bytes(bytes.try_into().ok()?))
    }
}

impl Key for i256 {
    const WIDTH: usize = 32;

    fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        Some(i256::from_le_bytes(bytes.try_into().ok()?))
    }
}

/// The first size at which equal values are put together.
const FIRST_CHECK: usize = 1 << 12;

/// Weighted values.
#[derive(Clone, Debug)]
pub struct Digest<K> {
    keys: Vec<K>,
    /// `None`: every weight is 1.
    weights: Option<Vec<i64>>,
    total: i64,
    check: usize,
    sorted: bool,
}

impl<K> Default for Digest<K> {
    fn default() -> Self {
        Digest { keys: Vec::new(), weights: None, total: 0, check: FIRST_CHECK, sorted: true }
    }
}

/// The sum of the weights is beyond `long`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeightOverflow;

impl<K: Key> Digest<K> {
    /// True when no value was added.
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The sum of the weights.
    pub fn total(&self) -> i64 {
        self.total
    }

    /// Bytes held on the heap.
    pub fn heap(&self) -> usize {
        self.keys.capacity() * size_of::<K>() + self.weights.as_ref().map_or(0, |w| w.capacity() * size_of::<i64>())
    }

    /// Adds a value with a weight; weights below 1 add nothing. Beyond `limit` values the digest is approximate.
    ///
    /// # Errors
    /// When the sum of weights is beyond `long`.
    pub fn push(&mut self, key: K, weight: i64, limit: usize) -> Result<(), WeightOverflow> {
        if weight < 1 {
            return Ok(());
        }
        self.total = self.total.checked_add(weight).ok_or(WeightOverflow)?;
        if weight != 1 && self.weights.is_none() {
            self.weights = Some(vec![1; self.keys.len()]);
        }
        self.keys.push(key);
        if let Some(weights) = &mut self.weights {
            weights.push(weight);
        }
        self.sorted = false;
        if self.keys.len() >= self.check.min(limit) {
            self.tidy(limit);
        }
        Ok(())
    }

    /// Adds the values of another digest.
    ///
    /// # Errors
    /// When the sum of weights is beyond `long`.
    pub fn merge(&mut self, other: &Digest<K>, limit: usize) -> Result<(), WeightOverflow> {
        other.entries().try_for_each(|(key, weight)| self.push(key, weight, limit))
    }

    /// Values and weights; in order after [`Digest::sort`].
    pub fn entries(&self) -> impl Iterator<Item = (K, i64)> {
        let weight = |i| self.weights.as_ref().map_or(1, |w| w[i]);
        self.keys.iter().enumerate().map(move |(i, key)| (*key, weight(i)))
    }

    /// Sorts the values and puts equal ones together where that saves room.
    pub fn sort(&mut self) {
        if self.sorted {
            return;
        }
        self.sorted = true;
        let mut entries: Vec<(K, i64)> = match self.weights.take() {
            None => {
                self.keys.sort_unstable();
                let distinct = self.keys.chunk_by(|a, b| a == b).count();
                if distinct * 2 > self.keys.len() {
                    return;
                }
                self.keys.iter().map(|key| (*key, 1)).collect()
            }
            Some(weights) => {
                let mut entries: Vec<_> = self.keys.iter().copied().zip(weights).collect();
                entries.sort_unstable_by_key(|(key, _)| *key);
                entries
            }
        };
        entries.dedup_by(|next, kept| {
            let equal = next.0 == kept.0;
            kept.1 += if equal { next.1 } else { 0 };
            equal
        });
        let (keys, weights) = entries.into_iter().unzip();
        (self.keys, self.weights) = (keys, Some(weights));
    }

    fn tidy(&mut self, limit: usize) {
        self.sort();
        let limit = limit.max(16);
        let mut target = limit / 2;
        while self.keys.len() > limit / 4 * 3 {
            self.cluster(target);
            target /= 2;
        }
        self.check = (self.keys.len() * 2).max(FIRST_CHECK);
    }

    /// Puts neighbours together so that about `target` values at most are left.
    fn cluster(&mut self, target: usize) {
        let total = self.total as f64;
        let (mut keys, mut weights): (Vec<K>, Vec<i64>) = (Vec::new(), Vec::new());
        let entries: Vec<(K, i64)> = self.entries().collect();
        let (mut before, mut start, mut held) = (0i64, 0, 0i64);
        let mut close = |members: &[(K, i64)], weight: i64| {
            let mut below = 0;
            let middle = members.iter().find(|(_, w)| {
                below += w;
                below * 2 >= weight
            });
            if let Some((key, _)) = middle {
                keys.push(*key);
                weights.push(weight);
            }
        };
        for (i, (_, weight)) in entries.iter().enumerate() {
            let q = (before as f64 + (held + weight) as f64 / 2.0) / total;
            let most = total * std::f64::consts::TAU * (q * (1.0 - q)).max(0.0).sqrt() / target as f64;
            if held > 0 && (held + weight) as f64 > most {
                close(&entries[start..i], held);
                before += held;
                (start, held) = (i, 0);
            }
            held += weight;
        }
        close(&entries[start..], held);
        (self.keys, self.weights) = (keys, Some(weights));
    }

    /// The smallest value such that at least this percentage of the weight is at or below it; percentages outside 0..100
    /// are taken as the nearest. `None` when empty.
    pub fn percentile(&mut self, percentage: f64) -> Option<K> {
        self.sort();
        // A hair less, so that 29 % of 100 values is the 29th although the product is 29.000000000000004.
        let wanted = percentage.clamp(0.0, 100.0) * self.total as f64 / 100.0 * (1.0 - 4.0 * f64::EPSILON);
        match &self.weights {
            None => {
                let rank = (wanted.ceil() as usize).clamp(1, self.keys.len().max(1));
                self.keys.get(rank - 1).copied()
            }
            Some(_) => {
                let mut below = 0i64;
                let found = self.entries().find(|(_, weight)| {
                    below += weight;
                    below as f64 >= wanted
                });
                found.map(|(key, _)| key).or_else(|| self.keys.last().copied())
            }
        }
    }

    /// The weight of the values for which the closure is true.
    pub fn weight_where(&self, mut at_or_below: impl FnMut(K) -> bool) -> i64 {
        self.entries().filter(|(key, _)| at_or_below(*key)).map(|(_, weight)| weight).sum()
    }

    /// Appends the state as bytes, for [`Digest::merge_bytes`].
    pub fn write_bytes(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.weights.is_some()));
        self.keys.iter().for_each(|key| key.write(out));
        if let Some(weights) = &self.weights {
            weights.iter().for_each(|weight| weight.write(out));
        }
    }

    /// Adds the values of a digest written by [`Digest::write_bytes`]; ill-formed rests are ignored.
    ///
    /// # Errors
    /// When the sum of weights is beyond `long`.
    pub fn merge_bytes(&mut self, bytes: &[u8], limit: usize) -> Result<(), WeightOverflow> {
        let Some((weighted, body)) = bytes.split_first() else { return Ok(()) };
        if *weighted == 0 {
            let mut keys = body.chunks_exact(K::WIDTH).filter_map(K::read);
            return keys.try_for_each(|key| self.push(key, 1, limit));
        }
        let (keys, weights) = body.split_at(body.len() / (K::WIDTH + 8) * K::WIDTH);
        let mut pairs =
            keys.chunks_exact(K::WIDTH).filter_map(K::read).zip(weights.chunks_exact(8).filter_map(i64::read));
        pairs.try_for_each(|(key, weight)| self.push(key, weight, limit))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(values: impl IntoIterator<Item = i64>, limit: usize) -> Digest<i64> {
        let mut digest = Digest::default();
        values.into_iter().for_each(|v| digest.push(v, 1, limit).unwrap());
        digest
    }

    #[test]
    fn percentiles_are_nearest_rank() {
        let cases: &[(&[i64], f64, i64)] = &[
            (&[15, 225], 50.0, 15),
            (&[3, 1, 2], 50.0, 2),
            (&[3, 1, 2], 0.0, 1),
            (&[3, 1, 2], 100.0, 3),
            (&[1, 2, 3], 34.0, 2),
            (&[7, 7, 7, 7, 9], 80.0, 7),
            (&[7, 7, 7, 7, 9], 80.1, 9),
        ];
        for (values, percentage, expected) in cases {
            assert_eq!(digest(values.iter().copied(), 100).percentile(*percentage), Some(*expected), "{values:?}");
        }
        let mut hundred = digest(1..=100, 1000);
        for p in 1..=100 {
            assert_eq!(hundred.percentile(f64::from(p)), Some(i64::from(p)));
        }
        assert_eq!(Digest::<i64>::default().percentile(50.0), None);
    }

    #[test]
    fn weights_count_as_repetitions() {
        let mut d = Digest::default();
        for (value, weight) in [(10, 8), (20, 6), (30, 3), (40, 1), (50, 0), (60, -1)] {
            d.push(value, weight, 100).unwrap();
        }
        assert_eq!([50.0, 75.0, 99.9].map(|p| d.percentile(p)), [Some(20), Some(20), Some(40)]);
        assert_eq!(d.push(1, i64::MAX, 100), Err(WeightOverflow));
    }

    #[test]
    fn merging_bytes_is_the_same_as_adding_all() {
        for (a, b) in [(0..50, 20..80), (0..3000, 1000..9000)] {
            let mut merged = digest(a.clone(), 1 << 20);
            let mut bytes = Vec::new();
            let other = digest(b.clone().chain(b.clone()).chain(b.clone()), 1 << 20);
            other.write_bytes(&mut bytes);
            merged.merge_bytes(&bytes, 1 << 20).unwrap();
            let mut all = digest(a.chain(b.clone()).chain(b.clone()).chain(b), 1 << 20);
            assert_eq!(merged.total(), all.total());
            for p in 0..=100 {
                assert_eq!(merged.percentile(f64::from(p)), all.percentile(f64::from(p)));
            }
        }
    }

    #[test]
    fn clusters_keep_ranks_within_half_a_percent_and_the_ends_exact() {
        // Values in a scrambled order (a prime step through the range).
        let n = 400_003i64;
        let mut d = digest((0..n).map(|i| i * 7919 % n), 1 << 12);
        assert!(d.keys.len() < 1 << 12 && d.total() == n);
        for p in 0..=100 {
            let got = d.percentile(f64::from(p)).unwrap() as f64 / n as f64 * 100.0;
            assert!((got - f64::from(p)).abs() < 0.5, "p{p} is at {got} %");
        }
        assert_eq!((d.percentile(0.0), d.percentile(100.0)), (Some(0), Some(n - 1)));
    }
}
