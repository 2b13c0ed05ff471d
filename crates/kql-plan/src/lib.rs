//! From bound tree to DataFusion logical plan, and the nodes DataFusion lacks.

mod error;
mod host;
pub mod nodes;

pub use error::{PlanError, Result};
pub use host::Host;
