//! A handle on a running query: to stop it, and to see how far it is.

use datafusion::common::stats::Precision;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::statistics::{StatisticsArgs, StatisticsContext};
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;

/// Stops queries and tells how far they are. Clones are handles on the same thing; a new one is made for each run.
#[derive(Clone, Default)]
pub struct Control(Arc<Shared>);

#[derive(Default)]
struct Shared {
    cancelled: AtomicBool,
    wake: Notify,
    /// Plans that were started, those of sub-queries that run first among them.
    plans: Mutex<Vec<Arc<dyn ExecutionPlan>>>,
}

/// How far a query is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows read from tables.
    pub rows: u64,
    /// Bytes read from tables: of files as they lie there, else as they are in memory.
    pub bytes: u64,
    /// Rows of the tables that are read, where it is known. A plan that stops early reads fewer.
    pub rows_total: u64,
}

impl Control {
    /// Stops the query. What runs ends within one batch of rows; the run gives `KQ0008`.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::Release);
        self.0.wake.notify_waiters();
    }

    /// True after [`Control::cancel`].
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::Acquire)
    }

    /// How far the query is: cheap enough to ask every few milliseconds.
    pub fn progress(&self) -> Progress {
        let plans = self.0.plans.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut progress = Progress::default();
        plans.iter().for_each(|plan| progress.add(plan.as_ref()));
        progress
    }

    pub(crate) fn started(&self, plan: &Arc<dyn ExecutionPlan>) {
        self.0.plans.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(plan));
    }

    /// Waits until somebody cancels.
    pub(crate) async fn cancelled(&self) {
        // Between the look and the wait a wake-up could be missed: look again now and then.
        while !self.is_cancelled() {
            let _woken = tokio::time::timeout(Duration::from_millis(100), self.0.wake.notified()).await;
        }
    }
}

impl Progress {
    /// Adds what the leaves of a plan gave.
    fn add(&mut self, plan: &dyn ExecutionPlan) {
        let children = plan.children();
        if !children.is_empty() {
            children.into_iter().for_each(|c| self.add(c.as_ref()));
            return;
        }
        if let Some(metrics) = plan.metrics() {
            let count = |n: usize| u64::try_from(n).unwrap_or(0);
            let sum = |name: &str| metrics.sum_by_name(name).map(|v| count(v.as_usize()));
            // A reader of files looks at rows that its filters then drop.
            self.rows += metrics.output_rows().map_or(0, count) + sum("pushdown_rows_pruned").unwrap_or(0);
            self.bytes += sum("bytes_scanned").or_else(|| sum("output_bytes")).unwrap_or(0);
        }
        if let Ok(statistics) = StatisticsContext::new().compute(plan, &StatisticsArgs::new())
            && let Precision::Exact(rows) | Precision::Inexact(rows) = statistics.num_rows
        {
            self.rows_total += u64::try_from(rows).unwrap_or(0);
        }
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control").field("cancelled", &self.is_cancelled()).finish_non_exhaustive()
    }
}
