//! A planned tabular expression, and the steps plans are made of.

use crate::error::{At, Result};
use crate::expression::ident;
use datafusion::common::Column;
use datafusion::logical_expr::{EmptyRelation, Expr as DfExpr, Filter, Limit, LogicalPlan, Projection, lit};
use kql_diagnostic::Span;
use std::sync::Arc;

/// A planned tabular expression: the columns of the bound schema, unqualified and in order, then hidden ones.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    /// The plan.
    pub(crate) plan: LogicalPlan,
    /// Hidden columns that every operator carries through: inside `mv-apply` and `partition`, what tells the input rows
    /// (or keys) apart. Empty elsewhere.
    pub(crate) carried: Carried,
}

/// Hidden columns of [`Rows`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Carried {
    /// Names of the columns whose values tell groups apart, the marker not included.
    pub(crate) keys: Vec<String>,
    /// Names of columns that have one value per group.
    pub(crate) values: Vec<String>,
    /// A bool column, never null, that is true in one extra row per group, which is there so that a `summarize` without
    /// keys has a row even for a group without rows. Filters let it pass, aggregates leave it out.
    pub(crate) marker: Option<String>,
}

impl Carried {
    /// True outside of `mv-apply` and `partition`.
    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// All columns as expressions.
    pub(crate) fn idents(&self) -> impl Iterator<Item = DfExpr> {
        self.keys.iter().chain(&self.marker).chain(&self.values).map(|c| ident(c))
    }

    /// The columns that tell groups (and a group's extra row) apart, as expressions.
    pub(crate) fn groups(&self) -> impl Iterator<Item = DfExpr> {
        self.keys.iter().chain(&self.marker).map(|c| ident(c))
    }
}

impl Rows {
    /// Rows outside of `mv-apply` and `partition`.
    pub(crate) fn new(plan: LogicalPlan) -> Self {
        Rows { plan, carried: Carried::default() }
    }

    /// These named expressions and the carried columns.
    pub(crate) fn project(self, columns: Vec<(String, DfExpr)>, span: Span) -> Result<Rows> {
        let carried = self.carried.idents().collect::<Vec<_>>();
        let columns = columns.into_iter().map(|(name, e)| named(e, &name)).chain(carried).collect();
        Ok(Rows { plan: project(self.plan, columns, span)?, carried: self.carried })
    }

    /// All columns, and these behind them.
    pub(crate) fn with_columns(self, added: Vec<(String, DfExpr)>, span: Span) -> Result<Rows> {
        if added.is_empty() {
            return Ok(self);
        }
        let present: Vec<DfExpr> = self.plan.schema().fields().iter().map(|f| ident(f.name())).collect();
        let columns = present.into_iter().chain(added.into_iter().map(|(name, e)| named(e, &name))).collect();
        Ok(Rows { plan: project(self.plan, columns, span)?, carried: self.carried })
    }

    /// Rows where the condition is true.
    pub(crate) fn filter(self, condition: DfExpr, span: Span) -> Result<Rows> {
        let condition = match &self.carried.marker {
            Some(marker) => condition.or(ident(marker)),
            None => condition,
        };
        Ok(Rows { plan: filter(self.plan, condition, span)?, carried: self.carried })
    }
}

/// An expression under a name; a column of that name stays as it is.
pub(crate) fn named(expr: DfExpr, name: &str) -> DfExpr {
    match &expr {
        DfExpr::Column(Column { relation: None, name: own, .. }) if own == name => expr,
        _ => expr.alias(name),
    }
}

/// A projection.
pub(crate) fn project(input: LogicalPlan, columns: Vec<DfExpr>, span: Span) -> Result<LogicalPlan> {
    Ok(LogicalPlan::Projection(Projection::try_new(columns, Arc::new(input)).at(span)?))
}

/// A filter.
pub(crate) fn filter(input: LogicalPlan, condition: DfExpr, span: Span) -> Result<LogicalPlan> {
    Ok(LogicalPlan::Filter(Filter::try_new(condition, Arc::new(input)).at(span)?))
}

/// The first rows.
pub(crate) fn limit(input: LogicalPlan, count: usize) -> LogicalPlan {
    if count == 0 {
        // A limit of none that reaches a sort makes it panic.
        let schema = Arc::clone(input.schema());
        return LogicalPlan::EmptyRelation(EmptyRelation { produce_one_row: false, schema });
    }
    let fetch = lit(i64::try_from(count).unwrap_or(i64::MAX));
    LogicalPlan::Limit(Limit { skip: None, fetch: Some(Box::new(fetch)), input: Arc::new(input) })
}
