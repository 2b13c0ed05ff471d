//! `facet`.

use crate::binder::{Binder, table};
use crate::bound::{AggregateCall, BoundResult, Table, TableKind};
use crate::operators::extend::column_as;
use crate::operators::project_away::Choice;
use kql_diagnostic::Span;
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `facet by a, b [with (pipeline)]`: the result of the pipeline over all rows, and a result for each column with its
    /// values and how often they occur.
    pub(crate) fn facet(
        &mut self,
        input: Arc<Table>,
        columns: &'s [ast::Expr],
        with: Option<&'s ast::Expr>,
        span: Span,
    ) -> Arc<Table> {
        let input = self.materialized(input, span);
        let mut last = Arc::clone(&input);
        if let Some(with) = with {
            last = self.subquery(Arc::clone(&input), with);
            let name = Arc::from("with");
            self.branches.push(BoundResult { name, table: Arc::clone(&last), render: None, span: with.span });
        }
        for e in columns {
            let Choice::Columns(names) = self.column_choice(&input.schema, e) else { continue };
            for name in names {
                let Some(column) = input.schema.column(&name).cloned() else { continue };
                let Some(function) = self.catalog.aggregate("count") else { continue };
                let count: Arc<str> = Arc::from(format!("count_{name}"));
                let call = AggregateCall {
                    function,
                    arguments: Vec::new(),
                    results: vec![(Arc::clone(&count), ScalarType::Long)],
                    span,
                };
                let schema: RowSchema =
                    [column.clone(), Column { name: count, ty: ScalarType::Long }].into_iter().collect();
                let keys = vec![column_as(&column, Arc::clone(&name), span)];
                let kind = TableKind::Summarize { input: Arc::clone(&input), keys, aggregates: vec![call] };
                last = table(kind, schema, span, false);
                self.branches.push(BoundResult { name, table: Arc::clone(&last), render: None, span: e.span });
            }
        }
        last
    }
}
