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
    let rows = tables.first().map(|t| t.rows.clone()).unwrap_or_default();
    let parse =
        |s: &str| serde_json::from_str::<Value>(s).map_err(|e| format!("the example's answer is no JSON: {e}: {s}"));
    let expected: Vec<Value> = if scalar {
        vec![parse(example.answer)?]
    } else {
        example.answer.lines().map(parse).collect::<Result<_, _>>()?
    };
    let came: Vec<Value> = rows
        .into_iter()
        .map(|row| if row.len() == 1 { row.into_iter().next().unwrap_or_default() } else { Value::Array(row) })
        .collect();
    if same(&expected, &came) { Ok(()) } else { Err(format!("{text}: {expected:?} documented, {came:?} came").into()) }
}

fn same(expected: &[Value], came: &[Value]) -> bool {
    let close = |a: &Value, b: &Value| match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a == b || (a - b).abs() <= 1e-9 * a.abs().max(b.abs()),
        _ => a == b,
    };
    expected.len() == came.len() && expected.iter().zip(came).all(|(a, b)| close(a, b))
}
