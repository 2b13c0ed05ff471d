//! The schema files: a table's line found by binary search, its columns read.
//!
//! Layout (`scripts/write_schemas.py` writes it): comment lines at the top start with `#`, which sorts before every name;
//! then `Table<TAB>Column Column:type …`, lines in byte order. A column without a type is a `string`.

use kql_types::{Column, ScalarType};

pub(crate) static DEFENDER: &str = include_str!("../schemas/defender.txt");
pub(crate) static SENTINEL: &str = include_str!("../schemas/sentinel.txt");

/// The name and the column text of the table with this exact name.
pub(crate) fn find(file: &'static str, table: &str) -> Option<(&'static str, &'static str)> {
    let bytes = file.as_bytes();
    // The line, if it exists, starts in low..high; both are line starts (or the end).
    let (mut low, mut high) = (0, bytes.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = bytes[low..middle].iter().rposition(|&b| b == b'\n').map_or(low, |at| low + at + 1);
        let end = bytes[middle..high].iter().position(|&b| b == b'\n').map_or(high, |at| middle + at);
        let line = &file[start..end];
        let (name, columns) = line.split_once('\t').unwrap_or((line, ""));
        match name.as_bytes().cmp(table.as_bytes()) {
            std::cmp::Ordering::Equal => return (!name.starts_with('#')).then_some((name, columns)),
            std::cmp::Ordering::Less => low = (end + 1).min(high),
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

/// The table names in byte order.
pub(crate) fn names(file: &'static str) -> impl Iterator<Item = &'static str> {
    file.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once('\t').map(|(name, _)| name))
}

/// The columns of a column text. A type word that is not Kusto's counts as `string`; a test keeps the files free of them.
pub(crate) fn columns(text: &str) -> impl Iterator<Item = Column> {
    text.split_ascii_whitespace().map(|column| match column.split_once(':') {
        Some((name, ty)) => Column::new(name, ScalarType::from_name(ty).unwrap_or(ScalarType::String)),
        None => Column::new(column, ScalarType::String),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_in_order_and_well_formed() {
        for (file, tables) in [(DEFENDER, 64), (SENTINEL, 923)] {
            let all: Vec<_> = names(file).collect();
            assert_eq!(all.len(), tables);
            assert!(all.is_sorted_by(|a, b| a.as_bytes() < b.as_bytes()), "sorted, no name twice");
            for name in all {
                let (found, text) = find(file, name).expect(name);
                assert_eq!(found, name);
                let mut seen = std::collections::HashSet::new();
                for column in text.split(' ') {
                    let (column, ty) = column.split_once(':').unwrap_or((column, "string"));
                    assert!(ScalarType::from_name(ty).is_some_and(|t| t.name() == ty), "{name}.{column}:{ty}");
                    assert!(column.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'), "{name}.{column}");
                    assert!(seen.insert(column), "{name}.{column} twice");
                }
            }
        }
    }

    #[test]
    fn names_near_others_are_not_found() {
        let comment = DEFENDER.lines().next().expect("comment");
        for name in [
            "",
            "#",
            comment,
            "A",
            "zzz",
            "DeviceEvent",
            "DeviceEventsX",
            "deviceevents",
            "DeviceEvents\tTimestamp",
            "\n",
        ] {
            assert_eq!(find(DEFENDER, name), None, "{name:?}");
        }
    }
}
