//! Points, lines and polygons on the Earth, and cells of geohash, S2 and H3.
//!
//! Edges are geodesics on a sphere of 6371010 m. Coordinates out of range and text that is no such shape give null, or
//! `''` where the result is a string.

use crate::ScalarFunction;

mod arguments;
mod buffer;
mod buffer_functions;
mod cells;
mod combine;
mod densify;
mod lines;
mod overlay;
pub mod places;
mod points;
mod polygons;
mod regions;
mod shape;
mod simplify;
mod simplify_functions;
mod sphere;
mod sweep;
mod wkt;

/// The functions of this family.
pub(crate) static FUNCTIONS: &[&ScalarFunction] = &[
    &points::GEO_DISTANCE_2POINTS,
    &points::GEO_POINT_IN_CIRCLE,
    &points::GEO_AZIMUTH,
    &points::GEO_ANGLE,
    &lines::GEO_LINE_LENGTH,
    &lines::GEO_LINE_CENTROID,
    &lines::GEO_DISTANCE_POINT_TO_LINE,
    &lines::GEO_CLOSEST_POINT_ON_LINE,
    &lines::GEO_LINE_INTERPOLATE_POINT,
    &lines::GEO_LINE_LOCATE_POINT,
    &polygons::GEO_POINT_IN_POLYGON,
    &polygons::GEO_DISTANCE_POINT_TO_POLYGON,
    &polygons::GEO_CLOSEST_POINT_ON_POLYGON,
    &polygons::GEO_POLYGON_AREA,
    &polygons::GEO_POLYGON_PERIMETER,
    &polygons::GEO_POLYGON_CENTROID,
    &combine::GEO_INTERSECTS_2LINES,
    &combine::GEO_INTERSECTS_LINE_WITH_POLYGON,
    &combine::GEO_INTERSECTS_2POLYGONS,
    &combine::GEO_INTERSECTION_2LINES,
    &combine::GEO_INTERSECTION_LINE_WITH_POLYGON,
    &combine::GEO_INTERSECTION_2POLYGONS,
    &combine::GEO_UNION_LINES_ARRAY,
    &combine::GEO_UNION_POLYGONS_ARRAY,
    &buffer_functions::GEO_POINT_BUFFER,
    &buffer_functions::GEO_LINE_BUFFER,
    &buffer_functions::GEO_POLYGON_BUFFER,
    &simplify_functions::GEO_LINE_SIMPLIFY,
    &simplify_functions::GEO_POLYGON_SIMPLIFY,
    &simplify_functions::GEO_SIMPLIFY_POLYGONS_ARRAY,
    &densify::GEO_LINE_DENSIFY,
    &densify::GEO_POLYGON_DENSIFY,
    &wkt::GEO_FROM_WKT,
    &cells::geohash::GEO_POINT_TO_GEOHASH,
    &cells::geohash::GEO_GEOHASH_TO_CENTRAL_POINT,
    &cells::geohash::GEO_GEOHASH_TO_POLYGON,
    &cells::geohash::GEO_GEOHASH_NEIGHBORS,
    &cells::s2_functions::GEO_POINT_TO_S2CELL,
    &cells::s2_functions::GEO_S2CELL_TO_CENTRAL_POINT,
    &cells::s2_functions::GEO_S2CELL_TO_POLYGON,
    &cells::s2_functions::GEO_S2CELL_NEIGHBORS,
    &cells::cover::GEO_POLYGON_TO_S2CELLS,
    &cells::cover::GEO_LINE_TO_S2CELLS,
    &cells::h3::GEO_POINT_TO_H3CELL,
    &cells::h3::GEO_H3CELL_LEVEL,
    &cells::h3::GEO_H3CELL_PARENT,
    &cells::h3::GEO_H3CELL_CHILDREN,
    &cells::h3::GEO_H3CELL_NEIGHBORS,
    &cells::h3::GEO_H3CELL_RINGS,
    &cells::h3::GEO_H3CELL_TO_CENTRAL_POINT,
    &cells::h3::GEO_H3CELL_TO_POLYGON,
    &cells::h3_cover::GEO_POLYGON_TO_H3CELLS,
];
