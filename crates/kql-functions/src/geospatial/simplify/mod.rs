//! Fewer vertices within a tolerance.
//!
//! 1. [`snap`] chooses vertices that are further apart than the tolerance, and moves edges to them.
//! 2. [`chain`] replaces chains of edges by one edge where that passes all vertices within the tolerance, on the right side
//!    of all others; [`window`] keeps the directions in which it may go.
//!
//! The steps are those of the S2 library's builder with edge chains simplified, which the engine uses, so that the same
//! vertices are left.

mod chain;
mod snap;
mod window;

use super::overlay::Failure;
use super::overlay::loops::{Border, polygon};
use super::overlay::paths::paths;
use super::shape::Polygon;
use super::shape::geojson::Geometry;
use super::sphere::Point;
use chain::simplify_chains;
use snap::Snapped;
use std::collections::BTreeMap;

/// The largest tolerance, an angle: 70 degrees.
pub(crate) const MAX_TOLERANCE: f64 = 70.0 * std::f64::consts::PI / 180.0;

/// An edge between two sites.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Link {
    from: usize,
    to: usize,
    /// Of which shape of several that are simplified together.
    layer: usize,
    /// The input edges that it replaces.
    inputs: Vec<usize>,
}

/// Simplifies shapes, given as lists of edges, together: borders they share stay shared. The result is the sites, and of
/// each shape the edges between them.
fn simplify(layers: &[Vec<(Point, Point)>], tolerance: f64) -> Result<(Vec<Point>, Vec<Vec<Border>>), Failure> {
    let edges: Vec<(Point, Point)> = layers.iter().flatten().copied().collect();
    let layer_of: Vec<usize> = layers.iter().enumerate().flat_map(|(i, layer)| layer.iter().map(move |_| i)).collect();
    let snapped = Snapped::new(&edges, tolerance)?;
    let mut links: Vec<Link> = Vec::new();
    for (input, chain) in snapped.chains.iter().enumerate() {
        for step in chain.windows(2) {
            links.push(Link { from: step[0], to: step[1], layer: layer_of[input], inputs: vec![input] });
        }
    }
    // Also where all vertices are far apart: what lies on a straight line goes.
    if tolerance > 0.0 {
        links = simplify_chains(&snapped, links);
    }
    let mut borders: Vec<Vec<Border>> = vec![Vec::new(); layers.len()];
    for link in links {
        let input = link.inputs.iter().copied().min().unwrap_or(usize::MAX);
        borders[link.layer].push(Border { from: link.from, to: link.to, input });
    }
    Ok((snapped.sites, borders))
}

/// Lines with fewer vertices; `None` when nothing is left.
pub(crate) fn simplify_lines(lines: &[Vec<Point>], tolerance: f64) -> Result<Option<Geometry>, Failure> {
    let edges = lines.iter().flat_map(|line| line.windows(2).map(|e| (e[0], e[1]))).collect();
    let (sites, mut layers) = simplify(&[edges], tolerance)?;
    let lines = paths(sites.len(), layers.pop().unwrap_or_default());
    let place = |site: usize| sites[site].degrees();
    let lines: Vec<_> = lines.into_iter().map(|line| line.into_iter().map(place).collect()).collect();
    Ok((!lines.is_empty()).then_some(Geometry::Lines(lines)))
}

/// Polygons with fewer vertices, those that are left.
pub(crate) fn simplify_polygons(polygons: &[Polygon], tolerance: f64) -> Result<Vec<Polygon>, Failure> {
    let edges: Vec<Vec<(Point, Point)>> = polygons.iter().map(|p| super::overlay::union::edges(p).collect()).collect();
    let (sites, layers) = simplify(&edges, tolerance)?;
    let polygons = layers.into_iter().map(|borders| polygon(&sites, without_opposites(borders)));
    let polygons: Result<Vec<Polygon>, Failure> = polygons.collect();
    Ok(polygons?.into_iter().filter(|p| !p.is_empty()).collect())
}

/// Edges less those that run the other way: what was between them is gone.
fn without_opposites(borders: Vec<Border>) -> Vec<Border> {
    // Of each direction how many there are, and the lowest number.
    let mut counts: BTreeMap<(usize, usize), (usize, usize)> = BTreeMap::new();
    for border in borders {
        let (count, lowest) = counts.entry((border.from, border.to)).or_insert((0, border.input));
        *count += 1;
        *lowest = border.input.min(*lowest);
    }
    let opposite = |from, to| counts.get(&(to, from)).map_or(0, |(count, _)| *count);
    let left = counts.iter().flat_map(|((from, to), (count, input))| {
        let border = Border { from: *from, to: *to, input: *input };
        std::iter::repeat_n(border, count.saturating_sub(opposite(*from, *to)))
    });
    left.collect()
}
