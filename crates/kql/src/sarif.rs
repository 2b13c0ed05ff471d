//! Diagnostics as a SARIF 2.1.0 log (OASIS, <https://docs.oasis-open.org/sarif/sarif/v2.1.0/>): what code scanning reads.

use kql_diagnostic::{Diagnostic, LineIndex, Severity, Span, code};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use std::path::{Component, Path};

/// Bytes that stand for something else in a URI.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A log with one run.
#[derive(Debug, Default)]
pub(crate) struct Log {
    /// Codes in the order they were met: the rules.
    rules: Vec<&'static str>,
    results: Vec<Value>,
}

impl Log {
    /// Adds what was found in a text. `origin` is its path.
    pub(crate) fn add(&mut self, origin: &str, text: &str, diagnostics: &[Diagnostic]) {
        let index = LineIndex::new(text);
        for diagnostic in diagnostics {
            let rule = self.rules.iter().position(|r| *r == diagnostic.code).unwrap_or_else(|| {
                self.rules.push(diagnostic.code);
                self.rules.len() - 1
            });
            let location = |span| {
                json!({
                    "physicalLocation": { "artifactLocation": artifact(origin), "region": region(&index, text, span) }
                })
            };
            let mut message = diagnostic.message.clone();
            if let Some(help) = &diagnostic.help {
                message.push_str(": ");
                message.push_str(help);
            }
            let level = match diagnostic.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            };
            let mut result = json!({
                "ruleId": diagnostic.code,
                "ruleIndex": rule,
                "level": level,
                "message": { "text": message },
                "locations": [location(diagnostic.span)],
            });
            let labels: Vec<Value> = diagnostic
                .labels
                .iter()
                .enumerate()
                .map(|(id, label)| {
                    let mut place = location(label.span);
                    place["id"] = json!(id);
                    place["message"] = json!({ "text": label.message });
                    place
                })
                .collect();
            if !labels.is_empty() {
                result["relatedLocations"] = Value::Array(labels);
            }
            self.results.push(result);
        }
    }

    pub(crate) fn into_json(self) -> Value {
        let rules: Vec<Value> = self.rules.iter().map(|id| rule(id)).collect();
        let driver = json!({ "name": "kql", "version": env!("CARGO_PKG_VERSION"), "rules": rules });
        json!({
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
            "version": "2.1.0",
            "runs": [{
                "tool": { "driver": driver },
                "columnKind": "unicodeCodePoints",
                "invocations": [{ "executionSuccessful": true }],
                "results": self.results,
            }],
        })
    }
}

/// A code with its meanings.
fn rule(id: &str) -> Value {
    let meanings: Vec<&str> = code::meanings().filter(|(code, _)| *code == id).map(|(_, meaning)| meaning).collect();
    let short = meanings.first().copied().unwrap_or("A mistake in a query.");
    json!({
        "id": id,
        "shortDescription": { "text": short },
        "help": { "text": if meanings.is_empty() { short.to_owned() } else { meanings.join(" ") } },
    })
}

/// A path relative to the current folder, where it is below it, as a URI reference.
fn artifact(origin: &str) -> Value {
    let path = Path::new(origin);
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(&here).unwrap_or(path);
    let absolute = path.is_absolute();
    let parts = path.components().filter_map(|part| match part {
        Component::Normal(name) => Some(utf8_percent_encode(&name.to_string_lossy(), RESERVED).to_string()),
        Component::ParentDir => Some("..".to_owned()),
        _ => None,
    });
    let joined = parts.collect::<Vec<_>>().join("/");
    if absolute { json!({ "uri": format!("file:///{joined}") }) } else { json!({ "uri": joined }) }
}

/// Lines and columns from one, the end behind the last character.
fn region(index: &LineIndex, text: &str, span: Span) -> Value {
    let (start_line, start_column) = index.line_column(text, span.start);
    let (end_line, end_column) = index.line_column(text, span.end.max(span.start));
    json!({
        "startLine": start_line, "startColumn": start_column, "endLine": end_line, "endColumn": end_column,
        "byteOffset": span.start, "byteLength": span.end.saturating_sub(span.start),
    })
}
