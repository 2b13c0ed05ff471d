//! Distances and directions between points.

use super::arguments::{Optional, Positions};
use super::sphere::{Degrees, RADIUS};
use crate::ScalarFunction;
use crate::kernel::{bool_map, real_map};
use geographiclib_rs::{Geodesic, InverseGeodesic};
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::f64::consts::TAU;

/// The angle between two places as seen from the centre of the sphere.
pub(crate) fn central_angle(a: Degrees, b: Degrees) -> f64 {
    let (a_latitude, b_latitude) = (a.latitude.to_radians(), b.latitude.to_radians());
    let sin_latitude = (0.5 * (b_latitude - a_latitude)).sin();
    let sin_longitude = (0.5 * (b.longitude.to_radians() - a.longitude.to_radians())).sin();
    let haversine = sin_latitude * sin_latitude + sin_longitude * sin_longitude * a_latitude.cos() * b_latitude.cos();
    2.0 * haversine.min(1.0).sqrt().asin()
}

/// The direction from one place to another, clockwise from north, 0 to 2π; `None` when they are equal or opposite.
fn azimuth(a: Degrees, b: Degrees) -> Option<f64> {
    let (p, q) = (a.point(), b.point());
    if (p - q).norm2() < 1e-30 || (p + q).norm2() < 1e-30 {
        return None;
    }
    let (a_latitude, b_latitude) = (a.latitude.to_radians(), b.latitude.to_radians());
    let longitude = b.longitude.to_radians() - a.longitude.to_radians();
    let east = longitude.sin() * b_latitude.cos();
    let north = a_latitude.cos() * b_latitude.sin() - a_latitude.sin() * b_latitude.cos() * longitude.cos();
    Some(east.atan2(north).rem_euclid(TAU))
}

pub(crate) static GEO_DISTANCE_2POINTS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_distance_2points",
        FunctionKind::Scalar,
        &["(p1_longitude:number, p1_latitude:number, p2_longitude:number, p2_latitude:number, \
           use_spheroid?:number_or_bool) -> real"],
        "Metres between two points along the surface of a sphere of 6371010 m, or, with `use_spheroid`, of the WGS-84 \
         spheroid. Null for coordinates out of range. \
         <https://learn.microsoft.com/kusto/query/geo-distance-2points-function>",
    )
    .examples(&[
        example("geo_distance_2points(-122.407628, 47.578557, -118.275287, 34.019056)", "1546754.3519738095"),
        example("geo_distance_2points(300, 1, 1, 1)", "null"),
    ]),
    kernel: |call, args| {
        let (a, b) = (Positions::new(call, args, 0)?, Positions::new(call, args, 2)?);
        let spheroid = Optional::new(call, args, 4, 0.0)?;
        let wgs84 = Geodesic::wgs84();
        real_map(args, |row| {
            let (a, b) = (a.get(row)?, b.get(row)?);
            if spheroid.flag(row)? {
                return Some(wgs84.inverse(a.latitude, a.longitude, b.latitude, b.longitude));
            }
            Some(central_angle(a, b) * RADIUS)
        })
    },
};

pub(crate) static GEO_POINT_IN_CIRCLE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_point_in_circle",
        FunctionKind::Scalar,
        &["(p_longitude:number, p_latitude:number, pc_longitude:number, pc_latitude:number, c_radius:number) -> bool"],
        "True when a point is no more than `c_radius` metres from a centre, on a sphere. Null for coordinates out of range \
         and a radius that is not positive. <https://learn.microsoft.com/kusto/query/geo-point-in-circle-function>",
    )
    .examples(&[
        example("geo_point_in_circle(-122.143564, 47.535677, -122.100896, 47.527351, 3500)", "true"),
        example("geo_point_in_circle(-122.137575, 47.630683, -122.100896, 47.527351, 3500)", "false"),
    ]),
    kernel: |call, args| {
        let (point, centre) = (Positions::new(call, args, 0)?, Positions::new(call, args, 2)?);
        let radius = Optional::new(call, args, 4, 0.0)?;
        bool_map(args, |row| {
            let radius = radius.angle(row).filter(|r| *r > 0.0)?;
            Some(central_angle(point.get(row)?, centre.get(row)?) <= radius)
        })
    },
};

pub(crate) static GEO_AZIMUTH: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_azimuth",
        FunctionKind::Scalar,
        &["(p1_longitude:number, p1_latitude:number, p2_longitude:number, p2_latitude:number) -> real"],
        "The direction from one point to another in radians clockwise from north. Null for coordinates out of range, and \
         when the points are equal or opposite. <https://learn.microsoft.com/kusto/query/geo-azimuth-function>",
    )
    .examples(&[
        example("round(geo_azimuth(5, 10, 10, -40), 10)", "3.054599398"),
        example("geo_azimuth(5, 10, 5, 10)", "null"),
    ]),
    kernel: |call, args| {
        let (a, b) = (Positions::new(call, args, 0)?, Positions::new(call, args, 2)?);
        real_map(args, |row| azimuth(a.get(row)?, b.get(row)?))
    },
};

pub(crate) static GEO_ANGLE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_angle",
        FunctionKind::Scalar,
        &["(p1_longitude:number, p1_latitude:number, p2_longitude:number, p2_latitude:number, p3_longitude:number, \
           p3_latitude:number) -> real"],
        "The angle at the second of three points, in radians clockwise from the line to the first to the line to the \
         third, 0 to 2π. Null for coordinates out of range, and when two points in a row are equal or opposite. \
         <https://learn.microsoft.com/kusto/query/geo-angle-function>",
    )
    .examples(&[
        example("round(geo_angle(0, 10, 0, 5, 3, -10), 10)", "2.9449384341"),
        example("geo_angle(0, 10, 0, 10, 3, -10)", "null"),
    ]),
    kernel: |call, args| {
        let points = [Positions::new(call, args, 0)?, Positions::new(call, args, 2)?, Positions::new(call, args, 4)?];
        real_map(args, |row| {
            let [a, b, c] = &points;
            let (a, b, c) = (a.get(row)?, b.get(row)?, c.get(row)?);
            Some((azimuth(b, c)? - azimuth(b, a)?).rem_euclid(TAU))
        })
    },
};

#[cfg(test)]
mod tests {
    use crate::testing::check;
    use kql_types::Value;

    fn reals(values: &[f64]) -> Vec<Value> {
        values.iter().map(|v| Value::Real(Some(*v))).collect()
    }

    #[test]
    fn nothing_out_of_range() {
        for bad in [[180.1, 0.0], [-181.0, 0.0], [0.0, 90.5], [0.0, f64::NAN], [f64::INFINITY, 0.0]] {
            let [x, y] = bad;
            check("geo_distance_2points", &reals(&[x, y, 1.0, 1.0]), Value::Real(None));
            check("geo_distance_2points", &reals(&[1.0, 1.0, x, y]), Value::Real(None));
            check("geo_azimuth", &reals(&[1.0, 1.0, x, y]), Value::Real(None));
            check("geo_angle", &reals(&[1.0, 1.0, 2.0, 2.0, x, y]), Value::Real(None));
            check("geo_point_in_circle", &reals(&[x, y, 1.0, 1.0, 5.0]), Value::Bool(None));
        }
        check("geo_point_in_circle", &reals(&[1.0, 1.0, 1.0, 1.0, 0.0]), Value::Bool(None));
        check("geo_point_in_circle", &reals(&[1.0, 1.0, 1.0, 1.0, f64::NAN]), Value::Bool(None));
    }

    #[test]
    fn directions_go_clockwise() {
        use std::f64::consts::PI;
        check("geo_azimuth", &reals(&[0.0, 0.0, 0.0, 10.0]), Value::Real(Some(0.0)));
        check("geo_azimuth", &reals(&[0.0, 0.0, 10.0, 0.0]), Value::Real(Some(PI / 2.0)));
        check("geo_azimuth", &reals(&[0.0, 0.0, -10.0, 0.0]), Value::Real(Some(PI * 1.5)));
        check("geo_angle", &reals(&[0.0, 10.0, 0.0, 0.0, -10.0, 0.0]), Value::Real(Some(PI * 1.5)));
    }

    #[test]
    fn opposite_points_have_no_direction() {
        check("geo_azimuth", &reals(&[10.0, 20.0, -170.0, -20.0]), Value::Real(None));
        check("geo_azimuth", &reals(&[180.0, 20.0, -180.0, 20.0]), Value::Real(None));
    }
}
