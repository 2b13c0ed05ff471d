//! Aggregates that count and compute.

use crate::AggregateFunction;

mod avg;
mod count;
mod count_distinct;
mod covariance;
mod dcount;
mod hll;
mod percentile;
mod percentile_state;
mod sum;
mod tdigest;
mod variance;

/// The functions of this family.
pub static FUNCTIONS: &[&AggregateFunction] = &[
    &count::COUNT,
    &count::COUNTIF,
    &count::CNT,
    &sum::SUM,
    &sum::SUMIF,
    &avg::AVG,
    &avg::AVGIF,
    &variance::STDEV,
    &variance::STDEVIF,
    &variance::STDEVP,
    &variance::VARIANCE,
    &variance::VARIANCEIF,
    &variance::VARIANCEP,
    &variance::VARIANCEPIF,
    &covariance::COVARIANCE,
    &covariance::COVARIANCEIF,
    &covariance::COVARIANCEP,
    &covariance::COVARIANCEPIF,
    &dcount::DCOUNT,
    &dcount::DCOUNTIF,
    &count_distinct::COUNT_DISTINCT,
    &count_distinct::COUNT_DISTINCTIF,
    &hll::HLL,
    &hll::HLL_IF,
    &hll::HLL_MERGE,
    &percentile::PERCENTILE,
    &percentile::PERCENTILES,
    &percentile::PERCENTILES_ARRAY,
    &percentile::PERCENTILEW,
    &percentile::PERCENTILESW,
    &percentile::PERCENTILESW_ARRAY,
    &tdigest::TDIGEST,
    &tdigest::TDIGEST_MERGE,
];
