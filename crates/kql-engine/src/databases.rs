//! The databases of a session: tables, functions, watchlists, and what stands for databases elsewhere.

use crate::place::Place;
use crate::tables::{TableData, Tables};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Name of the database that queries are asked of.
pub(crate) const DATABASE: &str = "NetDefaultDB";

/// A function kept in a database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Function {
    /// With their parentheses.
    pub(crate) parameters: Arc<str>,
    /// With its braces.
    pub(crate) body: Arc<str>,
    /// Wildcards see it as a table.
    pub(crate) view: bool,
    pub(crate) described: Description,
}

/// What a table or function says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Description {
    pub(crate) folder: String,
    pub(crate) docstring: String,
}

/// One database.
#[derive(Clone, Debug, Default)]
pub(crate) struct Database {
    pub(crate) tables: Tables,
    pub(crate) functions: BTreeMap<Arc<str>, Function>,
    /// Of the tables that say something.
    pub(crate) described: BTreeMap<Arc<str>, Description>,
}

/// All databases of a session. A query works on a snapshot; a command puts a changed one in its place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Databases {
    /// The one queries are asked of.
    pub(crate) own: Database,
    /// The others by name.
    pub(crate) others: BTreeMap<Arc<str>, Database>,
    /// Watchlists by alias.
    pub(crate) watchlists: BTreeMap<Arc<str>, TableData>,
    /// Places elsewhere and the database that stands for each.
    pub(crate) places: Vec<(Place, Arc<str>)>,
    /// Rises with each change of a schema.
    pub(crate) version: u32,
}

impl Databases {
    /// The database of a name, ignoring case; `None` asks for the own one.
    pub(crate) fn get(&self, name: Option<&str>) -> Option<&Database> {
        match name {
            None => Some(&self.own),
            Some(name) if name.eq_ignore_ascii_case(DATABASE) => Some(&self.own),
            Some(name) => self.others.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, d)| d),
        }
    }

    /// The name of a database as it is written, found ignoring case.
    pub(crate) fn name_of(&self, name: &str) -> Option<Arc<str>> {
        self.names().into_iter().find(|n| n.eq_ignore_ascii_case(name))
    }

    /// Names of all databases, the own one first.
    pub(crate) fn names(&self) -> Vec<Arc<str>> {
        std::iter::once(Arc::from(DATABASE)).chain(self.others.keys().cloned()).collect()
    }

    /// The database that stands for a place, or is it.
    pub(crate) fn standing_for(&self, place: &Place) -> Option<Arc<str>> {
        let mapped = self.places.iter().rev().find(|(p, _)| p == place).map(|(_, name)| Arc::clone(name));
        mapped.or_else(|| match place {
            Place::Database { cluster: None, name } => self.name_of(name),
            _ => None,
        })
    }

    /// The table of a name in a database: watchlists have names that no query can write.
    pub(crate) fn table(&self, database: Option<&str>, name: &str) -> Option<&TableData> {
        match name.strip_prefix(WATCHLIST) {
            Some(alias) => self.watchlists.get(alias),
            None => self.get(database)?.tables.get(name),
        }
    }
}

/// What the names of tables that are watchlists start with.
pub(crate) const WATCHLIST: &str = "\u{1}watchlist:";
