//! The distinct-count sketch behind `hll`, `dcount` and their merges.
//!
//! Few values are kept as they are (their hashes), so that the count is exact; from a quarter of the registers on, the
//! sketch is HyperLogLog with 2^p one-byte registers and the estimator of O. Ertl, "New cardinality estimation algorithms
//! for HyperLogLog sketches" (<https://arxiv.org/abs/1702.01284>), which needs no tables.
//!
//! The text of a sketch is `[accuracy,[hash,…]]` or `[accuracy,"register…"]` with one character per register. It is this
//! engine's own: Kusto's format is not published.

use super::hash_set::HashSet64;
use kql_types::{dynamic, number};
use std::collections::HashSet;
use std::fmt::Write;
use std::hash::{BuildHasherDefault, Hasher};

/// The accuracy of `dcount(x)` and `hll(x)`.
pub const DEFAULT_ACCURACY: u8 = 1;

/// log2 of the registers, by accuracy (<https://learn.microsoft.com/kusto/query/dcount-aggregation-function>).
const PRECISION: [u8; 5] = [12, 14, 16, 17, 18];

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Hashes are used as they are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        // For values wider than 64 bits, which are hashes too.
        let mut low = [0u8; 8];
        let len = bytes.len().min(8);
        low[..len].copy_from_slice(&bytes[..len]);
        self.0 ^= u64::from_le_bytes(low);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }

    fn write_u128(&mut self, value: u128) {
        self.0 = value as u64;
    }
}

/// A set of hashes.
pub type HashedSet<T> = HashSet<T, BuildHasherDefault<Identity>>;

/// Bytes that a set holds.
pub fn set_bytes<T>(set: &HashedSet<T>) -> usize {
    table_bytes::<T>(set.capacity())
}

/// Bytes that a set of this capacity holds.
pub fn table_bytes<T>(capacity: usize) -> usize {
    match capacity {
        0 => 0,
        // The table of `HashSet` is filled to 7/8 and has one control byte per place.
        n => (n * 8 / 7).next_power_of_two() * (size_of::<T>() + 1) + 16,
    }
}

/// A distinct-count sketch.
#[derive(Clone, Debug)]
pub struct Hll {
    accuracy: u8,
    store: Store,
}

#[derive(Clone, Debug)]
enum Store {
    Exact(HashSet64),
    Registers(Box<[u8]>),
}

impl Hll {
    /// An empty sketch. Accuracies are 0 to 4, others are taken as the nearest.
    pub fn new(accuracy: i64) -> Self {
        Hll { accuracy: accuracy.clamp(0, 4) as u8, store: Store::Exact(HashSet64::default()) }
    }

    #[inline]
    fn precision(&self) -> u8 {
        PRECISION[usize::from(self.accuracy.min(4))]
    }

    /// How many distinct values are counted exactly.
    pub fn exact_limit(&self) -> usize {
        1 << (self.precision() - 2)
    }

    /// Bytes held on the heap.
    pub fn heap(&self) -> usize {
        match &self.store {
            Store::Exact(hashes) => hashes.heap(),
            Store::Registers(registers) => registers.len(),
        }
    }

    /// True when no value was added.
    pub fn is_empty(&self) -> bool {
        matches!(&self.store, Store::Exact(hashes) if hashes.is_empty())
    }

    /// The hashes of the values, as long as they are all known.
    pub(crate) fn exact(&self) -> Option<&HashSet64> {
        match &self.store {
            Store::Exact(hashes) => Some(hashes),
            Store::Registers(_) => None,
        }
    }

    /// Adds a value by its 64-bit hash, of which all bits must be equally good. Returns by how many bytes the heap grew.
    #[inline]
    pub fn insert(&mut self, hash: u64) -> isize {
        let precision = self.precision();
        match &mut self.store {
            Store::Registers(registers) => {
                add(registers, precision, hash);
                0
            }
            Store::Exact(hashes) => {
                let before = hashes.heap();
                if !hashes.insert(hash) {
                    return 0;
                }
                if hashes.len() > 1 << (precision - 2) {
                    self.spread();
                    return self.heap() as isize - before as isize;
                }
                hashes.heap() as isize - before as isize
            }
        }
    }

    fn spread(&mut self) {
        let precision = self.precision();
        if let Store::Exact(hashes) = &self.store {
            let mut registers = vec![0u8; 1 << precision].into_boxed_slice();
            hashes.iter().for_each(|hash| add(&mut registers, precision, hash));
            self.store = Store::Registers(registers);
        }
    }

    /// Adds the values of another sketch. The lower accuracy wins.
    pub fn merge(&mut self, other: &Hll) {
        if other.accuracy < self.accuracy {
            self.lower(other.accuracy);
        }
        match &other.store {
            Store::Exact(hashes) => hashes.iter().for_each(|hash| {
                self.insert(hash);
            }),
            Store::Registers(_) => {
                self.spread();
                let mut other = other.clone();
                other.lower(self.accuracy);
                if let (Store::Registers(mine), Store::Registers(theirs)) = (&mut self.store, &other.store) {
                    mine.iter_mut().zip(theirs.iter()).for_each(|(a, b)| *a = (*a).max(*b));
                }
            }
        }
    }

    /// Forgets what a sketch of a lower accuracy would not know.
    fn lower(&mut self, accuracy: u8) {
        if accuracy >= self.accuracy {
            return;
        }
        let before = self.precision();
        self.accuracy = accuracy;
        let after = self.precision();
        match &self.store {
            Store::Exact(hashes) if hashes.len() > self.exact_limit() => self.spread(),
            Store::Exact(_) => {}
            Store::Registers(fine) => {
                let dropped = before - after;
                let mut coarse = vec![0u8; 1 << after].into_boxed_slice();
                for (index, rank) in fine.iter().enumerate().filter(|(_, rank)| **rank > 0) {
                    let low = index & ((1 << dropped) - 1);
                    // The dropped bits of the index are the first bits of the rank.
                    let rank = if low == 0 { rank + dropped } else { dropped - low.ilog2() as u8 };
                    let register = &mut coarse[index >> dropped];
                    *register = (*register).max(rank);
                }
                self.store = Store::Registers(coarse);
            }
        }
    }

    /// The number of distinct values.
    pub fn estimate(&self) -> i64 {
        match &self.store {
            Store::Exact(hashes) => hashes.len() as i64,
            Store::Registers(registers) => estimate(registers, self.precision()).round() as i64,
        }
    }

    /// Appends the state as bytes, for [`Hll::merge_bytes`].
    pub fn write_bytes(&self, out: &mut Vec<u8>) {
        match &self.store {
            Store::Exact(hashes) => {
                out.push(self.accuracy);
                hashes.iter().for_each(|hash| out.extend_from_slice(&hash.to_le_bytes()));
            }
            Store::Registers(registers) => {
                out.push(self.accuracy | 0x80);
                out.extend_from_slice(registers);
            }
        }
    }

    /// Adds the values of a sketch written by [`Hll::write_bytes`]. False for other bytes, of which some may have been
    /// added.
    #[must_use]
    pub fn merge_bytes(&mut self, bytes: &[u8]) -> bool {
        let Some((head, body)) = bytes.split_first() else { return true };
        let accuracy = head & 0x7f;
        if accuracy > 4 {
            return false;
        }
        if head & 0x80 == 0 {
            if accuracy < self.accuracy {
                self.lower(accuracy);
            }
            let (hashes, rest) = body.as_chunks::<8>();
            for hash in hashes {
                self.insert(u64::from_le_bytes(*hash));
            }
            return rest.is_empty();
        }
        if body.len() != 1 << PRECISION[usize::from(accuracy)] {
            return false;
        }
        self.merge(&Hll { accuracy, store: Store::Registers(body.into()) });
        true
    }

    /// Appends the dynamic text.
    pub fn write_text(&self, out: &mut String) {
        match &self.store {
            Store::Exact(hashes) => {
                let mut sorted: Vec<i64> = hashes.iter().map(|hash| hash as i64).collect();
                sorted.sort_unstable();
                let _ = write!(out, "[{},[", self.accuracy);
                for (i, hash) in sorted.into_iter().enumerate() {
                    if i > 0 {
                        out.push(',');
                    }
                    number::write_long(out, hash);
                }
                out.push_str("]]");
            }
            Store::Registers(registers) => {
                let _ = write!(out, "[{},\"", self.accuracy);
                out.extend(registers.iter().map(|r| char::from(ALPHABET[usize::from(r & 63)])));
                out.push_str("\"]");
            }
        }
    }

    /// Reads the dynamic text; `None` when it is no sketch of this engine.
    pub fn parse(text: &str) -> Option<Hll> {
        let mut items = dynamic::array_items(text);
        let (accuracy, body) = (items.next()?.parse::<u8>().ok()?, items.next()?);
        if accuracy > 4 || items.next().is_some() {
            return None;
        }
        let mut sketch = Hll::new(i64::from(accuracy));
        if body.starts_with('[') {
            for hash in dynamic::array_items(body) {
                sketch.insert(hash.parse::<i64>().ok()? as u64);
            }
            return Some(sketch);
        }
        let text = body.strip_prefix('"')?.strip_suffix('"')?;
        let most = 65 - sketch.precision();
        let rank = |c: u8| ALPHABET.iter().position(|a| *a == c).map(|i| i as u8).filter(|rank| *rank <= most);
        let by_letter: Vec<Option<u8>> = (0..=u8::MAX).map(rank).collect();
        let registers: Vec<u8> = text.bytes().map(|b| by_letter[usize::from(b)]).collect::<Option<_>>()?;
        if registers.len() != 1 << sketch.precision() {
            return None;
        }
        sketch.store = Store::Registers(registers.into_boxed_slice());
        Some(sketch)
    }
}

#[inline]
fn add(registers: &mut [u8], precision: u8, hash: u64) {
    let index = (hash >> (64 - precision)) as usize;
    // A bit below the last one stops the count.
    let rank = ((hash << precision) | (1 << (precision - 1))).leading_zeros() as u8 + 1;
    registers[index] = registers[index].max(rank);
}

fn estimate(registers: &[u8], precision: u8) -> f64 {
    let most = usize::from(64 - precision);
    let mut counts = [0usize; 66];
    registers.iter().for_each(|r| counts[usize::from(*r).min(most + 1)] += 1);
    let m = registers.len() as f64;
    let mut z = m * tau(1.0 - counts[most + 1] as f64 / m);
    for count in counts[1..=most].iter().rev() {
        z = 0.5 * (z + *count as f64);
    }
    z += m * sigma(counts[0] as f64 / m);
    m * m / (2.0 * std::f64::consts::LN_2 * z)
}

fn sigma(mut x: f64) -> f64 {
    if x == 1.0 {
        return f64::INFINITY;
    }
    let (mut y, mut z) = (1.0, x);
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if z == before {
            return z;
        }
    }
}

fn tau(mut x: f64) -> f64 {
    if x == 0.0 || x == 1.0 {
        return 0.0;
    }
    let (mut y, mut z) = (1.0, 1.0 - x);
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= (1.0 - x) * (1.0 - x) * y;
        if z == before {
            return z / 3.0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh64::xxh64;

    fn sketch(accuracy: i64, values: std::ops::Range<u64>) -> Hll {
        let mut sketch = Hll::new(accuracy);
        for value in values {
            let before = sketch.heap() as isize;
            let grown = sketch.insert(xxh64(&value.to_le_bytes(), 0));
            assert_eq!(sketch.heap() as isize, before + grown);
        }
        sketch
    }

    #[test]
    fn counts_exactly_up_to_a_quarter_of_the_registers_and_well_above() {
        assert_eq!(sketch(1, 0..4096).estimate(), 4096);
        for accuracy in 0..=4 {
            let error = [0.016, 0.008, 0.004, 0.0028, 0.002][accuracy as usize];
            for n in [5_000u64, 20_000, 100_000, 400_000] {
                let off = (sketch(accuracy, 0..n).estimate() as f64 / n as f64 - 1.0).abs();
                assert!(off < 3.5 * error, "accuracy {accuracy}, {n} values: off by {off}");
            }
        }
    }

    #[test]
    fn merging_is_the_same_as_adding_all() {
        for (n, accuracy) in [(1_000, 1), (30_000, 1), (5_000, 0), (100_000, 3)] {
            let mut merged = sketch(accuracy, 0..n / 2);
            merged.merge(&sketch(accuracy, n / 3..n));
            assert_eq!(merged.estimate(), sketch(accuracy, 0..n).estimate());
            let mut bytes = Vec::new();
            merged.write_bytes(&mut bytes);
            let mut read = Hll::new(accuracy);
            assert!(read.merge_bytes(&bytes));
            assert_eq!(read.estimate(), merged.estimate());
        }
    }

    #[test]
    fn the_lower_accuracy_of_two_wins_and_gives_what_it_would_have_given() {
        for n in [2_000, 50_000] {
            let mut merged = sketch(4, 0..n);
            merged.merge(&sketch(0, 0..10));
            assert_eq!(merged.estimate(), sketch(0, 0..n).estimate());
        }
    }

    #[test]
    fn text_is_read_back_and_other_text_refused() {
        for n in [0, 3, 9_000] {
            let (sketch, mut text) = (sketch(1, 0..n), String::new());
            sketch.write_text(&mut text);
            assert_eq!(Hll::parse(&text).map(|s| s.estimate()), Some(sketch.estimate()));
            assert_eq!(kql_types::dynamic::canonical(&text).as_deref(), Some(text.as_str()));
        }
        for text in ["", "null", "[]", "[9,[]]", "[1,\"AAA\"]", "[1,[1.5]]", "[1,[],2]", "{\"a\":1}", "[1,é]"] {
            assert!(Hll::parse(text).is_none(), "{text}");
        }
        assert!(
            !Hll::new(1).merge_bytes(&[7, 1])
                && !Hll::new(1).merge_bytes(&[0x81, 1])
                && !Hll::new(1).merge_bytes(&[1, 1])
        );
    }
}
