//! The settings there are.

use super::resolve;
use crate::args::{ColorChoice, ProfileArg};
use crate::graphics::GraphicsArg;
use crate::theme;
use clap::{Arg, Command, ValueEnum};
use kql_render::Format;
use kql_types::datetime;
use std::path::Path;

/// How a setting is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// One value.
    One,
    /// A value or an array of them.
    List,
    /// A table of names and values; the option takes `NAME=VALUE`.
    Map,
}

/// Where a value holds a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holds {
    Nothing,
    /// `PATH`.
    Path,
    /// `PATH` or `TABLE=PATH`.
    Input,
}

/// A setting: a key of `kql.toml` and the option whose default it is.
#[derive(Debug)]
pub(super) struct Key {
    /// The key, which is the option's name, too, but for its number.
    pub(super) name: &'static str,
    pub(super) shape: Shape,
    holds: Holds,
    /// The environment variable; one of a list separates its paths as `PATH` does, one of a map its entries with `;`.
    pub(super) variable: &'static str,
    /// What is wrong with a value.
    pub(super) check: fn(&str) -> Result<(), String>,
}

const fn key(name: &'static str, variable: &'static str, check: fn(&str) -> Result<(), String>) -> Key {
    Key { name, shape: Shape::One, holds: Holds::Nothing, variable, check }
}

const fn map(name: &'static str, variable: &'static str) -> Key {
    Key { shape: Shape::Map, holds: Holds::Path, ..key(name, variable, any) }
}

/// A key counts when a command has the option of its name. Options that write files (`--output`, `--chart`) or open folders to
/// queries (`--allow`) are none: a `kql.toml` may come with somebody else's queries.
pub(super) const KEYS: &[Key] = &[
    Key { shape: Shape::List, holds: Holds::Input, ..key("data", "KQL_DATA", any) },
    map("database", "KQL_DATABASE"),
    Key { holds: Holds::Nothing, ..map("map", "KQL_MAP") },
    Key { shape: Shape::List, holds: Holds::Path, ..key("functions", "KQL_FUNCTIONS", any) },
    map("watchlist", "KQL_WATCHLIST"),
    map("external", "KQL_EXTERNAL"),
    Key { holds: Holds::Path, ..key("geo-ip", "KQL_GEO_IP", any) },
    key("profile", "KQL_PROFILE", one_of::<ProfileArg>),
    key("now", "KQL_NOW", instant),
    key("timeout", "KQL_TIMEOUT", any),
    key("max-memory", "KQL_MAX_MEMORY", any),
    key("max-rows", "KQL_MAX_ROWS", count),
    key("format", "KQL_FORMAT", format),
    key("rows", "KQL_ROWS", count),
    key("graphics", "KQL_GRAPHICS", one_of::<GraphicsArg>),
    key("color", "KQL_COLOR", one_of::<ColorChoice>),
    key("theme", "KQL_THEME", theme::check_name),
    Key { holds: Holds::Nothing, check: theme::check_style, ..map("colors", "KQL_COLORS") },
    key("width", "KQL_WIDTH", count),
];

impl Key {
    /// Whether the option of a command is the one of this key. Formats are those of results: of `kql run` and the prompt.
    pub(super) fn is_option(&self, option: &Arg, command: &Command) -> bool {
        option.get_long() == Some(self.name) && (self.name != "format" || matches!(command.get_name(), "kql" | "run"))
    }

    /// A value of a file as the option takes it.
    pub(super) fn resolved(&self, value: &str, folder: &Path) -> String {
        match self.holds {
            Holds::Nothing => value.to_owned(),
            Holds::Path => resolve(value, folder),
            Holds::Input => match value.split_once('=') {
                Some((table, path)) if !Path::new(&resolve(value, folder)).exists() => {
                    format!("{table}={}", resolve(path, folder))
                }
                _ => resolve(value, folder),
            },
        }
    }

    /// Values as they would be written in a file.
    pub(super) fn toml(&self, values: &[String]) -> String {
        let quoted = |text: &str| format!("{text:?}");
        match (self.shape, values) {
            (Shape::One, [value]) if value.parse::<u64>().is_ok() => value.clone(),
            (Shape::One, [value]) => quoted(value),
            (Shape::Map, values) => {
                let entry = |v: &String| v.rsplit_once('=').map(|(k, v)| format!("{} = {}", quoted(k), quoted(v)));
                format!("{{ {} }}", values.iter().filter_map(entry).collect::<Vec<_>>().join(", "))
            }
            (_, values) => format!("[{}]", values.iter().map(|v| quoted(v)).collect::<Vec<_>>().join(", ")),
        }
    }
}

fn any(_: &str) -> Result<(), String> {
    Ok(())
}

fn one_of<T: ValueEnum>(text: &str) -> Result<(), String> {
    if T::from_str(text, false).is_ok() {
        return Ok(());
    }
    let names: Vec<String> = T::value_variants()
        .iter()
        .filter_map(|v| v.to_possible_value())
        .map(|v| format!("'{}'", v.get_name()))
        .collect();
    Err(format!("'{text}' is none of {}", names.join(", ")))
}

fn instant(text: &str) -> Result<(), String> {
    let known = text == "latest" || datetime::parse(text).is_some();
    known.then_some(()).ok_or_else(|| format!("'{text}' is neither a datetime nor 'latest'"))
}

fn count(text: &str) -> Result<(), String> {
    text.parse::<usize>().map(drop).map_err(|_| format!("'{text}' is no number"))
}

fn format(text: &str) -> Result<(), String> {
    text.parse::<Format>().map(drop)
}
