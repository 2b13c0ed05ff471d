//! `union`.

use crate::error::{At, PlanError, Result};
use crate::expression::ident;
use crate::planner::{Order, Planner};
use crate::rows::{Carried, Rows};
use datafusion::logical_expr::{LogicalPlan, Union};
use kql_bind::bound::Table;
use std::sync::Arc;

impl Planner<'_> {
    pub(crate) fn union(&self, legs: &[Arc<Table>], table: &Table) -> Result<Rows> {
        let mut plans: Vec<Arc<LogicalPlan>> = Vec::with_capacity(legs.len());
        let mut carried: Option<Carried> = None;
        for leg in legs {
            let rows = self.rows(leg, Order::Ignored)?;
            match &carried {
                None => carried = Some(rows.carried.clone()),
                Some(first) if *first == rows.carried => {}
                Some(_) => {
                    return Err(PlanError::unsupported(
                        leg.span,
                        "inside mv-apply and partition, a union of the subquery's rows with other tables cannot be run yet",
                    ));
                }
            }
            // A leg made of other legs gives its rows at once.
            match rows.plan {
                LogicalPlan::Union(inner) => plans.extend(inner.inputs),
                plan => plans.push(Arc::new(plan)),
            }
        }
        let carried = carried.unwrap_or_default();
        let plan = match <[Arc<LogicalPlan>; 1]>::try_from(plans) {
            Ok([only]) => Arc::unwrap_or_clone(only),
            Err(plans) if plans.is_empty() => return self.empty(table),
            Err(plans) => LogicalPlan::Union(Union::try_new(plans).at(table.span)?),
        };
        // The union's fields are its first leg's: names and order are those of the schema in every leg.
        let columns = table.schema.names().map(|n| (n.to_owned(), ident(n))).collect();
        Rows { plan, carried }.project(columns, table.span)
    }
}
