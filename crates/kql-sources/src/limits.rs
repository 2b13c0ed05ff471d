//! Limits against hostile input. Captures stay far below them.

/// A JSON record (a line, an array's item) or CSV row may have this many bytes.
pub(crate) const MAX_RECORD: usize = 256 << 20;

/// A compressed file may unpack to this many bytes whatever its size …
pub(crate) const FREE_UNPACKED: u64 = 256 << 20;

/// … and to this many times its size beyond that. Event logs reach 30, a bomb 1,000 and more.
pub(crate) const MAX_RATIO: u64 = 200;

/// A compressed file in a format that must be held in memory (Parquet, Arrow) may unpack to this many bytes.
pub(crate) const MAX_BUFFERED: u64 = 4 << 30;

/// Folders in folders.
pub(crate) const MAX_FOLDER_DEPTH: usize = 32;
