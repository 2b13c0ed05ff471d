//! What can go wrong while planning.

use datafusion::error::DataFusionError;
use kql_diagnostic::{Diagnostic, Span, code};
use std::fmt;

/// A refusal with its place, or an error of the engine below that the session turns into one.
#[derive(Debug)]
pub enum PlanError {
    /// The query cannot be planned.
    Query(Box<Diagnostic>),
    /// DataFusion or Arrow failed while planning or pre-executing the part at the span.
    Engine {
        /// What it said.
        error: Box<DataFusionError>,
        /// The operator or expression.
        span: Span,
    },
}

/// Result of planning.
pub type Result<T, E = PlanError> = std::result::Result<T, E>;

impl PlanError {
    /// The construct is Kusto's, but this engine cannot run it.
    pub fn unsupported(span: Span, message: impl Into<String>) -> Self {
        Diagnostic::error(code::UNSUPPORTED, span, message).into()
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn with_help(self, help: impl Into<String>) -> Self {
        match self {
            PlanError::Query(diagnostic) => PlanError::Query(Box::new(diagnostic.with_help(help))),
            engine => engine,
        }
    }

    /// The bound tree is not what the binder promises.
    pub fn internal(span: Span, message: impl Into<String>) -> Self {
        Diagnostic::error(code::INTERNAL, span, message)
            .with_help("this is a defect of kql: please report the query")
            .into()
    }
}

impl From<Diagnostic> for PlanError {
    fn from(diagnostic: Diagnostic) -> Self {
        PlanError::Query(Box::new(diagnostic))
    }
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlanError::Query(diagnostic) => diagnostic.fmt(f),
            PlanError::Engine { error, .. } => error.fmt(f),
        }
    }
}

impl std::error::Error for PlanError {}

/// Gives an engine error the place in the query it belongs to.
pub(crate) trait At<T> {
    fn at(self, span: Span) -> Result<T>;
}

impl<T, E: Into<DataFusionError>> At<T> for std::result::Result<T, E> {
    fn at(self, span: Span) -> Result<T> {
        self.map_err(|e| PlanError::Engine { error: Box::new(e.into()), span })
    }
}
