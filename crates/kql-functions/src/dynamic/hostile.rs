//! No text in a dynamic argument makes a function panic, canonical or not.

use super::testing::try_call;
use crate::ScalarFunction;
use kql_types::signature::{Parameter, ResultType, TypeClass};
use kql_types::{ScalarType, Value};
use proptest::prelude::*;

fn functions() -> impl Iterator<Item = &'static ScalarFunction> {
    let families = [super::FUNCTIONS, super::access::FUNCTIONS, super::array::FUNCTIONS, super::bag::FUNCTIONS];
    families.into_iter().chain([crate::series::FUNCTIONS]).flatten().copied()
}

fn value(parameter: &Parameter, text: &str, number: i64) -> Value {
    match &parameter.class {
        TypeClass::Integer | TypeClass::Number | TypeClass::Summable => Value::Long(Some(number)),
        TypeClass::OneOf(types) if types.contains(&ScalarType::String) => Value::String(text.to_owned()),
        TypeClass::OneOf(types) if types.contains(&ScalarType::Bool) => Value::Bool(Some(number % 2 == 0)),
        TypeClass::OneOf(types) if types.contains(&ScalarType::Real) => Value::Real(Some(number as f64)),
        TypeClass::Type => Value::String(String::new()),
        _ => Value::Dynamic(Some(text.to_owned())),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn no_text_panics(
        texts in prop::collection::vec("[\\[\\]{}\",:0-9.eE+\\\\ntf-]{0,16}|\\[[0-9,.-]{0,24}\\]|\\PC{0,12}", 3),
        number in prop_oneof![-3i64..60, Just(i64::MIN)],
    ) {
        for function in functions() {
            for overload in function.spec.overloads() {
                for parameters in [&overload.parameters[..], &overload.parameters[..overload.min_arguments().min(overload.parameters.len())]] {
                    let args: Vec<Value> =
                        parameters.iter().enumerate().map(|(at, p)| value(p, &texts[at % 3], number)).collect();
                    if args.is_empty() {
                        continue;
                    }
                    let results = match &overload.result {
                        ResultType::Columns(columns) => columns.clone(),
                        ResultType::Is(ty) => vec![(String::new(), *ty)],
                        _ => vec![(String::new(), ScalarType::Dynamic)],
                    };
                    // An error is fine: a mode may be refused.
                    let _ = try_call(function.spec.name, &args, Some(&results));
                }
            }
        }
    }
}
