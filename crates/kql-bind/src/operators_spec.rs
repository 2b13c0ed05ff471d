//! Infix operators as functions, and functions over elements of graphs: what a tree names when the registry has none of that
//! name.

use kql_types::function::{FunctionKind, FunctionSpec};

macro_rules! specs {
    ($($name:literal)*) => {
        static SPECS: &[&FunctionSpec] = &[$({
            static SPEC: FunctionSpec = FunctionSpec::new($name, FunctionKind::Scalar, &[], "An infix operator, or a function over elements of a graph.");
            &SPEC
        }),*];
    };
}

specs! {
    "+" "-" "*" "/" "%"
    "=~" "contains" "contains_cs" "has" "has_cs" "hasprefix" "hasprefix_cs" "hassuffix" "hassuffix_cs"
    "startswith" "startswith_cs" "endswith" "endswith_cs" "matches regex" "like" "likecs"
    "map" "all" "any" "inner_nodes" "labels" "node_id" "node_degree_in" "node_degree_out"
}

/// The operator of a name.
pub(crate) fn operator(name: &str) -> Option<&'static FunctionSpec> {
    SPECS.iter().find(|s| s.name == name).copied()
}
