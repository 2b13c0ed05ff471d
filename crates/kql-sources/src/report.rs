//! What was read, and what was not.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What a load did.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// The files read, in the order of reading. An archive gives one entry a member.
    pub files: Vec<FileReport>,
    /// Files of a folder or archive that were not read, with the reason.
    pub skipped: Vec<(PathBuf, String)>,
    /// Records read, all files together.
    pub records: u64,
    /// Records by table.
    pub tables: BTreeMap<Arc<str>, u64>,
    /// Problems, the first ones of each kind.
    pub problems: Vec<Problem>,
    /// All problems, those that [`Report::problems`] leaves out included.
    pub problem_total: u64,
    /// What the user may want to do otherwise.
    pub hints: Vec<String>,
}

/// What was read from a file.
#[derive(Clone, Debug)]
pub struct FileReport {
    /// The file; for a member of an archive the archive's path with the member's behind it.
    pub path: PathBuf,
    /// What was found in it: `JSON lines`, `CSV`, …
    pub format: &'static str,
    /// Records, good ones: one record is one row.
    pub records: u64,
    /// Where the records went, and what decided it.
    pub tables: BTreeMap<(Arc<str>, DecidedBy), u64>,
}

/// What decided the table of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DecidedBy {
    /// The user: `TABLE=PATH`.
    Given,
    /// The record's `category`: `AdvancedHunting-DeviceEvents`.
    Category,
    /// The record's `Type`.
    Type,
    /// The name of the file (or of the table in it).
    FileName,
    /// The record's columns (and its `ActionType`): they fit one published schema better than all others.
    Columns,
}

/// Something that could not be taken as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The file.
    pub file: Arc<Path>,
    /// The line, from 1; 0 when the format has no lines.
    pub line: u64,
    /// What is wrong and what was done, in a sentence.
    pub message: String,
}

/// So many problems of one kind are told in full.
const OF_A_KIND: u32 = 5;
/// So many problems of all kinds are told in full.
const OF_ALL_KINDS: usize = 200;

/// Collects problems without letting them grow with the data.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    pub(crate) list: Vec<(u64, Problem)>,
    pub(crate) total: u64,
    kinds: HashMap<u64, u32>,
}

impl Problems {
    /// Counts a problem; `message` is asked for only when the problem will be told. Problems with the same `kind` count
    /// together.
    pub(crate) fn add(
        &mut self,
        kind: impl std::hash::Hash,
        file: &Arc<Path>,
        line: u64,
        message: impl FnOnce() -> String,
    ) {
        use std::hash::{DefaultHasher, Hasher};
        self.total += 1;
        let mut hasher = DefaultHasher::new();
        kind.hash(&mut hasher);
        let kind = hasher.finish();
        if self.kinds.len() >= OF_ALL_KINDS && !self.kinds.contains_key(&kind) {
            return;
        }
        let seen = self.kinds.entry(kind).or_insert(0);
        if *seen < OF_A_KIND && self.list.len() < OF_ALL_KINDS {
            *seen += 1;
            self.list.push((kind, Problem { file: Arc::clone(file), line, message: message() }));
        }
    }

    /// Takes over the problems found later by someone else.
    pub(crate) fn merge(&mut self, later: Problems) {
        self.total += later.total;
        for (kind, problem) in later.list {
            let seen = self.kinds.entry(kind).or_insert(0);
            if *seen < OF_A_KIND && self.list.len() < OF_ALL_KINDS {
                *seen += 1;
                self.list.push((kind, problem));
            }
        }
    }
}

/// The beginning of a value, for a message.
pub(crate) fn excerpt(text: &str) -> String {
    const LENGTH: usize = 60;
    match text.char_indices().nth(LENGTH) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_counted_all_and_told_in_part() {
        let file: Arc<Path> = Path::new("x").into();
        let mut problems = Problems::default();
        for line in 0..1000 {
            problems.add("same", &file, line, || "m".into());
        }
        problems.add("other", &file, 1000, || "n".into());
        assert_eq!((problems.total, problems.list.len()), (1001, 6));
        let mut before = Problems::default();
        before.add("same", &file, 0, || "m".into());
        before.merge(problems);
        assert_eq!((before.total, before.list.len()), (1002, 6));
        for kind in 0..1000 {
            before.add(kind, &file, 0, || "k".into());
        }
        assert_eq!((before.total, before.list.len()), (2002, OF_ALL_KINDS));
    }

    #[test]
    fn excerpts_end_at_characters() {
        assert_eq!(excerpt(&"é".repeat(61)), format!("{}…", "é".repeat(60)));
        assert_eq!(excerpt("short"), "short");
    }
}
