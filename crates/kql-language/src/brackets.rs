//! Matching brackets.

use kql_diagnostic::Span;
use kql_syntax::{TokenKind, lex};

/// The bracket that belongs to the one at or right before the offset; brackets in strings and comments do not count. `None`
/// when there is no bracket there, or it has no partner.
pub fn matching_bracket(text: &str, offset: usize) -> Option<Span> {
    let (tokens, _) = lex(text);
    let touches = |span: Span| span.start as usize == offset || span.end as usize == offset;
    // The one under the cursor counts more than the one before it.
    let own = tokens.iter().filter(|t| is_bracket(t.kind) && touches(t.span)).max_by_key(|t| t.span.start)?.span;
    let mut open: Vec<(TokenKind, Span)> = Vec::new();
    for token in tokens {
        match token.kind {
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => open.push((token.kind, token.span)),
            kind if is_bracket(kind) => {
                let partner = match open.last() {
                    Some((opened, span)) if closes(*opened) == kind => *span,
                    _ => {
                        if token.span == own {
                            return None;
                        }
                        continue;
                    }
                };
                open.pop();
                if token.span == own {
                    return Some(partner);
                }
                if partner == own {
                    return Some(token.span);
                }
            }
            _ => {}
        }
    }
    None
}

pub(crate) fn is_bracket(kind: TokenKind) -> bool {
    use TokenKind as K;
    matches!(kind, K::OpenParen | K::CloseParen | K::OpenBracket | K::CloseBracket | K::OpenBrace | K::CloseBrace)
}

/// What closes an opening bracket.
pub(crate) fn closes(open: TokenKind) -> TokenKind {
    match open {
        TokenKind::OpenParen => TokenKind::CloseParen,
        TokenKind::OpenBracket => TokenKind::CloseBracket,
        _ => TokenKind::CloseBrace,
    }
}
