use super::buffer::Buffer;
use super::overlay::intersection::*;
use super::overlay::union::union;
use super::shape::geojson::{self, Geometry, lines};
use super::shape::polygon::{Polygon, polygons};
use super::sphere::{Degrees, RADIUS};
use kql_types::dynamic;

fn rings(text: &str) -> Vec<(usize, Vec<Degrees>)> {
    let loops = dynamic::get_key(text, "loops").unwrap();
    dynamic::array_items(loops)
        .map(|l| {
            let depth: usize = dynamic::get_key(l, "depth").unwrap().parse().unwrap();
            (depth, path(dynamic::get_key(l, "ring").unwrap()))
        })
        .collect()
}
fn path(text: &str) -> Vec<Degrees> {
    dynamic::array_items(text)
        .map(|p| {
            let mut n = dynamic::array_items(p).map(|x| x.parse::<f64>().unwrap());
            Degrees { longitude: n.next().unwrap(), latitude: n.next().unwrap() }
        })
        .collect()
}
fn close(a: &[Degrees], b: &[Degrees]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a.point() - b.point()).norm() < 1e-11)
}
fn flat(g: &Geometry) -> Vec<Vec<Degrees>> {
    match g {
        Geometry::Polygons(p) => p.iter().flatten().cloned().collect(),
        Geometry::Lines(l) => l.clone(),
        Geometry::Points(p) => p.iter().map(|x| vec![*x]).collect(),
        Geometry::Collection(c) => c.iter().flat_map(flat).collect(),
    }
}
fn same(want: &[(usize, Vec<Degrees>)], got: &Polygon) -> (bool, bool) {
    let got = flat(&got.geometry());
    let exact = got.len() == want.len() && got.iter().zip(want).all(|(a, (_, b))| close(a, b));
    // as sets of rotated rings
    let rot = |a: &[Degrees], b: &[Degrees]| {
        let (a, b) = (&a[..a.len() - 1], &b[..b.len() - 1]);
        a.len() == b.len()
            && (0..a.len()).any(|k| {
                let mut c = a.to_vec();
                c.rotate_left(k);
                close(&c, b)
            })
    };
    let set = got.len() == want.len() && got.iter().all(|a| want.iter().any(|(_, b)| rot(a, b)));
    (exact, set)
}
#[test]
fn oracle() {
    let text = std::fs::read_to_string("/tmp/oracle.jsonl").unwrap();
    let mut counts: std::collections::BTreeMap<&str, [usize; 3]> = Default::default();
    let mut shown = 0;
    for (n, line) in text.lines().enumerate() {
        let line = dynamic::canonical(line).unwrap();
        let key = |k: &str| dynamic::get_key(&line, k);
        let polys: Vec<Polygon> = dynamic::array_items(key("polygons").unwrap())
            .map(|p| polygons(&format!("{{\"type\":\"Polygon\",\"coordinates\":[{p}]}}")).unwrap().remove(0))
            .collect();
        let mut tally = |name: &'static str, (exact, set): (bool, bool), note: &dyn Fn() -> String| {
            let c = counts.entry(name).or_default();
            c[0] += 1;
            c[1] += usize::from(exact);
            c[2] += usize::from(set);
            if !set && name != "area" && name != "centroid" && shown < 14 {
                shown += 1;
                println!("#{n} {name} {}", note());
            }
        };
        let want = rings(key("union").unwrap());
        match union(polys.clone()) {
            Err(e) => tally("union", (false, false), &|| format!("{e:?}")),
            Ok(got) => {
                let r = same(&want, &got);
                if r.1 && !r.0 {
                    println!(
                        "ROT #{n} polys {} verts {:?} got rings {:?} want {:?}",
                        polys.len(),
                        polys.iter().map(|p| p.vertex_count()).collect::<Vec<_>>(),
                        flat(&got.geometry()).iter().map(|r| (r.len(), r[0])).collect::<Vec<_>>(),
                        want.iter().map(|r| (r.1.len(), r.1[0])).collect::<Vec<_>>()
                    );
                }
                tally("union", r, &|| format!("want {} rings got {}", want.len(), got.rings().count()));
                let area: f64 = key("area").unwrap().parse().unwrap();
                let ok = (got.area() / area - 1.0).abs() < 1e-9;
                tally("area", (ok, ok), &|| format!("{} {}", got.area(), area));
                let c = path(&format!("[{}]", key("centroid").unwrap()))[0];
                let ok = close(&[c], &[got.centroid().degrees()]);
                tally("centroid", (ok, ok), &|| format!("{:?} {:?}", c, got.centroid().degrees()));
                if let Some(r) = key("radius") {
                    let (r, t): (f64, f64) = (r.parse().unwrap(), key("tolerance").unwrap().parse().unwrap());
                    let mut b = Buffer::new(r / RADIUS, t / RADIUS).unwrap();
                    b.add_polygon(&got);
                    match b.finish() {
                        Ok(p) => tally("polygon_buffer", same(&rings(key("polygon_buffer").unwrap()), &p), &|| {
                            let w = rings(key("polygon_buffer").unwrap());
                            let g = flat(&p.geometry());
                            let miss = |a: &Vec<Degrees>, b: &Vec<Degrees>| {
                                a.iter()
                                    .enumerate()
                                    .filter(|(_, x)| !b.iter().any(|y| close(&[**x], &[*y])))
                                    .map(|(i, x)| format!("{i}:{:.12},{:.12}", x.longitude, x.latitude))
                                    .collect::<Vec<_>>()
                            };
                            let ga: Vec<Degrees> = g.concat();
                            let wa: Vec<Degrees> = w.iter().flat_map(|r| r.1.clone()).collect();
                            format!(
                                "r {} t/r {} lens {:?} {:?} only got {:?} only want {:?} first {:?} {:?}",
                                r / RADIUS,
                                t / r,
                                g.iter().map(Vec::len).collect::<Vec<_>>(),
                                w.iter().map(|r| r.1.len()).collect::<Vec<_>>(),
                                miss(&ga, &wa),
                                miss(&wa, &ga),
                                ga[0],
                                wa[0]
                            )
                        }),
                        Err(e) => tally("polygon_buffer", (false, false), &|| format!("{e:?}")),
                    }
                }
            }
        }
        let check = |got: Result<Geometry, super::overlay::Failure>, want: &str| -> ((bool, bool), String) {
            let got = match got {
                Ok(g) => flat(&g),
                Err(e) => return ((false, false), format!("{e:?}")),
            };
            let mut w: Vec<Vec<Degrees>> =
                path(dynamic::get_key(want, "points").unwrap()).into_iter().map(|p| vec![p]).collect();
            w.extend(dynamic::array_items(dynamic::get_key(want, "lines").unwrap()).map(path));
            w.extend(rings(dynamic::get_key(want, "polygon").unwrap()).into_iter().map(|r| r.1));
            let exact = got.len() == w.len() && got.iter().zip(&w).all(|(a, b)| close(a, b));
            let set = got.len() == w.len()
                && got.iter().all(|a| {
                    w.iter().any(|b| {
                        let mut r = b.clone();
                        r.reverse();
                        close(a, b)
                            || close(a, &r)
                            || (a.len() == b.len()
                                && a.len() > 2
                                && a.iter().all(|x| b.iter().any(|y| close(&[*x], &[*y]))))
                    })
                });
            ((exact, set), format!("got {got:?} want {w:?}"))
        };
        let (r, note) = check(of_polygons(&polys[0], &polys[1]), key("inter").unwrap());
        tally("inter", r, &|| note.clone());
        if let (Some(l), Some(m)) = (key("line"), key("line2")) {
            let line = |l: &str| lines(&format!("{{\"type\":\"LineString\",\"coordinates\":{l}}}")).unwrap();
            let (l, m) = (line(l), line(m));
            let (r, note) = check(of_lines_and_polygon(&l, &polys[0]), key("line_polygon").unwrap());
            tally("line_polygon", r, &|| note.clone());
            let (r, note) = check(of_lines(&l, &m), key("line_line").unwrap());
            tally("line_line", r, &|| note.clone());
            let (r, t): (f64, f64) =
                (key("radius").unwrap().parse().unwrap(), key("tolerance").unwrap().parse().unwrap());
            let mut b = Buffer::new(r / RADIUS, t / RADIUS).unwrap();
            b.add_line(&l[0]);
            match b.finish() {
                Ok(p) => tally("line_buffer", same(&rings(key("line_buffer").unwrap()), &p), &|| {
                    format!("rings {} want {}", p.rings().count(), rings(key("line_buffer").unwrap()).len())
                }),
                Err(e) => tally("line_buffer", (false, false), &|| format!("{e:?}")),
            }
        }
        let level: u8 = key("level").unwrap().parse().unwrap();
        let want: Vec<String> =
            dynamic::array_items(key("cover").unwrap()).map(|t| t.trim_matches('"').to_owned()).collect();
        let e: Vec<_> = super::overlay::union::edges(&polys[0]).collect();
        let got = super::cells::cover::cover(&e, level, 0.0, |p| polys[0].contains(p));
        let ok = got.as_ref() == Some(&want);
        tally("cover", (ok, ok), &|| {
            format!("level {level} {} want {}", got.as_ref().map_or(0, |g| g.len()), want.len())
        });
    }
    let _ = geojson::paths("");
    for (k, v) in counts {
        println!("{k:16} of {} exact {} same {}", v[0], v[1], v[2]);
    }
}
#[test]
fn oracle_simplify() {
    let text = std::fs::read_to_string("/tmp/oracle2.jsonl").unwrap();
    let (mut n, mut pe, mut ps, mut le, mut shrink) = (0, 0, 0, 0, 0);
    for (k, line) in text.lines().enumerate() {
        let line = dynamic::canonical(line).unwrap();
        let key = |k: &str| dynamic::get_key(&line, k).unwrap();
        let p = polygons(&format!("{{\"type\":\"Polygon\",\"coordinates\":[{}]}}", key("polygon"))).unwrap();
        let t: f64 = key("tolerance").parse::<f64>().unwrap() / RADIUS;
        n += 1;
        let want = rings(key("simple"));
        let before = p[0].vertex_count();
        match super::simplify::simplify_polygons(&p, t) {
            Ok(got) => {
                let got = got.into_iter().next().unwrap_or_default();
                let (e, s) = same(&want, &got);
                pe += usize::from(e);
                ps += usize::from(s);
                shrink += usize::from(got.vertex_count() < before);
                if !s {
                    println!(
                        "poly #{k} t {t} before {before} got {} want {:?}",
                        got.vertex_count(),
                        want.iter().map(|r| r.1.len() - 1).collect::<Vec<_>>()
                    );
                }
            }
            Err(e) => println!("poly #{k} {e:?} want {:?}", want.len()),
        }
        let l = lines(&format!("{{\"type\":\"LineString\",\"coordinates\":{}}}", key("line"))).unwrap();
        let want: Vec<Vec<Degrees>> = dynamic::array_items(key("lines")).map(path).collect();
        match super::simplify::simplify_lines(&l, t) {
            Ok(g) => {
                let g = g.map(|g| flat(&g)).unwrap_or_default();
                let ok = g.len() == want.len() && g.iter().zip(&want).all(|(a, b)| close(a, b));
                le += usize::from(ok);
                if !ok {
                    println!(
                        "line #{k} before {} got {:?} want {:?}",
                        l[0].len(),
                        g.iter().map(Vec::len).collect::<Vec<_>>(),
                        want.iter().map(Vec::len).collect::<Vec<_>>()
                    );
                }
            }
            Err(e) => println!("line #{k} {e:?}"),
        }
    }
    println!("simplify of {n}: polygons exact {pe} same {ps} (shrunk {shrink}), lines {le}");
}
