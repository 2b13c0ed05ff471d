//! Functions that take a text apart: URLs, paths, command lines, CSV, XML, versions.

use crate::ScalarFunction;

mod command_line;
mod csv;
mod path;
mod url;
mod user_agent;
mod version;
mod xml;

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] = &[
    &url::PARSE_URL,
    &url::PARSE_URLQUERY,
    &command_line::PARSE_COMMAND_LINE,
    &path::PARSE_PATH,
    &csv::PARSE_CSV,
    &xml::PARSE_XML,
    &version::PARSE_VERSION,
    &user_agent::PARSE_USER_AGENT,
];

/// Appends the members of a bag whose values are strings: `"key":"value"`, with commas, without braces.
fn write_members(out: &mut String, members: &[(&str, &str)]) {
    for (i, (key, value)) in members.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        kql_types::dynamic::write_quoted(out, key);
        out.push(':');
        kql_types::dynamic::write_quoted(out, value);
    }
}
