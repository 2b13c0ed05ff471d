//! A session.

use crate::catalog::EngineCatalog;
use crate::control::Control;
use crate::errors::{self, Failure};
use crate::external::External;
use crate::host::SessionHost;
use crate::options::{Clock, Limits, SessionBuilder, Tuning};
use crate::probe::SessionProbe;
use crate::result::{Outcome, QueryResult, Stats};
use crate::run::{self, Runner};
use crate::stage::Stage;
use crate::tables::Tables;
use chrono::Utc;
use datafusion::physical_plan::displayable;
use kql_bind::bound::{BoundResult, BoundScript};
use kql_bind::{BindOptions, Catalog, bind};
use kql_catalog::Profile;
use kql_diagnostic::{Diagnostic, Diagnostics, Span, code};
use kql_plan::Planner;
use kql_types::{RowSchema, Value, datetime};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Stack of the thread that parses, binds and plans: all three follow the nesting of the query.
const STACK: usize = 64 << 20;

/// Tables, a clock, limits: everything queries share.
#[derive(Debug)]
pub struct Session {
    clock: Clock,
    limits: Limits,
    tuning: Tuning,
    profile: Profile,
    parameters: Vec<(String, String)>,
    external: External,
    tables: Tables,
    runtime: OnceLock<Runtime>,
}

/// What a check found.
#[derive(Clone, Debug)]
pub struct Checked {
    /// Errors and warnings.
    pub diagnostics: Diagnostics,
    /// The columns of the last result; `None` when there is none or it could not be bound.
    pub columns: Option<RowSchema>,
}

impl Session {
    /// A builder with the defaults.
    pub fn builder() -> SessionBuilder {
        SessionBuilder::default()
    }

    pub(crate) fn new(builder: SessionBuilder) -> Self {
        Session {
            clock: builder.clock,
            limits: builder.limits,
            tuning: builder.tuning,
            profile: builder.profile,
            parameters: builder.parameters,
            external: External::new(builder.externals, builder.allowed),
            tables: builder.tables,
            runtime: OnceLock::new(),
        }
    }

    /// The loaded tables.
    pub fn tables(&self) -> &Tables {
        &self.tables
    }

    /// Adds loaded tables, each replacing one of its name.
    pub fn load(&mut self, tables: Tables) {
        self.tables.extend(tables);
    }

    /// Pins `now()`, or lets it go.
    pub fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// A value of `declare query_parameters`, replacing one of its name.
    pub fn set_parameter(&mut self, name: &str, value: &str) {
        self.parameters.retain(|(n, _)| n != name);
        self.parameters.push((name.to_owned(), value.to_owned()));
    }

    /// Whose schemas known tables have.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// What a query may use.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The tables and functions queries are bound against: for completion and help.
    pub fn catalog(&self) -> EngineCatalog<'_> {
        EngineCatalog::of_run(&self.tables, self.profile)
    }

    /// Runs a text: one or several statements. Blocks until the last row is there.
    pub fn run(&self, text: &str) -> Outcome {
        self.run_with(text, &Control::default())
    }

    /// As [`Session::run`], with a handle that stops the run and tells how far it is.
    pub fn run_with(&self, text: &str, control: &Control) -> Outcome {
        on_large_stack(|| self.run_here(text, control)).unwrap_or_else(|| Outcome {
            diagnostics: vec![Diagnostic::error(code::INTERNAL, Span::default(), "the query could not be started")],
            ..Outcome::default()
        })
    }

    /// Parses and binds a text against the published schemas, without data.
    pub fn check(&self, text: &str) -> Checked {
        check(text, &EngineCatalog::of_check(self.profile), &self.parameters)
    }

    /// What a text becomes at a stage, as text for people.
    ///
    /// # Errors
    /// The diagnostics of the stages before.
    pub fn explain(&self, text: &str, stage: Stage) -> Result<String, Diagnostics> {
        on_large_stack(|| self.explain_here(text, stage)).unwrap_or_else(|| Err(Vec::new()))
    }

    fn now(&self) -> i64 {
        match self.clock {
            Clock::Fixed(now) => now,
            Clock::Latest => self.tables.newest().unwrap_or_else(system_now),
            Clock::System => system_now(),
        }
    }

    fn runtime(&self) -> Result<&Runtime, Failure> {
        if let Some(runtime) = self.runtime.get() {
            return Ok(runtime);
        }
        let runtime = run::runtime(self.limits.threads).map_err(|e| {
            Diagnostic::error(code::INTERNAL, Span::default(), format!("threads could not be started: {e}"))
        })?;
        Ok(self.runtime.get_or_init(|| runtime))
    }

    fn run_here(&self, text: &str, control: &Control) -> Outcome {
        let mut outcome = Outcome::default();
        let failed = self.run_into(text, control, &mut outcome);
        if let Err(failure) = failed {
            outcome.results.clear();
            outcome.internal.extend(failure.detail.map(String::from));
            outcome.diagnostics.push(failure.diagnostic);
        }
        outcome
    }

    fn run_into(&self, text: &str, control: &Control, outcome: &mut Outcome) -> Result<(), Failure> {
        let start = Instant::now();
        let parsed = kql_syntax::parse(text);
        outcome.stats.parse = start.elapsed();
        outcome.diagnostics = parsed.diagnostics;
        if !outcome.is_ok() {
            return Ok(());
        }
        let engine = |e| errors::of_engine(&e, Span::default());
        let runtime = self.runtime()?;
        let runner = Runner::new(&self.limits, &self.tuning, control).map_err(engine)?;
        let now = query_now(&parsed.script).unwrap_or_else(|| self.now());
        let host = SessionHost {
            tables: &self.tables,
            external: &self.external,
            runner: &runner,
            threads: self.limits.threads,
            now,
        };
        let start = Instant::now();
        let probe =
            SessionProbe { host: &host, planner: Mutex::new(Planner::new(&host)), runtime: runtime.handle().clone() };
        let catalog = EngineCatalog::of_run(&self.tables, self.profile);
        let options = BindOptions { run: true, parameters: self.parameters.clone() };
        let bound = bind(&parsed.script, &catalog, Some(&probe), &options);
        outcome.stats.bind = start.elapsed();
        outcome.diagnostics.extend(commands_refused(&bound));
        outcome.diagnostics.extend(bound.diagnostics.iter().cloned());
        if !outcome.is_ok() {
            return Ok(());
        }
        let mut planner = probe.planner.into_inner().unwrap_or_else(PoisonError::into_inner);
        for result in &bound.results {
            let one = runtime.block_on(self.one(result, &mut planner, &runner, &mut outcome.stats));
            outcome.stats.rows_scanned = runner.rows_scanned();
            outcome.stats.peak_memory = runner.peak_memory();
            outcome.results.push(one?);
        }
        outcome.stats.rows = outcome.results.iter().map(|r| r.rows() as u64).sum();
        self.hint_at_old_data(text, now, outcome);
        Ok(())
    }

    async fn one(
        &self,
        result: &BoundResult,
        planner: &mut Planner<'_>,
        runner: &Runner,
        stats: &mut Stats,
    ) -> Result<QueryResult, Failure> {
        let span = result.table.span;
        let start = Instant::now();
        let plan = planner.plan(&result.table).await.map_err(|e| errors::of_plan(e, span))?;
        let physical = runner.physical(&plan).await.map_err(|e| errors::of_engine(&e, span))?;
        stats.plan += start.elapsed();
        let start = Instant::now();
        let batches = runner.run(physical, Some(self.limits.max_rows), span).await;
        stats.execute += start.elapsed();
        Ok(QueryResult {
            name: result.name.clone(),
            schema: result.table.schema.clone(),
            batches: batches.map_err(|e| errors::of_engine(&e, span))?,
            render: result.render.clone(),
        })
    }

    /// A query over `ago(…)` that finds nothing because the data is older deserves a word.
    fn hint_at_old_data(&self, text: &str, now: i64, outcome: &mut Outcome) {
        let Some(newest) = self.tables.newest() else { return };
        let empty = outcome.results.iter().all(|r| r.rows() == 0) && !outcome.results.is_empty();
        if empty && newest < now - datetime::TICKS_PER_DAY && (text.contains("ago(") || text.contains("now(")) {
            let mut when = String::new();
            datetime::write_wire(&mut when, newest);
            let message = format!("nothing was found, and the newest event loaded is of {when}");
            let help = "pin the clock with --now latest";
            outcome.diagnostics.push(Diagnostic::warning(code::HINT, Span::default(), message).with_help(help));
        }
    }

    fn explain_here(&self, text: &str, stage: Stage) -> Result<String, Diagnostics> {
        if stage == Stage::Lex {
            let (tokens, _) = kql_syntax::lex(text);
            let line = |t: &kql_syntax::Token| {
                format!("{:>5}..{:<5} {:?} {}\n", t.span.start, t.span.end, t.kind, t.span.text(text))
            };
            return Ok(tokens.iter().map(line).collect());
        }
        let parsed = kql_syntax::parse(text);
        if stage == Stage::Parse {
            return Ok(parsed.script.outline());
        }
        if parsed.diagnostics.iter().any(Diagnostic::is_error) {
            return Err(parsed.diagnostics);
        }
        let fail = |f: Failure| vec![f.diagnostic];
        let runtime = self.runtime().map_err(fail)?;
        let runner = Runner::new(&self.limits, &self.tuning, &Control::default())
            .map_err(|e| fail(errors::of_engine(&e, Span::default())))?;
        let host = SessionHost {
            tables: &self.tables,
            external: &self.external,
            runner: &runner,
            threads: self.limits.threads,
            now: query_now(&parsed.script).unwrap_or_else(|| self.now()),
        };
        let probe =
            SessionProbe { host: &host, planner: Mutex::new(Planner::new(&host)), runtime: runtime.handle().clone() };
        let catalog = EngineCatalog::of_run(&self.tables, self.profile);
        let options = BindOptions { run: true, parameters: self.parameters.clone() };
        let bound: BoundScript = bind(&parsed.script, &catalog, Some(&probe), &options);
        if bound.diagnostics.iter().any(Diagnostic::is_error) {
            return Err(bound.diagnostics);
        }
        if stage == Stage::Bind {
            return Ok(bound.results.iter().map(|r| r.table.outline()).collect());
        }
        let mut planner = probe.planner.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut out = String::new();
        for result in &bound.results {
            let span = result.table.span;
            let plan = runtime.block_on(planner.plan(&result.table)).map_err(|e| fail(errors::of_plan(e, span)))?;
            let engine = |e| fail(errors::of_engine(&e, span));
            if stage == Stage::Plan {
                let optimized = runner.state.optimize(&plan).map_err(engine)?;
                out.push_str(&format!("{}\n", optimized.display_indent_schema()));
            } else {
                let physical = runtime.block_on(runner.physical(&plan)).map_err(engine)?;
                out.push_str(&displayable(physical.as_ref()).indent(false).to_string());
            }
        }
        Ok(out)
    }
}

/// Parses and binds a text without data.
fn check(text: &str, catalog: &dyn Catalog, parameters: &[(String, String)]) -> Checked {
    let parsed = kql_syntax::parse(text);
    let options = BindOptions { run: false, parameters: parameters.to_vec() };
    let bound = bind(&parsed.script, catalog, None, &options);
    let mut diagnostics = parsed.diagnostics;
    diagnostics.extend(commands_refused(&bound));
    diagnostics.extend(bound.diagnostics);
    let failed = diagnostics.iter().any(Diagnostic::is_error);
    let columns = bound.results.last().map(|r| r.table.schema.clone()).filter(|_| !failed);
    Checked { diagnostics, columns }
}

/// Management commands are understood as such and refused: dropping one would look like success.
fn commands_refused(bound: &BoundScript) -> Diagnostics {
    let refuse = |command: &kql_syntax::ast::Command| {
        let message = format!("the management command '.{}' cannot be run here", command.head.join(" "));
        let help = "write a query; tables are loaded with --data";
        Diagnostic::error(code::COMMAND_NOT_ALLOWED, command.span, message).with_help(help)
    };
    bound.commands.iter().map(refuse).collect()
}

/// `set query_now = datetime(…)` pins the clock of its query.
fn query_now(script: &kql_syntax::ast::Script) -> Option<i64> {
    use kql_syntax::ast::{ExprKind, StatementKind};
    script.statements.iter().rev().find_map(|s| match &s.kind {
        StatementKind::Set { name, value: Some(value) } if name.text == "query_now" => match &value.kind {
            ExprKind::Literal(literal) => match literal.value {
                Value::Datetime(now) => now,
                _ => None,
            },
            _ => None,
        },
        _ => None,
    })
}

fn system_now() -> i64 {
    const UNIX_EPOCH: i64 = 621_355_968_000_000_000;
    Utc::now().timestamp_micros().saturating_mul(10).saturating_add(UNIX_EPOCH)
}

/// Runs on a thread of its own with a stack for deep queries; `None` when the thread could not start or panicked.
///
/// [`Session::run`] and [`Session::explain`] do so themselves; whoever calls [`Session::check`] thousands of times calls
/// it around all of them.
pub fn on_large_stack<T: Send>(f: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("kql query".into()).stack_size(STACK).spawn_scoped(scope, f);
        thread.ok().and_then(|t| t.join().ok())
    })
}

impl Drop for Session {
    fn drop(&mut self) {
        // A query that was stopped may still be busy on a thread: do not wait for it.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_timeout(Duration::from_millis(10));
        }
    }
}
