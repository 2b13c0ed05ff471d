//! `dcount`, `dcountif`: about how many distinct values.

use super::hll::HllState;
use crate::AggregateFunction;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};

pub(crate) static DCOUNT: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "dcount",
        FunctionKind::Aggregate,
        &["(expr:scalar, accuracy?:const not_dynamic) -> long"],
        "Number of distinct values that are not null: exact for few, above an estimate. By accuracy 0 to 4 (1 when left \
         out) that is up to 1024, 4096, 16384, 32768, 65536 values, and 1.6, 0.8, 0.4, 0.28, 0.2 % standard error. \
         <https://learn.microsoft.com/kusto/query/dcount-aggregation-function>",
    )
    .named(ResultName::Prefix("dcount"))
    .examples(&[example("range x from 1 to 9 step 1 | summarize n = dcount(x % 4)", "{\"n\":4}")]),
    |call| Ok(Box::new(HllState::counting(call))),
);

pub(crate) static DCOUNTIF: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "dcountif",
        FunctionKind::Aggregate,
        &["(expr:scalar, predicate:bool, accuracy?:const not_dynamic) -> long"],
        "`dcount` of the rows where the predicate is true. \
         <https://learn.microsoft.com/kusto/query/dcountif-aggregation-function>",
    )
    .named(ResultName::Prefix("dcountif"))
    .examples(&[example("range x from 1 to 9 step 1 | summarize n = dcountif(x % 4, x < 3)", "{\"n\":2}")]),
    |call| Ok(Box::new(HllState::counting(call))),
)
.filtered(1);
