//! Management commands that this engine understands, as read from their text.

use super::{Expr, FunctionExpr, Name, Property, TypeName};
use kql_diagnostic::Span;

/// What a management command asks for. Commands that are not here are known by their head only.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// `.show …`
    Show(Show),
    /// `.create table T (…)`, `.create-merge table`, `.alter table`, `.alter-merge table`.
    DefineTable {
        /// Which of the four.
        how: Define,
        /// The table.
        table: Name,
        /// The columns; empty when the table is made like another one.
        columns: Vec<(Name, TypeName)>,
        /// `based-on Other`
        based_on: Option<Name>,
        /// `with (folder=…, docstring=…)`
        properties: Vec<Property>,
    },
    /// `.drop table T [ifexists]`, `.drop tables (A, B) [ifexists]`.
    DropTables {
        /// The tables.
        tables: Vec<Name>,
        /// A table that is not there is no error.
        if_exists: bool,
    },
    /// `.rename table A to B`, `.rename tables B = A, …`: pairs of old and new name.
    RenameTables(Vec<(Name, Name)>),
    /// `.clear table T data`
    ClearTable(Name),
    /// `.set`, `.append`, `.set-or-append`, `.set-or-replace`: the query is the command's input.
    Write {
        /// Which of the four.
        verb: Write,
        /// The table.
        table: Name,
        /// `with (…)`
        properties: Vec<Property>,
    },
    /// `.ingest inline into table T [with (…)] <| rows`, or `[a,1][b,2]`.
    IngestInline {
        /// The table.
        table: Name,
        /// `with (…)`
        properties: Vec<Property>,
        /// Where the rows stand.
        rows: Span,
        /// They stand in brackets, one pair a row.
        bracketed: bool,
    },
    /// `.ingest into table T ('file', …) [with (…)]`.
    IngestInto {
        /// The table.
        table: Name,
        /// Texts that name files.
        sources: Vec<Expr>,
        /// `with (…)`
        properties: Vec<Property>,
    },
    /// `.create function`, `.create-or-alter function`, `.alter function`.
    DefineFunction(Box<DefineFunction>),
    /// `.drop function F [ifexists]`, `.drop functions (F, G) [ifexists]`.
    DropFunctions {
        /// The functions.
        functions: Vec<Name>,
        /// A function that is not there is no error.
        if_exists: bool,
    },
    /// `.alter table T folder 'f'`, `.alter function F docstring 'd'`: a text that describes an entity.
    Describe {
        /// The table or function.
        name: Name,
        /// It is a function.
        function: bool,
        /// The text is the documentation; otherwise the folder.
        docstring: bool,
        /// The text.
        text: String,
    },
}

/// How a table is defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Define {
    /// `.create`
    Create,
    /// `.create-merge`
    CreateMerge,
    /// `.alter`
    Alter,
    /// `.alter-merge`
    AlterMerge,
}

/// How a query's rows go to a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Write {
    /// `.set`: the table must not exist.
    Set,
    /// `.append`: the table must exist.
    Append,
    /// `.set-or-append`
    SetOrAppend,
    /// `.set-or-replace`
    SetOrReplace,
}

/// `.create function [ifnotexists] [with (…)] F(…) { … }`.
#[derive(Clone, Debug, PartialEq)]
pub struct DefineFunction {
    /// `.create`, `.create-or-alter` ([`Define::CreateMerge`]) or `.alter`.
    pub how: Define,
    /// `ifnotexists`
    pub if_not_exists: bool,
    /// `with (…)`
    pub properties: Vec<Property>,
    /// The name.
    pub name: Name,
    /// The parameters with their parentheses, as written.
    pub parameters: String,
    /// The body with its braces, as written.
    pub body: String,
    /// The function.
    pub function: FunctionExpr,
}

/// What `.show` shows.
#[derive(Clone, Debug, PartialEq)]
pub enum Show {
    /// `.show tables [(A, B)] [details]`: all when no name is given.
    Tables {
        /// The names.
        names: Vec<Name>,
        /// With figures.
        details: bool,
    },
    /// `.show table T [details | schema as json | cslschema | extents]`
    Table {
        /// The table.
        table: Name,
        /// What of it.
        what: ShowTable,
    },
    /// `.show databases`, `.show cluster databases`.
    Databases {
        /// `.show databases entities`
        entities: bool,
        /// `.show databases identity`
        identity: bool,
    },
    /// `.show database`: the current one; `identity`.
    Database {
        /// `.show database identity`
        identity: bool,
    },
    /// `.show schema [as json]`, `.show [database D | databases [(D1, D2)]] schema [details] [as json | as csl script]`.
    Schema {
        /// The databases; all of the cluster when empty.
        databases: Vec<Name>,
        /// It was asked of the current database.
        current: bool,
        /// The form.
        form: SchemaForm,
    },
    /// `.show functions`
    Functions,
    /// `.show function F`
    Function(Name),
    /// `.show queries`: those that have ended.
    Queries,
    /// `.show running queries`
    RunningQueries,
    /// `.show version`
    Version,
    /// `.show cluster`
    Cluster,
    /// `.show diagnostics`
    Diagnostics,
    /// `.show materialized-views`, `.show external tables`: there are none.
    Nothing(Absent),
}

/// What `.show table T` shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShowTable {
    /// Its columns.
    Columns,
    /// Figures.
    Details,
    /// The schema as JSON.
    Json,
    /// The schema as `a:string,b:long`.
    Csl,
}

/// The form of a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaForm {
    /// A row for each database, table and column.
    Rows,
    /// One JSON text.
    Json,
    /// One command a row.
    Script,
}

/// Kinds of entities that a local session has none of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Absent {
    /// Materialized views.
    MaterializedViews,
    /// External tables.
    ExternalTables,
}
