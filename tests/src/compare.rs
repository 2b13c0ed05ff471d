//! When two answers are equal.
//!
//! Column names, order and types must be equal. Numbers are equal within 1e-9 of their size; datetimes and timespans by
//! tick; dynamic values by JSON value, where the order of keys is free. Rows count as a set unless order is asked for.

use kql_types::{datetime, timespan};
use serde_json::Value;

/// How close is equal, and what is overlooked.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Relative difference of numbers.
    pub tolerance: f64,
    /// Rows in order.
    pub ordered: bool,
    /// `integer` stands for int and long, `real` also for decimal (the fuzz answers of `../shared/conformance`).
    pub coarse_types: bool,
    /// Elements of dynamic arrays in any order (`make_set` without order).
    pub free_array_order: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Rules { tolerance: 1e-9, ordered: false, coarse_types: false, free_array_order: false }
    }
}

/// A table of names, types and rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Names and types.
    pub columns: Vec<(String, String)>,
    /// Rows.
    pub rows: Vec<Vec<Value>>,
}

/// `None` when equal, else the first difference in words.
pub fn difference(expected: &Table, actual: &Table, rules: &Rules) -> Option<String> {
    if let Some(difference) = columns(expected, actual, rules) {
        return Some(difference);
    }
    if expected.rows.len() != actual.rows.len() {
        return Some(format!("{} rows expected, {} came", expected.rows.len(), actual.rows.len()));
    }
    let types: Vec<&str> = expected.columns.iter().map(|c| c.1.as_str()).collect();
    let same = |a: &[Value], b: &[Value]| {
        a.len() == b.len() && a.iter().zip(b).zip(&types).all(|((a, b), ty)| equal(a, b, ty, rules))
    };
    if rules.ordered {
        let at = expected.rows.iter().zip(&actual.rows).position(|(a, b)| !same(a, b))?;
        return Some(format!("row {at}: {:?} expected, {:?} came", text(&expected.rows[at]), text(&actual.rows[at])));
    }
    // Sets of rows are small here; matching greedily is right because equality is (nearly) transitive.
    let mut left: Vec<&Vec<Value>> = actual.rows.iter().collect();
    for row in &expected.rows {
        match left.iter().position(|other| same(row, other)) {
            Some(at) => drop(left.swap_remove(at)),
            None => {
                return Some(format!("row {:?} is missing; left over: {:?}", text(row), left.first().map(|r| text(r))));
            }
        }
    }
    None
}

fn text(row: &[Value]) -> String {
    serde_json::to_string(row).unwrap_or_default()
}

/// The difference of names and types alone.
pub fn columns(expected: &Table, actual: &Table, rules: &Rules) -> Option<String> {
    let coarse = |ty: &str| match ty {
        "int" | "long" | "integer" => "integer".to_owned(),
        "decimal" | "real" => "real".to_owned(),
        other => other.to_owned(),
    };
    let shape = |t: &Table| -> Vec<String> {
        t.columns
            .iter()
            .map(|(n, ty)| format!("{n}:{}", if rules.coarse_types { coarse(ty) } else { ty.clone() }))
            .collect()
    };
    let (a, b) = (shape(expected), shape(actual));
    (a != b).then(|| format!("columns {} expected, {} came", a.join(", "), b.join(", ")))
}

fn equal(a: &Value, b: &Value, ty: &str, rules: &Rules) -> bool {
    match (ty, a, b) {
        ("datetime", Value::String(a), Value::String(b)) => a == b || datetime::parse(a) == datetime::parse(b),
        ("timespan", Value::String(a), Value::String(b)) => a == b || timespan::parse(a) == timespan::parse(b),
        ("real" | "decimal", _, _) => match (number(a), number(b)) {
            (Some(a), Some(b)) => close(a, b, rules),
            _ => a == b,
        },
        _ => equal_json(a, b, rules),
    }
}

fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(n) => n.as_f64(),
        Value::String(s) => match s.as_str() {
            "NaN" => Some(f64::NAN),
            "Infinity" => Some(f64::INFINITY),
            "-Infinity" => Some(f64::NEG_INFINITY),
            other => other.parse().ok(),
        },
        _ => None,
    }
}

fn close(a: f64, b: f64, rules: &Rules) -> bool {
    a == b || (a.is_nan() && b.is_nan()) || (a - b).abs() <= rules.tolerance * a.abs().max(b.abs())
}

fn equal_json(a: &Value, b: &Value, rules: &Rules) -> bool {
    match (a, b) {
        (Value::Number(x), Value::Number(y)) => match (x.as_i64(), y.as_i64()) {
            (Some(x), Some(y)) if rules.tolerance < 1e-3 => x == y,
            _ => close(x.as_f64().unwrap_or(f64::NAN), y.as_f64().unwrap_or(f64::NAN), rules),
        },
        (Value::Array(x), Value::Array(y)) if x.len() == y.len() => {
            if !rules.free_array_order {
                return x.iter().zip(y).all(|(x, y)| equal_json(x, y, rules));
            }
            let mut left: Vec<&Value> = y.iter().collect();
            x.iter().all(|x| match left.iter().position(|y| equal_json(x, y, rules)) {
                Some(at) => {
                    left.swap_remove(at);
                    true
                }
                None => false,
            })
        }
        (Value::Object(x), Value::Object(y)) => {
            x.len() == y.len() && x.iter().all(|(k, v)| y.get(k).is_some_and(|w| equal_json(v, w, rules)))
        }
        // A recorded dynamic string may hold a datetime with other trailing zeros.
        (Value::String(x), Value::String(y)) => {
            x == y || (x.len() > 18 && datetime::parse(x).is_some() && datetime::parse(x) == datetime::parse(y))
        }
        _ => a == b,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn table(ty: &str, values: &[Value]) -> Table {
        Table { columns: vec![("x".into(), ty.into())], rows: values.iter().map(|v| vec![v.clone()]).collect() }
    }

    #[test]
    fn rows_are_a_set_unless_ordered() {
        let (a, b) = (table("long", &[json!(1), json!(2)]), table("long", &[json!(2), json!(1)]));
        assert_eq!(difference(&a, &b, &Rules::default()), None);
        assert!(difference(&a, &b, &Rules { ordered: true, ..Rules::default() }).is_some());
    }

    #[test]
    fn long_and_real_differ_but_ticks_and_near_reals_do_not() {
        let rules = Rules::default();
        assert!(difference(&table("dynamic", &[json!(1)]), &table("dynamic", &[json!(2)]), &rules).is_some());
        assert_eq!(difference(&table("real", &[json!(0.1)]), &table("real", &[json!(0.1 + 1e-12)]), &rules), None);
        let (a, b) = (json!("2020-01-01T00:00:00Z"), json!("2020-01-01T00:00:00.0000000Z"));
        assert_eq!(difference(&table("datetime", &[a]), &table("datetime", &[b]), &rules), None);
        assert!(difference(&table("long", &[json!(1)]), &table("int", &[json!(1)]), &rules).is_some());
    }
}
