//! `partition`.

use crate::binder::{Binder, table};
use crate::bound::{ExprKind, Table, TableKind};
use kql_diagnostic::{Span, code};
use kql_syntax::ast::{self, PartitionBody};
use kql_types::{Column, ScalarType};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `partition [hint.strategy=…] by c (subquery)`: runs the subquery for each value of the column and unites the results.
    /// `partition … by c {query}`: the query has a source of its own, and reads of the rows only `toscalar(c)`.
    pub(crate) fn partition(
        &mut self,
        input: Arc<Table>,
        _parameters: &'s [ast::Property],
        by: &'s ast::Expr,
        _scope: Option<&'s ast::Name>,
        body: &'s PartitionBody,
        span: Span,
    ) -> Arc<Table> {
        match body {
            PartitionBody::Pipeline(subquery) => self.partition_by(input, by, subquery, span),
            PartitionBody::Query(query) => {
                // A query of its own, run once for each value, which it may read with toscalar().
                let (key, input) = self.over(&input, |b| b.scalar(by));
                self.check_partition_key(&key);
                let id = self.fresh_id();
                let column = match &key.kind {
                    ExprKind::Column(name) => Column::new(Arc::clone(name), key.ty),
                    _ => Column::new("", key.ty),
                };
                let value = table(TableKind::ApplyInput { id }, [column].into_iter().collect(), by.span, false);
                let outer = self.partition_key.replace(value);
                let entity = self.without_row(|b| b.entity(query));
                self.partition_key = outer;
                let subquery = self.demand_table(entity, query.span).table;
                let schema = subquery.schema.clone();
                table(TableKind::Partition { input, by: key, id, subquery, own_source: true }, schema, span, false)
            }
        }
    }

    /// The form with operators in parentheses.
    pub(crate) fn partition_by(
        &mut self,
        input: Arc<Table>,
        by: &'s ast::Expr,
        subquery: &'s ast::Expr,
        span: Span,
    ) -> Arc<Table> {
        let (key, input) = self.over(&input, |b| b.scalar(by));
        self.check_partition_key(&key);
        let id = self.fresh_id();
        let inner = table(TableKind::ApplyInput { id }, input.schema.clone(), span, input.serialized);
        let subquery = self.subquery(inner, subquery);
        let schema = subquery.schema.clone();
        table(TableKind::Partition { input, by: key, id, subquery, own_source: false }, schema, span, false)
    }

    fn check_partition_key(&mut self, key: &crate::bound::Expr) {
        if !matches!(key.kind, ExprKind::Column(_) | ExprKind::Missing) {
            self.error_help(code::OPERAND, key.span, "a partition is by a column", "compute it with extend first");
        } else if key.ty == ScalarType::Dynamic {
            self.error_help(
                code::OPERAND,
                key.span,
                "rows cannot be partitioned by a dynamic value",
                "convert it: extend Key = tostring(…)",
            );
        }
    }
}
