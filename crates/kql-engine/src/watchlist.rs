//! Watchlists of Sentinel, from CSV files.
//!
//! `_GetWatchlist('name')` gives the columns every watchlist has, then the file's own, all of them texts. The search key is
//! the file's `SearchKey` column if it has one, else the column that was named, else the first.
//! <https://learn.microsoft.com/azure/sentinel/watchlists-queries>

use crate::rows::TableBuilder;
use crate::tables::TableData;
use kql_types::{Column, RowSchema, ScalarType, Value, dynamic};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// What the table of all aliases is called among the watchlists: no alias is.
pub(crate) const ALIASES: &str = "\u{1}aliases";

/// Columns before those of the file, in the order the function documents.
const FIXED: [(&str, ScalarType); 4] = [
    ("_DTItemId", ScalarType::String),
    ("LastUpdatedTimeUTC", ScalarType::Datetime),
    ("SearchKey", ScalarType::String),
    ("WatchlistItem", ScalarType::Dynamic),
];

/// Reads a watchlist. `updated` is the time all items carry.
///
/// # Errors
/// A sentence that says what is wrong with the file.
pub(crate) fn read(path: &Path, key: Option<&str>, updated: i64) -> Result<TableData, String> {
    let failed = |e: &dyn std::fmt::Display| format!("the watchlist {}: {e}", path.display());
    let bytes = std::fs::read(path).map_err(|e| failed(&e))?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::Headers).from_reader(text.as_bytes());
    let header: Vec<String> = reader.headers().map_err(|e| failed(&e))?.iter().map(str::to_owned).collect();
    if header.is_empty() {
        return Err(failed(&"it has no header line with the names of its columns"));
    }
    let place = |name: &str| header.iter().position(|h| h == name);
    let key = match key {
        Some(key) => place(key).ok_or_else(|| failed(&format!("it has no column '{key}'")))?,
        None => place("SearchKey").unwrap_or(0),
    };
    let mut columns: Vec<Column> = FIXED.iter().map(|(name, ty)| Column::new(*name, *ty)).collect();
    // Of two columns of one name the first counts, as in a property bag.
    let mut own: Vec<usize> = Vec::new();
    for (at, name) in header.iter().enumerate() {
        if !name.is_empty() && columns.iter().all(|c| &*c.name != name) {
            columns.push(Column::new(name.as_str(), ScalarType::String));
            own.push(at);
        }
    }
    let schema = RowSchema::new(columns);
    let mut table = TableBuilder::new(&schema);
    for (number, record) in reader.records().enumerate() {
        let record = record.map_err(|e| failed(&e))?;
        let cell = |at: usize| record.get(at).unwrap_or("").to_owned();
        let mut item = String::from("{");
        for (place, at) in own.iter().enumerate() {
            if place > 0 {
                item.push(',');
            }
            dynamic::write_quoted(&mut item, header.get(*at).map_or("", String::as_str));
            item.push(':');
            dynamic::write_quoted(&mut item, &cell(*at));
        }
        item.push('}');
        let mut row = vec![
            Value::String(format!("{:08x}-0000-4000-8000-{:012x}", 0, number + 1)),
            Value::Datetime(Some(updated)),
            Value::String(cell(key)),
            Value::Dynamic(Some(item)),
        ];
        row.extend(own.iter().map(|at| Value::String(cell(*at))));
        table.values(&row);
    }
    let batch = table.finish(&schema).map_err(|e| failed(&e))?;
    Ok(TableData::new(schema, vec![batch]))
}

/// The table of all aliases.
pub(crate) fn aliases(watchlists: &BTreeMap<Arc<str>, TableData>) -> Option<TableData> {
    let schema = RowSchema::new(vec![Column::new("WatchlistAlias", ScalarType::String)]);
    let mut table = TableBuilder::new(&schema);
    for alias in watchlists.keys().filter(|alias| ***alias != *ALIASES) {
        table.values(&[Value::String(alias.to_string())]);
    }
    let batch = table.finish(&schema).ok()?;
    Some(TableData::new(schema, vec![batch]))
}
