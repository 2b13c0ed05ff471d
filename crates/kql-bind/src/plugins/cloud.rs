//! Plugins that are known and not run: those that call out to other services and languages, and those of which nothing is
//! published but the name.

use crate::binder::{Binder, table};
use crate::bound::{Table, TableKind};
use crate::expression::Arg;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::function::{FunctionKind, FunctionSpec, Support};
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

/// One of them.
#[derive(Debug)]
pub(crate) struct Cloud {
    spec: FunctionSpec,
    columns: Columns,
    /// Why not.
    reason: Reason,
    instead: &'static str,
}

#[derive(Debug, PartialEq, Eq)]
enum Reason {
    /// Only the cloud can.
    Cloud,
    /// What it answers is not published.
    Unpublished(&'static str),
}

#[derive(Debug, PartialEq, Eq)]
enum Columns {
    /// Only the other side knows.
    Open,
    /// As the first argument, a `typeof(…)`, says.
    Declared,
    /// The input's, then one of a type.
    Appended(&'static str, ScalarType),
    /// These.
    Response,
    /// These, too.
    Fixed(&'static [(&'static str, ScalarType)]),
}

const fn cloud(
    name: &'static str,
    signatures: &'static [&'static str],
    doc: &'static str,
    columns: Columns,
    instead: &'static str,
) -> Cloud {
    let spec = FunctionSpec::new(name, FunctionKind::Plugin, signatures, doc).support(Support::Cloud(instead));
    Cloud { spec, columns, reason: Reason::Cloud, instead }
}

const fn unpublished(
    name: &'static str,
    signatures: &'static [&'static str],
    doc: &'static str,
    columns: Columns,
    why: &'static str,
    instead: &'static str,
) -> Cloud {
    let spec = FunctionSpec::new(name, FunctionKind::Plugin, signatures, doc).support(Support::CheckOnly(why));
    Cloud { spec, columns, reason: Reason::Unpublished(why), instead }
}

static CLOUD: [Cloud; 20] = [
    cloud(
        "python",
        &["(typeof(schema), script [, arguments] [, artifacts])"],
        "Runs a Python script over the rows.",
        Columns::Declared,
        "write the result to a file and process it outside",
    ),
    cloud(
        "r",
        &["(typeof(schema), script [, arguments] [, artifacts])"],
        "Runs an R script over the rows.",
        Columns::Declared,
        "write the result to a file and process it outside",
    ),
    cloud(
        "csharp",
        &["(typeof(schema), script [, arguments])"],
        "Runs a C# script over the rows. Nothing is published about it.",
        Columns::Declared,
        "write the result to a file and process it outside",
    ),
    cloud(
        "sql_request",
        &["(connection, query [, parameters [, options]])"],
        "Rows of a query to an SQL Server database.",
        Columns::Open,
        "save the rows to a file and load it with --data TABLE=FILE",
    ),
    cloud(
        "mysql_request",
        &["(connection, query [, parameters])"],
        "Rows of a query to a MySQL database.",
        Columns::Open,
        "save the rows to a file and load it with --data TABLE=FILE",
    ),
    cloud(
        "postgresql_request",
        &["(connection, query [, parameters])"],
        "Rows of a query to a PostgreSQL database.",
        Columns::Open,
        "save the rows to a file and load it with --data TABLE=FILE",
    ),
    cloud(
        "cosmosdb_sql_request",
        &["(connection, query [, parameters [, options]])"],
        "Rows of a query to a Cosmos DB database.",
        Columns::Open,
        "save the rows to a file and load it with --data TABLE=FILE",
    ),
    cloud(
        "dax_request",
        &["(…)"],
        "Rows of a DAX query. Nothing is published about it.",
        Columns::Open,
        "save the rows to a file and load it with --data TABLE=FILE",
    ),
    cloud(
        "azure_digital_twins_query_request",
        &["(endpoint, query)"],
        "Rows of a query to Azure Digital Twins.",
        Columns::Open,
        "save the rows to a file and load it with --data TABLE=FILE",
    ),
    cloud(
        "execute_query",
        &["(…)"],
        "Runs a query on another cluster. Nothing is published about it.",
        Columns::Open,
        "save the rows to a file and load it with --data TABLE=FILE",
    ),
    cloud(
        "execute_show_command",
        &["(…)"],
        "Runs a management command. Nothing is published about it.",
        Columns::Open,
        "save the rows to a file and load it with --data TABLE=FILE",
    ),
    cloud(
        "http_request",
        &["(uri [, headers [, options]])"],
        "The response to a GET request.",
        Columns::Response,
        "save the response to a file and load it",
    ),
    cloud(
        "http_request_post",
        &["(uri [, headers [, options [, content]]])"],
        "The response to a POST request.",
        Columns::Response,
        "save the response to a file and load it",
    ),
    cloud(
        "ai_embeddings",
        &["(text, connection [, options [, include_errors]])"],
        "Appends the vector of a text, from a model of the cloud.",
        Columns::Appended("embedding", ScalarType::Dynamic),
        "compute the vectors outside and load them as a table",
    ),
    cloud(
        "ai_embed_text",
        &["(text, connection [, options [, include_errors]])"],
        "The old name of `ai_embeddings`.",
        Columns::Appended("embedding", ScalarType::Dynamic),
        "compute the vectors outside and load them as a table",
    ),
    cloud(
        "ai_chat_completion",
        &["(messages, connection [, options [, include_errors]])"],
        "Appends what a chat model of the cloud answers.",
        Columns::Appended("ChatCompletion", ScalarType::String),
        "ask the model outside and load its answers as a table",
    ),
    cloud(
        "ai_chat_completion_prompt",
        &["(prompt, connection [, options [, include_errors]])"],
        "Appends what a chat model of the cloud answers to one prompt.",
        Columns::Appended("ChatCompletion", ScalarType::String),
        "ask the model outside and load its answers as a table",
    ),
    unpublished(
        "diffpatterns_text",
        &["(text_column, condition [, min_tokens = 1] [, threshold = 0.05] [, max_tokens])"],
        "Patterns of text whose shares of the rows with and without the condition differ. \
         <https://learn.microsoft.com/kusto/query/diffpatterns-text-plugin>",
        Columns::Fixed(&[
            ("Count_of_True", ScalarType::Long),
            ("Count_of_False", ScalarType::Long),
            ("Percent_of_True", ScalarType::Real),
            ("Percent_of_False", ScalarType::Real),
            ("Pattern", ScalarType::String),
        ]),
        "how it chooses text patterns is not published",
        "find patterns with reduce in the rows of each side, or compare columns with diffpatterns",
    ),
    unpublished(
        "funnel_analysis",
        &["(…)"],
        "Nothing is published about it.",
        Columns::Open,
        "neither its arguments nor its answer are published",
        "use funnel_sequence, funnel_sequence_completion or scan",
    ),
    unpublished(
        "external_datatable",
        &["(…)"],
        "Rows the service hands to itself. Nothing is published about it.",
        Columns::Open,
        "the service uses it inside itself",
        "use externaldata",
    ),
];

pub(super) fn find(name: &str) -> Option<&'static Cloud> {
    CLOUD.iter().find(|c| c.spec.name == name)
}

pub(super) fn specs() -> impl Iterator<Item = &'static FunctionSpec> {
    CLOUD.iter().map(|c| &c.spec)
}

impl<'s> Binder<'s> {
    /// A plugin that calls out: its columns as far as they are known; it cannot be run.
    pub(crate) fn cloud_plugin(
        &mut self,
        cloud: &'static Cloud,
        input: Arc<Table>,
        call: &'s ast::Call,
        span: Span,
    ) -> Arc<Table> {
        let (args, input) = self.plugin_arguments(&input, call);
        if self.options.run {
            let (code, message) = match cloud.reason {
                Reason::Cloud => (code::NEEDS_CLOUD, format!("the plugin '{}' cannot be run here", cloud.spec.name)),
                Reason::Unpublished(why) => {
                    (code::UNSUPPORTED, format!("the plugin '{}' cannot be run here: {why}", cloud.spec.name))
                }
            };
            self.error_help(code, call.name.span, message, cloud.instead);
        }
        let schema = match cloud.columns {
            Columns::Fixed(columns) => super::fixed(columns).into_iter().collect(),
            Columns::Open => RowSchema { columns: Arc::from([]), open: true },
            Columns::Response => {
                let column = |name| Column::new(name, ScalarType::Dynamic);
                [column("ResponseHeaders"), column("ResponseBody")].into_iter().collect()
            }
            Columns::Appended(name, ty) => {
                input.schema.columns.iter().cloned().chain([Column::new(name, ty)]).collect()
            }
            Columns::Declared => match args.first() {
                Some(Arg::RowType(declared)) => {
                    let own = self.row_schema(declared);
                    let kept = input.schema.columns.iter().filter(|c| declared.star && own.column(&c.name).is_none());
                    kept.cloned().chain(own.columns.iter().cloned()).collect()
                }
                _ => {
                    self.error(code::OPERAND, call.span, "the first argument is the schema of the result: typeof(…)");
                    RowSchema { columns: Arc::from([]), open: true }
                }
            },
        };
        table(TableKind::Empty, schema, span, false)
    }
}
