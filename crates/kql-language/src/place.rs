//! The place of the cursor: the word it is in, the tokens before it, what the parser would take there.

use crate::boundary;
use crate::words::{FUNCTION_COMMANDS, INFIX, TABLE_COMMANDS};
use kql_diagnostic::Span;
use kql_syntax::{
    Expectation, Keyword, NameUse, Token, TokenKind, expectations, lex, lex_with_trivia, tabular_operators,
};

/// The place of a cursor where something can be completed.
#[derive(Debug)]
pub(crate) struct Place<'t> {
    /// The whole text.
    pub(crate) text: &'t str,
    /// What an item replaces.
    pub(crate) replace: Span,
    /// The part of it before the cursor.
    pub(crate) typed: &'t str,
    /// The tokens before the word.
    pub(crate) before: Vec<Token>,
    /// What may stand in the word's place.
    pub(crate) expected: Vec<Expectation>,
    /// Inside the words of a management command.
    pub(crate) command: Option<CommandPart>,
    /// `['…`: the word is a quoted name, and only names fit.
    pub(crate) quoted: bool,
}

/// A part of a management command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CommandPart {
    /// `.show …`: the word is the command from its dot on.
    Words,
    /// The name of a table.
    Table,
    /// The name of a function.
    Function,
}

const STEP: Expectation = Expectation::Token(TokenKind::Keyword(Keyword::Step));

/// The infix operators written with symbols, as far as they may be typed.
const SYMBOLS: &[u8] = b"=!<>~";

impl<'t> Place<'t> {
    /// The place of an offset; `None` in comments, strings and numbers.
    pub(crate) fn at(text: &'t str, offset: usize) -> Option<Place<'t>> {
        let offset = boundary(text, offset);
        let (tokens, _) = lex_with_trivia(text);
        let own = tokens.iter().find(|t| (t.span.start as usize) < offset && offset <= t.span.end as usize);
        let inside = |t: &Token| offset < t.span.end as usize;
        if let Some(t) = own {
            match t.kind {
                TokenKind::Comment => return None,
                TokenKind::BlockComment | TokenKind::Guid if inside(t) => return None,
                TokenKind::Long | TokenKind::Real | TokenKind::Timespan => return None,
                TokenKind::Typed(_) if inside(t) => {
                    let word = t.span.text(text).find('(').unwrap_or(0);
                    if offset > t.span.start as usize + word {
                        return None;
                    }
                }
                _ => {}
            }
        }
        let place = |start: usize, end: usize| {
            let before = text.get(..start).unwrap_or("");
            let mut tokens = lex(before).0;
            tokens.pop();
            Place {
                text,
                replace: Span::new(start, end),
                typed: text.get(start..offset).unwrap_or(""),
                expected: expectations(before),
                before: tokens,
                command: None,
                quoted: false,
            }
        };
        if let Some(t) = own.filter(|t| matches!(t.kind, TokenKind::String | TokenKind::UnclosedString)) {
            let start = t.span.start as usize;
            if offset < t.span.end as usize || t.kind == TokenKind::UnclosedString {
                let (bracket, end) = quoted_name(text, *t, offset)?;
                let mut found = place(bracket, end);
                found.quoted = true;
                found.typed = text.get(start + 1..offset)?;
                return Some(found);
            }
        }
        let bytes = text.as_bytes();
        let (mut start, mut end) = word_around(bytes, offset);
        if start > 0 && bytes[start - 1] == b'!' {
            start -= 1;
            end += bytes[end..].iter().take_while(|b| is_word(**b)).count();
        }
        if matches!(text.get(start..end), Some("in" | "!in")) && bytes.get(end) == Some(&b'~') {
            end += 1;
        }
        if let Some(command) = command(text, start, end, offset) {
            return Some(command);
        }
        // One operator of two words.
        if let Some(before) = text.get(..start).map(str::trim_end).and_then(|t| t.strip_suffix("matches"))
            && text.get(start..offset).is_some_and(|typed| "regex".starts_with(typed))
            && before.ends_with(|c: char| c.is_whitespace())
        {
            let longer = place(before.len(), end);
            if longer.expected.contains(&Expectation::Infix) && !longer.expected.contains(&Expectation::Expression) {
                return Some(longer);
            }
        }
        // Longer words first: hyphens and `hint.` belong to the word where such a word fits.
        let hyphenated = hyphens(bytes, start, end, offset);
        if hyphenated != (start, end) {
            let longer = place(hyphenated.0, hyphenated.1);
            let fits = |e: &Expectation| match e {
                Expectation::Operator => true,
                Expectation::Token(TokenKind::Keyword(word)) => word.text().contains('-'),
                _ => false,
            };
            if longer.expected.iter().any(fits) || longer.starts_statement() {
                return Some(longer);
            }
        }
        if let Some(before) = text.get(..start).and_then(|t| t.strip_suffix("hint.")) {
            let longer = place(before.len(), end);
            if longer.expected.iter().any(|e| matches!(e, Expectation::Hints(_))) {
                return Some(longer);
            }
        }
        let found = place(start, end);
        // `where a =` would name the condition, which nobody wants.
        let names = bytes[..start].ends_with(b"=") && matches!(found.operator(), Some(("where" | "filter", _)));
        if (found.expected.is_empty() || names) && start == offset && start > 0 && SYMBOLS.contains(&bytes[start - 1]) {
            let symbols = bytes[..start].iter().rev().take_while(|b| SYMBOLS.contains(b)).count();
            let longer = place(start - symbols, end);
            if longer.expected.contains(&Expectation::Infix) && (!names || symbols == 1) {
                return Some(longer);
            }
        }
        Some(found)
    }

    /// Whether a statement starts here: of the script, or of a function's body.
    pub(crate) fn starts_statement(&self) -> bool {
        match self.before.last().map(|t| t.kind) {
            None | Some(TokenKind::OpenBrace) => true,
            // In parentheses it separates the steps of scan.
            Some(TokenKind::Semicolon) => {
                let open = self.open().and_then(|at| self.before.get(at));
                open.is_none_or(|t| t.kind == TokenKind::OpenBrace) || !self.expected.contains(&STEP)
            }
            _ => false,
        }
    }

    /// Whether the statement that starts here is one of the script.
    pub(crate) fn starts_script_statement(&self) -> bool {
        self.starts_statement() && self.open().is_none()
    }

    /// The token `n` places before the word, from 1 on.
    pub(crate) fn previous(&self, n: usize) -> Option<Token> {
        self.before.len().checked_sub(n).and_then(|at| self.before.get(at)).copied()
    }

    /// Kind of the token before the word.
    pub(crate) fn previous_kind(&self) -> Option<TokenKind> {
        self.previous(1).map(|t| t.kind)
    }

    /// Text of a token.
    pub(crate) fn text_of(&self, token: Token) -> &'t str {
        token.span.text(self.text)
    }

    /// What stands after the word.
    pub(crate) fn rest(&self) -> &'t str {
        self.text.get(self.replace.end as usize..).unwrap_or("")
    }

    /// Position in [`Place::before`] of the innermost open bracket.
    pub(crate) fn open(&self) -> Option<usize> {
        open_bracket(&self.before, self.before.len())
    }

    /// Whether the innermost open bracket comes right after this keyword.
    pub(crate) fn opened_after(&self, word: &str) -> bool {
        let before = self.open().and_then(|at| at.checked_sub(1)).and_then(|at| self.before.get(at));
        before.is_some_and(|t| self.text_of(*t) == word)
    }

    /// The operator the word belongs to, as written, and its position in [`Place::before`].
    pub(crate) fn operator(&self) -> Option<(&'t str, usize)> {
        let mut depth = 0usize;
        for at in (0..self.before.len()).rev() {
            let token = self.before[at];
            match token.kind {
                TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => depth += 1,
                TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => depth = depth.saturating_sub(1),
                TokenKind::Semicolon if depth == 0 => return None,
                TokenKind::Keyword(word) if depth == 0 && self.heads(at, word) => return Some((word.text(), at)),
                _ => {}
            }
        }
        None
    }

    /// Whether the keyword at this position starts an operator.
    fn heads(&self, at: usize, word: Keyword) -> bool {
        let text = word.text();
        let source = matches!(text, "datatable" | "externaldata");
        if !source && !tabular_operators().any(|o| o == text) {
            return false;
        }
        let before = at.checked_sub(1).and_then(|at| self.before.get(at)).map(|t| t.kind);
        source
            || matches!(
                before,
                None | Some(
                    TokenKind::Bar
                        | TokenKind::InputBar
                        | TokenKind::Semicolon
                        | TokenKind::OpenParen
                        | TokenKind::OpenBrace
                        | TokenKind::Equal
                        | TokenKind::Comma
                )
            )
    }

    /// Whether the condition before the word has its comparison already: another one would be a mistake.
    pub(crate) fn is_compared(&self) -> bool {
        let mut depth = 0usize;
        for token in self.before.iter().rev() {
            match token.kind {
                TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => depth += 1,
                TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace if depth == 0 => return false,
                TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => depth -= 1,
                _ if depth > 0 => {}
                TokenKind::Comma | TokenKind::Bar | TokenKind::Semicolon | TokenKind::Equal => return false,
                TokenKind::Keyword(Keyword::And | Keyword::Or) => return false,
                TokenKind::Keyword(word) if INFIX.iter().any(|(w, ..)| *w == word.text()) => return true,
                TokenKind::Keyword(Keyword::Regex) => return true,
                TokenKind::EqualEqual
                | TokenKind::NotEqual
                | TokenKind::EqualTilde
                | TokenKind::NotTilde
                | TokenKind::Less
                | TokenKind::LessEqual
                | TokenKind::Greater
                | TokenKind::GreaterEqual => return true,
                _ => {}
            }
        }
        false
    }

    /// The name of the property whose value the word is: `kind`, `hint.strategy`.
    pub(crate) fn property(&self) -> Option<String> {
        if self.previous_kind() != Some(TokenKind::Equal) {
            return None;
        }
        let name = self.text_of(self.previous(2)?);
        let is_hint = self.previous(3).is_some_and(|t| t.kind == TokenKind::Dot)
            && self.previous(4).is_some_and(|t| self.text_of(t) == "hint");
        Some(if is_hint { format!("hint.{name}") } else { name.to_owned() })
    }

    /// Whether the operator the word belongs to has this parameter or property already.
    pub(crate) fn has_property(&self, name: &str) -> bool {
        let from = self.operator().map_or(0, |(_, at)| at);
        let name = name.strip_prefix("hint.").unwrap_or(name);
        self.before[from..].windows(2).any(|pair| pair[1].kind == TokenKind::Equal && self.text_of(pair[0]) == name)
    }
}

/// Position of the innermost bracket that is open before the token `end`.
pub(crate) fn open_bracket(tokens: &[Token], end: usize) -> Option<usize> {
    let mut depth = 0usize;
    for at in (0..end.min(tokens.len())).rev() {
        match tokens[at].kind {
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => depth += 1,
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace if depth == 0 => return Some(at),
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => depth -= 1,
            _ => {}
        }
    }
    None
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$'
}

/// The word an offset is in or at the end of; nothing when a word only starts there.
fn word_around(bytes: &[u8], offset: usize) -> (usize, usize) {
    let start = offset - bytes[..offset].iter().rev().take_while(|b| is_word(**b)).count();
    if start == offset {
        return (offset, offset);
    }
    (start, offset + bytes[offset..].iter().take_while(|b| is_word(**b)).count())
}

/// The same with the parts that hyphens join to it.
fn hyphens(bytes: &[u8], mut start: usize, mut end: usize, offset: usize) -> (usize, usize) {
    while start > 1 && bytes[start - 1] == b'-' && is_word(bytes[start - 2]) {
        start -= 1 + bytes[..start - 1].iter().rev().take_while(|b| is_word(**b)).count();
    }
    while start < offset && bytes.get(end) == Some(&b'-') && bytes.get(end + 1).is_some_and(|b| is_word(*b)) {
        end += 1 + bytes[end + 1..].iter().take_while(|b| is_word(**b)).count();
    }
    (start, end)
}

/// The start of `['name` and the end of what replaces it, when the string at the cursor is a quoted name: its bracket is not
/// an index.
fn quoted_name(text: &str, string: Token, offset: usize) -> Option<(usize, usize)> {
    let start = string.span.start as usize;
    if !text.get(start..)?.starts_with(['"', '\'']) {
        return None;
    }
    let (tokens, _) = lex(text.get(..start)?);
    let mut before = tokens.iter().rev().skip(1);
    let bracket = before.next().filter(|t| t.kind == TokenKind::OpenBracket)?;
    let index = before.next().is_some_and(|t| match t.kind {
        TokenKind::Name | TokenKind::CloseParen | TokenKind::CloseBracket => true,
        TokenKind::Keyword(word) => word.name_use() == NameUse::Anywhere && t.span.end == bracket.span.start,
        _ => false,
    });
    if index {
        return None;
    }
    let end = match string.kind {
        TokenKind::UnclosedString => offset,
        _ if text.get(string.span.end as usize..)?.starts_with(']') => string.span.end as usize + 1,
        _ => string.span.end as usize,
    };
    Some((bracket.span.start as usize, end))
}

/// A management command that the cursor is in the words of.
fn command(text: &str, start: usize, end: usize, offset: usize) -> Option<Place<'_>> {
    let (tokens, _) = lex(text.get(..start)?);
    let first = tokens.iter().rposition(|t| t.kind == TokenKind::Semicolon).map_or(0, |at| at + 1);
    let statement = tokens.get(first..tokens.len() - 1)?;
    let dot = statement.first().filter(|t| t.kind == TokenKind::Dot)?;
    if statement.iter().any(|t| matches!(t.kind, TokenKind::Bar | TokenKind::InputBar | TokenKind::OpenParen)) {
        return None;
    }
    let from = dot.span.start as usize;
    let phrase = text.get(from..start)?.split_whitespace().collect::<Vec<_>>().join(" ");
    let part = if !text.get(..start)?.ends_with(char::is_whitespace) {
        CommandPart::Words
    } else if TABLE_COMMANDS.contains(&phrase.as_str()) {
        CommandPart::Table
    } else if FUNCTION_COMMANDS.contains(&phrase.as_str()) {
        CommandPart::Function
    } else {
        CommandPart::Words
    };
    let from = if part == CommandPart::Words { from } else { start };
    Some(Place {
        text,
        replace: Span::new(from, end),
        typed: text.get(from..offset)?,
        before: tokens.get(..first)?.to_vec(),
        expected: Vec::new(),
        command: Some(part),
        quoted: false,
    })
}
