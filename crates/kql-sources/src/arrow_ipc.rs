//! Arrow IPC, the stream form and the file form, which is a stream between a magic and a footer.
//!
//! Arrow's reader allocates what a message says its body has, before it reads. [`Frames`] stands before it and looks at each
//! message first, so that damaged files end in an error and not in an allocation of terabytes.

use crate::records::{FileContext, Shredded};
use crate::typed::TypedFile;
use arrow::ipc::reader::StreamReader;
use arrow::ipc::{Message, RecordBatch, root_as_message};
use kql_catalog::Profile;
use std::io::{self, BufRead, BufReader, Read};

/// What the file form begins with.
const MAGIC: &[u8] = b"ARROW1";

/// A compressed buffer may unpack to this many bytes.
const MAX_UNPACKED: i64 = 1 << 31;

/// Reads a file. `emit` takes each batch.
pub(crate) fn read(
    reader: impl Read,
    file: &FileContext,
    profile: Profile,
    emit: &mut dyn FnMut(Shredded) -> io::Result<()>,
) -> io::Result<()> {
    let mut reader = BufReader::with_capacity(1 << 16, reader);
    if reader.fill_buf()?.starts_with(MAGIC) {
        reader.consume(MAGIC.len());
        // Padding, as long as the writer likes.
        while let padding @ 1.. = reader.fill_buf()?.iter().take_while(|b| **b == 0).count() {
            reader.consume(padding);
        }
    }
    let frames = Frames { inner: reader, frame: Vec::new(), at: 0, end: false };
    let batches = StreamReader::try_new(frames, None).map_err(io::Error::other)?;
    let mut typed = TypedFile::new(file, &batches.schema(), profile);
    for batch in batches {
        emit(typed.rows(&batch.map_err(io::Error::other)?).map_err(io::Error::other)?)?;
    }
    Ok(())
}

/// Messages of a stream, each read and looked at before it is handed over.
struct Frames<R> {
    inner: R,
    frame: Vec<u8>,
    at: usize,
    end: bool,
}

impl<R: Read> Frames<R> {
    /// Reads the next message; nothing at the end of the stream.
    fn next(&mut self) -> io::Result<()> {
        self.frame.clear();
        self.at = 0;
        if self.end || self.append(4)? == 0 {
            self.end = true;
            return Ok(());
        }
        if self.frame == [0xff; 4] {
            self.append(4)?;
        }
        let length = self.frame.last_chunk::<4>().map_or(0, |bytes| i32::from_le_bytes(*bytes));
        let start = self.frame.len();
        if length == 0 {
            // The end of the stream; in a file the footer follows, which says again what has been read.
            self.end = true;
            return Ok(());
        }
        let length = u64::try_from(length).map_err(|_| damaged("the length of a message"))?;
        if self.append(length)? < length {
            return Err(damaged("the length of the file"));
        }
        let body = self.frame.len();
        let message = root_as_message(&self.frame[start..]).map_err(|_| damaged("a message"))?;
        let length = u64::try_from(message.bodyLength()).map_err(|_| damaged("the length of a body"))?;
        if self.append(length)? < length {
            return Err(damaged("the length of the file"));
        }
        let message = root_as_message(&self.frame[start..body]).map_err(|_| damaged("a message"))?;
        check(&message, &self.frame[body..])
    }

    /// Reads so many bytes more, or as many as there are.
    fn append(&mut self, count: u64) -> io::Result<u64> {
        self.inner.by_ref().take(count).read_to_end(&mut self.frame).map(|read| read as u64)
    }
}

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.frame.len() && !self.end {
            self.next()?;
        }
        let count = (self.frame.len() - self.at).min(buffer.len());
        buffer[..count].copy_from_slice(&self.frame[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

fn damaged(what: &str) -> io::Error {
    io::Error::other(format!("{what} is wrong"))
}

/// Compares what a message says with the bytes it has.
fn check(message: &Message<'_>, body: &[u8]) -> io::Result<()> {
    let dictionary = message.header_as_dictionary_batch().and_then(|batch| batch.data());
    match message.header_as_record_batch().or(dictionary) {
        Some(batch) => check_batch(&batch, body),
        None => Ok(()),
    }
}

fn check_batch(batch: &RecordBatch<'_>, body: &[u8]) -> io::Result<()> {
    let mut held = 0;
    for buffer in batch.buffers().iter().flatten() {
        let range = usize::try_from(buffer.offset()).ok().zip(usize::try_from(buffer.length()).ok());
        let bytes = range.and_then(|(at, length)| body.get(at..at.checked_add(length)?));
        let bytes = bytes.ok_or_else(|| damaged("a buffer beyond its message"))?;
        let prefix = bytes.first_chunk::<8>().filter(|_| batch.compression().is_some());
        held += match prefix.map(|bytes| i64::from_le_bytes(*bytes)) {
            Some(unpacked) if unpacked > MAX_UNPACKED => return Err(damaged("the size of a packed buffer")),
            Some(unpacked) if unpacked > 0 => unpacked,
            _ => bytes.len() as i64,
        };
    }
    // A row takes a bit at least, but for columns that are nothing but null.
    let possible = held.saturating_mul(8).saturating_add(1 << 20);
    let lengths = batch.nodes().into_iter().flatten().map(|node| node.length());
    if lengths.chain([batch.length()]).any(|length| !(0..=possible).contains(&length)) {
        return Err(damaged("the number of rows"));
    }
    Ok(())
}
