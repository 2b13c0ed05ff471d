//! Aggregation functions from outside: through their accumulators, one by one, and through DataFusion's plans.

// The whole crate is a test; clippy knows only functions marked as such.
#![allow(clippy::unwrap_used)]

mod calls;
mod declarations;
mod partitions;
mod plans;
mod support;
