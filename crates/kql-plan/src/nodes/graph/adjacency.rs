//! Which edges start and end at each node.

use kql_syntax::ast::EdgeDirection;

/// Edges by node: those of node `n` are `edges[offsets[n]..offsets[n + 1]]`, in the order of the edge table.
#[derive(Debug, Default)]
pub(super) struct Adjacency {
    offsets: Vec<u32>,
    edges: Vec<u32>,
}

impl Adjacency {
    /// Edges by the node at one end. Edges that are not alive are left out.
    pub(super) fn new(nodes: usize, ends: &[u32], alive: &[bool]) -> Self {
        let mut offsets = vec![0u32; nodes + 1];
        for (end, _) in ends.iter().zip(alive).filter(|(_, alive)| **alive) {
            offsets[*end as usize + 1] += 1;
        }
        for n in 0..nodes {
            offsets[n + 1] += offsets[n];
        }
        let mut next = offsets.clone();
        let mut edges = vec![0u32; offsets.last().map_or(0, |n| *n as usize)];
        for (edge, end) in ends.iter().enumerate() {
            if alive[edge] {
                let place = &mut next[*end as usize];
                edges[*place as usize] = edge as u32;
                *place += 1;
            }
        }
        Adjacency { offsets, edges }
    }

    /// The edges of a node.
    pub(super) fn of(&self, node: u32) -> &[u32] {
        let node = node as usize;
        &self.edges[self.offsets[node] as usize..self.offsets[node + 1] as usize]
    }

    /// How many edges a node has.
    pub(super) fn degree(&self, node: u32) -> usize {
        self.of(node).len()
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        (self.offsets.len() + self.edges.len()) * size_of::<u32>()
    }
}

/// The shape of a graph: nodes and edges are numbers.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// Where each edge starts.
    pub(super) source: Vec<u32>,
    /// Where each edge ends.
    pub(super) target: Vec<u32>,
    /// Edges by start.
    pub(super) out: Adjacency,
    /// Edges by end.
    pub(super) into: Adjacency,
}

/// Which edges of a node are followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Follow {
    /// Those that start there.
    Out,
    /// Those that end there.
    Into,
    /// All.
    Both,
}

impl Follow {
    /// The edges of a pattern, from the node on their left to the node on their right or (`back`) the other way.
    pub(super) fn new(direction: EdgeDirection, back: bool) -> Self {
        match (direction, back) {
            (EdgeDirection::Any, _) => Follow::Both,
            (EdgeDirection::Right, false) | (EdgeDirection::Left, true) => Follow::Out,
            (EdgeDirection::Left, false) | (EdgeDirection::Right, true) => Follow::Into,
        }
    }

    /// The other way.
    pub(super) fn reversed(self) -> Self {
        match self {
            Follow::Out => Follow::Into,
            Follow::Into => Follow::Out,
            Follow::Both => Follow::Both,
        }
    }
}

/// A walk over the edges of one node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor {
    node: u32,
    at: u32,
}

impl Cursor {
    /// Before the first edge of a node.
    pub(super) fn new(node: u32) -> Self {
        Cursor { node, at: 0 }
    }
}

impl Shape {
    /// The next edge and the node at its other end.
    pub(super) fn next(&self, cursor: &mut Cursor, follow: Follow) -> Option<(u32, u32)> {
        let out = if follow == Follow::Into { &[][..] } else { self.out.of(cursor.node) };
        let into = if follow == Follow::Out { &[][..] } else { self.into.of(cursor.node) };
        loop {
            let at = cursor.at as usize;
            cursor.at += 1;
            if let Some(edge) = out.get(at) {
                return Some((*edge, self.target[*edge as usize]));
            }
            let Some(edge) = into.get(at - out.len()) else {
                cursor.at -= 1;
                return None;
            };
            let other = self.source[*edge as usize];
            // A loop was met among the edges that start here.
            if follow == Follow::Both && other == cursor.node {
                continue;
            }
            return Some((*edge, other));
        }
    }
}
