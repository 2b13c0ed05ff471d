//! The examples of the function registry: what help and the reference show must be what the engine answers.

use crate::cases::session;
use kql_tests::run::query;
use kql_types::function::{Example, FunctionSpec, Support};
use libtest_mimic::{Failed, Trial};
use serde_json::Value;

pub(crate) fn trials() -> Vec<Trial> {
    let scalar = kql_functions::functions().map(|f| &f.spec);
    scalar
        .chain(kql_aggregates::aggregates().map(|f| &f.spec))
        .chain(kql_plan::window_functions())
        .chain(kql_bind::plugin_specs())
        .filter(|s| s.support == Support::Full)
        .flat_map(of_function)
        .collect()
}

fn of_function(spec: &'static FunctionSpec) -> impl Iterator<Item = Trial> {
    spec.examples
        .iter()
        .enumerate()
        .map(move |(i, example)| Trial::test(format!("example {}: {}", spec.name, i + 1), move || run(example)))
}

fn run(example: &Example) -> Result<(), Failed> {
    // A scalar example is the argument of print; a query has a bar.
    let scalar = !example.query.contains('|');
    let text = if scalar { format!("print {}", example.query) } else { example.query.to_owned() };
    let tables = query(&session(), &text).map_err(|r| format!("{}: {} {:?}", text, r.message, r.internal))?;
    let Some(table) = tables.into_iter().next() else { return Err("no result".into()) };
    let parse =
        |s: &str| serde_json::from_str::<Value>(s).map_err(|e| format!("the example's answer is no JSON: {e}: {s}"));
    let expected: Vec<Value> = if scalar {
        vec![parse(example.answer)?]
    } else {
        example.answer.lines().map(parse).collect::<Result<_, _>>()?
    };
    let names: Vec<String> = table.columns.into_iter().map(|c| c.0).collect();
    let object = |row: Vec<Value>| match scalar {
        // A function with several columns documents them as an array.
        true if row.len() != 1 => Value::Array(row),
        true => row.into_iter().next().unwrap_or_default(),
        false => Value::Object(names.iter().cloned().zip(row).collect()),
    };
    let came: Vec<Value> = table.rows.into_iter().map(object).collect();
    if same(&expected, &came) { Ok(()) } else { Err(format!("{text}: {expected:?} documented, {came:?} came").into()) }
}

fn same(expected: &[Value], came: &[Value]) -> bool {
    let close = |a: &Value, b: &Value| match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b || (a - b).abs() <= 1e-9 * a.abs().max(b.abs()),
        _ => equal(a, b),
    };
    expected.len() == came.len() && expected.iter().zip(came).all(|(a, b)| close(a, b))
}

/// Equality of JSON with numbers by value, inside bags too.
fn equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(k, v)| b.get(k).is_some_and(|w| same(std::slice::from_ref(v), std::slice::from_ref(w))))
        }
        _ => a == b,
    }
}
