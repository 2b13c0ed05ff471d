//! Points of the unit sphere, and how they become longitude and latitude.
//!
//! Conversions are the ones of the S2 library, to the last bit, as `tostring()` of a shape shows all digits.

use std::f64::consts::PI;
use std::ops::{Add, Mul, Neg, Sub};

/// Metres of the sphere's radius.
pub(crate) const RADIUS: f64 = 6_371_010.0;

/// A vector; where it stands for a place, of length 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) z: f64,
}

/// A longitude and a latitude in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Degrees {
    pub(crate) longitude: f64,
    pub(crate) latitude: f64,
}

impl Degrees {
    /// A place, if the numbers are in range: longitude from -180 to 180, latitude from -90 to 90.
    pub(crate) fn new(longitude: f64, latitude: f64) -> Option<Self> {
        ((-180.0..=180.0).contains(&longitude) && (-90.0..=90.0).contains(&latitude))
            .then_some(Degrees { longitude, latitude })
    }

    pub(crate) fn point(self) -> Point {
        Point::from_radians(self.longitude * (PI / 180.0), self.latitude * (PI / 180.0))
    }
}

impl Point {
    pub(crate) const fn new(x: f64, y: f64, z: f64) -> Self {
        Point { x, y, z }
    }

    pub(crate) fn from_radians(longitude: f64, latitude: f64) -> Self {
        let cos_latitude = latitude.cos();
        // Adding zero turns the negative zero into the positive one, so that equal points are equal bit by bit.
        let positive = |coordinate: f64| coordinate + 0.0;
        Point::new(
            positive(longitude.cos() * cos_latitude),
            positive(longitude.sin() * cos_latitude),
            positive(latitude.sin()),
        )
    }

    /// Latitude and longitude of a vector of any length, which is not zero.
    pub(crate) fn degrees(self) -> Degrees {
        // Adding zero turns the negative zero into the positive one: no -180 where 180 is meant.
        let longitude = (self.y + 0.0).atan2(self.x + 0.0);
        let latitude = (self.z + 0.0).atan2((self.x * self.x + self.y * self.y).sqrt());
        Degrees { longitude: longitude * (180.0 / PI), latitude: latitude * (180.0 / PI) }
    }

    pub(crate) fn dot(self, b: Self) -> f64 {
        self.x * b.x + self.y * b.y + self.z * b.z
    }

    pub(crate) fn cross(self, b: Self) -> Self {
        Point::new(self.y * b.z - self.z * b.y, self.z * b.x - self.x * b.z, self.x * b.y - self.y * b.x)
    }

    pub(crate) fn norm2(self) -> f64 {
        self.dot(self)
    }

    pub(crate) fn norm(self) -> f64 {
        self.norm2().sqrt()
    }

    /// The vector at length 1; the zero vector stays.
    pub(crate) fn normalize(self) -> Self {
        let norm = self.norm();
        if norm == 0.0 { self } else { self * (1.0 / norm) }
    }

    /// The angle between two vectors of any length, 0 to π.
    pub(crate) fn angle(self, b: Self) -> f64 {
        self.cross(b).norm().atan2(self.dot(b))
    }

    /// The axis in which the vector is largest: 0, 1 or 2.
    pub(crate) fn largest_axis(self) -> usize {
        let (x, y, z) = (self.x.abs(), self.y.abs(), self.z.abs());
        match (x > y, x > z, y > z) {
            (true, true, _) => 0,
            (false, _, true) => 1,
            _ => 2,
        }
    }

    /// A unit vector at right angles, the same for the same point: the direction from which containment of a vertex is
    /// decided.
    pub(crate) fn orthogonal(self) -> Self {
        let helper = match self.largest_axis() {
            0 => Point::new(0.012, 0.0053, 1.0),
            1 => Point::new(1.0, 0.0053, 0.00457),
            _ => Point::new(0.012, 1.0, 0.00457),
        };
        self.cross(helper).normalize()
    }

    /// The three coordinates, to compare and sort points by.
    pub(crate) fn array(self) -> [f64; 3] {
        [self.x, self.y, self.z]
    }
}

impl Add for Point {
    type Output = Self;
    fn add(self, b: Self) -> Self {
        Point::new(self.x + b.x, self.y + b.y, self.z + b.z)
    }
}

impl Sub for Point {
    type Output = Self;
    fn sub(self, b: Self) -> Self {
        Point::new(self.x - b.x, self.y - b.y, self.z - b.z)
    }
}

impl Mul<f64> for Point {
    type Output = Self;
    fn mul(self, by: f64) -> Self {
        Point::new(self.x * by, self.y * by, self.z * by)
    }
}

impl Neg for Point {
    type Output = Self;
    fn neg(self) -> Self {
        Point::new(-self.x, -self.y, -self.z)
    }
}
