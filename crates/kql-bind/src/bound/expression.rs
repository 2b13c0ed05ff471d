//! Bound scalar expressions.

use super::Table;
use kql_diagnostic::Span;
use kql_types::function::FunctionSpec;
use kql_types::{ScalarType, Value};
use std::sync::Arc;

/// A scalar expression with its type.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its type.
    pub ty: ScalarType,
    /// Where it was written.
    pub span: Span,
}

/// Scalar expressions. Operands have the types the operation takes: the binder has put a [`ExprKind::Convert`] where
/// Kusto converts implicitly.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A literal.
    Literal(Value),
    /// A column of the input row.
    Column(Arc<str>),
    /// The instant of the query: `now()` without an offset. One value per query.
    Now,
    /// `and`, `or`: Kleene logic.
    Logical {
        /// `and` (true) or `or`.
        and: bool,
        /// Two or more operands of type bool (chains are flat).
        operands: Vec<Expr>,
    },
    /// `not(x)`.
    Not(Box<Expr>),
    /// `== != < <= > >=` on operands of one type (after conversion); never dynamic on both sides.
    Compare {
        /// The comparison.
        op: CompareOp,
        /// Left operand.
        left: Box<Expr>,
        /// Right operand.
        right: Box<Expr>,
    },
    /// A string predicate, `!` forms included: the function is `has`, `contains_cs`, `=~`, `matches regex`, ….
    StringPredicate {
        /// The positive function.
        function: &'static FunctionSpec,
        /// `!has` and its like (a null operand gives true).
        negated: bool,
        /// The text, of type string or dynamic.
        left: Box<Expr>,
        /// The needle.
        right: Box<Expr>,
    },
    /// `in`, `in~`, `has_any`, `has_all` with values. Elements are of the left side's type (for `has_any`: string), or
    /// dynamic arrays to be flattened.
    In {
        /// The operator, `!` forms included.
        op: kql_syntax::ast::InOp,
        /// The left operand.
        value: Box<Expr>,
        /// The list.
        list: Vec<Expr>,
    },
    /// `in`, `in~`, `has_any`, `has_all` with the first column of a table.
    InTable {
        /// The operator, `!` forms included.
        op: kql_syntax::ast::InOp,
        /// The left operand, converted to the column's type (or the table projects a conversion).
        value: Box<Expr>,
        /// A table of one column.
        table: Arc<Table>,
    },
    /// `between` on three operands of comparable types: (datetime, datetime .. timespan) is rewritten by the binder.
    Between {
        /// `!between`.
        negated: bool,
        /// The tested expression.
        operand: Box<Expr>,
        /// Lower end, included.
        low: Box<Expr>,
        /// Upper end, included.
        high: Box<Expr>,
    },
    /// A scalar function, window function, or arithmetic operator (functions `+ - * / %` and unary `-`).
    Call {
        /// The function.
        function: &'static FunctionSpec,
        /// Arguments in parameter order. Optional ones at the end may be missing.
        arguments: Vec<Expr>,
        /// Result columns; one entry unless the function gives several (then this expression must stand inside
        /// [`ExprKind::Element`]).
        results: Arc<[(String, ScalarType)]>,
    },
    /// One column of a call that gives several.
    Element {
        /// The call.
        call: Arc<Expr>,
        /// Which.
        index: usize,
    },
    /// `iff` and `case`: the first condition that is true decides; null counts as false.
    Case {
        /// Conditions and values, of one type.
        branches: Vec<(Expr, Expr)>,
        /// The value otherwise.
        otherwise: Box<Expr>,
    },
    /// `d.a.b[0]`: access into a dynamic value. The result is dynamic.
    Path {
        /// The dynamic value.
        base: Box<Expr>,
        /// The steps, at least one.
        steps: Vec<PathStep>,
    },
    /// A conversion to [`Expr::ty`]: what `tostring`, `tolong`, … do, written by the user or implied by Kusto.
    Convert(Box<Expr>),
    /// `toscalar(…)`: the first column of the first row, run once per query.
    ToScalar(Arc<Table>),
    /// Whether a column name exists in the data: never left in a tree for the planner.
    Missing,
}

/// A step into a dynamic value.
#[derive(Clone, Debug)]
pub enum PathStep {
    /// `.name`, `['name']`
    Key(Arc<str>),
    /// `[3]`, `[-1]`
    Index(i64),
    /// `[e]`: a string is a key, a number an index.
    Expression(Box<Expr>),
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // The names are the operators'.
pub enum CompareOp {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A call of an aggregation function.
#[derive(Clone, Debug)]
pub struct AggregateCall {
    /// The function.
    pub function: &'static FunctionSpec,
    /// Arguments in parameter order; `arg_max(t, *)` is expanded.
    pub arguments: Vec<Expr>,
    /// Result columns: name of each output column and its type. One for most functions; `arg_max`, `percentiles`,
    /// `take_any` of several have more.
    pub results: Vec<(Arc<str>, ScalarType)>,
    /// Where.
    pub span: Span,
}

/// An expression and the name of the column it makes.
#[derive(Clone, Debug)]
pub struct NamedExpr {
    /// The column.
    pub name: Arc<str>,
    /// The expression.
    pub value: Expr,
}

/// One key of a sort.
#[derive(Clone, Debug)]
pub struct SortKey {
    /// The key; never dynamic.
    pub value: Expr,
    /// `desc` (the default of Kusto).
    pub descending: bool,
    /// `nulls first`.
    pub nulls_first: bool,
}
