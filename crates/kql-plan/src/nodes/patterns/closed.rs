//! Frequent closed patterns.

use super::column::limit;
use super::items::Items;
use datafusion::error::Result;
use std::collections::{HashSet, VecDeque};

/// More patterns than this are refused.
const MOST_PATTERNS: usize = 100_000;
/// More work than this, in values looked at, is refused.
const MOST_WORK: u64 = 20_000_000_000;

/// A combination of values and what the rows weigh that have them all.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pattern {
    /// The items, ascending: in the order of columns.
    pub(super) items: Vec<u16>,
    /// The weight in the set that was searched.
    pub(super) weight: f64,
}

/// A search for the frequent patterns of a set that are closed: with every value that all their rows have.
///
/// Breadth first over the sizes of generators: a pattern is found through the fewest values that single out its rows, and
/// this number is what a limit of dimensions counts, because values that follow from others add none.
pub(super) struct Closed {
    set: usize,
    least: f64,
    dimensions: usize,
    waiting: VecDeque<Vec<u16>>,
    /// Sets of rows found so far, by sums of two hashes of the rows.
    seen: HashSet<[u64; 2]>,
    /// What is known of each item, while a pattern is looked at.
    sums: Vec<Sum>,
    work: u64,
    pub(super) found: Vec<Pattern>,
}

#[derive(Clone, Copy, Default)]
struct Sum {
    weight: f64,
    rows: [u64; 2],
}

impl Sum {
    fn add(&mut self, weight: f64, row: [u64; 2]) {
        self.weight += weight;
        self.rows[0] = self.rows[0].wrapping_add(row[0]);
        self.rows[1] = self.rows[1].wrapping_add(row[1]);
    }
}

/// A number that looks like chance (splitmix64).
fn hash(row: u32, seed: u64) -> u64 {
    let mut x = (u64::from(row) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(seed);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

impl Closed {
    /// A search for patterns of a set that weigh at least so much and are singled out by so many values at most.
    pub(super) fn new(items: &Items, set: usize, least: f64, dimensions: usize) -> Self {
        let mut waiting = VecDeque::new();
        if items.totals[set] > 0.0 {
            waiting.push_back(Vec::new());
        }
        let sums = vec![Sum::default(); items.len()];
        Closed { set, least, dimensions, waiting, seen: HashSet::new(), sums, work: 0, found: Vec::new() }
    }

    /// Goes on for about so much work; true when all is found.
    ///
    /// # Errors
    /// When there are too many patterns.
    pub(super) fn turn(&mut self, items: &Items, work: u64) -> Result<bool> {
        let until = self.work.saturating_add(work);
        while let Some(generator) = self.waiting.pop_front() {
            self.expand(items, &generator);
            if self.found.len() > MOST_PATTERNS || self.waiting.len() > MOST_PATTERNS || self.work > MOST_WORK {
                return Err(limit("there are more frequent patterns than can be looked at"));
            }
            if self.work > until {
                break;
            }
        }
        Ok(self.waiting.is_empty())
    }

    pub(super) fn memory(&self) -> usize {
        let patterns: usize = self.found.iter().map(|p| 2 * p.items.len() + 40).sum();
        patterns + self.seen.len() * 24 + self.waiting.len() * 40 + self.sums.len() * size_of::<Sum>()
    }

    fn expand(&mut self, items: &Items, generator: &[u16]) {
        let weights = items.weights(self.set);
        let mut rows = items.having(generator);
        rows.retain(|row| weights[*row as usize] > 0.0);
        let hashes: Vec<[u64; 2]> = rows.iter().map(|row| [hash(*row, 1), hash(*row, 2)]).collect();
        let mut all = Sum::default();
        rows.iter().zip(&hashes).for_each(|(row, hash)| all.add(weights[*row as usize], *hash));
        self.work += (weights.len() * (generator.len() + 1) + rows.len() * items.rows().len()) as u64;
        for column in items.rows() {
            for (row, hash) in rows.iter().zip(&hashes) {
                self.sums[usize::from(column[*row as usize])].add(weights[*row as usize], *hash);
            }
        }
        self.sums[0] = Sum::default();
        let mut closure = Vec::new();
        for item in 1..=u16::try_from(self.sums.len().saturating_sub(1)).unwrap_or(u16::MAX) {
            let sum = std::mem::take(&mut self.sums[usize::from(item)]);
            if sum.rows == all.rows {
                closure.push(item);
            } else if sum.weight >= self.least && generator.len() < self.dimensions && self.seen.insert(sum.rows) {
                self.waiting.push_back(generator.iter().copied().chain([item]).collect());
            }
        }
        if !closure.is_empty() {
            self.found.push(Pattern { items: closure, weight: all.weight });
        }
    }
}
