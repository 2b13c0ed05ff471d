//! Shapes by place: `geo_polygon_lookup` and `geo_line_lookup`.

use super::Finder;
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::Float64Type;
use datafusion::common::internal_err;
use datafusion::error::Result;
use kql_functions::geospatial::places::Places;

/// The rows of the lookup table by shape.
#[derive(Debug)]
pub(crate) struct Shapes {
    places: Places,
    radius: Option<f64>,
}

impl Shapes {
    /// The polygons, or lines, in a column of GeoJSON; with a radius in metres around them, which lines must have.
    ///
    /// # Errors
    /// When the column is of another type than dynamic.
    pub(crate) fn new(texts: &ArrayRef, are_lines: bool, radius: Option<f64>) -> Result<Self> {
        let Some(texts) = texts.as_string_view_opt() else {
            return internal_err!("shapes of type {}", texts.data_type());
        };
        let places = if are_lines {
            Places::lines(texts.iter(), radius.unwrap_or(f64::NAN))
        } else {
            Places::polygons(texts.iter(), radius)
        };
        Ok(Shapes { places, radius })
    }
}

impl Finder for Shapes {
    fn describe(&self) -> String {
        match self.radius {
            Some(radius) => format!("shapes within {radius} m"),
            None => "shapes".to_owned(),
        }
    }

    fn arguments(&self) -> usize {
        2
    }

    /// The rows whose shape is at the longitude and latitude, in their order.
    fn find(&self, arguments: &[ArrayRef], row: usize, found: &mut Vec<u32>) -> Result<()> {
        let real = |at: usize| arguments.get(at).and_then(|a| a.as_primitive_opt::<Float64Type>());
        let (Some(longitudes), Some(latitudes)) = (real(0), real(1)) else {
            return internal_err!("longitudes and latitudes of a wrong type");
        };
        if longitudes.is_valid(row) && latitudes.is_valid(row) {
            self.places.find(longitudes.value(row), latitudes.value(row), found);
        }
        Ok(())
    }
}
