//! Pairs of edges that may meet.

use super::sphere::Point;

/// An upright box in space that contains an edge.
struct Bounds {
    low: [f64; 3],
    high: [f64; 3],
}

impl Bounds {
    fn new(a: Point, b: Point, margin: f64) -> Self {
        // The arc rises over its chord by at most this: 1 - cos of half its angle, of which the chord is twice the sine.
        let chord2 = (a - b).norm2();
        let rise = if chord2 < 1.0 { chord2 * 0.15 } else { 1.0 };
        let margin = margin + rise + 1e-15;
        let (a, b) = (a.array(), b.array());
        Bounds { low: [0, 1, 2].map(|i| a[i].min(b[i]) - margin), high: [0, 1, 2].map(|i| a[i].max(b[i]) + margin) }
    }

    fn meets(&self, other: &Bounds) -> bool {
        (0..3).all(|i| self.low[i] <= other.high[i] && other.low[i] <= self.high[i])
    }
}

/// Visits pairs of edges no further apart than the margin, and some that are. Stops, and is false, when the visitor is.
pub(crate) fn all_pairs(edges: &[(Point, Point)], margin: f64, mut visit: impl FnMut(usize, usize) -> bool) -> bool {
    let bounds: Vec<Bounds> = edges.iter().map(|(a, b)| Bounds::new(*a, *b, margin)).collect();
    // Along the axis in which the edges are spread most, a pair is met while both are under the sweeping plane.
    let spread = |axis: usize| {
        let low = bounds.iter().map(|b| b.low[axis]).fold(f64::INFINITY, f64::min);
        let high = bounds.iter().map(|b| b.high[axis]).fold(f64::NEG_INFINITY, f64::max);
        high - low
    };
    let axis = (0..3).max_by(|a, b| spread(*a).total_cmp(&spread(*b))).unwrap_or(0);
    let mut order: Vec<usize> = (0..edges.len()).collect();
    order.sort_by(|i, j| bounds[*i].low[axis].total_cmp(&bounds[*j].low[axis]));
    let mut open: Vec<usize> = Vec::new();
    for i in order {
        open.retain(|j| bounds[*j].high[axis] >= bounds[i].low[axis]);
        for &j in &open {
            if bounds[i].meets(&bounds[j]) && !visit(i.min(j), i.max(j)) {
                return false;
            }
        }
        open.push(i);
    }
    true
}
