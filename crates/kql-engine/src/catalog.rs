//! The catalog a session's queries are bound against: loaded tables, published tables, functions.

use crate::tables::Tables;
use kql_bind::{Catalog, ServiceFunction, ServiceParameter, StoredFunction};
use kql_catalog::Profile;
use kql_types::RowSchema;
use kql_types::function::FunctionSpec;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Name of the only database.
pub(crate) const DATABASE: &str = "NetDefaultDB";

/// Tables and functions as the binder sees them.
///
/// In a run a known table has both `Timestamp` and `TimeGenerated`, one standing in for the other; a check shows the
/// published columns only.
#[derive(Debug)]
pub struct EngineCatalog<'a> {
    tables: Option<&'a Tables>,
    profile: Profile,
}

impl<'a> EngineCatalog<'a> {
    /// The catalog of a run over these tables.
    pub fn of_run(tables: &'a Tables, profile: Profile) -> Self {
        EngineCatalog { tables: Some(tables), profile }
    }

    /// The catalog of a check without data.
    pub fn of_check(profile: Profile) -> Self {
        EngineCatalog { tables: None, profile }
    }

    fn is_own(database: Option<&str>) -> bool {
        database.is_none_or(|d| d.eq_ignore_ascii_case(DATABASE))
    }
}

impl Catalog for EngineCatalog<'_> {
    fn table(&self, database: Option<&str>, name: &str) -> Option<RowSchema> {
        if !EngineCatalog::is_own(database) {
            return None;
        }
        match self.tables {
            Some(tables) => match tables.get(name) {
                Some(data) => Some(data.schema.clone()),
                None => kql_catalog::run_schema(self.profile, name).cloned(),
            },
            None => kql_catalog::table(self.profile, name).cloned(),
        }
    }

    fn table_names(&self, database: Option<&str>) -> Vec<Arc<str>> {
        if !EngineCatalog::is_own(database) {
            return Vec::new();
        }
        let mut names: BTreeSet<Arc<str>> = kql_catalog::table_names(self.profile).map(Arc::from).collect();
        names.extend(self.tables.iter().flat_map(|t| t.names().cloned()));
        names.into_iter().collect()
    }

    fn has_database(&self, cluster: Option<&str>, name: &str) -> bool {
        cluster.is_none() && EngineCatalog::is_own(Some(name))
    }

    fn current_database(&self) -> &str {
        DATABASE
    }

    fn scalar_function(&self, name: &str) -> Option<&'static FunctionSpec> {
        kql_functions::function(name).map(|f| &f.spec).or_else(|| kql_plan::window_function(name))
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

    fn stored_function(&self, _database: Option<&str>, _name: &str) -> Option<StoredFunction> {
        None
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

    fn is_empty(&self, _database: Option<&str>, name: &str) -> bool {
        self.tables.is_some_and(|tables| tables.get(name).is_none())
    }
}
