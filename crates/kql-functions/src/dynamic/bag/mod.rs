//! Functions over property bags, one file per small family.

use crate::ScalarFunction;

mod keys;
mod merge;
mod pack;
mod treepath;

/// The functions of this family.
pub(crate) static FUNCTIONS: &[&ScalarFunction] = &[
    &pack::BAG_PACK,
    &pack::BAG_PACK_COLUMNS,
    &pack::PACK_ALL,
    &pack::BAG_ZIP,
    &keys::BAG_KEYS,
    &keys::BAG_HAS_KEY,
    &keys::BAG_REMOVE_KEYS,
    &keys::BAG_SET_KEY,
    &merge::BAG_MERGE,
    &treepath::TREEPATH,
];
