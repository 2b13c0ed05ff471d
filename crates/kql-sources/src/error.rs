//! Why a load failed as a whole.

use std::path::PathBuf;

/// A load that gave nothing. What concerns single records is a [`crate::Problem`] instead.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// A file or folder could not be opened or read to its end.
    #[error("{}: {source}", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system or the decompressor said.
        source: std::io::Error,
    },
    /// The file is in none of the formats known, or damaged.
    #[error("{}: {reason}", path.display())]
    Format {
        /// The file.
        path: PathBuf,
        /// What was found, what to do.
        reason: String,
    },
    /// The data needs more memory than [`crate::LoadOptions::max_memory`] allows.
    #[error(
        "the data needs more than {limit} bytes of memory (--max-memory); load fewer files, or convert them to Parquet first"
    )]
    Memory {
        /// The limit in bytes.
        limit: u64,
    },
}

impl LoadError {
    pub(crate) fn read(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        LoadError::Read { path: path.into(), source }
    }

    pub(crate) fn format(path: impl Into<PathBuf>, reason: impl Into<String>) -> Self {
        LoadError::Format { path: path.into(), reason: reason.into() }
    }
}
