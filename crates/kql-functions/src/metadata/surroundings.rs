//! Functions about the query's surroundings: database, cluster, user, cursors, extents.
//!
//! A plan does not know them: the engine answers `current_database()` itself, the rest belongs to the service.

use crate::ScalarFunction;
use datafusion_common::internal_err;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, Support};

/// A function that nothing here computes.
const fn outside(
    name: &'static str,
    signature: &'static [&'static str],
    doc: &'static str,
    support: Support,
) -> ScalarFunction {
    ScalarFunction {
        spec: FunctionSpec::new(name, FunctionKind::Scalar, signature, doc).support(support),
        kernel: |_, _| internal_err!("a function of the service is refused before it runs"),
    }
}

const CURSOR: Support = Support::Cloud("database cursors belong to the service: compare a time column instead");
const USER: Support = Support::Cloud("there is no signed-in user here: write the name as a literal");
const EXTENT: Support = Support::CheckOnly("local data has no extents: leave the function out");

pub(crate) static CURRENT_DATABASE: ScalarFunction = outside(
    "current_database",
    &["() -> string"],
    "The name of the current database. <https://learn.microsoft.com/kusto/query/current-database-function>",
    Support::CheckOnly("write the name of the database as a literal"),
);

pub(crate) static CURRENT_CLUSTER_ENDPOINT: ScalarFunction = outside(
    "current_cluster_endpoint",
    &["() -> string"],
    "The address of the cluster. <https://learn.microsoft.com/kusto/query/current-cluster-endpoint-function>",
    Support::Cloud("there is no cluster here: write the address as a literal"),
);

pub(crate) static CURRENT_PRINCIPAL: ScalarFunction = outside(
    "current_principal",
    &["() -> string"],
    "The user that runs the query. <https://learn.microsoft.com/kusto/query/current-principal-function>",
    USER,
);

pub(crate) static CURRENT_PRINCIPAL_DETAILS: ScalarFunction = outside(
    "current_principal_details",
    &["() -> dynamic"],
    "What is known of the user that runs the query. \
     <https://learn.microsoft.com/kusto/query/current-principal-details-function>",
    USER,
);

pub(crate) static CURRENT_PRINCIPAL_IS_MEMBER_OF: ScalarFunction = outside(
    "current_principal_is_member_of",
    &["(group...1..64:string|dynamic) -> bool"],
    "Whether the user that runs the query belongs to a group. \
     <https://learn.microsoft.com/kusto/query/current-principal-ismemberof-function>",
    USER,
);

pub(crate) static CURSOR_CURRENT: ScalarFunction = {
    let mut function = outside(
        "cursor_current",
        &["() -> string"],
        "The cursor of the database. <https://learn.microsoft.com/kusto/query/cursor-current>",
        CURSOR,
    );
    function.spec.aliases = &["current_cursor"];
    function
};

pub(crate) static CURSOR_AFTER: ScalarFunction = outside(
    "cursor_after",
    &["(cursor:string) -> bool"],
    "Whether a record came after a cursor. <https://learn.microsoft.com/kusto/query/cursor-after-function>",
    CURSOR,
);

pub(crate) static CURSOR_BEFORE_OR_AT: ScalarFunction = outside(
    "cursor_before_or_at",
    &["(cursor:string) -> bool"],
    "Whether a record came before a cursor or with it. \
     <https://learn.microsoft.com/kusto/query/cursor-before-or-at-function>",
    CURSOR,
);

pub(crate) static EXTENT_ID: ScalarFunction = {
    let mut function = outside(
        "extent_id",
        &["() -> guid"],
        "The data shard that holds a record. <https://learn.microsoft.com/kusto/query/extent-id-function>",
        EXTENT,
    );
    function.spec.aliases = &["extentid"];
    function
};

pub(crate) static EXTENT_TAGS: ScalarFunction = outside(
    "extent_tags",
    &["() -> dynamic"],
    "The tags of the data shard that holds a record. <https://learn.microsoft.com/kusto/query/extent-tags-function>",
    EXTENT,
);

pub(crate) static INGESTION_TIME: ScalarFunction = {
    let mut function = outside(
        "ingestion_time",
        &["() -> datetime"],
        "When a record was ingested. <https://learn.microsoft.com/kusto/query/ingestion-time-function>",
        Support::CheckOnly("captured records do not say when they were ingested: write TimeGenerated or Timestamp"),
    );
    function.spec.result_name = ResultName::Fixed("$IngestionTime");
    function
};

pub(crate) static ROW_ID: ScalarFunction = outside(
    "row_id",
    &["() -> string"],
    "What tells a record from all others of its table.",
    Support::CheckOnly("local records have no identity: write row_number() over serialized rows"),
);

pub(crate) static CURRENT_NODE_ID: ScalarFunction = outside(
    "current_node_id",
    &["() -> string"],
    "The machine of the cluster that reads a record.",
    Support::Cloud("there is no cluster here: leave the function out"),
);

pub(crate) static ROWSTORE_ORDINAL_RANGE: ScalarFunction = outside(
    "rowstore_ordinal_range",
    &["() -> dynamic"],
    "Where a record stands in the row store of streaming ingestion.",
    Support::Cloud("there is no row store here: leave the function out"),
);
