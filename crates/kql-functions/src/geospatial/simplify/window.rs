//! The directions in which an edge may leave a point so that it hits some discs and misses others.

use crate::geospatial::sphere::Point;
use std::f64::consts::{FRAC_PI_2, PI, TAU};

/// A range of angles, from one counter-clockwise to another.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Range {
    Empty,
    Full,
    Between(f64, f64),
}

impl Range {
    /// The range around a middle.
    fn around(middle: f64, half: f64) -> Range {
        if half >= PI { Range::Full } else { Range::Between(turn(middle - half), turn(middle + half)) }
    }

    fn contains(self, angle: f64) -> bool {
        match self {
            Range::Empty => false,
            Range::Full => true,
            Range::Between(low, high) if low <= high => low <= angle && angle <= high,
            Range::Between(low, high) => angle >= low || angle <= high,
        }
    }

    fn contains_range(self, other: Range) -> bool {
        match (self, other) {
            (_, Range::Empty) | (Range::Full, _) => true,
            (Range::Between(low, high), Range::Between(a, b)) => {
                self.contains(a) && self.contains(b) && (b - a).rem_euclid(TAU) <= (high - low).rem_euclid(TAU)
            }
            _ => false,
        }
    }

    /// What two ranges have in common; where that is two ranges, the smaller of the given ones.
    fn intersection(self, other: Range) -> Range {
        let (Range::Between(low, high), Range::Between(a, b)) = (self, other) else {
            return match (self, other) {
                (Range::Full, range) | (range, Range::Full) => range,
                _ => Range::Empty,
            };
        };
        match (self.contains(a), self.contains(b)) {
            (true, true) if self.contains_range(other) => other,
            (true, true) if (high - low).rem_euclid(TAU) < (b - a).rem_euclid(TAU) => self,
            (true, true) => other,
            (true, false) => Range::Between(a, high),
            (false, true) => Range::Between(low, b),
            (false, false) if other.contains(low) => self,
            (false, false) => Range::Empty,
        }
    }

    /// Everything else.
    fn complement(self) -> Range {
        match self {
            Range::Empty => Range::Full,
            Range::Full => Range::Empty,
            Range::Between(low, high) => Range::Between(high, low),
        }
    }
}

/// An angle from -π to π.
fn turn(angle: f64) -> f64 {
    libm::remainder(angle, TAU)
}

/// The directions that are left, and discs to miss that are not yet cut out of them.
#[derive(Debug)]
pub(super) struct Window {
    source: Point,
    x: Point,
    y: Point,
    range: Range,
    later: Vec<(Range, bool)>,
}

impl Window {
    pub(super) fn new(source: Point) -> Self {
        let x = source.orthogonal();
        Window { source, x, y: source.cross(x), range: Range::Full, later: Vec::new() }
    }

    /// Whether an edge may go to a point.
    pub(super) fn may_reach(&self, p: Point) -> bool {
        let direction = self.direction(p);
        self.source.angle(p) <= FRAC_PI_2
            && self.range.contains(direction)
            && !self.later.iter().any(|(range, _)| range.contains(direction))
    }

    /// Leaves the directions that hit a disc, and says whether there are any.
    pub(super) fn hit(&mut self, centre: Point, radius: f64) -> bool {
        let half = self.half_width(centre, radius);
        if half >= PI {
            return true;
        }
        self.range = self.range.intersection(Range::around(self.direction(centre), half));
        for (range, on_left) in std::mem::take(&mut self.later) {
            self.cut(range, on_left);
        }
        self.range != Range::Empty
    }

    /// Leaves the directions that pass a disc with it on a side, and says whether there are any.
    pub(super) fn miss(&mut self, centre: Point, radius: f64, on_left: bool) -> bool {
        let half = self.half_width(centre, radius);
        if half >= PI {
            self.range = Range::Empty;
            return false;
        }
        let middle = self.direction(centre);
        let (left, right) = if on_left { (FRAC_PI_2, half) } else { (half, FRAC_PI_2) };
        let range = Range::Between(turn(middle - right), turn(middle + left));
        if self.range == Range::Full {
            self.later.push((range, on_left));
            return true;
        }
        self.cut(range, on_left);
        self.range != Range::Empty
    }

    fn cut(&mut self, range: Range, on_left: bool) {
        self.range = match (self.range, range) {
            (Range::Between(low, high), Range::Between(a, b)) if self.range.contains_range(range) => {
                // Of the two parts that are left the one that goes towards the disc is meant.
                if on_left { Range::Between(low, a) } else { Range::Between(b, high) }
            }
            _ => self.range.intersection(range.complement()),
        };
    }

    fn direction(&self, p: Point) -> f64 {
        p.dot(self.y).atan2(p.dot(self.x))
    }

    /// Half the angle under which a disc is seen, π from inside.
    fn half_width(&self, centre: Point, radius: f64) -> f64 {
        let away = self.source.angle(centre);
        if away <= radius { PI } else { (radius.sin() / away.sin()).clamp(-1.0, 1.0).asin() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Range, Window};
    use crate::geospatial::sphere::Degrees;

    #[test]
    fn ranges_over_the_seam() {
        let seam = Range::Between(3.0, -3.0);
        assert!(seam.contains(3.1) && seam.contains(-3.1) && !seam.contains(0.0));
        assert_eq!(seam.intersection(Range::Between(2.0, 3.1)), Range::Between(3.0, 3.1));
        assert_eq!(seam.intersection(Range::Between(-1.0, 1.0)), Range::Empty);
        assert_eq!(Range::Full.intersection(seam), seam);
        assert_eq!(seam.complement(), Range::Between(-3.0, 3.0));
        assert_eq!(Range::around(0.0, 4.0), Range::Full);
    }

    #[test]
    fn hits_and_misses() {
        let point = |longitude, latitude| Degrees { longitude, latitude }.point();
        let mut window = Window::new(point(0.0, 0.0));
        assert!(window.miss(point(5.0, 2.0), 0.01, true));
        assert!(window.hit(point(10.0, 0.0), 0.1));
        assert!(window.may_reach(point(20.0, 0.0)));
        assert!(!window.may_reach(point(20.0, 10.0)), "on the wrong side of a disc");
        assert!(!window.may_reach(point(-20.0, 0.0)));
        assert!(!window.miss(point(0.0, 0.0), 0.1, false), "a disc that contains the source");
    }
}
