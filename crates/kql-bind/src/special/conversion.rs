//! `tostring`, `tolong` and their kin: [`ExprKind::Convert`], like the conversions Kusto implies.

use crate::binder::Binder;
use crate::bound::{Expr, ExprKind};
use crate::overload;
use kql_diagnostic::code;
use kql_syntax::ast;
use kql_types::ScalarType;

/// The type a conversion function converts to. `todynamic` is none: it parses.
pub(crate) fn target(function: &str) -> Option<ScalarType> {
    Some(match function {
        "tostring" => ScalarType::String,
        "toint" => ScalarType::Int,
        "tolong" => ScalarType::Long,
        "todouble" | "toreal" => ScalarType::Real,
        "todecimal" => ScalarType::Decimal,
        "tobool" | "toboolean" => ScalarType::Bool,
        "todatetime" => ScalarType::Datetime,
        "totimespan" | "totime" => ScalarType::Timespan,
        "toguid" => ScalarType::Guid,
        _ => return None,
    })
}

impl<'s> Binder<'s> {
    /// A conversion written by the user.
    pub(crate) fn conversion(&mut self, call: &'s ast::Call, to: ScalarType) -> Expr {
        let [argument] = call.arguments.as_slice() else {
            let missing = self.wrong_count(call, "1 argument");
            return Expr { ty: to, ..missing };
        };
        let arg = self.argument(&argument.value);
        // The registry may take fewer types than any: guids are made of texts only.
        if let Some(spec) = self.catalog.scalar_function(&call.name.text)
            && !spec.signatures.is_empty()
            && let Err(overload::Misfit::Argument(..) | overload::Misfit::Form(..)) =
                overload::choose(spec, std::slice::from_ref(&arg))
        {
            self.choose(spec, std::slice::from_ref(&arg), call);
            return Expr { ty: to, ..self.missing(call.span) };
        }
        let crate::expression::Arg::Scalar(value) = arg else {
            if !matches!(arg, crate::expression::Arg::Missing(_)) {
                self.error(code::TABULAR_IN_SCALAR, arg.span(), format!("'{}' converts scalar values", call.name.text));
            }
            return Expr { ty: to, ..self.missing(call.span) };
        };
        if value.ty == to {
            return Expr { span: call.span, ..value };
        }
        Expr { kind: ExprKind::Convert(Box::new(value)), ty: to, span: call.span }
    }
}
