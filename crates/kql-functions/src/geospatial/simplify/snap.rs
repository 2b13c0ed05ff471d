//! Sites that are further apart than a radius, and edges moved to them.

use crate::geospatial::cells::s2::Cell;
use crate::geospatial::overlay::Failure;
use crate::geospatial::sphere::Point;
use crate::geospatial::sphere::edge::{distance, normal, project};
use crate::geospatial::sphere::predicate::sign;
use std::collections::{BTreeSet, HashMap};
use std::f64::consts::FRAC_PI_2;

/// How much further than the radius edges may move between their ends.
const DEVIATION: f64 = 1.1;
/// The most pairs of an edge and a site near it.
const MAX_NEAR: usize = 20_000_000;
/// How often edges may be moved again because of sites that were added.
const MAX_MOVES: usize = 1_000_000;

/// Edges moved to sites.
#[derive(Debug)]
pub(super) struct Snapped {
    pub(super) radius: f64,
    pub(super) inputs: Vec<(Point, Point)>,
    pub(super) sites: Vec<Point>,
    /// Of each input edge the sites it goes along.
    pub(super) chains: Vec<Vec<usize>>,
    /// Of each input edge the sites near it, from its start.
    pub(super) near: Vec<Vec<usize>>,
}

/// How far apart vertices and edges are at least.
pub(super) fn edge_separation(radius: f64) -> f64 {
    0.5 * radius
}

/// From which length on an edge may move too far between its ends.
pub(super) fn longest_edge(radius: f64) -> f64 {
    2.0 * (radius.sin() / (DEVIATION * radius).sin()).clamp(-1.0, 1.0).acos()
}

/// Points in cubes of space.
struct Cubes {
    size: f64,
    cubes: HashMap<[i32; 3], Vec<usize>>,
}

impl Cubes {
    fn new(size: f64) -> Self {
        // No finer than what a number of a cube holds.
        Cubes { size: size.max(1e-9), cubes: HashMap::new() }
    }

    fn cube(&self, p: [f64; 3]) -> [i32; 3] {
        p.map(|c| (c / self.size).floor() as i32)
    }

    fn add(&mut self, p: Point, number: usize) {
        let cube = self.cube(p.array());
        self.cubes.entry(cube).or_default().push(number);
    }

    /// Calls `f` with the numbers of all points in a box, and of some others.
    fn each_in(&self, low: [f64; 3], high: [f64; 3], mut f: impl FnMut(usize)) {
        let (low, high) = (self.cube(low), self.cube(high));
        let width = |i: usize| (f64::from(high[i]) - f64::from(low[i]) + 1.0).max(0.0);
        if width(0) * width(1) * width(2) > self.cubes.len() as f64 {
            self.cubes.values().flatten().for_each(|i| f(*i));
            return;
        }
        for x in low[0]..=high[0] {
            for y in low[1]..=high[1] {
                for z in low[2]..=high[2] {
                    self.cubes.get(&[x, y, z]).into_iter().flatten().for_each(|i| f(*i));
                }
            }
        }
    }
}

/// A box around an edge and everything within an angle of it.
fn around(a: Point, b: Point, angle: f64) -> ([f64; 3], [f64; 3]) {
    let chord2 = (a - b).norm2();
    let margin = angle + if chord2 < 1.0 { chord2 * 0.15 } else { 1.0 } + 1e-14;
    let (a, b) = (a.array(), b.array());
    ([0, 1, 2].map(|i| a[i].min(b[i]) - margin), [0, 1, 2].map(|i| a[i].max(b[i]) + margin))
}

impl Snapped {
    pub(super) fn new(edges: &[(Point, Point)], radius: f64) -> Result<Self, Failure> {
        let mut snapped =
            Snapped { radius, inputs: edges.to_vec(), sites: Vec::new(), chains: Vec::new(), near: Vec::new() };
        if radius > 0.0 {
            let cubes = snapped.choose_sites();
            snapped.find_near(&cubes)?;
            snapped.move_edges()?;
        } else {
            snapped.keep_vertices();
        }
        Ok(snapped)
    }

    /// All vertices, each once, in the order of their S2 cells.
    fn vertices(&self) -> Vec<Point> {
        let mut vertices: Vec<Point> = self.inputs.iter().flat_map(|(a, b)| [*a, *b]).collect();
        vertices.sort_by(|a, b| a.array().partial_cmp(&b.array()).unwrap_or(std::cmp::Ordering::Equal));
        vertices.dedup();
        vertices.sort_by_cached_key(|p| Cell::leaf(*p));
        vertices
    }

    fn keep_vertices(&mut self) {
        self.sites = self.vertices();
        let key = |p: Point| p.array().map(f64::to_bits);
        let numbers: HashMap<[u64; 3], usize> = self.sites.iter().enumerate().map(|(i, p)| (key(*p), i)).collect();
        let number = |p: Point| numbers.get(&key(p)).copied();
        self.chains = self.inputs.iter().map(|(a, b)| number(*a).into_iter().chain(number(*b)).collect()).collect();
    }

    /// Takes each vertex as a site that is not within the radius of one before.
    fn choose_sites(&mut self) -> Cubes {
        let mut cubes = Cubes::new(self.radius);
        let chord2 = (2.0 * (0.5 * self.radius).sin()).powi(2);
        for p in self.vertices() {
            let (low, high) = around(p, p, self.radius);
            let mut is_covered = false;
            cubes.each_in(low, high, |i| is_covered |= (self.sites[i] - p).norm2() <= chord2);
            if !is_covered {
                cubes.add(p, self.sites.len());
                self.sites.push(p);
            }
        }
        cubes
    }

    /// How near sites are to an edge that have a say in where it goes.
    fn reach(&self) -> f64 {
        DEVIATION * self.radius + edge_separation(self.radius)
    }

    fn find_near(&mut self, cubes: &Cubes) -> Result<(), Failure> {
        let reach = self.reach();
        let mut total = 0;
        for (a, b) in self.inputs.clone() {
            let (low, high) = around(a, b, reach);
            let mut near = Vec::new();
            cubes.each_in(low, high, |i| {
                if distance(self.sites[i], a, b) <= reach {
                    near.push(i);
                }
            });
            total += near.len();
            if total > MAX_NEAR {
                return Err(Failure::TooLarge);
            }
            self.sort_from(a, &mut near);
            self.near.push(near);
        }
        Ok(())
    }

    fn sort_from(&self, start: Point, near: &mut [usize]) {
        let key = |i: &usize| (self.sites[*i] - start).norm2();
        near.sort_by(|i, j| key(i).total_cmp(&key(j)).then(i.cmp(j)));
    }

    /// Moves all edges, and adds sites where one would come too close to a site that it does not go to.
    fn move_edges(&mut self) -> Result<(), Failure> {
        self.chains = (0..self.inputs.len()).map(|e| self.chain(e)).collect();
        let mut todo: BTreeSet<usize> = (0..self.inputs.len()).collect();
        let mut moves = 0;
        while let Some(edge) = todo.pop_first() {
            moves += 1;
            if moves > MAX_MOVES.max(4 * self.inputs.len()) {
                return Err(Failure::TooLarge);
            }
            self.chains[edge] = self.chain(edge);
            for site in self.missing_sites(edge) {
                todo.extend(self.add_site(site));
            }
        }
        Ok(())
    }

    /// The sites whose regions, of points nearest to them and within the radius, an edge goes through.
    fn chain(&self, edge: usize) -> Vec<usize> {
        let (x, y) = self.inputs[edge];
        let mut chain: Vec<usize> = Vec::new();
        let apart = |i: usize, j: usize| self.sites[i].angle(self.sites[j]) >= 2.0 * self.radius * (1.0 + 1e-15);
        for &c in &self.near[edge] {
            if distance(self.sites[c], x, y) > self.radius * (1.0 + 1e-14) {
                continue;
            }
            let mut takes = true;
            while let Some(&b) = chain.last() {
                if apart(b, c) {
                    break;
                }
                match self.excluded(self.sites[b], self.sites[c], x, y) {
                    Excluded::First => {
                        chain.pop();
                        continue;
                    }
                    Excluded::Second => {
                        takes = false;
                        break;
                    }
                    Excluded::Neither => {}
                }
                // Between the site before and this one nothing may be left for the one in the middle.
                let [.., a, _] = chain[..] else { break };
                let (p, q, r) = (self.sites[a], self.sites[b], self.sites[c]);
                let side = sign(x, y, q);
                if apart(a, c) || sign(p, q, r) == side || circumcentre_side(x, y, p, q, r) != side {
                    break;
                }
                chain.pop();
            }
            if takes {
                chain.push(c);
            }
        }
        chain
    }

    /// Which of two sites, the first nearer to the start of an edge, has no part of the edge because of the other.
    fn excluded(&self, a: Point, b: Point, x: Point, y: Point) -> Excluded {
        if (y - a).norm2() <= (y - b).norm2() {
            return Excluded::Second;
        }
        let n = normal(x, y);
        let height = |p: Point| {
            let near = if (p - x).norm2() <= (p - y).norm2() { x } else { y };
            (p - near).dot(n)
        };
        let (height_a, height_b) = (height(a), height(b));
        let (sin, cos) = (self.radius.sin(), self.radius.cos());
        // Half the length of the edge's line within the radius of each, and the distance along it between, all scaled.
        let half = |height: f64| (n.norm2() * sin * sin - height * height).max(0.0).sqrt();
        let difference = cos * (half(height_b) - half(height_a));
        let along = 0.5 * (a - b).cross(a + b).dot(n);
        if difference.abs() < along {
            return Excluded::Neither;
        }
        if along < 0.0 {
            let (a_is_far, b_is_far) = (a.angle(x) > FRAC_PI_2, b.angle(y) > FRAC_PI_2);
            return match (a_is_far, b_is_far) {
                (true, _) => Excluded::First,
                (_, true) => Excluded::Second,
                _ => Excluded::Neither,
            };
        }
        if a.dot(b) * n.norm2() - height_a * height_b < 0.0 {
            return Excluded::Neither;
        }
        if difference > 0.0 { Excluded::First } else { Excluded::Second }
    }

    /// Places on an edge where sites are missing, given the chain it was moved to.
    fn missing_sites(&self, edge: usize) -> Vec<Point> {
        let (x, y) = self.inputs[edge];
        let chain = &self.chains[edge];
        let near = &self.near[edge];
        let mut missing = Vec::new();
        // How much of the chain was passed; sites before and after it do not matter.
        let (mut passed, mut at) = (0, 0);
        while at < near.len() && passed < chain.len() {
            let site = near[at];
            at += 1;
            if site == chain[passed] {
                passed += 1;
            } else if passed > 0 {
                let (v, w) = (self.sites[chain[passed - 1]], self.sites[chain[passed]]);
                if distance(self.sites[site], v, w) < edge_separation(self.radius) {
                    missing.push(self.separation_site(self.sites[site], v, w, x, y));
                    // One for this part of the chain is enough for now.
                    while at < near.len() && near[at] != chain[passed] {
                        at += 1;
                    }
                }
            }
        }
        for step in chain.windows(2) {
            let (v, w) = (self.sites[step[0]], self.sites[step[1]]);
            if v.angle(w) >= longest_edge(self.radius) && !is_near(x, y, v, w, DEVIATION * self.radius) {
                let middle = (project(v, x, y) + project(w, x, y)).normalize();
                missing.push(self.separation_site(middle, v, w, x, y));
                break;
            }
        }
        missing
    }

    /// The point of an edge nearest to a site, outside of what its neighbours in the chain cover.
    fn separation_site(&self, site: Point, v: Point, w: Point, x: Point, y: Point) -> Point {
        let (n, ahead) = (normal(x, y), y - x);
        let nearest = project(site, x, y);
        let (from, to) = (self.cover_end(v, n), self.cover_end(w, -n));
        if (nearest - from).dot(ahead) < 0.0 {
            from
        } else if (to - nearest).dot(ahead) < 0.0 {
            to
        } else {
            nearest
        }
    }

    /// The last point of an edge, whose normal is given, within the radius of a point.
    fn cover_end(&self, p: Point, n: Point) -> Point {
        let (n2, height, side) = (n.norm2(), n.dot(p), n.cross(p));
        let sin2 = self.radius.sin().powi(2);
        let middle = (p * n2 - n * height) * (1.0 - sin2).sqrt();
        (middle + side * (sin2 * n2 - height * height).max(0.0).sqrt()).normalize()
    }

    /// Adds a site; the edges near it.
    fn add_site(&mut self, site: Point) -> Vec<usize> {
        let (number, reach) = (self.sites.len(), self.reach());
        self.sites.push(site);
        let is_near = |(_, (a, b)): &(usize, &(Point, Point))| distance(site, *a, *b) <= reach;
        let edges: Vec<usize> = self.inputs.iter().enumerate().filter(is_near).map(|(e, _)| e).collect();
        for &edge in &edges {
            let mut near = std::mem::take(&mut self.near[edge]);
            near.push(number);
            self.sort_from(self.inputs[edge].0, &mut near);
            self.near[edge] = near;
        }
        edges
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Excluded {
    First,
    Second,
    Neither,
}

/// On which side of an edge the centre of the circle through three points is.
fn circumcentre_side(x: Point, y: Point, a: Point, b: Point, c: Point) -> i32 {
    let (ab, bc) = (normal(a, b), normal(b, c));
    let centre = ab.cross(a + b).cross(bc.cross(b + c));
    let side = f64::from(sign(a, b, c)) * normal(x, y).dot(centre);
    if side > 0.0 { 1 } else { -1 }
}

/// Whether all of an edge `c d` is within an angle of an edge `a b`.
fn is_near(a: Point, b: Point, c: Point, d: Point, tolerance: f64) -> bool {
    if distance(c, a, b) > tolerance || distance(d, a, b) > tolerance {
        return false;
    }
    let mut n = normal(a, b).normalize();
    if sign(n, project(c, a, b), project(d, a, b)) < 0 {
        n = -n;
    }
    let m = normal(c, d).normalize();
    let angle = n.angle(m);
    if angle <= tolerance {
        return true;
    }
    if angle >= FRAC_PI_2 {
        return (c.angle(a) < c.angle(b)) == (d.angle(a) < d.angle(b));
    }
    // The point of the great circle furthest away must not be on the edge.
    let furthest = m.cross(normal(n, m)).normalize();
    let is_on = |p: Point| sign(m, c, p) > 0 && sign(p, d, m) > 0;
    !is_on(furthest) && !is_on(-furthest)
}
