//! Measures of lines, and points on them.

use super::arguments::{Optional, Positions};
use super::shape::Shapes;
use super::shape::geojson::{Geometry, lines};
use super::sphere::edge::{distance, on_edge, project};
use super::sphere::measure::{length, line_centroid};
use super::sphere::{Point, RADIUS};
use crate::ScalarFunction;
use crate::kernel::{dynamic_map, real_map, refuse, rows};
use kql_diagnostic::code;
use kql_types::function::{FunctionKind, FunctionSpec, example};

/// The edge of the lines nearest to a point: its number in the line, its ends, and the angle to it.
pub(crate) fn nearest_edge(lines: &[Vec<Point>], p: Point) -> Option<(usize, Point, Point, f64)> {
    let edges = lines.iter().flat_map(|line| line.windows(2).enumerate());
    edges.map(|(i, e)| (i, e[0], e[1], distance(p, e[0], e[1]))).min_by(|a, b| a.3.total_cmp(&b.3))
}

/// One line, as the functions of fractions take it.
fn one_line(text: &str) -> Option<Vec<Point>> {
    let mut lines = lines(text)?;
    let line = lines.pop()?;
    lines.is_empty().then_some(line)
}

pub(crate) static GEO_LINE_LENGTH: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_line_length",
        FunctionKind::Scalar,
        &["(lineString:bag) -> real"],
        "Metres of a GeoJSON line or multiline on a sphere. Null for anything else. \
         <https://learn.microsoft.com/kusto/query/geo-line-length-function>",
    )
    .examples(&[
        example("round(geo_line_length(dynamic({'type':'LineString','coordinates':[[0,0],[1,0]]})), 3)", "111195.101"),
        example("geo_line_length(dynamic({'type':'LineString','coordinates':[[1,1]]}))", "null"),
    ]),
    kernel: |_, args| {
        let mut shapes = Shapes::new(&args[0], lines)?;
        real_map(args, |row| Some(shapes.get(row)?.iter().map(|line| length(line)).sum::<f64>() * RADIUS))
    },
};

pub(crate) static GEO_LINE_CENTROID: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_line_centroid",
        FunctionKind::Scalar,
        &["(lineString:bag) -> dynamic"],
        "The centroid of a GeoJSON line or multiline on a sphere, as a GeoJSON point. Null for anything else. \
         <https://learn.microsoft.com/kusto/query/geo-line-centroid-function>",
    )
    .examples(&[example(
        "geo_line_centroid(dynamic({'type':'LineString','coordinates':[[-10,0],[0,0],[10,0]]}))",
        "{\"type\":\"Point\",\"coordinates\":[0.0,0.0]}",
    )]),
    kernel: |_, args| {
        let mut shapes = Shapes::new(&args[0], lines)?;
        dynamic_map(args, |row, out| {
            let zero = Point::new(0.0, 0.0, 0.0);
            let centroid =
                |lines: &Vec<Vec<Point>>| lines.iter().map(|l| line_centroid(l)).fold(zero, |sum, c| sum + c);
            write_point(out, shapes.get(row).map(centroid).filter(|c| c.norm2() > 0.0))
        })
    },
};

/// Appends a point as GeoJSON and says whether there is one.
pub(crate) fn write_point(out: &mut String, point: Option<Point>) -> bool {
    let Some(point) = point else { return false };
    Geometry::point(point).write(out);
    true
}

pub(crate) static GEO_DISTANCE_POINT_TO_LINE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_distance_point_to_line",
        FunctionKind::Scalar,
        &["(longitude:number, latitude:number, lineString:bag) -> real"],
        "Metres from a point to the nearest point of a GeoJSON line or multiline on a sphere. Null for coordinates out of \
         range and for anything else than a line. \
         <https://learn.microsoft.com/kusto/query/geo-distance-point-to-line-function>",
    )
    .examples(&[example(
        "round(geo_distance_point_to_line(5, 1, dynamic({'type':'LineString','coordinates':[[0,0],[10,0]]})), 3)",
        "111195.101",
    )]),
    kernel: |call, args| {
        let points = Positions::new(call, args, 0)?;
        let mut shapes = Shapes::new(&args[2], lines)?;
        real_map(args, |row| {
            let point = points.get(row)?.point();
            nearest_edge(shapes.get(row)?, point).map(|(.., angle)| angle * RADIUS)
        })
    },
};

pub(crate) static GEO_CLOSEST_POINT_ON_LINE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_closest_point_on_line",
        FunctionKind::Scalar,
        &["(longitude:number, latitude:number, lineString:bag) -> dynamic"],
        "The point of a GeoJSON line or multiline that is nearest to a point on a sphere, as a GeoJSON point. Null for \
         coordinates out of range and for anything else than a line. \
         <https://learn.microsoft.com/kusto/query/geo-closest-point-on-line-function>",
    )
    .examples(&[example(
        "geo_closest_point_on_line(12, 1, dynamic({'type':'LineString','coordinates':[[0,0],[10,0]]}))",
        "{\"type\":\"Point\",\"coordinates\":[10.0,0.0]}",
    )]),
    kernel: |call, args| {
        let points = Positions::new(call, args, 0)?;
        let mut shapes = Shapes::new(&args[2], lines)?;
        dynamic_map(args, |row, out| {
            let nearest = points.get(row).map(|p| p.point()).and_then(|p| {
                let (_, a, b, _) = nearest_edge(shapes.get(row)?, p)?;
                Some(project(p, a, b))
            });
            write_point(out, nearest)
        })
    },
};

pub(crate) static GEO_LINE_INTERPOLATE_POINT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_line_interpolate_point",
        FunctionKind::Scalar,
        &["(lineString:bag, fraction:number) -> dynamic"],
        "The point at a fraction, 0 to 1, of the length of a GeoJSON line on a sphere, as a GeoJSON point. Null for another \
         fraction, several lines, and anything else than a line. \
         <https://learn.microsoft.com/kusto/query/geo-line-interpolate-point-function>",
    )
    .examples(&[example(
        "geo_line_interpolate_point(dynamic({'type':'LineString','coordinates':[[0,0],[10,0]]}), 1)",
        "{\"type\":\"Point\",\"coordinates\":[10.0,0.0]}",
    )]),
    kernel: |call, args| {
        let mut shapes = Shapes::new(&args[0], one_line)?;
        let fractions = Optional::new(call, args, 1, 0.0)?;
        dynamic_map(args, |row, out| {
            let fraction = fractions.get(row).filter(|f| (0.0..=1.0).contains(f));
            write_point(out, fraction.and_then(|f| point_at(shapes.get(row)?, f)))
        })
    },
};

fn point_at(line: &[Point], fraction: f64) -> Option<Point> {
    if fraction <= 0.0 {
        return line.first().copied();
    }
    let mut left = fraction * length(line);
    for edge in line.windows(2) {
        let angle = edge[0].angle(edge[1]);
        if left < angle {
            return Some(on_edge(edge[0], edge[1], left));
        }
        left -= angle;
    }
    line.last().copied()
}

const SPHEROID: &str = "geo_line_locate_point() on a spheroid is not computed by kql: leave `use_spheroid` out";

pub(crate) static GEO_LINE_LOCATE_POINT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_line_locate_point",
        FunctionKind::Scalar,
        &["(lineString:bag, longitude:number, latitude:number, use_spheroid?:number_or_bool) -> real"],
        "The fraction, 0 to 1, of a GeoJSON line's length on a sphere at which it is nearest to a point. Null for \
         coordinates out of range, several lines, and anything else than a line. `use_spheroid` may only be false: `true` \
         is refused. <https://learn.microsoft.com/kusto/query/geo-line-locate-point-function>",
    )
    .examples(&[example(
        "round(geo_line_locate_point(dynamic({'type':'LineString','coordinates':[[0,0],[10,0]]}), 4, 1), 10)",
        "0.4",
    )]),
    kernel: |call, args| {
        let mut shapes = Shapes::new(&args[0], one_line)?;
        let points = Positions::new(call, args, 1)?;
        let spheroid = Optional::new(call, args, 3, 0.0)?;
        if (0..rows(args)).any(|row| spheroid.flag(row) == Some(true)) {
            return Err(refuse(code::UNSUPPORTED, SPHEROID));
        }
        real_map(args, |row| {
            spheroid.flag(row)?;
            let point = points.get(row)?.point();
            let line = shapes.get(row)?;
            let (i, a, b, _) = nearest_edge(std::slice::from_ref(line), point)?;
            let before = length(&line[..=i]) + a.angle(project(point, a, b));
            Some((before / length(line)).min(1.0))
        })
    },
};
