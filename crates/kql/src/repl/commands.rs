//! The commands of the prompt: what concerns the session and the screen, not the data. Each is one entry of [`COMMANDS`].

use super::help;
use super::show;
use super::state::Shell;
use crate::data;
use crate::failure::Failure;
use crate::graphics::{GraphicsArg, Screen};
use crate::theme;
use clap::ValueEnum;
use kql_bind::Catalog;
use kql_engine::{Clock, Stage};
use kql_render::Format;
use kql_types::datetime;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What the loop does next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// The next line.
    Prompt,
    /// Run this text as if it had been typed.
    Run(String),
    /// Leave.
    Leave,
}

type Done = Result<Next, Failure>;

/// A command of the prompt.
pub(super) struct ShellCommand {
    /// With its dot.
    pub(super) name: &'static str,
    /// Its arguments.
    pub(super) usage: &'static str,
    /// What it does.
    pub(super) summary: &'static str,
    run: fn(&mut Shell, &str) -> Done,
}

/// All of them, in the order of `.help`.
pub(super) static COMMANDS: &[ShellCommand] = &[
    ShellCommand {
        name: ".help",
        usage: "[topic]",
        summary: "commands, or the page of an operator, function, plugin, chart or command",
        run: help,
    },
    ShellCommand { name: ".load", usage: "[TABLE=]PATH", summary: "load captured data: a file or a folder", run: load },
    ShellCommand { name: ".read", usage: "FILE.kql", summary: "run a file of queries", run: read },
    ShellCommand {
        name: ".mode",
        usage: "[FORMAT]",
        summary: "output format: table, records, json, ndjson, csv, tsv, markdown",
        run: mode,
    },
    ShellCommand {
        name: ".output",
        usage: "[FILE]",
        summary: "write results to a file; without one, to the screen again",
        run: output,
    },
    ShellCommand {
        name: ".chart",
        usage: "[FILE]",
        summary: "write charts to FILE.svg, .png or .html; without one, to the screen",
        run: chart,
    },
    ShellCommand {
        name: ".save",
        usage: "FILE",
        summary: "save the last result (.csv, .json, .parquet …), or definitions and last query (.kql)",
        run: save,
    },
    ShellCommand { name: ".now", usage: "[DATETIME|latest|system]", summary: "pin now() and ago()", run: now },
    ShellCommand { name: ".param", usage: "NAME=VALUE", summary: "value of a query parameter", run: param },
    ShellCommand {
        name: ".lets",
        usage: "[clear [NAME]]",
        summary: "the let statements that stay in the session",
        run: lets,
    },
    ShellCommand {
        name: ".explain",
        usage: "[lex|parse|bind|plan|physical] QUERY",
        summary: "what a query becomes at a stage",
        run: explain,
    },
    ShellCommand { name: ".rows", usage: "[N]", summary: "rows shown on the screen", run: rows },
    ShellCommand {
        name: ".max-rows",
        usage: "[N]",
        summary: "rows of a result at most: a query with more fails",
        run: max_rows,
    },
    ShellCommand { name: ".theme", usage: "[NAME]", summary: "colours: dark, light or mono", run: theme },
    ShellCommand {
        name: ".graphics",
        usage: "[HOW]",
        summary: "charts as auto, blocks, sixel or kitty",
        run: graphics,
    },
    ShellCommand {
        name: ".timer",
        usage: "on|off",
        summary: "tell the time of each query",
        run: |s, t| switch(t, &mut s.settings.timer),
    },
    ShellCommand {
        name: ".stats",
        usage: "on|off",
        summary: "tell time, rows and memory of each stage",
        run: |s, t| switch(t, &mut s.settings.stats),
    },
    ShellCommand {
        name: ".pretty",
        usage: "on|off",
        summary: "spread bags and arrays over lines, in records",
        run: |s, t| switch(t, &mut s.settings.pretty),
    },
    ShellCommand {
        name: ".pager",
        usage: "on|off",
        summary: "long results through $KQL_PAGER, $PAGER or less",
        run: |s, t| switch(t, &mut s.settings.pager),
    },
    ShellCommand { name: ".exit", usage: "", summary: "leave; .quit and Ctrl-D too", run: |_, _| Ok(Next::Leave) },
];

fn find(name: &str) -> Option<&'static ShellCommand> {
    let name = if name == ".quit" { ".exit" } else { name };
    COMMANDS.iter().find(|c| c.name == name)
}

fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    let (name, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (name.trim_end_matches(';'), rest.trim())
}

/// True for a command of the prompt; all others that start with a dot are the engine's.
pub(super) fn is_command(text: &str) -> bool {
    find(split(text).0).is_some()
}

/// Runs a command; `None` when the text is no command of the prompt.
pub(super) fn run(shell: &mut Shell, text: &str) -> Option<Done> {
    let (name, rest) = split(text);
    let command = find(name)?;
    Some((command.run)(shell, rest.trim_end_matches(';').trim_end()))
}

/// Completes the name of a command, and file names after those that take one.
pub(super) fn complete(line: &str, pos: usize, catalog: &dyn Catalog) -> Option<(usize, Vec<String>)> {
    let head = line.get(..pos)?;
    if !head.starts_with('.') || head.contains('\n') {
        return None;
    }
    let Some((name, rest)) = head.split_once(' ') else {
        let names = COMMANDS.iter().map(|c| c.name).filter(|n| n.starts_with(head)).map(str::to_owned);
        let names: Vec<String> = names.collect();
        return (!names.is_empty()).then_some((0, names));
    };
    match name {
        ".mode" => {
            let formats = Format::ALL.iter().filter(|(n, f)| n.starts_with(rest) && !f.is_binary());
            Some((pos - rest.len(), formats.map(|(n, _)| (*n).to_owned()).collect()))
        }
        ".theme" => Some((pos - rest.len(), starting(theme::ALL.map(|t| t.name), rest))),
        ".graphics" => Some((pos - rest.len(), starting(graphics_names().iter().map(String::as_str), rest))),
        ".load" | ".read" | ".output" | ".chart" | ".save" => {
            let path = rest.rsplit('=').next().unwrap_or(rest);
            Some((pos - path.len(), files(path)))
        }
        ".help" => {
            let names =
                kql_language::topics().into_iter().flat_map(|group| group.names).chain(catalog.function_names());
            let mut names = starting(names.chain(COMMANDS.iter().map(|c| c.name)), rest);
            names.sort();
            names.dedup();
            Some((pos - rest.len(), names))
        }
        _ => None,
    }
}

fn starting<'a>(names: impl IntoIterator<Item = &'a str>, start: &str) -> Vec<String> {
    names.into_iter().filter(|name| name.starts_with(start)).map(str::to_owned).collect()
}

fn graphics_names() -> Vec<String> {
    let values = GraphicsArg::value_variants().iter().filter_map(GraphicsArg::to_possible_value);
    values.map(|v| v.get_name().to_owned()).collect()
}

/// Files and folders a half-written path can become.
fn files(path: &str) -> Vec<String> {
    let (folder, start) = path.rsplit_once('/').map_or(("", path), |(f, s)| (f, s));
    let place = match (folder, path.starts_with('/')) {
        ("", true) => Path::new("/"),
        ("", false) => Path::new("."),
        (folder, _) => Path::new(folder),
    };
    let Ok(entries) = std::fs::read_dir(place) else { return Vec::new() };
    let mut found: Vec<String> = entries
        .flatten()
        .filter_map(|e| {
            let name = e.file_name().into_string().ok()?;
            let slash = if e.path().is_dir() { "/" } else { "" };
            let head = &path[..path.len() - start.len()];
            (name.starts_with(start) && (!name.starts_with('.') || start.starts_with('.')))
                .then(|| format!("{head}{name}{slash}"))
        })
        .collect();
    found.sort();
    found
}

fn need<'a>(rest: &'a str, what: &str) -> Result<&'a str, Failure> {
    if rest.is_empty() { Err(Failure::usage(format!("write {what}"))) } else { Ok(rest) }
}

fn help(shell: &mut Shell, topic: &str) -> Done {
    let text = if topic.is_empty() {
        help::overview()
    } else {
        help::page(topic, &shell.session.catalog()).map_err(Failure::usage)?
    };
    show::page(&text, &shell.settings)?;
    Ok(Next::Prompt)
}

fn load(shell: &mut Shell, path: &str) -> Done {
    let path = need(path, ".load PATH or .load TABLE=PATH")?;
    let tables = data::load_more(path, &shell.session)?;
    let names: Vec<String> = tables.names().map(ToString::to_string).collect();
    let rows: usize = names.iter().filter_map(|n| tables.get(n)).map(|t| t.rows()).sum();
    shell.session.load(tables);
    anstream::println!("{rows} rows in {}", names.join(", "));
    Ok(Next::Prompt)
}

fn read(_: &mut Shell, path: &str) -> Done {
    let path = need(path, ".read FILE.kql")?;
    let text = std::fs::read_to_string(path).map_err(|e| Failure::data(format!("cannot read {path}: {e}")))?;
    Ok(Next::Run(text))
}

fn mode(shell: &mut Shell, name: &str) -> Done {
    if name.is_empty() {
        let current = Format::ALL.iter().find(|(_, f)| *f == shell.settings.format).map_or("", |(n, _)| n);
        anstream::println!("{current}");
        return Ok(Next::Prompt);
    }
    let format: Format = name.parse().map_err(Failure::usage)?;
    if format.is_binary() && shell.settings.output.is_none() {
        return Err(Failure::usage("this format is binary: name a file first, .output FILE"));
    }
    shell.settings.format = format;
    Ok(Next::Prompt)
}

fn output(shell: &mut Shell, path: &str) -> Done {
    shell.settings.output = (!path.is_empty()).then(|| PathBuf::from(path));
    if let Some(path) = &shell.settings.output {
        // Results are added to the file: it starts empty.
        std::fs::File::create(path).map_err(|e| Failure::data(format!("cannot write {}: {e}", path.display())))?;
    } else if shell.settings.format.is_binary() {
        shell.settings.format = Format::Table;
    }
    Ok(Next::Prompt)
}

fn chart(shell: &mut Shell, path: &str) -> Done {
    let path = (!path.is_empty()).then(|| PathBuf::from(path));
    path.as_deref().map(crate::charts::format_of).transpose()?;
    shell.settings.chart = path;
    Ok(Next::Prompt)
}

fn save(shell: &mut Shell, path: &str) -> Done {
    let path = Path::new(need(path, ".save FILE")?);
    let extension = path.extension().and_then(|e| e.to_str()).unwrap_or("");
    let wrong = |e: std::io::Error| Failure::data(format!("cannot write {}: {e}", path.display()));
    if matches!(extension, "kql" | "csl") {
        let mut file = std::fs::File::create(path).map_err(wrong)?;
        for text in shell.lets.texts() {
            writeln!(file, "{text};").map_err(wrong)?;
        }
        writeln!(file, "{}", shell.last_query.trim()).map_err(wrong)?;
        return Ok(Next::Prompt);
    }
    if shell.last.is_empty() {
        return Err(Failure::usage("there is no result yet"));
    }
    let name = match extension {
        "md" => "markdown",
        "txt" => "table",
        "jsonl" => "ndjson",
        other => other,
    };
    let format: Format = name.parse().map_err(Failure::usage)?;
    show::to_file(&shell.last, format, path)?;
    Ok(Next::Prompt)
}

fn now(shell: &mut Shell, text: &str) -> Done {
    let clock = match text {
        "" | "system" => Clock::System,
        "latest" => Clock::Latest,
        text => Clock::Fixed(datetime::parse(text).ok_or_else(|| {
            Failure::usage(format!("'{text}' is no datetime; write 2026-01-31T12:00, latest or system"))
        })?),
    };
    shell.session.set_clock(clock);
    Ok(Next::Prompt)
}

fn param(shell: &mut Shell, text: &str) -> Done {
    let (name, value) = text.split_once('=').ok_or_else(|| Failure::usage("write .param NAME=VALUE"))?;
    shell.session.set_parameter(name.trim(), value.trim());
    Ok(Next::Prompt)
}

fn lets(shell: &mut Shell, text: &str) -> Done {
    match text.split_whitespace().collect::<Vec<_>>().as_slice() {
        [] => shell.lets.texts().for_each(|text| anstream::println!("{text};")),
        ["clear"] => anstream::println!("{} forgotten", shell.lets.forget(None)),
        ["clear", name] => {
            if shell.lets.forget(Some(name)) == 0 {
                return Err(Failure::usage(format!("there is no definition of '{name}'")));
            }
        }
        _ => return Err(Failure::usage("write .lets, .lets clear or .lets clear NAME")),
    }
    Ok(Next::Prompt)
}

fn explain(shell: &mut Shell, text: &str) -> Done {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let (stage, query) = match word {
        "lex" => (Stage::Lex, rest),
        "parse" => (Stage::Parse, rest),
        "bind" => (Stage::Bind, rest),
        "plan" => (Stage::Plan, rest),
        "physical" => (Stage::Physical, rest),
        _ => (Stage::Plan, text),
    };
    let query = format!("{}{}", shell.lets.prelude(None), need(query, ".explain QUERY")?);
    match shell.session.explain(&query, stage) {
        Ok(text) => show::page(&text, &shell.settings)?,
        Err(diagnostics) => anstream::eprint!("{}", crate::diagnose::render(&diagnostics, &query, "query", true)),
    }
    Ok(Next::Prompt)
}

fn rows(shell: &mut Shell, text: &str) -> Done {
    if text.is_empty() {
        anstream::println!("{}", shell.settings.rows);
    } else {
        let rows = text.parse::<usize>().ok().filter(|n| *n > 0);
        shell.settings.rows = rows.ok_or_else(|| Failure::usage(format!("'{text}' is no number of rows")))?;
    }
    Ok(Next::Prompt)
}

fn max_rows(shell: &mut Shell, text: &str) -> Done {
    if text.is_empty() {
        anstream::println!("{}", shell.session.limits().max_rows);
    } else {
        let rows = text.parse::<usize>().map_err(|_| Failure::usage(format!("'{text}' is no number of rows")))?;
        shell.session.set_max_rows(rows);
    }
    Ok(Next::Prompt)
}

fn theme(_: &mut Shell, name: &str) -> Done {
    if name.is_empty() {
        anstream::println!("{}", theme::current().name);
    } else {
        theme::set(name, &[])?;
    }
    Ok(Next::Prompt)
}

fn graphics(shell: &mut Shell, name: &str) -> Done {
    if name.is_empty() {
        let current = shell.settings.screen.choice().to_possible_value();
        anstream::println!("{}", current.as_ref().map_or("", |v| v.get_name()));
        return Ok(Next::Prompt);
    }
    let choice = GraphicsArg::from_str(name, false);
    let choice = choice.map_err(|_| Failure::usage(format!("'{name}' is none of {}", graphics_names().join(", "))))?;
    shell.settings.screen = Screen::new(choice);
    Ok(Next::Prompt)
}

fn switch(text: &str, value: &mut bool) -> Done {
    *value = match text {
        "on" => true,
        "off" => false,
        "" => !*value,
        other => return Err(Failure::usage(format!("write on or off, not '{other}'"))),
    };
    Ok(Next::Prompt)
}
