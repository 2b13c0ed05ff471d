//! What shapes have in common and what they cover together.
//!
//! 1. [`arrange`] splits edges where they cross or touch, so that pieces meet at their ends only.
//! 2. [`graph`] joins the pieces to faces and counts how often each region winds around each face.
//! 3. [`loops`] joins the pieces that bound the wanted faces to rings, [`paths`] those of lines to lines.
//!
//! Rings and lines come in the order, and begin at the vertex, that the S2 library gives, which the engine uses: at the
//! first piece of the input edge after the one with the highest number.

mod arrange;
mod graph;
pub(crate) mod intersection;
pub(crate) mod loops;
pub(crate) mod paths;
mod sites;
pub(crate) mod union;
pub(crate) mod union_lines;
pub(crate) mod winding;

use datafusion_common::DataFusionError;

/// Why shapes could not be combined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// Too many edges meet.
    TooLarge,
    /// The result is more than half of the sphere, or edges so close together that its outline could not be closed.
    NotClosed,
}

impl Failure {
    /// The error of a function's call.
    pub(crate) fn error(self, function: &str) -> DataFusionError {
        let what = match self {
            Failure::TooLarge => "has shapes with more edges that meet than kql combines: simplify them first",
            Failure::NotClosed => "has a result that kql cannot represent: it covers more than half of the sphere",
        };
        crate::kernel::refuse(kql_diagnostic::code::LIMIT, format!("{function}() {what}"))
    }
}
