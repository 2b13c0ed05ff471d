//! The planner: one query's bound tables to logical plans.

use crate::error::{At, Result};
use crate::host::Host;
use crate::prepare::Prepared;
use crate::prune::Pruned;
use crate::rows::Rows;
use crate::unique::with_unique_names;
use datafusion::logical_expr::LogicalPlan;
use kql_bind::bound::{Table, TableKind};
use std::cell::Cell;
use std::collections::HashMap;
use std::sync::Arc;

/// Plans the results of one query. What a plan needs beforehand (`toscalar`, `materialize`, …) is run through the [`Host`]
/// and kept, so that one planner per query runs each such part once.
pub struct Planner<'a> {
    pub(crate) host: &'a dyn Host,
    pruned: Pruned,
    pub(crate) prepared: Prepared,
    /// The rows that `ApplyInput` leaves stand for, by id, while their subquery is planned.
    pub(crate) applied: std::cell::RefCell<HashMap<usize, Rows>>,
    /// Subqueries of partitions that are run key by key, so far.
    pub(crate) legs: usize,
    names: Cell<usize>,
}

impl std::fmt::Debug for Planner<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Planner").field("prepared", &self.prepared).finish_non_exhaustive()
    }
}

/// Whether the operator above cares for the order of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// Rows are handed on in their order, or used in it.
    Matters,
    /// A sort below would be for nothing.
    Ignored,
}

impl<'a> Planner<'a> {
    /// A planner for one query.
    pub fn new(host: &'a dyn Host) -> Self {
        Planner {
            host,
            pruned: Pruned::default(),
            prepared: Prepared::default(),
            applied: Default::default(),
            legs: 0,
            names: Cell::new(0),
        }
    }

    /// The plan of a result. Its output has exactly the columns of the table's schema, in order.
    ///
    /// # Errors
    /// What cannot be planned, with its place; errors of parts that had to be run first.
    pub async fn plan(&mut self, table: &Arc<Table>) -> Result<LogicalPlan> {
        let table = &self.pruned.prune(table);
        self.prepare(table).await?;
        with_unique_names(&self.rows(table, Order::Matters)?.plan).at(table.span)
    }

    /// A name no query can have chosen (names with `__` at both ends are reserved).
    pub(crate) fn fresh(&self, what: &str) -> String {
        let number = self.names.get();
        self.names.set(number + 1);
        format!("__{what}{number}__")
    }

    /// An id of a materialized table that the binder has not given.
    pub(crate) fn fresh_id(&self) -> usize {
        let number = self.names.get();
        self.names.set(number + 1);
        usize::MAX - number
    }

    pub(crate) fn now(&self) -> i64 {
        self.host.now()
    }

    /// The rows of a table.
    pub(crate) fn rows(&self, table: &Arc<Table>, order: Order) -> Result<Rows> {
        if let Some(rows) = self.materialized(table)? {
            return Ok(rows);
        }
        match &table.kind {
            TableKind::Source { .. } => self.source(table),
            TableKind::Datatable { rows } => self.datatable(rows, table),
            TableKind::ExternalData { .. } => self.external_data(table),
            TableKind::Range { from, to, step } => self.range(from, to, step, table),
            TableKind::Empty => self.empty(table),
            TableKind::ApplyInput { id } => self.apply_input(*id, table),
            TableKind::Filter { input, predicate } => self.filter(input, predicate, order),
            TableKind::Project { input, columns } => self.project(input, columns, order, table.span),
            TableKind::Summarize { input, keys, aggregates } => self.summarize(input, keys, aggregates, table.span),
            TableKind::Sort { input, keys } => self.sort(input, keys, order, table.span),
            TableKind::Take { input, count } => self.take(input, count, order, table.span),
            TableKind::Top { input, count, key } => self.top(input, count, key, order, table.span),
            TableKind::Sample { input, count } => self.sample(input, count, table.span),
            TableKind::SampleDistinct { input, count, of } => self.sample_distinct(input, count, of, table.span),
            TableKind::Join { kind, left, right, keys, columns } => self.join(*kind, left, right, keys, columns, table),
            TableKind::Union { legs } => self.union(legs, table),
            TableKind::MvExpand { input, columns, item_index, limit, bags_to_arrays } => {
                let expansion =
                    crate::operators::Expansion { columns, item_index, limit, bags_to_arrays: *bags_to_arrays };
                self.mv_expand(input, &expansion, order, table)
            }
            TableKind::MvApply { input, columns, item_index, limit, id, subquery, kept, produced } => {
                let expansion = crate::operators::Expansion { columns, item_index, limit, bags_to_arrays: false };
                self.mv_apply(input, &expansion, *id, subquery, kept, produced, table)
            }
            TableKind::Parse { input, source, mode, pattern, drop_unmatched } => {
                self.parse(input, source, mode, pattern, *drop_unmatched, order, table)
            }
            TableKind::ParseKv { input, source, keys, properties } => {
                self.parse_kv(input, source, keys, properties, order, table)
            }
            TableKind::MakeSeries { .. } => self.make_series(table),
            TableKind::TopNested { input, levels } => self.top_nested(input, levels, table),
            TableKind::Serialize { input } => self.serialize(input, order, table.span),
            TableKind::Materialize { input, .. } => self.rows(input, order),
            TableKind::Evaluate { input, plugin, arguments } => self.evaluate(input.as_ref(), plugin, arguments, table),
            TableKind::Partition { input, by, id, subquery, .. } => match self.legs_of(table) {
                Some(legs) => self.rows(&legs, order),
                None => self.partition(input, by, *id, subquery, table.span),
            },
            TableKind::Scan { .. } => self.scan(table),
            TableKind::Reduce { .. } => self.reduce(table),
            TableKind::GraphMatch(matched) => self.graph_match(matched, table),
            TableKind::GraphToTable { graph, nodes, ids } => self.graph_to_table(graph, *nodes, ids, table),
            TableKind::TopHitters { input, count, of, by } => self.top_hitters(input, count, of, by.as_ref(), table),
        }
    }
}
