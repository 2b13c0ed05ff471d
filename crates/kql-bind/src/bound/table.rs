//! Bound tabular expressions.

use super::{AggregateCall, Expr, NamedExpr, SortKey};
use kql_diagnostic::Span;
use kql_types::{RowSchema, ScalarType, Value};
use std::sync::Arc;

/// A tabular expression with its columns.
#[derive(Clone, Debug)]
pub struct Table {
    /// What makes the rows.
    pub kind: TableKind,
    /// The columns, with unique names.
    pub schema: RowSchema,
    /// The operator (or source) that made it.
    pub span: Span,
    /// Rows come in an order that window functions may use: after `sort`, `top`, `serialize`, `range`, …, and operators that
    /// keep it.
    pub serialized: bool,
}

/// Tabular expressions. `input` is always the operator's left side.
#[derive(Clone, Debug)]
pub enum TableKind {
    /// A table of the catalog. The schema is the table's.
    Source {
        /// `None`: the current database.
        database: Option<Arc<str>>,
        /// The name.
        name: Arc<str>,
    },
    /// Literal rows: `datatable`, `getschema`, one empty row for `print`.
    Datatable {
        /// Rows of constant expressions of the columns' types.
        rows: Vec<Vec<Expr>>,
    },
    /// `externaldata`.
    ExternalData {
        /// Where: constant string expressions.
        uris: Vec<Expr>,
        /// `format`, `ignoreFirstRecord`, … in lower case.
        properties: Vec<(String, Value)>,
    },
    /// `range c from a to b step s`: one column of the schema's type.
    Range {
        /// First value.
        from: Expr,
        /// Last value, included when hit.
        to: Expr,
        /// Step.
        step: Expr,
    },
    /// `where`.
    Filter {
        /// Rows.
        input: Arc<Table>,
        /// Of type bool; null drops the row.
        predicate: Expr,
    },
    /// `project`, `extend` and all their kin: exactly the schema's columns, computed from the input row. May hold window
    /// function calls (then `input.serialized` is true).
    Project {
        /// Rows.
        input: Arc<Table>,
        /// One expression per column, in order.
        columns: Vec<NamedExpr>,
    },
    /// `summarize`, `distinct`, `count`: the schema is the keys, then the results of the aggregates. Expressions over
    /// aggregates are a `Project` above.
    Summarize {
        /// Rows.
        input: Arc<Table>,
        /// Group keys; never dynamic. Empty: one group, and one row even for no input (unless `by` was written).
        keys: Vec<NamedExpr>,
        /// Aggregates.
        aggregates: Vec<AggregateCall>,
    },
    /// `sort`.
    Sort {
        /// Rows.
        input: Arc<Table>,
        /// Keys, most important first.
        keys: Vec<SortKey>,
    },
    /// `take`.
    Take {
        /// Rows.
        input: Arc<Table>,
        /// A constant of type long.
        count: Expr,
    },
    /// `top`.
    Top {
        /// Rows.
        input: Arc<Table>,
        /// A constant of type long.
        count: Expr,
        /// The key.
        key: SortKey,
    },
    /// `sample`.
    Sample {
        /// Rows.
        input: Arc<Table>,
        /// A constant of type long.
        count: Expr,
    },
    /// `sample-distinct`: one column.
    SampleDistinct {
        /// Rows.
        input: Arc<Table>,
        /// A constant of type long.
        count: Expr,
        /// The column.
        of: NamedExpr,
    },
    /// `join` and `lookup`. The schema is `columns`.
    Join {
        /// Which rows.
        kind: JoinKind,
        /// Left rows.
        left: Arc<Table>,
        /// Right rows.
        right: Arc<Table>,
        /// Pairs of keys of equal types, over the left and the right row. Null matches null.
        keys: Vec<(Expr, Expr)>,
        /// Output columns: name, side, column of that side.
        columns: Vec<JoinColumn>,
    },
    /// `union`. Every leg is projected to the schema; missing columns are null.
    Union {
        /// The legs, each already with exactly the schema's columns.
        legs: Vec<Arc<Table>>,
    },
    /// `mv-expand` (and the first half of `mv-apply`).
    MvExpand {
        /// Rows.
        input: Arc<Table>,
        /// What is expanded, in parallel.
        columns: Vec<ExpandColumn>,
        /// `with_itemindex`: name of the zero-based index column.
        item_index: Option<Arc<str>>,
        /// Rows per input row at most.
        limit: Option<Expr>,
        /// `kind=array`: bags become `[key, value]` pairs.
        bags_to_arrays: bool,
    },
    /// `mv-apply`: the subquery is bound over a [`TableKind::ApplyInput`] with this id.
    MvApply {
        /// Rows.
        input: Arc<Table>,
        /// What is expanded.
        columns: Vec<ExpandColumn>,
        /// Index column.
        item_index: Option<Arc<str>>,
        /// Rows per input row at most.
        limit: Option<Expr>,
        /// Identifies the [`TableKind::ApplyInput`] leaves of `subquery`.
        id: usize,
        /// The subquery, run for each input row.
        subquery: Arc<Table>,
        /// Columns of the input row that are put in front of the subquery's.
        kept: Vec<Arc<str>>,
        /// Columns of the subquery that follow.
        produced: Vec<Arc<str>>,
    },
    /// The rows a subquery of `mv-apply` or `partition` sees.
    ApplyInput {
        /// Whose.
        id: usize,
    },
    /// `parse`, `parse-where`: input columns (replaced in place where a capture has their name), then captures.
    Parse {
        /// Rows.
        input: Arc<Table>,
        /// The text.
        source: Expr,
        /// How to match.
        mode: ParseMode,
        /// The pattern.
        pattern: Vec<ParsePart>,
        /// `parse-where`: rows without a match go.
        drop_unmatched: bool,
    },
    /// `parse-kv`.
    ParseKv {
        /// Rows.
        input: Arc<Table>,
        /// The text.
        source: Expr,
        /// Keys and types in order.
        keys: Vec<(Arc<str>, ScalarType)>,
        /// `pair_delimiter`, `kv_delimiter`, `quote` (may be repeated), `escape`, `greedy`, `regex`.
        properties: Vec<(String, Value)>,
    },
    /// `make-series`: keys, one dynamic array per aggregate, the axis array.
    MakeSeries {
        /// Rows.
        input: Arc<Table>,
        /// Keys.
        keys: Vec<NamedExpr>,
        /// Aggregates (each with one result) and the default of empty bins.
        aggregates: Vec<(AggregateCall, Option<Expr>)>,
        /// The axis: name and expression (datetime, timespan or number).
        axis: NamedExpr,
        /// First bin.
        from: Option<Expr>,
        /// End, excluded (included for `in range`).
        to: Option<Expr>,
        /// Bin size.
        step: Expr,
        /// `in range(…)`: the end is included, bins are those of `bin()`.
        in_range: bool,
        /// `kind=nonempty`.
        nonempty: bool,
    },
    /// `top-nested`.
    TopNested {
        /// Rows.
        input: Arc<Table>,
        /// Levels, outermost first.
        levels: Vec<TopNestedLevel>,
    },
    /// `serialize`, and other operators that only fix the order.
    Serialize {
        /// Rows.
        input: Arc<Table>,
    },
    /// `materialize(…)`, `as hint.materialized=true`: run once per query, by id.
    Materialize {
        /// The same id means the same rows.
        id: usize,
        /// The rows.
        input: Arc<Table>,
    },
    /// `evaluate` with a plugin that is not written out by the binder.
    Evaluate {
        /// Rows; `None` when the plugin needs none.
        input: Option<Arc<Table>>,
        /// The plugin's name.
        plugin: Arc<str>,
        /// Arguments.
        arguments: Vec<PluginArgument>,
    },
    /// `partition by c (subquery)`: the subquery is bound over [`TableKind::ApplyInput`] of this id. `partition by c {query}`:
    /// the query has sources of its own, and [`ExprKind::ToScalar`](super::ExprKind::ToScalar) of such an input, of one
    /// column, is the key.
    Partition {
        /// Rows.
        input: Arc<Table>,
        /// The key, a column.
        by: Expr,
        /// Identifies the leaves of `subquery`.
        id: usize,
        /// Run for each value of the key.
        subquery: Arc<Table>,
        /// The form in braces.
        own_source: bool,
    },
    /// `scan`.
    Scan {
        /// Rows.
        input: Arc<Table>,
        /// Declared columns: name, type, default.
        declared: Vec<(Arc<str>, ScalarType, Option<Expr>)>,
        /// `with_match_id`.
        match_id: Option<Arc<str>>,
        /// Partition keys.
        partition_by: Vec<Expr>,
        /// The steps.
        steps: Vec<ScanStep>,
    },
    /// `reduce by`.
    Reduce {
        /// Rows.
        input: Arc<Table>,
        /// The text.
        by: Expr,
        /// `threshold`.
        threshold: f64,
        /// `characters`.
        characters: String,
        /// `kind=source`: append the pattern to each row.
        source: bool,
    },
    /// `top-hitters`.
    TopHitters {
        /// Rows.
        input: Arc<Table>,
        /// How many.
        count: Expr,
        /// The value.
        of: NamedExpr,
        /// The weight.
        by: Option<Expr>,
    },
    /// `graph-match`, `graph-shortest-paths`.
    GraphMatch(Box<super::GraphMatch>),
    /// `graph-to-table`: the nodes or the edges with their properties, after the id columns that were asked for (`hash()` of
    /// the ids).
    GraphToTable {
        /// The graph.
        graph: Arc<super::Graph>,
        /// Nodes (true) or edges.
        nodes: bool,
        /// Id columns in front: `with_node_id`; for edges `with_source_id` and `with_target_id`.
        ids: Vec<(super::GraphEnd, Arc<str>)>,
    },
    /// `consume`, and tables known to be empty.
    Empty,
}

/// Kinds of join after synonyms are resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)] // Kusto's words.
pub enum JoinKind {
    InnerUnique,
    Inner,
    LeftOuter,
    RightOuter,
    FullOuter,
    LeftSemi,
    RightSemi,
    LeftAnti,
    RightAnti,
}

/// An output column of a join.
#[derive(Clone, Debug)]
pub struct JoinColumn {
    /// Its name.
    pub name: Arc<str>,
    /// From the right side.
    pub right: bool,
    /// Name on that side.
    pub source: Arc<str>,
}

/// One expanded column.
#[derive(Clone, Debug)]
pub struct ExpandColumn {
    /// Output column; replaces an input column of that name in place, else it is appended.
    pub name: Arc<str>,
    /// The dynamic value.
    pub value: Expr,
    /// `to typeof(T)`; dynamic otherwise.
    pub ty: ScalarType,
}

/// `kind=` of parse.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParseMode {
    /// `simple`
    Simple,
    /// `relaxed`
    Relaxed,
    /// `regex` with flags.
    Regex(String),
}

/// A piece of a parse pattern.
#[derive(Clone, Debug)]
pub enum ParsePart {
    /// `*`
    Star,
    /// Literal text, or a regular expression.
    Text(String),
    /// A capture.
    Capture(Arc<str>, ScalarType),
}

/// One level of `top-nested`.
#[derive(Clone, Debug)]
pub struct TopNestedLevel {
    /// How many; `None` keeps all.
    pub count: Option<Expr>,
    /// The value column.
    pub of: NamedExpr,
    /// `with others`.
    pub others: Option<Expr>,
    /// The aggregate column's name.
    pub by_name: Arc<str>,
    /// Aggregates that `by` needs.
    pub aggregates: Vec<AggregateCall>,
    /// The sort expression over those aggregates' results.
    pub by: Expr,
    /// Ascending.
    pub ascending: bool,
}

/// A property of [`TableKind::ExternalData`]: what is wanted is one row with the columns of the files as text.
pub const INFERRED: &str = "$inferred";
/// The column of the input of `autocluster`, `basket`, `diffpatterns` that holds the weight of a row, of type real.
pub const PATTERN_WEIGHT: &str = "__pattern_weight__";
/// The column of the input of `diffpatterns` that tells the set of a row, of type string.
pub const PATTERN_SET: &str = "__pattern_set__";

/// An argument of a plugin.
#[derive(Clone, Debug)]
pub struct PluginArgument {
    /// `name = value`.
    pub name: Option<Arc<str>>,
    /// The value.
    pub value: PluginValue,
}

/// The value of a plugin argument.
#[derive(Clone, Debug)]
pub enum PluginValue {
    /// A scalar expression: a constant, a column or a predicate over the input row.
    Scalar(Expr),
    /// A table.
    Table(Arc<Table>),
    /// An aggregate (`pivot`).
    Aggregate(AggregateCall),
    /// `*`
    Star,
}

/// One step of `scan`.
#[derive(Clone, Debug)]
pub struct ScanStep {
    /// Its name.
    pub name: Arc<str>,
    /// Which rows it emits.
    pub output: ScanOutput,
    /// The condition. State of steps is read as columns named `step.column`.
    pub condition: Expr,
    /// Assignments to declared columns.
    pub assignments: Vec<(Arc<str>, Expr)>,
}

/// `output=` of a scan step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Kusto's words.
pub enum ScanOutput {
    All,
    Last,
    None,
}
