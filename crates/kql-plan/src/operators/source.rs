//! Tables of the catalog, `externaldata`, and tables known to be empty.

use crate::error::Result;
use crate::planner::Planner;
use crate::rows::Rows;
use crate::scan_of::{arrow_schema, scan};
use datafusion::common::DFSchema;
use datafusion::logical_expr::{EmptyRelation, LogicalPlan};
use kql_bind::bound::{Table, TableKind};
use std::sync::Arc;

use crate::error::At;

impl Planner<'_> {
    pub(crate) fn source(&self, table: &Arc<Table>) -> Result<Rows> {
        let TableKind::Source { name, .. } = &table.kind else { return self.empty(table) };
        scan(self.provider(table)?, name, &table.schema, table.span)
    }

    pub(crate) fn external_data(&self, table: &Arc<Table>) -> Result<Rows> {
        scan(self.provider(table)?, "externaldata", &table.schema, table.span)
    }

    pub(crate) fn empty(&self, table: &Table) -> Result<Rows> {
        let schema = DFSchema::try_from(arrow_schema(&table.schema).as_ref().clone()).at(table.span)?;
        let relation = EmptyRelation { produce_one_row: false, schema: Arc::new(schema) };
        Ok(Rows::new(LogicalPlan::EmptyRelation(relation)))
    }
}
