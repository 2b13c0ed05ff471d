//! A closed line and what is on its left.

use crate::geospatial::sphere::Point;
use crate::geospatial::sphere::edge::{distance, project};
use crate::geospatial::sphere::measure::{closed_edges, turning};
use crate::geospatial::sphere::predicate::{angle_contains_vertex, ordered_ccw, signed_crossing};

/// The point from which containment is counted. Any would do; of points that lie exactly on edges this one decides.
pub(crate) const ORIGIN: Point =
    Point::new(-0.009_999_466_435_025_02, 0.002_592_454_260_932_412, 0.999_946_643_502_502_1);

/// How much of a sum of turns may be rounding.
const TURNING_ERROR: f64 = 1e-13;

/// A closed line without its last point, which is the first again. What is on its left is inside.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    vertices: Vec<Point>,
    contains_origin: bool,
    /// A cap that contains the inside, when one of less than half the sphere is easily found: its centre, and the cosine
    /// of its radius.
    cap: Option<(Point, f64)>,
}

impl Ring {
    /// The ring of three vertices or more, all different.
    pub(crate) fn new(vertices: Vec<Point>) -> Self {
        let mut ring = Ring { vertices, contains_origin: false, cap: None };
        let [a, b, c, ..] = ring.vertices[..] else { return ring };
        ring.contains_origin = angle_contains_vertex(a, b, c) != ring.contains(b);
        ring.cap = ring.bounding_cap();
        ring
    }

    /// The ring turned, if need be, so that it encloses at most half of the sphere.
    pub(crate) fn normalized(vertices: Vec<Point>) -> Self {
        let mut ring = Ring::new(vertices);
        if turning(&ring.vertices) < -TURNING_ERROR {
            ring.invert();
        }
        ring
    }

    /// Makes the outside the inside.
    pub(crate) fn invert(&mut self) {
        self.vertices.reverse();
        self.contains_origin = !self.contains_origin;
        self.cap = self.bounding_cap();
    }

    pub(crate) fn vertices(&self) -> &[Point] {
        &self.vertices
    }

    pub(crate) fn contains_origin(&self) -> bool {
        self.contains_origin
    }

    pub(crate) fn edges(&self) -> impl Iterator<Item = (Point, Point)> + '_ {
        closed_edges(&self.vertices)
    }

    fn bounding_cap(&self) -> Option<(Point, f64)> {
        let centre = self.vertices.iter().fold(Point::new(0.0, 0.0, 0.0), |sum, v| sum + *v).normalize();
        let cosine = self.vertices.iter().map(|v| v.dot(centre)).fold(1.0, f64::min) - 1e-14;
        // A cap of less than half the sphere is convex, so it contains the edges, and the inside if that is the smaller
        // part, which does not contain the point opposite the centre.
        (cosine > 1e-6 && turning(&self.vertices) > 0.0).then_some((centre, cosine))
    }

    /// Whether a point is inside. Of rings that divide the sphere exactly one contains each point, vertices included.
    pub(crate) fn contains(&self, p: Point) -> bool {
        if self.cap.is_some_and(|(centre, cosine)| p.dot(centre) < cosine) {
            return false;
        }
        let side = ORIGIN.cross(p);
        let Some(last) = self.vertices.last() else { return false };
        let mut inside = self.contains_origin;
        let (mut a, mut a_side) = (*last, last.dot(side));
        for &b in &self.vertices {
            let b_side = b.dot(side);
            // Most edges are clearly on one side of the way from the origin to the point.
            if !((a_side > 1e-15 && b_side > 1e-15) || (a_side < -1e-15 && b_side < -1e-15)) {
                inside ^= signed_crossing(ORIGIN, p, a, b) != 0;
            }
            (a, a_side) = (b, b_side);
        }
        inside
    }

    /// Whether another ring, which does not cross this one, is inside it.
    pub(crate) fn contains_ring(&self, other: &Ring) -> bool {
        let [b0, b1, b2, ..] = other.vertices[..] else { return false };
        let n = self.vertices.len();
        match self.vertices.iter().position(|v| *v == b1) {
            None => self.contains(b1),
            Some(i) => {
                let (a0, a2) = (self.vertices[(i + n - 1) % n], self.vertices[(i + 1) % n]);
                ordered_ccw(a2, b2, b0, b1) && ordered_ccw(b0, a0, a2, b1)
            }
        }
    }

    /// The angle to the nearest point of the line.
    pub(crate) fn boundary_distance(&self, p: Point) -> f64 {
        self.edges().map(|(a, b)| distance(p, a, b)).fold(f64::INFINITY, f64::min)
    }

    /// The nearest point of the line and the angle to it.
    pub(crate) fn nearest(&self, p: Point) -> Option<(Point, f64)> {
        let near = self.edges().min_by(|(a, b), (c, d)| distance(p, *a, *b).total_cmp(&distance(p, *c, *d)));
        near.map(|(a, b)| (project(p, a, b), distance(p, a, b)))
    }
}
