//! Splitting edges so that they meet at their ends only.

use super::Failure;
use super::sites::{Sites, TOLERANCE};
use crate::geospatial::cells::s2::Cell;
use crate::geospatial::sphere::Point;
use crate::geospatial::sphere::edge::{intersection, is_inside_edge};
use crate::geospatial::sphere::predicate::{Crossing, crossing};
use crate::geospatial::sweep;

/// Of how many pairs of edges it is found out whether they cross.
const MAX_PAIRS: usize = 50_000_000;
/// Into how many pieces edges may be split.
const MAX_PIECES: usize = 4_000_000;
/// How often pieces, moved by rounding, may be split again.
const MAX_ROUNDS: usize = 8;

/// A piece of an input edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// The number of the input edge.
    pub(crate) input: usize,
}

/// Points in the order of their S2 cells, and edges between them that do not cross.
#[derive(Debug)]
pub(crate) struct Arrangement {
    pub(crate) points: Vec<Point>,
    pub(crate) pieces: Vec<Piece>,
}

/// Splits edges where one's end is on another, and where those cross of whose numbers `split` is true.
pub(crate) fn arrange(edges: &[(Point, Point)], split: impl Fn(usize, usize) -> bool) -> Result<Arrangement, Failure> {
    let mut sites = Sites::default();
    let mut ends: Vec<Point> = edges.iter().flat_map(|(a, b)| [*a, *b]).collect();
    ends.sort_by_cached_key(|p| Cell::leaf(*p));
    for p in ends {
        sites.add(p);
    }
    let piece = |(input, (a, b)): (usize, &(Point, Point))| Piece { from: sites.add(*a), to: sites.add(*b), input };
    let mut pieces: Vec<Piece> = edges.iter().enumerate().map(piece).filter(|p| p.from != p.to).collect();
    let mut pairs = 0;
    for _ in 0..MAX_ROUNDS {
        let splits = find_splits(&pieces, &mut sites, &split, &mut pairs)?;
        if splits.iter().all(Vec::is_empty) {
            let (points, place) = sites.sorted();
            let renumber = |p: Piece| Piece { from: place[p.from], to: place[p.to], ..p };
            return Ok(Arrangement { points, pieces: pieces.into_iter().map(renumber).collect() });
        }
        if pieces.len() + splits.iter().map(Vec::len).sum::<usize>() > MAX_PIECES {
            return Err(Failure::TooLarge);
        }
        pieces = split_all(&pieces, splits, &sites);
    }
    Err(Failure::NotClosed)
}

/// For each piece the points at which it is to be split.
fn find_splits(
    pieces: &[Piece],
    sites: &mut Sites,
    split: &impl Fn(usize, usize) -> bool,
    pairs: &mut usize,
) -> Result<Vec<Vec<usize>>, Failure> {
    let mut splits: Vec<Vec<usize>> = vec![Vec::new(); pieces.len()];
    let edges: Vec<(Point, Point)> = pieces.iter().map(|p| (sites.point(p.from), sites.point(p.to))).collect();
    let all_tested = sweep::all_pairs(&edges, TOLERANCE, |i, j| {
        *pairs += 1;
        let ((a, b), (c, d)) = (edges[i], edges[j]);
        for (edge, other) in [(i, j), (j, i)] {
            for end in [pieces[other].from, pieces[other].to] {
                let is_end = end == pieces[edge].from || end == pieces[edge].to;
                if !is_end && is_inside_edge(sites.point(end), edges[edge].0, edges[edge].1, TOLERANCE) {
                    splits[edge].push(end);
                }
            }
        }
        if split(pieces[i].input, pieces[j].input) && crossing(a, b, c, d) == Crossing::Interior {
            let site = sites.add(intersection(a, b, c, d));
            for edge in [i, j] {
                if site != pieces[edge].from && site != pieces[edge].to {
                    splits[edge].push(site);
                }
            }
        }
        *pairs <= MAX_PAIRS
    });
    if all_tested { Ok(splits) } else { Err(Failure::TooLarge) }
}

fn split_all(pieces: &[Piece], splits: Vec<Vec<usize>>, sites: &Sites) -> Vec<Piece> {
    let mut out = Vec::with_capacity(pieces.len());
    for (piece, mut through) in pieces.iter().zip(splits) {
        let start = sites.point(piece.from);
        through.sort_by(|a, b| (sites.point(*a) - start).norm2().total_cmp(&(sites.point(*b) - start).norm2()));
        let mut from = piece.from;
        for to in through.into_iter().chain([piece.to]) {
            if to != from {
                out.push(Piece { from, to, input: piece.input });
                from = to;
            }
        }
    }
    out
}
