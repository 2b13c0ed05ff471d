//! Damaged input: a load ends with data or an error, never with a panic.

mod support;

use kql_catalog::Profile;
use proptest::prelude::*;
use support::{gzip, load_one, try_load, zip_of};

const RECORDS: &str = concat!(
    r#"{"time":"2026-11-21T17:03:25Z","tenantId":"t","category":"AdvancedHunting-DeviceEvents","properties":{"Timestamp":"2026-11-21T17:03:21.698868Z","ActionType":"x","ProcessId":1,"AdditionalFields":"{\"a\":[1,2]}"}}"#,
    "\n",
    r#"{"records":[{"TimeGenerated":"2026-11-21","Type":"SigninLogs","DeviceDetail":{"a":"\u00e9"}},{"a":1}]}"#,
    "\n",
    r#"{"tables":[{"name":"PrimaryResult","columns":[{"name":"x","type":"long"}],"rows":[[1],["2"]]}]}"#,
    "\n",
    r#"{"a":1.5e3,"b":[true,null,"x"],"c":"é\n","d":-9223372036854775808}"#,
    "\n",
);

const CSV: &str = "Timestamp [UTC],DeviceName,ProcessId,\"Additional\"\"Fields\"\n\"11/21/2026, 5:03:21 PM\",\"a\nb\",1,\"{\"\"k\"\":1}\"\n2026-11-21,c,x,\n";

/// A change at a place: put a byte there, take some away, repeat some, cut.
#[derive(Clone, Debug)]
enum Change {
    Put(usize, u8),
    Remove(usize, usize),
    Repeat(usize, usize),
    Cut(usize),
}

fn change() -> impl Strategy<Value = Change> {
    let place = 0..10_000usize;
    let byte = prop_oneof![any::<u8>(), prop::sample::select(b"{}[]\",:\\ntf0\n\r\x1e-.e".to_vec())];
    prop_oneof![
        4 => (place.clone(), byte).prop_map(|(at, byte)| Change::Put(at, byte)),
        1 => (place.clone(), 1..40usize).prop_map(|(at, length)| Change::Remove(at, length)),
        1 => (place.clone(), 1..80usize).prop_map(|(at, length)| Change::Repeat(at, length)),
        1 => place.prop_map(Change::Cut),
    ]
}

fn changed(bytes: &[u8], changes: &[Change]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for change in changes {
        if bytes.is_empty() {
            break;
        }
        let length = bytes.len();
        match *change {
            Change::Put(at, byte) => bytes[at % length] = byte,
            Change::Remove(at, count) => {
                let at = at % length;
                bytes.drain(at..(at + count).min(length));
            }
            Change::Repeat(at, count) => {
                let at = at % length;
                let copy = bytes[at..(at + count).min(length)].to_vec();
                bytes.splice(at..at, copy);
            }
            Change::Cut(at) => bytes.truncate(at % length),
        }
    }
    bytes
}

fn survives(name: &str, bytes: &[u8]) {
    for profile in [Profile::All, Profile::Sentinel] {
        if let Ok(loaded) = try_load(name, bytes, profile) {
            let rows: usize = loaded.tables.values().map(|t| t.rows).sum();
            let batches: usize = loaded.tables.values().flat_map(|t| &t.batches).map(|b| b.num_rows()).sum();
            assert_eq!((rows as u64, batches), (loaded.report.records, rows), "every record is a row");
            assert!(loaded.report.problems.len() as u64 <= loaded.report.problem_total);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn json_lines(changes in prop::collection::vec(change(), 1..8)) {
        survives("x.json", &changed(RECORDS.as_bytes(), &changes));
    }

    #[test]
    fn json_documents(changes in prop::collection::vec(change(), 1..8)) {
        let array = format!("[{}]", RECORDS.trim_end().replace('\n', ",\n"));
        survives("x.json", &changed(array.as_bytes(), &changes));
        let pretty = RECORDS.replace("{\"", "{\n\"");
        survives("x.json", &changed(pretty.as_bytes(), &changes));
    }

    #[test]
    fn delimited_text(changes in prop::collection::vec(change(), 1..8)) {
        survives("DeviceEvents.csv", &changed(CSV.as_bytes(), &changes));
        survives("x.csv", &changed(CSV.as_bytes(), &changes));
    }

    #[test]
    fn packed(changes in prop::collection::vec(change(), 1..4)) {
        survives("x.json", &changed(&gzip(RECORDS.as_bytes()), &changes));
        survives("x.zip", &changed(&zip_of(&[("a.json", RECORDS.as_bytes()), ("b.csv", CSV.as_bytes())]), &changes));
        survives("x.zst", &changed(&zstd::encode_all(RECORDS.as_bytes(), 1).expect("zstd"), &changes));
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300), prefix in prop::sample::select(vec!["", "{", "[", "PAR1", "ARROW1\0\0", "{\"a\":"])) {
        survives("x", &[prefix.as_bytes(), &bytes].concat());
    }

    #[test]
    fn columnar(changes in prop::collection::vec(change(), 1..4)) {
        let batch = load_one("x.json", RECORDS).tables["DeviceEvents"].batches[0].clone();
        let mut parquet = Vec::new();
        let mut writer = parquet::arrow::ArrowWriter::try_new(&mut parquet, batch.schema(), None).expect("parquet");
        writer.write(&batch).expect("parquet");
        writer.close().expect("parquet");
        survives("x.parquet", &changed(&parquet, &changes));
        let mut ipc = Vec::new();
        let mut writer = arrow::ipc::writer::StreamWriter::try_new(&mut ipc, &batch.schema()).expect("arrow");
        writer.write(&batch).expect("arrow");
        writer.finish().expect("arrow");
        drop(writer);
        survives("x.arrow", &changed(&ipc, &changes));
    }
}
