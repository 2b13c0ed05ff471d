//! `summarize arg_max(Timestamp, *) by …` and `top … by Timestamp` over files: the winners are found on the keys and the time
//! alone, and whole rows are read only where one of them lies.
//!
//! Tables of the services have a hundred columns, most of them text, and few rows are kept. So the rows are read twice: for
//! the greatest values, then joined with those, which the reader of the files sees as a filter while it runs. What the join
//! leaves goes through the operator as usual, which settles equal values.

use crate::error::{At, Result};
use crate::expression::ident;
use crate::planner::Planner;
use crate::prepare::is_volatile;
use crate::rows::project;
use crate::walk;
use datafusion::catalog::MemTable;
use datafusion::common::{Column, NullEquality};
use datafusion::datasource::empty::EmptyTable;
use datafusion::logical_expr::expr::AggregateFunction;
use datafusion::logical_expr::{
    Aggregate, Expr as DfExpr, Join, JoinConstraint, JoinType, LogicalPlan, Sort, SortExpr, SubqueryAlias,
};
use kql_aggregates::aggregate_udf;
use kql_bind::bound::{AggregateCall, ExprKind, NamedExpr, SortKey, Table, TableKind};
use kql_diagnostic::Span;
use kql_types::ScalarType;
use std::sync::Arc;

/// Text columns that a row must have at least for the second reading to pay.
const WIDE: usize = 3;

/// Rows of a `top` at most.
const MOST: usize = 10_000;

const BEST: &str = "__best__";
const WINNERS: &str = "winners";
const ROWS: &str = "rows";

impl Planner<'_> {
    /// The aggregate that finds the winners of an only `arg_max` or `arg_min` over wide rows of files.
    pub(crate) fn finds_winners(
        &self,
        input: &Arc<Table>,
        keys: &[NamedExpr],
        aggregates: &[AggregateCall],
    ) -> Option<&'static str> {
        let [call] = aggregates else { return None };
        let best = match call.function.name {
            "arg_max" | "argmax" => "max",
            "arg_min" | "argmin" => "min",
            _ => return None,
        };
        let (first, others) = call.arguments.split_first()?;
        let wide = others.iter().filter(|a| is_text(a.ty)).count() >= WIDE;
        let late = is_exact(first.ty) && wide && !keys.is_empty() && self.is_filtered_files(input, false);
        late.then_some(best)
    }

    /// True when a `top` by a key should find the least key it keeps first.
    pub(crate) fn finds_top(&self, input: &Arc<Table>, count: usize, key: &SortKey) -> bool {
        let wide = input.schema.columns.iter().filter(|c| is_text(c.ty)).count() >= WIDE;
        let is_column = matches!(key.value.kind, ExprKind::Column(_));
        is_column && is_exact(key.value.ty) && wide && count <= MOST && self.is_filtered_files(input, true)
    }

    /// True for columns and filters over a table that lies in files, which give the same rows each time. A filter that
    /// reads text may cost more than the columns it spares the second time, which it makes few of anyway.
    fn is_filtered_files(&self, table: &Arc<Table>, by_text: bool) -> bool {
        let mut volatile = false;
        walk::expressions(table, &mut |e| {
            volatile |= is_volatile(e);
            // What is looked up in another table would be looked up twice.
            walk::tables_in(e, &mut |_, _| volatile = true);
        });
        match &table.kind {
            _ if volatile => false,
            TableKind::Filter { input, predicate } => {
                let mut reads_text = false;
                walk::each_expression(predicate, &mut |e| {
                    reads_text |= matches!(e.kind, ExprKind::Column(_)) && is_text(e.ty);
                });
                (by_text || !reads_text) && self.is_filtered_files(input, by_text)
            }
            TableKind::Project { input, .. } => self.is_filtered_files(input, by_text),
            TableKind::Source { .. } => self.provider(table).is_ok_and(|provider| {
                provider.downcast_ref::<MemTable>().is_none() && provider.downcast_ref::<EmptyTable>().is_none()
            }),
            _ => false,
        }
    }

    /// The rows of a plan that a `top` may keep: whose key is among the first ones.
    pub(crate) fn top_winners(
        &self,
        plan: LogicalPlan,
        keys: &[SortExpr],
        count: usize,
        span: Span,
    ) -> Result<LogicalPlan> {
        let [SortExpr { expr: DfExpr::Column(column), .. }] = keys else { return Ok(plan) };
        let name = column.name.clone();
        let key = project(plan.clone(), vec![ident(&name)], span)?;
        let found = LogicalPlan::Sort(Sort { expr: keys.to_vec(), input: Arc::new(key), fetch: Some(count) });
        semi_join(found, plan, &[(name.clone(), name)], span)
    }

    /// The rows of a plan whose column has the greatest (or smallest) value of their group.
    pub(crate) fn winners(
        &self,
        plan: LogicalPlan,
        groups: &[DfExpr],
        column: &str,
        (best, ty): (&str, ScalarType),
        span: Span,
    ) -> Result<LogicalPlan> {
        let Some(function) = kql_aggregates::aggregate(best) else { return Ok(plan) };
        let udaf = aggregate_udf(function, &[ty], &[ty]).at(span)?;
        let call = AggregateFunction::new_udf(udaf, vec![ident(column)], false, None, Vec::new(), None);
        let results = vec![DfExpr::AggregateFunction(call).alias(BEST)];
        let found = Aggregate::try_new(Arc::new(plan.clone()), groups.to_vec(), results).at(span)?;
        let keys = groups.iter().filter_map(|g| match g {
            DfExpr::Column(key) => Some((key.name.clone(), key.name.clone())),
            _ => None,
        });
        let on: Vec<_> = keys.chain([(BEST.to_owned(), column.to_owned())]).collect();
        semi_join(LogicalPlan::Aggregate(found), plan, &on, span)
    }
}

/// The rows that agree with one of the winners in these columns, nulls with nulls.
fn semi_join(winners: LogicalPlan, rows: LogicalPlan, on: &[(String, String)], span: Span) -> Result<LogicalPlan> {
    let names: Vec<String> = rows.schema().fields().iter().map(|f| f.name().clone()).collect();
    let alias = |plan, name: &str| -> Result<Arc<LogicalPlan>> {
        let alias = SubqueryAlias::try_new(Arc::new(plan), name).at(span)?;
        Ok(Arc::new(LogicalPlan::SubqueryAlias(alias)))
    };
    let side = |side: &str, name: &str| DfExpr::Column(Column::new(Some(side), name));
    let on = on.iter().map(|(winner, row)| (side(WINNERS, winner), side(ROWS, row))).collect();
    let (left, right) = (alias(winners, WINNERS)?, alias(rows, ROWS)?);
    let equality = NullEquality::NullEqualsNull;
    let join = Join::try_new(left, right, on, None, JoinType::RightSemi, JoinConstraint::On, equality, false);
    let columns = names.iter().map(|name| side(ROWS, name).alias(name)).collect();
    project(LogicalPlan::Join(join.at(span)?), columns, span)
}

fn is_text(ty: ScalarType) -> bool {
    matches!(ty, ScalarType::String | ScalarType::Dynamic)
}

/// Types whose values are equal where they are neither greater nor less.
fn is_exact(ty: ScalarType) -> bool {
    matches!(ty, ScalarType::Datetime | ScalarType::Timespan | ScalarType::Long | ScalarType::Int)
}
