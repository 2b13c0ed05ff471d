//! Functions with several result columns that depend on their arguments.

use crate::binder::Binder;
use crate::bound::{Expr, ExprKind};
use crate::expression::Arg;
use crate::overload::Chosen;
use kql_syntax::ast;
use kql_types::ScalarType;
use kql_types::function::FunctionSpec;
use kql_types::signature::TypeClass;
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

    /// `bin_auto(x)`: the type of x, int as long.
    pub(crate) fn bin_auto(
        &mut self,
        spec: &'static FunctionSpec,
        chosen: &Chosen,
        args: &[Arg<'s>],
        call: &'s ast::Call,
    ) -> Expr {
        let ty = match args.first().and_then(Arg::ty) {
            Some(ScalarType::Int) => ScalarType::Long,
            Some(ty) => ty,
            None => ScalarType::Unknown,
        };
        let arguments = self.convert_arguments(chosen, args.to_vec());
        let results = Arc::from([(String::new(), ty)]);
        Expr { kind: ExprKind::Call { function: spec, arguments, results }, ty, span: call.span }
    }
}
