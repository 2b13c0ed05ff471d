//! Polygons: rings in rings.

use super::geojson::{self, Geometry, Path};
use super::ring::Ring;
use super::valid;
use crate::geospatial::sphere::measure::{area, area_centroid, perimeter};
use crate::geospatial::sphere::{Degrees, Point};

/// A region of the sphere: shells, holes in them, shells in these, and so on. Every ring encloses at most half of the sphere;
/// inside is what an odd number of them contain.
#[derive(Clone, Debug, Default)]
pub(crate) struct Polygon {
    rings: Vec<Nested>,
}

/// A ring and the number of rings around it: an odd number makes it a hole.
#[derive(Clone, Debug)]
struct Nested {
    ring: Ring,
    depth: usize,
}

impl Polygon {
    /// The polygon of one part of a GeoJSON shape, if it is valid: rings of three or more different vertices, the first
    /// again at the end, that neither cross nor share edges.
    pub(crate) fn from_paths(paths: &[Path]) -> Option<Polygon> {
        let rings: Option<Vec<Vec<Point>>> = paths.iter().map(|path| ring(path)).collect();
        let rings = rings?;
        valid::are_disjoint(&rings).then(|| Polygon::nested(rings.into_iter().map(Ring::normalized).collect()))
    }

    /// Puts rings that do not cross, each at most half of the sphere, into each other.
    pub(crate) fn nested(rings: Vec<Ring>) -> Polygon {
        Polygon::nested_numbered(rings).0
    }

    /// [`Polygon::nested`], with the number of each ring before, and whether it is now a hole.
    pub(crate) fn nested_numbered(rings: Vec<Ring>) -> (Polygon, Vec<(usize, bool)>) {
        // The children of each ring; of the last, which stands for the whole sphere, the outermost rings.
        let top = rings.len();
        let mut children: Vec<Vec<usize>> = vec![Vec::new(); top + 1];
        for (i, ring) in rings.iter().enumerate() {
            let mut parent = top;
            while let Some(around) = children[parent].iter().find(|c| rings[**c].contains_ring(ring)) {
                parent = *around;
            }
            let (inside, beside): (Vec<usize>, Vec<usize>) =
                children[parent].iter().partition(|c| ring.contains_ring(&rings[**c]));
            children[i] = inside;
            children[parent] = beside;
            children[parent].push(i);
        }
        let mut order = Vec::with_capacity(top);
        let mut open: Vec<(usize, usize)> = children[top].iter().rev().map(|i| (*i, 0)).collect();
        while let Some((i, depth)) = open.pop() {
            order.push((i, depth));
            open.extend(children[i].iter().rev().map(|child| (*child, depth + 1)));
        }
        let mut rings: Vec<Option<Ring>> = rings.into_iter().map(Some).collect();
        let nested = order.iter().filter_map(|(i, depth)| Some(Nested { ring: rings[*i].take()?, depth: *depth }));
        (Polygon { rings: nested.collect() }, order.iter().map(|(i, depth)| (*i, depth % 2 == 1)).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.rings.is_empty()
    }

    pub(crate) fn vertex_count(&self) -> usize {
        self.rings.iter().map(|r| r.ring.vertices().len()).sum()
    }

    /// The rings as they are, all turning counter-clockwise.
    pub(crate) fn rings(&self) -> impl Iterator<Item = &Ring> {
        self.rings.iter().map(|r| &r.ring)
    }

    /// The vertices of the rings, with what is inside the polygon on the left: holes turn clockwise.
    pub(crate) fn boundary(&self) -> impl Iterator<Item = Vec<Point>> + '_ {
        self.rings.iter().map(|nested| {
            let mut vertices = nested.ring.vertices().to_vec();
            if nested.depth % 2 == 1 {
                vertices.reverse();
            }
            vertices
        })
    }

    pub(crate) fn contains(&self, p: Point) -> bool {
        self.rings.iter().filter(|r| r.ring.contains(p)).count() % 2 == 1
    }

    /// The angle to the nearest point: 0 inside.
    pub(crate) fn distance(&self, p: Point) -> f64 {
        if self.contains(p) {
            return 0.0;
        }
        self.rings().map(|ring| ring.boundary_distance(p)).fold(f64::INFINITY, f64::min)
    }

    /// The nearest point: the point itself inside.
    pub(crate) fn nearest(&self, p: Point) -> Option<(Point, f64)> {
        if self.contains(p) {
            return Some((p, 0.0));
        }
        self.rings().filter_map(|ring| ring.nearest(p)).min_by(|(_, a), (_, b)| a.total_cmp(b))
    }

    /// The area in steradians.
    pub(crate) fn area(&self) -> f64 {
        self.signed(area).sum()
    }

    /// The length of all rings, an angle.
    pub(crate) fn perimeter(&self) -> f64 {
        self.rings().map(|ring| perimeter(ring.vertices())).sum()
    }

    /// The centroid times the area.
    pub(crate) fn centroid(&self) -> Point {
        self.rings.iter().fold(Point::new(0.0, 0.0, 0.0), |sum, nested| {
            let centroid = area_centroid(nested.ring.vertices());
            if nested.depth % 2 == 1 { sum - centroid } else { sum + centroid }
        })
    }

    fn signed<'a>(&'a self, measure: impl Fn(&[Point]) -> f64 + 'a) -> impl Iterator<Item = f64> + 'a {
        self.rings.iter().map(move |nested| {
            let value = measure(nested.ring.vertices());
            if nested.depth % 2 == 1 { -value } else { value }
        })
    }

    /// The GeoJSON polygons: each shell with the holes directly in it.
    pub(crate) fn geometry(&self) -> Geometry {
        let mut polygons: Vec<Vec<Path>> = Vec::new();
        for (nested, vertices) in self.rings.iter().zip(self.boundary()) {
            let path: Path = vertices.iter().chain(vertices.first()).map(|v| v.degrees()).collect();
            match polygons.last_mut() {
                Some(rings) if nested.depth % 2 == 1 => rings.push(path),
                _ => polygons.push(vec![path]),
            }
        }
        Geometry::Polygons(polygons)
    }
}

/// The vertices of a closed path.
fn ring(path: &[Degrees]) -> Option<Vec<Point>> {
    let (last, path) = path.split_last()?;
    if path.len() < 3 || path.first() != Some(last) {
        return None;
    }
    Some(path.iter().map(|p| p.point()).collect())
}

/// The polygons of a `Polygon` or `MultiPolygon`, if all are valid. They may overlap.
pub(crate) fn polygons(text: &str) -> Option<Vec<Polygon>> {
    geojson::rings(text)?.iter().map(|paths| Polygon::from_paths(paths)).collect()
}
