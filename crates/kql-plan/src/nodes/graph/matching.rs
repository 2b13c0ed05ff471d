//! Patterns with their predicates tested on every node and edge.

use super::build::Graph;
use super::task::MatchTask;
use datafusion::common::Result;
use datafusion::logical_expr::Expr as DfExpr;
use kql_syntax::ast::EdgeDirection;

/// A pattern.
#[derive(Debug)]
pub(super) struct Pattern {
    /// Nodes by slot.
    pub(super) nodes: Vec<NodePattern>,
    /// Edges by slot.
    pub(super) edges: Vec<EdgePattern>,
}

/// A node of a pattern.
#[derive(Debug)]
pub(super) struct NodePattern {
    /// Which nodes it can be; `None`: any.
    mask: Option<Vec<bool>>,
    /// How many they are.
    pub(super) candidates: usize,
}

impl NodePattern {
    /// Whether it can be this node.
    pub(super) fn takes(&self, node: u32) -> bool {
        self.mask.as_ref().is_none_or(|m| m[node as usize])
    }
}

/// An edge of a pattern.
#[derive(Debug)]
pub(super) struct EdgePattern {
    pub(super) left: usize,
    pub(super) right: usize,
    pub(super) direction: EdgeDirection,
    pub(super) range: Option<(u32, u32)>,
    mask: Option<Vec<bool>>,
    inner: Option<Vec<bool>>,
}

impl EdgePattern {
    /// Whether it can be, or have, this edge.
    pub(super) fn takes(&self, edge: u32) -> bool {
        self.mask.as_ref().is_none_or(|m| m[edge as usize])
    }

    /// Whether it can have this node between two edges.
    pub(super) fn takes_inner(&self, node: u32) -> bool {
        self.inner.as_ref().is_none_or(|m| m[node as usize])
    }
}

impl Pattern {
    /// Tests the predicates.
    pub(super) fn new(graph: &mut Graph, task: &MatchTask) -> Result<Self> {
        let mut nodes = Vec::with_capacity(task.nodes.len());
        for slot in &task.nodes {
            let mut mask = node_mask(graph, &slot.filters)?;
            if graph.alive_nodes.contains(&false) {
                let alive = mask.get_or_insert_with(|| vec![true; graph.alive_nodes.len()]);
                alive.iter_mut().zip(&graph.alive_nodes).for_each(|(m, a)| *m &= a);
            }
            let all = graph.alive_nodes.len();
            let candidates = mask.as_ref().map_or(all, |m| m.iter().filter(|b| **b).count());
            nodes.push(NodePattern { mask, candidates });
        }
        let mut edges = Vec::with_capacity(task.edges.len());
        for slot in &task.edges {
            let mut mask: Option<Vec<bool>> = None;
            for filter in &slot.filters {
                and(&mut mask, graph.edges.test(filter)?);
            }
            edges.push(EdgePattern {
                left: slot.left,
                right: slot.right,
                direction: slot.direction,
                range: slot.range,
                mask,
                inner: node_mask(graph, &slot.inner_filters)?,
            });
        }
        Ok(Pattern { nodes, edges })
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        let size = |mask: &Option<Vec<bool>>| mask.as_ref().map_or(0, Vec::len);
        let nodes: usize = self.nodes.iter().map(|n| size(&n.mask)).sum();
        nodes + self.edges.iter().map(|e| size(&e.mask) + size(&e.inner)).sum::<usize>()
    }
}

fn node_mask(graph: &mut Graph, filters: &[DfExpr]) -> Result<Option<Vec<bool>>> {
    let mut mask = None;
    for filter in filters {
        and(&mut mask, graph.test_nodes(filter)?);
    }
    Ok(mask)
}

fn and(mask: &mut Option<Vec<bool>>, test: Vec<bool>) {
    match mask {
        Some(mask) => mask.iter_mut().zip(test).for_each(|(m, t)| *m &= t),
        None => *mask = Some(test),
    }
}
