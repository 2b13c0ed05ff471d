//! Cells of grid systems: geohash, S2 and H3.

pub(crate) mod cover;
pub(crate) mod geohash;
pub(crate) mod h3;
pub(crate) mod h3_cover;
mod hash_order;
pub(crate) mod s2;
pub(crate) mod s2_functions;
