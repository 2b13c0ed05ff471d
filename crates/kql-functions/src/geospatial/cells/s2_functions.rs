//! Functions of S2 cells.

use super::hash_order::hash_set_order;
use super::s2::Cell;
use crate::ScalarFunction;
use crate::geospatial::arguments::{Optional, Positions};
use crate::geospatial::lines::write_point;
use crate::geospatial::shape::geojson::Geometry;
use crate::kernel::{dynamic_map, string_map, texts};
use kql_types::dynamic::write_quoted;
use kql_types::function::{FunctionKind, FunctionSpec, example};

/// Appends tokens as a JSON array.
pub(crate) fn write_tokens(out: &mut String, tokens: &[String]) {
    out.push('[');
    for (i, token) in tokens.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        write_quoted(out, token);
    }
    out.push(']');
}

pub(crate) static GEO_POINT_TO_S2CELL: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_point_to_s2cell",
        FunctionKind::Scalar,
        &["(longitude:number, latitude:number, level?:number) -> string"],
        "The token of the S2 cell of a level, 0 to 30 (11 when left out), that contains a point. `''` for coordinates or a \
         level out of range. <https://learn.microsoft.com/kusto/query/geo-point-to-s2cell-function>",
    )
    .examples(&[
        example("geo_point_to_s2cell(-80.195829, 25.802215, 8)", "\"88d9b\""),
        example("geo_point_to_s2cell(300, 1, 8)", "\"\""),
    ]),
    kernel: |call, args| {
        let (points, levels) = (Positions::new(call, args, 0)?, Optional::new(call, args, 2, 11.0)?);
        string_map(args, |row, out| {
            if let (Some(point), Some(level)) = (points.get(row), levels.level(row, 0, 30)) {
                out.push_str(&Cell::leaf(point.point()).parent(level).token());
            }
        })
    },
};

pub(crate) static GEO_S2CELL_TO_CENTRAL_POINT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_s2cell_to_central_point",
        FunctionKind::Scalar,
        &["(s2cell:string) -> dynamic"],
        "The centre of an S2 cell as a GeoJSON point. Null for text that is no token. \
         <https://learn.microsoft.com/kusto/query/geo-s2cell-to-central-point-function>",
    )
    .examples(&[
        example("geo_s2cell_to_central_point('1')", "{\"type\":\"Point\",\"coordinates\":[0.0,0.0]}"),
        example("geo_s2cell_to_central_point('a')", "null"),
    ]),
    kernel: |_, args| {
        let cells = texts(&args[0])?;
        dynamic_map(args, |row, out| write_point(out, Cell::from_token(cells.text(row)).map(Cell::centre)))
    },
};

pub(crate) static GEO_S2CELL_TO_POLYGON: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_s2cell_to_polygon",
        FunctionKind::Scalar,
        &["(s2cell:string) -> dynamic"],
        "The outline of an S2 cell as a GeoJSON polygon whose edges are geodesics. Null for text that is no token. \
         <https://learn.microsoft.com/kusto/query/geo-s2cell-to-polygon-function>",
    )
    .examples(&[
        example("array_length(geo_s2cell_to_polygon('89c259').coordinates[0])", "5"),
        example("geo_s2cell_to_polygon('a')", "null"),
    ]),
    kernel: |_, args| {
        let cells = texts(&args[0])?;
        dynamic_map(args, |row, out| {
            let Some(cell) = Cell::from_token(cells.text(row)) else { return false };
            let corners = cell.corners();
            let path = corners.iter().chain(corners.first()).map(|p| p.degrees()).collect();
            Geometry::Polygons(vec![vec![path]]).write(out);
            true
        })
    },
};

pub(crate) static GEO_S2CELL_NEIGHBORS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_s2cell_neighbors",
        FunctionKind::Scalar,
        &["(s2cell:string) -> dynamic"],
        "The tokens of the cells of the same level around an S2 cell, in the order of the engine's hash set. Null for text \
         that is no token. <https://learn.microsoft.com/kusto/query/geo-s2cell-neighbors-function>",
    )
    .examples(&[
        example(
            "geo_s2cell_neighbors('89c259')",
            "[\"89c25d\",\"89c25b\",\"89c2f7\",\"89c257\",\"89c2f5\",\"89c251\",\"89c25f\",\"89c2f9\"]",
        ),
        example("geo_s2cell_neighbors('a')", "null"),
    ]),
    kernel: |_, args| {
        let cells = texts(&args[0])?;
        dynamic_map(args, |row, out| {
            let Some(cell) = Cell::from_token(cells.text(row)) else { return false };
            write_tokens(out, &hash_set_order(cell.neighbours().iter().map(|c| c.token()).collect()));
            true
        })
    },
};
