//! Plugins of `evaluate`: their pages are the binder's.

use crate::pages::spec_page;
use kql_types::function::FunctionSpec;

/// The plugin of a name.
pub(crate) fn plugin(name: &str) -> Option<&'static FunctionSpec> {
    kql_bind::plugin_specs().find(|spec| spec.name == name)
}

/// The page of a plugin as Markdown; `None` for a name that is none.
pub fn plugin_page(name: &str) -> Option<String> {
    plugin(name).map(|spec| spec_page(spec, name))
}
