//! Lines and polygons of GeoJSON, checked and made ready for geometry on the sphere.

pub(crate) mod geojson;
mod memo;
pub(crate) mod polygon;
pub(crate) mod ring;
mod valid;

pub(crate) use memo::Shapes;
pub(crate) use polygon::Polygon;
pub(crate) use ring::Ring;
