//! What the user asks to load.

use crate::records::is_table_name;
use kql_catalog::Profile;
use std::path::{Path, PathBuf};

/// A file or folder, and the table its records go to if the user says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// The table of all records in it, whatever they say themselves.
    pub table: Option<String>,
    /// The file or folder.
    pub path: PathBuf,
}

impl Input {
    /// A file or folder whose records say what they are.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Input { table: None, path: path.into() }
    }

    /// Reads `PATH` or `TABLE=PATH`. Text that is the path of an existing file or folder is a path even if it has a `=`.
    pub fn parse(text: &str) -> Self {
        match text.split_once('=') {
            Some((table, path)) if is_table_name(table) && !Path::new(text).exists() => {
                Input { table: Some(table.to_owned()), path: path.into() }
            }
            _ => Input::path(text),
        }
    }
}

/// How to load.
#[derive(Clone, Copy, Default)]
pub struct LoadOptions<'a> {
    /// Whose schema a table follows where the services differ.
    pub profile: Profile,
    /// Hears how far the load is.
    pub progress: Option<&'a dyn Progress>,
    /// Bytes the loaded columns may take; none is no limit.
    pub max_memory: Option<u64>,
    /// Worker threads; 0 is one for each core.
    pub threads: usize,
    /// Parquet files of this many bytes and more are read where they lie ([`crate::InPlace`]); none: all are loaded.
    pub in_place: Option<u64>,
}

impl std::fmt::Debug for LoadOptions<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LoadOptions")
            .field("profile", &self.profile)
            .field("progress", &self.progress.is_some())
            .field("max_memory", &self.max_memory)
            .field("threads", &self.threads)
            .field("in_place", &self.in_place)
            .finish()
    }
}

/// Hears how far a load is.
pub trait Progress: Sync {
    /// The load begins: so many bytes lie in the files, as they are on disk.
    fn start(&self, bytes: u64);
    /// A file (or member of an archive) begins.
    fn file(&self, path: &Path);
    /// So many more bytes are read, as they are on disk.
    fn advance(&self, bytes: u64);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_may_stand_in_front_of_a_path() {
        let given = |table: &str, path: &str| Input { table: Some(table.into()), path: path.into() };
        assert_eq!(Input::parse("DeviceEvents=x.json"), given("DeviceEvents", "x.json"));
        assert_eq!(Input::parse("a=b=c"), given("a", "b=c"));
        assert_eq!(Input::parse("/data/y=2026/m=11"), Input::path("/data/y=2026/m=11"));
        assert_eq!(Input::parse("x.json"), Input::path("x.json"));
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("y=2026");
        std::fs::write(&path, "").expect("write");
        let text = path.to_str().expect("utf-8");
        assert_eq!(Input::parse(text), Input::path(&path));
    }
}
