//! `geo_line_densify`, `geo_polygon_densify`: points between, so that geodesics follow straight lines of the map.
//!
//! An edge is halved on the map until the geodesic between its ends is within the tolerance of the straight line: the S2
//! library's edge tessellator, which the engine uses.

use super::arguments::Optional;
use super::shape::geojson::{Geometry, Path, lines, paths, rings};
use super::shape::polygon::polygons;
use super::shape::{Polygon, Ring};
use super::sphere::edge::interpolate;
use super::sphere::{Degrees, Point, RADIUS};
use crate::dynamic::budget::Budget;
use crate::kernel::{dynamic_map, refuse, rows, texts};
use crate::{Call, ScalarFunction};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_diagnostic::code;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::f64::consts::PI;

/// Where the distance of the two ways between the ends is measured: a third of the way, so that it is not missed where
/// they cross in the middle.
const FRACTION: f64 = 0.312_156_910_822_482_3;
/// How much of the largest distance is found there at least.
const FOUND: f64 = 0.838_299_925_698_885_1;
/// The most halvings of an edge.
const MAX_DEPTH: u32 = 45;

/// A place on the map, whose longitude may go beyond 180 degrees.
#[derive(Clone, Copy)]
struct Place {
    x: f64,
    y: f64,
}

impl Place {
    fn point(self) -> Point {
        let to_radians = PI / 180.0;
        Point::from_radians(to_radians * libm::remainder(self.x, 360.0), to_radians * self.y)
    }

    fn between(self, other: Place, fraction: f64) -> Place {
        let mix = |a: f64, b: f64| (1.0 - fraction) * a + fraction * b;
        Place { x: mix(self.x, other.x), y: mix(self.y, other.y) }
    }

    /// The place, with a longitude no more than half the world away from another's.
    fn nearest_to(self, other: Place) -> Place {
        let away = self.x - other.x;
        if away.abs() > 180.0 { Place { x: self.x - (away / 360.0).round() * 360.0, ..self } } else { self }
    }
}

/// The points of a path with those in between.
fn densify(path: &[Degrees], tolerance: f64) -> Vec<Point> {
    let mut out: Vec<Point> = path.first().map(|p| p.point()).into_iter().collect();
    for edge in path.windows(2) {
        let [a, b] = [edge[0], edge[1]].map(|p| Place { x: p.longitude, y: p.latitude });
        add_edge(a, b.nearest_to(a), tolerance, MAX_DEPTH, &mut out);
    }
    out
}

fn add_edge(a: Place, b: Place, tolerance: f64, depth: u32, out: &mut Vec<Point>) {
    let (p, q) = (a.point(), b.point());
    let away = |t: f64| interpolate(p, q, t).angle(a.between(b, t).point());
    let is_close = p.dot(q) >= -1e-14 && away(FRACTION).max(away(1.0 - FRACTION)) <= FOUND * tolerance;
    if is_close || depth == 0 {
        out.push(q);
    } else {
        let middle = a.between(b, 0.5);
        add_edge(a, middle, tolerance, depth - 1, out);
        add_edge(middle, b, tolerance, depth - 1, out);
    }
}

/// Whether an edge goes over the 180th meridian.
fn goes_over(path: &Path) -> bool {
    path.windows(2).any(|e| (e[0].longitude - e[1].longitude).abs() > 180.0)
}

/// Calls `densified` with each row's shape, tolerance, and whether the 180th meridian may be crossed.
fn each_row(
    call: &Call,
    args: &[ColumnarValue],
    function: &str,
    crosses: impl Fn(&str) -> Option<bool>,
    densified: impl Fn(&str, f64) -> Option<Geometry>,
) -> Result<ColumnarValue> {
    let shapes = texts(&args[0])?;
    let (tolerances, flags) = (Optional::new(call, args, 1, 10.0)?, Optional::new(call, args, 2, 0.0)?);
    let is_unclear = |row: usize| flags.flag(row) == Some(false) && shapes.get(row).and_then(&crosses) == Some(true);
    if (0..rows(args)).any(is_unclear) {
        let message = format!("{function}() of an edge over the 180th meridian: say so with preserve_crossing = true");
        return Err(refuse(code::UNSUPPORTED, message));
    }
    let mut budget = Budget::default();
    let result = dynamic_map(args, |row, out| {
        let tolerance = tolerances.get(row).filter(|t| (0.1..=10_000.0).contains(t));
        let shape = tolerance.zip(flags.flag(row)).and_then(|(t, _)| densified(shapes.get(row)?, t / RADIUS));
        let Some(shape) = shape else { return false };
        shape.write(out);
        budget.spend(1, out.len())
    });
    budget.finish(function, result)
}

pub(crate) static GEO_LINE_DENSIFY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_line_densify",
        FunctionKind::Scalar,
        &["(lineString:bag, tolerance?:number, preserve_crossing?:number_or_bool) -> dynamic"],
        "A GeoJSON line or multiline whose edges are straight on the map, with points in between so that geodesics are no \
         more than `tolerance` metres, 0.1 to 10000 (10 when left out), away from them. Null for anything else. Edges over \
         the 180th meridian need `preserve_crossing`. \
         <https://learn.microsoft.com/kusto/query/geo-line-densify-function>",
    )
    .examples(&[
        example(
            "array_length(geo_line_densify(dynamic({'type':'LineString','coordinates':[[50,50],[51,51]]})).coordinates)",
            "9",
        ),
        example("geo_line_densify(dynamic({'type':'LineString','coordinates':[[1,1],[2,2]]}), 0)", "null"),
    ]),
    kernel: |call, args| {
        let crosses = |text: &str| Some(paths(text)?.iter().any(goes_over));
        each_row(call, args, "geo_line_densify", crosses, |text, tolerance| {
            lines(text)?;
            let places = |path: &Path| densify(path, tolerance).iter().map(|p| p.degrees()).collect();
            Some(Geometry::Lines(paths(text)?.iter().map(places).collect()))
        })
    },
};

pub(crate) static GEO_POLYGON_DENSIFY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_polygon_densify",
        FunctionKind::Scalar,
        &["(polygon:bag, tolerance?:number, preserve_crossing?:number_or_bool) -> dynamic"],
        "A GeoJSON polygon or multipolygon whose edges are straight on the map, with vertices in between so that geodesics \
         are no more than `tolerance` metres, 0.1 to 10000 (10 when left out), away from them. Null for anything else. Edges \
         over the 180th meridian need `preserve_crossing`. \
         <https://learn.microsoft.com/kusto/query/geo-polygon-densify-function>",
    )
    .examples(&[example(
        "array_length(geo_polygon_densify(dynamic({'type':'Polygon','coordinates':\
         [[[10,10],[11,10],[11,11],[10,11],[10,10]]]})).coordinates[0])",
        "11",
    )]),
    kernel: |call, args| {
        let crosses = |text: &str| Some(rings(text)?.iter().flatten().any(goes_over));
        each_row(call, args, "geo_polygon_densify", crosses, |text, tolerance| {
            polygons(text)?;
            let ring = |path: &Path| {
                let mut vertices = densify(path, tolerance);
                vertices.pop();
                Ring::normalized(vertices)
            };
            let densified = rings(text)?.into_iter().map(|paths| Polygon::nested(paths.iter().map(ring).collect()));
            let parts = densified.flat_map(|polygon| match polygon.geometry() {
                Geometry::Polygons(parts) => parts,
                _ => Vec::new(),
            });
            Some(Geometry::Polygons(parts.collect()))
        })
    },
};
