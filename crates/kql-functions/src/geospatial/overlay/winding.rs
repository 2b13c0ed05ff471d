//! The region that closed lines, which may cross themselves and each other, wind around.

use super::Failure;
use super::arrange::arrange;
use super::graph::{Graph, Part, opposite};
use super::loops::{Border, polygon};
use crate::geospatial::shape::Polygon;
use crate::geospatial::sphere::Point;
use crate::geospatial::sphere::measure::closed_edges;

/// The polygon of the faces around which the lines wind counter-clockwise at least once, given how often they do around
/// the origin.
pub(crate) fn positive(lines: &[Vec<Point>], at_origin: i32) -> Result<Polygon, Failure> {
    let edges: Vec<(Point, Point)> = lines.iter().flat_map(|line| closed_edges(line)).collect();
    let graph = Graph::new(arrange(&edges, |_, _| true)?, |_| Part::Region(0));
    let windings = graph.windings([at_origin, 0])?;
    let is_border = |half: &usize| windings[*half][0] > 0 && windings[opposite(*half)][0] <= 0;
    let borders = (0..graph.halves.len()).filter(is_border).map(|half| Border::of(&graph.halves[half]));
    polygon(&graph.points, borders.collect())
}
