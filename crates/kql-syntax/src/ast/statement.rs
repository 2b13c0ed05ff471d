//! Statements.

use super::{Action, Expr, Name, TypeName};
use kql_diagnostic::Span;

/// A whole text: statements separated by `;`, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Script {
    /// The statements.
    pub statements: Vec<Statement>,
}

/// One statement.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// Where, without the `;`.
    pub span: Span,
}

/// The statements of KQL.
#[derive(Clone, Debug, PartialEq)]
pub enum StatementKind {
    /// `let name = value`. The value may be an [`super::ExprKind::Function`].
    Let {
        /// The name.
        name: Name,
        /// A scalar, a tabular expression, a function, an entity group: the binder decides.
        value: Expr,
    },
    /// `set option [= value]`.
    Set {
        /// The option.
        name: Name,
        /// A literal or a word; `None` means `true`.
        value: Option<Expr>,
    },
    /// `declare query_parameters(p:type [= default], …)`.
    QueryParameters(Vec<FunctionParameter>),
    /// `declare pattern name [= (args)[path] { … }]`.
    Pattern(PatternStatement),
    /// `restrict access to (entities)`.
    Restrict(Vec<Expr>),
    /// `alias database name = cluster(…).database(…)`.
    Alias {
        /// The alias.
        name: Name,
        /// The database.
        database: Expr,
    },
    /// A tabular expression statement (a scalar expression here is the binder's error).
    Query(Expr),
    /// A management command: `.show tables | where …`.
    Command(Command),
    /// Nothing could be read; a diagnostic says why.
    Error,
}

/// A management command.
#[derive(Clone, Debug, PartialEq)]
pub struct Command {
    /// The words up to the first thing that is no plain word, in lower case: `["show", "tables"]`.
    pub head: Vec<String>,
    /// The whole text from the dot on, without a piped query.
    pub text: String,
    /// Span of `text`.
    pub span: Span,
    /// What it asks for; `None` when only its head is understood.
    pub action: Option<Box<Action>>,
    /// What follows a `|`: operators over its result. The pipeline's source is `None`.
    pub piped: Option<Box<Expr>>,
    /// What follows `<|`: the query of `.set-or-append` and its like. Raw rows of `.ingest inline` stay in `text`.
    pub input: Option<Box<Expr>>,
}

/// A function value: `[view] (parameters) { statements; body }`.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionExpr {
    /// Declared with `view`.
    pub view: bool,
    /// Parameters in order.
    pub parameters: Vec<FunctionParameter>,
    /// `let` and other statements before the body.
    pub statements: Vec<Statement>,
    /// The last expression; `None` when the body is empty (an error was reported).
    pub body: Option<Box<Expr>>,
    /// Span of `{ … }`.
    pub body_span: Span,
}

/// A parameter of a function or query.
#[derive(Clone, Debug, PartialEq)]
pub struct FunctionParameter {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: ParameterType,
    /// `= literal`.
    pub default: Option<Expr>,
}

/// The type of a parameter.
#[derive(Clone, Debug, PartialEq)]
pub enum ParameterType {
    /// A scalar.
    Scalar(TypeName),
    /// `(x:long, …)`, `(*)`.
    Tabular(RowSchemaExpr),
}

/// A row schema as written: `(x:long, s:string)`, `(*)`, `(*, x:real)`.
#[derive(Clone, Debug, PartialEq)]
pub struct RowSchemaExpr {
    /// A leading `*`.
    pub star: bool,
    /// Columns in order.
    pub columns: Vec<(Name, TypeName)>,
    /// Where.
    pub span: Span,
}

/// `declare pattern`.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternStatement {
    /// Its name.
    pub name: Name,
    /// Argument names and types; `None` for a declaration without a body.
    pub arguments: Vec<(Name, TypeName)>,
    /// `[path:string]`.
    pub path: Option<(Name, TypeName)>,
    /// The cases.
    pub cases: Vec<PatternCase>,
}

/// `('x', 'y').['z'] = { query }`.
#[derive(Clone, Debug, PartialEq)]
pub struct PatternCase {
    /// Argument values: string literals.
    pub arguments: Vec<Expr>,
    /// The path value.
    pub path: Option<Expr>,
    /// Statements and query.
    pub body: FunctionExpr,
}
