//! Case-insensitive search for an ASCII needle in bytes.
//!
//! Two rare bytes of the needle are compared with 32 positions of the text at once ("packed pair"); only where both fit is
//! the needle compared in full. Letters are compared after setting the bit that tells the cases apart.
//!
//! The vector code is in [`super::simd`]; without it a plain loop does the same.

use super::simd;
use memchr::arch::all::packedpair::Pair;

/// The bit between `A` and `a`.
const CASE_BIT: u8 = 0x20;

/// One byte of the needle.
#[derive(Clone, Copy, Debug)]
pub(super) struct Probe {
    /// Place in the needle, below its length.
    pub(super) offset: usize,
    /// Lower case.
    pub(super) byte: u8,
    /// [`CASE_BIT`] for a letter, else 0.
    pub(super) mask: u8,
}

impl Probe {
    /// True when the text has the byte, of either case, for a needle at `at`.
    #[inline]
    pub(super) fn fits(self, at: usize, text: &[u8]) -> bool {
        text[at + self.offset] | self.mask == self.byte
    }
}

/// A needle of one or more ASCII bytes.
#[derive(Clone, Debug)]
pub(super) struct AsciiNeedle {
    lower: Box<[u8]>,
    first: Probe,
    second: Probe,
}

impl AsciiNeedle {
    /// `None` for the empty text and for one with bytes outside ASCII.
    pub(super) fn new(needle: &str) -> Option<Self> {
        if needle.is_empty() || !needle.is_ascii() {
            return None;
        }
        let lower = needle.to_ascii_lowercase().into_bytes().into_boxed_slice();
        let (i, j) = Pair::new(&lower).map_or((0, 0), |p| (usize::from(p.index1()), usize::from(p.index2())));
        let probe = |offset: usize| {
            let byte = lower[offset];
            Probe { offset, byte, mask: if byte.is_ascii_lowercase() { CASE_BIT } else { 0 } }
        };
        Some(AsciiNeedle { first: probe(i), second: probe(j), lower })
    }

    /// The bytes, in lower case.
    pub(super) fn lower(&self) -> &[u8] {
        &self.lower
    }

    /// Length in bytes, which is that of every match.
    pub(super) fn len(&self) -> usize {
        self.lower.len()
    }

    /// True when the text has the needle at byte `at`.
    #[inline]
    pub(super) fn is_at(&self, text: &[u8], at: usize) -> bool {
        text.get(at..at + self.lower.len()).is_some_and(|t| t.eq_ignore_ascii_case(&self.lower))
    }

    /// The first place of the needle in the text that `accept` agrees to.
    #[inline]
    pub(super) fn find(&self, text: &[u8], accept: impl Fn(usize) -> bool) -> Option<usize> {
        let positions = (text.len() + 1).checked_sub(self.lower.len())?;
        let check = |at: usize| self.is_at(text, at) && accept(at);
        if positions >= simd::PAIR_MIN {
            return simd::find_pair([self.first, self.second], text, positions, check);
        }
        (0..positions).find(|at| self.second.fits(*at, text) && self.first.fits(*at, text) && check(*at))
    }
}

#[cfg(test)]
mod tests {
    use super::AsciiNeedle;
    use proptest::prelude::*;

    fn naive(needle: &str, text: &[u8]) -> Vec<usize> {
        let n = needle.as_bytes();
        (0..(text.len() + 1).saturating_sub(n.len()))
            .filter(|i| text[*i..i + n.len()].eq_ignore_ascii_case(n))
            .collect()
    }

    proptest! {
        /// All places, found one after the other, in texts of every length around the block sizes.
        #[test]
        fn finds_what_a_plain_loop_finds(needle in "[abAB@`_1]{1,4}", text in "[abABC@`_{\\[1é]{0,150}") {
            let ascii = AsciiNeedle::new(&needle).unwrap();
            let mut seen = Vec::new();
            let mut from = 0;
            while let Some(at) = ascii.find(text.as_bytes(), |p| p >= from) {
                seen.push(at);
                from = at + 1;
            }
            prop_assert_eq!(seen, naive(&needle, text.as_bytes()));
        }
    }

    #[test]
    fn refuses_empty_and_unicode() {
        assert!(AsciiNeedle::new("").is_none());
        assert!(AsciiNeedle::new("é").is_none());
    }
}
