//! Tables by name.

use crate::{Profile, text};
use kql_types::{Column, RowSchema, ScalarType};
use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

/// The columns that say when a row happened: Defender's and Sentinel's. In `kql run` a known table has both.
pub const TIME_COLUMNS: [&str; 2] = ["Timestamp", "TimeGenerated"];

/// Schemas parsed so far. They are leaked: at most two for each table and profile exist, and callers get `'static` ones.
type Parsed = RwLock<HashMap<(Profile, &'static str), &'static RowSchema>>;
static PUBLISHED: LazyLock<Parsed> = LazyLock::new(Parsed::default);
static RUN: LazyLock<Parsed> = LazyLock::new(Parsed::default);

/// The published schema of a table; `None` when the profile has no table of that exact name.
pub fn table(profile: Profile, name: &str) -> Option<&'static RowSchema> {
    cached(&PUBLISHED, profile, name, RowSchema::new)
}

/// The schema a table has in `kql run`: the published one, and at the end whichever of [`TIME_COLUMNS`] it lacks, when it has
/// the other. Tables without any of the two stay as they are.
pub fn run_schema(profile: Profile, name: &str) -> Option<&'static RowSchema> {
    cached(&RUN, profile, name, |mut columns| {
        let have = TIME_COLUMNS.map(|time| columns.iter().any(|c| &*c.name == time));
        match have {
            [true, false] => columns.push(Column::new(TIME_COLUMNS[1], ScalarType::Datetime)),
            [false, true] => columns.push(Column::new(TIME_COLUMNS[0], ScalarType::Datetime)),
            _ => {}
        }
        RowSchema::new(columns)
    })
}

fn cached(
    parsed: &Parsed,
    profile: Profile,
    name: &str,
    make: impl Fn(Vec<Column>) -> RowSchema,
) -> Option<&'static RowSchema> {
    if let Some(found) = lookup(parsed, profile, name) {
        return Some(found);
    }
    let (name, columns) = published(profile, name)?;
    let mut parsed = parsed.write().unwrap_or_else(PoisonError::into_inner);
    Some(parsed.entry((profile, name)).or_insert_with(|| Box::leak(Box::new(make(columns)))))
}

fn lookup(parsed: &Parsed, profile: Profile, name: &str) -> Option<&'static RowSchema> {
    // The key's name is 'static only in the map: a look-up with a shorter borrow is fine.
    let parsed: &HashMap<(Profile, &str), &'static RowSchema> = &parsed.read().unwrap_or_else(PoisonError::into_inner);
    parsed.get(&(profile, name)).copied()
}

/// The columns of a table as its profile has them.
fn published(profile: Profile, name: &str) -> Option<(&'static str, Vec<Column>)> {
    let of = |wanted: bool, file| if wanted { text::find(file, name) } else { None };
    let defender = of(profile.has_defender(), text::DEFENDER);
    let sentinel = of(profile.has_sentinel(), text::SENTINEL);
    let (name, _) = defender.or(sentinel)?;
    let mut columns: Vec<Column> = defender.map(|(_, text)| text::columns(text).collect()).unwrap_or_default();
    if let Some((_, text)) = sentinel {
        let own = columns.len();
        for column in text::columns(text) {
            if !columns[..own].iter().any(|c| c.name == column.name) {
                columns.push(column);
            }
        }
    }
    Some((name, columns))
}

/// The names of all tables of a profile in byte order, each once.
pub fn table_names(profile: Profile) -> impl Iterator<Item = &'static str> {
    let mut defender = text::names(if profile.has_defender() { text::DEFENDER } else { "" }).peekable();
    let mut sentinel = text::names(if profile.has_sentinel() { text::SENTINEL } else { "" }).peekable();
    std::iter::from_fn(move || match (defender.peek(), sentinel.peek()) {
        (Some(d), Some(s)) if d == s => {
            sentinel.next();
            defender.next()
        }
        (Some(d), Some(s)) if d > s => sentinel.next(),
        (Some(_), _) => defender.next(),
        (None, _) => sentinel.next(),
    })
}

/// The table whose name is this one but for the case of letters (storage containers are named in lower case). No two tables
/// of the catalogue differ in case only.
pub fn table_named_like(profile: Profile, name: &str) -> Option<&'static str> {
    table_names(profile).find(|known| known.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(schema: &RowSchema) -> Vec<&str> {
        schema.names().collect()
    }

    #[test]
    fn the_profile_decides_where_services_differ() {
        let additional = |p| table(p, "DeviceEvents").and_then(|t| t.column("AdditionalFields")).map(|c| c.ty);
        assert_eq!(additional(Profile::Defender), Some(ScalarType::String));
        assert_eq!(additional(Profile::Sentinel), Some(ScalarType::Dynamic));
        assert_eq!(additional(Profile::All), Some(ScalarType::String));
    }

    #[test]
    fn all_is_defenders_columns_then_what_only_sentinel_has() {
        let all = names(table(Profile::All, "AlertInfo").expect("all"));
        let defender = names(table(Profile::Defender, "AlertInfo").expect("defender"));
        let sentinel = names(table(Profile::Sentinel, "AlertInfo").expect("sentinel"));
        assert_eq!(all[..defender.len()], defender);
        let rest: Vec<_> = sentinel.iter().filter(|c| !defender.contains(c)).copied().collect();
        assert_eq!(all[defender.len()..], rest);
        assert!(!rest.is_empty());
    }

    #[test]
    fn one_time_column_stands_in_for_the_other() {
        let last = |p, t| run_schema(p, t).map(|s| s.columns[s.columns.len() - 1].name.to_string());
        assert_eq!(last(Profile::Defender, "DeviceEvents").as_deref(), Some("TimeGenerated"));
        assert_eq!(last(Profile::Sentinel, "SecurityIncident").as_deref(), Some("Timestamp"));
        assert_eq!(run_schema(Profile::All, "DeviceEvents"), table(Profile::All, "DeviceEvents"));
        assert_eq!(run_schema(Profile::Defender, "ExposureGraphNodes"), table(Profile::Defender, "ExposureGraphNodes"));
    }

    #[test]
    fn every_name_is_found_and_listed_once() {
        for (profile, count) in [(Profile::Defender, 64), (Profile::Sentinel, 923), (Profile::All, 943)] {
            let all: Vec<_> = table_names(profile).collect();
            assert_eq!(all.len(), count);
            assert!(all.is_sorted());
            assert!(all.iter().all(|name| table(profile, name).is_some_and(|t| !t.columns.is_empty())));
        }
        assert_eq!(table(Profile::All, "deviceevents"), None);
        assert_eq!(table_named_like(Profile::All, "deviceevents"), Some("DeviceEvents"));
    }

    #[test]
    fn the_tables_of_the_connector_are_known() {
        let tables = "DeviceInfo DeviceNetworkInfo DeviceProcessEvents DeviceNetworkEvents DeviceFileEvents \
            DeviceRegistryEvents DeviceLogonEvents DeviceImageLoadEvents DeviceEvents DeviceFileCertificateInfo \
            EmailAttachmentInfo EmailEvents EmailPostDeliveryEvents EmailUrlInfo AlertInfo AlertEvidence";
        for name in tables.split_whitespace() {
            assert!(table(Profile::Defender, name).is_some(), "{name}");
            assert!(table(Profile::Sentinel, name).is_some(), "{name}");
        }
        assert!(
            table(Profile::Sentinel, "SecurityIncident").is_some() && table(Profile::All, "SecurityAlert").is_some()
        );
    }

    #[test]
    fn the_same_schema_is_parsed_once() {
        let first = table(Profile::Defender, "EmailEvents").expect("known");
        assert!(std::ptr::eq(first, table(Profile::Defender, "EmailEvents").expect("known")));
    }
}
