//! Many polygons or lines, to be found by a place: what `geo_polygon_lookup` and `geo_line_lookup` look things up in.

use super::cells::cover::cells_near;
use super::cells::s2::Cell;
use super::lines::nearest_edge;
use super::overlay::intersection::line_edges;
use super::overlay::union::edges;
use super::shape::Polygon;
use super::shape::geojson::lines;
use super::shape::polygon::polygons;
use super::sphere::{Degrees, Point, RADIUS};
use std::collections::{BTreeSet, HashMap};

/// How much further than the radius cells are taken, so that rounding never hides a shape: far more than the errors of
/// distances, about a hundredth of a millimetre.
const MARGIN: f64 = 1e-12;

/// Polygons or lines, each with a number, by the S2 cells they touch.
#[derive(Debug)]
pub struct Places {
    shapes: Vec<Shape>,
    /// The metres around shapes; without them a place must be in a polygon.
    radius: Option<f64>,
    /// The levels of the cells below.
    levels: BTreeSet<u8>,
    cells: HashMap<Cell, Vec<u32>>,
    /// Numbers of shapes that touch too many cells.
    everywhere: Vec<u32>,
}

#[derive(Debug)]
enum Shape {
    /// No valid shape: nothing is near it.
    Nothing,
    Polygons(Vec<Polygon>),
    Lines(Vec<Vec<Point>>),
}

impl Places {
    /// The polygons and multipolygons in GeoJSON texts, numbered as they come. A place is found that is in one of them, as
    /// `geo_point_in_polygon()` says, or, with a radius, at most that many metres from one
    /// (`geo_distance_point_to_polygon()`).
    pub fn polygons<'a>(texts: impl Iterator<Item = Option<&'a str>>, radius: Option<f64>) -> Places {
        let read = |text| polygons(text).map_or(Shape::Nothing, Shape::Polygons);
        Places::new(texts.map(|text| text.map_or(Shape::Nothing, read)).collect(), radius)
    }

    /// The lines and multilines in GeoJSON texts, numbered as they come. A place is found that is at most `radius` metres
    /// from one (`geo_distance_point_to_line()`).
    pub fn lines<'a>(texts: impl Iterator<Item = Option<&'a str>>, radius: f64) -> Places {
        let read = |text| lines(text).map_or(Shape::Nothing, Shape::Lines);
        Places::new(texts.map(|text| text.map_or(Shape::Nothing, read)).collect(), Some(radius))
    }

    fn new(shapes: Vec<Shape>, radius: Option<f64>) -> Places {
        let mut places =
            Places { shapes, radius, levels: BTreeSet::new(), cells: HashMap::new(), everywhere: Vec::new() };
        // No distance is less than 0, or at most NaN.
        if radius.is_some_and(|r| r.is_nan() || r < 0.0) {
            places.shapes.clear();
        }
        let shapes = std::mem::take(&mut places.shapes);
        for (number, shape) in shapes.iter().enumerate() {
            // More rows than that do not come: a batch of Arrow's numbers them with fewer bits.
            let Ok(number) = u32::try_from(number) else { break };
            match shape {
                Shape::Nothing => {}
                Shape::Polygons(parts) => {
                    for polygon in parts {
                        let all: Vec<_> = edges(polygon).collect();
                        places.add(number, &all, |p| polygon.contains(p));
                    }
                }
                Shape::Lines(parts) => {
                    for line in parts {
                        let all: Vec<_> = line_edges(std::slice::from_ref(line)).collect();
                        places.add(number, &all, |_| false);
                    }
                }
            }
        }
        places.shapes = shapes;
        places
    }

    /// Notes the cells of a part of a shape: of a level at which there are about a dozen.
    fn add(&mut self, number: u32, edges: &[(Point, Point)], is_inside: impl Fn(Point) -> bool) {
        let Some((first, _)) = edges.first() else { return };
        let radius = self.radius.unwrap_or(0.0) / RADIUS + MARGIN;
        let extent = edges.iter().map(|(a, b)| first.angle(*a).max(first.angle(*b))).fold(0.0, f64::max) + radius;
        // A cell of level n is about 1.5 / 2^n wide.
        let level = (6.0 / extent).log2().clamp(0.0, 24.0) as u8;
        match cells_near(edges, level, radius, is_inside) {
            Some(cells) => {
                self.levels.insert(level);
                for cell in cells {
                    let numbers = self.cells.entry(cell).or_default();
                    if numbers.last() != Some(&number) {
                        numbers.push(number);
                    }
                }
            }
            None => self.everywhere.push(number),
        }
    }

    /// Appends the numbers of the shapes at a place, in ascending order. None is at coordinates out of range.
    pub fn find(&self, longitude: f64, latitude: f64, found: &mut Vec<u32>) {
        let Some(point) = Degrees::new(longitude, latitude).map(Degrees::point) else { return };
        let (leaf, begin) = (Cell::leaf(point), found.len());
        found.extend_from_slice(&self.everywhere);
        for level in &self.levels {
            found.extend(self.cells.get(&leaf.parent(*level)).into_iter().flatten());
        }
        let mut candidates = found.split_off(begin);
        candidates.sort_unstable();
        candidates.dedup();
        found.extend(candidates.into_iter().filter(|number| self.is_at(*number, point)));
    }

    fn is_at(&self, number: u32, point: Point) -> bool {
        match (self.shapes.get(number as usize), self.radius) {
            (Some(Shape::Polygons(parts)), None) => parts.iter().any(|polygon| polygon.contains(point)),
            (Some(Shape::Polygons(parts)), Some(radius)) => {
                parts.iter().any(|polygon| polygon.distance(point) * RADIUS <= radius)
            }
            (Some(Shape::Lines(lines)), Some(radius)) => {
                nearest_edge(lines, point).is_some_and(|(_, _, _, angle)| angle * RADIUS <= radius)
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Places;
    use crate::geospatial::shape::polygon::polygons;
    use crate::geospatial::sphere::Degrees;
    use proptest::prelude::*;

    /// A triangle around a place, from a few metres to half the world wide.
    fn triangle() -> impl Strategy<Value = String> {
        (-180.0..180.0, -90.0..90.0, -5.0..2.0f64).prop_map(|(x, y, size): (f64, f64, f64)| {
            let size = 10f64.powf(size);
            let at = |dx: f64, dy: f64| {
                let longitude = (x + dx * size + 540.0).rem_euclid(360.0) - 180.0;
                format!("[{longitude},{}]", (y + dy * size).clamp(-90.0, 90.0))
            };
            let (a, b, c) = (at(0.0, 0.0), at(1.0, 0.2), at(0.3, 1.0));
            format!("{{\"type\":\"Polygon\",\"coordinates\":[[{a},{b},{c},{a}]]}}")
        })
    }

    proptest! {
        /// The cells hide no shape: asking each polygon gives the same.
        #[test]
        fn all_are_found(
            texts in proptest::collection::vec(triangle(), 1..8),
            places in proptest::collection::vec((-180.0..=180.0, -90.0..=90.0), 20),
            radius in proptest::option::of(prop_oneof![Just(0.0), 1.0..1e4, 1e5..2e7]),
        ) {
            let index = Places::polygons(texts.iter().map(|t| Some(t.as_str())), radius);
            // Vertices, too, which are the hardest.
            let vertices = texts.iter().flat_map(|t| polygons(t).unwrap_or_default()).flat_map(|polygon| {
                let points: Vec<Degrees> = polygon.boundary().flatten().map(|p| p.degrees()).collect();
                points
            });
            for place in vertices.chain(places.into_iter().map(|(longitude, latitude)| Degrees { longitude, latitude })) {
                let point = place.point();
                let is_at = |text: &String| {
                    polygons(text).is_some_and(|parts| parts.iter().any(|polygon| match radius {
                        None => polygon.contains(point),
                        Some(radius) => polygon.distance(point) * super::RADIUS <= radius,
                    }))
                };
                let expected: Vec<u32> = (0..).zip(&texts).filter(|(_, t)| is_at(t)).map(|(i, _)| i).collect();
                let mut found = Vec::new();
                index.find(place.longitude, place.latitude, &mut found);
                prop_assert_eq!(found, expected);
            }
        }
    }
}
