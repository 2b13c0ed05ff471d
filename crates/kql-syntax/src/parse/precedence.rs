//! Infix operators and how tightly each binds. `grammar/precedence.txt` is this table as text.

use crate::ast::{BinaryOp, InOp};
use crate::lex::{Keyword, TokenKind};

/// An infix operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Infix {
    /// One operand on each side.
    Binary(BinaryOp),
    /// A list on the right.
    In(InOp),
    /// `between`, negated or not.
    Between(bool),
}

/// Levels from the loosest to the tightest. String operators bind tighter than arithmetic: `a + b has "x"` is
/// `a + (b has "x")`, as in Kusto's grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs)]
pub(crate) enum Level {
    Or,
    And,
    /// `==`, `in`, `between`: cannot be chained.
    Equality,
    /// `<`: cannot be chained.
    Relational,
    Additive,
    Multiplicative,
    /// `has` and its kin: cannot be chained.
    StringOperator,
}

impl Level {
    pub(crate) const ALL: [Level; 7] = [
        Level::Or,
        Level::And,
        Level::Equality,
        Level::Relational,
        Level::Additive,
        Level::Multiplicative,
        Level::StringOperator,
    ];

    /// The name in `grammar/precedence.txt`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Level::Or => "logicalOr",
            Level::And => "logicalAnd",
            Level::Equality => "equality",
            Level::Relational => "relational",
            Level::Additive => "additive",
            Level::Multiplicative => "multiplicative",
            Level::StringOperator => "stringOperator",
        }
    }

    /// Whether `a op b op c` is `(a op b) op c`; otherwise it is an error.
    pub(crate) fn chains(self) -> bool {
        !matches!(self, Level::Equality | Level::Relational | Level::StringOperator)
    }

    /// The next tighter level; the tightest stays, its operands are no infix expressions.
    pub(crate) fn tighter(self) -> Option<Level> {
        Level::ALL.get(self as usize + 1).copied()
    }
}

impl Infix {
    /// The operator that starts with this token.
    pub(crate) fn of(kind: TokenKind) -> Option<Infix> {
        use Infix::{Between, Binary, In};
        use TokenKind as T;
        Some(match kind {
            T::EqualEqual => Binary(BinaryOp::Equal),
            T::NotEqual => Binary(BinaryOp::NotEqual),
            T::EqualTilde => Binary(BinaryOp::EqualTilde),
            T::NotTilde => Binary(BinaryOp::NotTilde),
            T::Less => Binary(BinaryOp::Less),
            T::LessEqual => Binary(BinaryOp::LessOrEqual),
            T::Greater => Binary(BinaryOp::Greater),
            T::GreaterEqual => Binary(BinaryOp::GreaterOrEqual),
            T::Plus => Binary(BinaryOp::Add),
            T::Minus => Binary(BinaryOp::Subtract),
            T::Star => Binary(BinaryOp::Multiply),
            T::Slash => Binary(BinaryOp::Divide),
            T::Percent => Binary(BinaryOp::Modulo),
            T::Colon => Binary(BinaryOp::Colon),
            T::Keyword(word) => match word {
                Keyword::In => In(InOp::In),
                Keyword::NotIn => In(InOp::NotIn),
                Keyword::InTilde => In(InOp::InTilde),
                Keyword::NotInTilde => In(InOp::NotInTilde),
                Keyword::HasAny => In(InOp::HasAny),
                Keyword::HasAll => In(InOp::HasAll),
                Keyword::Between => Between(false),
                Keyword::NotBetween => Between(true),
                _ => Binary(keyword_operator(word)?),
            },
            _ => return None,
        })
    }

    /// How tightly it binds.
    pub(crate) fn level(self) -> Level {
        match self {
            Infix::In(_) | Infix::Between(_) => Level::Equality,
            Infix::Binary(op) => match op {
                BinaryOp::Or => Level::Or,
                BinaryOp::And => Level::And,
                BinaryOp::Equal | BinaryOp::NotEqual => Level::Equality,
                BinaryOp::Less | BinaryOp::LessOrEqual | BinaryOp::Greater | BinaryOp::GreaterOrEqual => {
                    Level::Relational
                }
                BinaryOp::Add | BinaryOp::Subtract => Level::Additive,
                BinaryOp::Multiply | BinaryOp::Divide | BinaryOp::Modulo => Level::Multiplicative,
                _ => Level::StringOperator,
            },
        }
    }
}

/// Every spelling of an infix operator that is a word, old ones included, with what it means.
pub(crate) const WORD_OPERATORS: &[(Keyword, BinaryOp)] = &[
    (Keyword::Or, BinaryOp::Or),
    (Keyword::And, BinaryOp::And),
    (Keyword::Contains, BinaryOp::Contains),
    (Keyword::NotContains, BinaryOp::NotContains),
    (Keyword::NotContainsOld, BinaryOp::NotContains),
    (Keyword::ContainsCs, BinaryOp::ContainsCs),
    (Keyword::ContainsCsOld, BinaryOp::ContainsCs),
    (Keyword::NotContainsCs, BinaryOp::NotContainsCs),
    (Keyword::NotContainsCsOld, BinaryOp::NotContainsCs),
    (Keyword::Has, BinaryOp::Has),
    (Keyword::NotHas, BinaryOp::NotHas),
    (Keyword::HasCs, BinaryOp::HasCs),
    (Keyword::NotHasCs, BinaryOp::NotHasCs),
    (Keyword::HasPrefix, BinaryOp::HasPrefix),
    (Keyword::NotHasPrefix, BinaryOp::NotHasPrefix),
    (Keyword::HasPrefixCs, BinaryOp::HasPrefixCs),
    (Keyword::NotHasPrefixCs, BinaryOp::NotHasPrefixCs),
    (Keyword::HasSuffix, BinaryOp::HasSuffix),
    (Keyword::NotHasSuffix, BinaryOp::NotHasSuffix),
    (Keyword::HasSuffixCs, BinaryOp::HasSuffixCs),
    (Keyword::NotHasSuffixCs, BinaryOp::NotHasSuffixCs),
    (Keyword::StartsWith, BinaryOp::StartsWith),
    (Keyword::NotStartsWith, BinaryOp::NotStartsWith),
    (Keyword::StartsWithCs, BinaryOp::StartsWithCs),
    (Keyword::NotStartsWithCs, BinaryOp::NotStartsWithCs),
    (Keyword::EndsWith, BinaryOp::EndsWith),
    (Keyword::NotEndsWith, BinaryOp::NotEndsWith),
    (Keyword::EndsWithCs, BinaryOp::EndsWithCs),
    (Keyword::NotEndsWithCs, BinaryOp::NotEndsWithCs),
    (Keyword::Matches, BinaryOp::MatchesRegex),
    (Keyword::Like, BinaryOp::Like),
    (Keyword::LikeCs, BinaryOp::LikeCs),
    (Keyword::NotLike, BinaryOp::NotLike),
    (Keyword::NotLikeCs, BinaryOp::NotLikeCs),
];

/// Infix operators that are punctuation.
const SIGN_OPERATORS: &[TokenKind] = &[
    TokenKind::EqualEqual,
    TokenKind::NotEqual,
    TokenKind::Less,
    TokenKind::LessEqual,
    TokenKind::Greater,
    TokenKind::GreaterEqual,
    TokenKind::Plus,
    TokenKind::Minus,
    TokenKind::Star,
    TokenKind::Slash,
    TokenKind::Percent,
    TokenKind::EqualTilde,
    TokenKind::NotTilde,
    TokenKind::Colon,
];

/// Infix operators with a list or a range on the right.
const LIST_OPERATORS: &[Keyword] = &[
    Keyword::In,
    Keyword::NotIn,
    Keyword::InTilde,
    Keyword::NotInTilde,
    Keyword::HasAny,
    Keyword::HasAll,
    Keyword::Between,
    Keyword::NotBetween,
];

/// One level of [`precedence`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrecedenceLevel {
    /// Its name in `grammar/precedence.txt`.
    pub name: &'static str,
    /// Whether `a op b op c` is allowed: it means `(a op b) op c`.
    pub chains: bool,
    /// Its operators as written, old spellings included.
    pub operators: Vec<&'static str>,
}

/// The infix operators from the loosest level to the tightest.
pub fn precedence() -> Vec<PrecedenceLevel> {
    let words = WORD_OPERATORS.iter().map(|(word, _)| *word);
    let kinds: Vec<TokenKind> = SIGN_OPERATORS
        .iter()
        .copied()
        .chain(words.map(TokenKind::Keyword))
        .chain(LIST_OPERATORS.iter().copied().map(TokenKind::Keyword))
        .collect();
    let spelling = |kind: &TokenKind| match kind {
        TokenKind::Keyword(Keyword::Matches) => Some("matches regex"),
        kind => kind.text(),
    };
    let of_level = |level: Level| kinds.iter().filter(move |k| Infix::of(**k).map(Infix::level) == Some(level));
    Level::ALL
        .iter()
        .map(|level| {
            let operators = of_level(*level).filter_map(spelling).collect();
            PrecedenceLevel { name: level.name(), chains: level.chains(), operators }
        })
        .collect()
}

/// The string and list operators, old spellings included: `has`, `!contains_cs`, `=~`, `in~`, `matches regex`.
pub fn string_operators() -> impl Iterator<Item = &'static str> {
    let tightest = precedence().pop().map(|level| level.operators).unwrap_or_default();
    let lists =
        LIST_OPERATORS.iter().filter(|w| !matches!(w, Keyword::Between | Keyword::NotBetween)).map(|w| w.text());
    tightest.into_iter().filter(|text| *text != ":").chain(lists)
}

fn keyword_operator(word: Keyword) -> Option<BinaryOp> {
    WORD_OPERATORS.iter().find(|(keyword, _)| *keyword == word).map(|(_, op)| *op)
}
