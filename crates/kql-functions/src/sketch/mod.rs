//! Sketches: what `hll` and `tdigest` give, and the functions that read and merge it.

mod digest;
mod hash_set;
mod hll;
mod hll_functions;
mod hll_intersect;
mod ordinal;
mod tdigest;
mod tdigest_functions;
#[cfg(test)]
mod tests;

use crate::ScalarFunction;

pub use digest::{Digest, Key, WeightOverflow};
pub use hll::{DEFAULT_ACCURACY, HashedSet, Hll, Identity, set_bytes, table_bytes};
pub use ordinal::{ordinal_to_real, real_to_ordinal};
pub use tdigest::{TDIGEST_LIMIT, Tdigest};

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] = &[
    &hll_functions::DCOUNT_HLL,
    &hll_functions::HLL_MERGE,
    &hll_intersect::DCOUNT_INTERSECT,
    &tdigest_functions::TDIGEST_MERGE,
    &tdigest_functions::PERCENTILE_TDIGEST,
    &tdigest_functions::PERCENTILES_ARRAY_TDIGEST,
    &tdigest_functions::RANK_TDIGEST,
    &tdigest_functions::PERCENTRANK_TDIGEST,
];
