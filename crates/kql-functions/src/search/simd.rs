//! Vector code for x86-64, and plain code in its place elsewhere.
//!
//! This is the only module of the crate with `unsafe`, for two things: loads from memory, each from a slice of the right
//! length that was cut just before with a bounds check; and calls of functions that need AVX2, right after asking the
//! processor for it. SSE2 is part of x86-64.

#![allow(unsafe_code)]

use super::pair::Probe;

/// Positions a text must offer for [`find_pair`].
pub(super) const PAIR_MIN: usize = 16;

/// The first of `positions` where both bytes fit and that `check` agrees to.
///
/// `positions` is at least [`PAIR_MIN`]; a needle at any of them lies inside the text.
#[inline]
pub(super) fn find_pair(
    pair: [Probe; 2],
    text: &[u8],
    positions: usize,
    check: impl Fn(usize) -> bool,
) -> Option<usize> {
    #[cfg(target_arch = "x86_64")]
    {
        if positions >= 32 && is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            return unsafe { x86::find_pair_avx2(pair, text, positions, check) };
        }
        // SAFETY: every x86-64 processor has SSE2.
        unsafe { x86::find_pair_sse2(pair, text, positions, check) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    (0..positions).find(|at| pair[1].fits(*at, text) && pair[0].fits(*at, text) && check(*at))
}

/// Three bytes that are looked for at once, for eight groups of needles: by nibble of each byte, a bit for each group it
/// may belong to.
#[derive(Clone, Debug, Default)]
pub(super) struct Fingerprints {
    /// By place and low nibble.
    pub(super) low: [[u8; 16]; 3],
    /// By place and high nibble.
    pub(super) high: [[u8; 16]; 3],
}

impl Fingerprints {
    /// True when [`Self::find`] is faster than searching for each needle.
    pub(super) fn is_fast() -> bool {
        #[cfg(target_arch = "x86_64")]
        return is_x86_feature_detected!("avx2");
        #[cfg(not(target_arch = "x86_64"))]
        false
    }

    /// The groups whose fingerprint may be at byte `at`; bytes after the end of the text count as 0.
    fn groups(&self, text: &[u8], at: usize) -> u8 {
        let fits = |i: usize| {
            let byte = text.get(at + i).copied().unwrap_or(0);
            self.low[i][usize::from(byte & 15)] & self.high[i][usize::from(byte >> 4)]
        };
        fits(0) & fits(1) & fits(2)
    }

    /// True when `check` agrees to a place and the groups that may begin there.
    #[inline]
    pub(super) fn find(&self, text: &[u8], check: impl Fn(usize, u8) -> bool) -> bool {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            // SAFETY: the processor has AVX2.
            return unsafe { x86::find_fingerprints(self, text, check) };
        }
        (0..text.len()).any(|at| {
            let groups = self.groups(text, at);
            groups != 0 && check(at, groups)
        })
    }
}

/// Calls `f` with start and end of each run of ASCII letters and digits until it is true. Bytes outside ASCII delimit.
#[inline]
pub(super) fn any_ascii_term(text: &[u8], f: impl FnMut(usize, usize) -> bool) -> bool {
    #[cfg(target_arch = "x86_64")]
    if is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2.
        return unsafe { x86::any_ascii_term(text, f) };
    }
    any_ascii_term_plain(text, f)
}

fn any_ascii_term_plain(text: &[u8], mut f: impl FnMut(usize, usize) -> bool) -> bool {
    let mut start = None;
    for (at, byte) in text.iter().enumerate() {
        match (byte.is_ascii_alphanumeric(), start) {
            (true, None) => start = Some(at),
            (false, Some(from)) => {
                if f(from, at) {
                    return true;
                }
                start = None;
            }
            _ => {}
        }
    }
    start.is_some_and(|from| f(from, text.len()))
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::super::pair::Probe;
    use super::Fingerprints;
    use std::arch::x86_64::*;

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

    /// Bytes `at` to `at + 32`.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(text: &[u8], at: usize) -> __m256i {
        let bytes = &text[at..at + 32];
        // SAFETY: `bytes` has 32 bytes; the load needs no alignment.
        unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn find_pair_avx2(
        pair: [Probe; 2],
        text: &[u8],
        positions: usize,
        check: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let constants = |p: Probe| (p.offset, _mm256_set1_epi8(p.byte as i8), _mm256_set1_epi8(p.mask as i8));
        let [first, second] = pair.map(constants);
        let fits = |at: usize, (offset, byte, mask): (usize, __m256i, __m256i)| {
            _mm256_cmpeq_epi8(_mm256_or_si256(load(text, at + offset), mask), byte)
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

    #[target_feature(enable = "sse2")]
    pub(super) fn find_pair_sse2(
        pair: [Probe; 2],
        text: &[u8],
        positions: usize,
        check: impl Fn(usize) -> bool,
    ) -> Option<usize> {
        let constants = |p: Probe| (p.offset, _mm_set1_epi8(p.byte as i8), _mm_set1_epi8(p.mask as i8));
        let [first, second] = pair.map(constants);
        let fits = |at: usize, (offset, byte, mask): (usize, __m128i, __m128i)| {
            let bytes = &text[at + offset..at + offset + 16];
            // SAFETY: `bytes` has 16 bytes; the load needs no alignment.
            let loaded = unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) };
            _mm_cmpeq_epi8(_mm_or_si128(loaded, mask), byte)
        };
        let block = |at: usize| _mm_movemask_epi8(_mm_and_si128(fits(at, first), fits(at, second))) as u32;
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

    /// The rest of a text after its whole blocks, with zeros behind it.
    const TAIL: usize = 96;

    #[target_feature(enable = "avx2")]
    pub(super) fn find_fingerprints(
        fingerprints: &Fingerprints,
        text: &[u8],
        check: impl Fn(usize, u8) -> bool,
    ) -> bool {
        let nibble = _mm256_set1_epi8(15);
        let tables = |tables: &[[u8; 16]; 3]| {
            tables.map(|table| {
                // SAFETY: `table` has 16 bytes; the load needs no alignment.
                _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(table.as_ptr().cast()) })
            })
        };
        let (low, high) = (tables(&fingerprints.low), tables(&fingerprints.high));
        let groups = |bytes: &[u8], at: usize| {
            let fits = |i: usize| {
                let loaded = load(bytes, at + i);
                let lows = _mm256_shuffle_epi8(low[i], _mm256_and_si256(loaded, nibble));
                let highs = _mm256_and_si256(_mm256_srli_epi16::<4>(loaded), nibble);
                _mm256_and_si256(lows, _mm256_shuffle_epi8(high[i], highs))
            };
            _mm256_and_si256(_mm256_and_si256(fits(0), fits(1)), fits(2))
        };
        let any = |groups: __m256i, block: usize, count: usize| {
            let none = _mm256_cmpeq_epi8(groups, _mm256_setzero_si256());
            let mut places = !(_mm256_movemask_epi8(none) as u32);
            if count < 32 {
                places &= (1 << count) - 1;
            }
            if places == 0 {
                return false;
            }
            let mut bits = [0u8; 32];
            // SAFETY: `bits` has 32 bytes; the store needs no alignment.
            unsafe { _mm256_storeu_si256(bits.as_mut_ptr().cast(), groups) };
            while places != 0 {
                let i = places.trailing_zeros() as usize;
                if check(block + i, bits[i & 31]) {
                    return true;
                }
                places &= places - 1;
            }
            false
        };
        let mut at = 0;
        while at + 34 <= text.len() {
            if any(groups(text, at), at, 32) {
                return true;
            }
            at += 32;
        }
        let rest = &text[at..];
        let mut tail = [0u8; TAIL];
        tail[..rest.len()].copy_from_slice(rest);
        (0..rest.len()).step_by(32).any(|block| any(groups(&tail, block), at + block, rest.len() - block))
    }

    /// A bit for each byte that is an ASCII letter or digit.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn alphanumeric(bytes: __m256i) -> u32 {
        // Signed comparisons: bytes outside ASCII are negative and in no range.
        let within = |bytes: __m256i, first: u8, last: u8| {
            let above = _mm256_cmpgt_epi8(bytes, _mm256_set1_epi8(first as i8 - 1));
            _mm256_andnot_si256(_mm256_cmpgt_epi8(bytes, _mm256_set1_epi8(last as i8)), above)
        };
        let letters = within(_mm256_or_si256(bytes, _mm256_set1_epi8(0x20)), b'a', b'z');
        _mm256_movemask_epi8(_mm256_or_si256(letters, within(bytes, b'0', b'9'))) as u32
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn any_ascii_term(text: &[u8], mut f: impl FnMut(usize, usize) -> bool) -> bool {
        let mut start = None;
        let mut step = |mask: u32, block: usize| {
            // Where a run begins or ends, compared with the byte before.
            let mut changes = mask ^ (mask << 1 | u32::from(start.is_some()));
            while changes != 0 {
                let at = block + changes.trailing_zeros() as usize;
                match start {
                    None => start = Some(at),
                    Some(from) => {
                        if f(from, at) {
                            return true;
                        }
                        start = None;
                    }
                }
                changes &= changes - 1;
            }
            false
        };
        let mut at = 0;
        while at + 32 <= text.len() {
            if step(alphanumeric(load(text, at)), at) {
                return true;
            }
            at += 32;
        }
        let rest = &text[at..];
        let mut tail = [0u8; 32];
        tail[..rest.len()].copy_from_slice(rest);
        // The zeros behind the rest end a run, unless the text ends with a whole block.
        step(alphanumeric(load(&tail, 0)), at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn terms_are_those_of_the_plain_loop(text in "[aZ09@\\[`{/:é ]{0,120}") {
            let (mut fast, mut plain) = (Vec::new(), Vec::new());
            any_ascii_term(text.as_bytes(), |a, b| { fast.push((a, b)); false });
            any_ascii_term_plain(text.as_bytes(), |a, b| { plain.push((a, b)); false });
            prop_assert_eq!(&fast, &plain);
            let third = any_ascii_term(text.as_bytes(), |a, b| plain.get(2) == Some(&(a, b)));
            prop_assert_eq!(third, plain.len() > 2);
        }

        #[test]
        fn fingerprints_are_those_of_the_plain_loop(
            low in proptest::array::uniform3(proptest::array::uniform16(0u8..=255)),
            high in proptest::array::uniform3(proptest::array::uniform16(0u8..=255)),
            text in proptest::collection::vec(0u8..=255, 0..120),
        ) {
            let fingerprints = Fingerprints { low, high };
            let seen = std::cell::RefCell::new(Vec::new());
            fingerprints.find(&text, |at, groups| { seen.borrow_mut().push((at, groups)); false });
            let want: Vec<_> =
                (0..text.len()).map(|at| (at, fingerprints.groups(&text, at))).filter(|(_, g)| *g != 0).collect();
            prop_assert_eq!(seen.into_inner(), want);
        }
    }
}
