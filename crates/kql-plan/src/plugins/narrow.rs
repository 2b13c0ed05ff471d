//! `narrow`: one row per cell (<https://learn.microsoft.com/kusto/query/narrow-plugin>).

use crate::error::{At, Result};
use crate::expression::{convert, ident};
use crate::nodes::OperationNode;
use crate::nodes::narrow::Narrow;
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use kql_bind::bound::Table;
use kql_types::ScalarType;
use std::sync::Arc;

impl Planner<'_> {
    pub(crate) fn narrow(&self, input: &Arc<Table>, table: &Table) -> Result<Rows> {
        let rows = self.rows(input, Order::Matters)?;
        let texts = input
            .schema
            .columns
            .iter()
            .map(|c| convert(ident(&c.name), c.ty, ScalarType::String, table.span))
            .collect::<Result<_>>()?;
        let names = input.schema.names().map(str::to_owned).collect();
        let output = table.schema.names().map(str::to_owned).collect();
        let plan = OperationNode::plan(Narrow::new(names, output), texts, rows.plan).at(table.span)?;
        Ok(Rows::new(plan))
    }
}
