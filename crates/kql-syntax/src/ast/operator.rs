//! Tabular operators: what stands between the bars.

use super::{Call, Expr, FunctionExpr, Name, Property, RowSchemaExpr, TypeName};
use kql_diagnostic::Span;

/// A tabular operator with its place (from its keyword on).
#[derive(Clone, Debug, PartialEq)]
pub struct Operator {
    /// What it is.
    pub kind: OperatorKind,
    /// Where.
    pub span: Span,
}

/// `[name =] value`, or `(a, b) = value`.
#[derive(Clone, Debug, PartialEq)]
pub struct NamedExpr {
    /// No name, one, or (with `tuple`) several.
    pub names: Vec<Name>,
    /// Written with parentheses around the names.
    pub tuple: bool,
    /// The expression.
    pub value: Expr,
}

/// One sort key.
#[derive(Clone, Debug, PartialEq)]
pub struct SortKey {
    /// The key; named keys (`sort by a = x`) keep their name for `top-nested` and `partition`.
    pub value: Expr,
    /// `asc` or `desc` as written.
    pub order: Option<SortOrder>,
    /// `nulls first` or `nulls last` as written.
    pub nulls: Option<NullsOrder>,
}

/// Direction of a sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortOrder {
    /// `asc`
    Asc,
    /// `desc`
    Desc,
    /// `granny-asc` (project-reorder): natural order of numbers in names.
    GrannyAsc,
    /// `granny-desc` (project-reorder).
    GrannyDesc,
}

/// Place of nulls in a sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NullsOrder {
    /// `nulls first`
    First,
    /// `nulls last`
    Last,
}

/// The tabular operators. Fields are named after the grammar's words.
#[allow(missing_docs)]
#[derive(Clone, Debug, PartialEq)]
pub enum OperatorKind {
    /// `as [hint.materialized=…] Name`
    As { parameters: Vec<Property>, name: Name },
    /// `assert-schema (c:T, …)`
    AssertSchema { schema: RowSchemaExpr },
    /// `consume`
    Consume { parameters: Vec<Property> },
    /// `count [as Name]`
    Count { parameters: Vec<Property>, name: Option<Name> },
    /// `distinct a, b` or `distinct *`
    Distinct { parameters: Vec<Property>, columns: Vec<NamedExpr> },
    /// `evaluate plugin(…) [: schema]`
    Evaluate { parameters: Vec<Property>, call: Call, schema: Option<RowSchemaExpr> },
    /// `execute-and-cache`
    ExecuteAndCache,
    /// `extend a = e, …`
    Extend { columns: Vec<NamedExpr> },
    /// `facet by a, b [with (pipeline)]`
    Facet { columns: Vec<Expr>, with: Option<Box<Expr>> },
    /// `find [withsource=c] [datascope=…] [in (T, …)] where p [project …] [project-away …]`
    Find { parameters: Vec<Property>, sources: Vec<Expr>, predicate: Option<Box<Expr>>, projection: FindProjection },
    /// `fork [name=](pipeline) …`
    Fork { branches: Vec<(Option<Name>, Expr)> },
    /// `getschema`
    GetSchema { parameters: Vec<Property> },
    /// `graph-mark-components`
    GraphMarkComponents { parameters: Vec<Property> },
    /// `graph-match patterns [where p] [project …]`
    GraphMatch {
        parameters: Vec<Property>,
        patterns: Vec<GraphPattern>,
        predicate: Option<Box<Expr>>,
        columns: Vec<NamedExpr>,
    },
    /// `graph-shortest-paths patterns [where p] [project …]`
    GraphShortestPaths {
        parameters: Vec<Property>,
        patterns: Vec<GraphPattern>,
        predicate: Option<Box<Expr>>,
        columns: Vec<NamedExpr>,
    },
    /// `graph-to-table nodes [as N] [with_node_id=c], edges [as E] …`
    GraphToTable { outputs: Vec<GraphTable> },
    /// `graph-where-nodes p`
    GraphWhereNodes { predicate: Box<Expr> },
    /// `graph-where-edges p`
    GraphWhereEdges { predicate: Box<Expr> },
    /// `invoke f(…)`, `invoke database("d").f(…)`: the scope is what stands before the last dot
    Invoke { call: Call, scope: Option<Box<Expr>> },
    /// `join [kind=…] [hint…] (right) on keys`, also `where p`
    Join { parameters: Vec<Property>, right: Box<Expr>, on: Vec<Expr>, predicate: Option<Box<Expr>> },
    /// `lookup [kind=…] (right) on keys`
    Lookup { parameters: Vec<Property>, right: Box<Expr>, on: Vec<Expr> },
    /// `macro-expand [isfuzzy=…] group as s (body)`
    MacroExpand { parameters: Vec<Property>, group: Box<Expr>, scope: Name, body: Box<FunctionExpr> },
    /// `make-graph src --> dst [with N on id, …] [with_node_id=n] [partitioned-by c (…)]`
    MakeGraph {
        parameters: Vec<Property>,
        source: Name,
        directed: bool,
        target: Name,
        nodes: Vec<(Expr, Name)>,
        node_id: Option<Name>,
        partitioned_by: Option<(Name, Box<Expr>)>,
    },
    /// `make-series …`
    MakeSeries(Box<MakeSeries>),
    /// `mv-apply … on (subquery)`
    MvApply {
        parameters: Vec<Property>,
        columns: Vec<MvColumn>,
        limit: Option<Box<Expr>>,
        context: Option<Name>,
        subquery: Box<Expr>,
    },
    /// `mv-expand …`
    MvExpand {
        parameters: Vec<Property>,
        columns: Vec<MvColumn>,
        limit: Option<Box<Expr>>,
        /// Written `mvexpand`, whose limit is 128 when none is written.
        old: bool,
    },
    /// `parse [kind=…] [flags=…] e with pattern`, `parse-where …`
    Parse { drop_unmatched: bool, parameters: Vec<Property>, source: Box<Expr>, pattern: Vec<ParsePart> },
    /// `parse-kv e as (k:T, …) [with (…)]`
    ParseKv { source: Box<Expr>, schema: RowSchemaExpr, properties: Vec<Property> },
    /// `partition [hint…] by c ( subquery )` or `{ … }`
    Partition { parameters: Vec<Property>, by: Box<Expr>, scope: Option<Name>, body: PartitionBody },
    /// `__partitionby c id (subquery)`: an internal form of the grammar
    PartitionBy { parameters: Vec<Property>, by: Box<Expr>, id: Option<Name>, subquery: Box<Expr> },
    /// `print a = e, …`
    Print { columns: Vec<NamedExpr> },
    /// `project a = e, …`
    Project { columns: Vec<NamedExpr> },
    /// `project-away a, b*`
    ProjectAway { columns: Vec<Expr> },
    /// `project-by-names a, dynamic(['b'])`: columns, and lists of column names
    ProjectByNames { columns: Vec<Expr> },
    /// `project-keep a, b*`
    ProjectKeep { columns: Vec<Expr> },
    /// `project-rename new = old, …`
    ProjectRename { columns: Vec<NamedExpr> },
    /// `project-reorder a, b* asc`
    ProjectReorder { columns: Vec<(Expr, Option<SortOrder>)> },
    /// `range c from a to b step s`
    Range { name: Name, from: Box<Expr>, to: Box<Expr>, step: Option<Box<Expr>> },
    /// `reduce [kind=source] by e [with threshold=…, characters=…]`
    Reduce { parameters: Vec<Property>, by: Box<Expr>, properties: Vec<Property> },
    /// `render kind [with (…)]`, also the old form `render kind p=v …`
    Render { kind: Name, properties: Vec<Property> },
    /// `sample n`
    Sample { parameters: Vec<Property>, count: Box<Expr> },
    /// `sample-distinct n of e`
    SampleDistinct { parameters: Vec<Property>, count: Box<Expr>, of: Box<Expr> },
    /// `scan …`
    Scan(Box<Scan>),
    /// `search [kind=…] [in (T, …)] p`
    Search { parameters: Vec<Property>, sources: Vec<Expr>, predicate: Box<Expr> },
    /// `serialize [a = e, …]`
    Serialize { parameters: Vec<Property>, columns: Vec<NamedExpr> },
    /// `sort by …`, `order by …`
    Sort { parameters: Vec<Property>, keys: Vec<SortKey> },
    /// `summarize … [by …]`
    Summarize { parameters: Vec<Property>, aggregates: Vec<NamedExpr>, by: Vec<NamedExpr>, has_by: bool },
    /// `take n`, `limit n`
    Take { parameters: Vec<Property>, count: Box<Expr> },
    /// `top n by e`
    Top { parameters: Vec<Property>, count: Box<Expr>, by: SortKey },
    /// `top-hitters n of e [by w]`
    TopHitters { parameters: Vec<Property>, count: Box<Expr>, of: Box<NamedExpr>, by: Option<Box<NamedExpr>> },
    /// `top-nested …, top-nested …`
    TopNested { levels: Vec<TopNestedLevel> },
    /// `union [kind=…] [withsource=…] [isfuzzy=…] T, (…), W*`
    Union { parameters: Vec<Property>, tables: Vec<Expr> },
    /// `where p`, `filter p`
    Where { parameters: Vec<Property>, predicate: Box<Expr> },
    /// An operator that could not be read, or whose keyword nobody knows; a diagnostic says so.
    Error,
}

/// What `find` shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FindProjection {
    /// `project` columns; a column may carry a type (`b:string`). Empty with `smart` unset means the default.
    pub columns: Vec<(Name, Option<TypeName>)>,
    /// `pack(*)` at the end of the list.
    pub pack: bool,
    /// `project-smart`.
    pub smart: bool,
    /// `project-away` columns or patterns.
    pub away: Vec<Expr>,
}

/// One sequence of a graph pattern: node, edge, node, …
#[derive(Clone, Debug, PartialEq)]
pub struct GraphPattern {
    /// Optional name of the path.
    pub name: Option<Name>,
    /// Elements in order; nodes and edges alternate.
    pub elements: Vec<GraphElement>,
    /// Where.
    pub span: Span,
}

/// A node or an edge of a pattern.
#[allow(missing_docs)]
#[derive(Clone, Debug, PartialEq)]
pub enum GraphElement {
    /// `(n)` or `()`
    Node { name: Option<Name>, span: Span },
    /// `-[e]->`, `<-[e]-`, `-[e]-`, `-->`, `<--`, `--`, with `*1..3`
    Edge { name: Option<Name>, direction: EdgeDirection, range: Option<Box<(Expr, Expr)>>, span: Span },
}

/// Direction of an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EdgeDirection {
    /// `-->`
    Right,
    /// `<--`
    Left,
    /// `--`
    Any,
}

/// `nodes as N with_node_id=c` or `edges as E with_source_id=s with_target_id=t`.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphTable {
    /// `nodes` (true) or `edges`.
    pub nodes: bool,
    /// `as N`.
    pub name: Option<Name>,
    /// `with_node_id=…` and its like.
    pub parameters: Vec<Property>,
}

/// `make-series`.
#[derive(Clone, Debug, PartialEq)]
pub struct MakeSeries {
    /// `kind=nonempty` and its like.
    pub parameters: Vec<Property>,
    /// `A = agg(x) default = v`.
    pub aggregates: Vec<(NamedExpr, Option<Expr>)>,
    /// `on axis`.
    pub axis: NamedExpr,
    /// `from`, `to`, `step`, or `in range(a, b, s)`.
    pub range: SeriesRange,
    /// `by` keys.
    pub by: Vec<NamedExpr>,
}

/// The bins of `make-series`.
#[allow(missing_docs)]
#[derive(Clone, Debug, PartialEq)]
pub enum SeriesRange {
    /// `[from a] [to b] step s`
    Step { from: Option<Expr>, to: Option<Expr>, step: Expr },
    /// `in range(a, b, s)`
    InRange { from: Expr, to: Expr, step: Expr },
}

/// `[name =] e [to typeof(T)]` of `mv-expand` and `mv-apply`.
#[derive(Clone, Debug, PartialEq)]
pub struct MvColumn {
    /// Name and expression.
    pub value: NamedExpr,
    /// `to typeof(T)`.
    pub ty: Option<TypeName>,
}

/// A piece of a `parse` pattern.
#[allow(missing_docs)]
#[derive(Clone, Debug, PartialEq)]
pub enum ParsePart {
    /// `*`
    Star(Span),
    /// A string literal (or a constant that holds one).
    Text(Expr),
    /// `name[:type]`
    Capture { name: Name, ty: Option<TypeName> },
}

/// The body of `partition`.
#[derive(Clone, Debug, PartialEq)]
pub enum PartitionBody {
    /// `( operators )`: the pipeline's source is `None`.
    Pipeline(Box<Expr>),
    /// `{ query }` with its own source.
    Query(Box<Expr>),
}

/// `scan`.
#[derive(Clone, Debug, PartialEq)]
pub struct Scan {
    /// `kind=…`, `with_match_id=…`.
    pub parameters: Vec<Property>,
    /// `order by`.
    pub order_by: Vec<SortKey>,
    /// `partition by`.
    pub partition_by: Vec<Expr>,
    /// `declare (c:T = default, …)`.
    pub declare: Vec<super::FunctionParameter>,
    /// The steps.
    pub steps: Vec<ScanStep>,
}

/// `step s [optional] [output=…]: cond [=> c = e, …]`.
#[derive(Clone, Debug, PartialEq)]
pub struct ScanStep {
    /// Its name.
    pub name: Name,
    /// `optional`.
    pub optional: bool,
    /// `output=all|last|none`.
    pub output: Option<Name>,
    /// The condition.
    pub condition: Expr,
    /// Assignments.
    pub assignments: Vec<(Name, Expr)>,
}

/// One level of `top-nested`.
#[derive(Clone, Debug, PartialEq)]
pub struct TopNestedLevel {
    /// `n`; `None` keeps all values.
    pub count: Option<Expr>,
    /// `of e`.
    pub of: NamedExpr,
    /// `with others = e`.
    pub others: Option<Expr>,
    /// `by agg`.
    pub by: NamedExpr,
    /// `asc` or `desc`.
    pub order: Option<SortOrder>,
}
