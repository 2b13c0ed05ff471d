//! `mv-expand`.

use crate::error::{At, Result};
use crate::expression::{call_by_name, ident};
use crate::nodes::OperationNode;
use crate::nodes::mv_expand::MvExpand;
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use datafusion::logical_expr::Expr as DfExpr;
use kql_bind::bound::{ExpandColumn, Expr, Table};
use kql_diagnostic::Span;
use kql_types::ScalarType;
use std::sync::Arc;

/// What `mv-expand` and `mv-apply` share.
pub(crate) struct Expansion<'a> {
    /// What is expanded, in parallel.
    pub(crate) columns: &'a [ExpandColumn],
    /// Name of the index column.
    pub(crate) item_index: &'a Option<Arc<str>>,
    /// Rows per input row at most.
    pub(crate) limit: &'a Option<Expr>,
    /// Bags become `[key, value]` pairs.
    pub(crate) bags_to_arrays: bool,
}

impl Expansion<'_> {
    /// An output column over the columns of [`Planner::expanded`].
    pub(crate) fn column(&self, name: &str, elements: &[String], index: &str, span: Span) -> Result<DfExpr> {
        let expanded = self.columns.iter().zip(elements).find(|(c, _)| *c.name == *name);
        Ok(match expanded {
            Some((column, element)) if column.ty == ScalarType::Dynamic => ident(element),
            // `to typeof(T)` takes values of a fitting kind and parses none.
            Some((column, element)) => {
                call_by_name("__expand_to", &[ScalarType::Dynamic], vec![ident(element)], column.ty, span)?
            }
            None if self.item_index.as_deref() == Some(name) => ident(index),
            None => ident(name),
        })
    }
}

impl Planner<'_> {
    pub(crate) fn mv_expand(
        &self,
        input: &Arc<Table>,
        expansion: &Expansion<'_>,
        order: Order,
        table: &Table,
    ) -> Result<Rows> {
        let rows = self.rows(input, order)?;
        let (expanded, names, index) = self.expanded(rows, expansion, None, table.span)?;
        let columns = table
            .schema
            .names()
            .map(|name| Ok((name.to_owned(), expansion.column(name, &names, &index, table.span)?)))
            .collect::<Result<_>>()?;
        expanded.project(columns, table.span)
    }

    /// The input's columns, then the elements of each expanded value under fresh names, then the index under one. Elements
    /// are dynamic, whatever type the column has.
    pub(crate) fn expanded(
        &self,
        rows: Rows,
        expansion: &Expansion<'_>,
        marker: Option<String>,
        span: Span,
    ) -> Result<(Rows, Vec<String>, String)> {
        let names: Vec<String> = expansion.columns.iter().map(|_| self.fresh("element")).collect();
        let index = self.fresh("index");
        let values = expansion.columns.iter().map(|c| self.value(&c.value)).collect::<Result<Vec<DfExpr>>>()?;
        let operation = MvExpand {
            columns: names.clone(),
            item_index: expansion.item_index.as_ref().map(|_| index.clone()),
            marker,
            limit: match expansion.limit {
                Some(limit) => self.row_count(limit)?,
                None => usize::MAX,
            },
            bags_to_arrays: expansion.bags_to_arrays,
        };
        let plan = OperationNode::plan(operation, values, rows.plan).at(span)?;
        Ok((Rows { plan, carried: rows.carried }, names, index))
    }
}
