//! S2 cells: the six faces of a cube around the sphere, each divided into four again and again along a Hilbert curve.
//!
//! The numbers are those of Google's S2 library: <http://s2geometry.io/devguide/s2cell_hierarchy>. The `s2` crate (0.2.0)
//! was tried and differs from it on the borders of faces and for the neighbours of the largest cells.

use crate::geospatial::sphere::Point;

/// The finest level.
pub(crate) const MAX_LEVEL: u8 = 30;
/// Cells of the finest level along a side of a face.
const SIDE: i32 = 1 << MAX_LEVEL;

/// The number of a cell: three bits of the face, two bits for each level, a 1, and zeros.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Cell(u64);

/// Where along the curve the quarters of a square lie, by the curve's orientation there: bit 0 swaps the axes, bit 1
/// turns them round. Quarters are numbered `2 i + j`.
const POSITION: [[u8; 4]; 4] = [[0, 1, 3, 2], [0, 3, 1, 2], [2, 3, 1, 0], [2, 1, 3, 0]];
/// The quarter at a position of the curve, by orientation.
const QUARTER: [[u8; 4]; 4] = [[0, 1, 3, 2], [0, 2, 3, 1], [3, 2, 0, 1], [3, 1, 0, 2]];
/// How the orientation changes in the quarter at a position.
const TURN: [u8; 4] = [1, 0, 0, 3];

impl Cell {
    /// The cell of the finest level that contains a point.
    pub(crate) fn leaf(p: Point) -> Cell {
        let (face, u, v) = face_uv(p);
        Cell::from_face_ij(face, index(uv_to_st(u)), index(uv_to_st(v)))
    }

    /// The six cells of level 0.
    pub(crate) fn faces() -> impl Iterator<Item = Cell> {
        (0..6).map(|face: u64| Cell((face << 61) | (1 << 60)))
    }

    /// The cell of a token: up to 16 hex digits, the number without its zeros at the end.
    pub(crate) fn from_token(token: &str) -> Option<Cell> {
        if token.is_empty() || token.len() > 16 || !token.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let number = u64::from_str_radix(token, 16).ok()? << (4 * (16 - token.len()));
        let has_marker = number & number.wrapping_neg() & 0x1555_5555_5555_5555 != 0;
        (number >> 61 < 6 && has_marker).then_some(Cell(number))
    }

    pub(crate) fn token(self) -> String {
        let digits = format!("{:016x}", self.0);
        digits.trim_end_matches('0').to_owned()
    }

    pub(crate) fn level(self) -> u8 {
        MAX_LEVEL - (self.0.trailing_zeros() / 2) as u8
    }

    /// The cell of a coarser level around this one.
    pub(crate) fn parent(self, level: u8) -> Cell {
        let marker = 1u64 << (2 * (MAX_LEVEL - level.min(self.level())));
        Cell((self.0 & marker.wrapping_neg()) | marker)
    }

    /// The four cells of the next level, in the order of the curve; of the finest level itself.
    pub(crate) fn children(self) -> impl Iterator<Item = Cell> {
        let marker = self.0 & self.0.wrapping_neg();
        let (first, step, n) = if marker == 1 { (self.0, 0, 1) } else { (self.0 - marker + marker / 4, marker / 2, 4) };
        (0..n).map(move |i| Cell(first + i * step))
    }

    /// The cell of the finest level at a place of a face.
    fn from_face_ij(face: u8, i: i32, j: i32) -> Cell {
        let (mut number, mut orientation) = (0u64, face & 1);
        for bit in (0..MAX_LEVEL).rev() {
            let quarter = (((i >> bit) & 1) << 1 | ((j >> bit) & 1)) as usize;
            let position = POSITION[usize::from(orientation)][quarter];
            number = (number << 2) | u64::from(position);
            orientation ^= TURN[usize::from(position)];
        }
        Cell((u64::from(face) << 61) | (number << 1) | 1)
    }

    /// The face, the lowest place in it and the length of a side.
    fn face_ij(self) -> (u8, i32, i32, i32) {
        let face = (self.0 >> 61) as u8;
        let level = self.level();
        let (mut i, mut j, mut orientation) = (0, 0, face & 1);
        for depth in 0..level {
            let position = (self.0 >> (59 - 2 * u32::from(depth))) as usize & 3;
            let quarter = i32::from(QUARTER[usize::from(orientation)][position]);
            (i, j) = (i << 1 | quarter >> 1, j << 1 | quarter & 1);
            orientation ^= TURN[position];
        }
        let size = 1 << (MAX_LEVEL - level);
        (face, i * size, j * size, size)
    }

    /// The four corners, counter-clockwise.
    pub(crate) fn corners(self) -> [Point; 4] {
        let (face, i, j, size) = self.face_ij();
        let edge = |place: i32| st_to_uv(f64::from(place) / f64::from(SIDE));
        let (u0, v0, u1, v1) = (edge(i), edge(j), edge(i + size), edge(j + size));
        [(u0, v0), (u1, v0), (u1, v1), (u0, v1)].map(|(u, v)| face_point(face, u, v).normalize())
    }

    pub(crate) fn centre(self) -> Point {
        let (face, i, j, size) = self.face_ij();
        let middle = |place: i32| st_to_uv((f64::from(place) + 0.5 * f64::from(size)) / f64::from(SIDE));
        face_point(face, middle(i), middle(j)).normalize()
    }

    /// The eight cells of the same level around this one, in the library's order. At a corner of the cube only seven are
    /// different.
    pub(crate) fn neighbours(self) -> [Cell; 8] {
        let (face, i, j, size) = self.face_ij();
        let at = |di: i32, dj: i32| Cell::beside(face, i + di * size, j + dj * size).parent(self.level());
        [at(-1, -1), at(1, -1), at(0, -1), at(0, 1), at(-1, 0), at(1, 0), at(-1, 1), at(1, 1)]
    }

    /// The finest cell at a place that may be just beyond the face.
    fn beside(face: u8, i: i32, j: i32) -> Cell {
        if (0..SIDE).contains(&i) && (0..SIDE).contains(&j) {
            return Cell::from_face_ij(face, i, j);
        }
        // A little outside the face, where the cube's projection does not matter.
        let limit = 1.0 + f64::EPSILON;
        let linear = |place: i32| {
            let place = f64::from(place.clamp(-1, SIDE));
            ((2.0 * (place - f64::from(SIDE / 2)) + 1.0) / f64::from(SIDE)).clamp(-limit, limit)
        };
        let (face, u, v) = face_uv(face_point(face, linear(i), linear(j)));
        Cell::from_face_ij(face, index(0.5 * (u + 1.0)), index(0.5 * (v + 1.0)))
    }
}

/// The face and the place in it, -1 to 1 each way.
fn face_uv(p: Point) -> (u8, f64, f64) {
    let axis = p.largest_axis();
    let face = axis as u8 + if p.array()[axis] < 0.0 { 3 } else { 0 };
    let (u, v) = match face {
        0 => (p.y / p.x, p.z / p.x),
        1 => (-p.x / p.y, p.z / p.y),
        2 => (-p.x / p.z, -p.y / p.z),
        3 => (p.z / p.x, p.y / p.x),
        4 => (p.z / p.y, -p.x / p.y),
        _ => (-p.y / p.z, -p.x / p.z),
    };
    (face, u, v)
}

fn face_point(face: u8, u: f64, v: f64) -> Point {
    match face {
        0 => Point::new(1.0, u, v),
        1 => Point::new(-u, 1.0, v),
        2 => Point::new(-u, -v, 1.0),
        3 => Point::new(-1.0, -v, -u),
        4 => Point::new(v, -1.0, -u),
        _ => Point::new(v, u, -1.0),
    }
}

/// From 0 to 1, stretched so that cells are of similar size, to -1 to 1 on the cube.
fn st_to_uv(s: f64) -> f64 {
    if s >= 0.5 { (1.0 / 3.0) * (4.0 * s * s - 1.0) } else { (1.0 / 3.0) * (1.0 - 4.0 * (1.0 - s) * (1.0 - s)) }
}

fn uv_to_st(u: f64) -> f64 {
    if u >= 0.0 { 0.5 * (1.0 + 3.0 * u).sqrt() } else { 1.0 - 0.5 * (1.0 - 3.0 * u).sqrt() }
}

/// The place of the finest cell.
fn index(s: f64) -> i32 {
    (f64::from(SIDE) * s - 0.5).round_ties_even().clamp(0.0, f64::from(SIDE - 1)) as i32
}

#[cfg(test)]
mod tests {
    use super::Cell;
    use crate::geospatial::sphere::Degrees;

    fn cell(longitude: f64, latitude: f64, level: u8) -> Cell {
        Cell::leaf(Degrees { longitude, latitude }.point()).parent(level)
    }

    #[test]
    fn tokens_of_the_library() {
        // Printed by version 0.10 of the C++ library.
        for (longitude, latitude, level, token) in [
            (-80.195829, 25.802215, 8, "88d9b"),
            (-180.0, -90.0, 3, "b04"),
            (141.088_743_616_491_5, -64.57111862331837, 1, "ac"),
            (-45.0, -22.436170273621233, 8, "94ccb"),
            (45.0, 22.479469828003285, 3, "3e4"),
            (-135.0, 32.815_282_335_487_96, 4, "801"),
            (0.0, 0.0, 30, "1000000000000001"),
        ] {
            let cell = cell(longitude, latitude, level);
            assert_eq!(cell.token(), token);
            assert_eq!(Cell::from_token(token), Some(cell));
            assert_eq!(cell.level(), level);
        }
    }

    #[test]
    fn neighbours_of_the_library() {
        let tokens = |cell: Cell| cell.neighbours().map(|c| c.token());
        assert_eq!(tokens(cell(-180.0, -90.0, 3)), ["a54", "ae4", "afc", "b0c", "bac", "b1c", "ba4", "b14"]);
        assert_eq!(
            tokens(cell(141.088_743_616_491_5, -64.57111862331837, 1)),
            ["74", "2c", "6c", "b4", "a4", "2c", "bc", "24"]
        );
    }

    #[test]
    fn a_cell_is_its_children() {
        let mut cells: Vec<Cell> = Cell::faces().collect();
        for level in 0..5 {
            assert!(cells.iter().all(|c| c.level() == level && Cell::leaf(c.centre()).parent(level) == *c));
            assert!(cells.is_sorted());
            cells = cells.iter().flat_map(|c| c.children()).collect();
        }
        let leaf = cell(10.0, 20.0, 30);
        assert_eq!(leaf.children().collect::<Vec<_>>(), [leaf]);
    }

    #[test]
    fn bad_tokens() {
        for token in ["", "x", "0", "a", "c000000000000000", "12345678123456781", "é", "+1", "1 "] {
            assert_eq!(Cell::from_token(token), None, "{token}");
        }
    }
}
