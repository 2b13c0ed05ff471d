//! What can go wrong while writing a result.

/// An error of a writer.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The destination refused.
    #[error("cannot write the result: {0}")]
    Io(#[from] std::io::Error),
    /// The result has a form this format cannot hold.
    #[error("{0}")]
    Unfit(String),
    /// A column is not in the representation of its type: a defect of the engine.
    #[error("internal: column '{column}' of type {ty} came as {found}")]
    Representation {
        /// The column.
        column: String,
        /// Its Kusto type.
        ty: kql_types::ScalarType,
        /// The Arrow type found.
        found: String,
    },
    /// The Arrow or Parquet writer failed.
    #[error("cannot write the result: {0}")]
    Writer(String),
}

impl From<arrow::error::ArrowError> for RenderError {
    fn from(e: arrow::error::ArrowError) -> Self {
        RenderError::Writer(e.to_string())
    }
}

impl From<::parquet::errors::ParquetError> for RenderError {
    fn from(e: ::parquet::errors::ParquetError) -> Self {
        RenderError::Writer(e.to_string())
    }
}
