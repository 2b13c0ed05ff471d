//! Hash functions.

use crate::ScalarFunction;

mod digest;
mod xxhash;

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] = &[
    &xxhash::HASH,
    &xxhash::HASH_MANY,
    &xxhash::HASH_COMBINE,
    &digest::HASH_MD5,
    &digest::HASH_SHA1,
    &digest::HASH_SHA256,
];
