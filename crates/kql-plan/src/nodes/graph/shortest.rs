//! `graph-shortest-paths`.
//!
//! For each node at the one end of the pattern a breadth-first search from there finds, for every other node, the least
//! number of edges that could still be needed. Guided by it, a depth-first search from each node of the other end tries
//! paths of that length, then of greater ones, until one fulfils everything: no node twice, all lengths, the condition on
//! the whole path. Mostly the first length has one.

use super::adjacency::{Cursor, Follow};
use super::build::Graph;
use super::elements::evaluate;
use super::matching::Pattern;
use super::output::Matches;
use super::search::{Binding, Found};
use super::task::MatchColumn;
use arrow::array::{Array, AsArray};
use arrow::datatypes::{FieldRef, Schema};
use datafusion::common::Result;
use datafusion::execution::memory_pool::MemoryReservation;
use datafusion::logical_expr::Expr as DfExpr;
use std::sync::Arc;

/// Inner layers of a piece: more would guide better, and take more room. What a piece of greater least length lacks in
/// guidance is made up by the depth-first search.
const MAX_LAYERS: usize = 16;
/// Not reached.
const FAR: u32 = u32::MAX;

/// The way between two nodes of the pattern.
#[derive(Debug)]
struct Piece {
    edge: usize,
    from: usize,
    to: usize,
    /// From the search's start to its end.
    follow: Follow,
    least: usize,
    most: usize,
    is_path: bool,
    /// The layer of its inner nodes after one edge; the last of them stands for all that follow.
    first_layer: usize,
    layers: usize,
}

impl Piece {
    /// The layer of an inner node.
    fn layer(&self, hops: usize) -> usize {
        self.first_layer + hops.min(self.layers) - 1
    }
}

/// A place in the depth-first search.
#[derive(Debug)]
struct Place {
    /// The piece that starts here, or that is being walked.
    piece: usize,
    /// Edges of the piece that were walked.
    hops: usize,
    node: u32,
    cursor: Cursor,
    /// The piece has no edges here: tried.
    skipped: bool,
    /// An edge and its node that is still to be taken as an inner one.
    inner: Option<(u32, u32)>,
    /// How this place was reached.
    step: Step,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Start,
    /// Over no edge: a piece of length 0.
    Skip,
    /// Over an edge.
    Edge(u32),
}

/// The search.
#[derive(Debug)]
pub(super) struct Shortest {
    pieces: Vec<Piece>,
    all: bool,
    residual: Option<Residual>,
    binding: Binding,
    /// Lengths still needed, by layer and node.
    rest: Vec<u32>,
    /// The node searched back from, and the one searched from.
    root: Option<u32>,
    source: Option<u32>,
    next_root: u32,
    next_source: u32,
    /// The length being tried.
    length: usize,
    longest: usize,
    found: bool,
    places: Vec<Place>,
    /// Edges walked by the places.
    walked: usize,
    visited: Vec<bool>,
}

/// A condition on a whole path.
#[derive(Debug)]
struct Residual {
    condition: DfExpr,
    fields: Vec<FieldRef>,
    matches: Matches,
}

impl Shortest {
    /// A search for a pattern of one sequence.
    pub(super) fn new(
        pattern: &Pattern,
        all: bool,
        residual: Option<&(DfExpr, Vec<MatchColumn>)>,
        graph: &mut Graph,
        memory: &MemoryReservation,
    ) -> Result<Self> {
        let mut binding = Binding::new(pattern.nodes.len(), pattern.edges.len());
        // One search back from each node of the end that has fewer of them.
        let (first, last) = (pattern.nodes.first(), pattern.nodes.last());
        let flipped = first.map_or(0, |n| n.candidates) < last.map_or(0, |n| n.candidates);
        let mut pieces = Vec::with_capacity(pattern.edges.len());
        let mut layers = pattern.nodes.len();
        for (at, edge) in pattern.edges.iter().enumerate() {
            let (least, most) = edge.range.map_or((1, 1), |(least, most)| (least as usize, most as usize));
            let own = if most < 2 { 0 } else { least.saturating_sub(1).clamp(1, MAX_LAYERS) };
            let (from, to) = if flipped { (edge.right, edge.left) } else { (edge.left, edge.right) };
            let follow = Follow::new(edge.direction, flipped);
            let is_path = edge.range.is_some();
            pieces.push(Piece { edge: at, from, to, follow, least, most, is_path, first_layer: layers, layers: own });
            layers += own;
            binding.paths[at].backwards = flipped;
        }
        if flipped {
            pieces.reverse();
        }
        let nodes = graph.alive_nodes.len();
        memory.try_grow(layers.saturating_mul(nodes).saturating_mul(size_of::<u32>()) + nodes)?;
        let residual = match residual {
            None => None,
            Some((condition, columns)) => {
                let fields: Vec<FieldRef> = columns.iter().map(|c| Arc::clone(&c.field)).collect();
                let schema = Arc::new(Schema::new(fields.clone()));
                let matches = Matches::new(graph, columns, &binding, schema)?;
                Some(Residual { condition: condition.clone(), fields, matches })
            }
        };
        Ok(Shortest {
            longest: pieces.iter().fold(0, |sum: usize, p| sum.saturating_add(p.most)).min(nodes),
            pieces,
            all,
            residual,
            binding,
            rest: vec![FAR; layers * nodes],
            root: None,
            source: None,
            next_root: 0,
            next_source: 0,
            length: 0,
            found: false,
            places: Vec::new(),
            walked: 0,
            visited: vec![false; nodes],
        })
    }

    /// The path that was found.
    pub(super) fn binding(&self) -> &Binding {
        &self.binding
    }

    /// Goes on to the next path, for about this many steps.
    pub(super) fn run(&mut self, pattern: &Pattern, graph: &Graph, budget: usize) -> Result<Found> {
        for _ in 0..budget {
            let Some(root) = self.root else {
                if self.next_root as usize >= graph.alive_nodes.len() {
                    return Ok(Found::Nothing);
                }
                let node = self.next_root;
                self.next_root += 1;
                if pattern.nodes[self.end()].takes(node) {
                    self.search_back(node, pattern, graph);
                    self.root = Some(node);
                    self.next_source = 0;
                    // It has seen much of the graph: enough for one turn.
                    return Ok(Found::Busy);
                }
                continue;
            };
            let Some(source) = self.source else {
                if self.next_source as usize >= graph.alive_nodes.len() {
                    self.root = None;
                    continue;
                }
                let node = self.next_source;
                self.next_source += 1;
                let least = self.rest[self.place_of(self.start(), node)] as usize;
                // From a node back to itself every path with edges meets a node twice.
                let possible = least <= self.longest && (node != root || least == 0);
                if possible && pattern.nodes[self.start()].takes(node) {
                    self.source = Some(node);
                    self.length = least;
                    self.found = false;
                    self.begin(node);
                }
                continue;
            };
            if self.places.is_empty() {
                // All paths of this length were tried.
                self.length += 1;
                if self.found || self.length > self.longest || source == root {
                    self.source = None;
                } else {
                    self.begin(source);
                }
                continue;
            }
            if self.step(root, pattern, graph) {
                self.bind();
                if self.fulfils()? {
                    self.found = true;
                    if !self.all {
                        self.leave_all();
                    }
                    return Ok(Found::Match);
                }
            }
        }
        Ok(Found::Busy)
    }

    /// The slot of the node the search starts at.
    fn start(&self) -> usize {
        self.pieces.first().map_or(0, |p| p.from)
    }

    /// The slot of the node it ends at.
    fn end(&self) -> usize {
        self.pieces.last().map_or(0, |p| p.to)
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        let residual = self.residual.as_ref().map_or(0, |r| r.matches.bytes());
        self.rest.len() * size_of::<u32>() + self.visited.len() + self.places.capacity() * size_of::<Place>() + residual
    }

    /// Where the rest of a layer's node is.
    fn place_of(&self, layer: usize, node: u32) -> usize {
        layer * self.visited.len() + node as usize
    }

    /// Finds how many edges are needed at least to the root.
    fn search_back(&mut self, root: u32, pattern: &Pattern, graph: &Graph) {
        self.rest.fill(FAR);
        let mut now: Vec<(usize, u32)> = vec![(self.end(), root)];
        let mut next = Vec::new();
        let mut distance = 0u32;
        let at = self.place_of(self.end(), root);
        self.rest[at] = 0;
        while !now.is_empty() && (distance as usize) <= self.longest {
            while let Some((layer, node)) = now.pop() {
                let piece = self.pieces.iter().find(|p| match layer.checked_sub(p.first_layer) {
                    Some(inner) => inner < p.layers,
                    None => p.to == layer,
                });
                let Some(piece) = piece else { continue };
                let (from, least, most) = (piece.from, piece.least, piece.most);
                let (first, layers, follow, edge) = (piece.first_layer, piece.layers, piece.follow, piece.edge);
                let inner = layer.checked_sub(first).filter(|_| layer != piece.to);
                if inner.is_none() && least == 0 && pattern.nodes[from].takes(node) {
                    let at = self.place_of(from, node);
                    if self.rest[at] == FAR {
                        self.rest[at] = distance;
                        now.push((from, node));
                    }
                }
                let mut cursor = Cursor::new(node);
                while let Some((number, other)) = graph.shape.next(&mut cursor, follow.reversed()) {
                    if !pattern.edges[edge].takes(number) {
                        continue;
                    }
                    // Before the first inner node, and before the last node of a short piece, its start stood.
                    let from_start = inner.map_or(least <= 1 && most >= 1, |i| i == 0);
                    if from_start && pattern.nodes[from].takes(other) {
                        next.push((from, other));
                    }
                    if layers > 0 && pattern.edges[edge].takes_inner(other) {
                        match inner {
                            None => next.push((first + layers - 1, other)),
                            Some(i) => {
                                if i > 0 {
                                    next.push((first + i - 1, other));
                                }
                                if i + 1 == layers {
                                    next.push((layer, other));
                                }
                            }
                        }
                    }
                }
            }
            distance += 1;
            for (layer, node) in next.drain(..) {
                let at = self.place_of(layer, node);
                if self.rest[at] == FAR {
                    self.rest[at] = distance;
                    now.push((layer, node));
                }
            }
        }
    }

    /// Starts the depth-first search.
    fn begin(&mut self, node: u32) {
        self.visited[node as usize] = true;
        self.places.push(Place {
            piece: 0,
            hops: 0,
            node,
            cursor: Cursor::new(node),
            skipped: false,
            inner: None,
            step: Step::Start,
        });
    }

    /// One step of the depth-first search; true when the end is reached with the right length.
    fn step(&mut self, root: u32, pattern: &Pattern, graph: &Graph) -> bool {
        let left = self.length.saturating_sub(self.walked);
        let Some(place) = self.places.last_mut() else { return false };
        let (at, hops, node) = (place.piece, place.hops, place.node);
        let Some(piece) = self.pieces.get(at) else {
            // Behind the last piece: it was a match before.
            self.leave();
            return false;
        };
        if let Some((number, other)) = place.inner.take() {
            if self.reach(piece.layer(hops + 1), other, left) {
                self.enter(at, hops + 1, other, Step::Edge(number));
            }
            return false;
        }
        if hops == 0 && piece.least == 0 && !std::mem::replace(&mut place.skipped, true) {
            let to = piece.to;
            if pattern.nodes[to].takes(node) && self.rest[self.place_of(to, node)] as usize <= left {
                self.enter(at + 1, 0, node, Step::Skip);
                return self.is_match(root, left);
            }
            return false;
        }
        if left > 0
            && let Some((number, other)) = graph.shape.next(&mut place.cursor, piece.follow)
        {
            if self.visited[other as usize] || !pattern.edges[piece.edge].takes(number) {
                return false;
            }
            if hops + 1 < piece.most && pattern.edges[piece.edge].takes_inner(other) {
                place.inner = Some((number, other));
            }
            let to = piece.to;
            let ends = hops + 1 >= piece.least && pattern.nodes[to].takes(other);
            if ends && self.reach(to, other, left) {
                self.enter(at + 1, 0, other, Step::Edge(number));
                return self.is_match(root, left - 1);
            }
            return false;
        }
        self.leave();
        false
    }

    /// Whether the end can be reached from there with the edges that are left after one more.
    fn reach(&self, layer: usize, node: u32, left: usize) -> bool {
        let needed = self.rest[self.place_of(layer, node)];
        needed != FAR && (needed as usize) < left
    }

    fn is_match(&self, root: u32, left: usize) -> bool {
        left == 0 && self.places.last().is_some_and(|p| p.piece == self.pieces.len() && p.node == root)
    }

    fn enter(&mut self, piece: usize, hops: usize, node: u32, step: Step) {
        self.walked += usize::from(step != Step::Skip);
        self.visited[node as usize] = true;
        self.places.push(Place { piece, hops, node, cursor: Cursor::new(node), skipped: false, inner: None, step });
    }

    fn leave(&mut self) {
        if let Some(place) = self.places.pop()
            && place.step != Step::Skip
        {
            self.visited[place.node as usize] = false;
            self.walked -= usize::from(place.step != Step::Start);
        }
    }

    fn leave_all(&mut self) {
        while !self.places.is_empty() {
            self.leave();
        }
    }

    /// Reads the path from the places.
    fn bind(&mut self) {
        for path in &mut self.binding.paths {
            path.edges.clear();
            path.nodes.clear();
        }
        let mut before: Option<&Place> = None;
        for place in &self.places {
            if let (Step::Edge(number), Some(before)) = (place.step, before)
                && let Some(piece) = self.pieces.get(before.piece)
            {
                self.binding.edges[piece.edge] = number;
                if piece.is_path {
                    self.binding.paths[piece.edge].edges.push(number);
                    self.binding.paths[piece.edge].nodes.push(place.node);
                }
            }
            if place.hops == 0 {
                let slot = match self.pieces.get(place.piece) {
                    Some(piece) => piece.from,
                    None => self.pieces.last().map_or(0, |p| p.to),
                };
                self.binding.nodes[slot] = place.node;
            }
            before = Some(place);
        }
    }

    /// Whether the path fulfils the condition on whole paths.
    fn fulfils(&mut self) -> Result<bool> {
        let Some(residual) = &mut self.residual else { return Ok(true) };
        residual.matches.push(&self.binding);
        let Some(batch) = residual.matches.take()? else { return Ok(false) };
        let values = evaluate(&residual.condition, residual.fields.clone(), batch.columns().to_vec(), 1)?;
        let values = values.as_boolean();
        Ok(values.len() == 1 && values.is_valid(0) && values.value(0))
    }
}
