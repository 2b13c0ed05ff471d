//! The union of polygons.

use super::Failure;
use super::arrange::arrange;
use super::graph::{Graph, Part, opposite};
use super::loops::{Border, polygon};
use crate::geospatial::shape::Polygon;
use crate::geospatial::shape::ring::ORIGIN;
use crate::geospatial::sphere::Point;
use crate::geospatial::sphere::measure::closed_edges;
use std::collections::BTreeMap;

/// The union of polygons, merged two at a time, always those that are made of the fewest vertices.
pub(crate) fn union(polygons: Vec<Polygon>) -> Result<Polygon, Failure> {
    let mut queue: BTreeMap<(usize, usize), Polygon> = BTreeMap::new();
    for (number, polygon) in polygons.into_iter().enumerate() {
        queue.insert((polygon.vertex_count(), number), polygon);
    }
    let mut number = queue.len();
    while let Some(((first_count, _), first)) = queue.pop_first() {
        let Some(((second_count, _), second)) = queue.pop_first() else { return Ok(first) };
        queue.insert((first_count + second_count, number), union_of_two(&first, &second)?);
        number += 1;
    }
    Ok(Polygon::default())
}

/// The edges of a polygon, the inside on their left.
pub(crate) fn edges(polygon: &Polygon) -> impl Iterator<Item = (Point, Point)> + '_ {
    polygon.boundary().flat_map(|ring| closed_edges(&ring).collect::<Vec<_>>())
}

fn union_of_two(a: &Polygon, b: &Polygon) -> Result<Polygon, Failure> {
    let first: Vec<_> = edges(a).collect();
    let n = first.len();
    let all: Vec<_> = first.into_iter().chain(edges(b)).collect();
    let graph = Graph::new(arrange(&all, |i, j| (i < n) != (j < n))?, |input| Part::Region(usize::from(input >= n)));
    let windings = graph.windings([i32::from(a.contains(ORIGIN)), i32::from(b.contains(ORIGIN))])?;
    let is_inside = |half: usize| windings[half].iter().any(|w| *w > 0);
    let is_border = |half: &usize| is_inside(*half) && !is_inside(opposite(*half));
    let borders = (0..graph.halves.len()).filter(is_border).map(|half| Border::of(&graph.halves[half]));
    polygon(&graph.points, borders.collect())
}

#[cfg(test)]
mod tests {
    use super::union;
    use crate::geospatial::shape::polygon::polygons;

    fn written(text: &str) -> String {
        let mut out = String::new();
        union(polygons(text).unwrap()).unwrap().geometry().write(&mut out);
        out
    }

    #[test]
    fn squares() {
        // Side by side, with a common edge, which is an arc of a great circle.
        let beside = "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,-1],[1,-1],[1,1],[0,1],[0,-1]]],\
                      [[[1,-1],[2,-1],[2,1],[1,1],[1,-1]]]]}";
        let joined = written(beside);
        assert_eq!(joined.matches(',').count(), 2 * 7, "{joined}");
        // One in the hole of the other, without touching it.
        let inside = "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[9,0],[9,9],[0,9],[0,0]],\
                      [[1,1],[1,8],[8,8],[8,1],[1,1]]],[[[2,2],[7,2],[7,7],[2,7],[2,2]]]]}";
        assert!(written(inside).starts_with("{\"type\":\"MultiPolygon\""), "{}", written(inside));
        // The second fills the hole of the first.
        let filled = "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0,0],[9,0],[9,9],[0,9],[0,0]],\
                      [[1,1],[1,8],[8,8],[8,1],[1,1]]],[[[1,1],[8,1],[8,8],[1,8],[1,1]]]]}";
        assert_eq!(written(filled).matches("[[").count(), 1, "{}", written(filled));
    }
}
