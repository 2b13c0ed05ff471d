//! What two shapes have in common. Borders belong to polygons and ends to lines: shapes that touch have points or lines in
//! common.

use super::Failure;
use super::arrange::arrange;
use super::graph::{Graph, Part, Windings, opposite};
use super::loops::{Border, polygon};
use super::paths::paths;
use super::union::edges;
use crate::geospatial::shape::Polygon;
use crate::geospatial::shape::geojson::Geometry;
use crate::geospatial::shape::ring::ORIGIN;
use crate::geospatial::sphere::Point;

/// The edges of lines.
pub(crate) fn line_edges(lines: &[Vec<Point>]) -> impl Iterator<Item = (Point, Point)> + '_ {
    lines.iter().flat_map(|line| line.windows(2).map(|e| (e[0], e[1])))
}

/// What two polygons have in common.
pub(crate) fn of_polygons(a: &Polygon, b: &Polygon) -> Result<Geometry, Failure> {
    let (common, windings) = Common::new(edges(a), edges(b), [Part::Region(0), Part::Region(1)], [a, b])?;
    let is_inside = |half: usize| windings[half].iter().all(|w| *w > 0);
    let is_border = |half: &usize| is_inside(*half) && !is_inside(opposite(*half));
    let borders: Vec<usize> = (0..common.graph.halves.len()).filter(is_border).collect();
    // Borders that meet from both sides.
    let is_line = |half: &usize| {
        let [a, b] = common.graph.halves[*half].change;
        a > 0 && b != 0 && !is_border(half) && !is_border(&opposite(*half))
    };
    let lines = (0..common.graph.halves.len()).filter(is_line).collect();
    common.geometry(lines, borders)
}

/// What lines and a polygon have in common.
pub(crate) fn of_lines_and_polygon(lines: &[Vec<Point>], region: &Polygon) -> Result<Geometry, Failure> {
    let empty = Polygon::default();
    let parts = [Part::Line(0), Part::Region(1)];
    let (common, windings) = Common::new(line_edges(lines), edges(region), parts, [&empty, region])?;
    let is_line = |half: &usize| {
        let is_inside = windings[*half][1] > 0 || windings[opposite(*half)][1] > 0;
        is_inside && common.graph.halves[*half].lines[0].is_some()
    };
    let kept = (0..common.graph.halves.len()).filter(is_line).collect();
    common.geometry(kept, Vec::new())
}

/// What lines have in common with lines: parts that run together, in the direction of the first, and points.
pub(crate) fn of_lines(a: &[Vec<Point>], b: &[Vec<Point>]) -> Result<Geometry, Failure> {
    let empty = Polygon::default();
    let parts = [Part::Line(0), Part::Line(1)];
    let (common, _) = Common::new(line_edges(a), line_edges(b), parts, [&empty, &empty])?;
    let halves = &common.graph.halves;
    let is_line = |half: &usize| {
        let second = halves[*half].lines[1].or(halves[opposite(*half)].lines[1]);
        halves[*half].lines[0].is_some() && second.is_some()
    };
    let kept = (0..halves.len()).filter(is_line).collect();
    common.geometry(kept, Vec::new())
}

/// Two shapes in one graph.
struct Common {
    graph: Graph,
    /// Of each point whether the first and the second shape have edges there.
    has: Vec<[bool; 2]>,
}

impl Common {
    fn new(
        a: impl Iterator<Item = (Point, Point)>,
        b: impl Iterator<Item = (Point, Point)>,
        parts: [Part; 2],
        regions: [&Polygon; 2],
    ) -> Result<(Common, Vec<Windings>), Failure> {
        let mut all: Vec<(Point, Point)> = a.collect();
        let n = all.len();
        all.extend(b);
        let arrangement = arrange(&all, |i, j| (i < n) != (j < n))?;
        let mut has = vec![[false; 2]; arrangement.points.len()];
        for piece in &arrangement.pieces {
            for point in [piece.from, piece.to] {
                has[point][usize::from(piece.input >= n)] = true;
            }
        }
        let graph = Graph::new(arrangement, |input| parts[usize::from(input >= n)]);
        let windings = graph.windings(regions.map(|r| i32::from(r.contains(ORIGIN))))?;
        Ok((Common { graph, has }, windings))
    }

    /// The lines and the polygon of these halves, and the common points that are on neither.
    fn geometry(self, lines: Vec<usize>, borders: Vec<usize>) -> Result<Geometry, Failure> {
        let Common { graph, has } = self;
        let mut is_free: Vec<bool> = has.iter().map(|has| has[0] && has[1]).collect();
        for half in lines.iter().chain(&borders) {
            is_free[graph.halves[*half].from] = false;
            is_free[graph.halves[*half].to] = false;
        }
        let place = |point: usize| graph.points[point].degrees();
        let points = (0..is_free.len()).filter(|p| is_free[*p]).map(place).collect();
        let border = |half: usize| Border::of(&graph.halves[half]);
        let lines = paths(graph.points.len(), lines.into_iter().map(border).collect());
        let lines = lines.into_iter().map(|line| line.into_iter().map(place).collect()).collect();
        let region = polygon(&graph.points, borders.into_iter().map(border).collect())?;
        Ok(Geometry::of(vec![Geometry::Points(points), Geometry::Lines(lines), region.geometry()]))
    }
}
