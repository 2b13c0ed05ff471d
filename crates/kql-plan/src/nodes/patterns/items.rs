//! Values that enough rows have, and the rows as lists of them.

use super::column::{Column, limit};
use datafusion::common::HashMap;
use datafusion::error::Result;

/// A value of a column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    /// The column, of all.
    pub(super) column: usize,
    /// The number of the value in its column.
    pub(super) code: usize,
}

/// Items are numbered from 1 on, in the order of columns and of the values in a column, so that nothing depends on the
/// order in which rows came; 0 stands for a value too rare to count.
pub(super) struct Items {
    items: Vec<Item>,
    /// The columns that have items: which place in a row an item has.
    places: Vec<usize>,
    /// The item of each row, a list for each place. Rows that are equal here are one row.
    rows: Vec<Vec<u16>>,
    /// The weight of each row in the first and in the second set.
    weights: [Vec<f64>; 2],
    /// The weight of all.
    pub(super) totals: [f64; 2],
}

impl Items {
    /// The items that weigh at least so much in the first or in the second set.
    ///
    /// # Errors
    /// When there are more than 65,535.
    pub(super) fn new(
        columns: &[Column],
        weights: &[f64],
        sets: &[u8],
        least: impl Fn([f64; 2]) -> [f64; 2],
    ) -> Result<Self> {
        let set_of = |row: usize| usize::from(sets.get(row).copied().unwrap_or(0));
        let mut totals = [0.0; 2];
        weights.iter().enumerate().for_each(|(row, weight)| totals[set_of(row)] += weight);
        let least = least(totals);
        let mut items = vec![Item { column: usize::MAX, code: 0 }];
        let mut places = Vec::new();
        let mut coded: Vec<Vec<u16>> = Vec::new();
        for (place, column) in columns.iter().enumerate() {
            let mut sums = vec![[0.0; 2]; column.values()];
            column.each(|row, code| sums[code][set_of(row)] += weights[row]);
            let values = column.decode();
            let mut frequent: Vec<usize> =
                (0..sums.len()).filter(|code| (0..2).any(|set| sums[*code][set] >= least[set])).collect();
            if frequent.is_empty() {
                continue;
            }
            frequent.sort_unstable_by_key(|code| values[*code]);
            let mut numbers = vec![0_u16; sums.len()];
            for code in frequent {
                let Ok(number) = u16::try_from(items.len()) else {
                    return Err(limit("more than 65,535 values are frequent"));
                };
                numbers[code] = number;
                items.push(Item { column: place, code });
            }
            places.push(place);
            let mut list = Vec::with_capacity(weights.len());
            column.each(|_, code| list.push(numbers[code]));
            coded.push(list);
        }
        let (rows, weights) = distinct(&coded, weights, set_of);
        Ok(Items { items, places, rows, weights, totals })
    }

    pub(super) fn item(&self, number: u16) -> Item {
        self.items[usize::from(number)]
    }

    /// How many items there are, 0 counted.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// The items of the rows by place.
    pub(super) fn rows(&self) -> &[Vec<u16>] {
        &self.rows
    }

    /// The weights of the rows in a set.
    pub(super) fn weights(&self, set: usize) -> &[f64] {
        &self.weights[set]
    }

    /// The items of an item's column.
    pub(super) fn column_of(&self, number: u16) -> &[u16] {
        let column = self.item(number).column;
        self.places.binary_search(&column).map_or(&[], |place| self.rows[place].as_slice())
    }

    /// The rows that have all these items.
    pub(super) fn having(&self, pattern: &[u16]) -> Vec<u32> {
        let count = u32::try_from(self.weights[0].len()).unwrap_or(u32::MAX);
        let Some((first, others)) = pattern.split_first() else { return (0..count).collect() };
        let has = |item: u16| {
            let column = self.column_of(item);
            move |row: &u32| column[*row as usize] == item
        };
        let mut rows: Vec<u32> = (0..count).filter(has(*first)).collect();
        others.iter().for_each(|item| rows.retain(has(*item)));
        rows
    }

    /// What rows weigh in a set.
    pub(super) fn weight(&self, rows: &[u32], set: usize) -> f64 {
        rows.iter().map(|row| self.weights[set][*row as usize]).sum()
    }

    pub(super) fn memory(&self) -> usize {
        self.weights[0].len() * (16 + 2 * self.places.len()) + self.items.len() * size_of::<Item>()
    }
}

/// Rows with equal items as one row with the sum of their weights, sorted.
fn distinct(coded: &[Vec<u16>], weights: &[f64], set_of: impl Fn(usize) -> usize) -> (Vec<Vec<u16>>, [Vec<f64>; 2]) {
    let mut groups: HashMap<Box<[u16]>, [f64; 2]> = HashMap::new();
    let mut key = vec![0_u16; coded.len()];
    for (row, weight) in weights.iter().enumerate() {
        coded.iter().zip(&mut key).for_each(|(column, item)| *item = column[row]);
        match groups.get_mut(key.as_slice()) {
            Some(sums) => sums[set_of(row)] += weight,
            None => {
                let mut sums = [0.0; 2];
                sums[set_of(row)] = *weight;
                groups.insert(key.as_slice().into(), sums);
            }
        }
    }
    let mut groups: Vec<(Box<[u16]>, [f64; 2])> = groups.into_iter().collect();
    groups.sort_unstable_by(|a, b| a.0.cmp(&b.0));
    let rows = (0..coded.len()).map(|place| groups.iter().map(|(key, _)| key[place]).collect()).collect();
    let weights = [0, 1].map(|set| groups.iter().map(|(_, sums)| sums[set]).collect());
    (rows, weights)
}
