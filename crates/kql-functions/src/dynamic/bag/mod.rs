//! Functions over property bags, one file per small family.

pub(crate) mod keys;
pub(crate) mod merge;
pub(crate) mod pack;
pub(crate) mod treepath;
