//! Polygons and multipolygons as one region.

use super::overlay::Failure;
use super::overlay::union::union;
use super::shape::polygon::polygons;
use super::shape::{Polygon, Shapes};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;

/// The regions in an argument.
pub(crate) struct Regions {
    function: &'static str,
    shapes: Shapes<Result<Polygon, Failure>>,
    failure: Option<Failure>,
}

/// A polygon, or the union of the polygons of a multipolygon.
fn region(text: &str) -> Option<Result<Polygon, Failure>> {
    Some(union(polygons(text)?))
}

impl Regions {
    pub(crate) fn new(function: &'static str, arg: &ColumnarValue) -> Result<Self> {
        Ok(Regions { function, shapes: Shapes::new(arg, region)?, failure: None })
    }

    /// The region of a row; `None` when it is null or no polygon.
    pub(crate) fn get(&mut self, row: usize) -> Option<&Polygon> {
        match self.shapes.get(row)? {
            Ok(polygon) => Some(polygon),
            Err(failure) => {
                self.failure.get_or_insert(*failure);
                None
            }
        }
    }

    /// The result of the function, or the error of a region that could not be made.
    pub(crate) fn finish<T>(self, result: Result<T>) -> Result<T> {
        self.failure.map_or(result, |failure| Err(failure.error(self.function)))
    }
}

/// Keeps the first failure of a function's rows.
pub(crate) struct Failures {
    function: &'static str,
    first: Option<Failure>,
}

impl Failures {
    pub(crate) fn new(function: &'static str) -> Self {
        Failures { function, first: None }
    }

    /// The value, if it could be made.
    pub(crate) fn keep<T>(&mut self, result: Result<T, Failure>) -> Option<T> {
        result.map_err(|failure| self.first.get_or_insert(failure).to_owned()).ok()
    }

    /// The result of the function, or its first failure as an error.
    pub(crate) fn finish<T>(self, result: Result<T>) -> Result<T> {
        self.first.map_or(result, |failure| Err(failure.error(self.function)))
    }
}
