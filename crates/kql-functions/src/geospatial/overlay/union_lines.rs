//! The union of lines.

use super::Failure;
use super::arrange::arrange;
use super::intersection::line_edges;
use super::loops::Border;
use super::paths::paths;
use crate::geospatial::shape::geojson::Geometry;
use crate::geospatial::sphere::Point;

/// Lines with each edge once, joined where one ends and one other begins. They are not split where they cross.
pub(crate) fn union_of_lines(lines: &[Vec<Point>]) -> Result<Geometry, Failure> {
    let all: Vec<(Point, Point)> = line_edges(lines).collect();
    let arrangement = arrange(&all, |_, _| false)?;
    let edges = arrangement.pieces.iter().map(|p| Border { from: p.from, to: p.to, input: p.input }).collect();
    let lines = paths(arrangement.points.len(), edges);
    let place = |point: usize| arrangement.points[point].degrees();
    Ok(Geometry::Lines(lines.into_iter().map(|line| line.into_iter().map(place).collect()).collect()))
}
