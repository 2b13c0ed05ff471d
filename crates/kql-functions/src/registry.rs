//! All scalar functions by name.

use crate::{ScalarFunction, scalar_udf};
use datafusion_expr::ScalarUDF;
use kql_types::ScalarType;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// A family: its title in the language reference, and its functions.
pub type Family = (&'static str, &'static [&'static ScalarFunction]);

static FAMILIES: &[Family] = &[
    ("Arithmetic operators", crate::mathematical::OPERATORS),
    ("Conversion functions", crate::conversion::FUNCTIONS),
    ("Date and time functions", crate::datetime::FUNCTIONS),
    ("Mathematical functions", crate::mathematical::FUNCTIONS),
    ("Bitwise functions", crate::bitwise::FUNCTIONS),
    ("Conditional functions", crate::conditional::FUNCTIONS),
    ("Hash functions", crate::hash::FUNCTIONS),
    ("Units", crate::units::FUNCTIONS),
    ("Metadata functions", crate::metadata::FUNCTIONS),
    ("String operators", crate::string_operators::FUNCTIONS),
    ("String functions", crate::string::FUNCTIONS),
    ("Regular expressions", crate::regex::FUNCTIONS),
    ("Encoding functions", crate::encoding::FUNCTIONS),
    ("Parsing functions", crate::parsing::FUNCTIONS),
    ("IP address functions", crate::ip::FUNCTIONS),
    ("Geospatial functions", crate::geospatial::FUNCTIONS),
    ("Sketch functions", crate::sketch::FUNCTIONS),
    ("Path access", crate::dynamic::access::FUNCTIONS),
    ("Dynamic functions", crate::dynamic::FUNCTIONS),
    ("Array functions", crate::dynamic::array::FUNCTIONS),
    ("Bag functions", crate::dynamic::bag::FUNCTIONS),
    ("Series functions", crate::series::FUNCTIONS),
    ("Window functions", crate::window::FUNCTIONS),
    ("Functions of graph operators", crate::graph::FUNCTIONS),
];

/// The families, in the order of the language reference.
pub fn families() -> &'static [Family] {
    FAMILIES
}

static BY_NAME: LazyLock<HashMap<&'static str, &'static ScalarFunction>> = LazyLock::new(|| {
    let named = |f: &'static ScalarFunction| {
        std::iter::once(f.spec.name).chain(f.spec.aliases.iter().copied()).map(move |n| (n, f))
    };
    functions().flat_map(named).collect()
});

/// All functions.
pub fn functions() -> impl Iterator<Item = &'static ScalarFunction> {
    families().iter().flat_map(|(_, functions)| functions.iter().copied())
}

/// The function of a name or alias (case-sensitive, as in Kusto).
pub fn function(name: &str) -> Option<&'static ScalarFunction> {
    BY_NAME.get(name).copied()
}

/// The UDF whose [name](ScalarUDF::name) this is: how a plan from another process is resolved.
pub fn udf_by_name(name: &str) -> Option<Arc<ScalarUDF>> {
    let (head, result) = name.split_once("->")?;
    let (function_name, arguments) = head.strip_suffix(')')?.split_once('(')?;
    let types = |list: &str| -> Option<Vec<ScalarType>> {
        list.split(',').filter(|t| !t.is_empty()).map(ScalarType::from_name).collect()
    };
    let results = match result.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
        None => vec![(String::new(), ScalarType::from_name(result)?)],
        Some(columns) => columns
            .split(',')
            .map(|c| c.rsplit_once(':').and_then(|(n, t)| Some((n.to_owned(), ScalarType::from_name(t)?))))
            .collect::<Option<_>>()?,
    };
    Some(scalar_udf(function(function_name)?, &types(arguments)?, &results))
}
