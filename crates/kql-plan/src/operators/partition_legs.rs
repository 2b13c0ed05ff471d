//! `partition` key by key, as the documentation's legacy strategy runs it: the keys are read first, then the subquery is
//! planned once for each, over its rows. This is how a query with a source of its own runs, and a subquery that asks for
//! something of its rows as a whole (`toscalar(Partition | …)`, a join of the rows with themselves), which cannot be
//! planned over all keys at once.

use crate::cell::cell;
use crate::error::{PlanError, Result};
use crate::planner::Planner;
use crate::walk;
use kql_bind::bound::{CompareOp, Expr, ExprKind, NamedExpr, Table, TableKind};
use kql_diagnostic::{Diagnostic, Span, code};
use kql_types::{ScalarType, Value};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Keys the legacy strategy takes (KQL page partition-operator).
const MAX_KEYS: usize = 64;
/// Subqueries of one query, with partitions inside partitions.
const MAX_LEGS: usize = 1024;

impl Planner<'_> {
    /// Runs the keys of a partition and makes its subquery for each: a union.
    pub(crate) async fn partition_legs(&mut self, table: &Arc<Table>) -> Result<Arc<Table>> {
        let TableKind::Partition { input, by, id, subquery, own_source } = &table.kind else {
            return Ok(Arc::clone(table));
        };
        // The rows are read for the keys and then once for each key.
        let whole = Table {
            kind: TableKind::Materialize { id: self.fresh_id(), input: Arc::clone(input) },
            schema: input.schema.clone(),
            span: input.span,
            serialized: input.serialized,
        };
        let rows = if *own_source { Arc::clone(input) } else { Arc::new(whole) };
        let keys = self.keys_of(&rows, by).await?;
        if keys.len() > MAX_KEYS {
            let message =
                format!("a partition like this takes {MAX_KEYS} different keys, and there are {}", keys.len());
            let help = "leave toscalar(), joins and other tables out of its subquery, or use fewer keys";
            return Err(Diagnostic::error(code::LIMIT, table.span, message).with_help(help).into());
        }
        let legs_so_far = self.legs.saturating_add(keys.len());
        if legs_so_far > MAX_LEGS {
            return Err(Diagnostic::error(code::LIMIT, table.span, "the partitions of this query are too many").into());
        }
        self.legs = legs_so_far;
        let mut legs = Vec::with_capacity(keys.len());
        for key in keys {
            let mut leg =
                Leg { planner: self, id: *id, rows: &rows, by, key, done: HashMap::new(), kept: HashMap::new() };
            let made = leg.table(subquery);
            if reads(&made, *id) {
                return Err(PlanError::unsupported(
                    table.span,
                    "a graph over the rows of a partition cannot be run yet",
                )
                .with_help("write make-graph … partitioned-by"));
            }
            legs.push(made);
        }
        let (schema, span) = (table.schema.clone(), table.span);
        let united = Arc::new(Table { kind: TableKind::Union { legs }, schema, span, serialized: false });
        Box::pin(self.prepare(&united)).await?;
        Ok(united)
    }

    /// The different values of the key, in the order in which they come.
    async fn keys_of(&mut self, rows: &Arc<Table>, by: &Expr) -> Result<Vec<Value>> {
        let name: Arc<str> = Arc::from("key");
        let key = NamedExpr { name: Arc::clone(&name), value: by.clone() };
        let kind = TableKind::Summarize { input: Arc::clone(rows), keys: vec![key], aggregates: Vec::new() };
        let schema = [kql_types::Column::new(name, by.ty)].into_iter().collect();
        let keys = Arc::new(Table { kind, schema, span: by.span, serialized: false });
        Box::pin(self.prepare(&keys)).await?;
        let mut values = Vec::new();
        for batch in self.run(&keys).await? {
            let Some(column) = batch.columns().first() else { continue };
            values.extend((0..batch.num_rows()).map(|row| cell(column, row, by.ty)));
        }
        Ok(values)
    }
}

/// A subquery while it is made one key's.
struct Leg<'a> {
    planner: &'a Planner<'a>,
    id: usize,
    rows: &'a Arc<Table>,
    by: &'a Expr,
    key: Value,
    /// Tables that are made, by the place of what they were.
    done: HashMap<usize, Arc<Table>>,
    /// The ids of materialized tables, which are this key's own.
    kept: HashMap<usize, usize>,
}

impl Leg<'_> {
    /// The table over this key's rows. What does not depend on the key stays the same table, so that it is run once.
    fn table(&mut self, table: &Arc<Table>) -> Arc<Table> {
        if let Some(done) = self.done.get(&walk::address(table)) {
            return Arc::clone(done);
        }
        let made = if !reads(table, self.id) {
            Arc::clone(table)
        } else if matches!(table.kind, TableKind::ApplyInput { .. }) {
            self.own_rows(table)
        } else {
            let mut kind = table.kind.clone();
            walk::each_input_mut(&mut kind, &mut |input| *input = self.table(input));
            walk::each_own_expression_mut(&mut kind, &mut |e| self.expression(e));
            if let TableKind::Materialize { id, .. } = &mut kind {
                *id = *self.kept.entry(*id).or_insert_with(|| self.planner.fresh_id());
            }
            Arc::new(Table { kind, schema: table.schema.clone(), span: table.span, serialized: table.serialized })
        };
        self.done.insert(walk::address(table), Arc::clone(&made));
        made
    }

    fn expression(&mut self, e: &mut Expr) {
        let mut holds = false;
        walk::tables_in(e, &mut |t, _| holds = holds || reads(t, self.id));
        if !holds {
            return;
        }
        match &mut e.kind {
            ExprKind::ToScalar(table) if matches!(table.kind, TableKind::ApplyInput { .. }) && self.is_key(table) => {
                e.kind = ExprKind::Literal(self.key.clone());
            }
            ExprKind::ToScalar(table) | ExprKind::InTable { table, .. } => *table = self.table(table),
            _ => {}
        }
        walk::each_child_mut(e, &mut |child| self.expression(child));
    }

    fn is_key(&self, table: &Table) -> bool {
        let ExprKind::Column(key) = &self.by.kind else { return false };
        table.schema.columns.first().is_some_and(|c| c.name == *key)
    }

    /// The rows of this key, with the columns the subquery reads.
    fn own_rows(&self, table: &Table) -> Arc<Table> {
        let (span, serialized) = (table.span, table.serialized);
        let predicate = self.has_key(span);
        let kind = TableKind::Filter { input: Arc::clone(self.rows), predicate };
        let filtered = Table { kind, schema: self.rows.schema.clone(), span, serialized };
        let columns = table.schema.columns.iter().map(|c| NamedExpr {
            name: Arc::clone(&c.name),
            value: Expr { kind: ExprKind::Column(Arc::clone(&c.name)), ty: c.ty, span },
        });
        let kind = TableKind::Project { input: Arc::new(filtered), columns: columns.collect() };
        Arc::new(Table { kind, schema: table.schema.clone(), span, serialized })
    }

    /// `by == key`, where null is a key like others.
    fn has_key(&self, span: Span) -> Expr {
        let bool = |kind| Expr { kind, ty: ScalarType::Bool, span };
        let of_key = |name: &str| {
            let function = kql_functions::function(name)?;
            let results = Arc::from([(String::new(), ScalarType::Bool)]);
            Some(bool(ExprKind::Call { function: &function.spec, arguments: vec![self.by.clone()], results }))
        };
        let special = match &self.key {
            key if key.is_null() => of_key("isnull"),
            Value::Real(Some(v)) if v.is_nan() => of_key("isnan"),
            _ => None,
        };
        special.unwrap_or_else(|| {
            let right = Expr { kind: ExprKind::Literal(self.key.clone()), ty: self.by.ty, span };
            let (left, right) = (Box::new(self.by.clone()), Box::new(right));
            bool(ExprKind::Compare { op: CompareOp::Equal, left, right })
        })
    }
}

/// True when the rows depend on the key.
fn reads(table: &Arc<Table>, of: usize) -> bool {
    walk::any_below(table, &mut HashSet::new(), &mut |t| matches!(t.kind, TableKind::ApplyInput { id } if id == of))
}
