//! Edges: their normals, distances, nearest points, intersections.

use super::point::Point;
use super::predicate::{Crossing, crossing};

/// A vector at right angles to both points, exact in direction also where they are close together. Twice their cross
/// product in length; of equal points any orthogonal vector.
pub(crate) fn normal(a: Point, b: Point) -> Point {
    let n = (a - b).cross(a + b);
    if n.norm2() == 0.0 { a.orthogonal() } else { n }
}

/// The direction at `a` of the edge to `b`: a unit vector at right angles to `a`.
pub(crate) fn direction(a: Point, b: Point) -> Point {
    normal(a, b).cross(a).normalize()
}

/// The point at an angle from `a` in a direction that is at right angles to it.
pub(crate) fn along(a: Point, direction: Point, angle: f64) -> Point {
    (a * angle.cos() + direction * angle.sin()).normalize()
}

/// The point on the edge at an angle from `a`.
pub(crate) fn on_edge(a: Point, b: Point, angle: f64) -> Point {
    along(a, direction(a, b), angle)
}

/// The point at a fraction of the edge's length.
pub(crate) fn interpolate(a: Point, b: Point, fraction: f64) -> Point {
    if fraction == 0.0 {
        a
    } else if fraction == 1.0 {
        b
    } else {
        on_edge(a, b, fraction * a.angle(b))
    }
}

/// The point of the edge nearest to `x`.
pub(crate) fn project(x: Point, a: Point, b: Point) -> Point {
    if x == a || x == b {
        return x;
    }
    let n = normal(a, b);
    let foot = x - n * (x.dot(n) / n.norm2());
    let ccw = |u: Point, v: Point, w: Point| w.cross(u).dot(v) > 0.0;
    if ccw(n, a, foot) && ccw(foot, b, n) {
        foot.normalize()
    } else if (x - a).norm2() <= (x - b).norm2() {
        a
    } else {
        b
    }
}

/// The angle between a point and the nearest point of the edge.
pub(crate) fn distance(x: Point, a: Point, b: Point) -> f64 {
    let foot = project(x, a, b);
    // Of the chord: exact also where the angle is tiny.
    2.0 * (0.5 * (x - foot).norm()).min(1.0).asin()
}

/// The angle between the nearest points of two edges.
pub(crate) fn edge_distance(a: Point, b: Point, c: Point, d: Point) -> f64 {
    if crossing(a, b, c, d) == Crossing::Interior {
        return 0.0;
    }
    [distance(a, c, d), distance(b, c, d), distance(c, a, b), distance(d, a, b)]
        .into_iter()
        .fold(f64::INFINITY, f64::min)
}

/// The point where two edges cross that do so.
pub(crate) fn intersection(a: Point, b: Point, c: Point, d: Point) -> Point {
    // Along the shorter edge, in the proportion of the distances of its ends from the plane of the longer one.
    let ((a, b), (c, d)) = if (a - b).norm2() <= (c - d).norm2() { ((a, b), (c, d)) } else { ((c, d), (a, b)) };
    let n = normal(c, d);
    let height = |p: Point| {
        let near = if (p - c).norm2() <= (p - d).norm2() { c } else { d };
        (p - near).dot(n).abs()
    };
    let (from_a, from_b) = (height(a), height(b));
    let x = a * from_b + b * from_a;
    if x.norm2() > 0.0 && from_a.max(from_b) > 1e-30 { x.normalize() } else { (a + b).normalize() }
}

/// Whether a point is strictly between the ends of an edge and no further from it than the angle.
pub(crate) fn is_inside_edge(x: Point, a: Point, b: Point, tolerance: f64) -> bool {
    let n = normal(a, b);
    // A quick no before the square root.
    let height = x.dot(n);
    if height * height > n.norm2() * tolerance * tolerance * 1.0001 {
        return false;
    }
    let foot = x - n * (height / n.norm2());
    let ccw = |u: Point, v: Point, w: Point| w.cross(u).dot(v) > 0.0;
    ccw(n, a, foot) && ccw(foot, b, n)
}

/// Whether two points are so nearly opposite that no shorter arc joins them.
pub(crate) fn are_antipodal(a: Point, b: Point) -> bool {
    (a + b).norm2() < 1e-30
}
