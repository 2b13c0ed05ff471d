//! UTF-16 text, which PowerShell's `>` and `Out-File` write, as UTF-8.

use std::io::{self, Read};

/// Reads UTF-16 and gives UTF-8. Lone surrogates become U+FFFD.
pub(crate) struct Utf16<R> {
    inner: R,
    big_endian: bool,
    /// Bytes not decoded yet.
    pending: Vec<u8>,
    /// UTF-8 not handed over yet.
    ready: Vec<u8>,
    taken: usize,
}

impl<R: Read> Utf16<R> {
    pub(crate) fn new(inner: R, big_endian: bool) -> Self {
        Utf16 { inner, big_endian, pending: Vec::new(), ready: Vec::new(), taken: 0 }
    }

    fn unit(&self, pair: &[u8]) -> u16 {
        let pair = [pair[0], pair[1]];
        if self.big_endian { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.ready.clear();
        self.taken = 0;
        while self.ready.is_empty() {
            let start = self.pending.len();
            self.pending.resize(start + (1 << 16), 0);
            let count = self.inner.read(&mut self.pending[start..])?;
            self.pending.truncate(start + count);
            if count == 0 && self.pending.is_empty() {
                return Ok(());
            }
            let mut whole = self.pending.len() / 2 * 2;
            // The first half of a pair waits for the second.
            if count > 0 && whole >= 2 && (0xD800..0xDC00).contains(&self.unit(&self.pending[whole - 2..whole])) {
                whole -= 2;
            }
            let units = self.pending[..whole].chunks_exact(2).map(|pair| self.unit(pair));
            let text: String = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
            self.ready = text.into_bytes();
            self.pending.drain(..whole);
            if count == 0 {
                // A byte without its other half.
                self.pending.clear();
                return Ok(());
            }
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.ready.len() {
            self.fill()?;
        }
        let count = (self.ready.len() - self.taken).min(buffer.len());
        buffer[..count].copy_from_slice(&self.ready[self.taken..self.taken + count]);
        self.taken += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes in pieces of odd sizes.
    struct Pieces<'a>(&'a [u8]);

    impl Read for Pieces<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(buffer.len()).min(3);
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn both_orders_and_pairs_across_reads() {
        let text = "{\"a\":\"é€😀😀😀\"}\r\n".repeat(10);
        for big_endian in [false, true] {
            let bytes: Vec<u8> = text
                .encode_utf16()
                .flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() })
                .collect();
            let mut out = String::new();
            Utf16::new(Pieces(&bytes), big_endian).read_to_string(&mut out).expect("utf-8");
            assert_eq!(out, text);
            let mut cut = String::new();
            Utf16::new(Pieces(&bytes[..bytes.len() - 1]), big_endian).read_to_string(&mut cut).expect("utf-8");
            assert!(text.starts_with(&cut) && cut.len() + 1 == text.len());
        }
    }
}
