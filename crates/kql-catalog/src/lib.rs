//! Published schemas of the Defender XDR and Sentinel tables, and the functions those services add to the language.
//!
//! The schemas are text files in `schemas/`, one table a line in byte order. Nothing is read at start: a table is found by
//! binary search in the text and parsed on its first use. This crate knows no Arrow, no DataFusion and no data; whether a
//! table holds rows is the business of `kql-sources`.
//!
//! ```
//! use kql_catalog::{Profile, table};
//! let events = table(Profile::Defender, "DeviceEvents").unwrap();
//! assert_eq!(&*events.columns[0].name, "Timestamp");
//! assert!(table(Profile::Sentinel, "ExposureGraphNodes").is_none());
//! ```

mod profile;
mod service_function;
mod table;
mod text;

pub use profile::Profile;
pub use service_function::{ServiceFunction, ServiceParameter, service_function, service_functions};
pub use table::{TIME_COLUMNS, run_schema, table, table_named_like, table_names};
