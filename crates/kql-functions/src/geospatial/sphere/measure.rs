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
    let sum = over_triangles(vertices, 0.0, |sum, a, b, c| sum + f64::from(sign(a, b, c)) * triangle_area(a, b, c));
    let area = libm::remainder(sum, 4.0 * PI);
    if area < 0.0 && turning(vertices) < 0.0 { area + 4.0 * PI } else { area.max(0.0) }
}

/// The centroid of the area on the left of a closed line, times the area; not of length 1.
pub(crate) fn area_centroid(vertices: &[Point]) -> Point {
    over_triangles(vertices, Point::new(0.0, 0.0, 0.0), |sum, a, b, c| sum + triangle_centroid(a, b, c))
}

/// Adds up something over triangles from the first vertex to the edges that do not end there. Where such a triangle would
/// have an edge of nearly half a great circle, its tip moves.
///
/// The triangles, and the formulas for them, are those of the S2 library, so that rounding errors, which show in small
/// areas, are the same.
fn over_triangles<T>(vertices: &[Point], zero: T, mut add: impl FnMut(T, Point, Point, Point) -> T) -> T {
    const MAX_LENGTH: f64 = PI - 1e-5;
    let (Some(&first), Some(&last)) = (vertices.first(), vertices.last()) else { return zero };
    let (mut sum, mut tip) = (zero, first);
    for edge in vertices[1..].windows(2) {
        let (a, b) = (edge[0], edge[1]);
        if b.angle(tip) > MAX_LENGTH {
            let before = tip;
            if tip == first {
                tip = normal(first, a).normalize();
            } else if a.angle(first) < MAX_LENGTH {
                tip = first;
            } else {
                tip = first.cross(before);
                sum = add(sum, first, before, tip);
            }
            sum = add(sum, before, a, tip);
        }
        sum = add(sum, tip, a, b);
    }
    if tip == first { sum } else { add(sum, tip, last, first) }
}

/// The area of a triangle by its sides (l'Huilier), or by its angles where one side is almost as long as the others
/// together (Girard).
fn triangle_area(a: Point, b: Point, c: Point) -> f64 {
    let sides = [b.angle(c), c.angle(a), a.angle(b)];
    let [sa, sb, sc] = sides;
    let s = 0.5 * (sa + sb + sc);
    if s >= 3e-4 {
        let least = s - sa.max(sb.max(sc));
        if least < 1e-2 * s * (s * s) * (s * s) {
            let (ab, bc, ac) = (normal(a, b), normal(b, c), normal(a, c));
            let area = (ab.angle(ac) - ab.angle(bc) + bc.angle(ac)).max(0.0);
            if least < s * (0.1 * (area + 5e-15)) {
                return area;
            }
        }
    }
    let tangents = (0.5 * s).tan() * (0.5 * (s - sa)).tan() * (0.5 * (s - sb)).tan() * (0.5 * (s - sc)).tan();
    4.0 * tangents.max(0.0).sqrt().atan()
}

/// The centroid of a triangle times its area, which is negative when it turns clockwise.
fn triangle_centroid(a: Point, b: Point, c: Point) -> Point {
    let ratio = |angle: f64| if angle == 0.0 { 1.0 } else { angle / angle.sin() };
    let (ra, rb, rc) = (ratio(b.angle(c)), ratio(c.angle(a)), ratio(a.angle(b)));
    // A system of three equations, less the first in the others, by Cramer's rule.
    let x = Point::new(a.x, b.x - a.x, c.x - a.x);
    let y = Point::new(a.y, b.y - a.y, c.y - a.y);
    let z = Point::new(a.z, b.z - a.z, c.z - a.z);
    let r = Point::new(ra, rb - ra, rc - ra);
    Point::new(y.cross(z).dot(r), z.cross(x).dot(r), x.cross(y).dot(r)) * 0.5
}

/// The centroid of an open line times its length; not of length 1.
pub(crate) fn line_centroid(vertices: &[Point]) -> Point {
    vertices.windows(2).fold(Point::new(0.0, 0.0, 0.0), |sum, e| {
        let (difference, total) = ((e[0] - e[1]).norm2(), (e[0] + e[1]).norm2());
        if total == 0.0 { sum } else { sum + (e[0] + e[1]) * (difference / total).sqrt() }
    })
}
