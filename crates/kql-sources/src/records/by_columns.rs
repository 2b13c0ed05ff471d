//! The published schema a flat record fits best.
//!
//! A capture of several Defender tables in one file gives no table names; its records differ in columns and `ActionType`
//! only. Rows of `union` results carry all columns of all tables, empty where they are another table's, so a column with a
//! value says more than an empty one.

use super::shredder::TimeColumn;
use crate::json::Entry;
use crate::table::{base_of_union_name, is_empty};
use kql_catalog::Profile;
use std::collections::HashMap;
use std::collections::hash_map::RandomState;
use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::{Arc, LazyLock};

/// A record must have at least this many columns with values, and three in four of them must be the table's.
const MIN_COLUMNS: usize = 4;

/// Remembers the answer for records of the same shape.
#[derive(Debug, Default)]
pub(super) struct Cache {
    state: RandomState,
    answers: HashMap<u64, Option<Arc<str>>>,
}

impl Cache {
    /// The table, if one fits better than all others. Records without a time column are not looked at.
    pub(super) fn table_of(
        &mut self,
        entries: &[Entry<'_>],
        time: TimeColumn,
        action_type: Option<&str>,
    ) -> Option<Arc<str>> {
        if time == TimeColumn::None {
            return None;
        }
        let mut hasher = self.state.build_hasher();
        (time, action_type).hash(&mut hasher);
        for entry in entries {
            (entry.key, is_empty(entry.value)).hash(&mut hasher);
        }
        let shape = hasher.finish();
        if self.answers.len() > 10_000 {
            self.answers.clear();
        }
        let answer = self.answers.entry(shape).or_insert_with(|| best(entries, time, action_type).map(Arc::from));
        answer.clone()
    }
}

/// The tables of a service by column name, and the number of columns of each table.
struct Index {
    tables: Vec<(&'static str, usize)>,
    by_column: HashMap<Arc<str>, Vec<usize>>,
}

impl Index {
    fn of(profile: Profile) -> Self {
        let mut index = Index { tables: Vec::new(), by_column: HashMap::new() };
        for name in kql_catalog::table_names(profile) {
            let Some(schema) = kql_catalog::table(profile, name) else { continue };
            for column in schema.columns.iter() {
                index.by_column.entry(Arc::clone(&column.name)).or_default().push(index.tables.len());
            }
            index.tables.push((name, schema.columns.len()));
        }
        index
    }
}

static DEFENDER: LazyLock<Index> = LazyLock::new(|| Index::of(Profile::Defender));
static SENTINEL: LazyLock<Index> = LazyLock::new(|| Index::of(Profile::Sentinel));

/// The columns of a record that a table has.
#[derive(Clone, Copy, Default)]
struct Fit {
    /// Those with a value.
    filled: usize,
    /// All.
    all: usize,
}

fn best(entries: &[Entry<'_>], time: TimeColumn, action_type: Option<&str>) -> Option<&'static str> {
    let index = match time {
        TimeColumn::Timestamp => &*DEFENDER,
        TimeColumn::TimeGenerated => &*SENTINEL,
        TimeColumn::None => return None,
    };
    let mut fits = vec![Fit::default(); index.tables.len()];
    let mut filled = 0;
    for entry in entries {
        let is_filled = !is_empty(entry.value);
        filled += usize::from(is_filled);
        let tables = (index.by_column.get(entry.key))
            .or_else(|| base_of_union_name(entry.key).and_then(|base| index.by_column.get(base)));
        for table in tables.into_iter().flatten() {
            fits[*table].all += 1;
            fits[*table].filled += usize::from(is_filled);
        }
    }
    let most = fits.iter().map(|f| f.filled).max()?;
    if most < MIN_COLUMNS || most * 4 < filled * 3 {
        return None;
    }
    let mut candidates: Vec<usize> = (0..fits.len()).filter(|t| fits[*t].filled == most).collect();
    let named = |tables: &[usize]| -> Vec<usize> {
        let known = action_type.map(tables_of_action_type).unwrap_or_default();
        tables.iter().copied().filter(|t| known.contains(&index.tables[*t].0)).collect()
    };
    if candidates.len() > 1
        && let [one] = named(&candidates)[..]
    {
        candidates = vec![one];
    }
    if candidates.len() > 1 {
        let all = candidates.iter().map(|t| fits[*t].all).max()?;
        candidates.retain(|t| fits[*t].all == all);
    }
    if candidates.len() > 1 {
        // Several tables have all columns of the record: it is the one of which none is missing.
        candidates.retain(|t| fits[*t].all == index.tables[*t].1);
    }
    match candidates[..] {
        [one] => Some(index.tables[one].0),
        _ => None,
    }
}

/// The tables whose documentation lists an `ActionType`.
fn tables_of_action_type(action_type: &str) -> Vec<&'static str> {
    static LISTED: &str = include_str!("action_types.txt");
    LISTED
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter(|(_, types)| types.split('|').any(|listed| listed == action_type))
        .map(|(table, _)| table)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::json::Scanner;

    fn table_of(record: &str, time: TimeColumn, action_type: Option<&str>) -> Option<&'static str> {
        let mut entries = Vec::new();
        Scanner::new(record).object(&mut entries).expect("json");
        best(&entries, time, action_type)
    }

    /// A record with a value in each of these columns and `""` in the others.
    fn record(filled: &[&str], empty: &[&str]) -> String {
        let filled = filled.iter().map(|c| format!("\"{c}\":1"));
        let empty = empty.iter().map(|c| format!("\"{c}\":\"\""));
        format!("{{{}}}", filled.chain(empty).collect::<Vec<_>>().join(","))
    }

    #[test]
    fn a_whole_row_of_any_defender_table_is_known() {
        for name in kql_catalog::table_names(Profile::Defender) {
            let schema = kql_catalog::table(Profile::Defender, name).expect("known");
            if schema.columns.len() < MIN_COLUMNS || schema.column("Timestamp").is_none() {
                continue;
            }
            let columns: Vec<_> = schema.names().collect();
            let found = table_of(&record(&columns, &[]), TimeColumn::Timestamp, None);
            // Some tables have the same columns as another, or none that another has not.
            assert!(found.is_none_or(|found| found == name), "{name}: {found:?}");
        }
    }

    #[test]
    fn columns_with_values_decide_in_a_union() {
        let device =
            ["Timestamp", "DeviceId", "ActionType", "RegistryKey", "RegistryValueName", "InitiatingProcessFileName"];
        let other = ["RawEventData", "AccountDisplayName", "ISP", "CountryCode", "ActivityObjects"];
        let union = record(&device, &other);
        assert_eq!(table_of(&union, TimeColumn::Timestamp, Some("RegistryValueSet")), Some("DeviceRegistryEvents"));
        let suffixed =
            record(&["Timestamp", "ActionType", "RawEventData", "ActivityObjects", "ReportId_string"], &device[3..]);
        assert_eq!(table_of(&suffixed, TimeColumn::Timestamp, None), Some("CloudAppEvents"));
    }

    #[test]
    fn no_guess_where_several_tables_fit() {
        let few = record(&["Timestamp", "DeviceId", "DeviceName", "ActionType"], &[]);
        assert_eq!(table_of(&few, TimeColumn::Timestamp, None), None);
        assert_eq!(table_of(&few, TimeColumn::Timestamp, Some("ImageLoaded")), Some("DeviceImageLoadEvents"));
        let unknown = record(&["TimeGenerated", "Computer", "a", "b", "c", "d", "e"], &[]);
        assert_eq!(table_of(&unknown, TimeColumn::TimeGenerated, None), None);
    }

    #[test]
    fn action_types_are_listed_under_known_tables() {
        for line in include_str!("action_types.txt").lines() {
            let (table, types) = line.split_once('\t').expect("tab");
            assert!(kql_catalog::table(Profile::Defender, table).is_some(), "{table}");
            assert!(types.split('|').all(|t| !t.trim().is_empty() && t.trim() == t), "{types}");
        }
    }
}
