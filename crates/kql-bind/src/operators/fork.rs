//! `fork`.

use crate::binder::Binder;
use crate::bound::{BoundResult, Table};
use kql_diagnostic::{Span, code};
use kql_syntax::ast::{self, OperatorKind as K};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `fork [name=](pipeline) …`: a result for each branch; the rows are computed once.
    ///
    /// A branch is named `name`, or as `as` at its end says.
    pub(crate) fn fork(
        &mut self,
        input: Arc<Table>,
        branches: &'s [(Option<ast::Name>, ast::Expr)],
        span: Span,
    ) -> Arc<Table> {
        let input = self.materialized(input, span);
        let mut last = None;
        for (at, (name, body)) in branches.iter().enumerate() {
            self.check_branch(body);
            let table = self.subquery(Arc::clone(&input), body);
            // The name before the branch, or that of the `as` at its end.
            let name = name.as_ref().or_else(|| as_name(body));
            let name = name.map_or_else(|| Arc::from(format!("Fork{}", at + 1)), |n| Arc::from(n.text.as_str()));
            last = Some(Arc::clone(&table));
            self.branches.push(BoundResult { name, table, render: None, span: body.span });
        }
        last.unwrap_or(input)
    }
    /// Only operators over the rows themselves may stand in a branch (KQL page fork-operator, and the public analyzer).
    fn check_branch(&mut self, body: &'s ast::Expr) {
        for operator in operators_of(body) {
            let refused = matches!(
                operator.kind,
                K::AssertSchema { .. }
                    | K::Consume { .. }
                    | K::Evaluate { .. }
                    | K::Facet { .. }
                    | K::Find { .. }
                    | K::Fork { .. }
                    | K::GetSchema { .. }
                    | K::Invoke { .. }
                    | K::Join { .. }
                    | K::Lookup { .. }
                    | K::MacroExpand { .. }
                    | K::MakeGraph { .. }
                    | K::MakeSeries(_)
                    | K::MvApply { .. }
                    | K::Partition { .. }
                    | K::PartitionBy { .. }
                    | K::Render { .. }
                    | K::Scan(_)
                    | K::Search { .. }
                    | K::Serialize { .. }
                    | K::Union { .. }
            );
            if refused {
                let help = "name the rows with let and materialize(), and write one query for each result";
                self.error_help(code::OPERAND, operator.span, "this operator cannot stand in a branch of fork", help);
            }
        }
    }
}

fn operators_of(body: &ast::Expr) -> &[ast::Operator] {
    match &body.kind {
        ast::ExprKind::Parenthesized(inner) => operators_of(inner),
        ast::ExprKind::Pipeline { operators, .. } => operators,
        _ => &[],
    }
}

fn as_name(body: &ast::Expr) -> Option<&ast::Name> {
    match operators_of(body).last().map(|o| &o.kind) {
        Some(K::As { name, .. }) => Some(name),
        _ => None,
    }
}
