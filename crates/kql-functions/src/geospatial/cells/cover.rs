//! S2 cells of one level that cover a shape.

use super::s2::Cell;
use super::s2_functions::write_tokens;
use crate::dynamic::budget::Budget;
use crate::geospatial::arguments::Optional;
use crate::geospatial::overlay::intersection::line_edges;
use crate::geospatial::overlay::union::edges;
use crate::geospatial::shape::geojson::lines;
use crate::geospatial::shape::polygon::polygons;
use crate::geospatial::shape::{Polygon, Shapes};
use crate::geospatial::sphere::Point;
use crate::geospatial::sphere::edge::{distance, edge_distance};
use crate::geospatial::sphere::predicate::sign;
use crate::kernel::dynamic_map;
use crate::{Call, ScalarFunction};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{FunctionKind, FunctionSpec, example};

/// The most cells of a cover.
const MAX_CELLS: usize = 65_536;
/// How near to a cell counts as touching it.
const TOUCHING: f64 = 2e-15;

/// The tokens of [`cells_near`].
fn cover(edges: &[(Point, Point)], level: u8, radius: f64, is_inside: impl Fn(Point) -> bool) -> Option<Vec<String>> {
    Some(cells_near(edges, level, radius, is_inside)?.into_iter().map(Cell::token).collect())
}

/// The cells of a level that the edges come within a radius of, and those that are inside; `None` when there are too many.
pub(crate) fn cells_near(
    edges: &[(Point, Point)],
    level: u8,
    radius: f64,
    is_inside: impl Fn(Point) -> bool,
) -> Option<Vec<Cell>> {
    // Cells with the edges that come near them. None do, so the cell is inside as a whole or is none of the cover.
    let mut cells: Vec<(Cell, Vec<usize>)> = Cell::faces().map(|face| (face, (0..edges.len()).collect())).collect();
    for depth in 0..=level {
        if depth > 0 {
            cells =
                cells.into_iter().flat_map(|(cell, near)| cell.children().map(move |c| (c, near.clone()))).collect();
        }
        cells.retain_mut(|(cell, near)| {
            let was_near = !near.is_empty();
            let outline = Outline::new(*cell);
            near.retain(|i| outline.is_near(edges[*i], radius));
            !near.is_empty() || !was_near || is_inside(cell.centre())
        });
        if cells.len() > MAX_CELLS {
            return None;
        }
    }
    Some(cells.into_iter().map(|(cell, _)| cell).collect())
}

/// A cell's corners and a circle around them.
struct Outline {
    corners: [Point; 4],
    centre: Point,
    radius: f64,
}

impl Outline {
    fn new(cell: Cell) -> Self {
        let (corners, centre) = (cell.corners(), cell.centre());
        let radius = corners.iter().map(|c| c.angle(centre)).fold(0.0, f64::max);
        Outline { corners, centre, radius }
    }

    fn sides(&self) -> impl Iterator<Item = (Point, Point)> {
        let [a, b, c, d] = self.corners;
        [(a, b), (b, c), (c, d), (d, a)].into_iter()
    }

    fn is_near(&self, (a, b): (Point, Point), radius: f64) -> bool {
        let within = radius + TOUCHING;
        if distance(self.centre, a, b) > self.radius + within + 1e-15 {
            return false;
        }
        let contains = |p: Point| self.sides().all(|(c, d)| sign(c, d, p) >= 0);
        contains(a) || contains(b) || self.sides().any(|(c, d)| edge_distance(a, b, c, d) <= within)
    }
}

/// Writes the cover of each row's shape.
fn covers<T>(
    call: &Call,
    args: &[ColumnarValue],
    function: &str,
    read: fn(&str) -> Option<T>,
    of: impl Fn(&T, u8, f64) -> Option<Vec<String>>,
) -> Result<ColumnarValue> {
    let mut shapes = Shapes::new(&args[0], read)?;
    let (levels, radii) = (Optional::new(call, args, 1, 11.0)?, Optional::new(call, args, 2, 0.0)?);
    let mut budget = Budget::default();
    let result = dynamic_map(args, |row, out| {
        let size = levels.level(row, 0, 30).zip(radii.angle(row).filter(|r| *r >= 0.0));
        let tokens = size.and_then(|(level, radius)| of(shapes.get(row)?, level, radius));
        let Some(tokens) = tokens.filter(|t| budget.spend(t.len(), 19)) else { return false };
        write_tokens(out, &tokens);
        true
    });
    budget.finish(function, result)
}

pub(crate) static GEO_POLYGON_TO_S2CELLS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_polygon_to_s2cells",
        FunctionKind::Scalar,
        &["(polygon:bag, level?:number, radius?:number) -> dynamic"],
        "The tokens of the S2 cells of a level, 0 to 30 (11 when left out), that cover a GeoJSON polygon or multipolygon and \
         everything within `radius` metres of it. Null for anything else, and when it would be more than 65536 cells. \
         <https://learn.microsoft.com/kusto/query/geo-polygon-to-s2cells-function>",
    )
    .examples(&[
        example(
            "geo_polygon_to_s2cells(dynamic({'type':'Polygon','coordinates':[[[1,1],[3,1],[3,3],[1,1]]]}), 5)",
            "[\"1004\",\"100c\",\"1014\",\"101c\"]",
        ),
        example("geo_polygon_to_s2cells(dynamic({'type':'Polygon','coordinates':[[[1,1]]]}), 4)", "null"),
    ]),
    kernel: |call, args| {
        covers(call, args, "geo_polygon_to_s2cells", polygons, |polygons: &Vec<Polygon>, level, radius| {
            let edges: Vec<(Point, Point)> = polygons.iter().flat_map(edges).collect();
            cover(&edges, level, radius, |p| polygons.iter().any(|polygon| polygon.contains(p)))
        })
    },
};

pub(crate) static GEO_LINE_TO_S2CELLS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_line_to_s2cells",
        FunctionKind::Scalar,
        &["(lineString:bag, level?:number, radius?:number) -> dynamic"],
        "The tokens of the S2 cells of a level, 0 to 30 (11 when left out), that cover a GeoJSON line or multiline and \
         everything within `radius` metres of it. Null for anything else, and when it would be more than 65536 cells. \
         <https://learn.microsoft.com/kusto/query/geo-line-to-s2cells-function>",
    )
    .examples(&[
        example(
            "geo_line_to_s2cells(dynamic({'type':'LineString','coordinates':[[1,1],[3,2]]}), 5)",
            "[\"1004\",\"100c\"]",
        ),
        example("geo_line_to_s2cells(dynamic({'type':'LineString','coordinates':[[[0,0],[0,0]]]}))", "null"),
    ]),
    kernel: |call, args| {
        covers(call, args, "geo_line_to_s2cells", lines, |lines: &Vec<Vec<Point>>, level, radius| {
            cover(&line_edges(lines).collect::<Vec<_>>(), level, radius, |_| false)
        })
    },
};
