//! What all lookups of rows of another table have in common.

use crate::error::{At, PlanError, Result};
use crate::expression::ident;
use crate::nodes::OperationNode;
use crate::nodes::table_lookup::{Finder, LookupTable, TableLookup};
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use arrow::record_batch::RecordBatch;
use kql_bind::bound::{Expr, ExprKind, Table};
use kql_types::ScalarType;
use std::sync::Arc;

/// A lookup, its parts found and checked.
pub(crate) struct Lookup<'a> {
    pub(crate) input: &'a Arc<Table>,
    /// The lookup table, and its rows.
    pub(crate) looked_up: &'a Arc<Table>,
    pub(crate) rows: &'a RecordBatch,
    pub(crate) finder: Arc<dyn Finder>,
    /// The expressions that the finder reads.
    pub(crate) arguments: Vec<&'a Expr>,
    /// Columns of both tables that must be equal.
    pub(crate) keys: Vec<&'a Expr>,
    /// Columns of the lookup table that are not shown, but for the keys.
    pub(crate) hidden: Vec<usize>,
    pub(crate) return_unmatched: bool,
}

/// The place of a column in a table.
pub(crate) fn place(table: &Table, column: &Expr) -> Option<usize> {
    match &column.kind {
        ExprKind::Column(name) => table.schema.columns.iter().position(|c| c.name == *name),
        _ => None,
    }
}

impl Planner<'_> {
    /// The lookup table's columns follow the input's.
    pub(crate) fn table_lookup(&self, lookup: Lookup<'_>, table: &Table) -> Result<Rows> {
        let wrong = || PlanError::internal(table.span, "arguments of a lookup");
        let Lookup { input, looked_up, rows, finder, arguments, keys, hidden, return_unmatched } = lookup;
        let key_places = keys.iter().map(|k| place(looked_up, k)).collect::<Option<Vec<_>>>().ok_or_else(wrong)?;
        let columns = &looked_up.schema.columns;
        let is_shown = |i: &usize| !key_places.contains(i) && !hidden.contains(i);
        let shown: Vec<(usize, ScalarType)> = (0..columns.len()).filter(is_shown).map(|i| (i, columns[i].ty)).collect();
        let lookup_table = LookupTable::new(rows, &key_places, &shown).at(table.span)?;

        let planned = self.rows(input, Order::Ignored)?;
        let mut expressions = Vec::new();
        for value in arguments.into_iter().chain(keys) {
            expressions.push(self.value(value)?);
        }
        expressions.extend(planned.carried.marker.as_deref().map(ident));
        let names: Vec<String> = shown.iter().map(|_| self.fresh("lookup")).collect();
        let operation = TableLookup {
            name: self.fresh("table"),
            finder,
            table: Arc::new(lookup_table),
            columns: names.iter().cloned().zip(shown.iter().map(|(_, ty)| *ty)).collect(),
            keys: key_places.len(),
            return_unmatched,
        };
        let plan = OperationNode::plan(operation, expressions, planned.plan).at(table.span)?;
        let sources = input.schema.names().map(str::to_owned).chain(names);
        let output = table.schema.names().zip(sources).map(|(name, source)| (name.to_owned(), ident(&source)));
        let output: Vec<_> = output.collect();
        if output.len() != table.schema.columns.len() {
            return Err(wrong());
        }
        Rows { plan, carried: planned.carried }.project(output, table.span)
    }
}
