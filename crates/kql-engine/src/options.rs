//! What a session is made with.

use crate::databases::{DATABASE, Databases};
use crate::place::Place;
use crate::session::Session;
use crate::tables::Tables;
use kql_catalog::Profile;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The instant of `now()`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// The machine's, read once per query.
    System,
    /// This instant, in ticks.
    Fixed(i64),
    /// The newest event loaded; the machine's clock when there is none.
    Latest,
}

/// What a query may use.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time from start to last row.
    pub timeout: Duration,
    /// Bytes for operators that hold rows (they spill to disk before they fail, where DataFusion can).
    pub memory: usize,
    /// Rows of a result; one more fails the query, as in the service.
    pub max_rows: usize,
    /// Threads that run a query.
    pub threads: usize,
}

impl Default for Limits {
    /// The service's four minutes and 500,000 rows, three quarters of the machine's memory, all processors.
    fn default() -> Self {
        Limits {
            timeout: Duration::from_secs(240),
            memory: machine_memory() / 4 * 3,
            max_rows: 500_000,
            threads: std::thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

/// How plans are run: for tests that compare the ways. Answers must not depend on it.
#[derive(Clone, Copy, Debug)]
pub struct Tuning {
    /// Optimize logical plans. Without it only the rules run that plans need.
    pub optimize: bool,
    /// Spread work over all threads however few rows there are.
    pub spread_small: bool,
    /// Most rows of a batch.
    pub batch_rows: usize,
}

impl Default for Tuning {
    fn default() -> Self {
        Tuning { optimize: true, spread_small: false, batch_rows: 8192 }
    }
}

/// Bytes of memory this machine has free for programs; 4 GiB where nobody tells.
pub(crate) fn machine_memory() -> usize {
    let text = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kilobytes = text
        .lines()
        .find_map(|l| l.strip_prefix("MemTotal:"))
        .and_then(|l| l.trim().trim_end_matches("kB").trim().parse::<usize>().ok());
    kilobytes.map_or(4 << 30, |k| k * 1024)
}

/// Builds a [`Session`].
#[derive(Debug)]
pub struct SessionBuilder {
    pub(crate) clock: Clock,
    pub(crate) limits: Limits,
    pub(crate) tuning: Tuning,
    pub(crate) profile: Profile,
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) externals: Vec<(String, PathBuf)>,
    pub(crate) allowed: Vec<PathBuf>,
    pub(crate) geo_ip: Option<PathBuf>,
    pub(crate) databases: Databases,
}

impl Default for SessionBuilder {
    fn default() -> Self {
        SessionBuilder {
            clock: Clock::System,
            limits: Limits::default(),
            tuning: Tuning::default(),
            profile: Profile::All,
            parameters: Vec::new(),
            externals: Vec::new(),
            allowed: Vec::new(),
            geo_ip: None,
            databases: Databases::default(),
        }
    }
}

impl SessionBuilder {
    /// Pins `now()`.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Sets the limits.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Sets how plans are run.
    #[must_use]
    pub fn tuning(mut self, tuning: Tuning) -> Self {
        self.tuning = tuning;
        self
    }

    /// Whose schemas known tables have.
    #[must_use]
    pub fn profile(mut self, profile: Profile) -> Self {
        self.profile = profile;
        self
    }

    /// A value of `declare query_parameters`: a KQL literal or its bare content.
    #[must_use]
    pub fn parameter(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// A local file that stands for a URL of `externaldata`.
    #[must_use]
    pub fn external(mut self, url: impl Into<String>, file: impl Into<PathBuf>) -> Self {
        self.externals.push((url.into(), file.into()));
        self
    }

    /// A folder whose files `externaldata` may read.
    #[must_use]
    pub fn allow(mut self, folder: impl Into<PathBuf>) -> Self {
        self.allowed.push(folder.into());
        self
    }

    /// A database in MaxMind's format, from which `geo_info_from_ip_address()` answers.
    #[must_use]
    pub fn geo_ip(mut self, file: impl Into<PathBuf>) -> Self {
        self.geo_ip = Some(file.into());
        self
    }

    /// The loaded tables.
    #[must_use]
    pub fn tables(mut self, tables: Tables) -> Self {
        self.databases.own.tables = tables;
        self
    }

    /// Another database, beside the one that queries are asked of: `database('name').Table` reads it.
    #[must_use]
    pub fn database(mut self, name: impl Into<Arc<str>>, tables: Tables) -> Self {
        let name = name.into();
        if name.eq_ignore_ascii_case(DATABASE) {
            self.databases.own.tables.extend(tables);
        } else {
            self.databases.others.entry(name).or_default().tables.extend(tables);
        }
        self
    }

    /// Lets a local database stand for a place elsewhere, written as queries write it: `cluster('c').database('d')`,
    /// `workspace('w')`, `app('a')`. Add the databases first.
    ///
    /// # Errors
    /// When the place cannot be read, or there is no such database.
    pub fn map(mut self, place: &str, database: &str) -> Result<Self, String> {
        let Some(read) = Place::parse(place) else {
            return Err(format!(
                "'{place}' is no place: write cluster('c').database('d'), database('d'), workspace('w'), app('a'), \
                 resource('r'), adx('c/d') or arg('')"
            ));
        };
        let Some(name) = self.databases.name_of(database) else {
            return Err(format!("there is no database '{database}' here: load it with --database {database}=PATH"));
        };
        self.databases.places.push((read, name));
        Ok(self)
    }

    /// A watchlist of Sentinel from a CSV file with a header line: what `_GetWatchlist('name')` gives. `key` is the column
    /// that is its search key.
    ///
    /// # Errors
    /// A sentence with what is wrong with the file.
    pub fn watchlist(mut self, name: &str, key: Option<&str>, file: &Path) -> Result<Self, String> {
        let updated = std::fs::metadata(file).and_then(|m| m.modified()).ok();
        let since = updated.and_then(|t| t.duration_since(std::time::UNIX_EPOCH).ok()).unwrap_or_default();
        let ticks = crate::session::UNIX_EPOCH.saturating_add(crate::session::ticks(since));
        let data = crate::watchlist::read(file, key, ticks)?;
        let watchlists = &mut self.databases.watchlists;
        watchlists.insert(Arc::from(name), data);
        if let Some(aliases) = crate::watchlist::aliases(watchlists) {
            watchlists.insert(Arc::from(crate::watchlist::ALIASES), aliases);
        }
        Ok(self)
    }

    /// Functions from a file, or from the `.kql`, `.csl` and `.kusto` files of a folder: `.create-or-alter function`
    /// commands, `let F = (…) {…};`, or a query, which is then the function of the file's name.
    ///
    /// # Errors
    /// A sentence with the file and what is wrong with it.
    pub fn functions(mut self, path: &Path) -> Result<Self, String> {
        self.databases.own.functions.extend(crate::function_files::read(path)?);
        Ok(self)
    }

    /// The session. Cheap: nothing is opened before a query needs it.
    pub fn build(self) -> Session {
        Session::new(self)
    }
}
