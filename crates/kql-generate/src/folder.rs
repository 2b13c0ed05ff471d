//! Files of lines, one a table.

use crate::Sink;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// A sink that writes `TABLE.json.gz` files, or `TABLE.json`, into a folder. Tables come one after another.
#[derive(Debug)]
pub struct TextFolder {
    folder: PathBuf,
    /// Of gzip; none: plain text.
    level: Option<u32>,
    current: Option<(&'static str, Output)>,
    tables: usize,
}

#[derive(Debug)]
enum Output {
    Plain(BufWriter<File>),
    Gzip(Box<flate2::write::GzEncoder<BufWriter<File>>>),
}

impl TextFolder {
    /// Creates the folder; existing files of the same tables are replaced. `level` is gzip's, 0 to 9; none writes plain text.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn create(folder: impl Into<PathBuf>, level: Option<u32>) -> io::Result<Self> {
        let folder = folder.into();
        std::fs::create_dir_all(&folder)?;
        Ok(TextFolder { folder, level, current: None, tables: 0 })
    }

    /// Adds whole lines to a table.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn lines(&mut self, table: &'static str, lines: &str) -> io::Result<()> {
        match self.output(table)? {
            Output::Plain(file) => file.write_all(lines.as_bytes()),
            Output::Gzip(file) => file.write_all(lines.as_bytes()),
        }
    }

    /// Writes the end of the last file. Returns how many there are.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn finish(mut self) -> io::Result<usize> {
        self.end()?;
        Ok(self.tables)
    }

    fn output(&mut self, table: &'static str) -> io::Result<&mut Output> {
        if self.current.as_ref().is_none_or(|(name, _)| *name != table) {
            self.end()?;
            self.tables += 1;
        }
        let current = match self.current.take() {
            Some(current) => current,
            None => {
                let extension = if self.level.is_some() { "json.gz" } else { "json" };
                let file = BufWriter::new(File::create(self.folder.join(format!("{table}.{extension}")))?);
                let output = match self.level {
                    None => Output::Plain(file),
                    // mtime 0: the same records give the same bytes.
                    Some(level) => {
                        let level = flate2::Compression::new(level);
                        Output::Gzip(Box::new(flate2::GzBuilder::new().mtime(0).write(file, level)))
                    }
                };
                (table, output)
            }
        };
        Ok(&mut self.current.insert(current).1)
    }

    fn end(&mut self) -> io::Result<()> {
        match self.current.take() {
            None => Ok(()),
            Some((_, Output::Plain(mut file))) => file.flush(),
            Some((_, Output::Gzip(file))) => file.finish()?.flush(),
        }
    }
}

impl Sink for TextFolder {
    fn record(&mut self, table: &'static str, line: &str) -> io::Result<()> {
        self.lines(table, line)?;
        self.lines(table, "\n")
    }
}
