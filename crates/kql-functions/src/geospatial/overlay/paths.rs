//! Joining directed edges to lines.

use super::loops::{Border, canonical};

/// Lines as the numbers of their points: as long as can be without a choice at a point where more than two edges meet.
/// Edges that are there twice count once.
pub(crate) fn paths(point_count: usize, mut edges: Vec<Border>) -> Vec<Vec<usize>> {
    edges.sort();
    edges.dedup_by(|b, a| (a.from, a.to) == (b.from, b.to));
    let (mut entering, mut leaving) = (vec![0u32; point_count], vec![Vec::new(); point_count]);
    for (i, edge) in edges.iter().enumerate() {
        entering[edge.to] += 1;
        leaving[edge.from].push(i);
    }
    let goes_on = |point: usize| match leaving[point][..] {
        [only] if entering[point] == 1 => Some(only),
        _ => None,
    };
    let mut used = vec![false; edges.len()];
    let follow = |start: usize, used: &mut Vec<bool>| {
        let mut path = Vec::new();
        let mut at = Some(start);
        while let Some(edge) = at.filter(|edge| !used[*edge]) {
            used[edge] = true;
            path.push(edge);
            at = goes_on(edges[edge].to);
        }
        path
    };
    let mut order: Vec<usize> = (0..edges.len()).collect();
    order.sort_by_key(|i| (edges[*i].input, *i));
    let mut lines = Vec::new();
    for &i in &order {
        if !used[i] && goes_on(edges[i].from).is_none() {
            lines.push(follow(i, &mut used));
        }
    }
    // What is left are closed lines.
    for &i in &order {
        if !used[i] {
            lines.push(canonical(&edges, follow(i, &mut used)));
        }
    }
    lines.sort_by_key(|line| (edges[line[0]].input, line[0]));
    let points =
        |line: Vec<usize>| std::iter::once(edges[line[0]].from).chain(line.iter().map(|i| edges[*i].to)).collect();
    lines.into_iter().map(points).collect()
}
