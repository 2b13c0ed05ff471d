//! A small catalogue: the registries would bring DataFusion into the tests of this crate.
#![allow(dead_code)] // each test uses its part

use kql_bind::{Catalog, StoredFunction};
use kql_types::function::{FunctionKind as K, FunctionSpec, ResultName};
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

macro_rules! functions {
    ($($name:literal $kind:ident [$($signature:literal),*] $doc:literal $($named:ident)?;)*) => {
        static FUNCTIONS: &[&FunctionSpec] = &[$({
            static SPEC: FunctionSpec = FunctionSpec::new($name, K::$kind, &[$($signature),*], $doc)$(.named(ResultName::$named))?;
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
    "bin" Scalar ["(value:summable, size:summable) -> arg0"] "Rounds down to a multiple." FirstArgument;
    "now" Scalar ["() -> datetime", "(offset:timespan) -> datetime"] "The instant of the query.";
    "ago" Scalar ["(back:timespan) -> datetime"] "The instant of the query less a time.";
    "pack" Scalar ["(key:text, value:scalar, more...0..64:scalar) -> dynamic"] "A bag.";
    "row_number" Window ["(start?:integer) -> long"] "The number of the row.";
    "count" Aggregate ["() -> long"] "The number of rows.";
    "countif" Aggregate ["(predicate:bool) -> long"] "The number of rows for which a condition is true.";
    "sum" Aggregate ["(value:summable) -> promoted0"] "The sum.";
    "avg" Aggregate ["(value:summable) -> real"] "The mean.";
    "max" Aggregate ["(value:orderable) -> arg0"] "The greatest value.";
    "iff" Scalar ["(predicate:bool, then:common, else:common) -> common"] "One of two values.";
    "isempty" Scalar ["(value:scalar) -> bool"] "Whether there is no text.";
    "isnotempty" Scalar ["(value:scalar) -> bool"] "Whether there is a text.";
    "isnull" Scalar ["(value:scalar) -> bool"] "Whether there is no value.";
    "isnotnull" Scalar ["(value:scalar) -> bool"] "Whether there is a value.";
    "parse_json" Scalar ["(json:scalar) -> dynamic"] "Reads JSON.";
    "coalesce" Scalar ["(value...1..64:common) -> common"] "The first value there is.";
    "round" Scalar ["(value:number, digits?:integer) -> real"] "Rounds.";
    "tohex" Scalar ["(value:integer) -> string"] "Hexadecimal digits.";
    "extract" Scalar ["(regex:const string, group:const integer, text:text) -> string"] "A part by pattern.";
    "replace_string" Scalar ["(text:text, what:string, by:string) -> string"] "Replaces.";
    "base64_decode_tostring" Scalar ["(text:string) -> string"] "Decodes.";
    "bin_at" Scalar ["(value:summable, size:summable, fixed:summable) -> arg0"] "Rounds down." FirstArgument;
    "series_decompose_anomalies" Scalar ["(y:array, threshold?:number) -> (ad_flag:dynamic, ad_score:dynamic, baseline:dynamic)"] "Anomalies.";
    "prev" Window ["(value:scalar, back?:integer, default?:scalar) -> arg0"] "The value of a row before.";
    "min" Aggregate ["(value:orderable) -> arg0"] "The least value.";
    "maxif" Aggregate ["(value:orderable, predicate:bool) -> arg0"] "The greatest value of some rows.";
    "dcount" Aggregate ["(expr:scalar, accuracy?:const not_dynamic) -> long"] "How many different values.";
    "stdev" Aggregate ["(value:number) -> real"] "Standard deviation.";
    "percentile" Aggregate ["(expr:scalar, percentile:const number) -> custom"] "A percentile.";
    "arg_min" Aggregate ["(minimized:orderable, returned*...0..:scalar) -> custom"] "The row with the least value.";
    "arg_max" Aggregate ["(maximized:orderable, returned*...0..:scalar) -> custom"] "The row with the greatest value.";
    "make_set_if" Aggregate ["(expr:scalar, predicate:bool, maxSize?:const integer) -> dynamic"] "The different values of some rows.";
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

    fn database(&self, _cluster: Option<&str>, _name: &str) -> Option<Arc<str>> {
        None
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

/// The published tables, with the few functions.
#[derive(Debug, Default)]
pub(crate) struct Published {
    small: Small,
}

impl Catalog for Published {
    fn table(&self, _database: Option<&str>, name: &str) -> Option<RowSchema> {
        kql_catalog::run_schema(kql_catalog::Profile::All, name).cloned()
    }

    fn table_names(&self, _database: Option<&str>) -> Vec<Arc<str>> {
        kql_catalog::table_names(kql_catalog::Profile::All).map(Arc::from).collect()
    }

    fn database(&self, _cluster: Option<&str>, _name: &str) -> Option<Arc<str>> {
        None
    }

    fn current_database(&self) -> &str {
        "db"
    }

    fn scalar_function(&self, name: &str) -> Option<&'static FunctionSpec> {
        self.small.scalar_function(name)
    }

    fn aggregate(&self, name: &str) -> Option<&'static FunctionSpec> {
        self.small.aggregate(name)
    }

    fn function_names(&self) -> Vec<&'static str> {
        self.small.function_names()
    }

    fn stored_function(&self, _database: Option<&str>, _name: &str) -> Option<StoredFunction> {
        None
    }
}
