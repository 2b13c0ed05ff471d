//! What the binder asks of its surroundings.

use crate::bound::Table;
use kql_diagnostic::Result;
use kql_types::function::FunctionSpec;
use kql_types::{RowSchema, ScalarType, Value};
use std::sync::Arc;

/// Tables and functions that exist. Names are case-sensitive, databases are not.
pub trait Catalog: Sync {
    /// The schema of a table, view or external table of a database (`None`: the current one).
    fn table(&self, database: Option<&str>, name: &str) -> Option<RowSchema>;

    /// Names of all tables of a database, in the order wildcards expand.
    fn table_names(&self, database: Option<&str>) -> Vec<Arc<str>>;

    /// The local database that `database(name)`, `cluster(cluster).database(name)` stands for. The name it comes back with is
    /// the one that the other methods take.
    fn database(&self, cluster: Option<&str>, name: &str) -> Option<Arc<str>>;

    /// The local database that stands for a scope of another service: `workspace('w')`, `app('a')`, `resource('r')`,
    /// `adx('c/d')`, `arg('')`.
    fn scope(&self, _kind: &str, _name: &str) -> Option<Arc<str>> {
        None
    }

    /// Names of all databases, the current one included.
    fn database_names(&self) -> Vec<Arc<str>> {
        vec![Arc::from(self.current_database())]
    }

    /// The name of the current database.
    fn current_database(&self) -> &str;

    /// A scalar or window function by name or alias.
    fn scalar_function(&self, name: &str) -> Option<&'static FunctionSpec>;

    /// An aggregation function by name or alias.
    fn aggregate(&self, name: &str) -> Option<&'static FunctionSpec>;

    /// Whether there is what a function reads that the session must be given.
    fn is_given(&self, _function: &str) -> bool {
        false
    }

    /// Names of scalar functions, window functions and aggregates, for did-you-mean.
    fn function_names(&self) -> Vec<&'static str>;

    /// A function kept in the database.
    fn stored_function(&self, database: Option<&str>, name: &str) -> Option<StoredFunction>;

    /// Names of the functions kept in a database.
    fn stored_function_names(&self, _database: Option<&str>) -> Vec<Arc<str>> {
        Vec::new()
    }

    /// The table of the current database that holds what a function of the service needs: a watchlist by its alias, the
    /// profiles of files. `None`: there is no such data.
    fn service_data(&self, _function: &str, _key: Option<&str>) -> Option<Arc<str>> {
        None
    }

    /// A function that the service adds to the language (`FileProfile`).
    fn service_function(&self, _name: &str) -> Option<ServiceFunction> {
        None
    }

    /// Names of the functions that the service adds, for completion.
    fn service_function_names(&self) -> Vec<Arc<str>> {
        Vec::new()
    }

    /// True when a table is known to hold no rows: `union *` and `search` take its columns and do not read it.
    fn is_empty(&self, _database: Option<&str>, _name: &str) -> bool {
        false
    }
}

/// A function of a service: it needs the service's data, so only its arguments and columns are known.
#[derive(Clone, Debug)]
pub struct ServiceFunction {
    /// Its name.
    pub name: Arc<str>,
    /// Its parameters, the table that `invoke` puts in front included.
    pub parameters: Vec<ServiceParameter>,
    /// The result is the input with [`ServiceFunction::columns`] appended; otherwise they are the whole result.
    pub appends_to_input: bool,
    /// The columns it appends or returns.
    pub columns: RowSchema,
    /// What to give it where it has no data: an option of the command line.
    pub needs: Arc<str>,
}

/// A parameter of a [`ServiceFunction`].
#[derive(Clone, Debug)]
pub struct ServiceParameter {
    /// Its name.
    pub name: Arc<str>,
    /// Its type; `None` for a table.
    pub ty: Option<ScalarType>,
    /// It may be left out.
    pub optional: bool,
}

/// A function written in KQL that the catalog holds.
#[derive(Clone, Debug)]
pub struct StoredFunction {
    /// Its name.
    pub name: Arc<str>,
    /// `(T:(*), x:string = '')`.
    pub parameters: Arc<str>,
    /// `{ … }`.
    pub body: Arc<str>,
    /// Union wildcards, `search` and `find` see it as a table.
    pub view: bool,
}

/// Looks at data while binding.
pub trait Probe: Sync {
    /// Runs a tabular expression and returns its rows, or `None` when there is no data to look at (`kql check`).
    ///
    /// # Errors
    /// What the run said.
    fn rows(&self, table: &Arc<Table>) -> Option<Result<Vec<Vec<Value>>>>;
}
