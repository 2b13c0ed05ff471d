//! `database()`, `cluster()`, `table()` and their kin (SEMANTICS §7.6).

use super::unlabelled;
use crate::binder::Binder;
use crate::bound::ExprKind;
use crate::scope::{DatabaseRef, Entity};
use kql_diagnostic::{Diagnostic, code};
use kql_syntax::ast;
use kql_types::Value;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// A call of a function that names an entity; `None` when it is none of them.
    pub(crate) fn reference_call(&mut self, call: &'s ast::Call) -> Option<Entity<'s>> {
        Some(match call.name.text.as_str() {
            "database" => self.database_call(None, call),
            "cluster" => match self.text_argument(call) {
                Some(cluster) => Entity::Cluster(Arc::from(cluster)),
                None => Entity::Error,
            },
            "table" | "external_table" | "materialized_view" | "stored_query_result" => {
                let home =
                    self.home.clone().map(|name| DatabaseRef { cluster: None, name: Some(name), unknown: false });
                self.table_call(home.as_ref(), call)
            }
            "graph" | "entity_group" => {
                self.stored_in_service(call);
                Entity::Error
            }
            "workspace" | "app" | "resource" | "adx" | "arg" => self.scope_call(call),
            _ => return None,
        })
    }

    /// `graph('g')` and `entity_group('e')` name what only a database of the service stores.
    fn stored_in_service(&mut self, call: &'s ast::Call) {
        let (what, instead) = match call.name.text.as_str() {
            "graph" => ("graph models", "make the graph from tables: Edges | make-graph a --> b with Nodes on id"),
            _ => ("entity groups", "write its members: entity_group [database('a'), database('b')]"),
        };
        let message = format!("{what} are stored in the service: '{}()' names none here", call.name.text);
        self.error_help(code::UNSUPPORTED, call.name.span, message, instead);
    }

    /// The first argument, which must be a constant text.
    fn text_argument(&mut self, call: &'s ast::Call) -> Option<String> {
        let Some(argument) = call.arguments.first() else {
            self.error(code::ARGUMENT_COUNT, call.span, format!("{}() needs a name", call.name.text));
            return None;
        };
        let bound = self.without_row(|b| b.scalar(&argument.value));
        match bound.kind {
            ExprKind::Literal(Value::String(text)) => Some(text),
            ExprKind::Missing => None,
            _ => {
                self.error(code::NOT_CONSTANT, argument.value.span, "a constant text is needed here");
                None
            }
        }
    }

    /// `workspace('w')`, `app('a')`, `resource('r')`, `adx('c/d')`, `arg('')`: data of another service or another place, for
    /// which a local database may stand.
    fn scope_call(&mut self, call: &'s ast::Call) -> Entity<'s> {
        let kind = call.name.text.as_str();
        let Some(name) = self.text_argument(call) else { return Entity::Error };
        if let Some(local) = self.catalog.scope(kind, &name) {
            return Entity::Database(self.local_database(local));
        }
        if kind == "arg" {
            // A table of the resource graph that was exported and loaded is found by its name.
            let unknown = !self.measured();
            return Entity::Database(DatabaseRef { cluster: Some(Arc::from(kind)), name: None, unknown });
        }
        self.not_here(&format!("{kind}('{name}')"), call);
        let name: Arc<str> = Arc::from(name);
        Entity::Database(DatabaseRef { cluster: Some(Arc::clone(&name)), name: Some(name), unknown: true })
    }

    /// Says that nothing local stands for a place, and how to name something that does.
    fn not_here(&mut self, place: &str, call: &ast::Call) {
        let message = format!("{place} is not here: no local database stands for it");
        let known = self.catalog.database_names();
        let names = known.iter().map(|n| format!("'{n}'")).collect::<Vec<_>>().join(", ");
        let help = format!("say which one does: --map \"{place}=NAME\"; the local databases are {names}");
        let diagnostic = if self.measured() {
            Diagnostic::error(code::REMOTE, call.span, message)
        } else {
            Diagnostic::warning(code::REMOTE, call.span, message)
        };
        self.report(diagnostic.with_help(help));
    }

    /// A local database as a reference; the current one needs no name.
    fn local_database(&self, local: Arc<str>) -> DatabaseRef {
        let own = local.eq_ignore_ascii_case(self.catalog.current_database());
        DatabaseRef { cluster: None, name: (!own).then_some(local), unknown: false }
    }

    /// `database('d')`, `cluster('c').database('d')`.
    pub(crate) fn database_call(&mut self, cluster: Option<Arc<str>>, call: &'s ast::Call) -> Entity<'s> {
        if call.arguments.is_empty() {
            return Entity::Database(DatabaseRef { cluster, name: None, unknown: false });
        }
        let Some(name) = self.text_argument(call) else { return Entity::Error };
        if let Some((_, database)) = self.aliases.iter().find(|(alias, _)| *alias == name) {
            return Entity::Database(database.clone());
        }
        if cluster.is_none() && name.eq_ignore_ascii_case(self.catalog.current_database()) {
            return Entity::Database(DatabaseRef { cluster, name: None, unknown: false });
        }
        if let Some(local) = self.catalog.database(cluster.as_deref(), &name) {
            return Entity::Database(self.local_database(local));
        }
        if let Some(cluster) = cluster {
            self.not_here(&format!("cluster('{cluster}').database('{name}')"), call);
            return Entity::Database(DatabaseRef {
                cluster: Some(cluster),
                name: Some(Arc::from(name)),
                unknown: true,
            });
        }
        let known = self.catalog.database_names();
        let message = format!("the name '{name}' does not refer to any known database");
        let diagnostic = Diagnostic::error(code::REMOTE, call.span, message);
        let near = diagnostic.clone().did_you_mean(&name, known.iter().map(|n| &**n));
        let map = format!("load it with --database {name}=PATH, or map it: --map \"database('{name}')=NAME\"");
        let help = match &near.help {
            Some(near) => format!("{near}; or {map}"),
            None => map,
        };
        self.report(diagnostic.with_help(help));
        Entity::Error
    }

    /// `table('T')`: the table, even where a function has its name.
    pub(crate) fn table_call(&mut self, database: Option<&DatabaseRef>, call: &'s ast::Call) -> Entity<'s> {
        let Some(name) = self.text_argument(call) else { return Entity::Error };
        if database.is_some_and(|d| d.unknown) {
            return Entity::Table(unlabelled(self.unknown_table(call.span)));
        }
        // A tabular variable of that name counts too.
        if database.is_none_or(|d| d.name == self.home)
            && let Some(Entity::Table(table)) = self.find(&name)
        {
            return Entity::Table(table);
        }
        let database = database.and_then(|d| d.name.clone());
        if let Some(table) = self.catalog_table(database.as_ref(), &name, call.span) {
            return Entity::Table(table);
        }
        let message = format!("the name '{name}' does not refer to any known table");
        let written = call.arguments.first().is_some_and(|a| crate::names::text_of(&a.value).is_some());
        if self.fuzzy || !written {
            // The public analyzer cannot tell a name that is computed.
            self.unresolved = true;
            if self.fuzzy || !self.options.run {
                self.report(Diagnostic::warning(code::UNKNOWN_NAME, call.span, message));
                return Entity::Table(unlabelled(self.unknown_table(call.span)));
            }
        }
        let known = self.catalog.table_names(database.as_deref());
        let diagnostic =
            Diagnostic::error(code::UNKNOWN_NAME, call.span, message).did_you_mean(&name, known.iter().map(|n| &**n));
        self.report(diagnostic);
        Entity::Error
    }
}
