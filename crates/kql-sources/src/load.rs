//! Loading: files to tables.
//!
//! This thread opens files and cuts them into blocks; workers take the blocks of JSON apart. What they give is put in the
//! order of files and lines before tables are made of it, so a load gives the same however many workers there are.

use crate::archive::Archive;
use crate::assemble::{LoadedTable, assemble};
use crate::compression::{self, Compression};
use crate::error::LoadError;
use crate::folder::{self, SourceFile};
use crate::format::{Format, HEAD};
use crate::input::{Input, LoadOptions, Progress};
use crate::json::{Entry, Raw};
use crate::json_lines::{Block, Blocks};
use crate::limits::MAX_BUFFERED;
use crate::records::{FileContext, Shredded, Shredder};
use crate::report::{FileReport, Problems, Report};
use crate::utf16::Utf16;
use crate::{InPlace, arrow_ipc, csv, in_place, json_array, json_lines, parquet};
use bytes::Bytes;
use kql_catalog::{Profile, TIME_COLUMNS};
use kql_types::ScalarType;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read};
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

/// Tables with their data, and what was read.
#[derive(Clone, Debug, Default)]
pub struct Loaded {
    /// The tables that have records, by name.
    pub tables: BTreeMap<Arc<str>, LoadedTable>,
    /// What was read, and what was not.
    pub report: Report,
    /// The time of the newest event in ticks: the greatest `Timestamp` or `TimeGenerated`, or in tables without any of the
    /// two the greatest value of `@timestamp`, `EventTime`, `UtcTime` or `time`.
    pub newest: Option<i64>,
}

/// Loads files and folders.
///
/// Records that cannot be read and values that do not fit are in [`Report::problems`]; the other records are loaded.
///
/// # Errors
/// When an input does not exist, a file cannot be read to its end or has a format that is not known (files in folders are
/// then skipped, which the report says), or the data needs more memory than allowed.
pub fn load(inputs: &[Input], options: &LoadOptions<'_>) -> Result<Loaded, LoadError> {
    let (files, skipped) = folder::files(inputs)?;
    if let Some(progress) = options.progress {
        progress.start(files.iter().map(|file| file.size).sum());
    }
    let threads = match options.threads {
        0 => std::thread::available_parallelism().map_or(1, |n| n.get()),
        threads => threads,
    };
    let (jobs, queue) = sync_channel(2 * threads);
    let queue = Mutex::new(queue);
    let results = Results { limit: options.max_memory, ..Results::default() };
    let read = std::thread::scope(|scope| {
        // Workers end when `jobs` is gone: it must not outlive this block, however that ends.
        let mut reading = Reading { options, jobs, results: &results, next: 0, reports: Vec::new(), skipped };
        for _ in 0..threads {
            scope.spawn(|| work(&queue, &results, options));
        }
        files.iter().try_for_each(|file| reading.file(file))?;
        Ok((reading.reports, reading.skipped))
    });
    results.check()?;
    let (reports, skipped) = read?;
    finish(results, reports, skipped, options)
}

fn finish(
    results: Results,
    files: Vec<FileReport>,
    skipped: folder::Skipped,
    options: &LoadOptions<'_>,
) -> Result<Loaded, LoadError> {
    let mut parts = results.parts.into_inner().unwrap_or_else(PoisonError::into_inner);
    parts.sort_by_key(|part| part.order);
    let mut report = Report { files, skipped, ..Report::default() };
    let mut problems = Problems::default();
    let mut chunks: BTreeMap<Arc<str>, Vec<crate::table::Chunk>> = BTreeMap::new();
    let mut in_place: BTreeMap<Arc<str>, Vec<InPlace>> = BTreeMap::new();
    for Part { file, shredded, .. } in parts {
        report.records += shredded.records;
        let of_file = &mut report.files[file];
        of_file.records += shredded.records;
        for (decided, count) in shredded.tables {
            *report.tables.entry(Arc::clone(&decided.0)).or_default() += count;
            *of_file.tables.entry(decided).or_default() += count;
        }
        for (table, chunk) in shredded.chunks {
            chunks.entry(table).or_default().push(chunk);
        }
        for (table, file) in shredded.in_place {
            in_place.entry(table).or_default().push(file);
        }
        problems.merge(shredded.problems);
    }
    report.problem_total = problems.total;
    report.problems = problems.list.into_iter().map(|(_, problem)| problem).collect();
    let mut loaded = Loaded { report, ..Loaded::default() };
    for (name, chunks) in chunks {
        let mut table = assemble(&name, options.profile, chunks)?;
        table.files = in_place.remove(&name).unwrap_or_default();
        table.rows += table.files.iter().map(|file| usize::try_from(file.rows).unwrap_or(usize::MAX)).sum::<usize>();
        loaded.newest = loaded.newest.max(newest(&table)).max(table.files.iter().filter_map(|file| file.newest).max());
        loaded.report.hints.extend(fits_another(&name, &table));
        loaded.tables.insert(name, table);
    }
    Ok(loaded)
}

/// A hint when the columns of a table that nobody knows are those of a published one.
fn fits_another(name: &str, table: &LoadedTable) -> Option<String> {
    if table.known {
        return None;
    }
    let columns: Vec<_> =
        table.schema.names().map(|key| Entry { key, escaped: false, value: Raw::Bool(true) }).collect();
    let other = Shredder::new(Profile::All).fitting_table(&columns)?;
    let rows = table.rows;
    Some(format!(
        "the {rows} record(s) of {name}, which is no published table, have the columns of {other}: load them with {other}=PATH to query them as such"
    ))
}

/// The time of the newest row.
fn newest(table: &LoadedTable) -> Option<i64> {
    let datetime = |name: &&str| table.schema.column(name).is_some_and(|c| c.ty == ScalarType::Datetime);
    let mut names: Vec<&str> = TIME_COLUMNS.into_iter().filter(datetime).collect();
    if names.is_empty() {
        names = ["@timestamp", "EventTime", "UtcTime", "time"].into_iter().filter(datetime).collect();
    }
    let columns = names.iter().filter_map(|name| table.schema.index_of(name));
    let arrays = columns.flat_map(|at| table.batches.iter().map(move |batch| batch.column(at)));
    let longs = arrays.filter_map(|array| array.as_any().downcast_ref::<arrow::array::Int64Array>());
    longs.filter_map(arrow::compute::max).max()
}

/// A block to take apart.
struct Job {
    order: u64,
    file: usize,
    context: Arc<FileContext>,
    block: Block,
}

/// What came of one job.
#[derive(Debug)]
struct Part {
    order: u64,
    file: usize,
    shredded: Shredded,
}

/// What all threads add to.
#[derive(Debug, Default)]
struct Results {
    parts: Mutex<Vec<Part>>,
    memory: AtomicU64,
    limit: Option<u64>,
}

impl Results {
    fn add(&self, part: Part) {
        let columns = part.shredded.chunks.iter().flat_map(|(_, chunk)| &chunk.columns);
        let bytes: usize = columns.map(|(_, column)| column.array.get_array_memory_size()).sum();
        self.memory.fetch_add(bytes as u64, Ordering::Relaxed);
        if self.check().is_ok() {
            self.parts.lock().unwrap_or_else(PoisonError::into_inner).push(part);
        }
    }

    fn check(&self) -> Result<(), LoadError> {
        match self.limit {
            Some(limit) if self.memory.load(Ordering::Relaxed) > limit => Err(LoadError::Memory { limit }),
            _ => Ok(()),
        }
    }
}

/// A worker: takes blocks apart until there are no more.
fn work(queue: &Mutex<Receiver<Job>>, results: &Results, options: &LoadOptions<'_>) {
    let mut shredder = Shredder::new(options.profile);
    loop {
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Job { order, file, context, block }) = job else { return };
        let text = String::from_utf8(block.bytes).unwrap_or_else(|error| {
            let good = error.utf8_error().valid_up_to();
            let line = block.first_line + memchr::memchr_iter(b'\n', &error.as_bytes()[..good]).count() as u64;
            shredder.problem("utf-8", &context, line, || "not UTF-8: what cannot be read is U+FFFD now".to_owned());
            String::from_utf8_lossy(error.as_bytes()).into_owned()
        });
        let shred = || match block.lines {
            true => shredder.lines(&context, &text, block.first_line),
            false => shredder.values(&context, &text, block.first_line),
        };
        // A defect of ours must not leave the reading thread waiting for a worker that is gone.
        if std::panic::catch_unwind(AssertUnwindSafe(shred)).is_err() {
            shredder = Shredder::new(options.profile);
            shredder.problem("defect", &context, block.first_line, || {
                "a defect of kql: the records of this part of the file are left out; please report it".to_owned()
            });
        }
        results.add(Part { order, file, shredded: shredder.finish() });
    }
}

/// The thread that opens files.
struct Reading<'r, 'o> {
    options: &'r LoadOptions<'o>,
    jobs: SyncSender<Job>,
    results: &'r Results,
    next: u64,
    reports: Vec<FileReport>,
    skipped: folder::Skipped,
}

impl Reading<'_, '_> {
    fn file(&mut self, file: &SourceFile) -> Result<(), LoadError> {
        self.results.check()?;
        let mut head = Vec::new();
        let failed = |error| LoadError::read(&file.path, error);
        File::open(&file.path).and_then(|f| f.take(4).read_to_end(&mut head)).map_err(failed)?;
        if Compression::of(&head) == Some(Compression::Zip) {
            return self.archive(file);
        }
        let context = Arc::new(FileContext::new(&file.path, file.table.as_deref()));
        let told = Told::new(self.options.progress);
        let mut open =
            || -> io::Result<Box<dyn Read + '_>> { text(compression::unpack(told.reading(File::open(&file.path)?))?) };
        let plain = Compression::of(&head).is_none();
        self.member(&mut open, context, plain, file.named)?;
        told.all(file.size);
        Ok(())
    }

    /// The files in a zip archive.
    fn archive(&mut self, file: &SourceFile) -> Result<(), LoadError> {
        let archive = Archive::open(&file.path).map_err(|error| LoadError::read(&file.path, error))?;
        for member in &archive.members {
            let told = Told::new(self.options.progress);
            let path = file.path.join(&member.name);
            let mut context = FileContext::new(&path, file.table.as_deref());
            if context.named.is_none() {
                // The archive's name may say more than its member's.
                context.named = FileContext::new(&file.path, None).named;
            }
            let mut open = || -> io::Result<Box<dyn Read + '_>> {
                text(compression::unpack(archive.read(member, |packed| told.reading(packed))?)?)
            };
            let only = archive.members.len() == 1;
            self.member(&mut open, Arc::new(context), false, file.named && only)?;
        }
        Ok(())
    }

    /// A file, or a member of an archive. `plain`: the bytes are those of the file at the path. `named`: a format that is not
    /// known is an error.
    fn member<'a>(
        &mut self,
        open: &mut csv::Open<'a>,
        context: Arc<FileContext>,
        plain: bool,
        named: bool,
    ) -> Result<(), LoadError> {
        let path = Arc::clone(&context.path);
        let failed = |error| LoadError::read(&*path, error);
        let (head, reader) = compression::peek(open().map_err(failed)?, HEAD).map_err(failed)?;
        let format = match Format::of(&head, &path, named) {
            Ok(format) => format,
            Err(reason) if named => return Err(LoadError::format(&*path, reason)),
            Err(reason) => {
                self.skipped.push((path.to_path_buf(), reason.to_owned()));
                return Ok(());
            }
        };
        if let Some(progress) = self.options.progress {
            progress.file(&path);
        }
        self.reports.push(FileReport {
            path: path.to_path_buf(),
            format: format.name(),
            records: 0,
            tables: BTreeMap::new(),
        });
        let profile = self.options.profile;
        let read = match format {
            Format::Empty => Ok(()),
            Format::JsonLines => json_lines::read(reader, &mut Cutter { reading: self, context: &context }),
            Format::JsonArray => json_array::read(reader, &mut Cutter { reading: self, context: &context }),
            Format::Csv(delimiter) => {
                drop(reader);
                let mut shredder = Shredder::new(profile);
                csv::read(open, delimiter, &context, &mut shredder, &mut |rows| self.emit(rows))
            }
            Format::Parquet if plain && self.stays(&path, &context)? => Ok(()),
            Format::Parquet if plain => {
                undamaged(|| parquet::read(File::open(&path)?, &context, profile, &mut |rows| self.emit(rows)))
            }
            Format::Parquet => undamaged(|| {
                parquet::read(Bytes::from(buffered(reader)?), &context, profile, &mut |rows| self.emit(rows))
            }),
            Format::ArrowIpc => undamaged(|| arrow_ipc::read(reader, &context, profile, &mut |rows| self.emit(rows))),
        };
        // A limit that was reached ends the reading with an error of its own.
        self.results.check()?;
        read.map_err(|error| LoadError::read(&*path, error))
    }

    /// Describes a large Parquet file instead of reading it; false when it must be read.
    fn stays(&mut self, path: &Path, context: &FileContext) -> Result<bool, LoadError> {
        let failed = |error| LoadError::read(path, error);
        let Some(from) = self.options.in_place else { return Ok(false) };
        let file = File::open(path).map_err(failed)?;
        if file.metadata().map_err(failed)?.len() < from {
            return Ok(false);
        }
        let mut described = None;
        undamaged(|| {
            described = in_place::describe(file, context, self.options.profile);
            Ok(())
        })
        .map_err(failed)?;
        let Some(described) = described else { return Ok(false) };
        self.emit(described).map_err(failed)?;
        Ok(true)
    }

    /// Takes rows that this thread read itself.
    fn emit(&mut self, shredded: Shredded) -> io::Result<()> {
        self.results.check().map_err(io::Error::other)?;
        self.results.add(Part { order: self.order(), file: self.reports.len() - 1, shredded });
        Ok(())
    }

    fn order(&mut self) -> u64 {
        self.next += 1;
        self.next
    }
}

/// Hands the blocks of a file to the workers.
struct Cutter<'c, 'r, 'o> {
    reading: &'c mut Reading<'r, 'o>,
    context: &'c Arc<FileContext>,
}

impl Blocks for Cutter<'_, '_, '_> {
    fn block(&mut self, block: Block) -> io::Result<()> {
        self.reading.results.check().map_err(io::Error::other)?;
        let (order, file) = (self.reading.order(), self.reading.reports.len() - 1);
        let job = Job { order, file, context: Arc::clone(self.context), block };
        self.reading.jobs.send(job).map_err(|_| io::Error::other("no worker is left"))
    }

    fn left_out(&mut self, line: u64, why: String) {
        let mut shredded = Shredded::default();
        shredded.problems.add("left out", &self.context.path, line, || why);
        let order = self.reading.order();
        self.reading.results.add(Part { order, file: self.reading.reports.len() - 1, shredded });
    }
}

/// Runs a reader of a binary format. The libraries that read Parquet and Arrow check what they read, but not all of it: on
/// some damaged files they panic.
fn undamaged(read: impl FnOnce() -> io::Result<()>) -> io::Result<()> {
    let damaged = |what: &str| io::Error::other(format!("damaged, or written in a way that is not read here: {what}"));
    match std::panic::catch_unwind(AssertUnwindSafe(read)) {
        Ok(Err(error)) if error.kind() == io::ErrorKind::Other => Err(damaged(&error.to_string())),
        Ok(result) => result,
        Err(_) => Err(damaged("its parts contradict each other")),
    }
}

/// UTF-8 without a byte order mark whatever Unicode form the text has; other bytes as they are.
fn text<'a>(reader: Box<dyn Read + 'a>) -> io::Result<Box<dyn Read + 'a>> {
    let (head, mut reader) = compression::peek(reader, 3)?;
    let mut skip = |count: u64| io::copy(&mut reader.by_ref().take(count), &mut io::sink());
    Ok(match head[..] {
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => {
            skip(2)?;
            Box::new(Utf16::new(reader, head[0] == 0xfe))
        }
        [0xef, 0xbb, 0xbf] => {
            skip(3)?;
            Box::new(reader)
        }
        _ => Box::new(reader),
    })
}

/// The bytes of a format that needs them all at once.
fn buffered(reader: impl Read) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(MAX_BUFFERED + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BUFFERED {
        return Err(io::Error::other(format!("unpacks to more than {} GB: unpack it first", MAX_BUFFERED >> 30)));
    }
    Ok(bytes)
}

/// What progress has heard of a file. A file may be opened several times; its bytes are told once.
struct Told<'p> {
    progress: Option<&'p dyn Progress>,
    bytes: AtomicU64,
}

impl<'p> Told<'p> {
    fn new(progress: Option<&'p dyn Progress>) -> Self {
        Told { progress, bytes: AtomicU64::new(0) }
    }

    /// Reads the file from its start.
    fn reading<'t, R: Read>(&'t self, inner: R) -> Advancing<'t, 'p, R> {
        Advancing { inner, position: 0, told: self }
    }

    /// This many bytes have been read in all.
    fn all(&self, position: u64) {
        let before = self.bytes.fetch_max(position, Ordering::Relaxed);
        if let Some(progress) = self.progress
            && position > before
        {
            progress.advance(position - before);
        }
    }
}

/// Tells the bytes read.
struct Advancing<'t, 'p, R> {
    inner: R,
    position: u64,
    told: &'t Told<'p>,
}

impl<R: Read> Read for Advancing<'_, '_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.position += count as u64;
        self.told.all(self.position);
        Ok(count)
    }
}
