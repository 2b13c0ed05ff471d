//! Functions with several result columns that depend on their arguments.

use crate::binder::Binder;
use crate::bound::{Expr, ExprKind};
use crate::expression::Arg;
use crate::overload::Chosen;
use kql_diagnostic::code;
use kql_syntax::ast;
use kql_types::function::FunctionSpec;
use kql_types::signature::TypeClass;
use kql_types::{ScalarType, Value};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `array_sort_asc(a, b, …)`: a column for each array.
    pub(crate) fn array_sort(
        &mut self,
        spec: &'static FunctionSpec,
        chosen: &Chosen,
        args: &[Arg<'s>],
        call: &'s ast::Call,
    ) -> Expr {
        let arrays = chosen.parameters.iter().filter(|p| p.class == TypeClass::Array).count().max(1);
        let results: Vec<(String, ScalarType)> =
            (0..arrays).map(|i| (format!("array{i}"), ScalarType::Dynamic)).collect();
        let arguments = self.convert_arguments(chosen, args.to_vec());
        let kind = ExprKind::Call { function: spec, arguments, results: Arc::from(results) };
        Expr { kind, ty: ScalarType::Dynamic, span: call.span }
    }

    /// `bin_auto(x)`: `bin_at(x, size, start)` with what `set query_bin_auto_size` and `query_bin_auto_at` say.
    pub(crate) fn bin_auto(&mut self, call: &'s ast::Call) -> Option<Expr> {
        let [argument] = call.arguments.as_slice() else { return Some(self.wrong_count(call, "1 argument")) };
        let option = |b: &Self, name: &str| b.set_options.iter().rev().find(|(n, _)| n == name).map(|(_, v)| v.clone());
        let size = option(self, "query_bin_auto_size");
        let at = option(self, "query_bin_auto_at");
        if size.is_none() && !self.options.run {
            return None;
        }
        let value = self.scalar(&argument.value);
        let span = call.span;
        let Some(size) = size else {
            self.error_help(
                code::BAD_OPTION,
                span,
                "bin_auto needs to know the size of the bins",
                "put `set query_bin_auto_size = 1h;` before the query, or write bin(x, 1h)",
            );
            return Some(Expr { ty: value.ty, ..self.missing(span) });
        };
        let literal = |value: Value| Expr { ty: value.scalar_type(), kind: ExprKind::Literal(value), span };
        let mut arguments = vec![Arg::Scalar(value), Arg::Scalar(literal(size))];
        let name = match at {
            Some(at) => {
                arguments.push(Arg::Scalar(literal(at)));
                "bin_at"
            }
            None => "bin",
        };
        let spec = self.catalog.scalar_function(name)?;
        Some(self.apply(spec, arguments, call))
    }
}
