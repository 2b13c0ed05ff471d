//! The language reference under `docs/language`, generated from the registries and by asking the engine.
//!
//! `cargo run -p kql-tests --bin language-reference` writes it. A page per family of functions, one of operators, one of
//! plugins: signature, meaning, example with its answer, and where the answer differs from the service's; and the support
//! matrix. Whether something works is not declared but tried: an example is run, and its refusal printed.

use crate::compare::Table;
use crate::run::{Refusal, query};
use kql_engine::Session;
use kql_types::function::{FunctionSpec, Support};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Examples and texts of tabular operators.
const OPERATORS: &str = include_str!("../../crates/kql-language/operators.tsv");
/// The same of what is neither operator nor function: statements, comparisons, references.
const PROBES: &str = include_str!("../language/probes.tsv");

/// A word of the language with a query that uses it.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// Keyword or name.
    pub name: &'static str,
    /// What it belongs to.
    pub family: &'static str,
    /// Syntax in short.
    pub syntax: &'static str,
    /// Meaning.
    pub meaning: &'static str,
    /// A query that uses it; empty when it cannot be tried without files.
    pub probe: &'static str,
    /// Where it differs from the service.
    pub divergence: &'static str,
}

/// The tabular operators of the reference.
pub fn operators() -> impl Iterator<Item = Entry> {
    OPERATORS.lines().skip(1).filter_map(|line| {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or("");
        let (name, syntax, meaning, probe, divergence) = (next(), next(), next(), next(), next());
        (!name.is_empty()).then_some(Entry { name, family: "Tabular operators", syntax, meaning, probe, divergence })
    })
}

/// Statements, comparisons, references, old spellings.
pub fn other_words() -> impl Iterator<Item = Entry> {
    PROBES.lines().skip(1).filter_map(|line| {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or("");
        let entry =
            Entry { name: next(), family: next(), syntax: next(), meaning: next(), probe: next(), divergence: next() };
        (!entry.name.is_empty()).then_some(entry)
    })
}

/// All functions by the title of their page; those whose names start with two underscores are the engine's own.
pub fn functions() -> Vec<(&'static str, Vec<&'static FunctionSpec>)> {
    let scalar =
        kql_functions::families().iter().map(|(title, f)| (*title, f.iter().map(|f| &f.spec).collect::<Vec<_>>()));
    let aggregates = kql_aggregates::families().iter().map(|(title, f)| (*title, f.iter().map(|f| &f.spec).collect()));
    let shown = |specs: Vec<&'static FunctionSpec>| specs.into_iter().filter(|s| !s.name.starts_with("__")).collect();
    let all = scalar.chain(aggregates).map(|(title, specs)| (title, shown(specs)));
    let plugins = ("Plugins", kql_bind::plugin_specs().collect());
    all.chain([plugins]).filter(|(_, specs): &(_, Vec<_>)| !specs.is_empty()).collect()
}

/// All pages: file name and text.
pub fn pages(session: &Session) -> BTreeMap<String, String> {
    let mut pages = BTreeMap::new();
    let mut lines: Vec<(String, String)> = Vec::new();
    let mut families = String::from("| family | works | not run | needs the cloud |\n|---|---:|---:|---:|\n");
    for (title, specs) in functions() {
        let file = format!("{}.md", title.to_lowercase().replace(' ', "-"));
        let count = |wanted: fn(&Support) -> bool| specs.iter().filter(|s| wanted(&s.support)).count();
        let _ = writeln!(
            families,
            "| [{title}]({file}) | {} | {} | {} |",
            count(|s| matches!(s, Support::Full | Support::Given(_))),
            count(|s| matches!(s, Support::CheckOnly(_))),
            count(|s| matches!(s, Support::Cloud(_)))
        );
        for spec in &specs {
            let status = match spec.support {
                Support::Full => "works".to_owned(),
                Support::Given(how) => format!("works with a file: {how}"),
                Support::CheckOnly(why) => format!("refused: {why}"),
                Support::Cloud(instead) => format!("cloud: {instead}"),
            };
            lines.push(line(spec.name, title, &file, &status, spec.divergence));
        }
        pages.insert(file, family(title, &specs));
    }
    let (operators, words): (Vec<Entry>, Vec<Entry>) = (operators().collect(), other_words().collect());
    for (title, file, entries) in
        [("Tabular operators", "operators.md", &operators), ("Statements and other words", "words.md", &words)]
    {
        let mut page = format!("# {title}\n");
        let mut works = 0;
        for entry in entries {
            let tried = (!entry.probe.is_empty()).then(|| query(session, entry.probe));
            let status = match &tried {
                None => "works with files that are allowed".to_owned(),
                Some(Ok(_)) => "works".to_owned(),
                Some(Err(refusal)) if refusal.code == "SEM0056" => "works with --map".to_owned(),
                Some(Err(refusal)) if refusal.code == "KQ0002" => format!("cloud: {}", sentence(refusal)),
                Some(Err(refusal)) => format!("refused: {}", sentence(refusal)),
            };
            works += usize::from(status.starts_with("works"));
            lines.push(line(entry.name, entry.family, file, &status, entry.divergence));
            page.push_str(&section(entry, tried.as_ref()));
        }
        let _ = writeln!(families, "| [{title}]({file}) | {works} | {} | 0 |", entries.len() - works);
        pages.insert(file.to_owned(), page);
    }
    lines.sort_by(|a, b| a.0.to_lowercase().cmp(&b.0.to_lowercase()).then_with(|| a.1.cmp(&b.1)));
    let mut matrix = format!(
        "# Language reference\n\nGenerated by `cargo run -p kql-tests --bin language-reference`: examples are run as tests, \
         and what is marked as working was tried.\n\n{families}\n## Support matrix\n\n\
         | name | family | status | differs from the service |\n|---|---|---|---|\n"
    );
    lines.iter().for_each(|(_, line)| matrix.push_str(line));
    pages.insert("README.md".to_owned(), matrix);
    pages
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// A line of the matrix, with what it is sorted by.
fn line(name: &str, family: &str, file: &str, status: &str, divergence: &str) -> (String, String) {
    let line = format!("| [`{}`]({file}) | {} | {} | {} |\n", cell(name), cell(family), cell(status), cell(divergence));
    (name.to_owned(), line)
}

/// The first line of a refusal, its code left out: the reason.
fn sentence(refusal: &Refusal) -> String {
    let message = refusal.message.split_once(": ").map_or(refusal.message.as_str(), |(_, text)| text);
    message.trim_end_matches('.').to_owned()
}

fn family(title: &str, specs: &[&FunctionSpec]) -> String {
    let mut page = format!("# {title}\n");
    for spec in specs {
        let _ = write!(page, "\n## {}\n\n", spec.name);
        for signature in spec.signatures {
            let _ = writeln!(page, "    {}{signature}", spec.name);
        }
        let _ = writeln!(page, "\n{}", spec.doc);
        if !spec.aliases.is_empty() {
            let _ = writeln!(page, "\nAlso written: {}.", spec.aliases.join(", "));
        }
        if !spec.divergence.is_empty() {
            let _ = writeln!(page, "\n**Differs from the service**: {}.", spec.divergence);
        }
        match spec.support {
            Support::Full => {}
            Support::CheckOnly(why) => drop(writeln!(page, "\n**Checked, not run**: {why}.")),
            Support::Given(how) => drop(writeln!(page, "\n**Needs a file**: {how}.")),
            Support::Cloud(why) => drop(writeln!(page, "\n**Needs the cloud**: {why}.")),
        }
        if !spec.examples.is_empty() {
            page.push_str("\n| query | answer |\n|---|---|\n");
            for example in spec.examples {
                let cell = |text: &str| text.replace('|', "\\|").replace('\n', "` `");
                let _ = writeln!(page, "| `{}` | `{}` |", cell(example.query), cell(example.answer));
            }
        }
    }
    page
}

/// The section of a word: its syntax, meaning, and what its example answers.
fn section(entry: &Entry, tried: Option<&Result<Vec<Table>, Refusal>>) -> String {
    let mut out = format!("\n## {}\n\n    {}\n\n{}\n", entry.name, entry.syntax, entry.meaning);
    if !entry.divergence.is_empty() {
        let _ = writeln!(out, "\n**Differs from the service**: {}.", entry.divergence);
    }
    match tried {
        None => {}
        Some(Ok(tables)) => {
            let answers: Vec<String> = tables.iter().map(rows).collect();
            let _ = write!(out, "\n```kusto\n{}\n```\n\n```json\n{}```\n", entry.probe, answers.join("\n"));
        }
        Some(Err(refusal)) => {
            let _ = writeln!(out, "\n**Not run** (`{}`): {}.", entry.probe, sentence(refusal).replace('\n', " "));
        }
    }
    out
}

/// Rows as JSON, one a line.
fn rows(table: &Table) -> String {
    let row = |values: &Vec<Value>| {
        let names = table.columns.iter().map(|(name, _)| name.clone());
        Value::Object(names.zip(values.iter().cloned()).collect::<Map<_, _>>()).to_string() + "\n"
    };
    table.rows.iter().map(row).collect()
}
