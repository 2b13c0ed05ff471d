//! Folders of captures, and what the name of a file says.

use crate::error::LoadError;
use crate::input::Input;
use crate::limits::MAX_FOLDER_DEPTH;
use kql_catalog::Profile;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file to read.
#[derive(Clone, Debug)]
pub(crate) struct SourceFile {
    pub(crate) path: PathBuf,
    /// The table the user gave.
    pub(crate) table: Option<String>,
    /// Whether the user named this very file.
    pub(crate) named: bool,
    /// Bytes on disk.
    pub(crate) size: u64,
}

/// Files that are not read, with the reason.
pub(crate) type Skipped = Vec<(PathBuf, String)>;

/// The files of the inputs in order; those of a folder sorted by path. Links to folders are not followed.
pub(crate) fn files(inputs: &[Input]) -> Result<(Vec<SourceFile>, Skipped), LoadError> {
    let (mut files, mut skipped) = (Vec::new(), Vec::new());
    for input in inputs {
        let metadata = fs::metadata(&input.path).map_err(|e| LoadError::read(&input.path, e))?;
        if metadata.is_dir() {
            walk(&input.path, input.table.as_deref(), 0, &mut files, &mut skipped)?;
        } else {
            let table = input.table.clone();
            files.push(SourceFile { path: input.path.clone(), table, named: true, size: metadata.len() });
        }
    }
    Ok((files, skipped))
}

fn walk(
    folder: &Path,
    table: Option<&str>,
    depth: usize,
    files: &mut Vec<SourceFile>,
    skipped: &mut Skipped,
) -> Result<(), LoadError> {
    let read = |e| LoadError::read(folder, e);
    let mut entries = fs::read_dir(folder).map_err(read)?.collect::<Result<Vec<_>, _>>().map_err(read)?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        if entry.file_name().to_string_lossy().starts_with('.') {
            continue;
        }
        let kind = entry.file_type().map_err(|e| LoadError::read(&path, e))?;
        if kind.is_dir() {
            if depth < MAX_FOLDER_DEPTH {
                walk(&path, table, depth + 1, files, skipped)?;
            } else {
                skipped.push((path, format!("more than {MAX_FOLDER_DEPTH} folders deep")));
            }
            continue;
        }
        match fs::metadata(&path) {
            Ok(metadata) if metadata.is_file() => {
                files.push(SourceFile { path, table: table.map(str::to_owned), named: false, size: metadata.len() });
            }
            Ok(_) => skipped.push((path, "no file".to_owned())),
            Err(error) => skipped.push((path, error.to_string())),
        }
    }
    Ok(())
}

/// The known table a path names, if it does, and a name for the table of records nothing else decides on.
///
/// A file is named like a table when its name is the table's in any case, perhaps with a date or number behind it
/// (`DeviceEvents-2026-11-21.json.gz`), or when it lies in a container of an export: `am-DeviceEvents` of Log Analytics,
/// `insights-logs-advancedhunting-deviceevents` of the streaming API.
pub(crate) fn tables_of_path(path: &Path) -> (Option<Arc<str>>, Arc<str>) {
    let mut stem = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    if let Some((name, extension)) = stem.rsplit_once('.')
        && matches!(extension.to_ascii_lowercase().as_str(), "gz" | "gzip" | "zst" | "zstd" | "zip")
        && !name.is_empty()
    {
        stem.truncate(name.len());
    }
    const FORMATS: [&str; 15] = [
        "json", "jsonl", "ndjson", "log", "txt", "csv", "tsv", "tab", "psv", "parquet", "arrow", "arrows", "ipc",
        "feather", "dat",
    ];
    if let Some((name, extension)) = stem.rsplit_once('.')
        && FORMATS.contains(&extension.to_ascii_lowercase().as_str())
        && !name.is_empty()
    {
        stem.truncate(name.len());
    }
    let known = |name: &str| kql_catalog::table_named_like(Profile::All, name).map(Arc::from);
    let named = known(&stem).or_else(|| known(without_number(&stem))).or_else(|| {
        path.parent().into_iter().flat_map(Path::components).find_map(|part| {
            let part = part.as_os_str().to_string_lossy();
            let part = part.strip_prefix("am-").or_else(|| part.strip_prefix("insights-logs-advancedhunting-"))?;
            known(part)
        })
    });
    let mut fallback: String =
        stem.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).take(200).collect();
    if !fallback.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
        fallback.insert(0, '_');
    }
    (named, fallback.into())
}

/// The name without a date or number at its end: `DeviceEvents` of `DeviceEvents-2026-11-21T10 (2)`.
fn without_number(stem: &str) -> &str {
    let numeric = |c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | '.' | ' ' | '(' | ')' | ':' | 'T' | 'Z');
    let end = stem.trim_end_matches(numeric);
    match stem[end.len()..].chars().next() {
        // `T` and `Z` belong to a time only behind digits.
        Some('T' | 'Z') => stem,
        _ => end,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_name_of_a_file_says() {
        let tables = |path: &str| {
            let (named, fallback) = tables_of_path(Path::new(path));
            (named.as_deref().map(str::to_owned), fallback.to_string())
        };
        let known = |name: &str| Some(name.to_owned());
        assert_eq!(tables("a/DeviceEvents.json.gz").0, known("DeviceEvents"));
        assert_eq!(tables("deviceevents.CSV").0, known("DeviceEvents"));
        assert_eq!(tables("DeviceEvents-2026-11-21T10 (2).ndjson").0, known("DeviceEvents"));
        assert_eq!(tables("EventTT.json").0, None);
        assert_eq!(tables("Event_log.json").0, None);
        assert_eq!(tables("insights-logs-advancedhunting-deviceevents/y=2026/m=11/PT1H.json").0, known("DeviceEvents"));
        assert_eq!(tables("am-SigninLogs/y=2026/PT05M.json").0, known("SigninLogs"));
        assert_eq!(tables("golden_saml_aad.json"), (None, "golden_saml_aad".into()));
        assert_eq!(tables("empire.json.gz").1, "empire");
        assert_eq!(tables("2020-09-20 x.y.json").1, "_2020_09_20_x_y");
        assert_eq!(tables(".json").1, "_json");
        assert_eq!(tables("é").1, "_");
    }

    #[test]
    fn folders_are_read_in_order() {
        let folder = tempfile::tempdir().expect("folder");
        let path = |name: &str| folder.path().join(name);
        fs::create_dir_all(path("b/deep")).expect("folder");
        for name in ["c.json", "a.json", "b/deep/x.json", ".hidden"] {
            fs::write(path(name), "{}").expect("write");
        }
        let (found, skipped) = files(&[Input::path(folder.path())]).expect("files");
        let found: Vec<_> =
            found.iter().map(|f| f.path.strip_prefix(folder.path()).expect("inside").to_owned()).collect();
        assert_eq!(found, [Path::new("a.json"), Path::new("b/deep/x.json"), Path::new("c.json")]);
        assert!(skipped.is_empty());
        assert!(files(&[Input::path(path("missing"))]).is_err());
    }
}
