//! What shapes have in common, whether they do, and what they cover together.

use super::overlay::intersection::{line_edges, of_lines, of_lines_and_polygon, of_polygons};
use super::overlay::union::{edges, union};
use super::overlay::union_lines::union_of_lines;
use super::regions::{Failures, Regions};
use super::shape::geojson::lines;
use super::shape::polygon::polygons;
use super::shape::{Polygon, Shapes};
use super::sphere::Point;
use super::sphere::predicate::{Crossing, crossing};
use super::sweep;
use crate::ScalarFunction;
use crate::kernel::{bool_map, dynamic_map};
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec, example};

/// How edges of one shape meet edges of another: the first meeting for which `counts` is true.
fn any_meeting(
    a: impl Iterator<Item = (Point, Point)>,
    b: impl Iterator<Item = (Point, Point)>,
    counts: impl Fn(Crossing, (Point, Point)) -> bool,
) -> bool {
    let mut all: Vec<(Point, Point)> = a.collect();
    let n = all.len();
    all.extend(b);
    !sweep::all_pairs(&all, 0.0, |i, j| {
        let ((a, b), (c, d)) = (all[i], all[j]);
        i >= n || j < n || !counts(crossing(a, b, c, d), all[i])
    })
}

fn lines_meet(a: &[Vec<Point>], b: &[Vec<Point>]) -> bool {
    any_meeting(line_edges(a), line_edges(b), |crossing, _| crossing != Crossing::Apart)
}

fn polygons_meet(a: &Polygon, b: &Polygon) -> bool {
    let contains_one =
        |a: &Polygon, b: &Polygon| b.rings().filter_map(|r| r.vertices().first()).any(|v| a.contains(*v));
    contains_one(a, b)
        || contains_one(b, a)
        || any_meeting(edges(a), edges(b), |crossing, _| crossing != Crossing::Apart)
}

/// Whether lines go through a polygon. One that only touches a vertex does if the polygon contains the vertex.
fn lines_meet_polygon(lines: &[Vec<Point>], region: &Polygon) -> bool {
    lines.iter().flatten().any(|p| region.contains(*p))
        || any_meeting(line_edges(lines), edges(region), |crossing, (a, b)| match crossing {
            Crossing::Apart => false,
            Crossing::Interior => true,
            Crossing::Vertex => region.contains((a + b).normalize()),
        })
}

pub(crate) static GEO_INTERSECTS_2LINES: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_intersects_2lines",
        FunctionKind::Scalar,
        &["(lineString1:bag, lineString2:bag) -> bool"],
        "True when two GeoJSON lines or multilines cross or touch on a sphere. Null for anything else. \
         <https://learn.microsoft.com/kusto/query/geo-intersects-2lines-function>",
    )
    .examples(&[example(
        "geo_intersects_2lines(dynamic({'type':'LineString','coordinates':[[0,0],[2,2]]}), \
         dynamic({'type':'LineString','coordinates':[[0,2],[2,0]]}))",
        "true",
    )]),
    kernel: |_, args| {
        let (mut first, mut second) = (Shapes::new(&args[0], lines)?, Shapes::new(&args[1], lines)?);
        bool_map(args, |row| Some(lines_meet(first.get(row)?, second.get(row)?)))
    },
};

pub(crate) static GEO_INTERSECTS_LINE_WITH_POLYGON: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_intersects_line_with_polygon",
        FunctionKind::Scalar,
        &["(lineString:bag, polygon:bag) -> bool"],
        "True when a GeoJSON line or multiline goes through a polygon or multipolygon on a sphere. Null for anything else. \
         <https://learn.microsoft.com/kusto/query/geo-intersects-line-with-polygon-function>",
    )
    .examples(&[example(
        "geo_intersects_line_with_polygon(dynamic({'type':'LineString','coordinates':[[0,1],[9,2]]}), \
         dynamic({'type':'Polygon','coordinates':[[[1,0],[3,0],[2,4],[1,0]]]}))",
        "true",
    )]),
    kernel: |_, args| {
        let mut lines = Shapes::new(&args[0], lines)?;
        let mut regions = Regions::new("geo_intersects_line_with_polygon", &args[1])?;
        let result = bool_map(args, |row| Some(lines_meet_polygon(lines.get(row)?, regions.get(row)?)));
        regions.finish(result)
    },
};

pub(crate) static GEO_INTERSECTS_2POLYGONS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_intersects_2polygons",
        FunctionKind::Scalar,
        &["(polygon1:bag, polygon2:bag) -> bool"],
        "True when two GeoJSON polygons or multipolygons overlap or touch on a sphere. Null for anything else. \
         <https://learn.microsoft.com/kusto/query/geo-intersects-2polygons-function>",
    )
    .examples(&[example(
        "geo_intersects_2polygons(dynamic({'type':'Polygon','coordinates':[[[0,0],[9,0],[9,9],[0,0]]]}), \
         dynamic({'type':'Polygon','coordinates':[[[5,2],[6,2],[6,3],[5,2]]]}))",
        "true",
    )]),
    kernel: |_, args| {
        let mut first = Regions::new("geo_intersects_2polygons", &args[0])?;
        let mut second = Regions::new("geo_intersects_2polygons", &args[1])?;
        let result = bool_map(args, |row| Some(polygons_meet(first.get(row)?, second.get(row)?)));
        first.finish(second.finish(result))
    },
};

pub(crate) static GEO_INTERSECTION_2LINES: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_intersection_2lines",
        FunctionKind::Scalar,
        &["(lineString1:bag, lineString2:bag) -> dynamic"],
        "What two GeoJSON lines or multilines have in common on a sphere, as GeoJSON: points, lines or both; an empty \
         collection when there is nothing. Null for anything else. \
         <https://learn.microsoft.com/kusto/query/geo-intersection-2lines-function>",
    )
    .examples(&[
        example(
            "geo_intersection_2lines(dynamic({'type':'LineString','coordinates':[[-1,0],[1,0]]}), \
             dynamic({'type':'LineString','coordinates':[[0,-1],[0,1]]}))",
            "{\"type\":\"Point\",\"coordinates\":[0.0,0.0]}",
        ),
        example(
            "geo_intersection_2lines(dynamic({'type':'LineString','coordinates':[[1,1],[2,2]]}), \
             dynamic({'type':'LineString','coordinates':[[3,3],[4,4]]}))",
            "{\"type\":\"GeometryCollection\",\"geometries\":[]}",
        ),
    ]),
    kernel: |_, args| {
        let (mut first, mut second) = (Shapes::new(&args[0], lines)?, Shapes::new(&args[1], lines)?);
        let mut failures = Failures::new("geo_intersection_2lines");
        let result = dynamic_map(args, |row, out| {
            let common = first.get(row).zip(second.get(row)).map(|(a, b)| of_lines(a, b));
            common.and_then(|common| failures.keep(common)).map(|shape| shape.write(out)).is_some()
        });
        failures.finish(result)
    },
};

pub(crate) static GEO_INTERSECTION_LINE_WITH_POLYGON: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_intersection_line_with_polygon",
        FunctionKind::Scalar,
        &["(lineString:bag, polygon:bag) -> dynamic"],
        "The parts of a GeoJSON line or multiline in a polygon or multipolygon on a sphere, borders included, as GeoJSON; \
         an empty collection when there is nothing. Null for anything else. \
         <https://learn.microsoft.com/kusto/query/geo-intersection-line-with-polygon-function>",
    )
    .examples(&[example(
        "geo_intersection_line_with_polygon(dynamic({'type':'LineString','coordinates':[[0,0],[45,0]]}), \
         dynamic({'type':'Polygon','coordinates':[[[1,0],[10,-1],[10,0],[1,0]]]}))",
        "{\"type\":\"LineString\",\"coordinates\":[[1.0,0.0],[10.0,0.0]]}",
    )]),
    kernel: |_, args| {
        let mut lines = Shapes::new(&args[0], lines)?;
        let mut regions = Regions::new("geo_intersection_line_with_polygon", &args[1])?;
        let mut failures = Failures::new("geo_intersection_line_with_polygon");
        let result = dynamic_map(args, |row, out| {
            let common = lines.get(row).zip(regions.get(row)).map(|(a, b)| of_lines_and_polygon(a, b));
            common.and_then(|common| failures.keep(common)).map(|shape| shape.write(out)).is_some()
        });
        failures.finish(regions.finish(result))
    },
};

pub(crate) static GEO_INTERSECTION_2POLYGONS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_intersection_2polygons",
        FunctionKind::Scalar,
        &["(polygon1:bag, polygon2:bag) -> dynamic"],
        "What two GeoJSON polygons or multipolygons have in common on a sphere, borders included, as GeoJSON; an empty \
         collection when there is nothing. Null for anything else. \
         <https://learn.microsoft.com/kusto/query/geo-intersection-2polygons-function>",
    )
    .examples(&[example(
        "geo_intersection_2polygons(dynamic({'type':'Polygon','coordinates':[[[-1,0],[0,-1],[0,0],[-1,0]]]}), \
         dynamic({'type':'Polygon','coordinates':[[[0,0],[1,0],[1,1],[0,0]]]}))",
        "{\"type\":\"Point\",\"coordinates\":[0.0,0.0]}",
    )]),
    kernel: |_, args| {
        let mut first = Regions::new("geo_intersection_2polygons", &args[0])?;
        let mut second = Regions::new("geo_intersection_2polygons", &args[1])?;
        let mut failures = Failures::new("geo_intersection_2polygons");
        let result = dynamic_map(args, |row, out| {
            let common = first.get(row).zip(second.get(row)).map(|(a, b)| of_polygons(a, b));
            common.and_then(|common| failures.keep(common)).map(|shape| shape.write(out)).is_some()
        });
        failures.finish(first.finish(second.finish(result)))
    },
};

/// The polygons of all elements of an array, if all are valid.
pub(crate) fn polygons_of_array(text: &str) -> Option<Vec<Polygon>> {
    let all: Option<Vec<Vec<Polygon>>> = elements(text)?.map(polygons).collect();
    Some(all?.into_iter().flatten().collect())
}

/// The lines of all elements of an array, if all are valid.
fn lines_of_array(text: &str) -> Option<Vec<Vec<Point>>> {
    let all: Option<Vec<Vec<Vec<Point>>>> = elements(text)?.map(lines).collect();
    Some(all?.into_iter().flatten().collect())
}

/// The elements of an array that has some.
pub(crate) fn elements(text: &str) -> Option<impl Iterator<Item = &str>> {
    dynamic::get_index(text, 0)?;
    Some(dynamic::array_items(text))
}

pub(crate) static GEO_UNION_POLYGONS_ARRAY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_union_polygons_array",
        FunctionKind::Scalar,
        &["(polygons:array) -> dynamic"],
        "The union of an array of GeoJSON polygons and multipolygons on a sphere, as a polygon or multipolygon. Null when \
         one of them is no valid polygon. \
         <https://learn.microsoft.com/kusto/query/geo-union-polygons-array-function>",
    )
    .examples(&[example(
        "geo_union_polygons_array(dynamic([{'type':'Polygon','coordinates':[[[-1,0],[0,-1],[0,0],[-1,0]]]}, \
         {'type':'Polygon','coordinates':[[[1,1]]]}]))",
        "null",
    )]),
    kernel: |_, args| {
        let mut arrays = Shapes::new(&args[0], polygons_of_array)?;
        let mut failures = Failures::new("geo_union_polygons_array");
        let result = dynamic_map(args, |row, out| {
            let merged = arrays.get(row).and_then(|list| failures.keep(union(list.clone())));
            merged.filter(|region| !region.is_empty()).map(|region| region.geometry().write(out)).is_some()
        });
        failures.finish(result)
    },
};

pub(crate) static GEO_UNION_LINES_ARRAY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_union_lines_array",
        FunctionKind::Scalar,
        &["(lineStrings:array) -> dynamic"],
        "The union of an array of GeoJSON lines and multilines on a sphere, as a line or multiline: what runs together is \
         there once, and lines that end where one other begins are joined. Null when one of them is no line. \
         <https://learn.microsoft.com/kusto/query/geo-union-lines-array-function>",
    )
    .examples(&[example(
        "geo_union_lines_array(dynamic([{'type':'LineString','coordinates':[[0,0],[10,0]]}, \
         {'type':'LineString','coordinates':[[10,0],[45,0]]}]))",
        "{\"type\":\"LineString\",\"coordinates\":[[0.0,0.0],[10.0,0.0],[45.0,0.0]]}",
    )]),
    kernel: |_, args| {
        let mut arrays = Shapes::new(&args[0], lines_of_array)?;
        let mut failures = Failures::new("geo_union_lines_array");
        let result = dynamic_map(args, |row, out| {
            let merged = arrays.get(row).and_then(|list| failures.keep(union_of_lines(list)));
            merged.map(|shape| shape.write(out)).is_some()
        });
        failures.finish(result)
    },
};
