//! Schemas as rows, as JSON and as commands.

use super::Reply;
use super::reply::{boolean, text};
use crate::databases::{Database, Databases, Description};
use kql_syntax::ast::SchemaForm;
use kql_types::{RowSchema, ScalarType};
use serde_json::{Map, Value as Json, json};
use std::sync::Arc;

/// <https://learn.microsoft.com/kusto/management/show-schema-database>
const ROWS: &str = "DatabaseName TableName ColumnName ColumnType IsDefaultTable:bool IsDefaultColumn:bool PrettyName Version \
    Folder DocString";

/// The columns of a form; `cluster` when all databases were asked for.
pub(super) fn columns(form: SchemaForm, cluster: bool) -> &'static str {
    match form {
        SchemaForm::Rows => ROWS,
        SchemaForm::Json if cluster => "ClusterSchema",
        SchemaForm::Json => "DatabaseSchema",
        SchemaForm::Script => "DatabaseSchemaScript",
    }
}

/// A row for each database, each table and each column.
pub(super) fn rows(databases: &Databases, names: &[Arc<str>], reply: &mut Reply) {
    let version = version(databases);
    for name in names {
        let Some(database) = databases.get(Some(name)) else { continue };
        let mut row = |table: &str, column: &str, ty: &str, version: &str, described: Description| {
            reply.push(vec![
                text(&**name),
                text(table),
                text(column),
                text(ty),
                boolean(false),
                boolean(false),
                text(""),
                text(version),
                text(described.folder),
                text(described.docstring),
            ]);
        };
        row("", "", "", &version, Description::default());
        for table in database.tables.names() {
            row(table, "", "", "", database.described.get(table).cloned().unwrap_or_default());
            let Some(data) = database.tables.get(table) else { continue };
            for column in data.schema.columns.iter() {
                row(table, &column.name, net_type(column.ty), "", Description::default());
            }
        }
    }
}

/// The JSON that editors read.
pub(super) fn json(databases: &Databases, names: &[Arc<str>]) -> String {
    let mut all = Map::new();
    for name in names {
        if let Some(database) = databases.get(Some(name)) {
            all.insert(name.to_string(), database_json(name, database, databases.version));
        }
    }
    json!({"Plugins": [], "Databases": all}).to_string()
}

fn database_json(name: &str, database: &Database, version: u32) -> Json {
    let mut tables = Map::new();
    for table in database.tables.names() {
        let Some(data) = database.tables.get(table) else { continue };
        let described = database.described.get(table).cloned().unwrap_or_default();
        tables.insert(
            table.to_string(),
            json!({
                "Name": &**table, "EntityType": "Table", "Folder": described.folder, "DocString": described.docstring,
                "OrderedColumns": ordered(&data.schema),
            }),
        );
    }
    let mut functions = Map::new();
    for (function, f) in &database.functions {
        functions.insert(
            function.to_string(),
            json!({
                "Name": &**function, "InputParameters": parameters(&f.parameters), "Body": &*f.body,
                "Folder": f.described.folder, "DocString": f.described.docstring,
                "FunctionKind": if f.view { "ViewFunction" } else { "Unknown" }, "OutputColumns": [],
            }),
        );
    }
    json!({
        "Name": name, "Tables": tables, "ExternalTables": {}, "MaterializedViews": {}, "EntityGroups": {}, "Graphs": {},
        "StoredQueryResults": {}, "MajorVersion": 1, "MinorVersion": version, "Functions": functions,
        "DatabaseAccessMode": "ReadWrite",
    })
}

fn ordered(schema: &RowSchema) -> Vec<Json> {
    let column = |c: &kql_types::Column| json!({"Name": &*c.name, "Type": net_type(c.ty), "CslType": c.ty.name()});
    schema.columns.iter().map(column).collect()
}

/// The parameters of a function, read from their text.
fn parameters(written: &str) -> Vec<Json> {
    use kql_syntax::ast::{ExprKind, ParameterType, StatementKind};
    let source = format!("let f = {written} {{ 0 }};");
    let parsed = kql_syntax::parse(&source);
    let Some(StatementKind::Let { value, .. }) = parsed.script.statements.first().map(|s| &s.kind) else {
        return Vec::new();
    };
    let ExprKind::Function(function) = &value.kind else { return Vec::new() };
    let one = |p: &kql_syntax::ast::FunctionParameter| match &p.ty {
        ParameterType::Scalar(ty) => {
            let mut one = json!({"Name": p.name.text, "Type": net_type(ty.ty), "CslType": ty.ty.name()});
            if let Some(default) = &p.default {
                one["CslDefaultValue"] = json!(default.span.text(&source));
            }
            one
        }
        ParameterType::Tabular(row) => {
            let column = |(name, ty): &(kql_syntax::ast::Name, kql_syntax::ast::TypeName)| json!({"Name": name.text, "Type": net_type(ty.ty), "CslType": ty.ty.name()});
            json!({"Name": p.name.text, "Columns": row.columns.iter().map(column).collect::<Vec<_>>()})
        }
    };
    function.parameters.iter().map(one).collect()
}

/// One table's schema as `.show table T schema as json` has it.
pub(super) fn table_json(name: &str, schema: &RowSchema, described: &Description) -> String {
    json!({
        "Name": name, "Folder": described.folder, "DocString": described.docstring, "OrderedColumns": ordered(schema),
    })
    .to_string()
}

/// `a:string,b:long`.
pub(super) fn csl(schema: &RowSchema) -> String {
    let column = |c: &kql_types::Column| format!("{}:{}", written_name(&c.name), c.ty.name());
    schema.columns.iter().map(column).collect::<Vec<_>>().join(",")
}

/// The commands that make the tables and functions.
pub(super) fn script(databases: &Databases, names: &[Arc<str>], reply: &mut Reply) {
    for database in names.iter().filter_map(|name| databases.get(Some(name))) {
        for table in database.tables.names() {
            let Some(data) = database.tables.get(table) else { continue };
            let described = database.described.get(table).cloned().unwrap_or_default();
            let columns = csl(&data.schema).replace(',', ", ");
            let command = format!(".create-merge table {} ({columns}){}", written_name(table), with(&described, false));
            reply.push(vec![text(command)]);
        }
        for (name, f) in &database.functions {
            let with = with(&f.described, f.view);
            let command = format!(".create-or-alter function{with} {}{} {}", written_name(name), f.parameters, f.body);
            reply.push(vec![text(command)]);
        }
    }
}

fn with(described: &Description, view: bool) -> String {
    let quoted = |text: &str| kql_types::dynamic::quote(text);
    let mut properties = Vec::new();
    if !described.folder.is_empty() {
        properties.push(format!("folder={}", quoted(&described.folder)));
    }
    if !described.docstring.is_empty() {
        properties.push(format!("docstring={}", quoted(&described.docstring)));
    }
    if view {
        properties.push("view=true".to_owned());
    }
    if properties.is_empty() { String::new() } else { format!(" with ({})", properties.join(", ")) }
}

/// A name as a command writes it.
fn written_name(name: &str) -> String {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && name.bytes().next().is_some_and(|b| !b.is_ascii_digit());
    if plain { name.to_owned() } else { format!("[{}]", kql_types::dynamic::quote(name)) }
}

fn version(databases: &Databases) -> String {
    format!("v1.{}", databases.version)
}

/// The .NET name of a type, as schemas have it.
fn net_type(ty: ScalarType) -> &'static str {
    match ty {
        ScalarType::Bool => "System.SByte",
        ScalarType::Int => "System.Int32",
        ScalarType::Long => "System.Int64",
        ScalarType::Real => "System.Double",
        ScalarType::Decimal => "System.Data.SqlTypes.SqlDecimal",
        ScalarType::String => "System.String",
        ScalarType::Datetime => "System.DateTime",
        ScalarType::Timespan => "System.TimeSpan",
        ScalarType::Guid => "System.Guid",
        ScalarType::Dynamic | ScalarType::Unknown => "System.Object",
    }
}
