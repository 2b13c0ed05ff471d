//! `join` and `lookup`.
//!
//! Null keys match null keys in every kind. `innerunique` keeps one left row per key first; a later filter on left columns
//! may run before that, as Kusto does.

use crate::error::{At, PlanError, Result};
use crate::expression::ident;
use crate::nodes::OperationNode;
use crate::nodes::first_per_key::FirstPerKey;
use crate::planner::{Order, Planner};
use crate::rows::{Carried, Rows};
use crate::scan_of::or_empty;
use datafusion::common::{Column, NullEquality};
use datafusion::logical_expr::{Distinct, Expr as DfExpr, Join, JoinConstraint, JoinType, LogicalPlan, SubqueryAlias};
use kql_bind::bound::{Expr, ExprKind, JoinColumn, JoinKind, Table};
use kql_types::{RowSchema, ScalarType};
use std::sync::Arc;

const LEFT: &str = "left";
const RIGHT: &str = "right";

impl Planner<'_> {
    pub(crate) fn join(
        &self,
        kind: JoinKind,
        left: &Arc<Table>,
        right: &Arc<Table>,
        keys: &[(Expr, Expr)],
        columns: &[JoinColumn],
        table: &Table,
    ) -> Result<Rows> {
        let (left_rows, right_rows) = (self.rows(left, Order::Ignored)?, self.rows(right, Order::Ignored)?);
        let (mut left_rows, left_keys) = self.with_keys(left_rows, keys.iter().map(|(l, _)| l), "left_key")?;
        let (right_rows, right_keys) = self.with_keys(right_rows, keys.iter().map(|(_, r)| r), "right_key")?;
        let carried = self.joined_carried(kind, &left_rows.carried, &right_rows.carried, table)?;
        let only_keys = left.schema.names().all(|name| left_keys.iter().any(|key| key == name));
        if kind == JoinKind::InnerUnique && only_keys && left_rows.carried.is_empty() {
            left_rows.plan = LogicalPlan::Distinct(Distinct::All(Arc::new(left_rows.plan)));
        } else if kind == JoinKind::InnerUnique {
            let by = left_keys.iter().map(|k| ident(k)).chain(left_rows.carried.groups()).collect::<Vec<_>>();
            left_rows.plan = OperationNode::plan(FirstPerKey::new(by.len()), by, left_rows.plan).at(table.span)?;
        }

        let mut on: Vec<(DfExpr, DfExpr)> =
            left_keys.iter().zip(&right_keys).map(|(l, r)| (side(LEFT, l), side(RIGHT, r))).collect();
        if !right_rows.carried.is_empty() && !left_rows.carried.is_empty() {
            let pairs = left_rows.carried.keys.iter().zip(&right_rows.carried.keys);
            on.extend(pairs.map(|(l, r)| (side(LEFT, l), side(RIGHT, r))));
        }
        let join_type = match kind {
            JoinKind::InnerUnique | JoinKind::Inner => JoinType::Inner,
            JoinKind::LeftOuter => JoinType::Left,
            JoinKind::RightOuter => JoinType::Right,
            JoinKind::FullOuter => JoinType::Full,
            JoinKind::LeftSemi => JoinType::LeftSemi,
            JoinKind::RightSemi => JoinType::RightSemi,
            JoinKind::LeftAnti => JoinType::LeftAnti,
            JoinKind::RightAnti => JoinType::RightAnti,
        };
        let alias = |plan, name| -> Result<Arc<LogicalPlan>> {
            let alias = SubqueryAlias::try_new(Arc::new(plan), name).at(table.span)?;
            Ok(Arc::new(LogicalPlan::SubqueryAlias(alias)))
        };
        let (l, r) = (alias(left_rows.plan, LEFT)?, alias(right_rows.plan, RIGHT)?);
        let null_equality = NullEquality::NullEqualsNull;
        // DataFusion makes the left side the table of hashes.
        let join = if self.right_is_smaller(left, right) {
            let on = on.into_iter().map(|(l, r)| (r, l)).collect();
            Join::try_new(r, l, on, None, join_type.swap(), JoinConstraint::On, null_equality, false)
        } else {
            Join::try_new(l, r, on, None, join_type, JoinConstraint::On, null_equality, false)
        };
        let join = join.at(table.span)?;

        let left_padded = matches!(kind, JoinKind::RightOuter | JoinKind::FullOuter);
        let right_padded = matches!(kind, JoinKind::LeftOuter | JoinKind::FullOuter);
        let mut output = Vec::with_capacity(columns.len());
        for column in columns {
            let (name, schema, padded) =
                if column.right { (RIGHT, &right.schema, right_padded) } else { (LEFT, &left.schema, left_padded) };
            let value = side(name, &column.source);
            let value = if padded && is_text(schema, &column.source) { or_empty(value) } else { value };
            output.push(value.alias(&*column.name));
        }
        let from = if left_rows.carried.is_empty() { RIGHT } else { LEFT };
        let hidden = carried.keys.iter().chain(&carried.marker).chain(&carried.values);
        output.extend(hidden.map(|c| side(from, c).alias(c)));
        let plan = crate::rows::project(LogicalPlan::Join(join), output, table.span)?;
        Ok(Rows { plan, carried })
    }

    /// Computes keys that are not columns as further columns.
    fn with_keys<'e>(
        &self,
        rows: Rows,
        keys: impl Iterator<Item = &'e Expr>,
        what: &str,
    ) -> Result<(Rows, Vec<String>)> {
        let (mut names, mut added, mut span) = (Vec::new(), Vec::new(), None);
        for key in keys {
            if let ExprKind::Column(name) = &key.kind {
                names.push(name.to_string());
                continue;
            }
            let name = self.fresh(what);
            added.push((name.clone(), self.value(key)?));
            names.push(name);
            span.get_or_insert(key.span);
        }
        Ok((rows.with_columns(added, span.unwrap_or_default())?, names))
    }

    /// What an `mv-apply` or `partition` around carries after the join.
    fn joined_carried(&self, kind: JoinKind, left: &Carried, right: &Carried, table: &Table) -> Result<Carried> {
        let refuse = |what: &str| {
            Err(PlanError::unsupported(table.span, format!("inside mv-apply and partition, {what} cannot be run yet")))
        };
        match (left.is_empty(), right.is_empty()) {
            (true, true) => Ok(Carried::default()),
            _ if left.marker.is_some() || right.marker.is_some() => refuse("a join before a summarize without 'by'"),
            (false, true)
                if !matches!(
                    kind,
                    JoinKind::RightOuter | JoinKind::FullOuter | JoinKind::RightSemi | JoinKind::RightAnti
                ) =>
            {
                Ok(left.clone())
            }
            (true, false)
                if !matches!(
                    kind,
                    JoinKind::LeftOuter
                        | JoinKind::FullOuter
                        | JoinKind::LeftSemi
                        | JoinKind::LeftAnti
                        | JoinKind::InnerUnique
                ) =>
            {
                Ok(right.clone())
            }
            (false, false)
                if !matches!(
                    kind,
                    JoinKind::RightOuter | JoinKind::FullOuter | JoinKind::RightSemi | JoinKind::RightAnti
                ) =>
            {
                Ok(left.clone())
            }
            _ => refuse("this kind of join"),
        }
    }
}

fn side(name: &str, column: &str) -> DfExpr {
    DfExpr::Column(Column::new(Some(name), column))
}

fn is_text(schema: &RowSchema, column: &str) -> bool {
    schema.column(column).is_some_and(|c| c.ty == ScalarType::String)
}
