//! Points, of which those that are closer together than rounding errors are one.

use crate::geospatial::cells::s2::Cell;
use crate::geospatial::sphere::Point;
use std::collections::HashMap;

/// How close points are that count as one: the error of two intersections, about 20 nanometres.
pub(crate) const TOLERANCE: f64 = 16.0 * f64::EPSILON;

/// Points with numbers.
#[derive(Debug, Default)]
pub(crate) struct Sites {
    points: Vec<Point>,
    /// The points by the cube of space they are in.
    cubes: HashMap<[i64; 3], Vec<usize>>,
}

impl Sites {
    /// The number of the point there, a new one if there is none.
    pub(crate) fn add(&mut self, p: Point) -> usize {
        let cube = p.array().map(|c| (c / (2.0 * TOLERANCE)).floor() as i64);
        let near = |offset: i64, half: f64| if half < 0.5 { offset - 1..=offset } else { offset..=offset + 1 };
        let part = p.array().map(|c| c / (2.0 * TOLERANCE) - (c / (2.0 * TOLERANCE)).floor());
        let mut best: Option<(f64, usize)> = None;
        for x in near(cube[0], part[0]) {
            for y in near(cube[1], part[1]) {
                for z in near(cube[2], part[2]) {
                    for &i in self.cubes.get(&[x, y, z]).into_iter().flatten() {
                        let distance2 = (self.points[i] - p).norm2();
                        if distance2 <= TOLERANCE * TOLERANCE && best.is_none_or(|(d, _)| distance2 < d) {
                            best = Some((distance2, i));
                        }
                    }
                }
            }
        }
        if let Some((_, i)) = best {
            return i;
        }
        self.points.push(p);
        self.cubes.entry(cube).or_default().push(self.points.len() - 1);
        self.points.len() - 1
    }

    pub(crate) fn point(&self, site: usize) -> Point {
        self.points[site]
    }

    /// The points in the order of their S2 cells, and the place of each number in it.
    pub(crate) fn sorted(self) -> (Vec<Point>, Vec<usize>) {
        let key = |p: &Point| (Cell::leaf(*p), p.array().map(f64::to_bits));
        let mut order: Vec<usize> = (0..self.points.len()).collect();
        order.sort_by_cached_key(|i| key(&self.points[*i]));
        let mut place = vec![0; order.len()];
        for (new, old) in order.iter().enumerate() {
            place[*old] = new;
        }
        (order.into_iter().map(|i| self.points[i]).collect(), place)
    }
}
