//! `geo_line_simplify`, `geo_polygon_simplify`, `geo_simplify_polygons_array`.

use super::arguments::Optional;
use super::combine::elements;
use super::overlay::Failure;
use super::overlay::union::union;
use super::regions::{Failures, Regions};
use super::shape::geojson::{Geometry, Path, lines};
use super::shape::polygon::polygons;
use super::shape::{Polygon, Shapes};
use super::simplify::{MAX_TOLERANCE, simplify_lines, simplify_polygons};
use crate::ScalarFunction;
use crate::kernel::dynamic_map;
use kql_types::function::{FunctionKind, FunctionSpec, example};

/// The tolerance of a row as an angle.
fn tolerance(metres: &Optional, row: usize) -> Option<f64> {
    metres.angle(row).filter(|angle| (0.0..=MAX_TOLERANCE).contains(angle))
}

/// Appends polygons as one shape, if there are any.
fn write(out: &mut String, polygons: &[Polygon]) -> bool {
    let parts: Vec<Vec<Path>> = polygons
        .iter()
        .flat_map(|polygon| match polygon.geometry() {
            Geometry::Polygons(parts) => parts,
            _ => Vec::new(),
        })
        .collect();
    if parts.is_empty() {
        return false;
    }
    Geometry::Polygons(parts).write(out);
    true
}

pub(crate) static GEO_LINE_SIMPLIFY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_line_simplify",
        FunctionKind::Scalar,
        &["(lineString:bag, tolerance?:number) -> dynamic"],
        "A GeoJSON line or multiline on a sphere with fewer vertices, none nearer to another than `tolerance` metres, 0 to \
         about 7800000 (10 when left out). Null for anything else, and when nothing is left. \
         <https://learn.microsoft.com/kusto/query/geo-line-simplify-function>",
    )
    .examples(&[
        example(
            "geo_line_simplify(dynamic({'type':'LineString','coordinates':[[0,0],[1,0],[10,0]]}), 1000)",
            "{\"type\":\"LineString\",\"coordinates\":[[0.0,0.0],[10.0,0.0]]}",
        ),
        example("geo_line_simplify(dynamic({'type':'LineString','coordinates':[[1,1],[2,2]]}), -1)", "null"),
    ]),
    kernel: |call, args| {
        let (mut shapes, metres) = (Shapes::new(&args[0], lines)?, Optional::new(call, args, 1, 10.0)?);
        let mut failures = Failures::new("geo_line_simplify");
        let result = dynamic_map(args, |row, out| {
            let simple = tolerance(&metres, row).and_then(|t| failures.keep(simplify_lines(shapes.get(row)?, t))?);
            simple.map(|shape| shape.write(out)).is_some()
        });
        failures.finish(result)
    },
};

pub(crate) static GEO_POLYGON_SIMPLIFY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_polygon_simplify",
        FunctionKind::Scalar,
        &["(polygon:bag, tolerance?:number) -> dynamic"],
        "A GeoJSON polygon, or the union of the polygons of a multipolygon, on a sphere with fewer vertices, none nearer to \
         another than `tolerance` metres, 0 to about 7800000 (10 when left out). Null for anything else, and when nothing is \
         left. <https://learn.microsoft.com/kusto/query/geo-polygon-simplify-function>",
    )
    .examples(&[example(
        "array_length(geo_polygon_simplify(dynamic({'type':'Polygon','coordinates':\
         [[[10,10],[10.00001,10],[20,10],[20,20],[10,10]]]})).coordinates[0])",
        "4",
    )]),
    kernel: |call, args| {
        let mut regions = Regions::new("geo_polygon_simplify", &args[0])?;
        let metres = Optional::new(call, args, 1, 10.0)?;
        let mut failures = Failures::new("geo_polygon_simplify");
        let result = dynamic_map(args, |row, out| {
            let simple = tolerance(&metres, row).and_then(|t| {
                let region = regions.get(row)?;
                failures.keep(simplify_polygons(std::slice::from_ref(region), t))
            });
            simple.is_some_and(|polygons| write(out, &polygons))
        });
        regions.finish(failures.finish(result))
    },
};

/// The elements of an array, each one region.
fn regions_of_array(text: &str) -> Option<Result<Vec<Polygon>, Failure>> {
    let all: Option<Vec<Result<Polygon, Failure>>> = elements(text)?.map(|e| Some(union(polygons(e)?))).collect();
    Some(all?.into_iter().collect())
}

pub(crate) static GEO_SIMPLIFY_POLYGONS_ARRAY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_simplify_polygons_array",
        FunctionKind::Scalar,
        &["(polygons:array, tolerance?:number) -> dynamic"],
        "An array of GeoJSON polygons and multipolygons on a sphere, simplified together so that borders they share stay the \
         same, as one multipolygon without vertices nearer to each other than `tolerance` metres, 0 to about 7800000 (10 \
         when left out). Null when one is no valid polygon, and when nothing is left. \
         <https://learn.microsoft.com/kusto/query/geo-simplify-polygons-array-function>",
    )
    .examples(&[example(
        "geo_simplify_polygons_array(dynamic([{'type':'Polygon','coordinates':[[[0,0],[1,0],[1,1],[0,0]]]}]), 1000000)",
        "null",
    )]),
    kernel: |call, args| {
        let (mut arrays, metres) = (Shapes::new(&args[0], regions_of_array)?, Optional::new(call, args, 1, 10.0)?);
        let mut failures = Failures::new("geo_simplify_polygons_array");
        let result = dynamic_map(args, |row, out| {
            let simple = tolerance(&metres, row).and_then(|t| {
                let simple = match arrays.get(row)? {
                    Ok(polygons) => simplify_polygons(polygons, t),
                    Err(failure) => Err(*failure),
                };
                failures.keep(simple)
            });
            simple.is_some_and(|polygons| write(out, &polygons))
        });
        failures.finish(result)
    },
};
