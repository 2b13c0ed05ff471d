//! `graph-match`: a backtracking search.
//!
//! The pattern is a list of steps: the first binds a node, the others follow an edge from a bound node. The search starts at
//! the node with the fewest candidates and prefers steps that lead to bound nodes. It is a loop over a stack of cursors, so
//! that it can stop after any number of steps and go on.

use super::adjacency::{Cursor, Follow};
use super::build::Graph;
use super::matching::Pattern;
use kql_bind::bound::Cycles;

/// What the elements of a pattern stand for in a match.
#[derive(Debug, Default)]
pub(super) struct Binding {
    /// Nodes by slot.
    pub(super) nodes: Vec<u32>,
    /// Edges by slot; of those with variable length nothing.
    pub(super) edges: Vec<u32>,
    /// Edges of variable length by slot; of others nothing.
    pub(super) paths: Vec<Path>,
}

impl Binding {
    /// Room for the slots of a pattern.
    pub(super) fn new(nodes: usize, edges: usize) -> Self {
        let paths = (0..edges).map(|_| Path::default()).collect();
        Binding { nodes: vec![u32::MAX; nodes], edges: vec![u32::MAX; edges], paths }
    }
}

/// The edges and nodes along an edge of variable length.
#[derive(Debug, Default)]
pub(super) struct Path {
    /// The edges.
    pub(super) edges: Vec<u32>,
    /// The node each of them leads to.
    pub(super) nodes: Vec<u32>,
    /// From the right to the left of the pattern.
    pub(super) backwards: bool,
}

/// What a search says after some steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The binding is a match.
    Match,
    /// Nothing yet.
    Busy,
    /// There are no more matches.
    Nothing,
}

/// A step of the plan.
#[derive(Debug)]
enum Step {
    /// Binds a node to each of its candidates.
    Start(usize),
    /// Follows an edge.
    Hop { edge: usize, from: usize, to: usize, bound: bool, follow: Follow },
    /// Follows an edge of variable length.
    Path { edge: usize, from: usize, to: usize, bound: bool, follow: Follow, least: usize, most: usize },
}

/// Where the search stands in a step.
#[derive(Debug)]
enum Frame {
    Start { next: u32, taken: bool },
    Hop { cursor: Cursor, taken: bool },
    Path { cursors: Vec<Cursor>, try_end: bool, closed: bool },
}

/// Whether a frame has something.
enum Advance {
    Yes,
    No,
    Over,
}

/// The search.
#[derive(Debug)]
pub(super) struct Search {
    steps: Vec<Step>,
    frames: Vec<Frame>,
    binding: Binding,
    cycles: Cycles,
    used_edges: Vec<bool>,
    used_nodes: Vec<bool>,
    begun: bool,
}

impl Search {
    /// A search for a pattern.
    pub(super) fn new(pattern: &Pattern, cycles: Cycles, graph: &Graph) -> Self {
        let steps = plan(pattern);
        let mut binding = Binding::new(pattern.nodes.len(), pattern.edges.len());
        for step in &steps {
            if let Step::Path { edge, from, .. } = step {
                binding.paths[*edge].backwards = pattern.edges[*edge].left != *from;
            }
        }
        let edges = if cycles == Cycles::All { 0 } else { graph.alive_edges.len() };
        let nodes = if cycles == Cycles::None { graph.alive_nodes.len() } else { 0 };
        Search {
            steps,
            frames: Vec::new(),
            binding,
            cycles,
            used_edges: vec![false; edges],
            used_nodes: vec![false; nodes],
            begun: false,
        }
    }

    /// The match that was found.
    pub(super) fn binding(&self) -> &Binding {
        &self.binding
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        let paths: usize = self.binding.paths.iter().map(|p| p.edges.capacity() * 16).sum();
        self.used_edges.len() + self.used_nodes.len() + paths
    }

    /// Goes on to the next match, for this many steps at most.
    pub(super) fn run(&mut self, pattern: &Pattern, graph: &Graph, budget: usize) -> Found {
        if !self.begun {
            self.begun = true;
            self.enter(0);
        }
        for _ in 0..budget {
            let Some(depth) = self.frames.len().checked_sub(1) else { return Found::Nothing };
            match self.advance(depth, pattern, graph) {
                Advance::Yes if depth + 1 == self.steps.len() => return Found::Match,
                Advance::Yes => self.enter(depth + 1),
                Advance::No => {}
                Advance::Over => {
                    self.frames.pop();
                }
            }
        }
        Found::Busy
    }

    fn enter(&mut self, depth: usize) {
        self.frames.push(match &self.steps[depth] {
            Step::Start(_) => Frame::Start { next: 0, taken: false },
            Step::Hop { from, .. } => Frame::Hop { cursor: Cursor::new(self.binding.nodes[*from]), taken: false },
            Step::Path { from, least, .. } => Frame::Path {
                cursors: vec![Cursor::new(self.binding.nodes[*from])],
                try_end: *least == 0,
                closed: false,
            },
        });
    }

    /// Takes back what the frame holds and looks at its next candidate.
    fn advance(&mut self, depth: usize, pattern: &Pattern, graph: &Graph) -> Advance {
        let Search { steps, frames, binding, cycles, used_edges, used_nodes, .. } = self;
        let mut used = Used { cycles: *cycles, edges: used_edges, nodes: used_nodes };
        match (&steps[depth], &mut frames[depth]) {
            (Step::Start(slot), Frame::Start { next, taken }) => {
                if std::mem::take(taken) {
                    used.leave_node(binding.nodes[*slot]);
                }
                let node = *next;
                if node as usize >= graph.alive_nodes.len() {
                    return Advance::Over;
                }
                *next += 1;
                if !pattern.nodes[*slot].takes(node) || !used.enter_node(node) {
                    return Advance::No;
                }
                binding.nodes[*slot] = node;
                *taken = true;
                Advance::Yes
            }
            (Step::Hop { edge, to, bound, follow, .. }, Frame::Hop { cursor, taken }) => {
                if std::mem::take(taken) {
                    used.leave_edge(binding.edges[*edge]);
                    if !bound {
                        used.leave_node(binding.nodes[*to]);
                    }
                }
                let Some((number, node)) = graph.shape.next(cursor, *follow) else { return Advance::Over };
                let fits = if *bound { binding.nodes[*to] == node } else { pattern.nodes[*to].takes(node) };
                if !fits || !pattern.edges[*edge].takes(number) || !used.enter_edge(number) {
                    return Advance::No;
                }
                if !bound && !used.enter_node(node) {
                    used.leave_edge(number);
                    return Advance::No;
                }
                binding.edges[*edge] = number;
                binding.nodes[*to] = node;
                *taken = true;
                Advance::Yes
            }
            (Step::Path { edge, from, to, bound, follow, least, most }, Frame::Path { cursors, try_end, closed }) => {
                let start = binding.nodes[*from];
                let path = &mut binding.paths[*edge];
                let length = path.edges.len();
                if std::mem::take(try_end) {
                    let end = path.nodes.last().copied().unwrap_or(start);
                    // Without a step two variables would stand for one node.
                    let merges = length == 0 && !bound && *cycles == Cycles::None;
                    let fits = if *bound { binding.nodes[*to] == end } else { pattern.nodes[*to].takes(end) };
                    if fits && !merges {
                        binding.nodes[*to] = end;
                        return Advance::Yes;
                    }
                    return Advance::No;
                }
                let goes_on = length < *most
                    && !*closed
                    && path.nodes.last().is_none_or(|n| pattern.edges[*edge].takes_inner(*n));
                if goes_on
                    && let Some(cursor) = cursors.last_mut()
                    && let Some((number, node)) = graph.shape.next(cursor, *follow)
                {
                    if !pattern.edges[*edge].takes(number) || !used.enter_edge(number) {
                        return Advance::No;
                    }
                    if !used.enter_node(node) {
                        // The node is in the match: the path may end there if its end is that node.
                        if !(*bound && binding.nodes[*to] == node) {
                            used.leave_edge(number);
                            return Advance::No;
                        }
                        *closed = true;
                    }
                    path.edges.push(number);
                    path.nodes.push(node);
                    cursors.push(Cursor::new(node));
                    *try_end = length + 1 >= *least;
                    return Advance::No;
                }
                let (Some(number), Some(node)) = (path.edges.pop(), path.nodes.pop()) else { return Advance::Over };
                cursors.pop();
                used.leave_edge(number);
                if !std::mem::take(closed) {
                    used.leave_node(node);
                }
                Advance::No
            }
            _ => Advance::Over,
        }
    }
}

/// Which edges and nodes a match has already, as far as they may not repeat.
struct Used<'a> {
    cycles: Cycles,
    edges: &'a mut [bool],
    nodes: &'a mut [bool],
}

impl Used<'_> {
    fn enter_edge(&mut self, edge: u32) -> bool {
        self.cycles == Cycles::All || !std::mem::replace(&mut self.edges[edge as usize], true)
    }

    fn leave_edge(&mut self, edge: u32) {
        if self.cycles != Cycles::All {
            self.edges[edge as usize] = false;
        }
    }

    fn enter_node(&mut self, node: u32) -> bool {
        self.cycles != Cycles::None || !std::mem::replace(&mut self.nodes[node as usize], true)
    }

    fn leave_node(&mut self, node: u32) {
        if self.cycles == Cycles::None {
            self.nodes[node as usize] = false;
        }
    }
}

/// The order of steps.
fn plan(pattern: &Pattern) -> Vec<Step> {
    let mut bound = vec![false; pattern.nodes.len()];
    let mut done = vec![false; pattern.edges.len()];
    let mut steps = Vec::with_capacity(pattern.edges.len() + 1);
    loop {
        let mut best: Option<(bool, bool, usize, Step)> = None;
        for (at, edge) in pattern.edges.iter().enumerate().filter(|(at, _)| !done[*at]) {
            for (from, to, back) in [(edge.left, edge.right, false), (edge.right, edge.left, true)] {
                if !bound[from] {
                    continue;
                }
                let follow = Follow::new(edge.direction, back);
                let (closes, is_path) = (bound[to], edge.range.is_some());
                let step = match edge.range {
                    None => Step::Hop { edge: at, from, to, bound: closes, follow },
                    Some((least, most)) => {
                        let (least, most) = (least as usize, most as usize);
                        Step::Path { edge: at, from, to, bound: closes, follow, least, most }
                    }
                };
                let candidates = pattern.nodes[to].candidates;
                // Steps to bound nodes first, then single edges, then those to fewer nodes.
                let better = best.as_ref().is_none_or(|(c, p, n, _)| (!closes, is_path, candidates) < (!*c, *p, *n));
                if better {
                    best = Some((closes, is_path, candidates, step));
                }
            }
        }
        match best {
            Some((.., step)) => {
                if let Step::Hop { edge, to, .. } | Step::Path { edge, to, .. } = &step {
                    done[*edge] = true;
                    bound[*to] = true;
                }
                steps.push(step);
            }
            None => {
                let open = (0..bound.len()).filter(|n| !bound[*n]);
                let Some(first) = open.min_by_key(|n| pattern.nodes[*n].candidates) else { return steps };
                bound[first] = true;
                steps.push(Step::Start(first));
            }
        }
    }
}
