//! On which side, in which order, crossing or not: decided exactly, so that neighbouring shapes never disagree.
//!
//! No three different points count as lying on one great circle: where they do, each is thought to be moved by an
//! infinitely small amount of its own ("simulation of simplicity"). With that every point of the sphere is in exactly one
//! of the polygons that share an edge or a vertex.

use super::point::Point;
use std::cmp::Ordering;

/// The largest rounding error of a determinant of three unit vectors.
const DETERMINANT_ERROR: f64 = 1.8274 * f64::EPSILON;

/// 1 when the points turn counter-clockwise, -1 when clockwise, 0 only when two of them are equal.
pub(crate) fn sign(a: Point, b: Point, c: Point) -> i32 {
    let determinant = a.cross(b).dot(c);
    if determinant > DETERMINANT_ERROR {
        1
    } else if determinant < -DETERMINANT_ERROR {
        -1
    } else {
        exact_sign(a, b, c)
    }
}

fn exact_sign(a: Point, b: Point, c: Point) -> i32 {
    if a == b || b == c || c == a {
        return 0;
    }
    // Sorted, as the imagined movement depends on the point alone; every swap turns the sign.
    let (mut p, mut turn) = ([a, b, c], 1);
    for (i, j) in [(0, 1), (1, 2), (0, 1)] {
        if lexical(p[i], p[j]) == Ordering::Greater {
            p.swap(i, j);
            turn = -turn;
        }
    }
    let [a, b, c] = p;
    let corner = |p: Point| robust::Coord3D { x: p.x, y: p.y, z: p.z };
    let determinant = robust::orient3d(corner(a), corner(b), corner(c), corner(Point::new(0.0, 0.0, 0.0)));
    turn * if determinant == 0.0 { moved_sign(a, b, c) } else { signum(determinant) }
}

fn lexical(a: Point, b: Point) -> Ordering {
    let pairs = a.array().into_iter().zip(b.array());
    pairs.filter_map(|(a, b)| a.partial_cmp(&b)).find(|o| *o != Ordering::Equal).unwrap_or(Ordering::Equal)
}

fn signum(value: f64) -> i32 {
    if value > 0.0 {
        1
    } else if value < 0.0 {
        -1
    } else {
        0
    }
}

/// The sign of `p * s - q * r`, exactly.
fn minor(p: f64, q: f64, r: f64, s: f64) -> i32 {
    let corner = |x, y| robust::Coord { x, y };
    signum(robust::orient2d(corner(p, q), corner(r, s), corner(0.0, 0.0)))
}

/// The sign of three sorted points on one great circle, each moved by a little: the later in the order, the less, and
/// along z more than along y more than along x. The first term of the expanded determinant that is not zero decides.
fn moved_sign(a: Point, b: Point, c: Point) -> i32 {
    let terms: [&dyn Fn() -> i32; 13] = [
        &|| minor(b.x, b.y, c.x, c.y),
        &|| minor(b.z, b.x, c.z, c.x),
        &|| minor(b.y, b.z, c.y, c.z),
        &|| minor(c.x, c.y, a.x, a.y),
        &|| signum(c.x),
        &|| -signum(c.y),
        &|| minor(c.z, c.x, a.z, a.x),
        &|| signum(c.z),
        // From here on c is zero, which no point of the sphere is; kept so that the function is total.
        &|| minor(a.x, a.y, b.x, b.y),
        &|| -signum(b.x),
        &|| signum(b.y),
        &|| signum(a.x),
        &|| 1,
    ];
    terms.iter().map(|term| term()).find(|sign| *sign != 0).unwrap_or(1)
}

/// True when, turning counter-clockwise around `o`, one meets `a`, `b`, `c` in this order.
pub(crate) fn ordered_ccw(a: Point, b: Point, c: Point, o: Point) -> bool {
    let votes = [sign(b, o, a) >= 0, sign(c, o, b) >= 0, sign(a, o, c) > 0];
    votes.into_iter().filter(|v| *v).count() >= 2
}

/// How two edges meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crossing {
    Apart,
    /// They have an end in common.
    Vertex,
    /// They cross at a point inside both.
    Interior,
}

pub(crate) fn crossing(a: Point, b: Point, c: Point, d: Point) -> Crossing {
    if a == c || a == d || b == c || b == d {
        return if a == b || c == d { Crossing::Apart } else { Crossing::Vertex };
    }
    if a == b || c == d {
        return Crossing::Apart;
    }
    let turn = -sign(a, b, c);
    if turn == sign(a, b, d) && turn == -sign(c, d, b) && turn == sign(c, d, a) {
        Crossing::Interior
    } else {
        Crossing::Apart
    }
}

/// Whether the angle at `b`, from `a` to `c` with the inside on the left, contains `b` itself. Of the angles that fill the
/// circle around a point exactly one does.
pub(crate) fn angle_contains_vertex(a: Point, b: Point, c: Point) -> bool {
    !ordered_ccw(b.orthogonal(), c, a, b)
}

/// Winding number at `b` less winding number at `a`, of an edge `c` → `d` with its inside on the left: 1 when the way from
/// `a` to `b` enters there, -1 when it leaves, 0 when it does not pass. Ends on an edge's ends are counted so that the
/// numbers of a closed line add up.
pub(crate) fn signed_crossing(a: Point, b: Point, c: Point, d: Point) -> i32 {
    match crossing(a, b, c, d) {
        Crossing::Apart => 0,
        Crossing::Interior => sign(c, d, b),
        Crossing::Vertex if a == c => i32::from(b == d || ordered_ccw(a.orthogonal(), d, b, a)),
        Crossing::Vertex if b == d => i32::from(ordered_ccw(b.orthogonal(), c, a, b)),
        Crossing::Vertex if a == d => -i32::from(b == c || ordered_ccw(a.orthogonal(), c, b, a)),
        Crossing::Vertex => -i32::from(ordered_ccw(b.orthogonal(), d, a, b)),
    }
}
