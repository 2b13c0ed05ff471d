//! `.help`: the commands, and the page of every operator and function.

use super::commands::COMMANDS;
use kql_bind::Catalog;
use kql_language::{function_page, operator_page, operators};

/// The overview.
pub(super) fn overview() -> String {
    let mut out =
        String::from("A query runs with ';' or an empty line; Tab completes; Ctrl-C stops a query; Ctrl-D leaves.\n\n");
    for command in COMMANDS {
        out.push_str(&format!("  {:<28} {}\n", format!("{} {}", command.name, command.usage), command.summary));
    }
    out.push_str("\nThe engine has management commands too: .show tables, .show table T, .show functions, .set-or-append T <| query …\n");
    out.push_str("\nPages (.help NAME): operators ");
    out.push_str(&operators().map(|page| page.name).collect::<Vec<_>>().join(", "));
    out.push_str(", and every function by its name.\n");
    out
}

/// The page of a topic: a command, an operator, a function.
pub(super) fn page(topic: &str, catalog: &dyn Catalog) -> Option<String> {
    if let Some(command) = COMMANDS.iter().find(|c| c.name.trim_start_matches('.') == topic.trim_start_matches('.')) {
        return Some(format!("{} {}\n\n{}\n", command.name, command.usage, command.summary));
    }
    let page = operator_page(topic).map(|p| p.markdown()).or_else(|| function_page(catalog, topic))?;
    Some(plain(&page))
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
        out.push_str(line);
        out.push('\n');
    }
    out
}
