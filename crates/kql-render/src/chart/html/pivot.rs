//! A pivot table the page makes from the rows, so that its user can pick rows, columns, values and chart anew.

use super::super::model::{Fact, Pivot};
use super::palette;
use serde_json::{Value as Json, json};

pub(super) fn page(pivot: &Pivot, notes: &mut Vec<String>) -> Json {
    let facts = &pivot.facts;
    if facts.total > facts.rows.len() {
        notes.push(format!("the page holds the first {} of {} rows", facts.rows.len(), facts.total));
    }
    // What was cut from the picture is in the page.
    notes.retain(|n| !n.contains("with the largest totals are shown"));
    let fact = |f: &Fact| match f {
        Fact::Name(text) => json!(text),
        Fact::Amount(value) => json!(value),
    };
    let rows: Vec<Json> = facts.rows.iter().map(|row| row.iter().map(fact).collect()).collect();
    json!({
        "form": "pivot",
        "columns": facts.columns,
        "rows": rows,
        "start": [facts.start.0, facts.start.1, facts.start.2],
        "palette": palette(),
    })
}
