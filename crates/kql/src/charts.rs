//! `--chart FILE` and `.chart FILE`: charts of a run as files.

use crate::failure::Failure;
use kql_render::ResultTable;
use kql_render::chart::{Picture, numbered, write_picture};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// The format a file's name asks for.
pub(crate) fn format_of(path: &Path) -> Result<Picture, Failure> {
    path.to_string_lossy().parse().map_err(Failure::usage)
}

/// Writes a file for each result that ends in `render`, and says so. False when none does.
pub(crate) fn write(tables: &[ResultTable<'_>], path: &Path, quiet: bool) -> Result<bool, Failure> {
    let picture = format_of(path)?;
    let rendered = tables.iter().filter_map(|t| t.render.map(|render| (t, render)));
    let mut any = false;
    for (position, (table, render)) in rendered.enumerate() {
        any = true;
        let path = numbered(path, position);
        let wrong = |e: &dyn std::fmt::Display| Failure::data(format!("cannot write {}: {e}", path.display()));
        let mut out = BufWriter::new(File::create(&path).map_err(|e| wrong(&e))?);
        let why = write_picture(table, render, picture, &mut out).map_err(|e| wrong(&e))?;
        out.flush().map_err(|e| wrong(&e))?;
        match why {
            Some(why) => anstream::eprintln!("{}: the table is drawn; {why}", path.display()),
            None if !quiet => anstream::eprintln!("{}: {} written", path.display(), render.visualization),
            None => {}
        }
    }
    Ok(any)
}
