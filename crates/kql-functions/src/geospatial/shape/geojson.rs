//! Shapes as GeoJSON (RFC 7946) in dynamic values.
//!
//! Numbers are written with the digits of the Grisu2 algorithm, as the engine does: nearly always the fewest that give the
//! number back.

use crate::geospatial::sphere::edge::are_antipodal;
use crate::geospatial::sphere::{Degrees, Point};
use kql_types::dynamic;

/// Coordinates of an open line, or of a ring whose last repeats the first.
pub(crate) type Path = Vec<Degrees>;

/// A line or several, as points of the sphere: each has two points or more, no two neighbours equal or opposite.
pub(crate) fn lines(text: &str) -> Option<Vec<Vec<Point>>> {
    paths(text)?.iter().map(|path| line(path)).collect()
}

fn line(path: &[Degrees]) -> Option<Vec<Point>> {
    let points: Vec<Point> = path.iter().map(|p| p.point()).collect();
    let edges_are_good = points.windows(2).all(|e| e[0] != e[1] && !are_antipodal(e[0], e[1]));
    (points.len() >= 2 && edges_are_good).then_some(points)
}

/// The coordinates of a `LineString` or `MultiLineString`.
pub(crate) fn paths(text: &str) -> Option<Vec<Path>> {
    match parts(text)? {
        ("\"LineString\"", coordinates) => Some(vec![path(coordinates)?]),
        ("\"MultiLineString\"", coordinates) => some(array(coordinates)?.map(path).collect()),
        _ => None,
    }
}

/// The coordinates of the rings of a `Polygon` or of the polygons of a `MultiPolygon`.
pub(crate) fn rings(text: &str) -> Option<Vec<Vec<Path>>> {
    let polygon = |coordinates| some(array(coordinates)?.map(path).collect());
    match parts(text)? {
        ("\"Polygon\"", coordinates) => Some(vec![polygon(coordinates)?]),
        ("\"MultiPolygon\"", coordinates) => some(array(coordinates)?.map(polygon).collect()),
        _ => None,
    }
}

fn some<T>(list: Option<Vec<T>>) -> Option<Vec<T>> {
    list.filter(|l| !l.is_empty())
}

/// The type, in quotes, and the coordinates.
fn parts(text: &str) -> Option<(&str, &str)> {
    Some((dynamic::get_key(text, "type")?, dynamic::get_key(text, "coordinates")?))
}

fn array(text: &str) -> Option<impl Iterator<Item = &str>> {
    (dynamic::kind(text) == dynamic::Kind::Array).then(|| dynamic::array_items(text))
}

fn path(text: &str) -> Option<Path> {
    array(text)?.map(position).collect()
}

/// A position; a third number, the altitude, is passed over.
fn position(text: &str) -> Option<Degrees> {
    let mut numbers = array(text)?.map(|n| n.parse::<f64>().ok());
    let (longitude, latitude) = (numbers.next()??, numbers.next()??);
    Degrees::new(longitude, latitude)
}

/// A shape to be written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Geometry {
    Points(Vec<Degrees>),
    Lines(Vec<Path>),
    /// Of each polygon its rings, the shell first, each with its first position again at the end.
    Polygons(Vec<Vec<Path>>),
    /// Shapes of different kinds, or none.
    Collection(Vec<Geometry>),
}

impl Geometry {
    pub(crate) fn point(point: Point) -> Self {
        Geometry::Points(vec![point.degrees()])
    }

    /// Of several parts the ones that are not empty: one as it is, more as a collection; a collection when there is none.
    pub(crate) fn of(parts: Vec<Geometry>) -> Self {
        let mut parts: Vec<Geometry> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        match (parts.pop(), parts.is_empty()) {
            (Some(only), true) => only,
            (last, _) => Geometry::Collection(parts.into_iter().chain(last).collect()),
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Geometry::Points(list) => list.is_empty(),
            Geometry::Lines(list) => list.is_empty(),
            Geometry::Polygons(list) => list.is_empty(),
            Geometry::Collection(list) => list.is_empty(),
        }
    }

    /// Appends the GeoJSON text: of one part without `Multi`.
    pub(crate) fn write(&self, out: &mut String) {
        match self {
            Geometry::Points(list) => write_parts(out, "Point", list, write_position),
            Geometry::Lines(list) => write_parts(out, "LineString", list, write_path),
            Geometry::Polygons(list) => {
                write_parts(out, "Polygon", list, |o, p: &Vec<Path>| write_list(o, p, write_path))
            }
            Geometry::Collection(list) => {
                out.push_str("{\"type\":\"GeometryCollection\",\"geometries\":");
                write_list(out, list, |out, part: &Geometry| part.write(out));
                out.push('}');
            }
        }
    }
}

fn write_parts<T>(out: &mut String, name: &str, parts: &[T], write: impl Fn(&mut String, &T)) {
    let multi = if parts.len() == 1 { "" } else { "Multi" };
    out.push_str("{\"type\":\"");
    out.push_str(multi);
    out.push_str(name);
    out.push_str("\",\"coordinates\":");
    match parts {
        [only] => write(out, only),
        _ => write_list(out, parts, write),
    }
    out.push('}');
}

fn write_list<T>(out: &mut String, list: &[T], write: impl Fn(&mut String, &T)) {
    out.push('[');
    for (i, item) in list.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

fn write_path(out: &mut String, path: &Path) {
    write_list(out, path, write_position);
}

pub(crate) fn write_position(out: &mut String, position: &Degrees) {
    let mut digits = dtoa::Buffer::new();
    out.push('[');
    out.push_str(digits.format_finite(position.longitude));
    out.push(',');
    out.push_str(digits.format_finite(position.latitude));
    out.push(']');
}
