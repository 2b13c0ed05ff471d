//! What DataFusion and Arrow say, turned into diagnostics. The only place where that is done.
//!
//! A user never sees an engine's own words: they name things the query does not have. The words are kept beside the
//! diagnostic for whoever mends the engine ([`Failure::detail`]).

use datafusion::error::DataFusionError;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_plan::PlanError;

/// A diagnostic, and the engine's own words when there are some.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) diagnostic: Diagnostic,
    pub(crate) detail: Option<Box<str>>,
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Failure { diagnostic, detail: None }
    }
}

/// A failure of planning.
pub(crate) fn of_plan(error: PlanError, around: Span) -> Failure {
    match error {
        PlanError::Query(diagnostic) if diagnostic.span == Span::default() => {
            Failure::from(Diagnostic { span: around, ..*diagnostic })
        }
        PlanError::Query(diagnostic) => Failure::from(*diagnostic),
        PlanError::Engine { error, span } => of_engine(&error, span),
    }
}

/// A failure of running, with the place in the query it belongs to.
pub(crate) fn of_engine(error: &DataFusionError, span: Span) -> Failure {
    if let Some(diagnostic) = own(error) {
        let placed = if diagnostic.span == Span::default() { Diagnostic { span, ..diagnostic } } else { diagnostic };
        return Failure::from(placed);
    }
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => Failure {
            diagnostic: Diagnostic::error(
                code::LIMIT,
                span,
                "the query needs more memory than it may use (E_RUNAWAY_QUERY)",
            )
            .with_help("filter earlier, keep fewer columns, or raise --max-memory"),
            detail: Some(error.to_string().into()),
        },
        _ => Failure {
            diagnostic: Diagnostic::error(code::INTERNAL, span, "the engine failed on this part of the query")
                .with_help("this is a defect of kql: please report the query"),
            detail: Some(error.to_string().into()),
        },
    }
}

/// A diagnostic that travelled inside an engine error.
fn own(error: &DataFusionError) -> Option<Diagnostic> {
    match error {
        DataFusionError::External(inner) => inner.downcast_ref::<Diagnostic>().cloned(),
        DataFusionError::Context(_, inner) | DataFusionError::Diagnostic(_, inner) => own(inner),
        DataFusionError::Shared(inner) => own(inner),
        DataFusionError::Collection(several) => several.iter().find_map(own),
        DataFusionError::ArrowError(inner, _) => match inner.as_ref() {
            arrow::error::ArrowError::ExternalError(e) => {
                e.downcast_ref::<Diagnostic>().cloned().or_else(|| e.downcast_ref::<DataFusionError>().and_then(own))
            }
            _ => None,
        },
        _ => None,
    }
}

/// A diagnostic as an engine error, to travel through DataFusion.
pub(crate) fn wrap(diagnostic: Diagnostic) -> DataFusionError {
    DataFusionError::External(Box::new(diagnostic))
}
