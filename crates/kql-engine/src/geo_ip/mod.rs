//! The database of address locations that a session is given.

#[cfg(test)]
mod tests;

use crate::errors::wrap;
use datafusion::error::Result;
use datafusion::logical_expr::ScalarUDF;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_functions::ip::geo::{FUNCTION, GeoDatabase};
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// A file that is read when the first query needs it.
#[derive(Debug)]
pub(crate) struct GeoIp {
    file: Option<PathBuf>,
    function: OnceLock<Result<Arc<ScalarUDF>, String>>,
}

impl GeoIp {
    pub(crate) fn new(file: Option<PathBuf>) -> Self {
        GeoIp { file, function: OnceLock::new() }
    }

    /// The functions that it answers.
    pub(crate) fn functions(&self) -> &'static [&'static str] {
        if self.file.is_some() { &[FUNCTION] } else { &[] }
    }

    /// The function over the database, if there is one.
    ///
    /// # Errors
    /// When the file cannot be read, or is no such database.
    pub(crate) fn function(&self) -> Result<Option<Arc<ScalarUDF>>> {
        let Some(file) = &self.file else { return Ok(None) };
        let open = || {
            let bytes = std::fs::read(file).map_err(|e| e.to_string())?;
            Ok(Arc::new(GeoDatabase::new(bytes)?).udf())
        };
        match self.function.get_or_init(open) {
            Ok(function) => Ok(Some(Arc::clone(function))),
            Err(why) => {
                let message = format!("the database of address locations '{}' cannot be used: {why}", file.display());
                Err(wrap(Diagnostic::error(code::DATA, Span::default(), message)))
            }
        }
    }
}
