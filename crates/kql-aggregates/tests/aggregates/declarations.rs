//! The declarations of all aggregation functions.

use kql_types::function::FunctionKind;
use std::collections::HashSet;

#[test]
fn every_function_is_declared_once_and_completely() {
    let mut names = HashSet::new();
    for function in kql_aggregates::aggregates() {
        let spec = &function.spec;
        assert_eq!(spec.kind, FunctionKind::Aggregate, "{}", spec.name);
        for name in spec.aliases.iter().chain([&spec.name]) {
            assert!(names.insert(*name), "{name} is there twice");
            assert!(std::ptr::eq(kql_aggregates::aggregate(name).unwrap(), function));
        }
        for overload in spec.overloads() {
            if let Some(predicate) = function.predicate {
                assert_eq!(overload.parameters[predicate].name, "predicate", "{}", spec.name);
            }
        }
        assert!(!spec.doc.is_empty());
        assert!(!spec.examples.is_empty() || spec.doc.starts_with("Old spelling") || spec.name == "passthrough");
    }
    assert!(kql_aggregates::aggregate("series_collect").is_none(), "not for queries");
    for name in ["", "sum", "sum(", "sum(long)", "sum(long)->", "sum(text)->long", "nosuch(long)->long", "sum()->long"]
    {
        assert!(kql_aggregates::udaf_by_name(name).is_none(), "{name}");
    }
}
