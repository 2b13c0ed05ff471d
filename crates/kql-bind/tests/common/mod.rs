//! A catalogue of the published tables and the registries, for tests.
#![allow(dead_code)] // each test uses its part

use kql_bind::{BindOptions, Catalog, ServiceFunction, ServiceParameter, StoredFunction, bind, bound::BoundScript};
use kql_catalog::Profile;
use kql_types::RowSchema;
use kql_types::function::FunctionSpec;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Tables of a profile, or tables of one's own.
#[derive(Debug)]
pub(crate) struct TestCatalog {
    pub(crate) profile: Option<Profile>,
    pub(crate) tables: BTreeMap<String, RowSchema>,
    pub(crate) functions: BTreeMap<String, StoredFunction>,
}

impl TestCatalog {
    pub(crate) fn of(profile: Profile) -> Self {
        TestCatalog { profile: Some(profile), tables: BTreeMap::new(), functions: BTreeMap::new() }
    }

    pub(crate) fn empty() -> Self {
        TestCatalog { profile: None, tables: BTreeMap::new(), functions: BTreeMap::new() }
    }
}

impl Catalog for TestCatalog {
    fn table(&self, database: Option<&str>, name: &str) -> Option<RowSchema> {
        if database.is_some_and(|d| d != "Samples") {
            return None;
        }
        let own = self.tables.get(name).cloned();
        own.or_else(|| self.profile.and_then(|p| kql_catalog::table(p, name)).cloned())
    }

    fn table_names(&self, _database: Option<&str>) -> Vec<Arc<str>> {
        let own = self.tables.keys().map(|n| Arc::from(n.as_str()));
        let published = self.profile.into_iter().flat_map(kql_catalog::table_names).map(Arc::from);
        own.chain(published).collect()
    }

    fn database(&self, cluster: Option<&str>, name: &str) -> Option<Arc<str>> {
        (cluster.is_none() && name == "Samples").then(|| Arc::from(name))
    }

    fn current_database(&self) -> &str {
        "db"
    }

    fn scalar_function(&self, name: &str) -> Option<&'static FunctionSpec> {
        kql_functions::function(name).map(|f| &f.spec)
    }

    fn aggregate(&self, name: &str) -> Option<&'static FunctionSpec> {
        kql_aggregates::aggregate(name).map(|f| &f.spec)
    }

    fn function_names(&self) -> Vec<&'static str> {
        let scalar = kql_functions::functions().map(|f| f.spec.name);
        scalar.chain(kql_aggregates::aggregates().map(|f| f.spec.name)).collect()
    }

    fn stored_function(&self, _database: Option<&str>, name: &str) -> Option<StoredFunction> {
        self.functions.get(name).cloned()
    }

    fn service_function(&self, name: &str) -> Option<ServiceFunction> {
        let function = kql_catalog::service_function(self.profile?, name)?;
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
}

/// Parses and binds; diagnostics of both come back.
pub(crate) fn bound(catalog: &TestCatalog, query: &str, options: &BindOptions) -> BoundScript {
    let parsed = kql_syntax::parse(query);
    let mut script = bind(&parsed.script, catalog, None, options);
    script.diagnostics.splice(0..0, parsed.diagnostics);
    script
}

/// The columns of the last result as `name:type, …`, or the first error.
pub(crate) fn columns(script: &BoundScript) -> Result<Vec<(String, String)>, String> {
    if let Some(error) = script.diagnostics.iter().find(|d| d.is_error()) {
        return Err(format!("{error} at {}..{}", error.span.start, error.span.end));
    }
    let Some(result) = script.results.last() else { return Ok(Vec::new()) };
    let columns = result.table.schema.columns.iter();
    Ok(columns.map(|c| (c.name.to_string(), c.ty.name().to_owned())).collect())
}

/// A folder of the data beside the project, unless it is not there.
pub(crate) fn shared(part: &str) -> Option<PathBuf> {
    let root = std::env::var_os("KQL_SHARED")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")), PathBuf::from);
    let path = root.join(part);
    path.exists().then_some(path)
}
