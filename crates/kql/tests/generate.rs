//! `kql generate`: its forms hold the same events.

#![allow(clippy::unwrap_used)] // A test may panic.

use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;
use std::process::Command;

fn generate(out: &Path, arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_kql"))
        .args(["generate", "--seed", "7", "--out"])
        .arg(out)
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert!(String::from_utf8_lossy(&output.stderr).contains("wrote 18 tables"));
}

fn answer(data: &Path, query: &str, in_place: &str) -> Value {
    let output = Command::new(env!("CARGO_BIN_EXE_kql"))
        .args(["run", "-q", "--now", "latest", "--format", "json", "-e", query, "--data"])
        .arg(data)
        .env("KQL_IN_PLACE", in_place)
        .output()
        .unwrap();
    assert!(output.status.success(), "{query}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|p| (p.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read(&p).unwrap())).collect()
}

const QUERIES: &[&str] = &[
    "DeviceProcessEvents | summarize count(), min(Timestamp), max(TimeGenerated), dcount(ProcessCommandLine), sum(FileSize), take_any(Type), take_any(TenantId)",
    "DeviceProcessEvents | where ProcessCommandLine has_any ('whoami', 'rclone') | project Timestamp, DeviceName, ProcessId, ProcessCreationTime, AdditionalFields | sort by Timestamp asc",
    "DeviceEvents | extend Command = tostring(parse_json(AdditionalFields).Command) | summarize count() by ActionType, Command | sort by ActionType asc, Command asc",
    "DeviceLogonEvents | where isempty(RemoteIP) or isnull(RemotePort) | summarize count(), dcountif(DeviceId, IsLocalAdmin)",
    "SecurityIncident | summarize arg_max(TimeGenerated, *) by IncidentNumber | project IncidentNumber, Status, ClosedTime, AlertIds, Owner, Timestamp | sort by IncidentNumber asc",
    "EmailEvents | getschema",
    "search in (EmailEvents, EmailUrlInfo, DeviceNetworkEvents) 'fabrikarn.example' | summarize count() by $table | sort by $table asc",
];

#[test]
fn parquet_and_ndjson_hold_the_same_events() {
    let folder = tempfile::tempdir().unwrap();
    let (lines, parquet) = (folder.path().join("lines"), folder.path().join("parquet"));
    generate(&lines, &["--events", "20000"]);
    generate(&parquet, &["--events", "20000", "--format", "parquet"]);
    for query in QUERIES {
        let expected = answer(&lines, query, "0");
        assert_eq!(answer(&parquet, query, "0"), expected, "in place: {query}");
        assert_eq!(answer(&parquet, query, "1000000000"), expected, "loaded: {query}");
    }
    let again = folder.path().join("again");
    generate(&again, &["--events", "20000", "--format", "parquet"]);
    assert!(files(&parquet) == files(&again), "the same options give the same bytes");
}

#[test]
fn plain_text_is_what_gzip_packs() {
    let folder = tempfile::tempdir().unwrap();
    let (packed, plain) = (folder.path().join("packed"), folder.path().join("plain"));
    generate(&packed, &["--events", "500"]);
    generate(&plain, &["--events", "500", "--plain"]);
    let unpacked = files(&packed).into_iter().map(|(name, bytes)| {
        let mut text = Vec::new();
        flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut text).unwrap();
        (name.trim_end_matches(".gz").to_owned(), text)
    });
    assert!(unpacked.collect::<BTreeMap<_, _>>() == files(&plain));
    let refused = Command::new(env!("CARGO_BIN_EXE_kql"))
        .args(["generate", "--plain", "--format", "parquet", "--out"])
        .arg(&plain)
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
}
