//! Operators that DataFusion lacks: one logical and one physical node around an [`Operation`] each file here describes.

mod exec;
mod keys;
mod logical;
mod operation;
mod planner;

mod compact;
pub(crate) mod fields;
pub(crate) mod first_per_key;
pub(crate) mod graph;
pub(crate) mod group_limit;
pub(crate) mod legs_alike;
pub(crate) mod make_series;
pub(crate) mod mv_expand;
pub(crate) mod order_pin;
pub(crate) mod patterns;
pub(crate) mod range;
pub(crate) mod reduce;
pub(crate) mod row_id;
pub(crate) mod rows_near;
pub(crate) mod sample;
pub(crate) mod scan;
pub(crate) mod sequence;
pub(crate) mod table_lookup;
pub(crate) mod window;

pub use compact::{Compact, compact};
pub use exec::OperationExec;
pub use graph::{GraphExec, GraphNode};
pub use logical::OperationNode;
pub use operation::{FiltersBelow, Needs, Operation, Start, Transform};
pub use planner::{KqlExtensionPlanner, KqlQueryPlanner};
