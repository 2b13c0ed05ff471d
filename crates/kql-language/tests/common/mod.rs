//! A small catalogue: the registries would bring DataFusion into the tests of this crate.
#![allow(dead_code)] // each test uses its part

use kql_bind::{Catalog, StoredFunction};
use kql_types::function::{FunctionKind as K, FunctionSpec};
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

macro_rules! functions {
    ($($name:literal $kind:ident [$($signature:literal),*] $doc:literal;)*) => {
        static FUNCTIONS: &[&FunctionSpec] = &[$({
            static SPEC: FunctionSpec = FunctionSpec::new($name, K::$kind, &[$($signature),*], $doc);
            &SPEC
        }),*];
    };
}

functions! {
    "strcat" Scalar ["(value:scalar, more...0..64:scalar) -> string"] "Joins values into one text.";
    "strlen" Scalar ["(text:text) -> long"] "The number of characters.";
    "substring" Scalar ["(source:text, start:integer, length?:integer) -> string"] "A part of a text.";
    "tostring" Scalar ["(value:scalar) -> string"] "The value as text.";
    "tolong" Scalar ["(value:scalar) -> long"] "The value as a whole number.";
    "bin" Scalar ["(value:summable, size:summable) -> arg0"] "Rounds down to a multiple.";
    "now" Scalar ["() -> datetime", "(offset:timespan) -> datetime"] "The instant of the query.";
    "ago" Scalar ["(back:timespan) -> datetime"] "The instant of the query less a time.";
    "pack" Scalar ["(key:text, value:scalar, more...0..64:scalar) -> dynamic"] "A bag.";
    "row_number" Window ["(start?:integer) -> long"] "The number of the row.";
    "count" Aggregate ["() -> long"] "The number of rows.";
    "countif" Aggregate ["(predicate:bool) -> long"] "The number of rows for which a condition is true.";
    "sum" Aggregate ["(value:summable) -> promoted0"] "The sum.";
    "avg" Aggregate ["(value:summable) -> real"] "The mean.";
    "max" Aggregate ["(value:orderable) -> arg0"] "The greatest value.";
    "make_set" Aggregate ["(value:scalar, limit?:const integer) -> dynamic"] "The different values.";
}

/// Some tables, and more of the same kind when asked for.
#[derive(Debug, Default)]
pub(crate) struct Small {
    /// Names of generated tables.
    pub(crate) more: Vec<Arc<str>>,
    /// Columns of each generated table.
    pub(crate) columns: usize,
}

fn table(columns: &[(&str, ScalarType)]) -> RowSchema {
    columns.iter().map(|(n, t)| Column::new(*n, *t)).collect()
}

impl Catalog for Small {
    fn table(&self, _database: Option<&str>, name: &str) -> Option<RowSchema> {
        use ScalarType as S;
        if self.more.iter().any(|n| **n == *name) {
            let types = [S::Datetime, S::String, S::Long, S::Dynamic];
            return Some((0..self.columns).map(|i| Column::new(format!("{name}Column{i}"), types[i % 4])).collect());
        }
        Some(match name {
            "T" => table(&[
                ("Timestamp", S::Datetime),
                ("a", S::Long),
                ("b", S::String),
                ("d", S::Dynamic),
                ("two words", S::String),
                ("ok", S::Bool),
            ]),
            "R" => table(&[("b", S::String), ("c", S::Real), ("RightOnly", S::Guid)]),
            "DeviceProcessEvents" => table(&[
                ("Timestamp", S::Datetime),
                ("DeviceId", S::String),
                ("DeviceName", S::String),
                ("FileName", S::String),
                ("ProcessId", S::Long),
                ("AdditionalFields", S::Dynamic),
            ]),
            _ => return None,
        })
    }

    fn table_names(&self, _database: Option<&str>) -> Vec<Arc<str>> {
        ["DeviceProcessEvents", "R", "T"].into_iter().map(Arc::from).chain(self.more.iter().cloned()).collect()
    }

    fn has_database(&self, _cluster: Option<&str>, _name: &str) -> bool {
        false
    }

    fn current_database(&self) -> &str {
        "db"
    }

    fn scalar_function(&self, name: &str) -> Option<&'static FunctionSpec> {
        FUNCTIONS.iter().find(|f| f.name == name && f.kind != K::Aggregate).copied()
    }

    fn aggregate(&self, name: &str) -> Option<&'static FunctionSpec> {
        FUNCTIONS.iter().find(|f| f.name == name && f.kind == K::Aggregate).copied()
    }

    fn function_names(&self) -> Vec<&'static str> {
        FUNCTIONS.iter().map(|f| f.name).collect()
    }

    fn stored_function(&self, _database: Option<&str>, _name: &str) -> Option<StoredFunction> {
        None
    }
}
