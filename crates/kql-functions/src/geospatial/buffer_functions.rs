//! `geo_point_buffer`, `geo_line_buffer`, `geo_polygon_buffer`.

use super::arguments::{Optional, Positions};
use super::buffer::Buffer;
use super::regions::{Failures, Regions};
use super::shape::geojson::lines;
use super::shape::{Polygon, Shapes};
use crate::kernel::dynamic_map;
use crate::{Call, ScalarFunction};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{FunctionKind, FunctionSpec, example};

/// The radius and the tolerance of a function's arguments.
struct Sizes {
    radius: Optional,
    tolerance: Optional,
}

impl Sizes {
    fn new(call: &Call, args: &[ColumnarValue], first: usize) -> Result<Self> {
        let radius = Optional::new(call, args, first, 0.0)?;
        Ok(Sizes { radius, tolerance: Optional::new(call, args, first + 1, 10.0)? })
    }

    fn buffer(&self, row: usize) -> Option<Buffer> {
        Buffer::new(self.radius.angle(row)?, self.tolerance.angle(row)?)
    }
}

/// Appends a polygon that has some area.
fn write(out: &mut String, polygon: Option<Polygon>) -> bool {
    polygon.filter(|p| !p.is_empty()).map(|p| p.geometry().write(out)).is_some()
}

pub(crate) static GEO_POINT_BUFFER: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_point_buffer",
        FunctionKind::Scalar,
        &["(longitude:number, latitude:number, radius:number, tolerance?:number) -> dynamic"],
        "The GeoJSON polygon of all points within `radius` metres of a point on a sphere; its edges are no more than \
         `tolerance` metres (10 when left out) inside the circle. Null for coordinates out of range, a radius that is not \
         positive, and a tolerance below a millionth of it. \
         <https://learn.microsoft.com/kusto/query/geo-point-buffer-function>",
    )
    .examples(&[
        example("array_length(geo_point_buffer(-115.1745008278, 36.1497251277, 20000).coordinates[0])", "101"),
        example("geo_point_buffer(10, 10, -1)", "null"),
    ]),
    kernel: |call, args| {
        let (points, sizes) = (Positions::new(call, args, 0)?, Sizes::new(call, args, 2)?);
        let mut failures = Failures::new("geo_point_buffer");
        let result = dynamic_map(args, |row, out| {
            let polygon = points.get(row).zip(sizes.buffer(row)).and_then(|(point, mut buffer)| {
                buffer.add_point(point.point());
                failures.keep(buffer.finish())
            });
            write(out, polygon)
        });
        failures.finish(result)
    },
};

pub(crate) static GEO_LINE_BUFFER: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_line_buffer",
        FunctionKind::Scalar,
        &["(lineString:bag, radius:number, tolerance?:number) -> dynamic"],
        "The GeoJSON polygon or multipolygon of all points within `radius` metres of a line or multiline on a sphere, round \
         at the ends; its edges are no more than `tolerance` metres (10 when left out) inside. Null for anything else than a \
         line, a radius that is not positive, and a tolerance below a millionth of it. \
         <https://learn.microsoft.com/kusto/query/geo-line-buffer-function>",
    )
    .examples(&[
        example(
            "geo_line_buffer(dynamic({'type':'LineString','coordinates':[[0,0],[1,1]]}), 1000).type",
            "\"Polygon\"",
        ),
        example("geo_line_buffer(dynamic({'type':'LineString','coordinates':[[0,0],[1,1]]}), 0)", "null"),
    ]),
    kernel: |call, args| {
        let (mut shapes, sizes) = (Shapes::new(&args[0], lines)?, Sizes::new(call, args, 1)?);
        let mut failures = Failures::new("geo_line_buffer");
        let result = dynamic_map(args, |row, out| {
            let polygon = shapes.get(row).zip(sizes.buffer(row)).and_then(|(lines, mut buffer)| {
                lines.iter().for_each(|line| buffer.add_line(line));
                failures.keep(buffer.finish())
            });
            write(out, polygon)
        });
        failures.finish(result)
    },
};

pub(crate) static GEO_POLYGON_BUFFER: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_polygon_buffer",
        FunctionKind::Scalar,
        &["(polygon:bag, radius:number, tolerance?:number) -> dynamic"],
        "The GeoJSON polygon or multipolygon of all points within `radius` metres of a polygon or multipolygon on a sphere; \
         its edges are no more than `tolerance` metres (10 when left out) inside. Null for anything else than a valid \
         polygon, a radius that is not positive, and a tolerance below a millionth of it. \
         <https://learn.microsoft.com/kusto/query/geo-polygon-buffer-function>",
    )
    .examples(&[
        example(
            "geo_polygon_buffer(dynamic({'type':'Polygon','coordinates':[[[0,0],[1,0],[1,1],[0,0]]]}), 1000).type",
            "\"Polygon\"",
        ),
        example("geo_polygon_buffer(dynamic({'type':'p'}), 1)", "null"),
    ]),
    kernel: |call, args| {
        let (mut regions, sizes) = (Regions::new("geo_polygon_buffer", &args[0])?, Sizes::new(call, args, 1)?);
        let mut failures = Failures::new("geo_polygon_buffer");
        let result = dynamic_map(args, |row, out| {
            let polygon = regions.get(row).zip(sizes.buffer(row)).and_then(|(region, mut buffer)| {
                buffer.add_polygon(region);
                failures.keep(buffer.finish())
            });
            write(out, polygon)
        });
        failures.finish(regions.finish(result))
    },
};
