//! `geo_from_wkt`: well-known text to GeoJSON.

use super::sphere::Degrees;
use crate::ScalarFunction;
use crate::dynamic::cells::Cells;
use crate::kernel::dynamic_map;
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec, example};

/// How deep collections may be in each other.
const MAX_DEPTH: usize = 32;

pub(crate) static GEO_FROM_WKT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_from_wkt",
        FunctionKind::Scalar,
        &["(wkt:string|dynamic) -> dynamic"],
        "The GeoJSON shape of a well-known text: `POINT`, `LINESTRING`, `POLYGON`, their `MULTI…` forms and \
         `GEOMETRYCOLLECTION`. Null for anything else and for coordinates out of range. \
         <https://learn.microsoft.com/kusto/query/geo-from-wkt-function>",
    )
    .examples(&[
        example("geo_from_wkt('POINT (1 2)')", "{\"type\":\"Point\",\"coordinates\":[1.0,2.0]}"),
        example(
            "geo_from_wkt('LINESTRING (1 2, 3 4)')",
            "{\"type\":\"LineString\",\"coordinates\":[[1.0,2.0],[3.0,4.0]]}",
        ),
        example("geo_from_wkt('LINESTRING')", "null"),
    ]),
    kernel: |call, args| {
        let cells = Cells::argument(call, args, 0)?;
        dynamic_map(args, |row, out| {
            let text = match &cells {
                Cells::String(texts) => Some(texts.text(row).into()),
                Cells::Dynamic(values) => values.get(row).and_then(dynamic::unquote),
                _ => None,
            };
            let start = out.len();
            let is_shape = text.is_some_and(|text| {
                let mut reader = Reader { rest: &text };
                reader.shape(out, MAX_DEPTH).is_some() && reader.rest.trim_ascii().is_empty()
            });
            if !is_shape {
                out.truncate(start);
            }
            is_shape
        })
    },
};

/// What is left of the text. Every method takes something from its start and writes it as GeoJSON, or is `None`.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn shape(&mut self, out: &mut String, depth: usize) -> Option<()> {
        let word = self.word().to_ascii_uppercase();
        let (name, levels) = match word.as_str() {
            "POINT" => ("Point", 0),
            "LINESTRING" => ("LineString", 1),
            "POLYGON" => ("Polygon", 2),
            "MULTIPOINT" => ("MultiPoint", 1),
            "MULTILINESTRING" => ("MultiLineString", 2),
            "MULTIPOLYGON" => ("MultiPolygon", 3),
            "GEOMETRYCOLLECTION" => {
                out.push_str("{\"type\":\"GeometryCollection\",\"geometries\":[");
                let depth = depth.checked_sub(1)?;
                self.list(out, |reader, out| reader.shape(out, depth))?;
                out.push_str("]}");
                return Some(());
            }
            _ => return None,
        };
        out.push_str("{\"type\":\"");
        out.push_str(name);
        out.push_str("\",\"coordinates\":");
        match levels {
            0 => {
                self.take('(')?;
                self.position(out)?;
                self.take(')')?;
            }
            _ => self.coordinates(out, levels, name == "MultiPoint")?,
        }
        out.push('}');
        Some(())
    }

    /// Lists in lists of positions; the points of a `MULTIPOINT` may stand in parentheses.
    fn coordinates(&mut self, out: &mut String, levels: u8, points: bool) -> Option<()> {
        out.push('[');
        self.list(out, |reader, out| {
            if levels > 1 {
                return reader.coordinates(out, levels - 1, points);
            }
            let in_parentheses = points && reader.take('(').is_some();
            reader.position(out)?;
            if in_parentheses { reader.take(')') } else { Some(()) }
        })?;
        out.push(']');
        Some(())
    }

    /// `( item , item … )`, written with commas between.
    fn list(&mut self, out: &mut String, mut item: impl FnMut(&mut Self, &mut String) -> Option<()>) -> Option<()> {
        self.take('(')?;
        item(self, out)?;
        while self.take(',').is_some() {
            out.push(',');
            item(self, out)?;
        }
        self.take(')')
    }

    fn position(&mut self, out: &mut String) -> Option<()> {
        let (longitude, latitude) = (self.number()?, self.number()?);
        let position = Degrees::new(longitude, latitude)?;
        super::shape::geojson::write_position(out, &position);
        Some(())
    }

    fn number(&mut self) -> Option<f64> {
        self.rest = self.rest.trim_ascii_start();
        let is_part = |c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.' | 'e' | 'E');
        let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
        let (number, rest) = self.rest.split_at(end);
        self.rest = rest;
        number.parse().ok()
    }

    fn word(&mut self) -> &str {
        self.rest = self.rest.trim_ascii_start();
        let end = self.rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn take(&mut self, wanted: char) -> Option<()> {
        self.rest = self.rest.trim_ascii_start().strip_prefix(wanted)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, string};

    #[test]
    fn shapes() {
        for (wkt, json) in [
            ("point(1 2)", "{\"type\":\"Point\",\"coordinates\":[1.0,2.0]}"),
            ("MULTIPOINT (1 1, 2 2)", "{\"type\":\"MultiPoint\",\"coordinates\":[[1.0,1.0],[2.0,2.0]]}"),
            ("MULTIPOINT ((1 1), (2 2))", "{\"type\":\"MultiPoint\",\"coordinates\":[[1.0,1.0],[2.0,2.0]]}"),
            (
                "POLYGON ((0 0, 2 0, 2 2, 0 0))",
                "{\"type\":\"Polygon\",\"coordinates\":[[[0.0,0.0],[2.0,0.0],[2.0,2.0],[0.0,0.0]]]}",
            ),
            (
                "GEOMETRYCOLLECTION (POINT (1 1),LINESTRING (-2e0 2, 3 .5))",
                "{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Point\",\"coordinates\":[1.0,1.0]},\
                 {\"type\":\"LineString\",\"coordinates\":[[-2.0,2.0],[3.0,0.5]]}]}",
            ),
        ] {
            check("geo_from_wkt", &[string(wkt)], dynamic(json));
        }
    }

    #[test]
    fn anything_else_is_null() {
        let deep = "GEOMETRYCOLLECTION(".repeat(10_000);
        for wkt in [
            "",
            "POINT",
            "POINT (1)",
            "POINT (1 2",
            "POINT (1 2) x",
            "POINT (200 2)",
            "POINT (nan 1)",
            "CIRCLE (1 2)",
            "POINT Z (1 2 3)",
            "POLYGON (0 0, 1 1)",
            "é",
            &deep,
        ] {
            check("geo_from_wkt", &[string(wkt)], dynamic("null"));
        }
    }
}
