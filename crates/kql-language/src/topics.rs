//! Everything there is a page of, by name: what `.help` asks.

use crate::pages::{function_page, operator_page, operators};
use crate::plugins::plugin_page;
use crate::words::{CHARTS, COMMANDS, INFIX, OPTIONS, RENDER_PROPERTIES};
use kql_bind::Catalog;

/// A group of pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicGroup {
    /// What its members are.
    pub title: &'static str,
    /// Their names.
    pub names: Vec<&'static str>,
}

/// The groups of pages, without those of functions.
pub fn topics() -> Vec<TopicGroup> {
    let words = |words: &[(&'static str, &'static str)]| words.iter().map(|(name, _)| *name).collect();
    let mut plugins: Vec<_> = kql_bind::plugin_specs().map(|spec| spec.name).collect();
    plugins.sort_unstable();
    vec![
        TopicGroup { title: "operators", names: operators().map(|page| page.name).collect() },
        TopicGroup { title: "infix operators", names: INFIX.iter().map(|(name, ..)| *name).collect() },
        TopicGroup { title: "plugins of evaluate", names: plugins },
        TopicGroup { title: "charts of render", names: words(CHARTS) },
        TopicGroup { title: "properties of render", names: words(RENDER_PROPERTIES) },
        TopicGroup { title: "options of set", names: words(OPTIONS) },
        TopicGroup { title: "management commands", names: words(COMMANDS) },
    ]
}

/// The page of a name as Markdown: an operator, a function, a plugin, a chart, a management command, …; `None` where nothing
/// has it. A name that several have, such as `count`, gives a page of each.
pub fn topic_page(catalog: &dyn Catalog, name: &str) -> Option<String> {
    let word = |words: &[(&str, &str)], what: &str| {
        let found = words.iter().find(|(known, _)| *known == name);
        found.map(|(name, meaning)| format!("**{name}**{what}: {meaning}"))
    };
    let infix =
        || INFIX.iter().find(|(known, ..)| *known == name).map(|(name, _, meaning)| format!("**{name}**: {meaning}"));
    let pages = [
        operator_page(name).map(|page| page.markdown()),
        function_page(catalog, name),
        plugin_page(name),
        infix(),
        word(CHARTS, ", a chart of `render`"),
        word(RENDER_PROPERTIES, ", a property of `render`"),
        word(OPTIONS, ", an option of `set`"),
        command_page(name),
    ];
    let pages: Vec<String> = pages.into_iter().flatten().collect();
    (!pages.is_empty()).then(|| pages.join("\n\n"))
}

/// A name that is near one nobody has.
pub fn closest_topic(catalog: &dyn Catalog, name: &str) -> Option<String> {
    let known = topics().into_iter().flat_map(|group| group.names).chain(catalog.function_names());
    let mut asked = kql_diagnostic::Diagnostic::error(kql_diagnostic::code::HINT, Default::default(), "");
    asked = asked.did_you_mean(name, known.collect::<Vec<_>>());
    crate::suggestion(&asked).map(str::to_owned)
}

/// The page of a management command; its first words alone give those of all that begin so.
pub(crate) fn command_page(name: &str) -> Option<String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if !name.starts_with('.') {
        return None;
    }
    let one = |(command, meaning): &(&str, &str)| format!("**{command}**: {meaning}");
    if let Some(found) = COMMANDS.iter().find(|(known, _)| *known == name) {
        return Some(one(found));
    }
    let begin: Vec<String> = COMMANDS
        .iter()
        .filter(|(known, _)| known.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(' ')))
        .map(one)
        .collect();
    (!begin.is_empty()).then(|| begin.join("\n\n"))
}

/// The management command that begins at this place of a text: its end, and its page.
pub(crate) fn command_at(text: &str, start: usize) -> Option<(usize, String)> {
    let rest = text.get(start..)?;
    let matched = |command: &str| {
        let mut left = rest;
        for word in command.split(' ') {
            left = left.trim_start().strip_prefix(word)?;
            if left.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '-')) {
                return None;
            }
        }
        Some(text.len() - left.len())
    };
    let found = COMMANDS.iter().filter_map(|(command, _)| Some((matched(command)?, *command))).max()?;
    command_page(found.1).map(|page| (found.0, page))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_found_where_they_stand() {
        let text = "// x\n.show   tables | count";
        let (end, page) = command_at(text, 5).unwrap_or_default();
        assert_eq!(&text[5..end], ".show   tables");
        assert!(page.starts_with("**.show tables**"));
        assert_eq!(command_at(".set-or-append T <| print 1", 0).map(|(end, _)| end), Some(14));
        assert_eq!(command_at(".settle", 0), None);
        assert!(
            command_page(".drop").is_some_and(|page| page.contains(".drop table") && page.contains(".drop function"))
        );
    }
}
