//! Graphs: one node that takes in the edges and the node tables, makes a graph of them, changes it, and gives the rows of a
//! match or of a table of its nodes or edges.
//!
//! Nodes and edges are numbered; their properties stay columns. A match is a tuple of numbers, and expressions over single
//! nodes and edges (properties, predicates of one element, `map`) are computed once for all of them, column by column;
//! what reads several elements is a filter or a projection above the node. All inputs are held, counted as the query's
//! memory; a search gives way every few thousand steps, so that it can be stopped.

mod adjacency;
mod build;
mod components;
mod elements;
mod exec;
mod logical;
mod matching;
mod output;
mod search;
mod shortest;
mod task;

pub(crate) use elements::RAW_ID;
pub use exec::GraphExec;
pub use logical::GraphNode;
pub(crate) use task::{
    Change, EdgeSlot, GraphTask, MatchColumn, MatchTask, MatchValue, NodeSlot, Output, SOURCE_ID, TARGET_ID,
};
