//! Answers of query APIs, saved to a file: `{"Schema":[…],"Results":[{…}]}` of advanced hunting (and of Microsoft Graph, in
//! lower case) and `{"tables":[{"name","columns":[{"name","type"}],"rows":[[…]]}]}` of Log Analytics, Kusto's v1 protocol and
//! `kql run --format json`.

use super::shredder::{FileContext, Shredder};
use crate::json::{Entry, Raw, Scanner, SyntaxError, unescape};
use crate::report::DecidedBy;
use kql_types::ScalarType;

/// Reads the record if it is an answer; false when it only has a key of the same name.
pub(super) fn read(
    shredder: &mut Shredder,
    file: &FileContext,
    entries: &[Entry<'_>],
    line: u64,
    wrappers: usize,
) -> Result<bool, SyntaxError> {
    let array = |names: [&str; 2]| {
        entries.iter().find_map(|e| match e.value {
            Raw::Nested(text) if names.contains(&e.key) && text.starts_with('[') => Some(text),
            _ => None,
        })
    };
    if let (Some(_), Some(results)) = (array(["Schema", "schema"]), array(["Results", "results"])) {
        shredder.items(file, results, line, wrappers)?;
        return Ok(true);
    }
    let Some(tables) = array(["tables", "Tables"]) else { return Ok(false) };
    let mut parsed = Vec::new();
    let mut all = true;
    Scanner::new(tables).array(|item| match Table::of(item) {
        Some(table) => parsed.push(table),
        None => all = false,
    })?;
    if !all || parsed.is_empty() {
        return Ok(false);
    }
    for table in parsed {
        table.rows(shredder, file, line)?;
    }
    Ok(true)
}

struct Table<'a> {
    name: Option<&'a str>,
    columns: Vec<(String, Option<ScalarType>)>,
    rows: &'a str,
}

impl<'a> Table<'a> {
    fn of(item: Raw<'a>) -> Option<Self> {
        let Raw::Nested(text) = item else { return None };
        let mut entries = Vec::new();
        Scanner::new(text).object(&mut entries).ok()?;
        let mut table = Table { name: None, columns: Vec::new(), rows: "" };
        let mut columns = None;
        for Entry { key, value, .. } in entries {
            match (key, value) {
                ("name" | "TableName", Raw::String { text, escaped: false }) => table.name = Some(text),
                ("columns" | "Columns", Raw::Nested(text)) => columns = Some(text),
                ("rows" | "Rows", Raw::Nested(text)) => table.rows = text,
                _ => {}
            }
        }
        let mut whole = true;
        Scanner::new(columns?)
            .array(|column| match column_of(column) {
                Some(column) => table.columns.push(column),
                None => whole = false,
            })
            .ok()?;
        (whole && table.rows.starts_with('[')).then_some(table)
    }

    fn rows(self, shredder: &mut Shredder, file: &FileContext, line: u64) -> Result<(), SyntaxError> {
        // Names every answer has say nothing of the data.
        let own = self.name.filter(|n| super::is_table_name(n) && *n != "PrimaryResult" && !n.starts_with("Table_"));
        let (index, by) = match (&file.given, &file.named, own) {
            (Some(given), _, _) => (shredder.table(given), DecidedBy::Given),
            (None, Some(named), _) => (shredder.table(named), DecidedBy::FileName),
            (None, None, Some(own)) => (shredder.table(own), DecidedBy::FileName),
            (None, None, None) => (shredder.table(&file.fallback), DecidedBy::FileName),
        };
        for (name, ty) in &self.columns {
            if let Some(ty) = ty {
                shredder.table_mut(index).declare(name, *ty);
            }
        }
        let mut rows = Vec::new();
        Scanner::new(self.rows).array(|row| rows.push(row))?;
        let mut values = Vec::new();
        for row in rows {
            values.clear();
            if let Raw::Nested(row) = row {
                Scanner::new(row).array(|value| values.push(value))?;
            }
            let entries: Vec<_> = (self.columns.iter().zip(&values))
                .map(|((name, _), value)| Entry { key: name, escaped: false, value: *value })
                .collect();
            shredder.row(file, index, by, &entries, line);
            shredder.end_row(index);
        }
        Ok(())
    }
}

/// The name and type of a column: `{"name":"x","type":"long"}`, `{"ColumnName":"x","DataType":"Int64","ColumnType":"long"}`.
fn column_of(column: Raw<'_>) -> Option<(String, Option<ScalarType>)> {
    let Raw::Nested(text) = column else { return None };
    let mut entries = Vec::new();
    Scanner::new(text).object(&mut entries).ok()?;
    let (mut name, mut ty) = (None, None);
    for Entry { key, value, .. } in entries {
        let Raw::String { text, .. } = value else { continue };
        match key {
            "name" | "ColumnName" => {
                let mut unescaped = String::new();
                unescape(text, &mut unescaped);
                name = Some(unescaped);
            }
            "type" | "ColumnType" => ty = ScalarType::from_name(text),
            _ => {}
        }
    }
    Some((name?, ty))
}
