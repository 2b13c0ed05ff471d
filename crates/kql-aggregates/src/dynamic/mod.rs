//! Aggregates that collect values into dynamic arrays and bags.

use crate::AggregateFunction;
use crate::udaf::Call;
use datafusion_common::DataFusionError;
use kql_diagnostic::code;
use kql_functions::kernel::refuse;

mod buildschema;
mod make_bag;
mod make_list;
mod make_set;
mod series_collect;

/// The most elements an array or bag is given (<https://learn.microsoft.com/kusto/query/make-list-aggregation-function>).
const MAX_ELEMENTS: usize = 1_048_576;
/// The same of the old spellings `makelist` and `makeset`.
const OLD_MAX_ELEMENTS: usize = 128;
/// The most bytes of a result. Arrow's texts end at 4 GiB.
const MAX_TEXT: usize = 1 << 30;

/// The error of a result beyond the limits.
fn too_large(function: &str, what: &str) -> DataFusionError {
    refuse(code::LIMIT, format!("{function} was to make {what} (E_RUNAWAY_QUERY)"))
}

/// The number of elements that a call's second argument allows.
fn max_elements(call: &Call, default: usize) -> usize {
    let given = call.constant_long(1).map(|n| usize::try_from(n).unwrap_or(0));
    given.unwrap_or(default).min(MAX_ELEMENTS)
}

pub(crate) use series_collect::SERIES_COLLECT;

/// The functions of this family.
pub static FUNCTIONS: &[&AggregateFunction] = &[
    &make_list::MAKE_LIST,
    &make_list::MAKE_LIST_IF,
    &make_list::MAKE_LIST_WITH_NULLS,
    &make_list::MAKELIST,
    &make_set::MAKE_SET,
    &make_set::MAKE_SET_IF,
    &make_set::MAKESET,
    &make_bag::MAKE_BAG,
    &make_bag::MAKE_BAG_IF,
    &make_bag::MAKE_DICTIONARY,
    &buildschema::BUILDSCHEMA,
];
