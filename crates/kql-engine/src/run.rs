//! Running plans: threads, time, memory and rows.

use crate::control::Control;
use crate::errors::wrap;
use crate::files::gathered;
use crate::memory::PeakPool;
use crate::options::{Limits, Tuning};
use crate::request::Bounds;
use arrow::record_batch::RecordBatch;
use datafusion::catalog::MemTable;
use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::datasource::empty::EmptyTable;
use datafusion::datasource::source_as_provider;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::cache::cache_manager::{CacheManagerConfig, FileMetadataCache};
use datafusion::execution::cache::default_cache::DefaultCache;
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::{LogicalPlan, TableSource};
use datafusion::optimizer::Optimizer;
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::SessionConfig;
use futures::StreamExt;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_plan::nodes::{KqlQueryPlanner, compact};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

/// Expressions are evaluated recursively; queries nest deeper than a thread's usual two megabytes.
const STACK: usize = 16 << 20;

/// The threads that run queries.
pub(crate) fn runtime(threads: usize) -> std::io::Result<Runtime> {
    Builder::new_multi_thread().worker_threads(threads.max(1)).thread_stack_size(STACK).enable_time().build()
}

/// Runs the plans of one query: its results and the parts that are run first share one deadline and one memory pool.
#[derive(Debug)]
pub(crate) struct Runner {
    pub(crate) state: SessionState,
    pool: Arc<PeakPool>,
    kept: MemoryReservation,
    deadline: Instant,
    timeout: Duration,
    control: Control,
    spread_small: bool,
}

/// Footers and page indexes of Parquet files, kept from query to query; one is read again when its file has changed.
pub(crate) struct Footers(Arc<FileMetadataCache>);

/// Bytes of footers to keep: a file of ten million wide rows has a few megabytes.
const FOOTERS: usize = 256 << 20;

impl Default for Footers {
    fn default() -> Self {
        Footers(Arc::new(DefaultCache::new(FOOTERS)))
    }
}

impl std::fmt::Debug for Footers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Footers").finish_non_exhaustive()
    }
}

impl Footers {
    fn config(&self) -> CacheManagerConfig {
        CacheManagerConfig::default()
            .with_file_metadata_cache(Some(Arc::clone(&self.0)))
            .with_metadata_cache_limit(FOOTERS)
    }
}

/// Stops a task when its owner no longer waits for it.
struct AbortOnDrop<T>(tokio::task::JoinHandle<T>);

impl<T> Drop for AbortOnDrop<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Runner {
    pub(crate) fn new(limits: &Limits, tuning: &Tuning, footers: &Footers, control: &Control) -> Result<Self> {
        let pool = Arc::new(PeakPool::new(limits.memory));
        let environment = RuntimeEnvBuilder::new()
            .with_memory_pool(Arc::clone(&pool) as Arc<dyn MemoryPool>)
            .with_cache_manager(footers.config())
            .build_arc()?;
        let mut config = SessionConfig::new().with_target_partitions(limits.threads).with_batch_size(tuning.batch_rows);
        let options = config.options_mut();
        kql_plan::configure(options);
        // Filters run inside the Parquet reader, the cheapest first (ENGINE §7).
        options.execution.parquet.pushdown_filters = true;
        options.execution.parquet.reorder_filters = true;
        options.optimizer.enable_window_topn = true;
        let mut builder = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(environment)
            .with_query_planner(Arc::new(KqlQueryPlanner));
        if !tuning.optimize {
            let needed = Optimizer::new().rules.into_iter().filter(|rule| NEEDED_RULES.contains(&rule.name()));
            builder = builder.with_optimizer_rules(needed.collect());
        }
        let state = builder.build();
        let erased: Arc<dyn MemoryPool> = Arc::clone(&pool) as _;
        let kept = MemoryConsumer::new("kql results").register(&erased);
        let deadline =
            Instant::now().checked_add(limits.timeout).unwrap_or_else(|| Instant::now() + Duration::from_secs(86_400));
        Ok(Runner {
            state,
            pool,
            kept,
            deadline,
            timeout: limits.timeout,
            control: control.clone(),
            spread_small: tuning.spread_small,
        })
    }

    /// The physical plan.
    pub(crate) async fn physical(&self, plan: &LogicalPlan) -> Result<Arc<dyn ExecutionPlan>> {
        if self.spread_small || !is_small(plan) {
            return gathered(self.state.create_physical_plan(plan).await?);
        }
        let mut state = self.state.clone();
        state.config_mut().options_mut().execution.target_partitions = 1;
        state.create_physical_plan(plan).await
    }

    /// Runs a plan to its end, on the runtime's threads. Batches are kept until the query ends and count as its memory.
    ///
    /// One row more than [`Bounds::max_rows`] is an error, as in the service: a cut result would look like an answer.
    pub(crate) async fn run(
        &self,
        plan: Arc<dyn ExecutionPlan>,
        bounds: Bounds,
        span: Span,
    ) -> Result<Vec<RecordBatch>> {
        let context = self.state.task_ctx();
        self.control.started(&plan);
        let kept = self.kept.new_empty();
        let mut task = AbortOnDrop(tokio::spawn(async move {
            let mut stream = execute_stream(plan, context)?;
            let mut batches = Vec::new();
            let (mut rows, mut bytes) = (0usize, 0usize);
            while let Some(batch) = stream.next().await {
                let batch = batch?;
                let left = bounds.take.map_or(usize::MAX, |take| take.saturating_sub(rows));
                let batch = if batch.num_rows() > left { batch.slice(0, left) } else { batch };
                rows += batch.num_rows();
                bytes = bytes.saturating_add(if bounds.max_bytes.is_some() { size_of_rows(&batch) } else { 0 });
                if let Some(max) = bounds.max_bytes.filter(|max| bytes > *max) {
                    let message = format!("the result has more than {max} bytes (E_QUERY_RESULT_SET_TOO_LARGE)");
                    return Err(wrap(
                        Diagnostic::error(code::LIMIT, span, message)
                            .with_help("add '| take', '| summarize' or a filter, or raise truncationmaxsize"),
                    ));
                }
                if let Some(max) = bounds.max_rows.filter(|max| rows > *max) {
                    let message = format!("the result has more than {max} rows (E_QUERY_RESULT_SET_TOO_LARGE)");
                    return Err(wrap(
                        Diagnostic::error(code::LIMIT, span, message)
                            .with_help("add '| take', '| summarize' or a filter, or raise --max-rows"),
                    ));
                }
                if batch.num_rows() > 0 {
                    let batch = compact(batch)?;
                    kept.try_grow(batch.get_array_memory_size())?;
                    batches.push(batch);
                }
                if bounds.take.is_some_and(|take| rows >= take) {
                    break;
                }
            }
            Ok::<_, DataFusionError>((batches, kept))
        }));
        let deadline = tokio::time::Instant::from_std(self.deadline);
        let ended = tokio::select! {
            ended = tokio::time::timeout_at(deadline, &mut task.0) => ended,
            () = self.control.cancelled() => {
                let message = "the query was cancelled";
                return Err(wrap(Diagnostic::error(code::CANCELLED, span, message)));
            }
        };
        let done = match ended {
            Ok(Ok(done)) => done,
            Ok(Err(join)) => {
                return Err(DataFusionError::Execution(format!("a thread of the query failed: {join}")));
            }
            Err(_) => {
                let message = format!("the query ran longer than {:?} and was stopped", self.timeout);
                let help = "narrow the time range, or raise --timeout";
                return Err(wrap(Diagnostic::error(code::LIMIT, span, message).with_help(help)));
            }
        };
        let (batches, kept) = done?;
        self.kept.grow(kept.size());
        Ok(batches)
    }

    /// Rows read from tables so far.
    pub(crate) fn rows_scanned(&self) -> u64 {
        self.control.progress().rows
    }

    /// The most memory reserved at one time so far.
    pub(crate) fn peak_memory(&self) -> usize {
        self.pool.peak()
    }
}

/// Rules that plans cannot be run without: distinct rows become groups, equalities in conditions of joins become keys.
const NEEDED_RULES: &[&str] = &["replace_distinct_aggregate", "extract_equijoin_predicate"];

/// Bytes of a batch's rows: a slice counts what it shows, not what it keeps alive.
fn size_of_rows(batch: &RecordBatch) -> usize {
    let column = |array: &arrow::array::ArrayRef| match array.as_any().downcast_ref::<arrow::array::StringViewArray>() {
        Some(texts) => texts.iter().flatten().map(str::len).sum(),
        None => array.to_data().get_slice_memory_size().unwrap_or(0),
    };
    batch.columns().iter().map(column).sum()
}

/// Rows in memory that one thread is quicker with than several. It also gives groups in the order they come.
const SMALL: usize = 20_000;

/// True when the plan reads a few rows in memory and no files.
fn is_small(plan: &LogicalPlan) -> bool {
    let mut rows = Some(0usize);
    let visited = plan.apply(|node| {
        if let LogicalPlan::TableScan(scan) = node {
            rows = rows.zip(rows_in_memory(&scan.source)).map(|(a, b)| a.saturating_add(b));
        }
        Ok(TreeNodeRecursion::Continue)
    });
    visited.is_ok() && rows.is_some_and(|rows| rows <= SMALL)
}

fn rows_in_memory(source: &Arc<dyn TableSource>) -> Option<usize> {
    let provider = source_as_provider(source).ok()?;
    if provider.downcast_ref::<EmptyTable>().is_some() {
        return Some(0);
    }
    let table = provider.downcast_ref::<MemTable>()?;
    let mut rows = 0;
    for partition in &table.batches {
        rows += partition.try_read().ok()?.iter().map(RecordBatch::num_rows).sum::<usize>();
    }
    Some(rows)
}
