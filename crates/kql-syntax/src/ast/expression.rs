//! Expressions, scalar and tabular.

use super::{FunctionExpr, Name, Operator, RowSchemaExpr};
use kql_diagnostic::Span;
use kql_types::{ScalarType, Value};

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

/// The expressions of KQL.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// A literal of any type; adjacent string literals are one.
    Literal(Literal),
    /// A name: column, variable, table, function without parentheses.
    Name(Name),
    /// `*`, where a wildcard may stand: `count(*)`, `arg_max(t, *)`, `* has "x"`, `distinct *`.
    Star,
    /// A name pattern with `*` in it: `Device*`, `*_id`, `T*`; among tables and columns to keep or drop also `*` alone.
    Wildcard(Name),
    /// `base.name`.
    Member {
        /// Left of the dot.
        base: Box<Expr>,
        /// A [`ExprKind::Name`], [`ExprKind::Call`] or [`ExprKind::Wildcard`].
        member: Box<Expr>,
    },
    /// `base[index]`, also `base.[index]`: after a dot, too, a quoted name is an index with a string literal, so
    /// `$left.['a b']` and `database('d').['T 1']` are read like `d.['key']`.
    Index {
        /// The indexed expression.
        base: Box<Expr>,
        /// Key or position.
        index: Box<Expr>,
    },
    /// `name(arguments)`.
    Call(Call),
    /// `-x`, `+x`.
    Unary {
        /// The sign.
        op: UnaryOp,
        /// The operand.
        operand: Box<Expr>,
    },
    /// An infix operator with one operand on each side.
    Binary {
        /// The operator.
        op: BinaryOp,
        /// Place of the operator.
        op_span: Span,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// `x in (…)` and its kin.
    In {
        /// The operator.
        op: InOp,
        /// Place of the operator.
        op_span: Span,
        /// Left operand.
        left: Box<Expr>,
        /// The list: scalars, dynamic arrays, or one tabular expression.
        list: Vec<Expr>,
    },
    /// `x between (low .. high)`.
    Between {
        /// `!between`.
        negated: bool,
        /// The tested expression.
        operand: Box<Expr>,
        /// Lower end.
        low: Box<Expr>,
        /// Upper end, or a length for datetimes.
        high: Box<Expr>,
    },
    /// `(x)`.
    Parenthesized(Box<Expr>),
    /// `source | operator | …`. The source is `None` when the first operator makes rows itself (`print`, `range`,
    /// `union`, `search`, `find`, `evaluate`, `macro-expand`), and after the `|` of a management command.
    Pipeline {
        /// Where rows come from.
        source: Option<Box<Expr>>,
        /// The operators in order; not empty.
        operators: Vec<Operator>,
    },
    /// `datatable(c:T, …)[v, …]`.
    Datatable {
        /// Columns.
        schema: RowSchemaExpr,
        /// Values, row by row.
        values: Vec<Expr>,
    },
    /// `externaldata(c:T, …)[uri, …] with (…)`.
    ExternalData {
        /// Columns.
        schema: RowSchemaExpr,
        /// Where: string expressions.
        uris: Vec<Expr>,
        /// `with (format=…, ignoreFirstRecord=…)`.
        properties: Vec<Property>,
    },
    /// `toscalar [kind=nooptimization] (…)`.
    ToScalar {
        /// Words before the parenthesis.
        parameters: Vec<Property>,
        /// A tabular or scalar expression.
        body: Box<Expr>,
    },
    /// `totable(…)`.
    ToTable {
        /// Words before the parenthesis.
        parameters: Vec<Property>,
        /// A tabular expression.
        body: Box<Expr>,
    },
    /// `materialize [hint…] (…)`.
    Materialize {
        /// Words before the parenthesis.
        parameters: Vec<Property>,
        /// A tabular expression.
        body: Box<Expr>,
    },
    /// `typeof(long)`.
    TypeOf(TypeName),
    /// `typeof(*, x:real)`.
    TypeOfRow(RowSchemaExpr),
    /// A function value (right of `let`, or a lambda argument).
    Function(Box<FunctionExpr>),
    /// `entity_group [database('a'), …]`.
    EntityGroup(Vec<Expr>),
    /// Something was expected here and is not there; a diagnostic says what.
    Missing,
}

/// A literal.
#[derive(Clone, Debug, PartialEq)]
pub struct Literal {
    /// The value. Dynamic literals are canonical JSON text.
    pub value: Value,
    /// Written with `h"…"`: not to be shown in logs.
    pub hidden: bool,
}

/// A type word and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TypeName {
    /// The type.
    pub ty: ScalarType,
    /// Where.
    pub span: Span,
}

/// A call.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function.
    pub name: Name,
    /// The arguments.
    pub arguments: Vec<Argument>,
    /// Name to closing parenthesis.
    pub span: Span,
}

/// An argument: `value` or `name = value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Argument {
    /// The parameter's name.
    pub name: Option<Name>,
    /// The value; may be a tabular expression.
    pub value: Expr,
}

/// `name = value` in a list of properties or operator parameters: `kind=inner`, `hint.strategy=shuffle`, `format="csv"`.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// The name with its dots: `hint.strategy`.
    pub name: Name,
    /// A literal, a word ([`ExprKind::Name`]), or a list of words (`ycolumns=a,b`) as several values.
    pub values: Vec<Expr>,
}

/// Sign operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `-`
    Minus,
    /// `+`
    Plus,
}

/// Infix operators with one operand on each side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // The names are the operators'.
pub enum BinaryOp {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    EqualTilde,
    NotTilde,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Contains,
    NotContains,
    ContainsCs,
    NotContainsCs,
    Has,
    NotHas,
    HasCs,
    NotHasCs,
    HasPrefix,
    NotHasPrefix,
    HasPrefixCs,
    NotHasPrefixCs,
    HasSuffix,
    NotHasSuffix,
    HasSuffixCs,
    NotHasSuffixCs,
    StartsWith,
    NotStartsWith,
    StartsWithCs,
    NotStartsWithCs,
    EndsWith,
    NotEndsWith,
    EndsWithCs,
    NotEndsWithCs,
    MatchesRegex,
    /// `like`, `likecs`, `notlike`, `notlikecs`: old forms that the grammar still has.
    Like,
    LikeCs,
    NotLike,
    NotLikeCs,
    /// `column : "term"` inside `search` and `find`.
    Colon,
}

impl BinaryOp {
    /// Canonical spelling: `!contains`, `matches regex`.
    pub fn text(self) -> &'static str {
        use BinaryOp::*;
        match self {
            Or => "or",
            And => "and",
            Equal => "==",
            NotEqual => "!=",
            Less => "<",
            LessOrEqual => "<=",
            Greater => ">",
            GreaterOrEqual => ">=",
            EqualTilde => "=~",
            NotTilde => "!~",
            Add => "+",
            Subtract => "-",
            Multiply => "*",
            Divide => "/",
            Modulo => "%",
            Contains => "contains",
            NotContains => "!contains",
            ContainsCs => "contains_cs",
            NotContainsCs => "!contains_cs",
            Has => "has",
            NotHas => "!has",
            HasCs => "has_cs",
            NotHasCs => "!has_cs",
            HasPrefix => "hasprefix",
            NotHasPrefix => "!hasprefix",
            HasPrefixCs => "hasprefix_cs",
            NotHasPrefixCs => "!hasprefix_cs",
            HasSuffix => "hassuffix",
            NotHasSuffix => "!hassuffix",
            HasSuffixCs => "hassuffix_cs",
            NotHasSuffixCs => "!hassuffix_cs",
            StartsWith => "startswith",
            NotStartsWith => "!startswith",
            StartsWithCs => "startswith_cs",
            NotStartsWithCs => "!startswith_cs",
            EndsWith => "endswith",
            NotEndsWith => "!endswith",
            EndsWithCs => "endswith_cs",
            NotEndsWithCs => "!endswith_cs",
            MatchesRegex => "matches regex",
            Like => "like",
            LikeCs => "likecs",
            NotLike => "notlike",
            NotLikeCs => "notlikecs",
            Colon => ":",
        }
    }
}

/// Operators whose right side is a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum InOp {
    /// `in`
    In,
    /// `!in`
    NotIn,
    /// `in~`
    InTilde,
    /// `!in~`
    NotInTilde,
    /// `has_any`
    HasAny,
    /// `has_all`
    HasAll,
}

impl InOp {
    /// Canonical spelling.
    pub fn text(self) -> &'static str {
        match self {
            InOp::In => "in",
            InOp::NotIn => "!in",
            InOp::InTilde => "in~",
            InOp::NotInTilde => "!in~",
            InOp::HasAny => "has_any",
            InOp::HasAll => "has_all",
        }
    }
}
