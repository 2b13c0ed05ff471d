//! Records in stretches of whole lines, for other threads to work on.

use kql_generate::{Options, Sink, generate};
use std::io;
use std::sync::{Mutex, PoisonError};

/// Rows of a block at most. Row groups are a whole number of blocks.
pub(crate) const ROWS: usize = 4096;

/// Lines of one table.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) table: &'static str,
    pub(crate) lines: String,
    /// The number of the first line in its table, from 1.
    pub(crate) first_line: u64,
}

/// Memory of blocks that were worked on, for the next ones.
#[derive(Debug, Default)]
pub(crate) struct Used(Mutex<Vec<String>>);

impl Used {
    pub(crate) fn give(&self, block: Block) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(block.lines);
    }

    fn take(&self) -> String {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
        lines.clear();
        lines
    }
}

/// Generates events; `emit` takes the blocks: [`ROWS`] lines each, the last of a table fewer. Tables come one after another.
pub(crate) fn cut(options: &Options, used: &Used, emit: impl FnMut(Block) -> io::Result<()>) -> io::Result<()> {
    let mut cutter = Cutter { block: None, rows: 0, used, emit };
    generate(options, &mut cutter)?;
    cutter.end().map(|_| ())
}

struct Cutter<'a, F> {
    block: Option<Block>,
    rows: usize,
    used: &'a Used,
    emit: F,
}

impl<F: FnMut(Block) -> io::Result<()>> Cutter<'_, F> {
    /// Hands the block on; returns the number of the line behind it.
    fn end(&mut self) -> io::Result<u64> {
        let rows = std::mem::take(&mut self.rows);
        let Some(block) = self.block.take() else { return Ok(1) };
        let next = block.first_line + rows as u64;
        (self.emit)(block)?;
        Ok(next)
    }
}

impl<F: FnMut(Block) -> io::Result<()>> Sink for Cutter<'_, F> {
    fn record(&mut self, table: &'static str, line: &str) -> io::Result<()> {
        let another = self.block.as_ref().is_some_and(|block| block.table != table);
        let mut first_line = 1;
        if another || self.rows == ROWS {
            let next = self.end()?;
            first_line = if another { 1 } else { next };
        }
        let block = self.block.get_or_insert_with(|| Block { table, lines: self.used.take(), first_line });
        block.lines.push_str(line);
        block.lines.push('\n');
        self.rows += 1;
        Ok(())
    }
}
