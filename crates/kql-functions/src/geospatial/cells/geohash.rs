//! Geohash cells: a rectangle of longitude and latitude, halved in turn, five bits to a letter.
//!
//! The `geohash` crate ends at 12 letters; Kusto has up to 18.

use super::hash_order::hash_set_order;
use super::s2_functions::write_tokens;
use crate::ScalarFunction;
use crate::geospatial::arguments::{Optional, Positions};
use crate::geospatial::shape::geojson::Geometry;
use crate::geospatial::sphere::Degrees;
use crate::kernel::{dynamic_map, string_map, texts};
use kql_types::function::{FunctionKind, FunctionSpec, example};

const LETTERS: &[u8; 32] = b"0123456789bcdefghjkmnpqrstuvwxyz";
const MAX_LENGTH: u8 = 18;

/// A cell: how many letters, and its column and row in the grid of its level.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Geohash {
    letters: u8,
    column: u64,
    row: u64,
}

impl Geohash {
    /// Bits of the column and of the row: the longitude comes first.
    fn bits(self) -> (u32, u32) {
        let bits = 5 * u32::from(self.letters);
        (bits.div_ceil(2), bits / 2)
    }

    fn of(point: Degrees, letters: u8) -> Geohash {
        let mut cell = Geohash { letters, column: 0, row: 0 };
        let (columns, rows) = cell.bits();
        cell.column = place(point.longitude, 180.0, columns);
        cell.row = place(point.latitude, 90.0, rows);
        cell
    }

    fn parse(text: &str) -> Option<Geohash> {
        let letters = u8::try_from(text.len()).ok().filter(|n| (1..=MAX_LENGTH).contains(n))?;
        let mut cell = Geohash { letters, column: 0, row: 0 };
        let mut is_longitude = true;
        for letter in text.bytes() {
            let value = LETTERS.iter().position(|l| *l == letter)? as u64;
            for bit in (0..5).rev() {
                let place = if is_longitude { &mut cell.column } else { &mut cell.row };
                *place = (*place << 1) | ((value >> bit) & 1);
                is_longitude = !is_longitude;
            }
        }
        Some(cell)
    }

    fn write(self, out: &mut String) {
        let (columns, rows) = self.bits();
        let mut value = 0;
        for bit in 0..columns + rows {
            let half = bit / 2;
            let set = if bit % 2 == 0 { self.column >> (columns - 1 - half) } else { self.row >> (rows - 1 - half) };
            value = (value << 1) | (set & 1) as usize;
            if bit % 5 == 4 {
                out.push(char::from(LETTERS[value]));
                value = 0;
            }
        }
    }

    /// West, south, east and north.
    fn bounds(self) -> [f64; 4] {
        let (columns, rows) = self.bits();
        let edge = |place: u64, limit: f64, bits: u32| place as f64 * (2.0 * limit / 2f64.powi(bits as i32)) - limit;
        [
            edge(self.column, 180.0, columns),
            edge(self.row, 90.0, rows),
            edge(self.column + 1, 180.0, columns),
            edge(self.row + 1, 90.0, rows),
        ]
    }

    /// The cells around, clockwise from the north-west; none beyond the poles.
    fn neighbours(self) -> impl Iterator<Item = Geohash> {
        let (columns, rows) = self.bits();
        let around = [(-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0)];
        around.into_iter().filter_map(move |(dx, dy): (i64, i64)| {
            let row = self.row.checked_add_signed(dy).filter(|row| *row < 1 << rows)?;
            let column = self.column.wrapping_add_signed(dx) & ((1 << columns) - 1);
            Some(Geohash { column, row, ..self })
        })
    }
}

/// The number of the interval, of 2^bits from `-limit` to `limit`, that contains a value: halved step by step, as the exact
/// middle belongs to the upper half.
fn place(value: f64, limit: f64, bits: u32) -> u64 {
    let (mut low, mut high, mut place) = (-limit, limit, 0);
    for _ in 0..bits {
        let middle = (low + high) / 2.0;
        place <<= 1;
        if value >= middle {
            place |= 1;
            low = middle;
        } else {
            high = middle;
        }
    }
    place
}

pub(crate) static GEO_POINT_TO_GEOHASH: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_point_to_geohash",
        FunctionKind::Scalar,
        &["(longitude:number, latitude:number, accuracy?:number) -> string"],
        "The geohash of a point with a number of letters, 1 to 18 (5 when left out). `''` for coordinates or a number out \
         of range. <https://learn.microsoft.com/kusto/query/geo-point-to-geohash-function>",
    )
    .examples(&[
        example("geo_point_to_geohash(-80.195829, 25.802215, 8)", "\"dhwfz15h\""),
        example("geo_point_to_geohash(200, 1, 8)", "\"\""),
    ]),
    kernel: |call, args| {
        let (points, lengths) = (Positions::new(call, args, 0)?, Optional::new(call, args, 2, 5.0)?);
        string_map(args, |row, out| {
            if let (Some(point), Some(letters)) = (points.get(row), lengths.level(row, 1, MAX_LENGTH)) {
                Geohash::of(point, letters).write(out);
            }
        })
    },
};

pub(crate) static GEO_GEOHASH_TO_CENTRAL_POINT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_geohash_to_central_point",
        FunctionKind::Scalar,
        &["(geohash:string) -> dynamic"],
        "The middle of a geohash cell as a GeoJSON point. Null for text that is no geohash. \
         <https://learn.microsoft.com/kusto/query/geo-geohash-to-central-point-function>",
    )
    .examples(&[
        example(
            "geo_geohash_to_central_point('sunny')",
            "{\"type\":\"Point\",\"coordinates\":[42.47314453125,23.70849609375]}",
        ),
        example("geo_geohash_to_central_point('a')", "null"),
    ]),
    kernel: |_, args| {
        let hashes = texts(&args[0])?;
        dynamic_map(args, |row, out| {
            let Some(cell) = Geohash::parse(hashes.text(row)) else { return false };
            let [west, south, east, north] = cell.bounds();
            let middle = Degrees { longitude: (west + east) / 2.0, latitude: (south + north) / 2.0 };
            Geometry::Points(vec![middle]).write(out);
            true
        })
    },
};

pub(crate) static GEO_GEOHASH_TO_POLYGON: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_geohash_to_polygon",
        FunctionKind::Scalar,
        &["(geohash:string) -> dynamic"],
        "The rectangle of a geohash as a GeoJSON polygon. Null for text that is no geohash. \
         <https://learn.microsoft.com/kusto/query/geo-geohash-to-polygon-function>",
    )
    .examples(&[
        example(
            "geo_geohash_to_polygon('dr5ru')",
            "{\"type\":\"Polygon\",\"coordinates\":[[[-74.00390625,40.7373046875],[-73.9599609375,40.7373046875],\
             [-73.9599609375,40.78125],[-74.00390625,40.78125],[-74.00390625,40.7373046875]]]}",
        ),
        example("geo_geohash_to_polygon('a')", "null"),
    ]),
    kernel: |_, args| {
        let hashes = texts(&args[0])?;
        dynamic_map(args, |row, out| {
            let Some(cell) = Geohash::parse(hashes.text(row)) else { return false };
            let [west, south, east, north] = cell.bounds();
            let corners = [(west, south), (east, south), (east, north), (west, north), (west, south)];
            let path = corners.map(|(longitude, latitude)| Degrees { longitude, latitude }).to_vec();
            Geometry::Polygons(vec![vec![path]]).write(out);
            true
        })
    },
};

pub(crate) static GEO_GEOHASH_NEIGHBORS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_geohash_neighbors",
        FunctionKind::Scalar,
        &["(geohash:string) -> dynamic"],
        "The geohashes of the same length around a geohash cell, in the order of the engine's hash set; none beyond the \
         poles. Null for text that is no geohash. \
         <https://learn.microsoft.com/kusto/query/geo-geohash-neighbors-function>",
    )
    .examples(&[
        example(
            "geo_geohash_neighbors('sunny')",
            "[\"sunnv\",\"sunnt\",\"sunnw\",\"sunnx\",\"sunpp\",\"sunnz\",\"sunpn\",\"sunpj\"]",
        ),
        example("geo_geohash_neighbors('a')", "null"),
    ]),
    kernel: |_, args| {
        let hashes = texts(&args[0])?;
        dynamic_map(args, |row, out| {
            let Some(cell) = Geohash::parse(hashes.text(row)) else { return false };
            let token = |cell: Geohash| {
                let mut text = String::new();
                cell.write(&mut text);
                text
            };
            write_tokens(out, &hash_set_order(cell.neighbours().map(token).collect()));
            true
        })
    },
};

#[cfg(test)]
mod tests {
    use super::{Geohash, MAX_LENGTH};
    use crate::geospatial::sphere::Degrees;

    #[test]
    fn to_text_and_back() {
        for (longitude, latitude) in [(-80.195829, 25.802215), (180.0, 90.0), (-180.0, -90.0), (0.0, 0.0), (-0.1, 45.0)]
        {
            let mut longest = String::new();
            Geohash::of(Degrees { longitude, latitude }, MAX_LENGTH).write(&mut longest);
            for letters in 1..=MAX_LENGTH {
                let cell = Geohash::of(Degrees { longitude, latitude }, letters);
                assert_eq!(Geohash::parse(&longest[..usize::from(letters)]), Some(cell));
                let [west, south, east, north] = cell.bounds();
                assert!((west..=east).contains(&longitude) && (south..=north).contains(&latitude));
            }
        }
    }

    #[test]
    fn around_the_world() {
        let tokens = |text: &str| {
            let write = |cell: Geohash| {
                let mut text = String::new();
                cell.write(&mut text);
                text
            };
            Geohash::parse(text).unwrap().neighbours().map(write).collect::<Vec<_>>()
        };
        // At the 180th meridian to the other side; at a pole there is nothing beyond.
        assert_eq!(tokens("8"), ["z", "b", "c", "9", "3", "2", "r", "x"]);
        assert_eq!(tokens("b").len(), 5);
    }

    #[test]
    fn bad_hashes() {
        for text in ["", "a", "sunnY", "1234567890123456789", "ß"] {
            assert_eq!(Geohash::parse(text), None, "{text}");
        }
    }
}
