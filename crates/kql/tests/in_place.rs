//! Parquet files read where they lie answer as the same files loaded, and only what a query needs is read.

#![allow(clippy::unwrap_used)] // A test may panic.

use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The answer of a query, with Parquet files read in place from this size on.
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

const QUERIES: &[&str] = &[
    "DeviceProcessEvents | where Timestamp > ago(3d) and Timestamp <= ago(1d) | summarize count(), max(Timestamp), min(TimeGenerated), countif(ProcessCommandLine has 'powershell'), take_any(Type)",
    "DeviceProcessEvents | where Timestamp == toscalar(DeviceProcessEvents | summarize max(Timestamp)) | project Timestamp, FileName",
    "DeviceProcessEvents | where Timestamp < datetime(2026-11-10T00:00:00.0000001) or TimeGenerated >= datetime(2026-11-19) | count",
    "DeviceProcessEvents | sort by Timestamp desc, ProcessId asc | take 3 | project Timestamp, TimeGenerated, DeviceName, AdditionalFields, ProcessId",
    "DeviceLogonEvents | where AccountName == '' or isempty(RemoteIP) | count",
    "DeviceLogonEvents | where AccountName != 'x' and isnull(RemotePort) | count",
    "DeviceLogonEvents | join kind=inner (DeviceProcessEvents | where ProcessCommandLine has 'enc') on DeviceId | summarize n = count() by DeviceName | sort by DeviceName asc",
    "DeviceProcessEvents | summarize arg_max(Timestamp, *) by DeviceName | project DeviceName, Timestamp, FileName | sort by DeviceName asc",
    "DeviceProcessEvents | where Timestamp > ago(5d) | summarize arg_min(Timestamp, *) by FileName, bin(Timestamp, 1d) | sort by FileName asc, Timestamp asc",
    "DeviceLogonEvents | summarize arg_max(RemotePort, *) by LogonType | sort by LogonType asc | project LogonType, RemotePort",
    "DeviceProcessEvents | summarize arg_max(Timestamp, *) by DeviceId | where DeviceName has 'srv' or FileName == 'cmd.exe' | sort by DeviceId asc",
    "DeviceProcessEvents | summarize take_any(DeviceName, FileName, FolderPath) by Type | count",
    "DeviceProcessEvents | where ProcessCommandLine has 'enc' | top 5 by Timestamp desc",
    "DeviceLogonEvents | top 4 by RemotePort asc nulls first | project RemotePort",
    "DeviceLogonEvents | extend P = RemotePort + 1 | top 7 by P asc | project P | sort by P asc",
    "DeviceProcessEvents | top 100000 by Timestamp | summarize count(), dcount(DeviceName)",
    "DeviceProcessEvents | getschema",
    "union DeviceProcessEvents, DeviceLogonEvents | summarize count() by Type | sort by Type asc",
    "let Now = now(); DeviceProcessEvents | summarize Count = count() by bin_at(TimeGenerated, 1d, Now) | sort by TimeGenerated asc",
];

#[test]
fn files_in_place_answer_as_loaded_ones() {
    let folder = tempfile::tempdir().unwrap();
    let captured = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/captured");
    for table in ["DeviceProcessEvents", "DeviceLogonEvents"] {
        // Two files: one with the engine's types marked, as kql writes them, and one as other tools do.
        for (name, half) in [("kql", "< 12"), ("other", ">= 12")] {
            let path = folder.path().join(format!("{table}-{name}.parquet"));
            let query = format!("{table} | where hourofday(Timestamp) {half}");
            let output = Command::new(env!("CARGO_BIN_EXE_kql"))
                .args(["run", "-q", "--format", "parquet", "-e", &query, "--data"])
                .arg(&captured)
                .arg("--output")
                .arg(&path)
                .status()
                .unwrap();
            assert!(output.success());
            if name == "other" {
                without_marks(&path);
            }
        }
    }
    for query in QUERIES {
        assert_eq!(answer(folder.path(), query, "0"), answer(folder.path(), query, "1000000000"), "{query}");
    }
    let query = "DeviceLogonEvents | where Timestamp > ago(1d) and AccountName has 'admin' | project Timestamp";
    let plan = physical(folder.path(), query);
    assert!(plan.contains("projection=[Timestamp]"), "{plan}");
    assert!(plan.contains("predicate=Timestamp@0 >"), "{plan}");
    assert!(!plan.contains("FilterExec"), "{plan}");
    // Whole rows are read only where a winner lies.
    for query in ["summarize arg_max(Timestamp, *) by DeviceId", "top 10 by Timestamp"] {
        let plan = physical(folder.path(), &format!("DeviceLogonEvents | {query}"));
        assert!(plan.contains("join_type=RightSemi") && plan.contains("DynamicFilter"), "{plan}");
    }
}

/// The physical plan of a query over files in place.
fn physical(data: &Path, query: &str) -> String {
    let explained = Command::new(env!("CARGO_BIN_EXE_kql"))
        .args(["explain", "--stage", "physical", "--now", "latest", query, "--data"])
        .arg(data)
        .env("KQL_IN_PLACE", "0")
        .output()
        .unwrap();
    String::from_utf8_lossy(&explained.stdout).into_owned()
}

/// Writes a file again without the types kql marks.
fn without_marks(path: &Path) {
    use arrow::datatypes::{Field, Schema};
    use arrow::record_batch::RecordBatch;
    use parquet::arrow::ArrowWriter;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use std::sync::Arc;
    let reader = ParquetRecordBatchReaderBuilder::try_new(std::fs::File::open(path).unwrap()).unwrap();
    let batches: Vec<RecordBatch> = reader.build().unwrap().map(Result::unwrap).collect();
    let schema = batches[0].schema();
    // Bags would be text to other tools, and no longer fit their column: only what says its type itself stays.
    let kept: Vec<usize> = (0..schema.fields().len())
        .filter(|i| {
            schema
                .field(*i)
                .metadata()
                .get("kql.type")
                .is_none_or(|t| !matches!(t.as_str(), "guid" | "decimal" | "dynamic"))
        })
        .collect();
    let fields: Vec<Field> = kept.iter().map(|i| schema.field(*i).clone().with_metadata(Default::default())).collect();
    let schema = Arc::new(Schema::new(fields));
    let mut writer = ArrowWriter::try_new(std::fs::File::create(path).unwrap(), Arc::clone(&schema), None).unwrap();
    for batch in batches {
        let columns = kept.iter().map(|i| Arc::clone(batch.column(*i))).collect();
        writer.write(&RecordBatch::try_new(Arc::clone(&schema), columns).unwrap()).unwrap();
    }
    writer.close().unwrap();
}
