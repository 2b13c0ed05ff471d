//! Settings: what `kql.toml` and the environment say, as defaults of the command line.
//!
//! The nearest wins, setting by setting: an option of the command line, then the environment, then the `kql.toml` of the
//! current folder or the closest folder above it, then the user's. `KQL_CONFIG` names the only file to read; when it is
//! empty, none is read. A file can name data to read and how to show it, and nothing else: `--allow` is no setting.

mod file;
mod key;

use crate::args::Cli;
use crate::failure::Failure;
use clap::{Command, CommandFactory, FromArgMatches};
use etcetera::BaseStrategy;
use key::{KEYS, Key, Shape};
use std::path::{Path, PathBuf};

/// The name of the file in a folder of queries.
const FILE: &str = "kql.toml";

/// A setting with the place it was made.
#[derive(Debug)]
struct Setting {
    key: &'static Key,
    values: Vec<String>,
    origin: String,
}

/// What is set outside the command line.
#[derive(Debug, Default)]
pub(crate) struct Settings {
    /// The one in force first.
    settings: Vec<Setting>,
    /// The files read.
    files: Vec<PathBuf>,
}

/// Settings that cannot be.
#[derive(Debug)]
struct Wrong {
    /// The lines of a file, underlined.
    report: String,
    message: String,
}

/// Reads the command line with the settings as its defaults. `--help`, and commands that need no settings, work whatever a
/// file says.
pub(crate) fn command_line() -> Result<(Cli, Settings), Failure> {
    let command = Cli::command();
    let (settings, wrong) = match Settings::load(&command) {
        Ok(settings) => (settings, None),
        Err(wrong) => (Settings::default(), Some(wrong)),
    };
    let matches = settings.apply(command).get_matches();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|e| e.exit());
    match wrong {
        Some(wrong) if cli.uses_settings() => {
            anstream::eprint!("{}", wrong.report);
            Err(Failure::usage(wrong.message))
        }
        _ => Ok((cli, settings)),
    }
}

impl Settings {
    fn load(command: &Command) -> Result<Self, Wrong> {
        let keys: Vec<&'static Key> = KEYS.iter().filter(|key| options(command, key).next().is_some()).collect();
        let mut loaded = Settings::default();
        for key in &keys {
            loaded.settings.extend(from_environment(key)?);
        }
        for path in paths() {
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            loaded.settings.extend(file::read(&path, &text, &keys)?);
            loaded.files.push(path);
        }
        Ok(loaded)
    }

    fn get(&self, key: &Key) -> Option<&Setting> {
        self.settings.iter().find(|s| s.key.name == key.name)
    }

    /// The command line with the settings as defaults of its options.
    fn apply(&self, mut command: Command) -> Command {
        for key in KEYS {
            let Some(setting) = self.get(key) else { continue };
            let named = |c: &Command| c.get_arguments().any(|a| key.is_option(a, c));
            let change = |c: Command| {
                let id = c.get_arguments().find(|a| key.is_option(a, &c)).map(|a| a.get_id().clone());
                match id {
                    Some(id) => c.mut_arg(id, |a| a.default_values(setting.values.clone())),
                    None => c,
                }
            };
            if named(&command) {
                command = change(command);
            }
            let names: Vec<String> =
                command.get_subcommands().filter(|c| named(c)).map(|c| c.get_name().to_owned()).collect();
            for name in names {
                command = command.mut_subcommand(name, change);
            }
        }
        command
    }

    /// The settings in force as `kql.toml` would have them, each with the place it comes from.
    pub(crate) fn show(&self) -> String {
        let command = Cli::command();
        let mut out = String::new();
        for key in KEYS {
            let Some(option) = options(&command, key).next() else { continue };
            let default: Vec<String> =
                option.get_default_values().iter().map(|v| v.to_string_lossy().into_owned()).collect();
            let line = match self.get(key) {
                Some(setting) => format!("{} = {} # {}", key.name, key.toml(&setting.values), setting.origin),
                None if default.is_empty() => format!("# {} is not set", key.name),
                None => format!("{} = {} # default", key.name, key.toml(&default)),
            };
            out.push_str(&line);
            out.push('\n');
        }
        for (at, path) in paths().into_iter().enumerate() {
            out.push_str(if at == 0 { "\n" } else { "" });
            let read = if self.files.contains(&path) { "read" } else { "not there" };
            out.push_str(&format!("# {}: {read}\n", path.display()));
        }
        out
    }
}

/// The options a key stands for, of all commands.
fn options<'a>(command: &'a Command, key: &'a Key) -> impl Iterator<Item = &'a clap::Arg> {
    std::iter::once(command)
        .chain(command.get_subcommands())
        .flat_map(move |c| c.get_arguments().filter(move |a| key.is_option(a, c)))
}

/// The files to read, the nearest first, there or not.
fn paths() -> Vec<PathBuf> {
    if let Some(path) = std::env::var_os("KQL_CONFIG") {
        return if path.is_empty() { Vec::new() } else { vec![path.into()] };
    }
    let mut paths = Vec::new();
    if let Ok(here) = std::env::current_dir() {
        let nearest = here.ancestors().map(|folder| folder.join(FILE)).find(|path| path.is_file());
        paths.push(nearest.unwrap_or_else(|| here.join(FILE)));
    }
    if let Ok(strategy) = etcetera::choose_base_strategy() {
        paths.push(strategy.config_dir().join("kql").join("config.toml"));
    }
    paths
}

fn from_environment(key: &'static Key) -> Result<Option<Setting>, Wrong> {
    let variable = key.variable;
    let Some(value) = std::env::var_os(variable).filter(|v| !v.is_empty()) else { return Ok(None) };
    let text = |v: &std::ffi::OsStr| {
        let wrong = |message: String| Wrong { report: String::new(), message: format!("{variable}: {message}") };
        let text = v.to_str().ok_or_else(|| wrong("it is no UTF-8 text".to_owned()))?;
        let value = match key.shape {
            Shape::Map => text.rsplit_once('=').ok_or_else(|| wrong(format!("write NAME=VALUE, not '{text}'")))?.1,
            Shape::One | Shape::List => text,
        };
        (key.check)(value).map_err(wrong)?;
        Ok(text.to_owned())
    };
    let values = match key.shape {
        Shape::List => std::env::split_paths(&value).map(|p| text(p.as_os_str())).collect::<Result<_, _>>()?,
        Shape::One => vec![text(&value)?],
        Shape::Map => {
            let entries = value.to_string_lossy();
            let entries = entries.split(';').filter(|e| !e.trim().is_empty());
            entries.map(|e| text(e.trim().as_ref())).collect::<Result<_, _>>()?
        }
    };
    Ok(Some(Setting { key, values, origin: format!("environment {variable}") }))
}

/// A path written in a file: `~/` is the home folder, and a relative one starts at the file's folder.
fn resolve(path: &str, folder: &Path) -> String {
    let home = path.strip_prefix("~/").and_then(|rest| Some(etcetera::home_dir().ok()?.join(rest)));
    home.unwrap_or_else(|| folder.join(path)).to_string_lossy().into_owned()
}
