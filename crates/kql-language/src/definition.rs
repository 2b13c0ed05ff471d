//! Go to definition: where a variable, function or parameter is declared.

use crate::boundary;
use kql_diagnostic::Span;
use kql_syntax::ast::{ExprKind, FunctionExpr, FunctionParameter, Statement, StatementKind};
use kql_syntax::{Keyword, TokenKind, lex, parse};

/// A declared name and the part of the text that sees it.
struct Declaration {
    name: Span,
    visible: Span,
}

/// The name in the declaration that the name at an offset refers to: of a `let`, a parameter of a function or query, or `as`.
/// `None` for everything else; a column that hides a variable is not told apart, as no table is looked at.
pub fn definition(text: &str, offset: usize) -> Option<Span> {
    let offset = boundary(text, offset);
    let (tokens, _) = lex(text);
    let at = tokens
        .iter()
        .position(|t| t.kind.is_word() && t.span.start as usize <= offset && offset <= t.span.end as usize)?;
    let own = tokens[at].span;
    // A member is no variable.
    if at > 0 && tokens[at - 1].kind == TokenKind::Dot {
        return None;
    }
    let mut found = Vec::new();
    let whole = Span::new(0, text.len());
    block(&parse(text).script.statements, whole, &mut found);
    for pair in tokens.windows(3) {
        if let [bar, word, name] = pair
            && bar.kind == TokenKind::Bar
            && word.kind == TokenKind::Keyword(Keyword::As)
        {
            found.push(Declaration { name: name.span, visible: Span { start: name.span.end, end: whole.end } });
        }
    }
    let word = own.text(text);
    let sees = |d: &&Declaration| d.name == own || (d.visible.start <= own.start && own.end <= d.visible.end);
    let named = |d: &&Declaration| d.name.text(text) == word;
    found.iter().filter(named).filter(sees).max_by_key(|d| d.name.start).map(|d| d.name)
}

/// What the statements of a block declare; the block ends where `within` does.
fn block(statements: &[Statement], within: Span, out: &mut Vec<Declaration>) {
    for statement in statements {
        match &statement.kind {
            StatementKind::Let { name, value } => {
                let visible = Span { start: statement.span.end, end: within.end };
                out.push(Declaration { name: name.span, visible });
                if let ExprKind::Function(function) = &value.kind {
                    self::function(function, out);
                }
            }
            StatementKind::QueryParameters(list) => parameters(list, within, out),
            StatementKind::Pattern(pattern) => {
                for case in &pattern.cases {
                    function(&case.body, out);
                }
                let visible = Span { start: statement.span.end, end: within.end };
                out.push(Declaration { name: pattern.name.span, visible });
            }
            _ => {}
        }
    }
}

fn function(function: &FunctionExpr, out: &mut Vec<Declaration>) {
    parameters(&function.parameters, function.body_span, out);
    block(&function.statements, function.body_span, out);
}

fn parameters(parameters: &[FunctionParameter], visible: Span, out: &mut Vec<Declaration>) {
    out.extend(parameters.iter().map(|p| Declaration { name: p.name.span, visible }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_nearest_declaration() {
        let text = "let n = 1;\nlet f = (n:long, m:long) { let k = n; k + m };\nT | where a == n and f(1, 2) > n | as R | union R";
        let at = |needle: &str, nth: usize| text.match_indices(needle).nth(nth).map(|(at, _)| at).unwrap_or(0);
        let line = |offset: usize| definition(text, offset).map(|s| s.start as usize);
        assert_eq!(line(at("n;", 0)), Some(at("n:long", 0)), "the parameter hides the variable");
        assert_eq!(line(at("k +", 0)), Some(at("k = n", 0)));
        assert_eq!(line(at("n and", 0)), Some(4));
        assert_eq!(line(at("f(1", 0)), Some(at("f = (", 0)));
        assert_eq!(line(at("R", 1)), Some(at("R |", 0)));
        assert_eq!(line(at("where", 0)), None);
        assert_eq!(line(4), Some(4), "the declaration itself");
    }
}
