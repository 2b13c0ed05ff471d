//! The tables of typed queries, and the sessions that run them in different ways.

use super::choices::{Choices, next};
use super::values::{arrays, bags, literal};
use crate::compare::Table;
use crate::run::{Refusal, tables};
use arrow::compute::concat_batches;
use arrow::record_batch::RecordBatch;
use kql_diagnostic::code;
use kql_engine::{Clock, Limits, Outcome, Session, TableData, Tables, Tuning};
use kql_functions::arrow_type;
use kql_types::ScalarType;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use ScalarType as Ty;

/// 2026-11-20T12:00:00Z.
const NOW: i64 = 639_307_728_000_000_000;

/// The columns of `T`. `n` numbers the rows.
pub const T: &[(&str, Ty)] = &[
    ("n", Ty::Long),
    ("k", Ty::String),
    ("b", Ty::Bool),
    ("i", Ty::Int),
    ("l", Ty::Long),
    ("r", Ty::Real),
    ("m", Ty::Decimal),
    ("s", Ty::String),
    ("d", Ty::Datetime),
    ("t", Ty::Timespan),
    ("g", Ty::Guid),
    ("a", Ty::Dynamic),
    ("o", Ty::Dynamic),
    ("y", Ty::Dynamic),
];
/// The columns of `U`.
pub const U: &[(&str, Ty)] = &[
    ("k", Ty::String),
    ("n2", Ty::Long),
    ("l", Ty::Long),
    ("r", Ty::Long),
    ("s2", Ty::String),
    ("d", Ty::Datetime),
    ("a", Ty::Dynamic),
];

/// Ways to run a query that must agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As users do.
    Plain,
    /// Only the optimizer rules that plans need.
    Unoptimized,
    /// Four threads, batches of one row.
    Spread,
    /// Arrays that are slices of longer ones, batches of three rows.
    Sliced,
    /// Every row three times.
    Tripled,
}

/// One set of data in all ways.
#[derive(Debug)]
pub struct World {
    sessions: Vec<(Way, Session)>,
    tables: Tables,
}

/// What a run or check may not do.
pub type Broken = String;

impl World {
    /// The data of a seed.
    ///
    /// # Errors
    /// When the engine cannot even read the literals.
    pub fn new(seed: u64) -> Result<World, Broken> {
        let plain = Session::builder().clock(Clock::Fixed(NOW)).build();
        let mut state = seed;
        let rows = 6 + (next(&mut state) % 12) as usize;
        let make = |columns: &'static [(&str, Ty)], rows: usize, seed: u64| -> Result<TableData, Broken> {
            let outcome = plain.run(&datatable(columns, rows, seed));
            let result = outcome.results.into_iter().next();
            let result = result.ok_or_else(|| format!("no data: {:?}", outcome.diagnostics))?;
            Ok(TableData::new(result.schema, result.batches))
        };
        let of_t = make(T, rows, seed)?;
        let of_u = make(U, 7, seed ^ 0x55)?;
        let session = |way: Way| -> Result<Session, Broken> {
            let mut tables = Tables::default();
            for (name, data) in [("T", &of_t), ("U", &of_u)] {
                let batches = cut(&data.batches, way, name == "T").map_err(|e| e.to_string())?;
                tables.insert(name, TableData::new(data.schema.clone(), batches));
            }
            let limits = Limits {
                timeout: Duration::from_secs(20),
                memory: 1 << 30,
                max_rows: 50_000,
                threads: if way == Way::Spread { 4 } else { 1 },
            };
            let tuning = Tuning {
                optimize: way != Way::Unoptimized,
                spread_small: way == Way::Spread,
                batch_rows: match way {
                    Way::Spread => 2,
                    Way::Sliced => 3,
                    _ => 8192,
                },
            };
            Ok(Session::builder().clock(Clock::Fixed(NOW)).limits(limits).tuning(tuning).tables(tables).build())
        };
        let ways = [Way::Plain, Way::Unoptimized, Way::Spread, Way::Sliced, Way::Tripled];
        let mut tables = Tables::default();
        tables.insert("T", of_t.clone());
        tables.insert("U", of_u.clone());
        let sessions = ways.into_iter().map(|w| Ok((w, session(w)?))).collect::<Result<_, Broken>>()?;
        Ok(World { sessions, tables })
    }

    fn session(&self, way: Way) -> Option<&Session> {
        self.sessions.iter().find(|(w, _)| *w == way).map(|(_, s)| s)
    }

    /// Runs a query.
    ///
    /// # Errors
    /// When the engine breaks: a panic, an internal error, a batch that is not of its schema.
    pub fn outcome(&self, way: Way, text: &str) -> Result<Outcome, Broken> {
        let Some(session) = self.session(way) else { return Err("no such way".into()) };
        let outcome = session.run(text);
        sound(&outcome).map(|()| outcome)
    }

    /// Runs a query; the inner result is its answer or refusal.
    ///
    /// # Errors
    /// As [`World::outcome`].
    pub fn run(&self, way: Way, text: &str) -> Result<Result<Vec<Table>, Refusal>, Broken> {
        self.outcome(way, text).map(|o| tables(&o))
    }

    /// Runs the first operators of a query, and the others over what they gave as a table of its own.
    ///
    /// # Errors
    /// As [`World::outcome`].
    pub fn staged(&self, text: &str, cut: usize) -> Result<Result<Vec<Table>, Refusal>, Broken> {
        let first = self.outcome(Way::Plain, &text[..cut])?;
        if !first.is_ok() {
            return Ok(tables(&first));
        }
        let Some(result) = first.results.into_iter().next() else { return Err("no result".into()) };
        let mut all = self.tables.clone();
        all.insert("P", TableData::new(result.schema, result.batches));
        let limits = Limits { threads: 1, ..Limits::default() };
        let session = Session::builder().clock(Clock::Fixed(NOW)).limits(limits).tables(all).build();
        let outcome = session.run(&format!("P{}", &text[cut..]));
        sound(&outcome).map(|()| tables(&outcome))
    }

    /// The columns of a query over empty tables; `None` when it is refused.
    ///
    /// # Errors
    /// When the binder breaks.
    pub fn check(&self, text: &str) -> Result<Option<Vec<(String, Ty)>>, Broken> {
        let Some(session) = self.session(Way::Plain) else { return Err("no such way".into()) };
        let text = format!("{}{text}", empty_tables());
        let checked = catch_unwind(AssertUnwindSafe(|| session.check(&text)));
        let Ok(checked) = checked else { return Err("a panic in check".into()) };
        if let Some(d) = checked.diagnostics.iter().find(|d| d.code == code::INTERNAL) {
            return Err(format!("check: {d}"));
        }
        Ok(checked.columns.map(|c| c.columns.iter().map(|c| (c.name.to_string(), c.ty)).collect()))
    }
}

/// `let` statements that declare the tables without rows.
pub fn empty_tables() -> String {
    let declared = |name: &str, columns: &[(&str, Ty)]| {
        let columns: Vec<String> = columns.iter().map(|(n, ty)| format!("{n}:{}", ty.name())).collect();
        format!("let {name} = datatable({})[];\n", columns.join(", "))
    };
    format!("{}{}", declared("T", T), declared("U", U))
}

/// What must hold of every outcome.
fn sound(outcome: &Outcome) -> Result<(), Broken> {
    if let Some(words) = outcome.internal.first().filter(|_| !limited(outcome)) {
        return Err(format!("internal error: {words}"));
    }
    for d in &outcome.diagnostics {
        let said = d.to_string();
        if d.code == code::INTERNAL
            || ["DataFusion", "Arrow error", "arrow_", "datafusion"].iter().any(|w| said.contains(w))
        {
            return Err(format!("internal error: {said}"));
        }
    }
    for result in &outcome.results {
        for batch in &result.batches {
            of_schema(result, batch)?;
        }
    }
    Ok(())
}

fn limited(outcome: &Outcome) -> bool {
    outcome.diagnostics.iter().any(|d| d.code == code::LIMIT)
}

fn of_schema(result: &kql_engine::QueryResult, batch: &RecordBatch) -> Result<(), Broken> {
    if batch.num_columns() != result.schema.columns.len() {
        return Err(format!("{} columns bound, {} came", result.schema.columns.len(), batch.num_columns()));
    }
    for (column, array) in result.schema.columns.iter().zip(batch.columns()) {
        if *array.data_type() != arrow_type(column.ty) {
            return Err(format!(
                "column {} is bound as {} but came as {}",
                column.name,
                column.ty.name(),
                array.data_type()
            ));
        }
        if column.ty == Ty::String && array.null_count() > 0 {
            return Err(format!("column {} of type string has nulls", column.name));
        }
    }
    Ok(())
}

fn datatable(columns: &[(&str, Ty)], rows: usize, seed: u64) -> String {
    let mut choices = Choices::random(seed);
    let mut cells = Vec::new();
    for row in 0..rows {
        for (name, ty) in columns {
            cells.push(match *name {
                "n" => row.to_string(),
                "n2" => (row * 2).to_string(),
                "k" => (*choices.pick(&["'a'", "'b'", "''", "'é'", "'A'"])).to_owned(),
                "a" => (*choices.pick(arrays())).to_owned(),
                "o" => (*choices.pick(bags())).to_owned(),
                // Sums of these are exact in any order.
                "r" if *ty == Ty::Real => {
                    (*choices.pick(&["0.0", "1.0", "0.5", "-1.5", "2.25", "real(null)", "100.0", "real(nan)"]))
                        .to_owned()
                }
                _ => literal(&mut choices, *ty).to_owned(),
            });
        }
    }
    let columns: Vec<String> = columns.iter().map(|(n, ty)| format!("{n}:{}", ty.name())).collect();
    format!("datatable({})[{}]", columns.join(", "), cells.join(", "))
}

fn cut(batches: &[RecordBatch], way: Way, repeat: bool) -> Result<Vec<RecordBatch>, arrow::error::ArrowError> {
    let Some(first) = batches.first() else { return Ok(Vec::new()) };
    let whole = concat_batches(&first.schema(), batches)?;
    let rows = whole.num_rows();
    Ok(match way {
        Way::Plain | Way::Unoptimized => vec![whole],
        Way::Spread => (0..rows).map(|at| whole.slice(at, 1)).collect(),
        Way::Sliced => {
            let tail = whole.slice(rows - rows.min(3), rows.min(3));
            let longer = concat_batches(&first.schema(), [&tail, &whole, &tail])?;
            let longer = longer.slice(tail.num_rows(), rows);
            (0..rows).step_by(3).map(|at| longer.slice(at, 3.min(rows - at))).collect()
        }
        Way::Tripled if repeat => vec![concat_batches(&first.schema(), [&whole, &whole, &whole])?],
        Way::Tripled => vec![whole],
    })
}
