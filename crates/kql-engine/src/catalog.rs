//! The catalog a session's queries are bound against: loaded tables, published tables, functions.

use crate::databases::{DATABASE, Database, Databases, WATCHLIST};
use crate::place::Place;
use crate::tables::Tables;
use kql_bind::{Catalog, ServiceFunction, ServiceParameter, StoredFunction};
use kql_catalog::Profile;
use kql_types::RowSchema;
use kql_types::function::FunctionSpec;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Tables and functions as the binder sees them.
///
/// In a run a known table has both `Timestamp` and `TimeGenerated`, one standing in for the other; a check shows the
/// published columns only.
#[derive(Debug)]
pub struct EngineCatalog {
    databases: Arc<Databases>,
    profile: Profile,
    run: bool,
    /// The functions whose data the session was given.
    given: &'static [&'static str],
}

impl EngineCatalog {
    /// The catalog of a run over these tables.
    pub fn of_run(tables: &Tables, profile: Profile) -> Self {
        let own = Database { tables: tables.clone(), ..Database::default() };
        let databases = Arc::new(Databases { own, ..Databases::default() });
        EngineCatalog { databases, profile, run: true, given: &[] }
    }

    /// The catalog of a check without data.
    pub fn of_check(profile: Profile) -> Self {
        EngineCatalog { databases: Arc::default(), profile, run: false, given: &[] }
    }

    /// The catalog of a run, or of a check, over these databases.
    pub(crate) fn over(databases: Arc<Databases>, profile: Profile, run: bool) -> Self {
        EngineCatalog { databases, profile, run, given: &[] }
    }

    /// With the functions whose data the session was given.
    pub(crate) fn with_given(self, given: &'static [&'static str]) -> Self {
        EngineCatalog { given, ..self }
    }

    /// Whether it is the database that has the published tables too.
    fn is_own(database: Option<&str>) -> bool {
        database.is_none_or(|d| d.eq_ignore_ascii_case(DATABASE))
    }
}

impl Catalog for EngineCatalog {
    fn table(&self, database: Option<&str>, name: &str) -> Option<RowSchema> {
        let loaded = || self.databases.table(database, name).map(|data| data.schema.clone());
        if !EngineCatalog::is_own(database) {
            return loaded();
        }
        match self.run {
            true => loaded().or_else(|| kql_catalog::run_schema(self.profile, name).cloned()),
            false => kql_catalog::table(self.profile, name).cloned().or_else(loaded),
        }
    }

    fn table_names(&self, database: Option<&str>) -> Vec<Arc<str>> {
        let mut names: BTreeSet<Arc<str>> = BTreeSet::new();
        if EngineCatalog::is_own(database) {
            names.extend(kql_catalog::table_names(self.profile).map(Arc::from));
        }
        names.extend(self.databases.get(database).iter().flat_map(|d| d.tables.names().cloned()));
        names.into_iter().collect()
    }

    fn database(&self, cluster: Option<&str>, name: &str) -> Option<Arc<str>> {
        self.databases.standing_for(&Place::database(cluster, name))
    }

    fn scope(&self, kind: &str, name: &str) -> Option<Arc<str>> {
        self.databases.standing_for(&Place::scope(kind, name))
    }

    fn database_names(&self) -> Vec<Arc<str>> {
        self.databases.names()
    }

    fn current_database(&self) -> &str {
        DATABASE
    }

    fn scalar_function(&self, name: &str) -> Option<&'static FunctionSpec> {
        kql_functions::function(name).map(|f| &f.spec).or_else(|| kql_plan::window_function(name))
    }

    fn is_given(&self, function: &str) -> bool {
        self.given.contains(&function)
    }

    fn aggregate(&self, name: &str) -> Option<&'static FunctionSpec> {
        kql_aggregates::aggregate(name).map(|f| &f.spec)
    }

    fn function_names(&self) -> Vec<&'static str> {
        let scalar = kql_functions::functions().map(|f| f.spec.name);
        let window = kql_plan::window_functions().map(|f| f.name);
        let aggregates = kql_aggregates::aggregates().map(|f| f.spec.name);
        scalar.chain(window).chain(aggregates).filter(|n| !n.starts_with("__")).collect()
    }

    fn stored_function(&self, database: Option<&str>, name: &str) -> Option<StoredFunction> {
        let (name, function) = self.databases.get(database)?.functions.get_key_value(name)?;
        Some(StoredFunction {
            name: Arc::clone(name),
            parameters: Arc::clone(&function.parameters),
            body: Arc::clone(&function.body),
            view: function.view,
        })
    }

    fn stored_function_names(&self, database: Option<&str>) -> Vec<Arc<str>> {
        self.databases.get(database).map(|d| d.functions.keys().cloned().collect()).unwrap_or_default()
    }

    fn service_data(&self, function: &str, key: Option<&str>) -> Option<Arc<str>> {
        let table = |name: &str| self.databases.own.tables.get(name).map(|_| Arc::from(name));
        match (function, key) {
            ("_GetWatchlist", Some(alias)) if self.databases.watchlists.contains_key(alias) => {
                Some(Arc::from(format!("{WATCHLIST}{alias}")))
            }
            ("_GetWatchlistAlias", _) if !self.databases.watchlists.is_empty() => {
                Some(Arc::from(format!("{WATCHLIST}{}", crate::watchlist::ALIASES)))
            }
            ("FileProfile" | "SeenBy", _) => table(function),
            ("DeviceFromIP" | "AssignedIPAddresses", _) => table("DeviceNetworkInfo"),
            _ => None,
        }
    }

    fn service_function_names(&self) -> Vec<Arc<str>> {
        kql_catalog::service_functions(self.profile).map(|f| Arc::from(f.name)).collect()
    }

    fn service_function(&self, name: &str) -> Option<ServiceFunction> {
        let function = kql_catalog::service_function(self.profile, name)?;
        let parameter = |p: &kql_catalog::ServiceParameter| ServiceParameter {
            name: Arc::from(p.name),
            ty: p.ty,
            optional: p.default.is_some(),
        };
        Some(ServiceFunction {
            name: Arc::from(function.name),
            parameters: function.parameters.iter().map(parameter).collect(),
            appends_to_input: function.appends_to_input,
            columns: function.columns().clone(),
            needs: Arc::from(function.needs),
        })
    }

    fn is_empty(&self, database: Option<&str>, name: &str) -> bool {
        self.run && self.databases.table(database, name).is_none()
    }
}
