//! `top-nested` (<https://learn.microsoft.com/kusto/query/top-nested-operator>).
//!
//! Level by level, the rows are grouped by the values chosen so far and the level's own, and each group of values chosen so
//! far keeps its best ones. The rows of other values are dropped, or (`with others`) relabelled; then the level's answer is
//! the aggregate over the labels, which is right for chosen values and for the others alike. The answers of all levels,
//! joined by their labels, are the result.

use crate::error::{At, Result};
use crate::expression::{ident, typed_null};
use crate::nodes::OperationNode;
use crate::nodes::order_pin::OrderPin;
use crate::planner::{Order, Planner};
use crate::rows::{Carried, Rows, filter, named, project};
use datafusion::common::{Column, NullEquality};
use datafusion::logical_expr::expr::Case;
use datafusion::logical_expr::{
    Expr as DfExpr, Join, JoinConstraint, JoinType, LogicalPlan, Sort, SortExpr, SubqueryAlias, lit,
};
use kql_bind::bound::{Expr, ExprKind, NamedExpr, SortKey, Table, TopNestedLevel};
use kql_diagnostic::Span;
use kql_types::ScalarType;
use std::sync::Arc;

/// A label: the value column of a level, and the column that says whether it stands for the others.
#[derive(Clone)]
struct Label {
    value: String,
    other: String,
    ty: ScalarType,
}

impl Planner<'_> {
    pub(crate) fn top_nested(&self, input: &Arc<Table>, levels: &[TopNestedLevel], table: &Table) -> Result<Rows> {
        let mut rows = self.rows(input, Order::Ignored)?;
        if !rows.carried.is_empty() {
            return Err(crate::PlanError::unsupported(
                table.span,
                "top-nested inside mv-apply and partition cannot be run yet",
            ));
        }
        let mut labels: Vec<Label> = Vec::new();
        let mut answer: Option<LogicalPlan> = None;
        for level in levels {
            let label = Label { value: self.fresh("label"), other: self.fresh("other"), ty: level.of.value.ty };
            rows = self.labelled(rows, &labels, &label, level, table.span)?;
            labels.push(label);
            let grouped = self.level_answer(&rows, &labels, level, table.span)?;
            answer = Some(match answer {
                None => grouped,
                Some(outer) => join_levels(outer, grouped, &labels[..labels.len() - 1], table.span)?,
            });
        }
        let Some(answer) = answer else { return self.empty(table) };
        // Best ones first, level by level.
        let best_first = labels.iter().zip(levels).flat_map(|(label, level)| {
            let other = SortExpr { expr: ident(&label.other), asc: true, nulls_first: false };
            [other, SortExpr { expr: ident(&measure(label)), asc: level.ascending, nulls_first: false }]
        });
        let sort = Sort { expr: best_first.collect(), input: Arc::new(answer), fetch: None };
        let answer = OperationNode::plan(OrderPin, Vec::new(), LogicalPlan::Sort(sort)).at(table.span)?;
        let mut columns = Vec::new();
        for (label, level) in labels.iter().zip(levels) {
            let text = label.ty == ScalarType::String;
            let value = if text { crate::scan_of::or_empty(ident(&label.value)) } else { ident(&label.value) };
            columns.push((level.of.name.to_string(), value));
            columns.push((level.by_name.to_string(), ident(&measure(label))));
        }
        let by_name: std::collections::HashMap<String, DfExpr> = columns.into_iter().collect();
        let output = table.schema.columns.iter().map(|c| {
            let value = by_name.get(&*c.name).cloned().unwrap_or_else(|| typed_null(c.ty));
            (c.name.to_string(), value)
        });
        Rows::new(answer).project(output.collect(), table.span)
    }

    /// The rows with the level's label: the value where it is one of the best of its group, else the others' constant.
    /// Rows of other values go when the level has no `with others`.
    fn labelled(&self, rows: Rows, outer: &[Label], label: &Label, level: &TopNestedLevel, span: Span) -> Result<Rows> {
        let value = self.fresh("value");
        let rows = rows.with_columns(vec![(value.clone(), self.value(&level.of.value)?)], span)?;
        let Some(count) = &level.count else {
            let labels = vec![(label.value.clone(), ident(&value)), (label.other.clone(), lit(false))];
            return rows.with_columns(labels, span);
        };
        let count = self.row_count(count)?;

        // The best values of each group of labels; among others nothing is chosen.
        let candidates = match outer.last() {
            None => rows.clone(),
            Some(last) => {
                let chosen = DfExpr::Not(Box::new(ident(&last.other)));
                Rows { plan: filter(rows.plan.clone(), chosen, span)?, carried: Carried::default() }
            }
        };
        let mut keys: Vec<NamedExpr> = outer.iter().flat_map(|l| keys_of(l, span)).collect();
        keys.push(key(&value, level.of.value.ty, span));
        let grouped = self.aggregate(candidates, &keys, &level.aggregates, span)?;
        let measured = grouped.with_columns(vec![(measure(label), self.value(&level.by)?)], span)?;
        let by = Expr { kind: ExprKind::Column(measure(label).into()), ty: level.by.ty, span };
        let sort = SortKey { value: by, descending: !level.ascending, nulls_first: false };
        let groups: Vec<String> = outer.iter().flat_map(|l| [l.value.clone(), l.other.clone()]).collect();
        let best = Rows { plan: measured.plan, carried: Carried { keys: groups, ..Carried::default() } };
        let best = self.first(self.sorted(best, &[sort], None, span)?, count, span)?;

        // Which rows have one of them.
        let shared: Vec<String> =
            outer.iter().flat_map(|l| [l.value.clone(), l.other.clone()]).chain([value.clone()]).collect();
        let found = self.fresh("found");
        let best =
            project(best.plan, shared.iter().map(|c| ident(c)).chain([lit(true).alias(&found)]).collect(), span)?;
        let kind = if level.others.is_some() { JoinType::Left } else { JoinType::Inner };
        let present: Vec<String> = rows.plan.schema().fields().iter().map(|f| f.name().clone()).collect();
        let joined = join(rows.plan, best, &shared, kind, span)?;
        let is_found = DfExpr::IsNotNull(Box::new(side("right", &found)));
        let mut columns: Vec<DfExpr> = present.iter().map(|c| side("left", c).alias(c)).collect();
        columns.push(match &level.others {
            None => side("left", &value).alias(&label.value),
            Some(others) => {
                let constant = self.value(others)?;
                let chosen = vec![(Box::new(is_found.clone()), Box::new(side("left", &value)))];
                DfExpr::Case(Case::new(None, chosen, Some(Box::new(constant)))).alias(&label.value)
            }
        });
        columns.push(match level.others {
            None => lit(false).alias(&label.other),
            Some(_) => DfExpr::Not(Box::new(is_found)).alias(&label.other),
        });
        Ok(Rows::new(project(joined, columns, span)?))
    }

    /// The labels so far and the level's measure of each.
    fn level_answer(&self, rows: &Rows, labels: &[Label], level: &TopNestedLevel, span: Span) -> Result<LogicalPlan> {
        let keys: Vec<NamedExpr> = labels.iter().flat_map(|l| keys_of(l, span)).collect();
        let grouped = self.aggregate(rows.clone(), &keys, &level.aggregates, span)?;
        let by = self.value(&level.by)?;
        let Some(last) = labels.last() else { return Ok(grouped.plan) };
        let columns = labels.iter().flat_map(|l| [ident(&l.value), ident(&l.other)]).chain([named(by, &measure(last))]);
        project(grouped.plan, columns.collect(), span)
    }
}

fn measure(label: &Label) -> String {
    format!("{}measure__", label.value)
}

fn key(name: &str, ty: ScalarType, span: Span) -> NamedExpr {
    NamedExpr { name: name.into(), value: Expr { kind: ExprKind::Column(name.into()), ty, span } }
}

fn keys_of(label: &Label, span: Span) -> [NamedExpr; 2] {
    [key(&label.value, label.ty, span), key(&label.other, ScalarType::Bool, span)]
}

fn side(name: &str, column: &str) -> DfExpr {
    DfExpr::Column(Column::new(Some(name), column))
}

fn join(left: LogicalPlan, right: LogicalPlan, on: &[String], kind: JoinType, span: Span) -> Result<LogicalPlan> {
    let alias = |plan, name| -> Result<Arc<LogicalPlan>> {
        Ok(Arc::new(LogicalPlan::SubqueryAlias(SubqueryAlias::try_new(Arc::new(plan), name).at(span)?)))
    };
    let (left, right) = (alias(left, "left")?, alias(right, "right")?);
    let on = on.iter().map(|c| (side("left", c), side("right", c))).collect();
    let equal = NullEquality::NullEqualsNull;
    Ok(LogicalPlan::Join(Join::try_new(left, right, on, None, kind, JoinConstraint::On, equal, false).at(span)?))
}

/// The outer levels' answer with the next level's; labels without a next level (others) stay with nulls.
fn join_levels(outer: LogicalPlan, inner: LogicalPlan, shared: &[Label], span: Span) -> Result<LogicalPlan> {
    let on: Vec<String> = shared.iter().flat_map(|l| [l.value.clone(), l.other.clone()]).collect();
    let left: Vec<String> = outer.schema().fields().iter().map(|f| f.name().clone()).collect();
    let right: Vec<String> = inner.schema().fields().iter().map(|f| f.name().clone()).collect();
    let joined = join(outer, inner, &on, JoinType::Left, span)?;
    let kept = left.iter().map(|c| side("left", c).alias(c));
    let added = right.iter().filter(|c| !left.contains(c)).map(|c| side("right", c).alias(c));
    project(joined, kept.chain(added).collect(), span)
}
