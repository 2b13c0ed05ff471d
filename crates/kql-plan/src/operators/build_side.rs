//! Which side of a join becomes the table of hashes.
//!
//! Kusto asks for the smaller table on the left; what people write is as often the other way. Rows of the other side are read
//! with the keys of this one as a filter, so it should be the side with fewer rows, by the rows of its tables and a guess for
//! each filter.

use crate::planner::Planner;
use datafusion::catalog::{MemTable, TableProvider};
use kql_bind::bound::{CompareOp, Expr, ExprKind, Table, TableKind};
use kql_syntax::ast::InOp;
use kql_types::Value;
use std::sync::Arc;

/// Rows of a table that nobody counted.
const UNKNOWN: f64 = 1e6;

impl Planner<'_> {
    /// True when the right side promises to be smaller.
    pub(crate) fn right_is_smaller(&self, left: &Arc<Table>, right: &Arc<Table>) -> bool {
        self.guessed_rows(right, DEPTH) < self.guessed_rows(left, DEPTH)
    }

    fn guessed_rows(&self, table: &Arc<Table>, depth: usize) -> f64 {
        let Some(depth) = depth.checked_sub(1) else { return UNKNOWN };
        let of = |input: &Arc<Table>| self.guessed_rows(input, depth);
        match &table.kind {
            TableKind::Source { .. } => self.provider(table).map_or(UNKNOWN, |provider| rows_of(provider.as_ref())),
            TableKind::Datatable { rows } => rows.len() as f64,
            TableKind::Empty => 0.0,
            TableKind::Filter { input, predicate } => of(input) * share(predicate),
            TableKind::Summarize { input, keys, .. } => {
                if keys.is_empty() {
                    1.0
                } else {
                    of(input).powf(0.8)
                }
            }
            TableKind::Take { count, .. } | TableKind::Top { count, .. } | TableKind::Sample { count, .. } => {
                match &count.kind {
                    ExprKind::Literal(Value::Long(Some(count))) => *count as f64,
                    _ => 1000.0,
                }
            }
            TableKind::Project { input, .. }
            | TableKind::Sort { input, .. }
            | TableKind::Serialize { input }
            | TableKind::Materialize { input, .. }
            | TableKind::Parse { input, .. }
            | TableKind::ParseKv { input, .. } => of(input),
            TableKind::MvExpand { input, .. } => of(input) * 3.0,
            TableKind::Join { left, right, .. } => of(left).max(of(right)),
            TableKind::Union { legs } => legs.iter().map(of).sum(),
            _ => UNKNOWN,
        }
    }
}

/// Operators looked through at most: a guess need not be deep.
const DEPTH: usize = 24;

fn rows_of(provider: &dyn TableProvider) -> f64 {
    if let Some(table) = provider.downcast_ref::<MemTable>() {
        let rows = |partition: &datafusion::datasource::memory::PartitionData| {
            partition.try_read().map_or(0, |batches| batches.iter().map(|b| b.num_rows()).sum::<usize>())
        };
        return table.batches.iter().map(rows).sum::<usize>() as f64;
    }
    let counted = provider.statistics().and_then(|statistics| statistics.num_rows.get_value().copied());
    counted.map_or(UNKNOWN, |rows| rows as f64)
}

/// The share of rows that a filter leaves, by its form.
fn share(predicate: &Expr) -> f64 {
    match &predicate.kind {
        ExprKind::Logical { and: true, operands } => operands.iter().map(share).product(),
        ExprKind::Logical { and: false, operands } => operands.iter().map(share).sum::<f64>().min(1.0),
        ExprKind::Not(inner) => 1.0 - share(inner),
        ExprKind::StringPredicate { negated, .. } => {
            if *negated {
                0.9
            } else {
                0.1
            }
        }
        ExprKind::In { op: InOp::NotIn | InOp::NotInTilde, .. } => 0.9,
        ExprKind::In { list, .. } => (0.05 * list.len() as f64).min(0.3),
        ExprKind::InTable { .. } => 0.3,
        ExprKind::Compare { op, .. } => match op {
            CompareOp::Equal => 0.1,
            CompareOp::NotEqual => 0.9,
            _ => 0.4,
        },
        ExprKind::Between { .. } => 0.3,
        _ => 0.5,
    }
}
