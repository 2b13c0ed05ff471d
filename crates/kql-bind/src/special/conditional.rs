//! `iff`, `case`, `not`.

use crate::binder::Binder;
use crate::bound::{Expr, ExprKind};
use crate::convert::convert;
use crate::overload::common;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::ScalarType;

impl<'s> Binder<'s> {
    /// `iff(condition, then, else)`.
    pub(crate) fn iff(&mut self, call: &'s ast::Call) -> Expr {
        let [condition, then, otherwise] = call.arguments.as_slice() else {
            return self.wrong_count(call, "3 arguments");
        };
        let condition = self.condition(&condition.value);
        let then = self.scalar(&then.value);
        let otherwise = self.scalar(&otherwise.value);
        self.branches(vec![(condition, then)], otherwise, call.span)
    }

    /// `case(condition, value, …, otherwise)`.
    pub(crate) fn case(&mut self, call: &'s ast::Call) -> Expr {
        let arguments = call.arguments.as_slice();
        if arguments.len() < 3 || arguments.len().is_multiple_of(2) {
            return self.wrong_count(
                call,
                "an odd number of arguments, at least 3: conditions with their values, and a value otherwise",
            );
        }
        let mut branches = Vec::with_capacity(arguments.len() / 2);
        for pair in arguments.chunks_exact(2) {
            let condition = self.condition(&pair[0].value);
            branches.push((condition, self.scalar(&pair[1].value)));
        }
        let otherwise = self.scalar(&arguments[arguments.len() - 1].value);
        self.branches(branches, otherwise, call.span)
    }

    fn condition(&mut self, e: &'s ast::Expr) -> Expr {
        let bound = self.scalar(e);
        self.demand_bool(bound)
    }

    fn branches(&mut self, branches: Vec<(Expr, Expr)>, otherwise: Expr, span: Span) -> Expr {
        let types: Vec<ScalarType> = branches.iter().map(|(_, v)| v.ty).chain([otherwise.ty]).collect();
        let ty = self.common_branch_type(&types, span);
        let branches = branches.into_iter().map(|(c, v)| (c, convert(v, ty))).collect();
        let kind = ExprKind::Case { branches, otherwise: Box::new(convert(otherwise, ty)) };
        Expr { kind, ty, span }
    }

    /// The type branches share. The engine refuses whole numbers beside real ones, and any other mixture without dynamic; the
    /// public analyzer widens numbers and otherwise says dynamic.
    pub(crate) fn common_branch_type(&mut self, types: &[ScalarType], span: Span) -> ScalarType {
        let (ty, mixed) = common(types.iter().copied());
        let ty = ty.unwrap_or(ScalarType::Unknown);
        let other_numbers =
            ty.is_number() && types.iter().any(|t| t.is_number() && *t != ty && !(t.is_integer() && ty.is_integer()));
        if mixed || (other_numbers && self.measured()) {
            let mut names: Vec<&str> = types.iter().map(|t| t.name()).collect();
            names.dedup();
            let message = format!("the branches have different types: {}", names.join(", "));
            self.refused_by_engine(code::BRANCH_TYPES, span, message);
        }
        ty
    }

    /// `not(x)`.
    pub(crate) fn not(&mut self, call: &'s ast::Call) -> Expr {
        let [argument] = call.arguments.as_slice() else { return self.wrong_count(call, "1 argument") };
        let operand = self.condition(&argument.value);
        Expr { kind: ExprKind::Not(Box::new(operand)), ty: ScalarType::Bool, span: call.span }
    }

    /// Reports a wrong number of arguments.
    pub(crate) fn wrong_count(&mut self, call: &'s ast::Call, takes: &str) -> Expr {
        for argument in &call.arguments {
            self.argument(&argument.value);
        }
        let message = format!("the function '{}' takes {takes}, not {}", call.name.text, call.arguments.len());
        self.error(code::ARGUMENT_COUNT, call.span, message);
        self.missing(call.span)
    }
}
