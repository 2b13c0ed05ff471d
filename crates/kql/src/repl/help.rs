//! `.help`: the commands, and the page of every operator, function, plugin, chart and management command.

use super::commands::COMMANDS;
use kql_bind::Catalog;
use kql_language::{closest_topic, topic_page, topics};

/// Columns of the overview.
const WIDTH: usize = 100;

/// The overview.
pub(super) fn overview() -> String {
    let mut out =
        String::from("A query runs with ';' or an empty line; Tab completes; Ctrl-C stops a query; Ctrl-D leaves.\n\n");
    for command in COMMANDS {
        let usage = format!("{} {}", command.name, command.usage);
        out.push_str(&format!("  {usage:<34} {}\n", command.summary));
    }
    out.push_str("\nPages, .help NAME: every function by its name, and\n");
    for group in topics() {
        out.push_str(&format!("\n{}\n", group.title));
        let mut line = String::from(" ");
        for (i, name) in group.names.iter().enumerate() {
            let comma = if i + 1 < group.names.len() { "," } else { "" };
            if line.len() + name.len() + 2 > WIDTH {
                out.push_str(&format!("{line}\n"));
                line = String::from(" ");
            }
            line.push_str(&format!(" {name}{comma}"));
        }
        out.push_str(&format!("{line}\n"));
    }
    out
}

/// The page of a topic: a command, or what the language has by that name.
pub(super) fn page(topic: &str, catalog: &dyn Catalog) -> Result<String, String> {
    let of_language = topic_page(catalog, topic).map(|page| plain(&page));
    let own = COMMANDS.iter().find(|c| c.name == topic || (of_language.is_none() && c.name.get(1..) == Some(topic)));
    if let Some(command) = own {
        return Ok(format!("{} {}\n\n{}\n", command.name, command.usage, command.summary));
    }
    of_language.ok_or_else(|| {
        let own = COMMANDS.iter().map(|c| c.name).find(|name| name.starts_with(topic)).map(str::to_owned);
        match own.or_else(|| closest_topic(catalog, topic)) {
            Some(near) => format!("there is no page '{topic}'; did you mean '{near}'?"),
            None => format!("there is no page '{topic}'; .help lists what there is"),
        }
    })
}

/// Markdown as it reads on a terminal: code indented, no fences.
fn plain(markdown: &str) -> String {
    let mut out = String::new();
    let mut code = false;
    for line in markdown.lines() {
        if line.starts_with("```") {
            code = !code;
            continue;
        }
        out.push_str(if code { "    " } else { "" });
        out.push_str(&if code { line.to_owned() } else { line.replace("**", "") });
        out.push('\n');
    }
    out
}
