//! `mv-apply`: the rows are numbered and expanded, and the subquery is planned once over all of them, with every
//! `summarize`, `sort`, `top`, … in it working by row number. The number and the kept columns are carried along.

use super::Expansion;
use crate::error::{At, Result};
use crate::expression::ident;
use crate::nodes::OperationNode;
use crate::nodes::row_id::RowId;
use crate::planner::{Order, Planner};
use crate::rows::{Carried, Rows};
use datafusion::logical_expr::Expr as DfExpr;
use kql_bind::bound::{Table, TableKind};
use std::sync::Arc;

impl Planner<'_> {
    #[allow(clippy::too_many_arguments)] // They are the fields of the bound operator.
    pub(crate) fn mv_apply(
        &self,
        input: &Arc<Table>,
        expansion: &Expansion<'_>,
        id: usize,
        subquery: &Arc<Table>,
        kept: &[Arc<str>],
        produced: &[Arc<str>],
        table: &Table,
    ) -> Result<Rows> {
        let outer = self.rows(input, Order::Ignored)?;
        let outer_carried = outer.carried.clone();
        let row_id = self.fresh("row");
        let numbered = OperationNode::plan(RowId::new(&row_id), Vec::new(), outer.plan).at(table.span)?;
        let marker = summarizes_all(subquery, id).then(|| self.fresh("marker"));
        let rows = Rows { plan: numbered, carried: Carried::default() };
        let (rows, names, index) = self.expanded(rows, expansion, marker.clone(), table.span)?;

        // What the subquery sees, and the kept columns under names that it cannot touch.
        let seen = applied_schema(subquery, id);
        let mut columns: Vec<(String, DfExpr)> = Vec::new();
        for name in seen.iter().flat_map(|s| s.names()) {
            columns.push((name.to_owned(), expansion.column(name, &names, &index, table.span)?));
        }
        columns.push((row_id.clone(), ident(&row_id)));
        columns.extend(marker.iter().map(|m| (m.clone(), ident(m))));
        let mut values = Vec::new();
        for name in kept {
            let hidden = self.fresh("kept");
            columns.push((hidden.clone(), ident(name)));
            values.push(hidden);
        }
        let outer_hidden = outer_carried.keys.iter().chain(&outer_carried.marker).chain(&outer_carried.values);
        let outer_hidden: Vec<String> = outer_hidden.cloned().collect();
        columns.extend(outer_hidden.iter().map(|c| (c.clone(), ident(c))));
        let carried =
            Carried { keys: vec![row_id], values: values.iter().chain(&outer_hidden).cloned().collect(), marker };
        let mut applied = rows.project(columns, table.span)?;
        applied.carried = carried;

        let shadowed = self.applied.borrow_mut().insert(id, applied);
        let planned = self.rows(subquery, Order::Ignored);
        match shadowed {
            Some(rows) => self.applied.borrow_mut().insert(id, rows),
            None => self.applied.borrow_mut().remove(&id),
        };
        let mut planned = planned?;
        if let Some(marker) = planned.carried.marker.take() {
            let plan = crate::rows::filter(planned.plan, DfExpr::Not(Box::new(ident(&marker))), table.span)?;
            planned.plan = plan;
        }
        planned.carried = outer_carried;
        let kept = kept.iter().zip(&values).map(|(name, hidden)| (name.to_string(), ident(hidden)));
        let produced = produced.iter().map(|name| (name.to_string(), ident(name)));
        planned.project(kept.chain(produced).collect(), table.span)
    }
}

/// The schema of the subquery's leaves.
fn applied_schema(table: &Table, id: usize) -> Option<&kql_types::RowSchema> {
    if matches!(&table.kind, TableKind::ApplyInput { id: leaf } if *leaf == id) {
        return Some(&table.schema);
    }
    crate::walk::inputs(table).into_iter().find_map(|input| applied_schema(input, id))
}

/// True when the subquery has a `summarize` without keys over its rows: it gives a row even for no rows.
pub(super) fn summarizes_all(table: &Table, id: usize) -> bool {
    let here = matches!(&table.kind, TableKind::Summarize { keys, .. } if keys.is_empty());
    (here && applied_schema(table, id).is_some())
        || crate::walk::inputs(table).into_iter().any(|input| summarizes_all(input, id))
}
