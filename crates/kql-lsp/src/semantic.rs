//! Semantic tokens: the lexer's classes in the protocol's numbers.

use crate::document::Document;
use kql_language::{TokenClass, highlight};
use lsp_types::{SemanticToken, SemanticTokenType, SemanticTokensLegend};

/// The types in the order of their numbers.
const TYPES: [SemanticTokenType; 8] = [
    SemanticTokenType::KEYWORD,
    SemanticTokenType::OPERATOR,
    SemanticTokenType::FUNCTION,
    SemanticTokenType::VARIABLE,
    SemanticTokenType::TYPE,
    SemanticTokenType::NUMBER,
    SemanticTokenType::STRING,
    SemanticTokenType::COMMENT,
];

pub(crate) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend { token_types: TYPES.to_vec(), token_modifiers: Vec::new() }
}

fn number(class: TokenClass) -> Option<u32> {
    Some(match class {
        TokenClass::Operator | TokenClass::Keyword | TokenClass::Constant => 0,
        TokenClass::WordOperator | TokenClass::Symbol | TokenClass::Bar => 1,
        TokenClass::Function => 2,
        TokenClass::Name => 3,
        TokenClass::Type => 4,
        TokenClass::Number => 5,
        TokenClass::String => 6,
        TokenClass::Comment => 7,
        TokenClass::Bracket | TokenClass::Punctuation | TokenClass::Error => return None,
    })
}

/// The tokens of a text, each relative to the one before; a token over several lines is one for each line.
pub(crate) fn tokens(document: &Document) -> Vec<SemanticToken> {
    let mut out = Vec::new();
    let (mut line, mut start) = (0, 0);
    for (span, class) in highlight(&document.text) {
        let Some(token_type) = number(class) else { continue };
        let mut from = span.start as usize;
        for part in span.text(&document.text).split_inclusive('\n') {
            let content = part.trim_end_matches(['\r', '\n']);
            let length: usize = content.chars().map(char::len_utf16).sum();
            let position = document.position(from);
            from += part.len();
            if length == 0 {
                continue;
            }
            let delta_line = position.line - line;
            let delta_start = if delta_line == 0 { position.character - start } else { position.character };
            let length = u32::try_from(length).unwrap_or(u32::MAX);
            out.push(SemanticToken { delta_line, delta_start, length, token_type, token_modifiers_bitset: 0 });
            (line, start) = (position.line, position.character);
        }
    }
    out
}
