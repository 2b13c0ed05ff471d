//! Which calls DataFusion's own aggregates answer as Kusto does.

use crate::AggregateFunction;
use kql_types::ScalarType;

/// A DataFusion aggregate that may stand for a call.
///
/// The planner does not have to use it. It pays where DataFusion answers from statistics: `count`, `min` and `max` of a
/// whole file, or of a file whose row groups need not all be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Native {
    /// `count(1)`, not `count(x)`, as nulls count in Kusto.
    Count,
    /// `min(x)`; of a string `coalesce(min(x), '')`.
    Min,
    /// `max(x)`; of a string `coalesce(max(x), '')`.
    Max,
}

impl AggregateFunction {
    /// The DataFusion aggregate for a call with these argument types, if there is one with the same answer. Its argument is
    /// the call's first; where [`AggregateFunction::predicate`] names an argument, that becomes the `FILTER`.
    ///
    /// Totals and means are left out: DataFusion's `sum` of nothing is null, its `avg` of longs does not wrap, and neither
    /// is faster. So are `min` and `max` of reals, which take NaN for the largest.
    pub fn native(&self, arguments: &[ScalarType]) -> Option<Native> {
        match (self.spec.name, arguments.first()) {
            ("count" | "countif" | "cnt", _) => Some(Native::Count),
            (_, None | Some(ScalarType::Real | ScalarType::Dynamic)) => None,
            ("min" | "minif", _) => Some(Native::Min),
            ("max" | "maxif", _) => Some(Native::Max),
            _ => None,
        }
    }
}
