//! Diagnostic codes. One constant per meaning; the texts are written where the mistake is found.
//!
//! `SYN`, `SEM` and `CRT` codes as observed on the real engine; `KQ` codes are this engine's own refusals.

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ pub const $name:ident: &str = $code:literal;)+) => {
        $($(#[doc = $doc])+ pub const $name: &str = $code;)+

        /// Every code with a sentence that says what it stands for. A code with several meanings comes once for each.
        pub fn meanings() -> impl Iterator<Item = (&'static str, &'static str)> {
            const MEANINGS: &[(&str, &str)] = &[$(($code, concat!($($doc),+))),+];
            MEANINGS.iter().map(|(code, meaning)| (*code, meaning.trim()))
        }
    };
}

codes! {
/// The text cannot be parsed: a token, an operand or a closing bracket is missing.
pub const SYNTAX: &str = "SYN0002";
/// A literal cannot be read.
pub const BAD_LITERAL: &str = "SYN0002";
/// A management command is not allowed here.
pub const COMMAND_NOT_ALLOWED: &str = "SYN0100";
/// Generic operand error: an operator or function cannot take these operands.
pub const OPERAND: &str = "SEM0001";
/// A request property has a value of the wrong kind.
pub const BAD_OPTION: &str = "SEM0020";
/// The column of an `in` subquery does not fit the left side.
pub const IN_TYPE: &str = "SEM0025";
/// The same column name twice.
pub const DUPLICATE_COLUMN: &str = "SEM0034";
/// A pattern is not defined for these arguments.
pub const PATTERN: &str = "SEM0036";
/// A constant is needed.
pub const NOT_CONSTANT: &str = "SEM0040";
/// A remote entity cannot be resolved.
pub const REMOTE: &str = "SEM0056";
/// An operator is not applicable to these types.
pub const OPERATOR_TYPES: &str = "SEM0064";
/// A string operator on operands that are no strings.
pub const STRING_OPERATOR: &str = "SEM0709";
/// A function of the database calls itself.
pub const RECURSION: &str = "SEM0057";
/// `=~` or `!~` on operands that are no strings.
pub const CASE_OPERATOR: &str = "SEM0065";
/// A `let` name is already used.
pub const LET_DUPLICATE: &str = "SEM0079";
/// A tabular expression stands where a scalar is needed.
pub const TABULAR_IN_SCALAR: &str = "SEM0085";
/// A column, table or other name cannot be resolved.
pub const UNKNOWN_NAME: &str = "SEM0100";
/// An argument is not a number.
pub const NOT_NUMERIC: &str = "SEM0201";
/// An argument must be a literal.
pub const NOT_LITERAL: &str = "SEM0207";
/// Bad types for `between`.
pub const BETWEEN_TYPES: &str = "SEM0208";
/// An argument may not be empty.
pub const EMPTY_ARGUMENT: &str = "SEM0217";
/// Wrong number of arguments.
pub const ARGUMENT_COUNT: &str = "SEM0219";
/// Wrong number of arguments of a function that takes any number within bounds.
pub const VARIADIC_COUNT: &str = "SEM0223";
/// A datetime and a timespan in `between` where they do not fit.
pub const BETWEEN_TIMES: &str = "SEM0232";
/// `between` of a number and a datetime or timespan.
pub const BETWEEN_MIXED: &str = "SEM0234";
/// An unknown date part.
pub const DATE_PART: &str = "SEM0235";
/// An aggregate where none is allowed.
pub const AGGREGATE_HERE: &str = "SEM0237";
/// A bad hint value.
pub const BAD_HINT: &str = "SEM0249";
/// An unknown element of a format (`format_datetime`).
pub const FORMAT_ELEMENT: &str = "SEM0255";
/// An unknown function.
pub const UNKNOWN_FUNCTION: &str = "SEM0260";
/// A regular expression that the dialect refuses (lookaround, backreference) or cannot read.
pub const BAD_REGEX: &str = "SEM0420";
/// `mv-expand` of something that is not dynamic.
pub const MV_EXPAND_TYPE: &str = "SEM0447";
/// `parse` flags without `kind=regex`.
pub const PARSE_FLAGS: &str = "SEM0472";
/// An unknown `parse` flag.
pub const PARSE_FLAG: &str = "SEM0473";
/// `parse-where kind=relaxed`.
pub const PARSE_RELAXED: &str = "SEM0477";
/// An ambiguous or invalid `parse` pattern.
pub const PARSE_PATTERN: &str = "SEM0476";
/// Sorting by a dynamic expression.
pub const SORT_DYNAMIC: &str = "SEM0480";
/// A function that is to be kept has the name of a built-in one.
pub const BUILT_IN_NAME: &str = "SEM0515";
/// A management command names a table, function or database that is not there.
pub const ENTITY_NOT_FOUND: &str = "BadRequest_EntityNotFound";
/// A management command makes an entity that is there already.
pub const ENTITY_EXISTS: &str = "BadRequest_EntityAlreadyExists";
/// Branches or arguments of different types.
pub const BRANCH_TYPES: &str = "SEM0525";
/// The scope of `macro-expand` where a table of it is needed.
pub const MACRO_SCOPE: &str = "SEM0608";
/// `macro-expand` inside `macro-expand`.
pub const MACRO_NESTED: &str = "SEM0611";
/// The same entity twice in an entity group.
pub const MACRO_DUPLICATE: &str = "SEM0614";
/// An operator over rows after `make-graph`.
pub const GRAPH_OPERATOR: &str = "SEM0104";
/// An undirected `make-graph`.
pub const GRAPH_UNDIRECTED: &str = "SEM0456";
/// A dynamic end of an edge or id of a node.
pub const GRAPH_DYNAMIC_ID: &str = "SEM1006";
/// Sequences of a graph pattern without a common variable.
pub const GRAPH_DISCONNECTED: &str = "SEM1011";
/// A length of a path whose end is before its start.
pub const GRAPH_RANGE: &str = "SEM1013";
/// Ids of nodes and ends of edges of different types.
pub const GRAPH_ID_TYPES: &str = "SEM1019";
/// A property that the nodes or edges of a graph do not have.
pub const GRAPH_PROPERTY: &str = "SEM1040";
/// A property of an edge of variable length in `where`, outside `all()` and `any()`.
pub const GRAPH_PATH_PROPERTY: &str = "SEM1054";
/// A condition of `graph-shortest-paths` that reads several elements.
pub const GRAPH_DYNAMIC_FILTER: &str = "CRT0001";
/// A row value inside `toscalar`.
pub const ROW_IN_TOSCALAR: &str = "CRT0018";
/// The construct is Kusto's but this engine cannot run it (yet, or ever).
pub const UNSUPPORTED: &str = "KQ0001";
/// The construct needs the cloud.
pub const NEEDS_CLOUD: &str = "KQ0002";
/// Nesting beyond the depth limit.
pub const TOO_DEEP: &str = "KQ0003";
/// A file, folder or URL the operator did not allow.
pub const NOT_ALLOWED: &str = "KQ0004";
/// A time, memory or row limit was reached.
pub const LIMIT: &str = "KQ0005";
/// A defect of this engine: it should never be seen.
pub const INTERNAL: &str = "KQ0006";
/// Data could not be read.
pub const DATA: &str = "KQ0007";
/// The query was cancelled.
pub const CANCELLED: &str = "KQ0008";
/// A file of settings says something that cannot be.
pub const SETTINGS: &str = "KQ0008";
/// The query runs but says something its author may not have meant.
pub const HINT: &str = "KQ0100";
}
