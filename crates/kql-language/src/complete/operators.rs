//! Tabular operators, and what is called after `evaluate` and `invoke`.

use super::Completion;
use super::collect::{Collector, Parts};
use crate::item::ItemKind;
use crate::pages::{operator_page, operators};
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

    /// After `evaluate` the plugins, after `invoke` the functions that take a table first.
    pub(super) fn calls(&self, out: &mut Collector<'_>) {
        match self.place.operator() {
            Some(("evaluate", _)) => {
                out.rank = 10;
                for name in kql_bind::plugin_names() {
                    out.call(name, ItemKind::Plugin, false, || ("plugin".to_owned(), String::new()));
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
            }
        }
        out.rank = 50;
    }
}
