//! The public captures of `../shared/captured` (or of the folder `KQL_SHARED` names), where they are: every record is read,
//! and the counts are those of an independent reading.

mod support;

use kql_sources::{Input, LoadOptions, load};
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use support::{column, problems};

/// Records by `Type`, `ActionType` and `EventID`.
type Counts = BTreeMap<[String; 2], usize>;

fn folder() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    std::env::var_os("KQL_SHARED").map_or_else(beside, PathBuf::from).join("captured")
}

/// The records of a file as serde_json reads them.
fn records(path: &Path) -> Vec<serde_json::Value> {
    let bytes = std::fs::read(path).expect("file");
    let mut text = String::new();
    if path.extension().is_some_and(|e| e == "gz") {
        flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_string(&mut text).expect("gzip");
    } else {
        text = String::from_utf8(bytes).expect("utf-8");
    }
    text.lines().filter(|l| !l.trim().is_empty()).map(|l| serde_json::from_str(l).expect("json")).collect()
}

fn text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    }
}

#[test]
fn counts_are_right() {
    let Ok(files) = std::fs::read_dir(folder()) else {
        println!("skipped: {} is not there (KQL_SHARED names another place)", folder().display());
        return;
    };
    for path in files.map(|f| f.expect("file").path()).filter(|p| p.to_string_lossy().contains(".json")) {
        let loaded = load(&[Input::path(&path)], &LoadOptions::default()).expect("load");
        let expected = records(&path);
        assert_eq!(problems(&loaded), [""; 0], "{}", path.display());
        assert_eq!(loaded.report.records, expected.len() as u64);
        for key in ["ActionType", "EventID"] {
            let mut counts = Counts::new();
            for record in expected.iter().filter(|r| !r[key].is_null()) {
                *counts.entry([text(&record["Type"]), text(&record[key])]).or_default() += 1;
            }
            let mut found = Counts::new();
            for (name, table) in loaded.tables.iter().filter(|(_, t)| t.schema.index_of(key).is_some()) {
                // A table that no record names holds the records without a `Type`.
                let named = expected.iter().any(|r| r["Type"] == **name);
                let ty = if named { name.to_string() } else { String::new() };
                for value in column(&loaded, name, key) {
                    *found.entry([ty.clone(), value]).or_default() += 1;
                }
                assert_eq!(table.rows, table.batches.iter().map(|b| b.num_rows()).sum::<usize>());
            }
            found.retain(|[_, value], _| value != "null" && !value.is_empty());
            assert_eq!(found, counts, "{key} in {}", path.display());
        }
    }
    let defender = folder().join("golden_saml_m365_defender.json");
    let loaded = load(&[Input::path(defender)], &LoadOptions::default()).expect("load");
    let tables: Vec<_> = loaded.tables.iter().map(|(name, table)| (&**name, table.rows)).collect();
    assert_eq!(tables, [("CloudAppEvents", 2), ("DeviceEvents", 5), ("IdentityDirectoryEvents", 2)]);
    assert!(column(&loaded, "DeviceEvents", "AdditionalFields").iter().all(|v| v.contains("DistinguishedName")));
    assert!(!column(&loaded, "DeviceEvents", "ReportId").contains(&"null".to_owned()));
}
