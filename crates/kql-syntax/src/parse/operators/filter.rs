//! `where`, `filter`.

use super::super::expression::expect_named_expr;
use super::super::input::{PResult, Tokens};
use super::super::property::parameters;
use crate::ast::OperatorKind;
use kql_diagnostic::{Diagnostic, code};

/// `where p`, `filter p`.
pub(super) fn where_(i: Tokens<'_>) -> PResult<'_, OperatorKind> {
    let (i, parameters) = parameters(i, &["kind"])?;
    let (i, predicate) = expect_named_expr(i)?;
    // Kusto's grammar gives the predicate a name here, and compares nothing.
    if let Some(name) = predicate.names.first() {
        let message = format!("'=' only names the condition here: '{}' is not compared", name.text);
        i.add(Diagnostic::warning(code::HINT, name.span, message).with_help("write '==' to compare"));
    }
    Ok((i, OperatorKind::Where { parameters, predicate: Box::new(predicate.value) }))
}
