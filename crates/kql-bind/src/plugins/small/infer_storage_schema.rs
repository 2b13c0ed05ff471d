//! `infer_storage_schema(options)` and `infer_storage_schema_with_suggestions(options)`: one text about the columns of files.
//!
//! The files are local ones, as with `externaldata`. What the second one suggests is not published, and it is refused.
//! Pages: query/infer-storage-schema-plugin, query/infer-storage-schema-with-suggestions-plugin.

use crate::binder::{Binder, table};
use crate::bound::{Expr, ExprKind, INFERRED, Table, TableKind};
use crate::convert::literal;
use crate::expression::Arg;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::dynamic::{Kind, array_items, get_key, kind, to_text};
use kql_types::function::{FunctionKind, FunctionSpec, Support};
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::sync::Arc;

pub(super) static SPEC: FunctionSpec = FunctionSpec::new(
    "infer_storage_schema",
    FunctionKind::Plugin,
    &["(options)"],
    "One text: the columns of files as a schema. The options are a constant bag with `StorageContainers`, `DataFormat`, `FileExtension`, `FileNamePrefix`, `Mode`, `InferenceOptions`. <https://learn.microsoft.com/kusto/query/infer-storage-schema-plugin>",
)
.diverges("reads local files only: folders allowed with --allow, URLs mapped with --external URL=FILE; the types are those of captured data, the narrowest that hold all values");

pub(super) static SUGGESTIONS: FunctionSpec = FunctionSpec::new(
    "infer_storage_schema_with_suggestions",
    FunctionKind::Plugin,
    &["(options)"],
    "As `infer_storage_schema`, with types and transformations to prefer. <https://learn.microsoft.com/kusto/query/infer-storage-schema-with-suggestions-plugin>",
)
.support(Support::CheckOnly("how it chooses is not published; use infer_storage_schema"));

/// Places and properties of files.
type Storage = (Vec<Expr>, Vec<(String, Value)>);

impl<'s> Binder<'s> {
    pub(super) fn infer_storage_schema(
        &mut self,
        column: &'static str,
        input: Arc<Table>,
        call: &'s ast::Call,
        span: Span,
    ) -> Arc<Table> {
        if !self.plugin_count(call, 1, 1) {
            return self.unknown_table(span);
        }
        let (args, input) = self.plugin_arguments(&input, call);
        let schema: RowSchema = [Column::new(column, ScalarType::String)].into_iter().collect();
        if !self.measured() {
            return self.evaluate_kind(input, call, args, schema, span);
        }
        if column != "CslSchema" {
            let message =
                format!("the plugin '{}' cannot be run here: how it chooses is not published", call.name.text);
            self.error_help(code::UNSUPPORTED, call.name.span, message, "use infer_storage_schema");
            return self.unknown_table(span);
        }
        let Some(Arg::Scalar(options)) = args.first() else { return self.unknown_table(span) };
        let Some(Value::Dynamic(Some(text))) = literal(options) else {
            self.error(code::NOT_CONSTANT, options.span, "the options are a constant bag: dynamic({…})");
            return self.unknown_table(span);
        };
        let place = options.span;
        match self.storage(text, place) {
            Some((uris, properties)) => table(TableKind::ExternalData { uris, properties }, schema, span, false),
            None => self.unknown_table(span),
        }
    }

    /// The places and the properties that the options name.
    fn storage(&mut self, options: &str, span: Span) -> Option<Storage> {
        let containers = get_key(options, "StorageContainers").filter(|c| kind(c) == Kind::Array);
        let format = get_key(options, "DataFormat").filter(|f| kind(f) == Kind::String);
        let (Some(containers), Some(format)) = (containers, format) else {
            let message = "the options name StorageContainers, an array of places, and DataFormat";
            self.error(code::OPERAND, span, message);
            return None;
        };
        let text = |value: &str| Value::String(to_text(value).into_owned());
        let uris = array_items(containers)
            .map(|uri| Expr { kind: ExprKind::Literal(text(uri)), ty: ScalarType::String, span })
            .collect();
        let mut properties = vec![(INFERRED.to_owned(), Value::Bool(Some(true))), ("format".to_owned(), text(format))];
        for (option, name) in [("FileExtension", "extension"), ("FileNamePrefix", "prefix"), ("Mode", "mode")] {
            if let Some(value) = get_key(options, option).filter(|v| kind(v) == Kind::String) {
                properties.push((name.to_owned(), text(value)));
            }
        }
        let mode = properties.iter().find(|(name, _)| name == "mode").map(|(_, mode)| mode.clone());
        if let Some(Value::String(mode)) = mode
            && !matches!(mode.as_str(), "any" | "last" | "all")
        {
            self.error(code::OPERAND, span, format!("the Mode is 'any', 'last' or 'all', not '{mode}'"));
            return None;
        }
        let inference = get_key(options, "InferenceOptions").unwrap_or("{}");
        if get_key(inference, "UseFirstRowAsHeader").is_some_and(|v| v == "true") {
            properties.push(("header".to_owned(), Value::String("true".to_owned())));
        }
        Some((uris, properties))
    }
}
