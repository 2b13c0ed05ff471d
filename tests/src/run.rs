//! Running a query and reading its answer as JSON, the way a user of `--format json` gets it.

use crate::case::Expected;
use crate::compare::Table;
use kql_engine::{Outcome, Session};
use kql_render::{Format, Options, ResultTable, write};
use serde_json::Value;

/// A refusal.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The code.
    pub code: String,
    /// The message, with its help.
    pub message: String,
    /// Byte span in the query.
    pub span: (usize, usize),
    /// What the engines below said: a defect when there is something.
    pub internal: Vec<String>,
}

/// The results of a query, or its first error.
///
/// # Errors
/// The refusal.
pub fn query(session: &Session, text: &str) -> Result<Vec<Table>, Refusal> {
    tables(&session.run(text))
}

/// The results of an outcome.
///
/// # Errors
/// The refusal.
pub fn tables(outcome: &Outcome) -> Result<Vec<Table>, Refusal> {
    if let Some(error) = outcome.diagnostics.iter().find(|d| d.is_error()) {
        return Err(Refusal {
            code: error.code.to_owned(),
            message: error.to_string(),
            span: (error.span.start as usize, error.span.end as usize),
            internal: outcome.internal.clone(),
        });
    }
    let results: Vec<ResultTable<'_>> = outcome
        .results
        .iter()
        .map(|r| ResultTable { name: &r.name, schema: &r.schema, batches: &r.batches, render: r.render.as_ref() })
        .collect();
    let mut bytes = Vec::new();
    let broken =
        |what: String| Refusal { code: "KQ0006".into(), message: what.clone(), span: (0, 0), internal: vec![what] };
    write(&results, Format::Json, &Options::default(), &mut bytes).map_err(|e| broken(e.to_string()))?;
    let mut document: Value = serde_json::from_slice(&bytes).map_err(|e| broken(e.to_string()))?;
    drop(bytes);
    // Answers may be large: their values are moved, not copied.
    let list = |v: &mut Value| match v.take() {
        Value::Array(items) => items,
        _ => Vec::new(),
    };
    let text = |v: &Value| v.as_str().unwrap_or_default().to_owned();
    Ok(list(&mut document["tables"])
        .into_iter()
        .map(|mut t| Table {
            columns: list(&mut t["columns"]).iter().map(|c| (text(&c["name"]), text(&c["type"]))).collect(),
            rows: list(&mut t["rows"]).iter_mut().map(list).collect(),
        })
        .collect())
}

/// An answer as a case file has it. `ordered` says for each result whether its order counts.
pub fn as_expected(answer: &Result<Vec<Table>, Refusal>, ordered: impl Fn(usize) -> bool) -> Vec<Expected> {
    match answer {
        Err(refusal) => vec![Expected::Error { code: refusal.code.clone(), span: refusal.span }],
        Ok(tables) => tables
            .iter()
            .enumerate()
            .map(|(i, t)| Expected::Table { columns: t.columns.clone(), rows: t.rows.clone(), ordered: ordered(i) })
            .collect(),
    }
}
