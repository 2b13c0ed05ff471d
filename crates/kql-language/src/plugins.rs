//! Plugins of `evaluate`, in a line each. Which there are is asked of the binder; a test keeps this list whole.

/// Name, arguments, meaning (<https://learn.microsoft.com/kusto/query/evaluate-operator>).
const PLUGINS: &[(&str, &str, &str)] = &[
    (
        "bag_unpack",
        "(column, [prefix], [columnsConflict], [ignoredProperties])",
        "A column for each property of the bags of a column.",
    ),
    ("pivot", "(column, [aggregate], [column, …])", "A column for each value of a column, filled by an aggregate."),
    ("narrow", "()", "A row for each cell: row number, column name, value as text."),
    (
        "ipv4_lookup",
        "(table, address, network, [extraKey, …], [return_unmatched])",
        "Adds the rows of a table whose IPv4 network holds the address.",
    ),
    (
        "ipv6_lookup",
        "(table, address, network, [extraKey, …], [return_unmatched])",
        "Adds the rows of a table whose IPv6 or IPv4 network holds the address.",
    ),
    (
        "geo_polygon_lookup",
        "(table, polygon, longitude, latitude, [radius], [return_unmatched])",
        "Adds the rows of a table whose polygon holds the point.",
    ),
    (
        "geo_line_lookup",
        "(table, line, longitude, latitude, radius, [return_unmatched])",
        "Adds the rows of a table whose line is near the point.",
    ),
    ("autocluster", "([sizeWeight], [weightColumn], [numSeeds], [wildcard, …])", "Patterns that cover many rows."),
    ("basket", "([threshold], [weightColumn], [maxDimensions], [wildcard, …])", "All frequent patterns of values."),
    (
        "diffpatterns",
        "(splitColumn, valueA, valueB, [weightColumn], [threshold], [maxDimensions], [wildcard, …])",
        "Patterns that are more frequent in one of two sets of rows.",
    ),
    (
        "rolling_percentile",
        "(value, percentile, index, binSize, binsPerWindow, [dimension, …])",
        "A percentile over a moving window of bins.",
    ),
    ("session_count", "(id, timeline, start, end, bin, lookBackWindow, [dimension, …])", "Sessions in each bin."),
    (
        "activity_engagement",
        "(id, timeline, [start, end], innerWindow, outerWindow, [dimension, …])",
        "Ratio of the ids active in an inner window to those in an outer one: daily to monthly users.",
    ),
    (
        "active_users_count",
        "(id, timeline, start, end, lookback, period, activePeriods, bin, [dimension, …])",
        "Ids active in enough periods before each bin.",
    ),
    (
        "activity_metrics",
        "(id, timeline, [start, end], window, [dimension, …])",
        "Distinct and new ids of each window, retention and churn rate.",
    ),
    (
        "sliding_window_counts",
        "(id, timeline, start, end, lookback, bin, [dimension, …])",
        "Count and distinct count over a sliding window.",
    ),
    (
        "activity_counts_metrics",
        "(id, timeline, start, end, step, [dimension, …])",
        "Count, distinct and new ids of each step, and their running total.",
    ),
    (
        "new_activity_metrics",
        "(id, timeline, start, end, window, [cohort], [dimension, …], [lookback])",
        "Retention and churn of cohorts of new ids.",
    ),
    (
        "funnel_sequence",
        "(id, timeline, start, end, maxStepWindow, step, state, sequence)",
        "What comes before and after a sequence of states.",
    ),
    (
        "funnel_sequence_completion",
        "(id, timeline, start, end, bin, state, sequence, maxStepWindows)",
        "How many ids complete a sequence of states, step by step.",
    ),
    (
        "sequence_detect",
        "(timeline, maxStepWindow, maxSpan, step, …, [dimension, …])",
        "Sequences of events that match predicates in their order.",
    ),
    ("dcount_intersect", "(hll, hll, …)", "Distinct counts of the intersections of hll values."),
    ("identity", "()", "The rows as they are."),
    ("preview", "(rows)", "The first rows, and the number of all."),
    ("rows_near", "(condition, before, [after])", "The rows that meet a condition and those around them."),
    ("schema_merge", "([preserveOrder])", "One schema of several results of getschema."),
    ("estimate_rows_count", "()", "A guess at the number of rows."),
    ("infer_storage_schema", "(options)", "The schema of files in storage."),
    ("infer_storage_schema_with_suggestions", "(options)", "The schema of files in storage, and better types for it."),
    ("python", "(typeof(schema), script, [parameters])", "Runs a Python script over the rows (needs the service)."),
    ("r", "(typeof(schema), script, [parameters])", "Runs an R script over the rows (needs the service)."),
    ("csharp", "(typeof(schema), script, [parameters])", "Runs a C# script over the rows (needs the service)."),
    ("sql_request", "(connection, query, [parameters])", "Asks an SQL server (needs the network)."),
    ("mysql_request", "(connection, query, [parameters])", "Asks a MySQL server (needs the network)."),
    ("postgresql_request", "(connection, query, [parameters])", "Asks a PostgreSQL server (needs the network)."),
    ("cosmosdb_sql_request", "(connection, query, [parameters])", "Asks Cosmos DB (needs the network)."),
    ("dax_request", "(connection, query)", "Asks a DAX model (needs the network)."),
    ("azure_digital_twins_query_request", "(endpoint, query)", "Asks Azure Digital Twins (needs the network)."),
    ("execute_query", "(cluster, database, query)", "Runs a query elsewhere (needs the service)."),
    ("execute_show_command", "(cluster, command)", "Runs a .show command elsewhere (needs the service)."),
    ("http_request", "(uri, [headers], [options])", "A GET request (needs the network)."),
    ("http_request_post", "(uri, [headers], [options], [content])", "A POST request (needs the network)."),
    ("ai_embeddings", "(text, connection, [options])", "Vectors of texts (needs a model in the cloud)."),
    ("ai_embed_text", "(text, connection, [options])", "Vectors of texts (needs a model in the cloud)."),
    ("ai_chat_completion", "(messages, connection, [options])", "Answers to chats (needs a model in the cloud)."),
    (
        "ai_chat_completion_prompt",
        "(prompt, connection, [options])",
        "Answers to prompts (needs a model in the cloud).",
    ),
];

/// Arguments and meaning of a plugin; empty texts for one that is not described.
pub(crate) fn plugin_text(name: &str) -> (&'static str, &'static str) {
    PLUGINS.iter().find(|(n, ..)| *n == name).map_or(("(…)", ""), |(_, arguments, meaning)| (*arguments, *meaning))
}

/// The page of a plugin as Markdown; `None` for a name that is none.
pub fn plugin_page(name: &str) -> Option<String> {
    let name = kql_bind::plugin_names().find(|n| *n == name)?;
    let (arguments, meaning) = plugin_text(name);
    Some(format!("```kusto\nT | evaluate {name}{arguments}\n```\n\n*Plugin of `evaluate`.* {meaning}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_plugin_is_described_and_nothing_else() {
        let missing: Vec<_> = kql_bind::plugin_names().filter(|n| plugin_text(n).1.is_empty()).collect();
        assert!(missing.is_empty(), "{missing:?}");
        let names: Vec<_> = kql_bind::plugin_names().collect();
        let extra: Vec<_> = PLUGINS.iter().map(|(n, ..)| n).filter(|n| !names.contains(n)).collect();
        assert!(extra.is_empty(), "{extra:?}");
    }
}
