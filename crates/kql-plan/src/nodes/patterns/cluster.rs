//! `autocluster`: segments grown from seeds.

use super::closed::Pattern;
use super::items::Items;

/// A share of a segment's rows that no better segment has, at least.
const OWN_ROWS: f64 = 0.5;

/// The segments that rows spread evenly over the table lead to.
///
/// From a seed on, the value of the seed that most of the rows left have is added, with every value that then all rows
/// have, until the table is used up; the step with the best score is the segment. The score is the weighted geometric mean
/// of the share of rows and the share of columns; columns that have one value in all rows tell no rows apart and do not
/// count. Segments most of whose rows a better one has are dropped.
pub(super) fn segments(items: &Items, size_weight: f64, seeds: usize, columns: usize, least: f64) -> Vec<Pattern> {
    let everywhere =
        |column: &&Vec<u16>| column.first().is_some_and(|item| *item != 0 && column.iter().all(|i| i == item));
    let constant = items.rows().iter().filter(everywhere).count();
    if constant == columns && items.totals[0] > 0.0 {
        let all = items.rows().iter().filter_map(|column| column.first().copied()).collect();
        return vec![Pattern { items: all, weight: items.totals[0] }];
    }
    let score = |weight: f64, values: usize| {
        let share = values.saturating_sub(constant) as f64 / columns.saturating_sub(constant).max(1) as f64;
        (weight / items.totals[0]).powf(size_weight) * share.powf(1.0 - size_weight)
    };
    let mut found: Vec<(f64, Pattern)> = Vec::new();
    for seed in spread(items, seeds) {
        if let Some((score, pattern)) = grow(items, seed, least, constant, &score)
            && !found.iter().any(|(_, known)| known.items == pattern.items)
        {
            found.push((score, pattern));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.items.cmp(&b.1.items)));
    let mut covered = vec![false; items.weights(0).len()];
    let mut kept = Vec::new();
    for (_, pattern) in found {
        let rows = items.having(&pattern.items);
        let own: Vec<u32> = rows.iter().copied().filter(|row| !covered[*row as usize]).collect();
        if items.weight(&own, 0) >= OWN_ROWS * pattern.weight {
            own.iter().for_each(|row| covered[*row as usize] = true);
            kept.push(pattern);
        }
    }
    kept
}

/// Rows at equal distances, by weight.
fn spread(items: &Items, seeds: usize) -> Vec<usize> {
    let mut found = Vec::new();
    let step = items.totals[0] / seeds.max(1) as f64;
    let (mut passed, mut next) = (0.0, step / 2.0);
    for (row, weight) in items.weights(0).iter().enumerate() {
        passed += weight;
        if passed > next {
            found.push(row);
            while passed > next {
                next += step.max(f64::MIN_POSITIVE);
            }
        }
    }
    found
}

/// The best segment on the way from a seed. `constant` columns have one value in all rows.
fn grow(
    items: &Items,
    seed: usize,
    least: f64,
    constant: usize,
    score: &impl Fn(f64, usize) -> f64,
) -> Option<(f64, Pattern)> {
    let weights = items.weights(0);
    let mut rows: Vec<u32> = items.having(&[]);
    let mut pattern: Vec<u16> = Vec::new();
    let mut open: Vec<&Vec<u16>> = items.rows().iter().filter(|column| column[seed] != 0).collect();
    let mut best: Option<(f64, Pattern)> = None;
    loop {
        let all = items.weight(&rows, 0);
        let mut widest: Option<(f64, usize)> = None;
        let mut still_open = Vec::with_capacity(open.len());
        for column in open {
            let of_row = |row: &&u32| column[**row as usize] == column[seed];
            let (mut weight, mut count) = (0.0, 0);
            for row in rows.iter().filter(of_row) {
                weight += weights[*row as usize];
                count += 1;
            }
            if count == rows.len() {
                pattern.push(column[seed]);
                continue;
            }
            if widest.is_none_or(|(known, _)| weight > known) {
                widest = Some((weight, still_open.len()));
            }
            still_open.push(column);
        }
        open = still_open;
        let value = score(all, pattern.len());
        if pattern.len() > constant && best.as_ref().is_none_or(|(known, _)| value > *known) {
            let mut items = pattern.clone();
            items.sort_unstable();
            best = Some((value, Pattern { items, weight: all }));
        }
        let Some((weight, place)) = widest else { return best };
        // Even with all columns set, fewer rows than these could not do better.
        let reachable = score(weight, pattern.len() + open.len());
        if weight < least || best.as_ref().is_some_and(|(known, _)| reachable <= *known) {
            return best;
        }
        let column = open[place];
        rows.retain(|row| column[*row as usize] == column[seed]);
    }
}
