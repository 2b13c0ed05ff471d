//! Everything within a radius of a shape, as a polygon.
//!
//! The outline is an offset curve: along each edge at the radius, around vertices that turn away from it in arcs, and
//! through the vertices that turn towards it. What this curve winds around is the buffer. The steps are those of the S2
//! library's buffer operation, which the engine uses (after Chen and McMains, Polygon Offsetting by Computing Winding
//! Numbers, 2005), so the vertices are the same.

use super::overlay::Failure;
use super::overlay::winding::positive;
use super::shape::Polygon;
use super::shape::ring::ORIGIN;
use super::sphere::Point;
use super::sphere::edge::{along, normal};
use super::sphere::predicate::{angle_contains_vertex, sign, signed_crossing};
use std::f64::consts::{FRAC_PI_2, PI, TAU};

/// What computing a point of the curve may be wrong by.
const POINT_ERROR: f64 = 4e-15;
/// The most points of a curve.
const MAX_POINTS: usize = 1_000_000;
/// The least tolerance, as a part of the radius.
pub(crate) const MIN_TOLERANCE: f64 = 1e-6;

/// Makes the buffer of shapes.
#[derive(Debug)]
pub(crate) struct Buffer {
    radius: f64,
    /// The angle between points of an arc around a vertex, and of a circle.
    vertex_step: f64,
    point_step: f64,
    /// The angle between points along an edge; `None` where the radius is a quarter of the sphere's circumference or more.
    edge_step: Option<f64>,
    curves: Vec<Vec<Point>>,
    curve: Vec<Point>,
    points: usize,
    /// How often the curves wind around the origin.
    at_origin: i32,
    /// The edge from the shape to the curve that sweeps over the buffer, and where it began.
    sweep: Option<(Point, Option<Point>)>,
    begin: Option<(Point, Option<Point>)>,
}

/// The largest angle between neighbours on a circle so that the edge between them is not too far inside.
fn step(radius: f64, error: f64) -> f64 {
    let least = TAU / 3.0 + 1e-15;
    let inner = radius - error;
    if radius < FRAC_PI_2 {
        least.min(2.0 * (inner.tan() / radius.tan()).acos())
    } else if inner > FRAC_PI_2 {
        least.min(2.0 * (radius.tan() / inner.tan()).acos())
    } else {
        least
    }
}

impl Buffer {
    /// A buffer of a radius and a tolerance, both angles; `None` when the tolerance is too small.
    pub(crate) fn new(radius: f64, tolerance: f64) -> Option<Buffer> {
        if !(radius > 0.0 && tolerance >= MIN_TOLERANCE * radius) {
            return None;
        }
        // From half the radius on circles are triangles whatever the tolerance.
        let error = tolerance.min(0.9 * radius);
        let vertex_step = step(radius, error);
        let edge_radius = FRAC_PI_2 - radius;
        Some(Buffer {
            radius,
            vertex_step,
            // A little more, so that no tiny edge is left at the end of the circle.
            point_step: TAU / (TAU / vertex_step).ceil() + 1e-15,
            edge_step: (edge_radius > error + POINT_ERROR).then(|| step(edge_radius, error)),
            curves: Vec::new(),
            curve: Vec::new(),
            points: 0,
            at_origin: 0,
            sweep: None,
            begin: None,
        })
    }

    /// The polygon of all shapes that were added.
    pub(crate) fn finish(self) -> Result<Polygon, Failure> {
        if self.radius >= PI - POINT_ERROR {
            return Err(Failure::NotClosed);
        }
        if self.points > MAX_POINTS {
            return Err(Failure::TooLarge);
        }
        positive(&self.curves, self.at_origin)
    }

    pub(crate) fn add_point(&mut self, point: Point) {
        self.move_shape_end(point);
        let mut start = point.orthogonal();
        let mut angle = 0.0;
        for _quadrant in 0..4 {
            let side = point.cross(start).normalize();
            while angle < FRAC_PI_2 {
                self.add(along(point, along(start, side, angle), self.radius));
                angle += self.point_step;
            }
            angle -= FRAC_PI_2;
            start = side;
        }
        self.close();
    }

    /// Adds an open line, around both of its ends.
    pub(crate) fn add_line(&mut self, line: &[Point]) {
        let ([a, b, ..], [.., y, z]) = (line, line) else { return };
        self.move_shape_end(*a);
        let axis = self.axis(*a, *b);
        self.add_vertex_arc(*a, -axis, axis);
        for v in line.windows(3) {
            self.add_edge_and_vertex(v[0], v[1], v[2]);
        }
        self.add_edge_arc(*y, *z);
        let axis = self.axis(*y, *z);
        self.add_vertex_arc(*z, axis, -axis);
        for v in line.windows(3).rev() {
            self.add_edge_and_vertex(v[2], v[1], v[0]);
        }
        self.add_edge_arc(*b, *a);
        self.close();
    }

    pub(crate) fn add_polygon(&mut self, polygon: &Polygon) {
        for ring in polygon.boundary() {
            let n = ring.len();
            let Some(first) = ring.first() else { continue };
            self.move_shape_end(*first);
            for i in 0..n {
                self.add_edge_and_vertex(ring[i], ring[(i + 1) % n], ring[(i + 2) % n]);
            }
            self.close();
        }
        self.at_origin += i32::from(polygon.contains(ORIGIN));
    }

    /// The direction from an edge to the right.
    fn axis(&self, a: Point, b: Point) -> Point {
        normal(b, a).normalize()
    }

    fn add_edge_and_vertex(&mut self, a: Point, b: Point, c: Point) {
        self.add_edge_arc(a, b);
        if sign(a, b, c) >= 0 {
            let end = self.axis(b, c);
            self.add_vertex_arc(b, self.axis(a, b), end);
            if self.edge_step.is_none() {
                self.add(along(b, end, self.radius));
            }
        } else {
            // Through the vertex itself: the buffer of this part ends and that of the next begins.
            if self.edge_step.is_some() {
                self.add(along(b, self.axis(a, b), self.radius));
            }
            self.add(b);
        }
    }

    /// An arc around a vertex, without its end.
    fn add_vertex_arc(&mut self, v: Point, start: Point, end: Point) {
        let side = v.cross(start).normalize();
        let (mut angle, span) = (0.0, start.angle(end));
        loop {
            self.add(along(v, along(start, side, angle), self.radius));
            angle += self.vertex_step;
            if angle >= span {
                break;
            }
        }
    }

    /// The curve along an edge, without its end.
    fn add_edge_arc(&mut self, a: Point, b: Point) {
        let axis = self.axis(a, b);
        match self.edge_step {
            None => self.add(axis),
            Some(step) => {
                let ahead = a.cross(axis).normalize();
                let (mut angle, span) = (0.0, a.angle(b));
                loop {
                    self.add(along(along(a, ahead, angle), axis, self.radius));
                    angle += step;
                    if angle >= span {
                        break;
                    }
                }
            }
        }
        self.move_shape_end(b);
    }

    /// Moves the end of the sweeping edge that is on the shape.
    fn move_shape_end(&mut self, to: Point) {
        match &mut self.sweep {
            Some((a, b)) => {
                if let Some(b) = *b {
                    self.at_origin += swept(*a, b, to);
                }
                *a = to;
            }
            None => {
                self.sweep = Some((to, None));
                self.begin = Some((to, None));
            }
        }
    }

    /// Adds a point to the curve, where the other end of the sweeping edge goes.
    fn add(&mut self, to: Point) {
        self.points += 1;
        if self.points > MAX_POINTS {
            return;
        }
        self.curve.push(to);
        if let Some((a, b)) = &mut self.sweep {
            match b {
                Some(b) => self.at_origin += swept(*a, *b, to),
                None => {
                    if let Some((_, begin)) = &mut self.begin {
                        *begin = Some(to);
                    }
                }
            }
            *b = Some(to);
        }
    }

    /// Ends a curve: the sweeping edge goes back to where it began.
    fn close(&mut self) {
        if let (Some((a, Some(b))), Some((start_a, Some(start_b)))) = (self.sweep.take(), self.begin.take()) {
            self.at_origin += swept(a, b, start_a) + swept(start_a, b, start_b);
        }
        self.curves.push(std::mem::take(&mut self.curve));
    }
}

/// 1 when the triangle that an edge `a b` sweeps, moving one end to `c`, contains the origin and turns counter-clockwise, -1
/// when it turns clockwise.
fn swept(a: Point, b: Point, c: Point) -> i32 {
    let turn = sign(a, b, c);
    if turn == 0 {
        return 0;
    }
    let crosses = |c: Point, d: Point| signed_crossing(b, ORIGIN, c, d) != 0;
    let mut inside = angle_contains_vertex(a, b, c) == (turn > 0);
    inside ^= crosses(a, b);
    inside ^= crosses(b, c);
    inside ^= crosses(c, a);
    if inside { turn } else { 0 }
}
