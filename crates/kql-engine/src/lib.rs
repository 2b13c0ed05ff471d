//! A session: data to ask, and the path a query takes through it.
//!
//! The life of a query in [`Session::run`]:
//!
//! 1. `kql_syntax::parse` turns the text into a syntax tree and diagnostics.
//! 2. `kql_bind::bind` resolves names and types against the session's [`catalog`], and may look at data through the
//!    [`probe`] (columns of `pivot` and `bag_unpack` depend on it).
//! 3. `kql_plan::Planner` makes a DataFusion logical plan of each result; parts such as `toscalar` are run on the way,
//!    through the [`host`].
//! 4. DataFusion optimizes and runs the plan; [`run`] watches time, memory and rows.
//! 5. A [`QueryResult`] goes back: Kusto types, Arrow batches, the `render`, figures.
//!
//! Statements that begin with a dot are management commands: [`commands`] runs them over the session's [`databases`].
//!
//! What DataFusion or Arrow say when they fail is turned into diagnostics in one place, [`errors`]. Only this crate and
//! `kql-sources` touch files; only this crate reads the clock. Nobody prints here.

mod catalog;
mod commands;
mod control;
mod databases;
mod errors;
mod external;
mod files;
mod function_files;
mod geo_ip;
mod host;
mod infer;
mod memory;
mod options;
mod place;
mod probe;
mod request;
mod result;
mod rows;
mod run;
mod running;
mod session;
mod stage;
mod tables;
mod watchlist;

pub use catalog::EngineCatalog;
pub use control::{Control, Progress};
pub use options::{Clock, Limits, SessionBuilder, Tuning};
pub use result::{Outcome, QueryResult, Stats};
pub use session::{Checked, Session, on_large_stack};
pub use stage::Stage;
pub use tables::{TableData, Tables};
