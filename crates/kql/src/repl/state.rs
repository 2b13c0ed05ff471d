//! What a session at the prompt remembers.

use super::lets::Lets;
use crate::graphics::Screen;
use kql_engine::{QueryResult, Session};
use kql_render::Format;
use std::path::PathBuf;

/// The session and how its results are shown.
#[derive(Debug)]
pub(crate) struct Shell {
    pub(crate) session: Session,
    pub(crate) lets: Lets,
    pub(crate) settings: Settings,
    /// The results of the last query.
    pub(crate) last: Vec<QueryResult>,
    /// The last query that ran.
    pub(crate) last_query: String,
}

/// What the commands of the prompt change.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) format: Format,
    /// Rows shown.
    pub(crate) rows: usize,
    /// A file instead of the screen.
    pub(crate) output: Option<PathBuf>,
    /// A file for charts.
    pub(crate) chart: Option<PathBuf>,
    pub(crate) timer: bool,
    pub(crate) stats: bool,
    pub(crate) pretty: bool,
    pub(crate) pager: bool,
    pub(crate) color: bool,
    /// The terminal charts are drawn on.
    pub(crate) screen: Screen,
    pub(crate) quiet: bool,
}
