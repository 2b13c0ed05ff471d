//! Case-insensitive search for an ASCII needle in bytes.
//!
//! Two rare bytes of the needle are compared with 32 positions of the text at once ("packed pair"); only where both fit is
//! the needle compared in full. Letters are compared after setting the bit that tells the cases apart.
//!
//! This is the only module of the crate with `unsafe`: vector loads, each from a slice whose length was checked just
//! before, and calls of functions that need AVX2, after asking the processor. Without x86-64 safe code does the same.

use memchr::arch::all::packedpair::Pair;

/// The bit between `A` and `a`.
const CASE_BIT: u8 = 0x20;

/// One byte of the needle.
#[derive(Clone, Copy, Debug)]
struct Probe {
    offset: usize,
    /// Lower case.
    byte: u8,
    /// [`CASE_BIT`] for a letter, else 0.
    mask: u8,
}

impl Probe {
    #[inline]
    fn fits(self, at: usize, text: &[u8]) -> bool {
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
        #[cfg(target_arch = "x86_64")]
        if positions >= 16 {
            return x86::find(self, text, positions, check);
        }
        self.find_plain(text, 0..positions, check)
    }

    #[inline]
    fn find_plain(
        &self,
        text: &[u8],
        mut positions: std::ops::Range<usize>,
        check: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        positions.find(|at| self.second.fits(*at, text) && self.first.fits(*at, text) && check(*at))
    }
}

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod x86 {
    use super::{AsciiNeedle, Probe};
    use std::arch::x86_64::{
        __m128i, __m256i, _mm_and_si128, _mm_cmpeq_epi8, _mm_loadu_si128, _mm_movemask_epi8, _mm_or_si128,
        _mm_set1_epi8, _mm256_and_si256, _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_movemask_epi8, _mm256_or_si256,
        _mm256_set1_epi8,
    };

    /// Like [`AsciiNeedle::find`]; `positions` is at least 16, and `positions + needle length - 1` is the text's length.
    #[inline]
    pub(super) fn find(
        needle: &AsciiNeedle,
        text: &[u8],
        positions: usize,
        check: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        if positions >= 32 && std::arch::is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            return unsafe { find_avx2(needle, text, positions, check) };
        }
        find_sse2(needle, text, positions, check)
    }

    /// Calls `check` for the set bits of a block's mask.
    #[inline(always)]
    fn first_of(mut mask: u32, block: usize, check: &impl Fn(usize) -> bool) -> Option<usize> {
        while mask != 0 {
            let at = block + mask.trailing_zeros() as usize;
            if check(at) {
                return Some(at);
            }
            mask &= mask - 1;
        }
        None
    }

    #[target_feature(enable = "avx2")]
    fn find_avx2(needle: &AsciiNeedle, text: &[u8], positions: usize, check: impl Fn(usize) -> bool) -> Option<usize> {
        let constants = |p: Probe| (p.offset, _mm256_set1_epi8(p.byte as i8), _mm256_set1_epi8(p.mask as i8));
        let (first, second) = (constants(needle.first), constants(needle.second));
        let fits = |at: usize, (offset, byte, mask): (usize, __m256i, __m256i)| {
            let bytes = &text[at + offset..at + offset + 32];
            // SAFETY: `bytes` has 32 bytes; the load needs no alignment.
            let loaded = unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) };
            _mm256_cmpeq_epi8(_mm256_or_si256(loaded, mask), byte)
        };
        let block = |at: usize| _mm256_movemask_epi8(_mm256_and_si256(fits(at, first), fits(at, second))) as u32;
        let mut at = 0;
        while at + 32 <= positions {
            let found = first_of(block(at), at, &check);
            if found.is_some() {
                return found;
            }
            at += 32;
        }
        if at == positions {
            return None;
        }
        // The last block overlaps the one before; positions already seen are cut off.
        let last = positions - 32;
        first_of(block(last) & (u32::MAX << (at - last)), last, &check)
    }

    fn find_sse2(needle: &AsciiNeedle, text: &[u8], positions: usize, check: impl Fn(usize) -> bool) -> Option<usize> {
        // SSE2 is part of x86-64, so these intrinsics are always there.
        // SAFETY: see above.
        let constants = |p: Probe| unsafe { (p.offset, _mm_set1_epi8(p.byte as i8), _mm_set1_epi8(p.mask as i8)) };
        let (first, second) = (constants(needle.first), constants(needle.second));
        let fits = |at: usize, (offset, byte, mask): (usize, __m128i, __m128i)| {
            let bytes = &text[at + offset..at + offset + 16];
            // SAFETY: `bytes` has 16 bytes; the load needs no alignment.
            unsafe { _mm_cmpeq_epi8(_mm_or_si128(_mm_loadu_si128(bytes.as_ptr().cast()), mask), byte) }
        };
        // SAFETY: SSE2 is part of x86-64.
        let block = |at: usize| unsafe { _mm_movemask_epi8(_mm_and_si128(fits(at, first), fits(at, second))) as u32 };
        let mut at = 0;
        while at + 16 <= positions {
            let found = first_of(block(at), at, &check);
            if found.is_some() {
                return found;
            }
            at += 16;
        }
        if at == positions {
            return None;
        }
        let last = positions - 16;
        first_of(block(last) & (0xFFFF << (at - last)), last, &check)
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
