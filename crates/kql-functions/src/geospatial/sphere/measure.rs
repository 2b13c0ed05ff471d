//! Area, turning and centroid of closed lines, lengths and centroids of open ones.

use super::edge::normal;
use super::point::Point;
use super::predicate::sign;
use std::f64::consts::PI;

/// Pairs of neighbours of a closed line, the last with the first.
pub(crate) fn closed_edges(vertices: &[Point]) -> impl Iterator<Item = (Point, Point)> + '_ {
    vertices.iter().copied().zip(vertices.iter().copied().cycle().skip(1))
}

/// The length of an open line, an angle.
pub(crate) fn length(vertices: &[Point]) -> f64 {
    vertices.windows(2).map(|e| e[0].angle(e[1])).sum()
}

/// The length of a closed line, an angle.
pub(crate) fn perimeter(vertices: &[Point]) -> f64 {
    closed_edges(vertices).map(|(a, b)| a.angle(b)).sum()
}

/// The sum of the turns of a closed line to the left: 2π less the area on its left.
pub(crate) fn turning(vertices: &[Point]) -> f64 {
    let n = vertices.len();
    (0..n).map(|i| turn(vertices[i], vertices[(i + 1) % n], vertices[(i + 2) % n])).sum()
}

fn turn(a: Point, b: Point, c: Point) -> f64 {
    let angle = normal(a, b).angle(normal(b, c));
    if sign(a, b, c) > 0 { angle } else { -angle }
}

/// The area on the left of a closed line, in steradians, 0 to 4π.
pub(crate) fn area(vertices: &[Point]) -> f64 {
    let Some((&origin, rest)) = vertices.split_first() else { return 0.0 };
    let area: f64 = rest.windows(2).map(|e| triangle_area(origin, e[0], e[1])).sum();
    if area < -1e-14 { area + 4.0 * PI } else { area.max(0.0) }
}

/// The area of a triangle, negative when it turns clockwise.
fn triangle_area(a: Point, b: Point, c: Point) -> f64 {
    let determinant = a.dot((b - a).cross(c - a));
    2.0 * determinant.atan2(1.0 + a.dot(b) + b.dot(c) + c.dot(a))
}

/// The centroid of the area on the left of a closed line, times the area; not of length 1.
pub(crate) fn area_centroid(vertices: &[Point]) -> Point {
    // The integral of the position over an area is half the sum of the edges' normals, each as long as the edge.
    closed_edges(vertices).fold(Point::new(0.0, 0.0, 0.0), |sum, (a, b)| sum + normal(a, b).normalize() * (0.5 * a.angle(b)))
}

/// The centroid of an open line times its length; not of length 1.
pub(crate) fn line_centroid(vertices: &[Point]) -> Point {
    vertices.windows(2).fold(Point::new(0.0, 0.0, 0.0), |sum, e| {
        let (difference, total) = ((e[0] - e[1]).norm2(), (e[0] + e[1]).norm2());
        if total == 0.0 { sum } else { sum + (e[0] + e[1]) * (difference / total).sqrt() }
    })
}
