//! H3 cells: hexagons, and twelve pentagons, at sixteen resolutions. The cells are those of the `h3o` crate.

use super::hash_order::hash_set_order;
use super::s2_functions::write_tokens;
use crate::ScalarFunction;
use crate::dynamic::budget::Budget;
use crate::geospatial::arguments::{Optional, Positions};
use crate::geospatial::shape::geojson::Geometry;
use crate::geospatial::sphere::Degrees;
use crate::kernel::{dynamic_map, int_map, string_map, texts};
use h3o::{CellIndex, LatLng, Resolution};
use kql_types::function::{FunctionKind, FunctionSpec, example};

/// How many levels finer children may be.
const MAX_DEPTH: u8 = 5;
/// The widest ring.
const MAX_DISTANCE: u8 = 142;

/// The cell of a token: hex digits that are a valid index.
pub(crate) fn parse(token: &str) -> Option<CellIndex> {
    let is_hex = !token.is_empty() && token.len() <= 16 && token.bytes().all(|b| b.is_ascii_hexdigit());
    CellIndex::try_from(u64::from_str_radix(token, 16).ok().filter(|_| is_hex)?).ok()
}

pub(crate) fn degrees(place: LatLng) -> Degrees {
    Degrees { longitude: place.lng(), latitude: place.lat() }
}

pub(crate) fn cell_of(point: Degrees, resolution: Resolution) -> Option<CellIndex> {
    Some(LatLng::new(point.latitude, point.longitude).ok()?.to_cell(resolution))
}

fn write_cells(out: &mut String, cells: impl IntoIterator<Item = CellIndex>) {
    write_tokens(out, &cells.into_iter().map(|c| c.to_string()).collect::<Vec<_>>());
}

pub(crate) static GEO_POINT_TO_H3CELL: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_point_to_h3cell",
        FunctionKind::Scalar,
        &["(longitude:number, latitude:number, resolution?:number) -> string"],
        "The token of the H3 cell of a resolution, 0 to 15 (6 when left out), that contains a point. `''` for coordinates \
         or a resolution out of range. <https://learn.microsoft.com/kusto/query/geo-point-to-h3cell-function>",
    )
    .examples(&[
        example("geo_point_to_h3cell(-74.04450446039874, 40.689250859314974, 6)", "\"862a1072fffffff\""),
        example("geo_point_to_h3cell(1, 1, 16)", "\"\""),
    ]),
    kernel: |call, args| {
        let (points, resolutions) = (Positions::new(call, args, 0)?, Optional::new(call, args, 2, 6.0)?);
        string_map(args, |row, out| {
            let resolution = resolutions.level(row, 0, 15).and_then(|r| Resolution::try_from(r).ok());
            let cell = points.get(row).zip(resolution).and_then(|(point, r)| cell_of(point, r));
            out.extend(cell.map(|c| c.to_string()));
        })
    },
};

pub(crate) static GEO_H3CELL_LEVEL: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_h3cell_level",
        FunctionKind::Scalar,
        &["(h3cell:string) -> int"],
        "The resolution of an H3 cell, 0 to 15. Null for text that is no token. \
         <https://learn.microsoft.com/kusto/query/geo-h3cell-level-function>",
    )
    .examples(&[example("geo_h3cell_level('862a1072fffffff')", "6"), example("geo_h3cell_level('abc')", "null")]),
    kernel: |_, args| {
        let cells = texts(&args[0])?;
        int_map(args, |row| Some(i32::from(u8::from(parse(cells.text(row))?.resolution()))))
    },
};

pub(crate) static GEO_H3CELL_PARENT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_h3cell_parent",
        FunctionKind::Scalar,
        &["(h3cell:string, resolution?:number) -> string"],
        "The token of the cell of a coarser resolution, 0 to 14, that contains an H3 cell; of the next one when the \
         resolution is left out. `''` for text that is no token and a resolution that is no coarser. \
         <https://learn.microsoft.com/kusto/query/geo-h3cell-parent-function>",
    )
    .examples(&[
        example("geo_h3cell_parent('862a1072fffffff')", "\"852a1073fffffff\""),
        example("geo_h3cell_parent('862a1072fffffff', 1)", "\"812a3ffffffffff\""),
        example("geo_h3cell_parent('862a1072fffffff', 15)", "\"\""),
    ]),
    kernel: |call, args| {
        let cells = texts(&args[0])?;
        let resolutions = (args.len() > 1).then(|| Optional::new(call, args, 1, 0.0)).transpose()?;
        string_map(args, |row, out| {
            let parent = parse(cells.text(row)).and_then(|cell| {
                let resolution = match &resolutions {
                    None => u8::from(cell.resolution()).checked_sub(1)?,
                    Some(resolutions) => resolutions.level(row, 0, 14)?,
                };
                cell.parent(Resolution::try_from(resolution).ok()?)
            });
            out.extend(parent.map(|c| c.to_string()));
        })
    },
};

pub(crate) static GEO_H3CELL_CHILDREN: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_h3cell_children",
        FunctionKind::Scalar,
        &["(h3cell:string, resolution?:number) -> dynamic"],
        "The tokens of the cells of a finer resolution, 1 to 15, in an H3 cell; of the next one when the resolution is left \
         out. Null for text that is no token, a resolution that is coarser, and one more than 5 finer. \
         <https://learn.microsoft.com/kusto/query/geo-h3cell-children-function>",
    )
    .examples(&[
        example("array_length(geo_h3cell_children('862a1072fffffff'))", "7"),
        example("geo_h3cell_children('862a1072fffffff')[0]", "\"872a10728ffffff\""),
        example("geo_h3cell_children('862a1072fffffff', 12)", "null"),
    ]),
    kernel: |call, args| {
        let cells = texts(&args[0])?;
        let resolutions = (args.len() > 1).then(|| Optional::new(call, args, 1, 0.0)).transpose()?;
        let mut budget = Budget::default();
        let result = dynamic_map(args, |row, out| {
            let children = parse(cells.text(row)).and_then(|cell| {
                let own = u8::from(cell.resolution());
                let resolution = match &resolutions {
                    None => own + 1,
                    Some(resolutions) => resolutions.level(row, 1, 15)?,
                };
                let fits = resolution.checked_sub(own).is_some_and(|depth| depth <= MAX_DEPTH);
                Some((cell, Resolution::try_from(resolution).ok().filter(|_| fits)?))
            });
            let Some((cell, resolution)) = children else { return false };
            if !budget.spend(cell.children_count(resolution) as usize, 18) {
                return false;
            }
            write_cells(out, cell.children(resolution));
            true
        });
        budget.finish("geo_h3cell_children", result)
    },
};

pub(crate) static GEO_H3CELL_NEIGHBORS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_h3cell_neighbors",
        FunctionKind::Scalar,
        &["(h3cell:string) -> dynamic"],
        "The tokens of the six cells (of a pentagon: five) around an H3 cell, in the order of the engine's hash set. Null \
         for text that is no token. <https://learn.microsoft.com/kusto/query/geo-h3cell-neighbors-function>",
    )
    .examples(&[
        example(
            "geo_h3cell_neighbors('862a1072fffffff')",
            "[\"862a10777ffffff\",\"862a100d7ffffff\",\"862a100dfffffff\",\"862a1070fffffff\",\"862a10707ffffff\",\
             \"862a10727ffffff\"]",
        ),
        example("geo_h3cell_neighbors('abc')", "null"),
    ]),
    kernel: |_, args| {
        let cells = texts(&args[0])?;
        dynamic_map(args, |row, out| {
            let Some(cell) = parse(cells.text(row)) else { return false };
            let around = cell.grid_disk::<Vec<_>>(1).into_iter().filter(|c| *c != cell);
            write_tokens(out, &hash_set_order(around.map(|c| c.to_string()).collect()));
            true
        })
    },
};

pub(crate) static GEO_H3CELL_RINGS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_h3cell_rings",
        FunctionKind::Scalar,
        &["(h3cell:string, distance:number) -> dynamic"],
        "The tokens of the cells around an H3 cell: an array of rings, from the cell itself to the cells so many steps, 0 to \
         142, away. Null for text that is no token and a distance out of range. \
         <https://learn.microsoft.com/kusto/query/geo-h3cell-rings-function>",
    )
    .examples(&[
        example(
            "geo_h3cell_rings('861f8894fffffff', 1)",
            "[[\"861f8894fffffff\"],[\"861f88947ffffff\",\"861f8895fffffff\",\"861f88867ffffff\",\"861f8d497ffffff\",\
             \"861f8d4b7ffffff\",\"861f8896fffffff\"]]",
        ),
        example("geo_h3cell_rings('861f8894fffffff', 150)", "null"),
    ]),
    kernel: |call, args| {
        let cells = texts(&args[0])?;
        let distances = Optional::new(call, args, 1, 0.0)?;
        let mut budget = Budget::default();
        let result = dynamic_map(args, |row, out| {
            let distance = distances.level(row, 0, MAX_DISTANCE);
            let Some((cell, distance)) = parse(cells.text(row)).zip(distance) else { return false };
            let distance = u32::from(distance);
            if !budget.spend(3 * (distance * (distance + 1)) as usize + 1, 18) {
                return false;
            }
            let mut rings: Vec<Vec<CellIndex>> = vec![Vec::new(); distance as usize + 1];
            for (cell, steps) in cell.grid_disk_distances::<Vec<_>>(distance) {
                rings[steps as usize].push(cell);
            }
            out.push('[');
            for (i, ring) in rings.into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                write_cells(out, ring);
            }
            out.push(']');
            true
        });
        budget.finish("geo_h3cell_rings", result)
    },
};

pub(crate) static GEO_H3CELL_TO_CENTRAL_POINT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_h3cell_to_central_point",
        FunctionKind::Scalar,
        &["(h3cell:string) -> dynamic"],
        "The centre of an H3 cell as a GeoJSON point. Null for text that is no token. \
         <https://learn.microsoft.com/kusto/query/geo-h3cell-to-central-point-function>",
    )
    .examples(&[
        example("round(todouble(geo_h3cell_to_central_point('862a1072fffffff').coordinates[0]), 9)", "-74.016008480"),
        example("geo_h3cell_to_central_point('1')", "null"),
    ]),
    kernel: |_, args| {
        let cells = texts(&args[0])?;
        dynamic_map(args, |row, out| {
            let Some(cell) = parse(cells.text(row)) else { return false };
            Geometry::Points(vec![degrees(LatLng::from(cell))]).write(out);
            true
        })
    },
};

pub(crate) static GEO_H3CELL_TO_POLYGON: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_h3cell_to_polygon",
        FunctionKind::Scalar,
        &["(h3cell:string) -> dynamic"],
        "The outline of an H3 cell as a GeoJSON polygon. Null for text that is no token. \
         <https://learn.microsoft.com/kusto/query/geo-h3cell-to-polygon-function>",
    )
    .examples(&[
        example("array_length(geo_h3cell_to_polygon('862a1072fffffff').coordinates[0])", "7"),
        example("geo_h3cell_to_polygon('@')", "null"),
    ]),
    kernel: |_, args| {
        let cells = texts(&args[0])?;
        dynamic_map(args, |row, out| {
            let Some(cell) = parse(cells.text(row)) else { return false };
            let boundary = cell.boundary();
            let path = boundary.iter().chain(boundary.first()).map(|p| degrees(*p)).collect();
            Geometry::Polygons(vec![vec![path]]).write(out);
            true
        })
    },
};

#[cfg(test)]
mod tests {
    use super::parse;
    use crate::testing::{check, dynamic, string};
    use kql_types::Value;

    #[test]
    fn pentagons_have_five_neighbours() {
        let mut cell = Value::String("8009fffffffffff".to_owned());
        for _ in 0..3 {
            let Value::String(token) = &cell else { unreachable!() };
            assert!(parse(token).unwrap().is_pentagon());
            cell = string(&parse(token).unwrap().children(h3o::Resolution::Five).next().unwrap().to_string());
        }
        check(
            "geo_h3cell_rings",
            &[string("8009fffffffffff"), Value::Long(Some(0))],
            dynamic("[[\"8009fffffffffff\"]]"),
        );
    }

    #[test]
    fn bad_tokens() {
        for token in ["", "abc", "+862a1072fffffff", "0x862a1072fffffff", "862a1072fffffffff", "ffffffffffffffff", "ä"]
        {
            assert!(parse(token).is_none(), "{token}");
            check("geo_h3cell_neighbors", &[string(token)], dynamic("null"));
            check("geo_h3cell_parent", &[string(token)], string(""));
        }
        // There is nothing coarser than resolution 0 and nothing finer than 15.
        check("geo_h3cell_parent", &[string("8009fffffffffff")], string(""));
        check("geo_h3cell_children", &[string("8f2a100894c8b2e")], dynamic("null"));
    }
}
