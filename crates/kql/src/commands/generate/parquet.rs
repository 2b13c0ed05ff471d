//! Parquet: this thread generates, others read the records as a load does and encode them, a row group each.

use super::blocks::{self, Block, Used};
use kql_catalog::Profile;
use kql_generate::Options;
use kql_render::{FinishedGroup, Groups, ParquetFile, ROW_GROUP};
use kql_sources::TableReader;
use kql_types::RowSchema;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// Writes `TABLE.parquet` files. Returns how many.
pub(crate) fn write(options: &Options, folder: &Path) -> io::Result<usize> {
    write_groups(options, folder, ROW_GROUP / blocks::ROWS)
}

/// Writes row groups of so many blocks.
fn write_groups(options: &Options, folder: &Path, group: usize) -> io::Result<usize> {
    std::fs::create_dir_all(folder)?;
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get());
    // No group waits: each has a worker, so that blocks sent to it are taken.
    let (sender, groups) = sync_channel::<Group>(0);
    let groups = Mutex::new(groups);
    let used = Used::default();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers).map(|_| scope.spawn(|| work(&groups, &used))).collect();
        let mut dealer = Dealer { folder, group, groups: sender, table: None, tables: 0 };
        let mut generated = blocks::cut(options, &used, |block| dealer.block(block));
        generated = generated.and_then(|()| dealer.end());
        let tables = dealer.tables;
        drop(dealer);
        // When a worker failed, that is the cause.
        for worker in workers {
            worker.join().map_err(|_| io::Error::other("a defect of kql in an encoding thread"))??;
        }
        generated.map(|()| tables)
    })
}

/// A row group to encode.
struct Group {
    table: &'static str,
    file: Arc<TableFile>,
    number: usize,
    blocks: Receiver<Block>,
}

/// Gives blocks to the workers.
struct Dealer<'a> {
    folder: &'a Path,
    /// Blocks of a row group.
    group: usize,
    groups: SyncSender<Group>,
    table: Option<Dealt>,
    tables: usize,
}

/// A table being dealt.
struct Dealt {
    table: &'static str,
    file: Arc<TableFile>,
    groups: usize,
    /// Blocks the current group has still to get.
    room: usize,
    blocks: Option<SyncSender<Block>>,
}

impl Dealer<'_> {
    fn block(&mut self, block: Block) -> io::Result<()> {
        if self.table.as_ref().is_some_and(|dealt| dealt.table != block.table) {
            self.end()?;
        }
        let dealt = match &mut self.table {
            Some(dealt) => dealt,
            none => {
                let (table, file) = (block.table, Arc::new(TableFile::create(self.folder, &block)?));
                self.tables += 1;
                none.insert(Dealt { table, file, groups: 0, room: 0, blocks: None })
            }
        };
        if dealt.room == 0 {
            // With three quarters of a group waiting the next one has begun before this one is encoded, and text of 150 MB a
            // worker is the most that lies in memory.
            let (sender, blocks) = sync_channel((self.group * 3 / 4).max(1));
            dealt.blocks = Some(sender);
            let group = Group { table: dealt.table, file: Arc::clone(&dealt.file), number: dealt.groups, blocks };
            self.groups.send(group).map_err(|_| gone())?;
            dealt.groups += 1;
            dealt.room = self.group;
        }
        dealt.room -= 1;
        dealt.blocks.as_ref().map_or(Ok(()), |blocks| blocks.send(block).map_err(|_| gone()))
    }

    /// No more blocks of this table.
    fn end(&mut self) -> io::Result<()> {
        self.table.take().map_or(Ok(()), |dealt| dealt.file.end(dealt.groups))
    }
}

fn gone() -> io::Error {
    io::Error::other("the encoding threads are gone")
}

/// Encodes row groups until there are no more.
fn work(groups: &Mutex<Receiver<Group>>, used: &Used) -> io::Result<()> {
    let mut reader: Option<(&'static str, TableReader)> = None;
    loop {
        let group = groups.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Group { table, file, number, blocks }) = group else { return Ok(()) };
        let (_, reader) = match &mut reader {
            Some(of) if of.0 == table => of,
            other => {
                let reader = TableReader::new(table, Profile::default());
                other.insert((table, reader.with_columns(file.columns.clone())))
            }
        };
        let mut row_group = file.groups.start(number).map_err(io::Error::other)?;
        for block in blocks {
            let rows = reader.read(&block.lines, block.first_line).map_err(io::Error::other)?;
            used.give(block);
            for batch in &rows.batches {
                row_group.write(batch).map_err(io::Error::other)?;
            }
        }
        file.add(number, row_group.finish().map_err(io::Error::other)?)?;
    }
}

/// The file of a table: row groups are encoded in any order and written in theirs.
struct TableFile {
    columns: RowSchema,
    groups: Arc<Groups>,
    state: Mutex<State>,
}

struct State {
    /// None when its end is written.
    file: Option<ParquetFile<BufWriter<File>>>,
    waiting: BTreeMap<usize, FinishedGroup>,
    written: usize,
    /// How many groups there are, when it is known.
    all: Option<usize>,
}

impl TableFile {
    /// A file with the columns of its first block.
    fn create(folder: &Path, first: &Block) -> io::Result<Self> {
        let mut reader = TableReader::new(first.table, Profile::default());
        let columns = reader.read(&first.lines, first.first_line).map_err(io::Error::other)?.schema;
        let out = BufWriter::new(File::create(folder.join(format!("{}.parquet", first.table)))?);
        let file = ParquetFile::create(out, columns.clone()).map_err(io::Error::other)?;
        let groups = file.groups();
        let state = State { file: Some(file), waiting: BTreeMap::new(), written: 0, all: None };
        Ok(TableFile { columns, groups, state: Mutex::new(state) })
    }

    fn add(&self, number: usize, group: FinishedGroup) -> io::Result<()> {
        self.change(|state| {
            state.waiting.insert(number, group);
        })
    }

    /// There are this many groups.
    fn end(&self, groups: usize) -> io::Result<()> {
        self.change(|state| state.all = Some(groups))
    }

    fn change(&self, change: impl FnOnce(&mut State)) -> io::Result<()> {
        let state = &mut *self.state.lock().unwrap_or_else(PoisonError::into_inner);
        change(state);
        let Some(file) = &mut state.file else { return Ok(()) };
        while let Some(group) = state.waiting.remove(&state.written) {
            file.append(group).map_err(io::Error::other)?;
            state.written += 1;
        }
        match state.file.take_if(|_| state.all == Some(state.written)) {
            Some(file) => file.finish().map_err(io::Error::other),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // A test may panic.
mod tests {
    use super::*;
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::RowAccessor;

    #[test]
    fn row_groups_are_full_and_in_order() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options { events: 80_000, ..Options::default() };
        assert_eq!(write_groups(&options, folder.path(), 1).unwrap(), 18);
        let file = File::open(folder.path().join("DeviceProcessEvents.parquet")).unwrap();
        let reader = SerializedFileReader::new(file).unwrap();
        let rows: Vec<i64> = reader.metadata().row_groups().iter().map(|g| g.num_rows()).collect();
        let (last, full) = rows.split_last().unwrap();
        assert_eq!(full, [4096; 5]);
        assert!((1..4096).contains(last));
        let column =
            |name| reader.metadata().file_metadata().schema().get_fields().iter().position(|f| f.name() == name);
        let time = column("ProcessCreationTime").unwrap();
        let times: Vec<_> =
            reader.get_row_iter(None).unwrap().map(|row| row.unwrap().get_long(time).unwrap_or(0)).collect();
        // Processes begin up to a second before their event.
        assert!(times.windows(2).all(|pair| pair[0] <= pair[1] + 1_000_000_000));
    }
}
