//! Query files: which ones a path names, reading them, writing them back.

use crate::failure::Failure;
use std::path::{Path, PathBuf};

/// Folders deeper than this are not searched: a loop of links would have no end.
const DEPTH: usize = 32;

/// The files of a list of paths: of a folder its `.kql`, `.csl` and `.kusto` files with those of its subfolders, by name.
pub(crate) fn queries(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut files = Vec::new();
    for path in paths {
        collect(path, &mut files, DEPTH)?;
    }
    Ok(files)
}

fn collect(path: &Path, files: &mut Vec<PathBuf>, depth: usize) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::usage(format!("cannot read {}: {e}", path.display()));
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    if depth == 0 {
        return Ok(());
    }
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(path).map_err(failed)?.filter_map(|e| e.ok().map(|e| e.path())).collect();
    entries.sort();
    for entry in entries {
        let query = entry.extension().is_some_and(|e| e == "kql" || e == "csl" || e == "kusto");
        if entry.is_dir() || query {
            collect(&entry, files, depth - 1)?;
        }
    }
    Ok(())
}

/// Puts a text in the place of a file: the whole text or, when that fails, nothing.
pub(crate) fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    // The file a link points to, not the link.
    let path = path.canonicalize()?;
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let new = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
    let permissions = std::fs::metadata(&path)?.permissions();
    let done = std::fs::write(&new, text)
        .and_then(|()| std::fs::set_permissions(&new, permissions))
        .and_then(|()| std::fs::rename(&new, &path));
    if done.is_err() {
        let _ = std::fs::remove_file(&new);
    }
    done
}
