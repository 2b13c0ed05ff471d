//! Compressed files, told by their first bytes rather than by name: gzip and zstd here; zip archives, which need a file to
//! move around in, are in `archive`.

use crate::limits::{FREE_UNPACKED, MAX_RATIO};
use std::io::{self, BufReader, Chain, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The first bytes of a stream and the stream with them put back.
pub(crate) type Peeked<R> = Chain<Cursor<Vec<u8>>, R>;

/// Reads up to `length` bytes ahead.
pub(crate) fn peek<R: Read>(mut reader: R, length: usize) -> io::Result<(Vec<u8>, Peeked<R>)> {
    let mut head = Vec::new();
    reader.by_ref().take(length as u64).read_to_end(&mut head)?;
    let peeked = Cursor::new(head.clone()).chain(reader);
    Ok((head, peeked))
}

/// A compression format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compression {
    Gzip,
    Zstd,
    Zip,
}

impl Compression {
    /// The compression a file that begins like this has.
    pub(crate) fn of(head: &[u8]) -> Option<Self> {
        match head {
            [0x1f, 0x8b, ..] => Some(Compression::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Compression::Zstd),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Compression::Zip),
            _ => None,
        }
    }
}

/// Unpacks a gzip or zstd stream; any other is handed back as it is. Reading fails when much more comes out than went in.
pub(crate) fn unpack<'a>(reader: impl Read + 'a) -> io::Result<Box<dyn Read + 'a>> {
    let (head, reader) = peek(reader, 4)?;
    let Some(compression) = Compression::of(&head) else { return Ok(Box::new(reader)) };
    let packed = Arc::new(AtomicU64::new(0));
    let counted = Counted { inner: reader, read: Arc::clone(&packed) };
    let unpacked: Box<dyn Read + 'a> = match compression {
        Compression::Gzip => Box::new(flate2::read::MultiGzDecoder::new(BufReader::with_capacity(1 << 16, counted))),
        Compression::Zstd => Box::new(zstd::stream::read::Decoder::new(counted)?),
        Compression::Zip => return Err(io::Error::other("a zip archive inside another file: unpack it first")),
    };
    Ok(Box::new(Guarded { inner: unpacked, packed, unpacked: Arc::default() }))
}

/// Counts the bytes read.
struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// Stops a bomb: fails when the unpacked bytes are out of proportion.
pub(crate) struct Guarded<R> {
    inner: R,
    packed: Arc<AtomicU64>,
    unpacked: Arc<AtomicU64>,
}

impl<R> Guarded<R> {
    /// Guards one of several streams that come from the same packed bytes.
    pub(crate) fn sharing(inner: R, packed: u64, unpacked: Arc<AtomicU64>) -> Self {
        Guarded { inner, packed: Arc::new(AtomicU64::new(packed)), unpacked }
    }
}

impl<R: Read> Read for Guarded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        let unpacked = self.unpacked.fetch_add(count as u64, Ordering::Relaxed) + count as u64;
        let allowed = FREE_UNPACKED.saturating_add(self.packed.load(Ordering::Relaxed).saturating_mul(MAX_RATIO));
        if unpacked > allowed {
            return Err(io::Error::other(format!(
                "unpacks to more than {MAX_RATIO} times its size, as a decompression bomb does; unpack it yourself if you trust it"
            )));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(data: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(data).expect("gzip");
        encoder.finish().expect("gzip")
    }

    fn read(data: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        unpack(data)?.read_to_end(&mut out)?;
        Ok(out)
    }

    #[test]
    fn told_by_the_first_bytes() {
        let text = b"{\"a\":1}\n".repeat(1000);
        assert_eq!(read(&text).expect("plain"), text);
        assert_eq!(read(&gzip(&text)).expect("gzip"), text);
        assert_eq!(read(&[gzip(&text), gzip(&text)].concat()).expect("members"), text.repeat(2));
        assert_eq!(read(&zstd::encode_all(&text[..], 3).expect("zstd")).expect("zstd"), text);
        assert_eq!(read(b"").expect("empty"), b"");
        assert!(read(b"PK\x03\x04rest").is_err());
    }

    #[test]
    fn damage_is_an_error() {
        let mut packed = gzip(&b"{\"a\":1}\n".repeat(1000));
        packed.truncate(packed.len() / 2);
        assert!(read(&packed).is_err());
    }

    #[test]
    fn a_bomb_stops() {
        let zeros = zstd::encode_all(io::repeat(b' ').take(FREE_UNPACKED + (64 << 20)), 1).expect("zstd");
        let mut reader = unpack(&zeros[..]).expect("zstd");
        let error = io::copy(&mut reader, &mut io::sink()).expect_err("bomb");
        assert!(error.to_string().contains("200 times"), "{error}");
    }
}
