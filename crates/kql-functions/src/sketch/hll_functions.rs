//! `dcount_hll`, `hll_merge`: sketches that `hll` made.

use super::hll::Hll;
use crate::ScalarFunction;
use crate::kernel::{dynamic_map, long_map, texts};
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};

pub(crate) static DCOUNT_HLL: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "dcount_hll",
        FunctionKind::Scalar,
        &["(hll:array) -> long"],
        "Number of distinct values in a sketch made by `hll` or `hll_merge`; null for other values. \
         <https://learn.microsoft.com/kusto/query/dcount-hll-function>",
    )
    .named(ResultName::Prefix("dcount_hll"))
    .examples(&[example(
        "range x from 1 to 9 step 1 | summarize h = hll(x % 4) | project n = dcount_hll(h)",
        "{\"n\":4}",
    )]),
    kernel: |_, args| {
        let hll = texts(&args[0])?;
        long_map(args, |row| Some(Hll::parse(hll.get(row)?)?.estimate()))
    },
};

pub(crate) static HLL_MERGE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "hll_merge",
        FunctionKind::Scalar,
        &["(hll...2..16:array) -> dynamic"],
        "One sketch of the values of several, to be read with `dcount_hll`. Arguments that are no sketches are skipped; \
         null when none is one. <https://learn.microsoft.com/kusto/query/hll-merge-function>",
    )
    .named(ResultName::Fixed("hll_merged_result"))
    .examples(&[example(
        "range x from 1 to 9 step 1 | summarize a = hll(x), b = hll(x + 3) | project n = dcount_hll(hll_merge(a, b))",
        "{\"n\":12}",
    )]),
    kernel: |_, args| {
        let sketches = args.iter().map(texts).collect::<Result<Vec<_>, _>>()?;
        dynamic_map(args, |row, out| {
            let mut parsed = sketches.iter().filter_map(|s| Hll::parse(s.get(row)?));
            let Some(mut merged) = parsed.next() else { return false };
            parsed.for_each(|other| merged.merge(&other));
            merged.write_text(out);
            true
        })
    },
};
