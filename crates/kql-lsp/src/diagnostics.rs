//! Diagnostics, and the edits that mend them.

use crate::document::Document;
use kql_bind::Catalog;
use kql_diagnostic::Severity;
use kql_language::{diagnose, suggestion};
use lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity,
    Location, NumberOrString, Range, TextEdit, Uri, WorkspaceEdit,
};
use std::collections::HashMap;

/// The diagnostics of a text.
pub(crate) fn diagnostics(document: &Document, uri: &Uri, catalog: &dyn Catalog, run: bool) -> Vec<Diagnostic> {
    let found = diagnose(&document.text, catalog, run);
    found
        .iter()
        .map(|d| {
            let message = match &d.help {
                Some(help) => format!("{}\n{help}", d.message),
                None => d.message.clone(),
            };
            let related = |l: &kql_diagnostic::Label| DiagnosticRelatedInformation {
                location: Location { uri: uri.clone(), range: document.range(l.span) },
                message: l.message.clone(),
            };
            let related: Vec<_> = d.labels.iter().map(related).collect();
            Diagnostic {
                range: document.range(d.span),
                severity: Some(match d.severity {
                    Severity::Error => DiagnosticSeverity::ERROR,
                    Severity::Warning => DiagnosticSeverity::WARNING,
                }),
                code: Some(NumberOrString::String(d.code.to_owned())),
                source: Some("kql".to_owned()),
                message,
                related_information: (!related.is_empty()).then_some(related),
                data: suggestion(d).map(|name| serde_json::Value::String(kql_syntax::print_name(name))),
                ..Diagnostic::default()
            }
        })
        .collect()
}

/// Edits for the diagnostics that a range touches: the name that was meant.
pub(crate) fn actions(
    document: &Document,
    uri: &Uri,
    range: Range,
    catalog: &dyn Catalog,
    run: bool,
) -> Vec<CodeActionOrCommand> {
    let touches = |d: &Diagnostic| d.range.start <= range.end && range.start <= d.range.end;
    let found = diagnostics(document, uri, catalog, run);
    found
        .into_iter()
        .filter(touches)
        .filter_map(|d| {
            let name = d.data.as_ref()?.as_str()?.to_owned();
            let edit = TextEdit { range: d.range, new_text: name.clone() };
            // The protocol's type has the Uri as its key.
            #[allow(clippy::mutable_key_type)]
            let changes = HashMap::from([(uri.clone(), vec![edit])]);
            Some(CodeActionOrCommand::CodeAction(CodeAction {
                title: format!("Write '{name}'"),
                kind: Some(CodeActionKind::QUICKFIX),
                diagnostics: Some(vec![d]),
                edit: Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() }),
                is_preferred: Some(true),
                ..CodeAction::default()
            }))
        })
        .collect()
}
