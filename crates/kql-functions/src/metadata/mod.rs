//! Functions about records and the query's surroundings.

use crate::ScalarFunction;

mod record;
mod surroundings;

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] = &[
    &record::NEW_GUID,
    &record::COLUMN_IFEXISTS,
    &record::ESTIMATE_DATA_SIZE,
    &record::ASSERT,
    &surroundings::CURRENT_DATABASE,
    &surroundings::CURRENT_CLUSTER_ENDPOINT,
    &surroundings::CURRENT_PRINCIPAL,
    &surroundings::CURRENT_PRINCIPAL_DETAILS,
    &surroundings::CURRENT_PRINCIPAL_IS_MEMBER_OF,
    &surroundings::CURSOR_CURRENT,
    &surroundings::CURSOR_AFTER,
    &surroundings::CURSOR_BEFORE_OR_AT,
    &surroundings::EXTENT_ID,
    &surroundings::EXTENT_TAGS,
    &surroundings::INGESTION_TIME,
    &surroundings::ROW_ID,
    &surroundings::CURRENT_NODE_ID,
    &surroundings::ROWSTORE_ORDINAL_RANGE,
];
