//! The same records in every container.

mod support;

use arrow::array::RecordBatch;
use kql_catalog::Profile;
use kql_sources::{Input, LoadError, LoadOptions, Loaded, Progress, load};
use kql_types::ScalarType as T;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use support::{Folder, column, gzip, load_one, problems, try_load, types, zip_of};

const LINES: &str = "{\"n\":1,\"s\":\"é😀\"}\n{\"n\":2,\"s\":null}\n{\"n\":3,\"s\":\"x\"}\n";

fn check(name: &str, content: impl AsRef<[u8]>) -> Loaded {
    let loaded = load_one(name, content);
    assert_eq!(problems(&loaded), [""; 0], "{name}");
    assert_eq!(loaded.report.records, 3, "{name}");
    let table = loaded.tables.keys().next().expect("table").to_string();
    assert_eq!(column(&loaded, &table, "n"), ["1", "2", "3"], "{name}");
    assert_eq!(column(&loaded, &table, "s"), ["é😀", "", "x"], "{name}");
    loaded
}

#[test]
fn json_in_every_form_and_packing() {
    check("x.json", LINES);
    check("x.json", LINES.replace('\n', "\r\n"));
    check("x.json", format!("\u{feff}{}", LINES.trim_end()));
    check("x", gzip(LINES.as_bytes()));
    check("x.json.gz", [gzip(&LINES.as_bytes()[..10]), gzip(&LINES.as_bytes()[10..])].concat());
    check("x.log", zstd::encode_all(LINES.as_bytes(), 1).expect("zstd"));
    check("x.zip", zip_of(&[("folder/x.json", LINES.as_bytes())]));
    check("x.zip", zip_of(&[("x.json.gz", &gzip(LINES.as_bytes()))]));
    let utf16 =
        |text: &str| -> Vec<u8> { format!("\u{feff}{text}").encode_utf16().flat_map(u16::to_le_bytes).collect() };
    check("x.json", utf16(LINES));
    let array = format!("[\n{}\n]\n", LINES.trim_end().replace('\n', ",\n"));
    check("x.json", &array);
    check("x.json", utf16(&array));
    check("x.json", format!("{{\"records\": {array}, \"more\": {{}} }}"));
    check("x.json", LINES.replace("{", "{\n  ").replace(",\"", ",\n  \"").replace("}", "\n}"));
    check("x.json", LINES.replace('\n', "\u{1e}"));
}

#[test]
fn answers_of_query_apis() {
    let results = "[{\"n\":1,\"s\":\"é😀\"},{\"n\":2,\"s\":\"\"},{\"n\":3,\"s\":\"x\"}]";
    check(
        "x.json",
        format!("{{\"Stats\":{{}},\"Schema\":[{{\"Name\":\"n\",\"Type\":\"Int64\"}}],\"Results\":{results}}}"),
    );
    check("x.json", format!("{{\n\"schema\":[],\n\"results\":{results}\n}}"));
    let columns = r#"[{"name":"n","type":"long"},{"name":"s","type":"string"},{"name":"t","type":"string"}]"#;
    let rows = r#"[[1,"é😀","2026-11-21"],[2,"",""],[3,"x",""]]"#;
    let loaded =
        check("x.json", format!(r#"{{"tables":[{{"name":"PrimaryResult","columns":{columns},"rows":{rows}}}]}}"#));
    assert_eq!(types(&loaded, "x", &["n", "s", "t"]), [T::Long, T::String, T::String]);
    let v1 = r#"{"Tables":[{"TableName":"Table_0","Columns":[{"ColumnName":"n","DataType":"Int32","ColumnType":"int"},{"ColumnName":"s","ColumnType":"string"}],"Rows":[[1,"é😀"],[2,""],[3,"x"]]}]}"#;
    assert_eq!(types(&check("x.json", v1), "x", &["n"]), [T::Int]);
    // A record that only has such a key is a record.
    let own = load_one("x.json", r#"{"tables":[1,2],"results":[]}"#);
    assert_eq!(column(&own, "x", "tables"), ["[1,2]"]);
}

#[test]
fn delimited_text() {
    check("x.csv", "n,s\n1,é😀\n2,\n3,x\n");
    check("x.csv", "\u{feff}\"n\";\"s\"\r\n\"1\";\"é😀\"\r\n2;\r\n3;x");
    check("x.tsv", "n\ts\n1\té😀\n2\t\n3\tx\n");
    check("x.zip", zip_of(&[("x.csv", "n,s\n1,é😀\n2,\n3,x\n".as_bytes())]));
    let tsv = "n\ts\n1\té😀\n2\t\n3\tx\n";
    let utf16: Vec<u8> = format!("\u{feff}{tsv}").encode_utf16().flat_map(u16::to_be_bytes).collect();
    check("x.tsv", utf16);
}

/// The batch that the lines give.
fn batch() -> RecordBatch {
    load_one("x.json", LINES).tables["x"].batches[0].clone()
}

fn parquet(batch: &RecordBatch) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = parquet::arrow::ArrowWriter::try_new(&mut out, batch.schema(), None).expect("parquet");
    writer.write(batch).expect("parquet");
    writer.close().expect("parquet");
    out
}

fn arrow_file(batch: &RecordBatch) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = arrow::ipc::writer::FileWriter::try_new(&mut out, &batch.schema()).expect("arrow");
    writer.write(batch).expect("arrow");
    writer.finish().expect("arrow");
    drop(writer);
    out
}

fn arrow_stream(batch: &RecordBatch) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = arrow::ipc::writer::StreamWriter::try_new(&mut out, &batch.schema()).expect("arrow");
    writer.write(batch).expect("arrow");
    writer.finish().expect("arrow");
    drop(writer);
    out
}

#[test]
fn parquet_and_arrow() {
    let batch = batch();
    for bytes in [parquet(&batch), arrow_file(&batch), arrow_stream(&batch)] {
        check("x.bin", &bytes);
        check("x.gz", gzip(&bytes));
        check("x.zip", zip_of(&[("x", &bytes)]));
    }
}

#[test]
fn columnar_files_of_known_tables_get_the_published_types() {
    let text = "{\"Timestamp\":\"2026-11-21\",\"EventID\":\"many\",\"LogonType\":\"3\",\"Mine\":{\"a\":1}}\n";
    let unknown = load_one("x.json", text).tables["x"].batches[0].clone();
    let loaded = load_one("SecurityEvent.parquet", parquet(&unknown));
    assert_eq!(
        types(&loaded, "SecurityEvent", &["TimeGenerated", "EventID", "LogonType", "Mine"]),
        [T::Datetime, T::Int, T::Int, T::Dynamic]
    );
    assert_eq!(column(&loaded, "SecurityEvent", "EventID"), ["null"]);
    assert_eq!(column(&loaded, "SecurityEvent", "LogonType"), ["3"]);
    assert_eq!(column(&loaded, "SecurityEvent", "TimeGenerated"), ["2026-11-21T00:00:00.0000000Z"]);
    assert_eq!(problems(&loaded), ["0: SecurityEvent: the value of EventID in row 1 is no int, null instead: many"]);
}

#[test]
fn the_number_of_workers_changes_nothing() {
    let mut text = String::new();
    for i in 0..60_000 {
        // Types and columns change late and in places.
        let x = if i == 50_000 { "\"late\"".to_owned() } else { i.to_string() };
        text.push_str(&format!("{{\"i\":{i},\"x\":{x},\"pad\":\"{}\",\"c{}\":1}}\n", "y".repeat(200), i / 10_000));
    }
    let folder = Folder::new();
    let path = folder.write("x.json", text);
    let with = |threads| load(&[Input::path(&path)], &LoadOptions { threads, ..LoadOptions::default() }).expect("load");
    let (one, four) = (with(1), with(4));
    assert_eq!(one.tables["x"].schema, four.tables["x"].schema);
    assert_eq!(one.tables["x"].batches, four.tables["x"].batches);
    let expected: Vec<String> = (0..60_000).map(|i| i.to_string()).collect();
    assert_eq!(column(&four, "x", "i"), expected);
    assert_eq!(types(&four, "x", &["x"]), [T::String]);
    assert!(four.tables["x"].batches.iter().all(|b| b.num_rows() > 1_000));
}

#[test]
fn folders_say_what_they_skip_and_files_must_be_readable() {
    let folder = Folder::new();
    folder.write("a.json", LINES);
    folder.write("README.md", "# Read me\nThis is prose, and it is not data.\n");
    folder.write("photo.jpg", b"\xff\xd8\xff\xe0\0\0");
    folder.write("empty.json", "");
    let loaded = folder.load();
    assert_eq!(loaded.report.records, 3);
    let skipped: Vec<_> = loaded.report.skipped.iter().map(|(p, _)| p.file_name().expect("name").to_owned()).collect();
    assert_eq!(skipped, ["README.md", "photo.jpg"]);
    assert!(matches!(try_load("photo.jpg", b"\xff\xd8\xff\xe0\0\0", Profile::All), Err(LoadError::Format { .. })));
    let missing = load(&[Input::path(folder.path().join("missing"))], &LoadOptions::default());
    assert!(matches!(missing, Err(LoadError::Read { .. })));
    let mut cut = gzip(&LINES.as_bytes().repeat(100));
    cut.truncate(cut.len() - 10);
    assert!(matches!(try_load("x.json.gz", cut, Profile::All), Err(LoadError::Read { .. })));
}

#[test]
fn memory_has_a_limit_when_asked_for() {
    let folder = Folder::new();
    let path = folder.write("x.json", LINES.repeat(10_000));
    let options = LoadOptions { max_memory: Some(100_000), ..LoadOptions::default() };
    assert!(matches!(load(&[Input::path(path)], &options), Err(LoadError::Memory { limit: 100_000 })));
}

#[test]
fn text_that_is_not_utf8_is_repaired_and_reported() {
    let loaded = load_one("x.json", b"{\"a\":\"ok\"}\n{\"a\":\"caf\xe9\"}\n");
    assert_eq!(column(&loaded, "x", "a"), ["ok", "caf\u{fffd}"]);
    assert_eq!(loaded.report.problems[0].line, 2);
}

#[derive(Default)]
struct Heard {
    total: AtomicU64,
    read: AtomicU64,
    files: AtomicU64,
}

impl Progress for Heard {
    fn start(&self, bytes: u64) {
        self.total.store(bytes, Ordering::Relaxed);
    }

    fn file(&self, _: &Path) {
        self.files.fetch_add(1, Ordering::Relaxed);
    }

    fn advance(&self, bytes: u64) {
        self.read.fetch_add(bytes, Ordering::Relaxed);
    }
}

#[test]
fn progress_hears_all_bytes() {
    let folder = Folder::new();
    folder.write("a.json", LINES);
    folder.write("b.json.gz", gzip(LINES.as_bytes()));
    let heard = Heard::default();
    let options = LoadOptions { progress: Some(&heard), ..LoadOptions::default() };
    load(&[Input::path(folder.path())], &options).expect("load");
    assert_eq!(heard.files.into_inner(), 2);
    assert_eq!(heard.total.into_inner(), heard.read.into_inner());
}
