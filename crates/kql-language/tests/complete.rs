//! Completion by cases: `tests/cases/complete.txt`.
//!
//! A case is a line `--- what it shows`, a query with `‸` where the cursor is, and lines that say what is expected:
//! `first:` the first items in this order, `has:` and `not:` items that are there or not, `only:` all items in this order,
//! `none` no item, `replace:` the text that is replaced, `insert:` what the first item writes. `crlf` makes the line ends CRLF.

mod common;

use common::Small;
use kql_language::{CompleteOptions, Completions, complete};

struct Case<'t> {
    title: &'t str,
    query: String,
    wants: Vec<(&'t str, &'t str)>,
}

fn cases(text: &str) -> Vec<Case<'_>> {
    let mut out: Vec<Case<'_>> = Vec::new();
    for line in text.lines() {
        if let Some(title) = line.strip_prefix("--- ") {
            out.push(Case { title, query: String::new(), wants: Vec::new() });
            continue;
        }
        let Some(case) = out.last_mut() else { continue };
        let want = ["first", "has", "not", "only", "replace", "insert"]
            .into_iter()
            .find_map(|key| Some((key, line.strip_prefix(key)?.strip_prefix(':')?.trim())));
        match want {
            Some(want) => case.wants.push(want),
            None if matches!(line, "none" | "crlf") => case.wants.push((line, "")),
            None if line.is_empty() => {}
            None => {
                if !case.query.is_empty() {
                    case.query.push('\n');
                }
                case.query.push_str(line);
            }
        }
    }
    out
}

fn run(case: &Case<'_>) -> Result<(), String> {
    let crlf = case.wants.iter().any(|(k, _)| *k == "crlf");
    let query = if crlf { case.query.replace('\n', "\r\n") } else { case.query.clone() };
    let offset = query.find('‸').ok_or("no cursor")?;
    let text = query.replace('‸', "");
    let found: Completions = complete(&text, offset, &Small::default(), &CompleteOptions::default());
    let labels: Vec<&str> = found.items.iter().map(|i| i.label.as_str()).collect();
    let list = |text: &str| -> Vec<String> { text.split(", ").map(str::to_owned).collect() };
    for (key, value) in &case.wants {
        let ok = match *key {
            "first" => {
                let wanted = list(value);
                labels.len() >= wanted.len() && labels[..wanted.len()] == wanted
            }
            "only" => labels == list(value),
            "has" => list(value).iter().all(|w| labels.contains(&w.as_str())),
            "not" => !list(value).iter().any(|w| labels.contains(&w.as_str())),
            "none" => labels.is_empty(),
            "replace" => found.replace.text(&text) == *value,
            "insert" => found.items.first().is_some_and(|i| i.insert.replace('\n', "\\n") == value.trim_matches('`')),
            _ => true,
        };
        if !ok {
            let shown: Vec<_> = labels.iter().take(30).collect();
            let first = found.items.first().map(|i| i.insert.as_str());
            return Err(format!(
                "{}\n  {text:?} at {offset}\n  {key}: {value}\n  found {} {shown:?}, first writes {first:?}, replaces {:?}",
                case.title,
                labels.len(),
                found.replace.text(&text),
            ));
        }
    }
    if case.wants.is_empty() { Err(format!("{}: nothing is expected", case.title)) } else { Ok(()) }
}

#[test]
fn cases_of_completion() {
    let text = include_str!("cases/complete.txt");
    let cases = cases(text);
    assert!(cases.len() > 60);
    let wrong: Vec<String> = cases.iter().filter_map(|c| run(c).err()).collect();
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}
