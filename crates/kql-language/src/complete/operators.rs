//! Tabular operators, and what is called after `evaluate` and `invoke`.

use super::Completion;
use super::collect::{Collector, Parts};
use crate::item::ItemKind;
use crate::pages::{operator_page, operators, signature_text};
use kql_bind::cursor::VisibleName;

/// The operators most queries are made of come first when nothing is typed.
const OFTEN: &[&str] = &["where", "project", "extend", "summarize", "join", "sort", "take", "top", "count", "distinct"];

/// Operators that take nothing, or may.
const ALONE: &[&str] = &["count", "getschema", "consume", "serialize", "graph-mark-components"];

impl Completion<'_> {
    /// After a bar.
    pub(super) fn operators(&self, out: &mut Collector<'_>) {
        let piped =
            |name: &str| !matches!(name, "datatable" | "externaldata" | "print" | "range" | "find" | "macro-expand");
        for page in operators().filter(|p| piped(p.name)) {
            let graph = page.name.starts_with("graph-");
            out.rank = match OFTEN.iter().position(|o| *o == page.name) {
                Some(at) => u8::try_from(at).unwrap_or(9),
                None if graph => 12,
                None => 11,
            };
            self.operator_item(page.name, page.syntax, page.meaning, out);
        }
        out.rank = 60;
        for alias in ["limit", "order", "filter"] {
            if let Some(page) = operator_page(alias) {
                self.operator_item(alias, page.syntax, &format!("The same as `{}`. {}", page.name, page.meaning), out);
            }
        }
        out.rank = 50;
    }

    fn operator_item(&self, name: &str, syntax: &str, meaning: &str, out: &mut Collector<'_>) {
        let rest = self.place.rest().trim_start();
        let insert = if ALONE.contains(&name) {
            name.to_owned()
        } else if matches!(name, "sort" | "order" | "partition" | "facet" | "reduce") && !rest.starts_with("by") {
            out.spaced(&format!("{name} by"))
        } else {
            out.spaced(name)
        };
        out.add(name, ItemKind::Operator, || Parts::new(insert, syntax, meaning));
    }

    /// Functions kept in a database.
    pub(super) fn stored_functions(&self, database: Option<&str>, out: &mut Collector<'_>) {
        for name in self.catalog.stored_function_names(database) {
            let Some(stored) = self.catalog.stored_function(database, &name) else { continue };
            let none = stored.parameters.trim() == "()";
            let detail = format!("{name}{}", stored.parameters);
            out.call(&name, ItemKind::Function, none, || (detail, "A function of the database.".to_owned()));
        }
    }

    /// Functions of the service: those that take a table first, after `invoke`, or the others.
    pub(super) fn service_functions(&self, invoked: bool, out: &mut Collector<'_>) {
        for name in self.catalog.service_function_names() {
            let Some(service) = self.catalog.service_function(&name) else { continue };
            if service.parameters.first().is_some_and(|p| p.ty.is_none()) != invoked {
                continue;
            }
            let one = |p: &kql_bind::ServiceParameter| {
                let ty = p.ty.map_or("(*)", kql_types::ScalarType::name);
                if p.optional { format!("[{}:{ty}]", p.name) } else { format!("{}:{ty}", p.name) }
            };
            let list: Vec<String> = service.parameters.iter().map(one).collect();
            let detail = format!("{name}({})", list.join(", "));
            out.call(&name, ItemKind::Function, list.is_empty(), || (detail, "A function of the service.".to_owned()));
        }
    }

    /// After `evaluate` the plugins, after `invoke` the functions that take a table first.
    pub(super) fn calls(&self, out: &mut Collector<'_>) {
        match self.place.operator() {
            Some(("evaluate", _)) => {
                out.rank = 10;
                for spec in kql_bind::plugin_specs() {
                    let none = spec.signatures.iter().all(|s| *s == "()");
                    out.call(spec.name, ItemKind::Plugin, none, || {
                        let detail = spec.signatures.first().map(|s| signature_text(spec.name, s)).unwrap_or_default();
                        (detail, spec.doc.to_owned())
                    });
                }
            }
            _ => {
                out.rank = 10;
                for (name, visible) in &self.scope.names {
                    if let VisibleName::Function(parameters) = visible
                        && parameters.first().is_some_and(|p| p.ty.starts_with('('))
                    {
                        out.call(name, ItemKind::Function, false, || {
                            (super::expression::function_text(name, parameters), String::new())
                        });
                    }
                }
                self.stored_functions(None, out);
                self.service_functions(true, out);
            }
        }
        out.rank = 50;
    }
}
