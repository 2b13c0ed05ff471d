//! Measures of polygons, and whether points are in them.

use super::arguments::Positions;
use super::lines::write_point;
use super::regions::Regions;
use super::shape::Shapes;
use super::shape::polygon::polygons;
use super::sphere::RADIUS;
use crate::ScalarFunction;
use crate::kernel::{bool_map, dynamic_map, real_map};
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static GEO_POINT_IN_POLYGON: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_point_in_polygon",
        FunctionKind::Scalar,
        &["(longitude:number, latitude:number, polygon:bag) -> bool"],
        "True when a point is in a GeoJSON polygon or multipolygon on a sphere. A point on a border belongs to one of the \
         polygons that share it. Null for coordinates out of range and for anything else than a valid polygon. \
         <https://learn.microsoft.com/kusto/query/geo-point-in-polygon-function>",
    )
    .examples(&[
        example(
            "geo_point_in_polygon(5, 4, dynamic({'type':'Polygon','coordinates':[[[0,0],[10,0],[10,10],[0,0]]]}))",
            "true",
        ),
        example(
            "geo_point_in_polygon(1, 1, dynamic({'type':'Polygon','coordinates':[[[0,0],[10,10],[10,10],[0,0]]]}))",
            "null",
        ),
    ]),
    kernel: |call, args| {
        let points = Positions::new(call, args, 0)?;
        let mut shapes = Shapes::new(&args[2], polygons)?;
        bool_map(args, |row| {
            let point = points.get(row)?.point();
            Some(shapes.get(row)?.iter().any(|polygon| polygon.contains(point)))
        })
    },
};

pub(crate) static GEO_DISTANCE_POINT_TO_POLYGON: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_distance_point_to_polygon",
        FunctionKind::Scalar,
        &["(longitude:number, latitude:number, polygon:bag) -> real"],
        "Metres from a point to the nearest point of a GeoJSON polygon or multipolygon on a sphere, 0 inside. Null for \
         coordinates out of range and for anything else than a valid polygon. \
         <https://learn.microsoft.com/kusto/query/geo-distance-point-to-polygon-function>",
    )
    .examples(&[example(
        "round(geo_distance_point_to_polygon(5, -1, \
         dynamic({'type':'Polygon','coordinates':[[[0,0],[10,0],[10,10],[0,0]]]})), 3)",
        "111195.101",
    )]),
    kernel: |call, args| {
        let points = Positions::new(call, args, 0)?;
        let mut shapes = Shapes::new(&args[2], polygons)?;
        real_map(args, |row| {
            let point = points.get(row)?.point();
            let distances = shapes.get(row)?.iter().map(|polygon| polygon.distance(point));
            distances.min_by(f64::total_cmp).map(|angle| angle * RADIUS)
        })
    },
};

pub(crate) static GEO_CLOSEST_POINT_ON_POLYGON: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_closest_point_on_polygon",
        FunctionKind::Scalar,
        &["(longitude:number, latitude:number, polygon:bag) -> dynamic"],
        "The point of a GeoJSON polygon or multipolygon that is nearest to a point on a sphere, as a GeoJSON point: the \
         point itself inside. Null for coordinates out of range and for anything else than a valid polygon. \
         <https://learn.microsoft.com/kusto/query/geo-closest-point-on-polygon-function>",
    )
    .examples(&[example(
        "geo_closest_point_on_polygon(12, -1, dynamic({'type':'Polygon','coordinates':[[[0,0],[10,0],[10,10],[0,0]]]}))",
        "{\"type\":\"Point\",\"coordinates\":[10.0,0.0]}",
    )]),
    kernel: |call, args| {
        let points = Positions::new(call, args, 0)?;
        let mut shapes = Shapes::new(&args[2], polygons)?;
        dynamic_map(args, |row, out| {
            let nearest = points.get(row).map(|p| p.point()).and_then(|point| {
                let nearest = shapes.get(row)?.iter().filter_map(|polygon| polygon.nearest(point));
                nearest.min_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(near, _)| near)
            });
            write_point(out, nearest)
        })
    },
};

pub(crate) static GEO_POLYGON_AREA: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_polygon_area",
        FunctionKind::Scalar,
        &["(polygon:bag) -> real"],
        "Square metres of a GeoJSON polygon, or of the union of the polygons of a multipolygon, on a sphere. Null for \
         anything else than a valid polygon. <https://learn.microsoft.com/kusto/query/geo-polygon-area-function>",
    )
    .examples(&[example(
        "round(geo_polygon_area(dynamic({'type':'Polygon','coordinates':[[[0,0],[90,0],[0,90],[0,0]]]})) / 1e6, 3)",
        "63758259.14",
    )]),
    kernel: |_, args| {
        let mut regions = Regions::new("geo_polygon_area", &args[0])?;
        let result = real_map(args, |row| Some(regions.get(row)?.area() * RADIUS * RADIUS));
        regions.finish(result)
    },
};

pub(crate) static GEO_POLYGON_PERIMETER: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_polygon_perimeter",
        FunctionKind::Scalar,
        &["(polygon:bag) -> real"],
        "Metres of the borders of a GeoJSON polygon, or of the union of the polygons of a multipolygon, on a sphere. Null \
         for anything else than a valid polygon. \
         <https://learn.microsoft.com/kusto/query/geo-polygon-perimeter-function>",
    )
    .examples(&[example(
        "round(geo_polygon_perimeter(dynamic({'type':'Polygon','coordinates':[[[0,0],[90,0],[0,90],[0,0]]]})), 3)",
        "30022677.318",
    )]),
    kernel: |_, args| {
        let mut regions = Regions::new("geo_polygon_perimeter", &args[0])?;
        let result = real_map(args, |row| Some(regions.get(row)?.perimeter() * RADIUS));
        regions.finish(result)
    },
};

pub(crate) static GEO_POLYGON_CENTROID: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_polygon_centroid",
        FunctionKind::Scalar,
        &["(polygon:bag) -> dynamic"],
        "The centroid of a GeoJSON polygon, or of the union of the polygons of a multipolygon, on a sphere, as a GeoJSON \
         point. Null for anything else than a valid polygon. \
         <https://learn.microsoft.com/kusto/query/geo-polygon-centroid-function>",
    )
    .examples(&[example(
        "geo_polygon_centroid(dynamic({'type':'Polygon','coordinates':[[[-1,0],[0,-1],[1,0],[0,1],[-1,0]]]}))",
        "{\"type\":\"Point\",\"coordinates\":[0.0,0.0]}",
    )]),
    kernel: |_, args| {
        let mut regions = Regions::new("geo_polygon_centroid", &args[0])?;
        let result = dynamic_map(args, |row, out| {
            write_point(out, regions.get(row).map(|region| region.centroid()).filter(|c| c.norm2() > 0.0))
        });
        regions.finish(result)
    },
};
