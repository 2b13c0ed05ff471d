//! Where the types of Microsoft's public analyzer differ from those the engine was measured to have (SEMANTICS §11).
//!
//! The registry says what the engine does. `kql check` is held against the analyzer, `kql run` against the engine.

use crate::binder::Binder;
use crate::bound::{Expr, ExprKind};
use kql_types::function::FunctionSpec;
use kql_types::{ScalarType, Value};

impl Binder<'_> {
    /// The result type of a call in the model that applies.
    pub(crate) fn type_of_model(&self, spec: &'static FunctionSpec, ty: ScalarType, arguments: &[Expr]) -> ScalarType {
        let first = arguments.first().map_or(ScalarType::Unknown, |a| a.ty);
        if self.measured() {
            return match (spec.name, arguments.first().map(|a| &a.kind)) {
                // Weeks come with fractions.
                ("datetime_diff", Some(ExprKind::Literal(Value::String(part))))
                    if part.eq_ignore_ascii_case("week") =>
                {
                    ScalarType::Real
                }
                _ => ty,
            };
        }
        match spec.name {
            "datetime_part" | "dayofmonth" | "dayofyear" | "hourofday" | "monthofyear" | "getmonth" | "getyear"
            | "weekofyear" | "week_of_year" => ScalarType::Int,
            "ceiling" | "round" => first,
            "jaccard_index" => ScalarType::Dynamic,
            _ => ty,
        }
    }
}
