//! What the planner asks of the session around it.

use arrow::record_batch::RecordBatch;
use async_trait::async_trait;
use datafusion::catalog::TableProvider;
use datafusion::error::Result;
use datafusion::logical_expr::{LogicalPlan, ScalarUDF};
use kql_types::{RowSchema, Value};
use std::sync::Arc;

/// The session as the planner sees it: tables, files, the clock, and a way to run parts of a query first.
#[async_trait]
pub trait Host: Send + Sync {
    /// The rows of a catalog table. The provider's Arrow schema has the columns of `schema` (what the binder was told),
    /// in `kql_functions::arrow_type` representation; further columns are ignored.
    ///
    /// # Errors
    /// When the data cannot be read.
    async fn table(&self, database: Option<&str>, name: &str, schema: &RowSchema) -> Result<Arc<dyn TableProvider>>;

    /// The rows of `externaldata`: files or URLs, with the properties of the operator, as the schema says.
    ///
    /// # Errors
    /// When a place is not allowed or cannot be read.
    async fn external(
        &self,
        uris: &[String],
        properties: &[(String, Value)],
        schema: &RowSchema,
    ) -> Result<Arc<dyn TableProvider>>;

    /// Runs a part of the query to the end: `toscalar`, `materialize`, the table of an `in`. The rows are kept until the
    /// query ends and count against its memory limit. Order is kept when the plan has one.
    ///
    /// # Errors
    /// What the run said.
    async fn run(&self, plan: LogicalPlan) -> Result<Vec<RecordBatch>>;

    /// A function over something that the session was given ([`kql_types::function::Support::Given`]), with what it reads;
    /// `None` when it was not given.
    ///
    /// # Errors
    /// When what was given cannot be read.
    fn given(&self, function: &str) -> Result<Option<Arc<ScalarUDF>>> {
        let _ = function;
        Ok(None)
    }

    /// The instant of the query, in ticks.
    fn now(&self) -> i64;
}
