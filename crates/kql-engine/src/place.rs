//! Names of data elsewhere: `cluster('c').database('d')`, `workspace('w')`.

use kql_syntax::ast::{Call, Expr, ExprKind, Literal, StatementKind};
use kql_types::Value;

/// A place elsewhere. Names of clusters, databases and workspaces do not care for case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// `database('d')`, `cluster('c').database('d')`.
    Database {
        /// The cluster, as [`cluster`] writes it.
        cluster: Option<String>,
        /// The database in lower case.
        name: String,
    },
    /// `workspace('w')`, `app('a')`, `resource('r')`, `adx('c/d')`, `arg('')`.
    Scope {
        /// The function's name.
        kind: String,
        /// Its argument in lower case.
        name: String,
    },
}

impl Place {
    /// A database of a cluster, or of this one.
    pub(crate) fn database(cluster_name: Option<&str>, name: &str) -> Place {
        Place::Database { cluster: cluster_name.map(cluster), name: name.to_lowercase() }
    }

    /// A scope of another service.
    pub(crate) fn scope(kind: &str, name: &str) -> Place {
        Place::Scope { kind: kind.to_owned(), name: name.to_lowercase() }
    }

    /// Reads a place as queries write it.
    pub(crate) fn parse(text: &str) -> Option<Place> {
        let parsed = kql_syntax::parse(text);
        let statement = parsed.script.statements.first().filter(|_| !parsed.has_errors())?;
        let StatementKind::Query(e) = &statement.kind else { return None };
        match &e.kind {
            ExprKind::Call(call) => {
                let name = argument(call)?;
                match call.name.text.as_str() {
                    "database" => Some(Place::database(None, name)),
                    kind @ ("workspace" | "app" | "resource" | "adx" | "arg") => Some(Place::scope(kind, name)),
                    _ => None,
                }
            }
            ExprKind::Member { base, member } => {
                let (cluster, database) = (named(base, "cluster")?, named(member, "database")?);
                Some(Place::database(Some(cluster), database))
            }
            _ => None,
        }
    }
}

fn named<'a>(e: &'a Expr, function: &str) -> Option<&'a str> {
    match &e.kind {
        ExprKind::Call(call) if call.name.text == function => argument(call),
        _ => None,
    }
}

fn argument(call: &Call) -> Option<&str> {
    match &call.arguments.as_slice() {
        [one] => match &one.value.kind {
            ExprKind::Literal(Literal { value: Value::String(text), .. }) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

/// A cluster's name without what may be left out: the scheme, the default domain.
/// <https://learn.microsoft.com/kusto/query/cluster-function>
fn cluster(name: &str) -> String {
    let lower = name.to_lowercase();
    let host = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://")).unwrap_or(&lower);
    let host = host.trim_end_matches('/');
    host.strip_suffix(".kusto.windows.net").unwrap_or(host).to_owned()
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn places_are_read_as_queries_write_them() {
        let help = Place::database(Some("help"), "samples");
        assert_eq!(
            Place::parse("cluster('https://HELP.kusto.windows.net/').database(\"Samples\")").as_ref(),
            Some(&help)
        );
        assert_eq!(Place::parse("workspace('Prod')"), Some(Place::scope("workspace", "prod")));
        assert_eq!(Place::parse("database('D')"), Some(Place::database(None, "d")));
        for wrong in ["", "prod", "workspace()", "workspace(x)", "cluster('c')", "foo('x')", "print 1"] {
            assert_eq!(Place::parse(wrong), None, "{wrong}");
        }
    }
}
