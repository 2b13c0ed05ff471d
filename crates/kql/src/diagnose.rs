//! Diagnostics for people: the query line, the place underlined, the code, and what to write instead.

use crate::{terminal, theme};
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use kql_diagnostic::{Diagnostic, Severity, Span};
use std::ops::Range;

/// Diagnostics of one text that are shown; the others are counted.
const MOST: usize = 20;

/// Renders diagnostics of one text in the order of their places. `origin` is the file's name, or what stands for one.
pub(crate) fn render(diagnostics: &[Diagnostic], source: &str, origin: &str, color: bool) -> String {
    let renderer = match theme::current().messages() {
        Some((warning, help)) if color => Renderer::styled().warning(warning).help(help),
        _ => Renderer::plain(),
    };
    let renderer = renderer.term_width(terminal::width().max(60));
    let mut out = String::new();
    let mut sorted: Vec<&Diagnostic> = diagnostics.iter().collect();
    sorted.sort_by_key(|d| (d.span.start, d.severity));
    for diagnostic in sorted.iter().take(MOST) {
        let level = match diagnostic.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code);
        let mut snippet = Snippet::source(source)
            .path(origin)
            .annotation(AnnotationKind::Primary.span(range(diagnostic.span, source)));
        for label in &diagnostic.labels {
            let annotation = AnnotationKind::Context.span(range(label.span, source)).label(label.message.as_str());
            snippet = snippet.annotation(annotation);
        }
        let mut group: Group<'_> = title.element(snippet);
        if let Some(help) = &diagnostic.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        out.push_str(&renderer.render(&[group]));
        out.push('\n');
    }
    if sorted.len() > MOST {
        out.push_str(&format!("{origin}: {} more like these\n", sorted.len() - MOST));
    }
    out
}

/// The span as a range on character boundaries inside the text: a diagnostic must never break its own report.
fn range(span: Span, source: &str) -> Range<usize> {
    let floor = |mut at: usize| {
        at = at.min(source.len());
        while !source.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(span.start as usize);
    start..floor(span.end as usize).max(start)
}
