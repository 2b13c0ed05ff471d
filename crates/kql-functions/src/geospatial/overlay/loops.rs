//! Joining directed edges to rings.

use super::Failure;
use super::graph::{Half, sort_around};
use crate::geospatial::shape::{Polygon, Ring};
use crate::geospatial::sphere::Point;
use crate::geospatial::sphere::measure::turning;

/// How much of a sum of turns may be rounding.
const TURNING_ERROR: f64 = 1e-13;

/// An edge that has the wanted region on its left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Border {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) input: usize,
}

impl Border {
    pub(crate) fn of(half: &Half) -> Border {
        Border { from: half.from, to: half.to, input: half.input.unwrap_or(usize::MAX) }
    }
}

/// The polygon on the left of the edges.
pub(crate) fn polygon(points: &[Point], mut borders: Vec<Border>) -> Result<Polygon, Failure> {
    borders.sort();
    let rings = rings(points, &borders)?;
    let vertices = |ring: &Vec<usize>| ring.iter().map(|i| points[borders[*i].from]).collect::<Vec<_>>();
    oriented(rings.iter().map(vertices).collect())
}

/// Rings without a vertex twice, each as the numbers of its edges, in the order of the inputs.
fn rings(points: &[Point], borders: &[Border]) -> Result<Vec<Vec<usize>>, Failure> {
    let turns = left_turns(points, borders)?;
    let mut used = vec![false; borders.len()];
    let mut rings: Vec<Vec<usize>> = Vec::new();
    // Where in the path each vertex is.
    let mut place: Vec<Option<usize>> = vec![None; points.len()];
    for start in 0..borders.len() {
        let (mut path, mut at): (Vec<usize>, usize) = (Vec::new(), start);
        while !used[at] {
            used[at] = true;
            place[borders[at].from] = Some(path.len());
            path.push(at);
            if let Some(begin) = place[borders[at].to] {
                let ring = path.split_off(begin);
                for edge in &ring {
                    place[borders[*edge].from] = None;
                }
                rings.push(canonical(borders, ring));
            }
            at = turns[at];
        }
        if !path.is_empty() {
            return Err(Failure::NotClosed);
        }
    }
    rings.sort_by_key(|ring| (borders[ring[0]].input, ring[0]));
    Ok(rings)
}

/// For each edge the one to go on with: at its end the next to the left.
fn left_turns(points: &[Point], borders: &[Border]) -> Result<Vec<usize>, Failure> {
    let mut around: Vec<Vec<(usize, bool)>> = vec![Vec::new(); points.len()];
    for (i, border) in borders.iter().enumerate() {
        around[border.from].push((i, true));
        around[border.to].push((i, false));
    }
    let mut turns = vec![usize::MAX; borders.len()];
    for (vertex, list) in around.iter_mut().enumerate() {
        let other = |(i, is_out): (usize, bool)| points[if is_out { borders[i].to } else { borders[i].from }];
        sort_around(points[vertex], list, other);
        // Clockwise, each edge that comes in goes on with the next that goes out and is not taken.
        let (mut waiting, mut free) = (Vec::new(), Vec::new());
        for (edge, is_out) in list.iter().rev() {
            match (is_out, waiting.pop()) {
                (true, Some(before)) => turns[before] = *edge,
                (true, None) => free.push(*edge),
                (false, last) => {
                    waiting.extend(last);
                    waiting.push(*edge);
                }
            }
        }
        for (before, edge) in waiting.into_iter().rev().zip(free) {
            turns[before] = edge;
        }
    }
    if turns.contains(&usize::MAX) { Err(Failure::NotClosed) } else { Ok(turns) }
}

/// The ring from the first edge after the last one, going round, of the highest input.
pub(crate) fn canonical(borders: &[Border], mut ring: Vec<usize>) -> Vec<usize> {
    let input = |i: usize| borders[ring[i]].input;
    let n = ring.len();
    let (mut position, mut has_gap) = (0, false);
    for i in 1..n {
        let (current, highest) = (input(i), input(position));
        if current < highest {
            has_gap = true;
        } else if current > highest || !has_gap {
            (position, has_gap) = (i, false);
        }
    }
    ring.rotate_left((position + 1) % n);
    ring
}

/// Rings whose inside is on the left, as a polygon.
fn oriented(rings: Vec<Vec<Point>>) -> Result<Polygon, Failure> {
    let mut contained_origin = Vec::with_capacity(rings.len());
    let mut normalized = Vec::with_capacity(rings.len());
    for vertices in rings {
        let turning = turning(&vertices);
        let mut ring = Ring::new(vertices);
        contained_origin.push(ring.contains_origin());
        if turning < -TURNING_ERROR || (turning.abs() <= TURNING_ERROR && ring.contains_origin()) {
            ring.invert();
        }
        normalized.push(ring);
    }
    let was_inverted: Vec<bool> =
        normalized.iter().zip(&contained_origin).map(|(ring, was)| ring.contains_origin() != *was).collect();
    let polygon = Polygon::nested_numbered(normalized);
    // Exactly the holes must have been turned; otherwise the polygon is the outside of what was built.
    if polygon.1.iter().all(|(number, is_hole)| was_inverted[*number] == *is_hole) {
        Ok(polygon.0)
    } else {
        Err(Failure::NotClosed)
    }
}
