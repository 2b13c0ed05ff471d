//! Functions from files: `.create-or-alter function` commands, `let F = (…) {…};`, or a whole query.

use crate::databases::{Description, Function};
use kql_diagnostic::{LineIndex, Span};
use kql_syntax::ast::{Action, ExprKind, Property, StatementKind};
use kql_types::Value;
use std::path::Path;
use std::sync::Arc;

/// Functions with their names.
pub(crate) type Named = Vec<(Arc<str>, Function)>;

/// The functions of a text. A text that is a query is the function `name()`, as Sentinel saves its parsers.
///
/// # Errors
/// A sentence that says what is wrong.
pub(crate) fn functions(name: &str, text: &str) -> Result<Named, String> {
    let parsed = kql_syntax::parse(text);
    if let Some(error) = parsed.diagnostics.iter().find(|d| d.is_error()) {
        let line = LineIndex::new(text).line_column(text, error.span.start).0;
        return Err(format!("line {line}: {error}"));
    }
    let mut named = Vec::new();
    let mut query = false;
    for statement in &parsed.script.statements {
        match &statement.kind {
            StatementKind::Command(command) => match command.action.as_deref() {
                Some(Action::DefineFunction(defined)) => {
                    let function = Function {
                        parameters: Arc::from(defined.parameters.as_str()),
                        body: Arc::from(defined.body.as_str()),
                        view: is_view(&defined.properties),
                        described: description(&defined.properties),
                    };
                    named.push((Arc::from(defined.name.text.as_str()), function));
                }
                _ => return Err(format!("'.{}' defines no function", command.head.join(" "))),
            },
            StatementKind::Query(_) => query = true,
            _ => {}
        }
    }
    if query && !named.is_empty() {
        return Err("it has commands and a query: a file of functions has one or the other".to_owned());
    }
    if query {
        let function = Function {
            parameters: Arc::from("()"),
            // A comment may stand in the last line.
            body: Arc::from(format!("{{\n{}\n}}", text.trim().trim_end_matches(';'))),
            view: false,
            described: Description::default(),
        };
        return Ok(vec![(Arc::from(name), function)]);
    }
    for statement in &parsed.script.statements {
        let StatementKind::Let { name, value } = &statement.kind else { continue };
        let ExprKind::Function(function) = &value.kind else {
            if named.is_empty() {
                return Err(format!("line of 'let {}': it is no function", name.text));
            }
            continue;
        };
        let head = Span { start: value.span.start, end: function.body_span.start }.text(text).trim();
        let parameters = head.strip_prefix("view").unwrap_or(head).trim();
        let body = function.body_span.text(text);
        let function = Function {
            parameters: Arc::from(parameters),
            body: Arc::from(body),
            view: function.view,
            described: Description::default(),
        };
        named.push((Arc::from(name.text.as_str()), function));
    }
    if named.is_empty() {
        return Err("it holds no function and no query".to_owned());
    }
    Ok(named)
}

/// The functions of a file, or of all `.kql`, `.csl` and `.kusto` files of a folder and those below.
///
/// # Errors
/// A sentence with the file and what is wrong.
pub(crate) fn read(path: &Path) -> Result<Named, String> {
    let mut named = Vec::new();
    read_into(path, true, 32, &mut named)?;
    Ok(named)
}

fn read_into(path: &Path, asked: bool, depth: usize, named: &mut Named) -> Result<(), String> {
    let failed = |e: &dyn std::fmt::Display| format!("functions {}: {e}", path.display());
    if path.is_dir() {
        if depth == 0 {
            return Ok(());
        }
        let entries = std::fs::read_dir(path).map_err(|e| failed(&e))?;
        let mut entries: Vec<_> = entries.filter_map(|e| e.ok().map(|e| e.path())).collect();
        entries.sort();
        return entries.iter().try_for_each(|entry| read_into(entry, false, depth - 1, named));
    }
    let is_query = path.extension().is_some_and(|e| e == "kql" || e == "csl" || e == "kusto");
    if !asked && !is_query {
        return Ok(());
    }
    let text = std::fs::read_to_string(path).map_err(|e| failed(&e))?;
    let name = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
    named.extend(functions(&name, text.strip_prefix('\u{feff}').unwrap_or(&text)).map_err(|e| failed(&e))?);
    Ok(())
}

/// The text of a property, whatever it is written as.
pub(crate) fn property(properties: &[Property], name: &str) -> Option<String> {
    let found = properties.iter().find(|p| p.name.text.eq_ignore_ascii_case(name))?;
    match &found.values.first()?.kind {
        ExprKind::Name(word) => Some(word.text.clone()),
        ExprKind::Literal(literal) => match &literal.value {
            Value::String(text) => Some(text.clone()),
            Value::Bool(Some(b)) => Some(b.to_string()),
            Value::Long(Some(n)) => Some(n.to_string()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a property is there and true.
pub(crate) fn is_true(properties: &[Property], name: &str) -> bool {
    property(properties, name).is_some_and(|v| v.eq_ignore_ascii_case("true"))
}

/// `folder=…, docstring=…`.
pub(crate) fn description(properties: &[Property]) -> Description {
    let text = |name: &str| property(properties, name).unwrap_or_default();
    Description { folder: text("folder"), docstring: text("docstring") }
}

/// `view=true`.
pub(crate) fn is_view(properties: &[Property]) -> bool {
    is_true(properties, "view")
}

#[cfg(test)]
mod tests {
    use super::functions;

    fn names(text: &str) -> Result<Vec<String>, String> {
        let found = functions("File", text)?;
        Ok(found
            .iter()
            .map(|(n, f)| format!("{n}{} {}{}", f.parameters, f.body, if f.view { " view" } else { "" }))
            .collect())
    }

    #[test]
    fn a_file_has_commands_lets_or_a_query() {
        let one = names(".create-or-alter function with (folder='x', view=true) F(a:long = 1) { print a }");
        assert_eq!(one, Ok(vec!["F(a:long = 1) { print a } view".to_owned()]));
        let two = names("let A = (x:long) { x + 1 };\nlet B = view () { T };");
        assert_eq!(two, Ok(vec!["A(x:long) { x + 1 }".to_owned(), "B() { T } view".to_owned()]));
        let query = names("let n = 5;\nT | take n // all\n");
        assert_eq!(query, Ok(vec!["File() {\nlet n = 5;\nT | take n // all\n}".to_owned()]));
        for wrong in ["", "let x = 5;", ".show tables", "T | where"] {
            assert!(names(wrong).is_err(), "{wrong}");
        }
    }
}
