//! Signature help: the call the cursor is in.

use crate::boundary;
use crate::pages::parameter_texts;
use crate::plugins::plugin;
use crate::scope::scope_at;
use kql_bind::Catalog;
use kql_bind::cursor::VisibleName;
use kql_syntax::{Token, TokenKind, lex};

/// The signatures of the function whose arguments the cursor is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureHelp {
    /// The overloads.
    pub signatures: Vec<SignatureLine>,
    /// The overload that has a parameter for the argument at the cursor.
    pub active_signature: usize,
    /// Which argument the cursor is in, from 0 on.
    pub argument: usize,
}

/// One overload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureLine {
    /// `substring(source: string, start: integer, [length: integer]) -> string`
    pub label: String,
    /// The parameters as they stand in the label. The last one counts for all further arguments when it repeats.
    pub parameters: Vec<String>,
    /// What the function does.
    pub documentation: String,
}

/// The call around an offset; `None` outside the arguments of a known function.
pub fn signature_help(text: &str, offset: usize, catalog: &dyn Catalog) -> Option<SignatureHelp> {
    let offset = boundary(text, offset);
    let (mut tokens, _) = lex(text.get(..offset)?);
    tokens.pop();
    let mut end = tokens.len();
    loop {
        let open = crate::place::open_bracket(&tokens, end)?;
        if tokens[open].kind == TokenKind::OpenBrace {
            return None;
        }
        let name = open.checked_sub(1).map(|at| tokens[at]).filter(|t| t.kind.is_word());
        if tokens[open].kind == TokenKind::OpenParen
            && let Some(name) = name
            && let Some(lines) = lines(text, name, catalog)
        {
            let argument = commas(&tokens[open + 1..]);
            let fits = |l: &SignatureLine| {
                argument < l.parameters.len() || l.parameters.last().is_some_and(|p| p.ends_with('…'))
            };
            let active_signature = lines.iter().position(fits).unwrap_or(0);
            return Some(SignatureHelp { signatures: lines, active_signature, argument });
        }
        end = open;
    }
}

/// Commas outside brackets.
fn commas(tokens: &[Token]) -> usize {
    let mut depth = 0usize;
    let mut count = 0;
    for token in tokens {
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => depth += 1,
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => depth = depth.saturating_sub(1),
            TokenKind::Comma if depth == 0 => count += 1,
            _ => {}
        }
    }
    count
}

fn lines(text: &str, name: Token, catalog: &dyn Catalog) -> Option<Vec<SignatureLine>> {
    let word = name.span.text(text);
    if let Some(own) = of_script(text, name, word, catalog) {
        return Some(vec![own]);
    }
    let spec = catalog.scalar_function(word).or_else(|| catalog.aggregate(word)).or_else(|| plugin(word))?;
    let line = |signature: &&'static str| {
        let (label, parameters) = match signature.rsplit_once("->") {
            Some((parameters, result)) => {
                let parameters = parameter_texts(parameters);
                (format!("{word}({}) -> {}", parameters.join(", "), result.trim()), parameters)
            }
            // Signatures of plugins are for people: `(table, address [, keys…])`.
            None => {
                let parts = signature.split(',').map(|p| p.trim_matches(['(', ')', '[', ']', ' ']).to_owned());
                (format!("{word}{signature}"), parts.filter(|p| !p.is_empty()).collect())
            }
        };
        SignatureLine { label, parameters, documentation: spec.doc.to_owned() }
    };
    Some(spec.signatures.iter().map(line).collect())
}

/// A function of the script.
fn of_script(text: &str, name: Token, word: &str, catalog: &dyn Catalog) -> Option<SignatureLine> {
    let declared = text.match_indices(word).any(|(at, _)| at < name.span.start as usize);
    if !declared {
        return None;
    }
    let scope = scope_at(text, name.span.start as usize, catalog, true);
    scope.names.into_iter().find_map(|(n, visible)| match visible {
        VisibleName::Function(list) if n == word => {
            let parameters: Vec<String> = list.iter().map(|p| format!("{}:{}", p.name, p.ty)).collect();
            let label = format!("{word}({})", parameters.join(", "));
            Some(SignatureLine { label, parameters, documentation: String::new() })
        }
        _ => None,
    })
}
