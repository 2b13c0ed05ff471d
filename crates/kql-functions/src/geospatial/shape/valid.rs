//! What rings must satisfy to bound a region.

use crate::geospatial::sphere::Point;
use crate::geospatial::sphere::edge::are_antipodal;
use crate::geospatial::sphere::measure::closed_edges;
use crate::geospatial::sphere::predicate::{Crossing, crossing};
use crate::geospatial::sweep;
use std::collections::HashSet;

/// The bits of a point, to look it up by.
fn key(p: Point) -> [u64; 3] {
    p.array().map(f64::to_bits)
}

/// Whether no ring has a vertex twice or opposite to the one before, no two edges cross, and no two are the same.
pub(crate) fn are_disjoint(rings: &[Vec<Point>]) -> bool {
    let mut edges = Vec::new();
    let mut seen_edges = HashSet::new();
    for ring in rings {
        let mut seen = HashSet::with_capacity(ring.len());
        if !ring.iter().all(|v| seen.insert(key(*v))) {
            return false;
        }
        for (a, b) in closed_edges(ring) {
            let ends = if key(a) < key(b) { (key(a), key(b)) } else { (key(b), key(a)) };
            if are_antipodal(a, b) || !seen_edges.insert(ends) {
                return false;
            }
            edges.push((a, b));
        }
    }
    sweep::all_pairs(&edges, 0.0, |i, j| {
        let ((a, b), (c, d)) = (edges[i], edges[j]);
        crossing(a, b, c, d) != Crossing::Interior
    })
}
