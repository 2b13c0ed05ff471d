//! The order in which the engine gives cells that it gathers in a hash set.
//!
//! Neighbours and covers come in the order of the buckets of a C++ `std::unordered_set` of the tokens, as the GNU library
//! lays it out when room for all is reserved: the same set is always in the same order, and queries that take the first
//! few depend on it.

/// Puts tokens, given in the order in which they enter the set, into the order of the set; double ones once.
pub(crate) fn hash_set_order(tokens: Vec<String>) -> Vec<String> {
    let buckets = PRIMES.iter().copied().find(|p| *p >= tokens.len() as u64).unwrap_or(LAST_PRIME);
    // The set is one list; a bucket knows where in it its tokens begin. A token of an empty bucket goes to the front of
    // the list, another one to the front of its bucket.
    let mut of_bucket: std::collections::HashMap<u64, Vec<String>> = std::collections::HashMap::new();
    let mut order: Vec<u64> = Vec::new();
    for token in tokens {
        let bucket = murmur(token.as_bytes()) % buckets;
        let list = of_bucket.entry(bucket).or_insert_with(|| {
            order.push(bucket);
            Vec::new()
        });
        if !list.contains(&token) {
            list.push(token);
        }
    }
    let lists = order.into_iter().rev().filter_map(|bucket| of_bucket.remove(&bucket));
    lists.flat_map(|list| list.into_iter().rev()).collect()
}

/// The numbers of buckets that the library chooses from.
const PRIMES: &[u64] = &[
    2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 103, 109, 113, 127,
    137, 139, 149, 157, 167, 179, 193, 199, 211, 227, 241, 257, 277, 293, 313, 337, 359, 383, 409, 439, 467, 503, 541,
    577, 619, 661, 709, 761, 823, 887, 953, 1031, 1109, 1193, 1289, 1381, 1493, 1613, 1741, 1879, 2029, 2179, 2357,
    2549, 2753, 2971, 3209, 3469, 3739, 4027, 4349, 4703, 5087, 5503, 5953, 6427, 6949, 7517, 8123, 8783, 9497, 10_273,
    11_113, 12_011, 12_983, 14_033, 15_173, 16_411, 17_749, 19_183, 20_753, 22_447, 24_281, 26_267, 28_411, 30_727,
    33_223, 35_933, 38_873, 42_043, 45_481, 49_201, 53_201, 57_557, 62_233, 67_307, 72_817, 78_779,
];
const LAST_PRIME: u64 = PRIMES[PRIMES.len() - 1];

/// MurmurHash64A as the library seeds it.
fn murmur(bytes: &[u8]) -> u64 {
    const MULTIPLIER: u64 = 0xc6a4_a793_5bd1_e995;
    let mix = |v: u64| v ^ (v >> 47);
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0u64, |word, byte| (word << 8) | u64::from(*byte));
    let mut hash = 0xc70f_6907 ^ (bytes.len() as u64).wrapping_mul(MULTIPLIER);
    let words = bytes.chunks_exact(8);
    let tail = words.remainder();
    for bytes in words {
        let data = mix(word(bytes).wrapping_mul(MULTIPLIER)).wrapping_mul(MULTIPLIER);
        hash = (hash ^ data).wrapping_mul(MULTIPLIER);
    }
    if !tail.is_empty() {
        hash = (hash ^ word(tail)).wrapping_mul(MULTIPLIER);
    }
    mix(mix(hash).wrapping_mul(MULTIPLIER))
}

#[cfg(test)]
mod tests {
    use super::hash_set_order;

    #[test]
    fn as_the_library_lays_it_out() {
        // Checked with g++ 12: a set of these strings with room reserved for them.
        let order = |tokens: &[&str]| hash_set_order(tokens.iter().map(|t| (*t).to_owned()).collect());
        assert_eq!(
            order(&["89c2f9", "89c251", "89c257", "89c25f", "89c2f7", "89c25b", "89c2f5", "89c25d"]),
            ["89c25d", "89c25b", "89c2f7", "89c257", "89c2f5", "89c251", "89c25f", "89c2f9"]
        );
        assert_eq!(order(&["a", "b", "a"]), order(&["a", "b", "b"]));
        assert!(order(&[]).is_empty());
    }
}
