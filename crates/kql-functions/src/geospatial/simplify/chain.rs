//! Replacing chains of edges by one.

use super::Link;
use super::snap::{Snapped, edge_separation, longest_edge};
use super::window::Window;
use crate::geospatial::sphere::Point;
use crate::geospatial::sphere::predicate::{ordered_ccw, sign};
use std::collections::{BTreeMap, HashSet};

/// Edges between sites, to be found by their ends.
struct Chains<'a> {
    snapped: &'a Snapped,
    /// Sorted by their ends and layers.
    links: Vec<Link>,
    /// Where in `links` those from a site begin.
    begins: Vec<usize>,
    /// Sites in the middle of chains: with two neighbours, and as many edges to as from each in every layer.
    is_interior: Vec<bool>,
    /// Of each site the input vertices that were moved there.
    moved: Vec<Vec<Point>>,
    used: Vec<bool>,
    out: Vec<Link>,
}

/// Replaces chains of edges by one edge each, where it passes within the radius of all input vertices of the chain and on
/// the right side of all other sites.
pub(super) fn simplify_chains(snapped: &Snapped, mut links: Vec<Link>) -> Vec<Link> {
    links.sort();
    let mut begins: Vec<usize> = Vec::with_capacity(snapped.sites.len() + 1);
    for site in 0..=snapped.sites.len() {
        begins.push(links.partition_point(|link| link.from < site));
    }
    let mut moved: Vec<Vec<Point>> = vec![Vec::new(); snapped.sites.len()];
    for (chain, (a, b)) in snapped.chains.iter().zip(&snapped.inputs) {
        if let ([first, ..], [.., last]) = (&chain[..], &chain[..]) {
            moved[*first].push(*a);
            moved[*last].push(*b);
        }
    }
    let used = vec![false; links.len()];
    let is_interior = interior(snapped.sites.len(), &links);
    let mut chains = Chains { snapped, links, begins, is_interior, moved, used, out: Vec::new() };
    for start_inside in [false, true] {
        for i in 0..chains.links.len() {
            let (from, to) = (chains.links[i].from, chains.links[i].to);
            if chains.used[i] || (!start_inside && chains.is_interior[from]) {
                continue;
            }
            if chains.is_interior[to] || start_inside { chains.simplify(from, to) } else { chains.keep(i) }
        }
    }
    chains.out
}

fn interior(sites: usize, links: &[Link]) -> Vec<bool> {
    // Of each site and layer: edges out less edges in, and edges to and from each neighbour.
    let mut degrees: BTreeMap<(usize, usize), (i64, BTreeMap<usize, usize>)> = BTreeMap::new();
    for link in links {
        for (site, other, out) in [(link.from, link.to, 1), (link.to, link.from, -1)] {
            let (excess, neighbours) = degrees.entry((site, link.layer)).or_default();
            *excess += out;
            *neighbours.entry(other).or_default() += 1;
        }
    }
    let mut interior = vec![false; sites];
    let mut pairs: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let mut bad: HashSet<usize> = HashSet::new();
    for ((site, _), (excess, neighbours)) in degrees {
        let counts: Vec<usize> = neighbours.values().copied().collect();
        let names: Vec<usize> = neighbours.into_keys().collect();
        let is_same = pairs.get(&site).is_none_or(|known| *known == names);
        if excess != 0 || counts.len() != 2 || counts[0] != counts[1] || !is_same {
            bad.insert(site);
        }
        pairs.insert(site, names);
        interior[site] = true;
    }
    for site in bad {
        interior[site] = false;
    }
    interior
}

impl Chains<'_> {
    /// The numbers of the links from one site to another.
    fn between(&self, from: usize, to: usize) -> std::ops::Range<usize> {
        let list = &self.links[self.begins[from]..self.begins[from + 1]];
        let begin = self.begins[from] + list.partition_point(|link| link.to < to);
        let end = self.begins[from] + list.partition_point(|link| link.to <= to);
        begin..end
    }

    fn keep(&mut self, link: usize) {
        self.used[link] = true;
        self.out.push(self.links[link].clone());
    }

    /// The site after `at` of a chain that comes from `from`.
    fn follow(&self, from: usize, at: usize) -> Option<usize> {
        let list = &self.links[self.begins[at]..self.begins[at + 1]];
        list.iter().map(|link| link.to).find(|to| *to != from)
    }

    /// Replaces parts, as long as can be, of the chain that begins with these sites.
    fn simplify(&mut self, first: usize, second: usize) {
        let (mut from, mut to) = (first, second);
        loop {
            let mut chain = vec![from];
            let mut passed = HashSet::from([from]);
            let mut window = Window::new(self.snapped.sites[from]);
            let can_extend = self.avoid(from, from, to, &mut passed, &mut window);
            let done = loop {
                chain.push(to);
                passed.insert(to);
                if !self.is_interior[to] || to == first {
                    break true;
                }
                let Some(next) = self.follow(from, to) else { break true };
                (from, to) = (to, next);
                let extends = can_extend
                    && self.pass_vertices(from, &mut window)
                    && self.avoid(chain[0], from, to, &mut passed, &mut window)
                    && window.may_reach(self.snapped.sites[to]);
                if !extends {
                    break false;
                }
            };
            self.replace(&chain);
            if done {
                return;
            }
        }
    }

    /// Keeps the directions that pass within the radius of all input vertices that were moved to a site.
    fn pass_vertices(&self, site: usize, window: &mut Window) -> bool {
        self.moved[site].iter().all(|p| window.hit(*p, self.snapped.radius))
    }

    /// Keeps the directions, from the start of a chain, that leave the sites near its last edge on their side.
    fn avoid(&self, start: usize, v: usize, w: usize, passed: &mut HashSet<usize>, window: &mut Window) -> bool {
        let sites = &self.snapped.sites;
        let (p0, p1, p2) = (sites[start], sites[v], sites[w]);
        let (first, last) = ((p0 - p1).norm2(), (p0 - p2).norm2());
        if last < first || p0.angle(p2) >= longest_edge(self.snapped.radius) {
            return false;
        }
        let inputs = self.between(v, w).chain(self.between(w, v)).flat_map(|i| self.links[i].inputs.iter());
        let Some(edge) = inputs.min_by_key(|i| self.snapped.near[**i].len()) else { return false };
        self.snapped.near[*edge].iter().all(|site| {
            let p = sites[*site];
            if (p0 - p).norm2() >= last || !passed.insert(*site) {
                return true;
            }
            let on_left = if v == start { sign(p1, p2, p) > 0 } else { ordered_ccw(p0, p2, p, p1) };
            window.miss(p, edge_separation(self.snapped.radius), on_left)
        })
    }

    /// Puts one edge for each edge of a chain, in both directions.
    fn replace(&mut self, chain: &[usize]) {
        let ([first, second, ..], [.., last]) = (chain, chain) else { return };
        let heads: Vec<usize> = self.between(*first, *second).chain(self.between(*second, *first)).collect();
        let mut merged: Vec<Link> = heads
            .iter()
            .map(|i| {
                let head = &self.links[*i];
                let (from, to) = if head.from == *first { (*first, *last) } else { (*last, *first) };
                Link { from, to, layer: head.layer, inputs: Vec::new() }
            })
            .collect();
        for step in chain.windows(2) {
            let links: Vec<usize> = self.between(step[0], step[1]).chain(self.between(step[1], step[0])).collect();
            for (link, merged) in links.into_iter().zip(&mut merged) {
                merged.inputs.extend_from_slice(&self.links[link].inputs);
                self.used[link] = true;
            }
        }
        self.out.extend(merged);
    }
}
