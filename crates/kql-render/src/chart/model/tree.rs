//! `treemap`: nested rectangles. Each text column is a level, outermost first; the first number is the size.
//!
//! Source: <https://learn.microsoft.com/kusto/query/visualization-treemap>. The layout is the squarified one of Bruls,
//! Huizing and van Wijk: rectangles as square as they can be, largest first.

use super::super::kind::Kind;
use super::super::measure::Measure;
use super::super::read::{Shape, clean, name, shapes, value};
use super::super::roles::{named, naming};
use super::unfit;
use crate::{Cells, RenderError, ResultTable};
use kql_bind::bound::Render;
use std::collections::HashMap;

/// Children of a node at most; the smallest beyond become one.
const CHILDREN: usize = 60;
/// Levels at most.
const LEVELS: usize = 4;

/// A rectangle, or a leaf.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Node {
    /// Its name.
    pub name: String,
    /// Its size: the sum of its children.
    pub value: f64,
    /// What is in it.
    pub children: Vec<Node>,
}

/// A treemap.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree {
    /// The name of the sizes.
    pub title: String,
    /// What the sizes measure.
    pub measure: Measure,
    /// The outermost rectangles.
    pub roots: Vec<Node>,
}

/// A place in a layout.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tile {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

#[derive(Default)]
struct Branch {
    name: String,
    value: f64,
    children: Vec<Branch>,
    by_name: HashMap<String, usize>,
}

pub(super) fn read(result: &ResultTable<'_>, render: &Render, notes: &mut Vec<String>) -> Result<Tree, RenderError> {
    let kind = Kind::Treemap;
    let shapes = shapes(result)?;
    let columns = &result.schema.columns;
    let size = match render.y_columns.as_ref().and_then(|names| names.first()) {
        Some(name) => named(kind, result, name)?,
        None => (0..shapes.len())
            .rev()
            .find(|i| shapes[*i].is_amount())
            .ok_or_else(|| unfit(kind, "the result has no numeric column for the size of the rectangles"))?,
    };
    if !shapes[size].is_amount() {
        return Err(unfit(kind, format!("column '{}' is not a number", columns[size].name)));
    }
    let mut levels: Vec<usize> = match &render.series {
        Some(names) => names.iter().map(|n| named(kind, result, n)).collect::<Result<_, _>>()?,
        None => {
            let text: Vec<usize> = (0..shapes.len()).filter(|i| *i != size && shapes[*i] == Shape::Text).collect();
            let other = (0..shapes.len()).filter(|i| *i != size && matches!(shapes[*i], Shape::Value(_)));
            if text.is_empty() { other.take(1).collect() } else { text }
        }
    };
    if levels.is_empty() {
        return Err(unfit(kind, "the result has no column that names the rectangles"));
    }
    if levels.len() > LEVELS {
        notes.push(format!("the first {LEVELS} levels are drawn, {} more are not", levels.len() - LEVELS));
        levels.truncate(LEVELS);
    }
    let mut root = Branch::default();
    let mut left_out = 0usize;
    for batch in result.batches {
        let cells = Cells::of_batch(result.schema, batch)?;
        for row in 0..batch.num_rows() {
            let amount = value(&cells[size], row);
            if amount.is_nan() || amount <= 0.0 {
                left_out += usize::from(amount != 0.0);
                continue;
            }
            root.value += amount;
            let mut node = &mut root;
            for level in &levels {
                let label = name(&cells[*level], row, naming(shapes[*level]));
                let next = node.children.len();
                let at = *node.by_name.entry(label.clone()).or_insert(next);
                if at == next {
                    node.children.push(Branch { name: label, ..Branch::default() });
                }
                node = &mut node.children[at];
                node.value += amount;
            }
        }
    }
    if left_out > 0 {
        notes.push(format!("{left_out} values are null or below zero and have no rectangle"));
    }
    if root.children.is_empty() || !root.value.is_finite() {
        return Err(unfit(kind, "there are no values above zero to draw"));
    }
    let mut cut = 0;
    let roots = finish(root.children, &mut cut);
    if cut > 0 {
        notes.push(format!("the {cut} smallest rectangles are drawn as 'other'"));
    }
    Ok(Tree { title: clean(&columns[size].name), measure: shapes[size].measure(), roots })
}

/// Largest first, the smallest of many as one.
fn finish(mut branches: Vec<Branch>, cut: &mut usize) -> Vec<Node> {
    branches.sort_by(|a, b| b.value.total_cmp(&a.value));
    let rest = branches.split_off(branches.len().min(if branches.len() > CHILDREN { CHILDREN - 1 } else { CHILDREN }));
    let mut nodes: Vec<Node> = branches
        .into_iter()
        .map(|b| Node { name: b.name, value: b.value, children: finish(b.children, cut) })
        .collect();
    if !rest.is_empty() {
        *cut += rest.len();
        let value = rest.iter().map(|b| b.value).sum();
        nodes.push(Node { name: format!("other ({})", rest.len()), value, children: Vec::new() });
    }
    nodes
}

impl Tile {
    /// Places for nodes in this one, in their order; sizes are in proportion to values.
    pub fn divide(self, nodes: &[Node]) -> Vec<Tile> {
        let total: f64 = nodes.iter().map(|n| n.value).sum();
        let mut room = self;
        let mut tiles = Vec::with_capacity(nodes.len());
        let scale = self.width * self.height / total;
        let mut rest = nodes;
        while !rest.is_empty() {
            let side = room.width.min(room.height);
            let mut taken = 1;
            let mut sum = rest[0].value * scale;
            let worst =
                |sum: f64, low: f64, high: f64| (side * side * high / (sum * sum)).max(sum * sum / (side * side * low));
            let mut best = worst(sum, sum, sum);
            let (mut low, mut high) = (sum, sum);
            while let Some(next) = rest.get(taken) {
                let area = next.value * scale;
                let (l, h) = (low.min(area), high.max(area));
                let with = worst(sum + area, l, h);
                if with > best {
                    break;
                }
                (best, low, high, sum) = (with, l, h, sum + area);
                taken += 1;
            }
            let thick = if side > 0.0 { sum / side } else { 0.0 };
            let across = room.width >= room.height;
            let mut along = 0.0;
            for node in &rest[..taken] {
                let long = if thick > 0.0 { node.value * scale / thick } else { 0.0 };
                tiles.push(if across {
                    Tile { x: room.x, y: room.y + along, width: thick, height: long }
                } else {
                    Tile { x: room.x + along, y: room.y, width: long, height: thick }
                });
                along += long;
            }
            if across {
                (room.x, room.width) = (room.x + thick, (room.width - thick).max(0.0));
            } else {
                (room.y, room.height) = (room.y + thick, (room.height - thick).max(0.0));
            }
            rest = &rest[taken..];
        }
        tiles
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tiles_fill_the_room_in_proportion() {
        let nodes: Vec<Node> =
            [6.0, 6.0, 4.0, 3.0, 2.0, 2.0, 1.0].iter().map(|v| Node { value: *v, ..Node::default() }).collect();
        let tiles = Tile { x: 0.0, y: 0.0, width: 6.0, height: 4.0 }.divide(&nodes);
        for (tile, node) in tiles.iter().zip(&nodes) {
            assert!((tile.width * tile.height - node.value).abs() < 1e-9);
            assert!(tile.x + tile.width < 6.0 + 1e-9 && tile.y + tile.height < 4.0 + 1e-9);
            assert!((tile.width / tile.height).max(tile.height / tile.width) < 4.0, "{tile:?}");
        }
    }
}
