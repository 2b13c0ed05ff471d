//! Sizes of intersections of sketches: what the plugin `dcount_intersect` computes.

use super::hll::Hll;
use crate::ScalarFunction;
use crate::kernel::{dynamic_map, refuse, texts};
use kql_diagnostic::code;
use kql_types::function::{FunctionKind, FunctionSpec};
use kql_types::number;

/// Sketches that are no longer exact: the unions of all their subsets are needed.
const MAX_ESTIMATED: usize = 8;

pub(crate) static DCOUNT_INTERSECT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "__dcount_intersect",
        FunctionKind::Scalar,
        &["(hll...2..16:dynamic) -> dynamic"],
        "The size of the first sketch, of the intersection of the first two, of the first three, …, as an array; null when \
         one is no sketch. <https://learn.microsoft.com/kusto/query/dcount-intersect-plugin>",
    ),
    kernel: |_, args| {
        let sketches = args.iter().map(texts).collect::<Result<Vec<_>, _>>()?;
        let mut too_many = false;
        let made = dynamic_map(args, |row, out| {
            let parsed: Option<Vec<Hll>> = sketches.iter().map(|s| Hll::parse(s.get(row)?)).collect();
            let Some(parsed) = parsed else { return false };
            if parsed.len() > MAX_ESTIMATED && parsed.iter().any(|s| s.exact().is_none()) {
                too_many = true;
                return false;
            }
            out.push('[');
            for (i, size) in sizes(&parsed).into_iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                number::write_long(out, size);
            }
            out.push(']');
            true
        })?;
        if too_many {
            let message = format!("dcount_intersect takes at most {MAX_ESTIMATED} sketches of so many values");
            return Err(refuse(code::LIMIT, message));
        }
        Ok(made)
    },
};

/// Exact while the sketches hold all their values. Else by inclusion and exclusion over the sizes of unions: the errors of
/// many estimates add up, so that a small intersection of large sets is not to be trusted; it is kept between 0 and the size
/// of the intersection before.
fn sizes(sketches: &[Hll]) -> Vec<i64> {
    let mut sizes = Vec::with_capacity(sketches.len());
    let exact: Option<Vec<_>> = sketches.iter().map(Hll::exact).collect();
    if let Some((first, others)) = exact.as_deref().and_then(<[_]>::split_first) {
        let mut common: Vec<u64> = first.iter().collect();
        sizes.push(common.len() as i64);
        for other in others {
            common.retain(|hash| other.contains(*hash));
            sizes.push(common.len() as i64);
        }
        return sizes;
    }
    // What the subsets whose last sketch is the one at a place add to the size of the intersection up to there.
    let mut parts = vec![0i64; sketches.len()];
    add_subsets(sketches, 0, None, 1, &mut parts);
    let (mut total, mut before) = (0i64, i64::MAX);
    for part in parts {
        total = total.saturating_add(part);
        before = total.clamp(0, before);
        sizes.push(before);
    }
    sizes
}

fn add_subsets(sketches: &[Hll], from: usize, union: Option<&Hll>, sign: i64, parts: &mut [i64]) {
    for (at, sketch) in sketches.iter().enumerate().skip(from) {
        let mut merged = sketch.clone();
        if let Some(union) = union {
            merged.merge(union);
        }
        parts[at] = parts[at].saturating_add(sign * merged.estimate());
        add_subsets(sketches, at + 1, Some(&merged), -sign, parts);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use xxhash_rust::xxh64::xxh64;

    fn sketch(values: impl Iterator<Item = u64>) -> Hll {
        let mut sketch = Hll::new(1);
        values.for_each(|v| {
            sketch.insert(xxh64(&v.to_le_bytes(), 0));
        });
        sketch
    }

    #[test]
    fn small_sets_are_exact() {
        let by = |n: u64| sketch((1..=100u64).filter(move |v| v % n == 0));
        assert_eq!(sizes(&[by(2), by(3), by(5)]), [50, 16, 3]);
        assert_eq!(sizes(&[by(2), by(101)]), [50, 0]);
    }

    #[test]
    fn large_sets_are_estimated() {
        let (a, b, c) = (sketch(0..60_000), sketch(20_000..80_000), sketch(30_000..100_000));
        let sizes = sizes(&[a, b, c]);
        for (size, real) in sizes.iter().zip([60_000f64, 40_000.0, 30_000.0]) {
            assert!((*size as f64 - real).abs() < 4_000.0, "{sizes:?}");
        }
    }
}
