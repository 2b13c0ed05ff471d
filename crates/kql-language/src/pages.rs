//! Pages of operators and functions: what hover and `.help` show.

use kql_bind::Catalog;
use kql_types::function::{FunctionKind, FunctionSpec, Support};
use std::fmt::Write;

/// Name, syntax, meaning and an example of each tabular operator; also what the language reference is made of.
const OPERATORS: &str = include_str!("../operators.tsv");

/// The page of a tabular operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The keyword.
    pub name: &'static str,
    /// Its syntax in short: `T | take n`.
    pub syntax: &'static str,
    /// One sentence.
    pub meaning: &'static str,
    /// A query that runs as it is; empty where files would be needed.
    pub example: &'static str,
}

impl Page {
    /// The page as Markdown.
    pub fn markdown(&self) -> String {
        let mut out = format!("```kusto\n{}\n```\n\n{}", self.syntax, self.meaning);
        if !self.example.is_empty() {
            let _ = write!(out, "\n\n```kusto\n{}\n```", self.example);
        }
        out
    }
}

/// The tabular operators and row sources of the language, in order of their names.
pub fn operators() -> impl Iterator<Item = Page> {
    OPERATORS.lines().skip(1).filter_map(|line| {
        let mut fields = line.split('\t');
        let mut next = || fields.next().unwrap_or("");
        let page = Page { name: next(), syntax: next(), meaning: next(), example: next() };
        (!page.name.is_empty()).then_some(page)
    })
}

/// The page of an operator, old spellings included.
pub fn operator_page(name: &str) -> Option<Page> {
    let name = match name {
        "limit" => "take",
        "order" => "sort",
        "filter" => "where",
        "mvexpand" => "mv-expand",
        "mvapply" => "mv-apply",
        other => other,
    };
    operators().find(|page| page.name == name)
}

/// The page of a built-in function as Markdown; `None` for a name the catalogue does not have.
pub fn function_page(catalog: &dyn Catalog, name: &str) -> Option<String> {
    let spec = catalog.scalar_function(name).or_else(|| catalog.aggregate(name))?;
    Some(spec_page(spec, name))
}

pub(crate) fn spec_page(spec: &FunctionSpec, name: &str) -> String {
    let mut out = String::from("```kusto\n");
    for signature in spec.signatures {
        let _ = writeln!(out, "{}", signature_text(spec.name, signature));
    }
    out.push_str("```\n\n");
    match spec.kind {
        FunctionKind::Aggregate => out.push_str("*Aggregation function.* "),
        FunctionKind::Plugin => out.push_str("*Plugin of `evaluate`.* "),
        FunctionKind::Window => out.push_str("*Window function: needs rows in order.* "),
        _ => {}
    }
    out.push_str(spec.doc);
    if name != spec.name {
        let _ = write!(out, "\n\n`{name}` is another name of `{}`.", spec.name);
    }
    match spec.support {
        Support::Full => {}
        Support::CheckOnly(reason) => {
            let _ = write!(out, "\n\nNothing computes it here yet: {reason}.");
        }
        Support::Given(how) => {
            let _ = write!(out, "\n\nTo run it, {how}.");
        }
        Support::Cloud(reason) => {
            let _ = write!(out, "\n\nIt needs the cloud: {reason}.");
        }
    }
    if let Some(example) = spec.examples.first() {
        let answer = if example.answer.chars().count() > 200 { "…" } else { example.answer };
        let _ = write!(out, "\n\n```kusto\n{}\n// {}\n```", example.query, answer.replace('\n', "\n// "));
    }
    out
}

/// A signature as people write it: `substring(source: string|dynamic, start: integer, [length: integer]) -> string`.
pub fn signature_text(name: &str, signature: &str) -> String {
    let Some((parameters, result)) = signature.rsplit_once("->") else { return format!("{name}{signature}") };
    let list = parameter_texts(parameters);
    format!("{name}({}) -> {}", list.join(", "), result.trim())
}

/// The parameters of a signature text, one by one.
pub(crate) fn parameter_texts(parameters: &str) -> Vec<String> {
    let inner = parameters.trim().trim_start_matches('(').trim_end_matches(')');
    let one = |text: &str| {
        let (head, class) = text.split_once(':').unwrap_or((text, "scalar"));
        let (head, repeated) = match head.split_once("...") {
            Some((head, _)) => (head, true),
            None => (head, false),
        };
        let class = class.trim().trim_start_matches("const ").trim_start_matches("literal ");
        let shown = if matches!(class, "scalar" | "any" | "common") {
            head.trim_end_matches('?').to_owned()
        } else {
            format!("{}: {class}", head.trim_end_matches('?'))
        };
        match (head.ends_with('?'), repeated) {
            (_, true) => format!("{shown}, …"),
            (true, _) => format!("[{shown}]"),
            _ => shown,
        }
    };
    inner.split(',').map(str::trim).filter(|p| !p.is_empty()).map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_tabular_operator_has_a_page() {
        for name in kql_syntax::tabular_operators().filter(|n| !n.starts_with("__")) {
            let page = operator_page(name).unwrap_or_else(|| panic!("no page for {name}"));
            assert!(!page.syntax.is_empty() && !page.meaning.is_empty());
            assert!(page.markdown().contains(page.meaning));
        }
    }

    #[test]
    fn signatures_read_as_calls() {
        assert_eq!(
            signature_text("substring", "(source:string|dynamic, start:integer, length?:integer) -> string"),
            "substring(source: string|dynamic, start: integer, [length: integer]) -> string"
        );
        assert_eq!(
            signature_text("strcat", "(value:scalar, more...1..64:scalar) -> string"),
            "strcat(value, more, …) -> string"
        );
        assert_eq!(signature_text("count", "() -> long"), "count() -> long");
    }
}
