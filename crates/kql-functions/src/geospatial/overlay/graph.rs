//! Pieces of edges as the borders of faces, and how often regions wind around these.

use super::Failure;
use super::arrange::Arrangement;
use crate::geospatial::shape::ring::ORIGIN;
use crate::geospatial::sphere::Point;
use crate::geospatial::sphere::predicate::{angle_contains_vertex, ordered_ccw, signed_crossing};
use std::collections::BTreeMap;

/// How often two regions wind around a face.
pub(crate) type Windings = [i32; 2];

/// What an input edge belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// The border of the first or second region, which is on its left.
    Region(usize),
    /// The first or second of two lines.
    Line(usize),
}

/// A piece in one direction, with what input edges lie on it. Its opposite is the one beside it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Half {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// The lowest number of the input edges that run this way.
    pub(crate) input: Option<usize>,
    /// How often each region's edges run this way, less how often they run the other way.
    pub(crate) change: Windings,
    /// The lowest number of the input edges of each line that run this way.
    pub(crate) lines: [Option<usize>; 2],
}

/// The planar graph of an arrangement.
#[derive(Debug)]
pub(crate) struct Graph {
    pub(crate) points: Vec<Point>,
    /// Half `2 k` and half `2 k + 1` are the two directions of one piece.
    pub(crate) halves: Vec<Half>,
    /// The next half around the face on the left.
    next: Vec<usize>,
}

pub(crate) fn opposite(half: usize) -> usize {
    half ^ 1
}

/// Sorts directions around a centre counter-clockwise from the first. Compares each with few others, and cannot fail
/// whatever the answers.
pub(crate) fn sort_around<T: Copy>(centre: Point, list: &mut [T], point: impl Fn(T) -> Point) {
    let Some((&mut first, rest)) = list.split_first_mut() else { return };
    let reference = point(first);
    for i in 1..rest.len() {
        let p = point(rest[i]);
        let place = rest[..i].partition_point(|q| ordered_ccw(reference, point(*q), p, centre));
        rest[place..=i].rotate_right(1);
    }
}

fn lower(lowest: &mut Option<usize>, input: usize) {
    *lowest = Some(lowest.map_or(input, |i| i.min(input)));
}

impl Graph {
    /// The graph; `part` says what an input edge belongs to.
    pub(crate) fn new(arrangement: Arrangement, part: impl Fn(usize) -> Part) -> Graph {
        let mut pieces: BTreeMap<(usize, usize), [Half; 2]> = BTreeMap::new();
        for piece in &arrangement.pieces {
            let (low, high) = (piece.from.min(piece.to), piece.from.max(piece.to));
            let half = |from, to| Half { from, to, input: None, change: [0, 0], lines: [None, None] };
            let halves = pieces.entry((low, high)).or_insert_with(|| [half(low, high), half(high, low)]);
            let forward = usize::from(piece.from > piece.to);
            lower(&mut halves[forward].input, piece.input);
            match part(piece.input) {
                Part::Line(line) => lower(&mut halves[forward].lines[line], piece.input),
                Part::Region(region) => {
                    halves[forward].change[region] += 1;
                    halves[1 - forward].change[region] -= 1;
                }
            }
        }
        let halves: Vec<Half> = pieces.into_values().flatten().collect();
        let points = arrangement.points;
        let mut outgoing: Vec<Vec<usize>> = vec![Vec::new(); points.len()];
        for (i, half) in halves.iter().enumerate() {
            outgoing[half.from].push(i);
        }
        let mut next = vec![0; halves.len()];
        for (vertex, list) in outgoing.iter_mut().enumerate() {
            sort_around(points[vertex], list, |i: usize| points[halves[i].to]);
            for (k, half) in list.iter().enumerate() {
                // Coming in along the opposite, the face on the left goes on with the next edge clockwise.
                next[opposite(*half)] = list[(k + list.len() - 1) % list.len()];
            }
        }
        Graph { points, halves, next }
    }

    /// For each half how often the regions wind around the face on its left, given that for the origin.
    pub(crate) fn windings(&self, at_origin: Windings) -> Result<Vec<Windings>, Failure> {
        let mut windings: Vec<Option<Windings>> = vec![None; self.halves.len()];
        for start in 0..self.halves.len() {
            if windings[start].is_some() {
                continue;
            }
            let first = self.face_of_vertex(start);
            let at_vertex = self.winding_at(self.points[self.halves[first].to], at_origin);
            let mut open = vec![(first, at_vertex)];
            while let Some((half, winding)) = open.pop() {
                match windings[half] {
                    Some(known) if known == winding => continue,
                    Some(_) => return Err(Failure::NotClosed),
                    None => {}
                }
                // Around the face, and over its borders.
                let mut at = half;
                while windings[at].is_none() {
                    windings[at] = Some(winding);
                    let change = self.halves[at].change;
                    open.push((opposite(at), [winding[0] - change[0], winding[1] - change[1]]));
                    at = self.next[at];
                }
            }
        }
        Ok(windings.into_iter().map(Option::unwrap_or_default).collect())
    }

    /// A half that ends where the given one does, of whose face the vertex there is a point.
    fn face_of_vertex(&self, half: usize) -> usize {
        let vertex = self.points[self.halves[half].to];
        let mut at = half;
        loop {
            let next = self.next[at];
            let (from, to) = (self.points[self.halves[at].from], self.points[self.halves[next].to]);
            if from == to || angle_contains_vertex(from, vertex, to) {
                return at;
            }
            at = opposite(next);
            if at == half {
                return half;
            }
        }
    }

    fn winding_at(&self, p: Point, at_origin: Windings) -> Windings {
        let side = ORIGIN.cross(p);
        self.halves.iter().step_by(2).fold(at_origin, |[first, second], half| {
            let (a, b) = (self.points[half.from], self.points[half.to]);
            let (a_side, b_side) = (a.dot(side), b.dot(side));
            if (a_side > 1e-15 && b_side > 1e-15) || (a_side < -1e-15 && b_side < -1e-15) {
                return [first, second];
            }
            let crossing = signed_crossing(ORIGIN, p, a, b);
            [first + crossing * half.change[0], second + crossing * half.change[1]]
        })
    }
}
