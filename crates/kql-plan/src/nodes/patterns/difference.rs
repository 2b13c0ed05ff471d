//! `diffpatterns`: patterns whose shares of two sets differ.

use super::closed::Pattern;
use super::items::Items;

/// A pattern in two sets.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Difference {
    pub(super) items: Vec<u16>,
    /// Weights in the first and the second set.
    pub(super) weights: [f64; 2],
    /// The absolute difference of the shares.
    pub(super) size: f64,
}

/// The patterns of both searches whose shares differ by the threshold, the largest difference first.
///
/// A pattern is dropped when a more specific one differs as much, and when one that was kept contains it or is contained
/// in it (read off the published answers: the page gives no rule).
pub(super) fn differences(items: &Items, found: [&[Pattern]; 2], threshold: f64) -> Vec<Difference> {
    let share = |weight: f64, set: usize| if items.totals[set] > 0.0 { weight / items.totals[set] } else { 0.0 };
    let mut all: Vec<Difference> = Vec::new();
    for (set, patterns) in found.into_iter().enumerate() {
        for pattern in patterns {
            let other = items.weight(&items.having(&pattern.items), 1 - set);
            let mut weights = [pattern.weight; 2];
            weights[1 - set] = other;
            let size = share(pattern.weight, set) - share(other, 1 - set);
            if size >= threshold {
                all.push(Difference { items: pattern.items.clone(), weights, size });
            }
        }
    }
    all.sort_by(|a, b| {
        let specific = || b.items.len().cmp(&a.items.len()).then_with(|| a.items.cmp(&b.items));
        b.size.total_cmp(&a.size).then_with(specific)
    });
    let mut kept: Vec<Difference> = Vec::new();
    for (at, pattern) in all.iter().enumerate() {
        let related = |k: &Difference| contains(&k.items, &pattern.items) || contains(&pattern.items, &k.items);
        let exceeded = || all[..at].iter().any(|other| contains(&other.items, &pattern.items));
        if !kept.iter().any(related) && !exceeded() {
            kept.push(pattern.clone());
        }
    }
    kept
}

/// Whether sorted items contain others.
fn contains(items: &[u16], others: &[u16]) -> bool {
    let mut items = items.iter();
    others.len() <= items.len() && others.iter().all(|other| items.by_ref().any(|item| item == other))
}
