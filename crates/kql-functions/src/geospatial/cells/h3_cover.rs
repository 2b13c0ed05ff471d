//! H3 cells whose centres are in a polygon of the map.
//!
//! The cells are found, and ordered, as H3's `polygonToCells` does it: those along the outline, then neighbours of
//! neighbours, put into a table by their number; then in the order of the engine's hash set.

use super::h3::{cell_of, degrees};
use super::hash_order::hash_set_order;
use super::s2_functions::write_tokens;
use crate::ScalarFunction;
use crate::dynamic::budget::Budget;
use crate::geospatial::arguments::Optional;
use crate::geospatial::buffer::Buffer;
use crate::geospatial::regions::{Failures, Regions};
use crate::geospatial::shape::geojson::{Geometry, Path};
use crate::geospatial::sphere::Degrees;
use crate::kernel::dynamic_map;
use h3o::{CellIndex, LatLng, Resolution};
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::collections::{HashMap, HashSet};

/// The most cells of a cover.
const MAX_CELLS: usize = 61_680;
/// The most cells along an outline.
const MAX_OUTLINE: f64 = 1_000_000.0;
/// Kilometres of the sphere's radius in H3.
const EARTH_RADIUS: f64 = 6371.007180918475;

/// Kilometres between two places.
fn kilometres(a: Degrees, b: Degrees) -> f64 {
    let (a_latitude, b_latitude) = (a.latitude.to_radians(), b.latitude.to_radians());
    let sin_latitude = ((b_latitude - a_latitude) * 0.5).sin();
    let sin_longitude = ((b.longitude.to_radians() - a.longitude.to_radians()) * 0.5).sin();
    let h = sin_latitude * sin_latitude + sin_longitude * sin_longitude * a_latitude.cos() * b_latitude.cos();
    2.0 * h.sqrt().atan2((1.0 - h).sqrt()) * EARTH_RADIUS
}

/// The kilometres from the centre of the smallest cells, the pentagons, of a resolution to their corners.
fn pentagon_radius(resolution: Resolution) -> Option<f64> {
    let pentagon = resolution.pentagons().next()?;
    let corner = pentagon.boundary().first().copied()?;
    Some(kilometres(degrees(LatLng::from(pentagon)), degrees(corner)))
}

/// A ring of the map.
struct Outline<'a> {
    path: &'a [Degrees],
    /// West, south, east, north.
    bounds: [f64; 4],
    /// Over the 180th meridian: western longitudes count from there on.
    crosses: bool,
}

impl<'a> Outline<'a> {
    /// The ring of a closed path.
    fn new(path: &'a Path) -> Self {
        let path = path.split_last().map_or(&[][..], |(_, rest)| rest);
        let longitudes = || path.iter().map(|p| p.longitude);
        let latitudes = || path.iter().map(|p| p.latitude);
        let low = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::INFINITY, f64::min);
        let high = |values: &mut dyn Iterator<Item = f64>| values.fold(f64::NEG_INFINITY, f64::max);
        let crosses =
            path.iter().zip(path.iter().cycle().skip(1)).any(|(a, b)| (a.longitude - b.longitude).abs() > 180.0);
        let (west, east) = if crosses {
            (low(&mut longitudes().filter(|l| *l > 0.0)), high(&mut longitudes().filter(|l| *l < 0.0)))
        } else {
            (low(&mut longitudes()), high(&mut longitudes()))
        };
        Outline { path, bounds: [west, low(&mut latitudes()), east, high(&mut latitudes())], crosses }
    }

    /// Whether a ray from a place to the east crosses the ring an odd number of times.
    fn contains(&self, place: Degrees) -> bool {
        let [west, south, east, north] = self.bounds;
        let from_west = |longitude: f64| if self.crosses && longitude < 0.0 { longitude + 360.0 } else { longitude };
        let is_between = if self.crosses {
            place.longitude >= west || place.longitude <= east
        } else {
            (west..=east).contains(&place.longitude)
        };
        if !is_between || !(south..=north).contains(&place.latitude) {
            return false;
        }
        let (mut latitude, mut longitude) = (place.latitude, from_west(place.longitude));
        let mut inside = false;
        for (a, b) in self.path.iter().zip(self.path.iter().cycle().skip(1)) {
            let (low, high) = if a.latitude > b.latitude { (b, a) } else { (a, b) };
            // A vertex at the very latitude would count twice.
            if latitude == low.latitude || latitude == high.latitude {
                latitude += f64::EPSILON.to_degrees();
            }
            if latitude < low.latitude || latitude > high.latitude {
                continue;
            }
            let (from, to) = (from_west(low.longitude), from_west(high.longitude));
            if from == longitude || to == longitude {
                longitude -= f64::EPSILON.to_degrees();
            }
            let ratio = (latitude - low.latitude) / (high.latitude - low.latitude);
            inside ^= from_west(from + (to - from) * ratio) > longitude;
        }
        inside
    }

    /// How many cells fill the bounds, by the smallest ones.
    fn cell_estimate(&self, pentagon_radius: f64) -> Option<f64> {
        let [west, south, east, north] = self.bounds;
        let diagonal =
            kilometres(Degrees { longitude: east, latitude: north }, Degrees { longitude: west, latitude: south });
        let (width, height) = ((east - west).abs(), north - south);
        let ratio = width.max(height) / width.min(height);
        let hexagon = 0.8 * (2.59807621135 * pentagon_radius * pentagon_radius);
        let estimate = (diagonal * diagonal / ratio.min(3.0) / hexagon).ceil();
        (estimate.is_finite() && estimate < 1e18 && width > 0.0 && height > 0.0).then_some(estimate.max(1.0))
    }

    /// The cells along the ring; `None` when there are too many.
    fn cells(&self, resolution: Resolution, pentagon_radius: f64) -> Option<Vec<CellIndex>> {
        let mut cells = Vec::new();
        let mut steps_left = MAX_OUTLINE;
        for (a, b) in self.path.iter().zip(self.path.iter().cycle().skip(1)) {
            let steps = (kilometres(*a, *b) / (2.0 * pentagon_radius)).ceil().max(1.0);
            steps_left -= steps;
            if steps_left < 0.0 {
                return None;
            }
            for step in 0..steps as u32 {
                let step = f64::from(step);
                let mix = |a: f64, b: f64| (a * (steps - step) + b * step) / steps;
                let place = Degrees { longitude: mix(a.longitude, b.longitude), latitude: mix(a.latitude, b.latitude) };
                cells.extend(cell_of(place, resolution));
            }
        }
        Some(cells)
    }
}

/// The cells of a polygon: its shell and holes. `None` when there are too many.
fn cells_of_polygon(rings: &[Path], resolution: Resolution) -> Option<Vec<CellIndex>> {
    let outlines: Vec<Outline> = rings.iter().map(Outline::new).collect();
    let (shell, holes) = outlines.split_first()?;
    let pentagon_radius = pentagon_radius(resolution)?;
    let vertices: usize = outlines.iter().map(|o| o.path.len()).sum();
    let slots = shell.cell_estimate(pentagon_radius)?.max(vertices as f64) as u64 + 12;
    let contains = |cell: CellIndex| {
        let centre = degrees(LatLng::from(cell));
        shell.contains(centre) && !holes.iter().any(|hole| hole.contains(centre))
    };
    let mut seen = HashSet::new();
    let mut search = Vec::new();
    for outline in &outlines {
        search.extend(outline.cells(resolution, pentagon_radius)?.into_iter().filter(|c| seen.insert(*c)));
    }
    let mut table: HashMap<u64, CellIndex> = HashMap::new();
    let mut tested = HashSet::new();
    while !search.is_empty() {
        let mut found = Vec::new();
        for cell in search.drain(..).flat_map(|cell| cell.grid_disk::<Vec<_>>(1)) {
            if !tested.insert(cell) || !contains(cell) {
                continue;
            }
            let mut slot = u64::from(cell) % slots;
            while table.contains_key(&slot) {
                slot = (slot + 1) % slots;
            }
            table.insert(slot, cell);
            if table.len() > MAX_CELLS || table.len() as u64 >= slots {
                return None;
            }
            found.push(cell);
        }
        search = found;
    }
    let mut cells: Vec<(u64, CellIndex)> = table.into_iter().collect();
    cells.sort_unstable();
    Some(cells.into_iter().map(|(_, cell)| cell).collect())
}

pub(crate) static GEO_POLYGON_TO_H3CELLS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_polygon_to_h3cells",
        FunctionKind::Scalar,
        &["(polygon:bag, resolution?:number, radius?:number) -> dynamic"],
        "The tokens of the H3 cells of a resolution, 0 to 15 (6 when left out), whose centres are in a GeoJSON polygon or \
         multipolygon with straight edges on the map, or within `radius` metres of it, in the order of the engine's hash set. \
         Null for anything else, and when it would be more than 61680 cells. \
         <https://learn.microsoft.com/kusto/query/geo-polygon-to-h3cells-function>",
    )
    .examples(&[
        example(
            "geo_polygon_to_h3cells(dynamic({'type':'Polygon','coordinates':[[[1,1],[3,1],[3,3],[1,1]]]}), 3)",
            "[\"83756efffffffff\",\"837568fffffffff\",\"83756afffffffff\"]",
        ),
        example("geo_polygon_to_h3cells(dynamic({'type':'Polygon','coordinates':[[[0,0],[1,1]]]}))", "null"),
    ]),
    kernel: |call, args| {
        let mut regions = Regions::new("geo_polygon_to_h3cells", &args[0])?;
        let (resolutions, radii) = (Optional::new(call, args, 1, 6.0)?, Optional::new(call, args, 2, 0.0)?);
        let mut failures = Failures::new("geo_polygon_to_h3cells");
        let mut budget = Budget::default();
        let result = dynamic_map(args, |row, out| {
            let resolution = resolutions.level(row, 0, 15).and_then(|r| Resolution::try_from(r).ok());
            let radius = radii.angle(row).filter(|r| *r >= 0.0);
            let Some((resolution, radius)) = resolution.zip(radius) else { return false };
            let Some(region) = regions.get(row) else { return false };
            let wide = Buffer::new(radius, 10.0 / crate::geospatial::sphere::RADIUS);
            let geometry = match wide {
                None => Some(region.geometry()),
                Some(mut buffer) => {
                    buffer.add_polygon(region);
                    failures.keep(buffer.finish()).map(|polygon| polygon.geometry())
                }
            };
            let Some(Geometry::Polygons(polygons)) = geometry else { return false };
            let cells: Option<Vec<_>> = polygons.iter().map(|rings| cells_of_polygon(rings, resolution)).collect();
            let tokens: Vec<String> = cells.into_iter().flatten().flatten().map(|c| c.to_string()).collect();
            if tokens.is_empty() || tokens.len() > MAX_CELLS || !budget.spend(tokens.len(), 18) {
                return false;
            }
            write_tokens(out, &hash_set_order(tokens));
            true
        });
        regions.finish(failures.finish(budget.finish("geo_polygon_to_h3cells", result)))
    },
};
