//! Aggregation functions from outside: through their accumulators, one by one, and through DataFusion's plans.

mod calls;
mod declarations;
mod partitions;
mod plans;
mod support;
