//! Records in stretches of whole lines, for other threads to work on.

use kql_generate::{Options, Sink, generate};
use std::io;

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

/// Generates events; `emit` takes the blocks: [`ROWS`] lines each, the last of a table fewer. Tables come one after another.
pub(crate) fn cut(options: &Options, emit: impl FnMut(Block) -> io::Result<()>) -> io::Result<()> {
    let mut cutter = Cutter { block: None, rows: 0, emit };
    generate(options, &mut cutter)?;
    cutter.end(0).map(|_| ())
}

struct Cutter<F> {
    block: Option<Block>,
    rows: usize,
    emit: F,
}

impl<F: FnMut(Block) -> io::Result<()>> Cutter<F> {
    /// Hands the block on; returns the number of the line behind it.
    fn end(&mut self, capacity: usize) -> io::Result<(u64, usize)> {
        let rows = std::mem::take(&mut self.rows);
        let Some(block) = self.block.take() else { return Ok((1, capacity)) };
        let next = (block.first_line + rows as u64, block.lines.len());
        (self.emit)(block)?;
        Ok(next)
    }
}

impl<F: FnMut(Block) -> io::Result<()>> Sink for Cutter<F> {
    fn record(&mut self, table: &'static str, line: &str) -> io::Result<()> {
        let another = self.block.as_ref().is_some_and(|block| block.table != table);
        if another || self.rows == ROWS {
            let (next, size) = self.end(0)?;
            let first_line = if another { 1 } else { next };
            self.block = Some(Block { table, lines: String::with_capacity(size + size / 8), first_line });
        }
        let block = self.block.get_or_insert_with(|| Block { table, lines: String::new(), first_line: 1 });
        block.lines.push_str(line);
        block.lines.push('\n');
        self.rows += 1;
        Ok(())
    }
}
