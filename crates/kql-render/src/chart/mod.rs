//! Charts of `render`: which column plays which role, and how a chart looks in a terminal.

mod data;
mod terminal;

pub use data::{Axis, ChartData, Series};
pub use terminal::{Size, draw};
