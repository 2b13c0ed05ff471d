//! Functions of the catalogue: text to syntax tree.

use crate::catalog::StoredFunction;
use kql_syntax::ast;

/// The parameters and body of a stored function as a function value; `None` when they cannot be read.
pub(crate) fn parse_function(stored: &StoredFunction) -> Option<ast::FunctionExpr> {
    let view = if stored.view { "view " } else { "" };
    let text = format!("let f = {view}{} {};", stored.parameters, stored.body);
    let parsed = kql_syntax::parse(&text);
    let statement = parsed.script.statements.into_iter().next()?;
    match statement.kind {
        ast::StatementKind::Let { value: ast::Expr { kind: ast::ExprKind::Function(function), .. }, .. } => {
            Some(*function)
        }
        _ => None,
    }
}
