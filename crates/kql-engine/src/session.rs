//! A session.

use crate::catalog::EngineCatalog;
use crate::commands::{self, Context, Ran};
use crate::control::Control;
use crate::databases::Databases;
use crate::errors::{self, Failure};
use crate::external::External;
use crate::geo_ip::GeoIp;
use crate::host::SessionHost;
use crate::options::{Clock, Limits, SessionBuilder, Tuning};
use crate::probe::SessionProbe;
use crate::request::{Bounds, Request};
use crate::result::{Outcome, QueryResult, Stats};
use crate::run::{self, Footers, Runner};
use crate::running::RunningQueries;
use crate::stage::Stage;
use crate::tables::{TableData, Tables};
use chrono::Utc;
use datafusion::physical_plan::displayable;
use kql_bind::bound::BoundResult;
use kql_bind::{BindOptions, Catalog, bind};
use kql_catalog::Profile;
use kql_diagnostic::{Diagnostic, Diagnostics, Span, code};
use kql_plan::Planner;
use kql_syntax::ast::{Action, Command, Expr, ExprKind, Name, Script, Statement, StatementKind};
use kql_types::{RowSchema, datetime};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use std::time::{Duration, Instant};
use tokio::runtime::Runtime;

/// Stack of the thread that parses, binds and plans: all three follow the nesting of the query.
const STACK: usize = 64 << 20;

/// Queries the history keeps.
const HISTORY: usize = 1000;

/// What a piped command's result is called while the operators after it are bound.
const COMMAND_RESULT: &str = "$command";

/// Tables, a clock, limits: everything queries share.
#[derive(Debug)]
pub struct Session {
    clock: Clock,
    limits: Limits,
    tuning: Tuning,
    profile: Profile,
    parameters: Vec<(String, String)>,
    external: External,
    geo_ip: GeoIp,
    /// Queries take a snapshot; commands put a changed one in its place.
    databases: RwLock<Arc<Databases>>,
    history: Mutex<VecDeque<Ran>>,
    running: RunningQueries,
    numbers: AtomicU64,
    started: i64,
    runtime: OnceLock<Runtime>,
    footers: Footers,
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
            geo_ip: GeoIp::new(builder.geo_ip),
            databases: RwLock::new(Arc::new(builder.databases)),
            history: Mutex::new(VecDeque::new()),
            running: RunningQueries::default(),
            numbers: AtomicU64::new(1),
            started: system_now(),
            runtime: OnceLock::new(),
            footers: Footers::default(),
        }
    }

    /// The loaded tables, as they are now; the rows are shared, not copied.
    pub fn tables(&self) -> Tables {
        self.databases().own.tables.clone()
    }

    /// Adds loaded tables, each replacing one of its name.
    pub fn load(&mut self, tables: Tables) {
        let databases = self.databases.get_mut().unwrap_or_else(PoisonError::into_inner);
        let changed = Arc::make_mut(databases);
        changed.own.tables.extend(tables);
        changed.version += 1;
    }

    /// Pins `now()`, or lets it go.
    pub fn set_clock(&mut self, clock: Clock) {
        self.clock = clock;
    }

    /// Rows of a result at most: a query with more fails.
    pub fn set_max_rows(&mut self, rows: usize) {
        self.limits.max_rows = rows;
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
    pub fn catalog(&self) -> EngineCatalog {
        EngineCatalog::over(self.databases(), self.profile, true).with_given(self.geo_ip.functions())
    }

    /// The databases as they are now.
    pub(crate) fn databases(&self) -> Arc<Databases> {
        Arc::clone(&self.databases.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the databases; a change that fails leaves them as they are.
    pub(crate) fn change<T>(&self, f: impl FnOnce(&mut Databases) -> Result<T, Failure>) -> Result<T, Failure> {
        let mut databases = self.databases.write().unwrap_or_else(PoisonError::into_inner);
        let mut changed = Databases::clone(&databases);
        let result = f(&mut changed)?;
        *databases = Arc::new(changed);
        Ok(result)
    }

    /// A number nobody else of the session has.
    pub(crate) fn next_number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }

    pub(crate) fn history(&self) -> Vec<Ran> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    /// The queries that run.
    pub(crate) fn running(&self) -> Vec<Ran> {
        self.running.list(system_now())
    }

    pub(crate) fn external(&self) -> &External {
        &self.external
    }

    /// When the session began, in ticks.
    pub(crate) fn started(&self) -> i64 {
        self.started
    }

    /// Whether a built-in function has this name.
    pub(crate) fn is_built_in(&self, name: &str) -> bool {
        let catalog = self.catalog();
        catalog.scalar_function(name).is_some() || catalog.aggregate(name).is_some()
    }

    /// What binding a text over the session's tables says, without running it.
    pub(crate) fn check_function(&self, text: &str) -> Diagnostics {
        let parsed = kql_syntax::parse(text);
        let options = BindOptions { run: true, parameters: Vec::new() };
        let mut diagnostics = parsed.diagnostics;
        diagnostics.extend(bind(&parsed.script, &self.catalog(), None, &options).diagnostics);
        diagnostics
    }

    /// All that is wrong with a text over the session's tables, also behind a mistake of syntax, where a run stops.
    pub fn diagnose(&self, text: &str) -> Diagnostics {
        let found = on_large_stack(|| {
            let parsed = kql_syntax::parse(text);
            let options = BindOptions { run: true, parameters: self.parameters.clone() };
            let mut found = parsed.diagnostics;
            found.extend(bind(&parsed.script, &self.catalog(), None, &options).diagnostics);
            found
        });
        found.unwrap_or_default()
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
        check(text, &EngineCatalog::over(self.databases(), self.profile, false), &self.parameters)
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
            Clock::Latest => self.databases().own.tables.newest().unwrap_or_else(system_now),
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
        let (started, start) = (system_now(), Instant::now());
        let parsed = kql_syntax::parse(text);
        outcome.stats.parse = start.elapsed();
        let has_command = parsed.script.statements.iter().any(|s| matches!(s.kind, StatementKind::Command(_)));
        // Commands are no queries: `.show queries` does not list them.
        let running = (!has_command).then(|| self.running.add(self.next_number(), text, started));
        let failed = self.run_into(parsed, text, control, &mut outcome);
        if let Err(failure) = failed {
            outcome.internal.extend(failure.detail.map(String::from));
            outcome.diagnostics.push(failure.diagnostic);
        }
        if !outcome.is_ok() {
            outcome.results.clear();
        }
        if running.is_some() {
            self.remember(text, started, start.elapsed(), &outcome);
        }
        outcome
    }

    fn remember(&self, text: &str, started: i64, duration: Duration, outcome: &Outcome) {
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        if history.len() >= HISTORY {
            history.pop_front();
        }
        history.push_back(Ran {
            text: text.to_owned(),
            started,
            duration: ticks(duration),
            failure: outcome.diagnostics.iter().find(|d| d.is_error()).map(ToString::to_string),
            memory: outcome.stats.peak_memory,
            rows: outcome.stats.rows,
            tables: outcome.results.len(),
        });
    }

    fn run_into(
        &self,
        parsed: kql_syntax::Parsed,
        text: &str,
        control: &Control,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        outcome.diagnostics = parsed.diagnostics;
        if !outcome.is_ok() {
            return Ok(());
        }
        let script = parsed.script;
        let request = Request::of(&script.statements, &self.limits)?;
        let now = request.now.unwrap_or_else(|| self.now());
        let has_command = script.statements.iter().any(|s| matches!(s.kind, StatementKind::Command(_)));
        if has_command {
            self.run_in_order(&script, text, &request, now, control, outcome)?;
        } else {
            let results = self.query(&script, self.databases(), &request, now, control, outcome)?;
            outcome.results.extend(results);
        }
        outcome.stats.rows = outcome.results.iter().map(|r| r.rows() as u64).sum();
        self.hint_at_old_data(text, now, outcome);
        Ok(())
    }

    /// Statement by statement, as commands change what the next ones see. Declarations before a query belong to it.
    fn run_in_order(
        &self,
        script: &Script,
        text: &str,
        request: &Request,
        now: i64,
        control: &Control,
        outcome: &mut Outcome,
    ) -> Result<(), Failure> {
        let mut preamble: Vec<Statement> = Vec::new();
        for statement in &script.statements {
            let results = match &statement.kind {
                StatementKind::Query(_) => {
                    let script = with_statement(&preamble, statement.clone());
                    self.query(&script, self.databases(), request, now, control, outcome)?
                }
                StatementKind::Command(command) => {
                    self.command(command, &preamble, text, request, now, control, outcome)?
                }
                _ => {
                    preamble.push(statement.clone());
                    continue;
                }
            };
            outcome.results.extend(results);
            if !outcome.is_ok() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// A management command: the query it takes in, itself, and the operators after it.
    #[allow(clippy::too_many_arguments)] // What a statement runs with, each used once.
    fn command(
        &self,
        command: &Command,
        preamble: &[Statement],
        text: &str,
        request: &Request,
        now: i64,
        control: &Control,
        outcome: &mut Outcome,
    ) -> Result<Vec<QueryResult>, Failure> {
        let Some(action) = &command.action else { return Err(commands::unknown(command).into()) };
        if request.read_only && !commands::is_read_only(action) {
            let message = format!("'.{}' changes data, and the request is read-only", command.head.join(" "));
            return Err(Diagnostic::error(code::COMMAND_NOT_ALLOWED, command.span, message).into());
        }
        let mut input = None;
        if let (Action::Write { .. }, Some(query)) = (&**action, &command.input) {
            let statement = Statement { kind: StatementKind::Query(Expr::clone(query)), span: query.span };
            let script = with_statement(preamble, statement);
            // What goes to a table is not cut: it is no answer.
            let request = Request { bounds: Bounds::default(), ..*request };
            let results = self.query(&script, self.databases(), &request, now, control, outcome)?;
            if !outcome.is_ok() {
                return Ok(Vec::new());
            }
            input = results.into_iter().next();
        }
        let context = Context { session: self, span: command.span, text, input, now };
        let result = commands::run(action, context)?.into_result(command.span)?;
        let Some(piped) = &command.piped else { return Ok(vec![result]) };
        let script = with_statement(preamble, over_result(piped, command.span));
        let mut databases = Databases::clone(&self.databases());
        let data = TableData::new(result.schema, result.batches);
        databases.own.tables.insert(COMMAND_RESULT, data);
        self.query(&script, Arc::new(databases), request, now, control, outcome)
    }

    /// Binds and runs statements without commands over a snapshot of the databases. What is wrong is in the outcome.
    fn query(
        &self,
        script: &Script,
        databases: Arc<Databases>,
        request: &Request,
        now: i64,
        control: &Control,
        outcome: &mut Outcome,
    ) -> Result<Vec<QueryResult>, Failure> {
        let engine = |e| errors::of_engine(&e, Span::default());
        let runtime = self.runtime()?;
        let runner = Runner::new(&request.limits, &self.tuning, &self.footers, control).map_err(engine)?;
        let host = SessionHost {
            databases: &databases,
            external: &self.external,
            geo_ip: &self.geo_ip,
            runner: &runner,
            threads: self.limits.threads,
            now,
        };
        let start = Instant::now();
        let probe =
            SessionProbe { host: &host, planner: Mutex::new(Planner::new(&host)), runtime: runtime.handle().clone() };
        let catalog =
            EngineCatalog::over(Arc::clone(&databases), self.profile, true).with_given(self.geo_ip.functions());
        let options = BindOptions { run: true, parameters: self.parameters.clone() };
        let bound = bind(script, &catalog, Some(&probe), &options);
        outcome.stats.bind += start.elapsed();
        outcome.diagnostics.extend(bound.diagnostics.iter().cloned());
        let mut results = Vec::with_capacity(bound.results.len());
        if !outcome.is_ok() {
            return Ok(results);
        }
        let mut planner = probe.planner.into_inner().unwrap_or_else(PoisonError::into_inner);
        for result in &bound.results {
            let one = runtime.block_on(self.one(result, &mut planner, &runner, request.bounds, &mut outcome.stats));
            outcome.stats.rows_scanned = runner.rows_scanned();
            outcome.stats.peak_memory = outcome.stats.peak_memory.max(runner.peak_memory());
            results.push(one?);
        }
        Ok(results)
    }

    async fn one(
        &self,
        result: &BoundResult,
        planner: &mut Planner<'_>,
        runner: &Runner,
        bounds: Bounds,
        stats: &mut Stats,
    ) -> Result<QueryResult, Failure> {
        let span = result.table.span;
        let start = Instant::now();
        let plan = planner.plan(&result.table).await.map_err(|e| errors::of_plan(e, span))?;
        let physical = runner.physical(&plan).await.map_err(|e| errors::of_engine(&e, span))?;
        stats.plan += start.elapsed();
        let start = Instant::now();
        let batches = runner.run(physical, bounds, span).await;
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
        let Some(newest) = self.databases().own.tables.newest() else { return };
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
        let databases = self.databases();
        let request = Request::of(&parsed.script.statements, &self.limits).map_err(|d| vec![d])?;
        let runner = Runner::new(&request.limits, &self.tuning, &self.footers, &Control::default())
            .map_err(|e| fail(errors::of_engine(&e, Span::default())))?;
        let host = SessionHost {
            databases: &databases,
            external: &self.external,
            geo_ip: &self.geo_ip,
            runner: &runner,
            threads: self.limits.threads,
            now: request.now.unwrap_or_else(|| self.now()),
        };
        let probe =
            SessionProbe { host: &host, planner: Mutex::new(Planner::new(&host)), runtime: runtime.handle().clone() };
        let catalog =
            EngineCatalog::over(Arc::clone(&databases), self.profile, true).with_given(self.geo_ip.functions());
        let options = BindOptions { run: true, parameters: self.parameters.clone() };
        let bound = bind(&parsed.script, &catalog, Some(&probe), &options);
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
    diagnostics.extend(bound.commands.iter().filter(|c| c.action.is_none()).map(commands::unknown));
    diagnostics.extend(bound.diagnostics);
    let failed = diagnostics.iter().any(Diagnostic::is_error);
    // What a command gives, where the text ends with one that nothing is piped from.
    let last = parsed
        .script
        .statements
        .iter()
        .rev()
        .find(|s| matches!(s.kind, StatementKind::Query(_) | StatementKind::Command(_)));
    let of_command = match last.map(|s| &s.kind) {
        Some(StatementKind::Command(command)) => {
            let action = command.action.as_deref().filter(|_| command.piped.is_none());
            Some(action.map(commands::columns))
        }
        _ => None,
    };
    let columns = of_command.unwrap_or_else(|| bound.results.last().map(|r| r.table.schema.clone()));
    Checked { diagnostics, columns: columns.filter(|_| !failed) }
}

/// Declarations and the statement they belong to.
fn with_statement(preamble: &[Statement], statement: Statement) -> Script {
    Script { statements: preamble.iter().cloned().chain([statement]).collect() }
}

/// The operators after a command as a query over its result.
fn over_result(piped: &Expr, span: Span) -> Statement {
    let name = Name { text: COMMAND_RESULT.to_owned(), span, quoted: false };
    let source = Expr { kind: ExprKind::Name(name), span };
    let kind = match &piped.kind {
        ExprKind::Pipeline { operators, .. } => {
            ExprKind::Pipeline { source: Some(Box::new(source)), operators: operators.clone() }
        }
        _ => source.kind,
    };
    Statement { kind: StatementKind::Query(Expr { kind, span: piped.span }), span: piped.span }
}

/// 1970-01-01 in ticks.
pub(crate) const UNIX_EPOCH: i64 = 621_355_968_000_000_000;

/// A duration in ticks.
pub(crate) fn ticks(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX).saturating_mul(datetime::TICKS_PER_MICROSECOND)
}

fn system_now() -> i64 {
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
