//! Words that fit in one place only, with what they mean. Whether they fit is asked of the parser.

/// A word and its meaning.
pub(crate) type Word = (&'static str, &'static str);

/// Infix operators with their meaning, the most used first.
pub(crate) const INFIX: &[(&str, Operands, &str)] = &[
    ("==", Operands::Any, "Equal; texts in the same case."),
    ("!=", Operands::Any, "Not equal; texts in the same case."),
    ("=~", Operands::Text, "Equal in any case."),
    ("!~", Operands::Text, "Not equal in any case."),
    ("has", Operands::Text, "Contains the word, in any case."),
    ("!has", Operands::Text, "Does not contain the word, in any case."),
    ("has_any", Operands::Text, "Contains one of the words, in any case."),
    ("has_all", Operands::Text, "Contains all of the words, in any case."),
    ("in", Operands::Any, "Equal to one of the values."),
    ("!in", Operands::Any, "Equal to none of the values."),
    ("in~", Operands::Text, "Equal to one of the texts in any case."),
    ("!in~", Operands::Text, "Equal to none of the texts in any case."),
    ("contains", Operands::Text, "Contains the text, in any case."),
    ("!contains", Operands::Text, "Does not contain the text, in any case."),
    ("startswith", Operands::Text, "Starts with the text, in any case."),
    ("!startswith", Operands::Text, "Does not start with the text, in any case."),
    ("endswith", Operands::Text, "Ends with the text, in any case."),
    ("!endswith", Operands::Text, "Does not end with the text, in any case."),
    ("matches regex", Operands::Text, "Matches the regular expression (RE2)."),
    ("hasprefix", Operands::Text, "Has a word that starts with the text, in any case."),
    ("!hasprefix", Operands::Text, "Has no word that starts with the text, in any case."),
    ("hassuffix", Operands::Text, "Has a word that ends with the text, in any case."),
    ("!hassuffix", Operands::Text, "Has no word that ends with the text, in any case."),
    ("has_cs", Operands::Text, "Contains the word, in the same case."),
    ("!has_cs", Operands::Text, "Does not contain the word, in the same case."),
    ("contains_cs", Operands::Text, "Contains the text, in the same case."),
    ("!contains_cs", Operands::Text, "Does not contain the text, in the same case."),
    ("startswith_cs", Operands::Text, "Starts with the text, in the same case."),
    ("!startswith_cs", Operands::Text, "Does not start with the text, in the same case."),
    ("endswith_cs", Operands::Text, "Ends with the text, in the same case."),
    ("!endswith_cs", Operands::Text, "Does not end with the text, in the same case."),
    ("hasprefix_cs", Operands::Text, "Has a word that starts with the text, in the same case."),
    ("!hasprefix_cs", Operands::Text, "Has no word that starts with the text, in the same case."),
    ("hassuffix_cs", Operands::Text, "Has a word that ends with the text, in the same case."),
    ("!hassuffix_cs", Operands::Text, "Has no word that ends with the text, in the same case."),
    ("<", Operands::Ordered, "Less."),
    ("<=", Operands::Ordered, "Less or equal."),
    (">", Operands::Ordered, "Greater."),
    (">=", Operands::Ordered, "Greater or equal."),
    ("between", Operands::Ordered, "Within the two ends, both included: `between (low .. high)`."),
    ("!between", Operands::Ordered, "Outside the two ends: `!between (low .. high)`."),
    ("+", Operands::Number, "Sum."),
    ("-", Operands::Number, "Difference."),
    ("*", Operands::Number, "Product."),
    ("/", Operands::Number, "Quotient; of whole numbers without the rest."),
    ("%", Operands::Number, "Rest of the division."),
    ("and", Operands::Bool, "Both are true."),
    ("or", Operands::Bool, "One at least is true."),
];

/// What stands left of an infix operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operands {
    /// Anything.
    Any,
    /// Texts, also inside dynamic values.
    Text,
    /// What has an order.
    Ordered,
    /// Numbers and times.
    Number,
    /// Conditions.
    Bool,
}

/// Kinds of `join`.
pub(crate) const JOIN_KINDS: &[Word] = &[
    ("inner", "Every matching pair of rows."),
    ("innerunique", "The default: of left rows with the same key one is kept, then as inner."),
    ("leftouter", "As inner, and left rows without a match."),
    ("rightouter", "As inner, and right rows without a match."),
    ("fullouter", "As inner, and the rows of both sides without a match."),
    ("leftanti", "Left rows without a match."),
    ("rightanti", "Right rows without a match."),
    ("leftsemi", "Left rows with a match."),
    ("rightsemi", "Right rows with a match."),
    ("anti", "Another name of leftanti."),
    ("leftantisemi", "Another name of leftanti."),
    ("rightantisemi", "Another name of rightanti."),
];

/// Kinds of charts.
pub(crate) const CHARTS: &[Word] = &[
    ("timechart", "Lines over time: a datetime axis and numbers."),
    ("columnchart", "Upright bars for each value of the first column."),
    ("barchart", "Lying bars for each value of the first column."),
    ("linechart", "Lines over numbers."),
    ("areachart", "Filled lines."),
    ("stackedareachart", "Filled lines on top of each other."),
    ("scatterchart", "Points."),
    ("piechart", "Shares of a whole."),
    (
        "anomalychart",
        "A timechart that marks anomalies: by anomalycolumns, else those series_decompose_anomalies finds.",
    ),
    ("ladderchart", "Spans of time, one below the other: the last two columns are start and end."),
    ("pivotchart", "A pivot table with a chart."),
    ("timepivot", "Events on a line of time, grouped by columns."),
    ("treemap", "Areas by share."),
    ("card", "The first row, one card for each value."),
    ("table", "The rows."),
    ("graph", "Nodes and edges."),
    ("plotly", "A figure given as JSON for Plotly."),
];

/// Properties of `render … with (…)`.
pub(crate) const RENDER_PROPERTIES: &[Word] = &[
    ("title", "Text above the chart."),
    ("kind", "default, unstacked, stacked, stacked100, map: how series share the chart."),
    ("xcolumn", "The column of the x-axis."),
    ("ycolumns", "The columns of the y-axis."),
    ("series", "The columns whose values make a series each."),
    ("xtitle", "Text at the x-axis."),
    ("ytitle", "Text at the y-axis."),
    ("xaxis", "linear or log."),
    ("yaxis", "linear or log."),
    ("legend", "visible or hidden."),
    ("ysplit", "none, axes or panels: one y-axis, several, or a chart for each."),
    ("accumulate", "true: each value is added to those before it."),
    ("ymin", "Low end of the y-axis."),
    ("ymax", "High end of the y-axis."),
    ("xmin", "Low end of the x-axis."),
    ("xmax", "High end of the x-axis."),
    ("anomalycolumns", "The columns that mark anomalies (anomalychart)."),
];

/// Parameters of operators: operator, name, meaning.
pub(crate) const PARAMETERS: &[(&str, &str, &str)] = &[
    ("join", "kind", "Which rows come out: inner, innerunique (default), leftouter, leftanti, …"),
    ("lookup", "kind", "leftouter (default) or inner."),
    ("union", "kind", "outer (default): all columns; inner: the common ones."),
    ("union", "withsource", "Name of a column that tells the table of each row."),
    ("union", "isfuzzy", "true: tables that do not exist are left out."),
    ("mv-expand", "kind", "bag (default) or array: how the properties of bags come out."),
    ("mv-expand", "bagexpansion", "bag (default) or array: how the properties of bags come out."),
    ("mv-expand", "with_itemindex", "Name of a column with the position of the element."),
    ("mv-apply", "with_itemindex", "Name of a column with the position of the element."),
    ("parse", "kind", "simple (default), regex or relaxed."),
    ("parse", "flags", "Flags of kind=regex: i, m, s, U."),
    ("parse-where", "kind", "simple (default) or regex."),
    ("parse-where", "flags", "Flags of kind=regex: i, m, s, U."),
    ("search", "kind", "case_insensitive (default) or case_sensitive."),
    ("find", "withsource", "Name of a column that tells the table of each row."),
    ("make-series", "kind", "nonempty: one series at least, even without rows."),
    ("reduce", "kind", "source: adds the columns of a source."),
    ("scan", "with_match_id", "Name of a column that numbers the matches."),
    ("make-graph", "with_node_id", "Name of the property that holds the id of a node."),
    ("graph-match", "cycles", "unique_edges (default), all or none."),
    ("graph-shortest-paths", "output", "any (default) or all shortest paths."),
    ("graph-mark-components", "kind", "weak (default) or strong."),
    ("graph-mark-components", "with_component_id", "Name of the property; ComponentId unless given."),
    ("macro-expand", "isfuzzy", "true: entities that do not exist are left out."),
    ("macro-expand", "withsource", "Name of a column that tells the entity of each row."),
];

/// Values of parameters: operator, parameter, values.
pub(crate) const PARAMETER_VALUES: &[(&str, &str, &[&str])] = &[
    ("lookup", "kind", &["leftouter", "inner"]),
    ("union", "kind", &["outer", "inner"]),
    ("union", "isfuzzy", &["true", "false"]),
    ("macro-expand", "isfuzzy", &["true", "false"]),
    ("mv-expand", "kind", &["bag", "array"]),
    ("mv-expand", "bagexpansion", &["bag", "array"]),
    ("parse", "kind", &["simple", "regex", "relaxed"]),
    ("parse-where", "kind", &["simple", "regex"]),
    ("search", "kind", &["case_insensitive", "case_sensitive"]),
    ("make-series", "kind", &["nonempty"]),
    ("graph-match", "cycles", &["unique_edges", "all", "none"]),
    ("graph-shortest-paths", "output", &["any", "all"]),
    ("graph-mark-components", "kind", &["weak", "strong"]),
    ("render", "kind", &["default", "unstacked", "stacked", "stacked100", "map"]),
    ("render", "xaxis", &["linear", "log"]),
    ("render", "yaxis", &["linear", "log"]),
    ("render", "legend", &["visible", "hidden"]),
    ("render", "ysplit", &["none", "axes", "panels"]),
    ("render", "accumulate", &["true", "false"]),
    ("", "hint.strategy", &["shuffle", "broadcast", "centralized", "native", "legacy"]),
    ("", "hint.remote", &["auto", "left", "local", "right"]),
    ("", "hint.materialized", &["true", "false"]),
    ("", "hint.distribution", &["per_shard", "per_node", "single"]),
    ("externaldata", "format", &["csv", "tsv", "json", "multijson", "txt", "parquet", "raw"]),
    ("externaldata", "ignoreFirstRecord", &["true", "false"]),
];

/// The hints an operator has a use for; this engine reads them and decides itself.
pub(crate) const HINTS: &[(&str, &[&str])] = &[
    ("join", &["strategy", "shufflekey", "num_partitions", "remote"]),
    ("summarize", &["strategy", "shufflekey", "num_partitions"]),
    ("distinct", &["strategy", "shufflekey", "num_partitions"]),
    ("make-series", &["strategy", "shufflekey", "num_partitions"]),
    ("partition", &["strategy", "concurrency", "spread", "materialized"]),
    ("union", &["concurrency", "spread"]),
    ("evaluate", &["distribution"]),
    ("mv-expand", &[]),
];

/// Properties in `with (…)` after other operators than `render`.
pub(crate) const WITH_PROPERTIES: &[(&str, &str, &str)] = &[
    ("externaldata", "format", "csv, tsv, json, multijson, txt, parquet, …"),
    ("externaldata", "ignoreFirstRecord", "true: the first line of each file is a heading."),
    ("parse-kv", "pair_delimiter", "The text between pairs."),
    ("parse-kv", "kv_delimiter", "The text between key and value."),
    ("parse-kv", "quote", "The character around values."),
    ("parse-kv", "escape", "The character that escapes a quote."),
    ("parse-kv", "greedy", "true: values go on to the next key."),
    ("reduce", "threshold", "0 to 1: how much two texts must share."),
    ("reduce", "characters", "Characters that separate terms beside blanks."),
];

/// Statements, by the words they start with; `$0` is where writing goes on.
pub(crate) const STATEMENTS: &[(&str, &str, &str)] = &[
    ("let", "let ${1:name} = $0", "Names a value, a table or a function."),
    ("set", "set ${1:option} = $0", "Sets a request property."),
    (
        "declare query_parameters",
        "declare query_parameters(${1:name}:${2:string});$0",
        "Declares parameters of the query.",
    ),
    ("declare pattern", "declare pattern ${1:name} = $0", "Declares a pattern."),
    ("restrict access to", "restrict access to (${1:entities});$0", "Leaves only some names visible."),
    ("alias database", "alias database ${1:name} = $0", "Names a database."),
];

/// Words that make rows at the start of a pipeline.
pub(crate) const SOURCES: &[(&str, &str)] = &[
    ("print", "print "),
    ("range", "range "),
    ("union", "union "),
    ("search", "search "),
    ("find", "find "),
    ("datatable", "datatable("),
    ("externaldata", "externaldata("),
    ("macro-expand", "macro-expand "),
];

/// Words that start an expression or are one.
pub(crate) const EXPRESSION_WORDS: &[(&str, &str, &str)] = &[
    ("true", "true", "The bool."),
    ("false", "false", "The bool."),
    ("toscalar", "toscalar(", "One value of a table: the first column of its first row."),
    ("materialize", "materialize(", "Keeps a table, so that every use sees the same rows."),
    ("datetime", "datetime(", "A datetime literal: `datetime(2024-01-31 12:00)`."),
    ("timespan", "timespan(", "A timespan literal: `timespan(1.02:30:00)`, or `1d`, `30m`."),
    ("dynamic", "dynamic(", "A dynamic literal: `dynamic([1, 2])`, `dynamic({\"a\": 1})`."),
    ("long", "long(", "A long literal: `long(5)`, `long(null)`."),
    ("int", "int(", "An int literal: `int(5)`, `int(null)`."),
    ("real", "real(", "A real literal: `real(0.5)`, `real(+inf)`."),
    ("decimal", "decimal(", "A decimal literal: `decimal(0.1)`."),
    ("guid", "guid(", "A guid literal."),
    ("typeof", "typeof(", "A type, as an argument."),
];

/// Management commands that run here.
pub(crate) const COMMANDS: &[Word] = &[
    (".show tables", "The tables; `details` with their sizes."),
    (".show table", "The columns of a table: `.show table T`, also `cslschema`, `schema as json`, `details`."),
    (".show functions", "The functions of the database."),
    (".show function", "A function: `.show function f`."),
    (".show databases", "The databases."),
    (".show database schema", "All tables, columns and functions of the database."),
    (".show schema", "All tables and columns."),
    (".show queries", "The queries of the session that have ended, with State, Duration and what they used."),
    (".show running queries", "The queries of the session that run."),
    (".show version", "The version."),
    (".show cluster", "The engine as a cluster of one."),
    (".create table", "Makes an empty table: `.create table T (a:long)`."),
    (".create-merge table", "Makes a table, or adds columns to one."),
    (".alter table", "Gives a table other columns."),
    (".alter-merge table", "Adds columns to a table."),
    (".rename table", "`.rename table T to U`."),
    (".clear table", "Removes the rows: `.clear table T data`."),
    (".drop table", "Removes a table: `.drop table T`."),
    (".create function", "Keeps a function: `.create function f(x:long) { … }`."),
    (".create-or-alter function", "Keeps a function in place of the one there."),
    (".alter function", "Changes a function."),
    (".drop function", "Removes a function: `.drop function f`."),
    (".set", "Makes a table of a query: `.set T <| query`."),
    (".append", "Adds the rows of a query to a table: `.append T <| query`."),
    (".set-or-append", "Adds the rows of a query to a table, which is made when it does not exist."),
    (".set-or-replace", "Makes a table of a query in place of the one there."),
    (".ingest inline into table", "Adds rows written in the command: `.ingest inline into table T <| a,1`."),
    (".ingest into table", "Adds the rows of files: `.ingest into table T ('file.csv')`."),
];

/// Commands whose next word is the name of a table.
pub(crate) const TABLE_COMMANDS: &[&str] = &[
    ".show table",
    ".alter table",
    ".alter-merge table",
    ".create-merge table",
    ".rename table",
    ".clear table",
    ".drop table",
    ".append",
    ".set-or-append",
    ".set-or-replace",
    ".ingest inline into table",
    ".ingest into table",
];

/// Commands whose next word is the name of a function.
pub(crate) const FUNCTION_COMMANDS: &[&str] = &[".show function", ".alter function", ".drop function"];

/// Request properties for `set` that change something here; others are accepted and do nothing.
pub(crate) const OPTIONS: &[Word] = &[
    ("query_now", "The instant of now() and ago(): a datetime literal."),
    ("notruncation", "No limit on the rows of the result."),
    ("truncationmaxrecords", "The most rows of the result: more fail the query."),
    ("truncationmaxsize", "The most bytes of the result: more fail the query."),
    ("query_take_max_records", "The most rows of the result: those after them are left out."),
    ("servertimeout", "How long the query may take: a timespan."),
    ("maxmemoryconsumptionperiterator", "The memory of the query, in bytes."),
    ("max_memory_consumption_per_query_per_node", "The memory of the query, in bytes."),
    ("request_readonly", "Commands that change something are refused."),
    ("query_datetimescope_from", "Rows before this time are left out."),
    ("query_datetimescope_to", "Rows after this time are left out."),
    ("query_datetimescope_column", "The column of the time scope."),
    ("query_bin_auto_size", "The size of bin_auto()."),
    ("query_bin_auto_at", "The fixed point of bin_auto()."),
];
