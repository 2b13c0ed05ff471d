//! `graph-mark-components`.

use super::adjacency::Shape;

/// The component of each node that is alive, numbered from 0 on in the order of their first nodes; in a partitioned graph
/// from 0 on in each partition.
pub(super) fn components(shape: &Shape, alive: &[bool], partitions: Option<&[u32]>, strong: bool) -> Vec<Option<i64>> {
    let roots = if strong { strongly_connected(shape, alive.len()) } else { weakly_connected(shape, alive.len()) };
    let mut numbers: Vec<Option<i64>> = vec![None; alive.len()];
    let mut next = vec![0i64; partitions.map_or(1, |p| p.iter().max().map_or(0, |m| *m as usize + 1)).max(1)];
    let mut found = vec![None; alive.len()];
    for node in (0..alive.len()).filter(|n| alive[*n]) {
        let of_root: &mut Option<i64> = &mut numbers[roots[node] as usize];
        let counter = &mut next[partitions.map_or(0, |p| p[node] as usize)];
        found[node] = Some(*of_root.get_or_insert_with(|| {
            *counter += 1;
            *counter - 1
        }));
    }
    found
}

/// One node for each component that edges connect whatever their direction.
fn weakly_connected(shape: &Shape, nodes: usize) -> Vec<u32> {
    let mut parents: Vec<u32> = (0..nodes as u32).collect();
    fn root(parents: &mut [u32], mut node: u32) -> u32 {
        while parents[node as usize] != node {
            // Every second step is skipped the next time.
            parents[node as usize] = parents[parents[node as usize] as usize];
            node = parents[node as usize];
        }
        node
    }
    for node in 0..nodes as u32 {
        for edge in shape.out.of(node) {
            let (a, b) = (root(&mut parents, node), root(&mut parents, shape.target[*edge as usize]));
            // The smaller number is the root: trees stay flat enough by the halving above.
            parents[a.max(b) as usize] = a.min(b);
        }
    }
    (0..nodes as u32).map(|node| root(&mut parents, node)).collect()
}

/// One node for each component in which paths lead from every node to every other: Tarjan's algorithm, without recursion.
fn strongly_connected(shape: &Shape, nodes: usize) -> Vec<u32> {
    const UNSEEN: u32 = u32::MAX;
    let mut order = vec![UNSEEN; nodes];
    let mut low = vec![0u32; nodes];
    let mut root = vec![UNSEEN; nodes];
    let mut open: Vec<u32> = Vec::new();
    let mut calls: Vec<(u32, usize)> = Vec::new();
    let mut next = 0u32;
    for start in 0..nodes as u32 {
        if order[start as usize] != UNSEEN {
            continue;
        }
        calls.push((start, 0));
        while let Some((node, at)) = calls.last_mut() {
            let (own, edges) = (*node as usize, shape.out.of(*node));
            if *at == 0 && order[own] == UNSEEN {
                order[own] = next;
                low[own] = next;
                next += 1;
                open.push(*node);
            }
            match edges.get(*at) {
                Some(edge) => {
                    let other = shape.target[*edge as usize] as usize;
                    *at += 1;
                    if order[other] == UNSEEN {
                        calls.push((other as u32, 0));
                    } else if root[other] == UNSEEN {
                        low[own] = low[own].min(order[other]);
                    }
                }
                None => {
                    if low[own] == order[own] {
                        while let Some(member) = open.pop() {
                            root[member as usize] = own as u32;
                            if member as usize == own {
                                break;
                            }
                        }
                    }
                    calls.pop();
                    if let Some((caller, _)) = calls.last() {
                        let caller = *caller as usize;
                        low[caller] = low[caller].min(low[own]);
                    }
                }
            }
        }
    }
    root
}

#[cfg(test)]
mod tests {
    use super::super::adjacency::{Adjacency, Shape};
    use super::components;

    fn shape(nodes: usize, edges: &[(u32, u32)]) -> Shape {
        let (source, target): (Vec<u32>, Vec<u32>) = edges.iter().copied().unzip();
        let alive = vec![true; edges.len()];
        let out = Adjacency::new(nodes, &source, &alive);
        let into = Adjacency::new(nodes, &target, &alive);
        Shape { source, target, out, into }
    }

    #[test]
    fn weak_components_ignore_direction() {
        let shape = shape(6, &[(0, 1), (2, 1), (4, 3)]);
        let found = components(&shape, &[true; 6], None, false);
        assert_eq!(found, [0, 0, 0, 1, 1, 2].map(Some));
    }

    #[test]
    fn strong_components_are_cycles() {
        let shape = shape(6, &[(0, 1), (1, 2), (2, 0), (2, 3), (3, 4), (4, 3)]);
        let found = components(&shape, &[true; 6], None, true);
        assert_eq!(found, [0, 0, 0, 1, 1, 2].map(Some));
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let edges: Vec<(u32, u32)> = (0..100_000).map(|n| (n, n + 1)).collect();
        let shape = shape(100_001, &edges);
        let found = components(&shape, &vec![true; 100_001], None, true);
        assert_eq!(found.last(), Some(&Some(100_000)));
    }

    #[test]
    fn numbers_start_anew_in_each_partition_and_skip_dead_nodes() {
        let shape = shape(4, &[(2, 3)]);
        let found = components(&shape, &[true, false, true, true], Some(&[0, 0, 1, 1]), false);
        assert_eq!(found, [Some(0), None, Some(0), Some(0)]);
    }
}
