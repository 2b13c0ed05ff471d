//! JSON lines: one value a line. Cut into blocks of whole lines, which workers read side by side.

use crate::limits::MAX_RECORD;
use std::io::{self, Read};

/// Bytes a block has, about.
pub(crate) const BLOCK: usize = 4 << 20;

/// A stretch of a file that a worker can read alone.
#[derive(Debug)]
pub(crate) struct Block {
    /// Whole records.
    pub(crate) bytes: Vec<u8>,
    /// The number of its first line.
    pub(crate) first_line: u64,
    /// Whether each line stands for itself. Otherwise records are parted by white space or commas.
    pub(crate) lines: bool,
}

/// Hears of the blocks of a file, and of what had to be left out.
pub(crate) trait Blocks {
    /// The next block.
    fn block(&mut self, block: Block) -> io::Result<()>;
    /// A record was left out.
    fn left_out(&mut self, line: u64, why: String);
}

/// Cuts a stream into blocks.
pub(crate) fn read(reader: impl Read, blocks: &mut impl Blocks) -> io::Result<()> {
    cut(reader, MAX_RECORD, blocks)
}

fn cut(mut reader: impl Read, max_record: usize, blocks: &mut impl Blocks) -> io::Result<()> {
    let mut buffer = Vec::new();
    let (mut line, mut size) = (1, BLOCK);
    loop {
        let missing = size.saturating_sub(buffer.len());
        let read = reader.by_ref().take(missing as u64).read_to_end(&mut buffer)?;
        let end_of_file = read < missing;
        let cut = if end_of_file { buffer.len() } else { memchr::memrchr(b'\n', &buffer).map_or(0, |at| at + 1) };
        if cut == 0 && !end_of_file {
            if size < max_record {
                size = (2 * size).min(max_record);
                continue;
            }
            blocks.left_out(line, format!("a line of more than {} MB, left out", max_record >> 20));
            buffer.clear();
            if !skip_line(&mut reader, &mut buffer)? {
                return Ok(());
            }
            line += 1;
            size = BLOCK;
            continue;
        }
        let rest = buffer.split_off(cut);
        let bytes = std::mem::replace(&mut buffer, rest);
        let first_line = line;
        line += memchr::memchr_iter(b'\n', &bytes).count() as u64;
        if !bytes.is_empty() {
            blocks.block(Block { bytes, first_line, lines: true })?;
        }
        if end_of_file {
            return Ok(());
        }
        size = BLOCK.max(buffer.len() + BLOCK / 4).min(max_record);
    }
}

/// Reads to the end of the line; what was read behind it goes to `rest`. False at the end of the file.
fn skip_line(reader: &mut impl Read, rest: &mut Vec<u8>) -> io::Result<bool> {
    let mut piece = vec![0; 1 << 16];
    loop {
        let count = reader.read(&mut piece)?;
        if count == 0 {
            return Ok(false);
        }
        if let Some(at) = memchr::memchr(b'\n', &piece[..count]) {
            rest.extend_from_slice(&piece[at + 1..count]);
            return Ok(true);
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Remembers what it heard.
    #[derive(Default)]
    pub(crate) struct Heard {
        pub(crate) blocks: Vec<Block>,
        pub(crate) left_out: Vec<(u64, String)>,
    }

    impl Blocks for Heard {
        fn block(&mut self, block: Block) -> io::Result<()> {
            self.blocks.push(block);
            Ok(())
        }

        fn left_out(&mut self, line: u64, why: String) {
            self.left_out.push((line, why));
        }
    }

    #[test]
    fn blocks_are_whole_lines_and_nothing_is_lost() {
        let mut text = String::new();
        for i in 0..100_000 {
            text.push_str(&format!("{{\"i\":{i},\"x\":\"{}\"}}\n", "y".repeat(i % 300)));
        }
        text.push_str("{\"last\":1}");
        let mut heard = Heard::default();
        read(text.as_bytes(), &mut heard).expect("read");
        assert!(heard.blocks.len() > 2);
        let mut line = 1;
        for block in &heard.blocks {
            assert_eq!(block.first_line, line);
            assert!(block.bytes.starts_with(b"{"));
            line += block.bytes.iter().filter(|b| **b == b'\n').count() as u64;
        }
        assert_eq!(heard.blocks.iter().flat_map(|b| b.bytes.clone()).collect::<Vec<_>>(), text.as_bytes());
    }

    #[test]
    fn a_line_longer_than_a_block() {
        let text = format!("{{\"x\":\"{}\"}}\n{{}}\n", "y".repeat(3 * BLOCK));
        let mut heard = Heard::default();
        read(text.as_bytes(), &mut heard).expect("read");
        assert_eq!(heard.blocks.iter().map(|b| b.bytes.len()).sum::<usize>(), text.len());
        assert!(heard.left_out.is_empty());
    }

    #[test]
    fn a_line_beyond_the_limit_is_left_out() {
        let limit = 2 * BLOCK;
        let long = io::repeat(b'x').take(limit as u64 + 5);
        let mut heard = Heard::default();
        cut((&b"{}\n"[..]).chain(long).chain(&b"\n{\"a\":1}\n"[..]), limit, &mut heard).expect("read");
        assert_eq!(heard.left_out.len(), 1);
        assert_eq!(heard.left_out[0].0, 2);
        let last = heard.blocks.last().expect("block");
        assert_eq!((&last.bytes[..], last.first_line), (&b"{\"a\":1}\n"[..], 3));
    }
}
