//! Operators that DataFusion lacks: one logical and one physical node around an [`Operation`] each file here describes.

mod exec;
mod logical;
mod operation;
mod planner;

pub use exec::OperationExec;
pub use logical::OperationNode;
pub use operation::{FiltersBelow, Needs, Operation, Start, Transform};
pub use planner::{KqlExtensionPlanner, KqlQueryPlanner};
