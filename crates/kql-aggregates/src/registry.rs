//! All aggregation functions by name.

use crate::{AggregateFunction, aggregate_udf, binary, dynamic, row_selector, statistical};
use datafusion_expr::AggregateUDF;
use kql_types::ScalarType;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// A family: its title in the language reference, and its functions.
pub type Family = (&'static str, &'static [&'static AggregateFunction]);

static FAMILIES: &[Family] = &[
    ("Statistical aggregation functions", statistical::FUNCTIONS),
    ("Row selector aggregation functions", row_selector::FUNCTIONS),
    ("Dynamic aggregation functions", dynamic::FUNCTIONS),
    ("Binary aggregation functions", binary::FUNCTIONS),
];

/// The families, in the order of the language reference.
pub fn families() -> &'static [Family] {
    FAMILIES
}

static BY_NAME: LazyLock<HashMap<&'static str, &'static AggregateFunction>> = LazyLock::new(|| {
    let named = |f: &'static AggregateFunction| {
        std::iter::once(f.spec.name).chain(f.spec.aliases.iter().copied()).map(move |n| (n, f))
    };
    aggregates().flat_map(named).collect()
});

/// All aggregation functions.
pub fn aggregates() -> impl Iterator<Item = &'static AggregateFunction> {
    families().iter().flat_map(|(_, functions)| functions.iter().copied())
}

/// The aggregation function of a name or alias (case-sensitive, as in Kusto).
pub fn aggregate(name: &str) -> Option<&'static AggregateFunction> {
    BY_NAME.get(name).copied()
}

/// `series_collect(bin, value, bins, default)`, which plans of `make-series` use and queries cannot name.
pub fn series_collect() -> &'static AggregateFunction {
    &dynamic::SERIES_COLLECT
}

/// The UDAF whose [name](AggregateUDF::name) this is: how a plan from another process is resolved.
pub fn udaf_by_name(name: &str) -> Option<Arc<AggregateUDF>> {
    let (head, result) = name.split_once("->")?;
    let (function_name, arguments) = head.strip_suffix(')')?.split_once('(')?;
    let types = |list: &str| -> Option<Vec<ScalarType>> {
        list.split(',').filter(|t| !t.is_empty()).map(ScalarType::from_name).collect()
    };
    let results = types(result.strip_prefix('(').and_then(|r| r.strip_suffix(')')).unwrap_or(result))?;
    let internal = Some(series_collect()).filter(|f| f.spec.name == function_name);
    aggregate_udf(internal.or_else(|| aggregate(function_name))?, &types(arguments)?, &results).ok()
}
