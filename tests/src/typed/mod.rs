//! Random, valid, typed queries, and properties every one of them must have.
//!
//! [`choices`] makes and shrinks them, [`expression`] and [`pipeline`] say what they are made of, [`property`] what must hold,
//! [`hunt`] looks for those that break it. `cargo run -p kql-tests --bin fuzz-typed -- --minutes 10` looks for long.

pub mod choices;
pub mod data;
pub mod expression;
pub mod hunt;
pub mod pipeline;
mod plugins;
pub mod property;
pub mod values;
