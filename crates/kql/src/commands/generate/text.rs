//! NDJSON: this thread generates, another one compresses and writes.

use super::blocks::{self, Block, Used};
use kql_generate::{Options, TextFolder};
use std::io;
use std::path::Path;
use std::sync::mpsc::sync_channel;

/// Writes `TABLE.json.gz` files, or `TABLE.json` without a level. Returns how many.
pub(crate) fn write(options: &Options, folder: &Path, level: Option<u32>) -> io::Result<usize> {
    let mut folder = TextFolder::create(folder, level)?;
    let (sender, blocks) = sync_channel::<Block>(4);
    let used = Used::default();
    std::thread::scope(|scope| {
        let used = &used;
        let writer = scope.spawn(move || {
            for block in blocks {
                folder.lines(block.table, &block.lines)?;
                used.give(block);
            }
            folder.finish()
        });
        let gone = |_| io::Error::other("the writing thread is gone");
        let generated = blocks::cut(options, used, |block| sender.send(block).map_err(gone));
        drop(sender);
        // When both fail, the writer's error is the cause.
        let tables = writer.join().map_err(|_| io::Error::other("a defect of kql in the writing thread"))??;
        generated.map(|()| tables)
    })
}
