//! Plugins that call out: other services, other languages.

use crate::binder::{Binder, table};
use crate::bound::{Table, TableKind};
use crate::expression::Arg;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

/// One of them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Cloud {
    name: &'static str,
    columns: Columns,
    instead: &'static str,
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
}

const fn request(name: &'static str) -> Cloud {
    Cloud { name, columns: Columns::Open, instead: "save the rows to a file and load it with --data TABLE=FILE" }
}

const fn script(name: &'static str) -> Cloud {
    Cloud { name, columns: Columns::Declared, instead: "write the result to a file and process it outside" }
}

static CLOUD: &[Cloud] = &[
    script("python"),
    script("r"),
    script("csharp"),
    request("sql_request"),
    request("mysql_request"),
    request("postgresql_request"),
    request("cosmosdb_sql_request"),
    request("dax_request"),
    request("azure_digital_twins_query_request"),
    request("execute_query"),
    request("execute_show_command"),
    Cloud { name: "http_request", columns: Columns::Response, instead: "save the response to a file and load it" },
    Cloud { name: "http_request_post", columns: Columns::Response, instead: "save the response to a file and load it" },
    Cloud {
        name: "ai_embeddings",
        columns: Columns::Appended("embedding", ScalarType::Dynamic),
        instead: "compute the vectors outside and load them as a table",
    },
    Cloud {
        name: "ai_embed_text",
        columns: Columns::Appended("embedding", ScalarType::Dynamic),
        instead: "compute the vectors outside and load them as a table",
    },
    Cloud {
        name: "ai_chat_completion",
        columns: Columns::Appended("ChatCompletion", ScalarType::String),
        instead: "ask the model outside and load its answers as a table",
    },
    Cloud {
        name: "ai_chat_completion_prompt",
        columns: Columns::Appended("ChatCompletion", ScalarType::String),
        instead: "ask the model outside and load its answers as a table",
    },
];

pub(super) fn find(name: &str) -> Option<&'static Cloud> {
    CLOUD.iter().find(|c| c.name == name)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    CLOUD.iter().map(|c| c.name)
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
            let message = format!("the plugin '{}' cannot be run here", cloud.name);
            self.error_help(code::NEEDS_CLOUD, call.name.span, message, cloud.instead);
        }
        let schema = match cloud.columns {
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
