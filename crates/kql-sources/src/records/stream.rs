//! Records of Defender's Streaming API: `{"time","tenantId","operationName","category","properties":{…}}`.
//!
//! Source: <https://learn.microsoft.com/defender-xdr/streaming-api>. The event is in `properties`. Of what is around it the
//! tenant fills Sentinel's `TenantId` and the time stands in for an event without one; the rest (`operationName` and the
//! service's own times) says how the record was delivered and is no column of any table.

use super::shredder::{FileContext, Shredder};
use crate::json::{Entry, Scanner, SyntaxError};
use crate::report::DecidedBy;
use kql_catalog::{Profile, TIME_COLUMNS};

const PREFIX: &str = "AdvancedHunting-";

/// The table a category names. The catalogue's spelling is used where only the case differs.
pub(super) fn table_of(category: &str) -> Option<&str> {
    let (prefix, name) = category.split_at_checked(PREFIX.len())?;
    if !prefix.eq_ignore_ascii_case(PREFIX) || !super::is_table_name(name) {
        return None;
    }
    Some(match kql_catalog::table(Profile::All, name) {
        Some(_) => name,
        None => kql_catalog::table_named_like(Profile::All, name).unwrap_or(name),
    })
}

/// Reads one record.
pub(super) fn record<'a>(
    shredder: &mut Shredder,
    file: &FileContext,
    envelope: &[Entry<'a>],
    table: &str,
    properties: &'a str,
    line: u64,
) -> Result<(), SyntaxError> {
    let mut entries = Vec::new();
    Scanner::new(properties).object(&mut entries)?;
    let (index, by) = match &file.given {
        Some(given) => (shredder.table(given), DecidedBy::Given),
        None => (shredder.table(table), DecidedBy::Category),
    };
    shredder.row(file, index, by, &entries, line);
    let table = shredder.table_mut(index);
    for entry in envelope {
        match entry.key {
            "tenantId" if table.has_known_column("TenantId") && !table.row_has("TenantId") => {
                table.append_named("TenantId", entry.value, |_| ());
            }
            "time" if !TIME_COLUMNS.iter().any(|time| table.row_has(time)) => {
                table.append_named(TIME_COLUMNS[0], entry.value, |_| ());
            }
            _ => {}
        }
    }
    shredder.end_row(index);
    Ok(())
}
