//! The outline of a text: its statements and functions, and what can be folded.

use crate::brackets::{closes, is_bracket};
use kql_diagnostic::Span;
use kql_syntax::ast::{ExprKind, FunctionExpr, Statement, StatementKind};
use kql_syntax::{TokenKind, lex_with_trivia, parse};

/// A part of a text with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// The name, or the first words of a query.
    pub name: String,
    /// What it is.
    pub kind: SymbolKind,
    /// `(x:long)` of a function; otherwise empty.
    pub detail: String,
    /// The whole statement.
    pub span: Span,
    /// The name in it.
    pub name_span: Span,
    /// Parameters and variables of a function.
    pub children: Vec<Symbol>,
}

/// What a [`Symbol`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// `let f = (x:long) { … }`
    Function,
    /// `let x = …`
    Variable,
    /// A parameter of a function or query.
    Parameter,
    /// A query: what gives a result.
    Query,
    /// A management command.
    Command,
}

/// The statements of a text in order; those that say nothing by themselves (`set`) are left out.
pub fn document_symbols(text: &str) -> Vec<Symbol> {
    statements(text, &parse(text).script.statements)
}

fn statements(text: &str, statements: &[Statement]) -> Vec<Symbol> {
    statements.iter().flat_map(|s| statement(text, s)).collect()
}

fn statement(text: &str, statement: &Statement) -> Vec<Symbol> {
    let symbol = |name: &str, name_span, kind| Symbol {
        name: name.to_owned(),
        kind,
        detail: String::new(),
        span: statement.span,
        name_span,
        children: Vec::new(),
    };
    match &statement.kind {
        StatementKind::Let { name, .. } if name.text.is_empty() => Vec::new(),
        StatementKind::Let { name, value } => match &value.kind {
            ExprKind::Function(function) => vec![Symbol {
                detail: detail(function),
                children: inside(text, function),
                ..symbol(&name.text, name.span, SymbolKind::Function)
            }],
            _ => vec![symbol(&name.text, name.span, SymbolKind::Variable)],
        },
        StatementKind::QueryParameters(parameters) => {
            parameters.iter().map(|p| symbol(&p.name.text, p.name.span, SymbolKind::Parameter)).collect()
        }
        StatementKind::Pattern(pattern) => vec![symbol(&pattern.name.text, pattern.name.span, SymbolKind::Function)],
        StatementKind::Query(_) | StatementKind::Command(_) => {
            let line = statement.span.text(text).lines().next().unwrap_or("").trim();
            let name: String = line.chars().take(60).collect();
            let is_query = matches!(statement.kind, StatementKind::Query(_));
            let kind = if is_query { SymbolKind::Query } else { SymbolKind::Command };
            if name.is_empty() { Vec::new() } else { vec![symbol(&name, statement.span, kind)] }
        }
        _ => Vec::new(),
    }
}

fn detail(function: &FunctionExpr) -> String {
    let one = |p: &kql_bind::cursor::VisibleParameter| format!("{}:{}", p.name, p.ty);
    format!("({})", kql_bind::cursor::parameters(function).iter().map(one).collect::<Vec<_>>().join(", "))
}

fn inside(text: &str, function: &FunctionExpr) -> Vec<Symbol> {
    let parameters = function.parameters.iter().map(|p| Symbol {
        name: p.name.text.clone(),
        kind: SymbolKind::Parameter,
        detail: String::new(),
        span: p.name.span,
        name_span: p.name.span,
        children: Vec::new(),
    });
    parameters.chain(statements(text, &function.statements)).collect()
}

/// The end of the `let` statement whose name is at this place.
pub(crate) fn let_at(text: &str, name: Span) -> Option<u32> {
    fn find(statements: &[Statement], at: Span) -> Option<u32> {
        statements.iter().find_map(|s| match &s.kind {
            StatementKind::Let { name, .. } if name.span == at => Some(s.span.end),
            StatementKind::Let { value, .. } => match &value.kind {
                ExprKind::Function(function) => find(&function.statements, at),
                _ => None,
            },
            _ => None,
        })
    }
    find(&parse(text).script.statements, name)
}

/// Parts of a text that span lines and can be folded: statements, brackets, runs of comment lines.
pub fn folding_ranges(text: &str) -> Vec<Span> {
    let spans_lines = |span: Span| span.text(text).contains('\n');
    let mut out: Vec<Span> = parse(text).script.statements.iter().map(|s| s.span).filter(|s| spans_lines(*s)).collect();
    let (tokens, _) = lex_with_trivia(text);
    let mut open = Vec::new();
    let mut comments: Option<Span> = None;
    for token in tokens {
        match token.kind {
            TokenKind::Comment => comments = Some(comments.map_or(token.span, |c| c.to(token.span))),
            TokenKind::Whitespace => {}
            kind => {
                out.extend(comments.take().filter(|c| spans_lines(*c)));
                match kind {
                    TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => open.push(token),
                    _ if is_bracket(kind) => {
                        let opened = open.pop().filter(|o: &kql_syntax::Token| closes(o.kind) == kind);
                        out.extend(opened.map(|o| o.span.to(token.span)).filter(|s| spans_lines(*s)));
                    }
                    _ => {}
                }
            }
        }
    }
    out.sort();
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outline_of_a_script() {
        let text = "set notruncation;\ndeclare query_parameters(p:long = 1);\nlet f = (x:long, T:(*)) {\n  let y = x + 1;\n  T | take y\n};\nlet n = 5;\nf(n, U)\n| count";
        let symbols = document_symbols(text);
        let names: Vec<_> = symbols.iter().map(|s| (s.name.as_str(), s.kind)).collect();
        assert_eq!(
            names,
            [
                ("p", SymbolKind::Parameter),
                ("f", SymbolKind::Function),
                ("n", SymbolKind::Variable),
                ("f(n, U)", SymbolKind::Query)
            ]
        );
        assert_eq!(symbols[1].detail, "(x:long, T:(*))");
        let inner: Vec<_> = symbols[1].children.iter().map(|s| s.name.as_str()).collect();
        assert_eq!(inner, ["x", "T", "y"]);
        assert_eq!(folding_ranges(text).len(), 3);
    }
}
