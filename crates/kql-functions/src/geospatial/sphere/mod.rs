//! Geometry on the unit sphere: points, edges (the shorter arc of a great circle between two points), and predicates.

pub(crate) mod edge;
pub(crate) mod measure;
pub(crate) mod point;
pub(crate) mod predicate;

pub(crate) use point::{Degrees, Point, RADIUS};
