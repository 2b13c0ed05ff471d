//! The session as the planner sees it.

use crate::databases::Databases;
use crate::external::External;
use crate::geo_ip::GeoIp;
use crate::request::Bounds;
use crate::run::Runner;
use crate::tables::{arrow_schema, provider};
use arrow::record_batch::RecordBatch;
use async_trait::async_trait;
use datafusion::catalog::TableProvider;
use datafusion::datasource::empty::EmptyTable;
use datafusion::error::Result;
use datafusion::logical_expr::{LogicalPlan, ScalarUDF};
use kql_diagnostic::Span;
use kql_plan::Host;
use kql_types::{RowSchema, Value};
use std::sync::Arc;

/// Gives the planner of one query tables, files, the clock and the runner.
#[derive(Debug)]
pub(crate) struct SessionHost<'a> {
    pub(crate) databases: &'a Databases,
    pub(crate) external: &'a External,
    pub(crate) geo_ip: &'a GeoIp,
    pub(crate) runner: &'a Runner,
    pub(crate) threads: usize,
    pub(crate) now: i64,
}

#[async_trait]
impl Host for SessionHost<'_> {
    async fn table(&self, database: Option<&str>, name: &str, schema: &RowSchema) -> Result<Arc<dyn TableProvider>> {
        match self.databases.table(database, name) {
            Some(data) => data.provider(name, self.threads),
            // A published table that nothing was loaded for: it is there, and empty, as in a workspace.
            None => Ok(Arc::new(EmptyTable::new(arrow_schema(schema)))),
        }
    }

    async fn external(
        &self,
        uris: &[String],
        properties: &[(String, Value)],
        schema: &RowSchema,
    ) -> Result<Arc<dyn TableProvider>> {
        let batches = self.external.read("externaldata", uris, properties, schema)?;
        provider(schema, &batches, self.threads)
    }

    async fn run(&self, plan: LogicalPlan) -> Result<Vec<RecordBatch>> {
        let physical = self.runner.physical(&plan).await?;
        self.runner.run(physical, Bounds::default(), Span::default()).await
    }

    fn given(&self, function: &str) -> Result<Option<Arc<ScalarUDF>>> {
        if function == kql_functions::ip::geo::FUNCTION { self.geo_ip.function() } else { Ok(None) }
    }

    fn now(&self) -> i64 {
        self.now
    }
}
