//! The command line as a user meets it: the built binary, its output, its exit status.

#![allow(clippy::unwrap_used)] // A test may panic.

#[path = "cli/charts.rs"]
mod charts;
#[path = "cli/docs.rs"]
mod docs;
#[path = "cli/files.rs"]
mod files;
#[path = "cli/local_data.rs"]
mod local_data;
#[path = "cli/messages.rs"]
mod messages;
#[path = "cli/settings.rs"]
mod settings;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn kql(arguments: &[&str]) -> Output {
    kql_in(&root(), arguments).output().unwrap()
}

/// The command in a folder, with no settings but those a test makes.
fn kql_in(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kql"));
    command.current_dir(folder).args(arguments).env("KQL_CONFIG", "").env("NO_COLOR", "1");
    command
}

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn json_of(arguments: &[&str]) -> Value {
    serde_json::from_str(&stdout(&kql(arguments))).unwrap()
}

#[test]
fn json_has_names_types_rows_and_render() {
    let answer =
        json_of(&["run", "-e", "print a = 1, b = 'x', c = dynamic({\"k\":[1.0]}) | render table", "--format", "json"]);
    assert_eq!(answer["tables"][0]["name"], "PrimaryResult");
    assert_eq!(
        answer["tables"][0]["columns"],
        json!([{"name":"a","type":"long"},{"name":"b","type":"string"},{"name":"c","type":"dynamic"}])
    );
    assert_eq!(answer["tables"][0]["rows"], json!([[1, "x", {"k": [1.0]}]]));
    assert_eq!(answer["render"]["Visualization"], "table");
}

#[test]
fn several_statements_and_texts_give_several_results() {
    let answer = json_of(&["run", "-e", "print 1; print 2", "-e", "print 3", "--format", "json"]);
    assert_eq!(answer["tables"].as_array().unwrap().len(), 3);
    assert_eq!(answer["render"], Value::Null);
}

#[test]
fn exit_status_tells_what_went_wrong() {
    assert_eq!(kql(&["run", "-e", "print 1"]).status.code(), Some(0));
    let wrong = kql(&["run", "-e", "print nope"]);
    assert_eq!(wrong.status.code(), Some(1));
    let message = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(message.contains("SEM0100") && message.contains("print nope"), "{message}");
    assert_eq!(kql(&["run"]).status.code(), Some(2));
    assert_eq!(kql(&["run", "-e", "print 1", "--format", "xml"]).status.code(), Some(2));
    assert_eq!(kql(&["run", "-e", "print 1", "--data", "no/such/folder"]).status.code(), Some(3));
    assert_eq!(kql(&["nonsense"]).status.code(), Some(2));
}

#[test]
fn check_answers_one_line_for_each_query_even_a_broken_one() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_kql"))
        .args(["check", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = [
        json!({"id": "good", "query": "DeviceEvents | summarize count() by DeviceName"}),
        json!({"id": 2, "query": "DeviceEvents | where Tmestamp > ago(1d) | nonsense"}),
    ];
    let mut stdin = child.stdin.take().unwrap();
    lines.iter().for_each(|l| writeln!(stdin, "{l}").unwrap());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let answers: Vec<Value> =
        String::from_utf8(output.stdout).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(answers.len(), 2);
    assert_eq!(answers[0]["columns"], json!([{"name":"DeviceName","type":"string"},{"name":"count_","type":"long"}]));
    assert_eq!(answers[1]["id"], 2);
    assert_eq!(answers[1]["columns"], Value::Null);
    let first = &answers[1]["diagnostics"][0];
    for key in ["code", "severity", "message", "start", "end", "line", "column"] {
        assert!(!first[key].is_null(), "{key} in {first}");
    }
}

/// Events a day of a table, counted from the fixture's text: bins of a day that end with the newest event.
fn counts_by_day(tables: &[&str], keep: impl Fn(&Value) -> bool) -> (BTreeMap<i64, i64>, i64) {
    let mut times = Vec::new();
    let mut newest = i64::MIN;
    for entry in std::fs::read_dir(root().join("fixtures/captured")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut text = String::new();
        flate2::read::MultiGzDecoder::new(std::fs::File::open(&path).unwrap()).read_to_string(&mut text).unwrap();
        for line in text.lines() {
            let record: Value = serde_json::from_str(line).unwrap();
            let time = record["properties"]["Timestamp"].as_str().or(record["TimeGenerated"].as_str()).unwrap();
            let ticks = kql_types::datetime::parse(time).unwrap();
            newest = newest.max(ticks);
            if tables.iter().any(|t| name == format!("{t}.json.gz")) && keep(&record) {
                times.push(ticks);
            }
        }
    }
    let day = kql_types::datetime::TICKS_PER_DAY;
    let mut counts = BTreeMap::new();
    for time in times {
        *counts.entry(newest + (time - newest).div_euclid(day) * day).or_insert(0) += 1;
    }
    (counts, newest)
}

/// The answer of a verification query: bin start → value.
fn verified(query: &str) -> BTreeMap<i64, i64> {
    let arguments = ["run", "-e", query, "--data", "fixtures/captured", "--now", "latest", "--format", "json", "-q"];
    let answer = json_of(&arguments);
    assert_eq!(answer["render"]["Visualization"], "timechart");
    let table = &answer["tables"][0];
    assert_eq!(
        table["columns"],
        json!([{"name":"Value","type":"long"},{"name":"Time","type":"datetime"},{"name":"Legend","type":"string"}])
    );
    let rows = table["rows"].as_array().unwrap();
    let row = |r: &Value| (kql_types::datetime::parse(r[1].as_str().unwrap()).unwrap(), r[0].as_i64().unwrap());
    rows.iter().map(row).collect()
}

fn expected(counts: &BTreeMap<i64, i64>, newest: i64) -> BTreeMap<i64, i64> {
    let day = kql_types::datetime::TICKS_PER_DAY;
    // The range gives the fourteen days before the newest event; days outside come only with events.
    let mut all: BTreeMap<i64, i64> = (1..=14).map(|n| (newest - n * day, 0)).collect();
    all.extend(counts);
    all
}

#[test]
fn the_verification_query_is_right_day_by_day_for_each_of_the_fourteen_tables() {
    let query = std::fs::read_to_string(root().join("fixtures/queries/verify-ingestion.kql")).unwrap();
    for table in [
        "DeviceInfo",
        "DeviceNetworkInfo",
        "DeviceProcessEvents",
        "DeviceNetworkEvents",
        "DeviceFileEvents",
        "DeviceRegistryEvents",
        "DeviceLogonEvents",
        "DeviceImageLoadEvents",
        "DeviceEvents",
        "DeviceFileCertificateInfo",
        "EmailAttachmentInfo",
        "EmailEvents",
        "EmailPostDeliveryEvents",
        "EmailUrlInfo",
    ] {
        let (counts, newest) = counts_by_day(&[table], |_| true);
        assert!(!counts.is_empty(), "{table} has no events");
        assert_eq!(
            verified(&query.replace("    DeviceEvents", &format!("    {table}"))),
            expected(&counts, newest),
            "{table}"
        );
    }
    let (counts, newest) = counts_by_day(&["DeviceEvents"], |_| true);
    assert!(expected(&counts, newest).values().any(|c| *c == 0), "a day without events is in the fixtures");
}

#[test]
fn the_verification_queries_of_incidents_are_right() {
    let from_defender = |r: &Value| r["ProviderName"] == "Microsoft 365 Defender";
    let (counts, newest) = counts_by_day(&["SecurityIncident"], from_defender);
    let query = std::fs::read_to_string(root().join("fixtures/queries/verify-incidents.kql")).unwrap();
    assert_eq!(verified(&query), expected(&counts, newest));
    let answer = json_of(&[
        "run",
        "fixtures/queries/verify-incidents-filter.kql",
        "--data",
        "fixtures/captured",
        "--format",
        "json",
        "-q",
    ]);
    assert_eq!(answer["tables"][0]["rows"].as_array().unwrap().len() as i64, counts.values().sum::<i64>());
}

#[test]
fn the_first_command_of_the_readme_prints_the_table_and_a_chart_below() {
    let text = stdout(&kql(&[
        "run",
        "fixtures/queries/verify-ingestion.kql",
        "--data",
        "fixtures/captured",
        "--now",
        "latest",
        "--format",
        "table",
    ]));
    let (table, chart) = text.split_once("rows)").unwrap();
    assert!(table.contains("Value") && table.contains("Time") && table.contains("Legend"), "{table}");
    assert!(chart.chars().any(|c| ('\u{2801}'..='\u{28ff}').contains(&c)), "no braille line in {chart}");
}

#[test]
fn every_hunting_query_of_the_fixtures_finds_its_part_of_the_story() {
    for entry in std::fs::read_dir(root().join("fixtures/queries")).unwrap() {
        let path = entry.unwrap().path();
        let file = path.to_string_lossy().into_owned();
        let answer =
            json_of(&["run", &file, "--data", "fixtures/captured", "--now", "latest", "--format", "json", "-q"]);
        assert!(!answer["tables"][0]["rows"].as_array().unwrap().is_empty(), "{file} finds nothing");
    }
}

#[test]
fn csv_and_parquet_hold_what_json_holds() {
    let folder = tempfile::tempdir().unwrap();
    let query = "DeviceProcessEvents | where Timestamp > ago(3d) | project Timestamp, DeviceName, ProcessId, ProcessCommandLine, Fields = parse_json(AdditionalFields), Half = ProcessId / 2.0 | sort by Timestamp asc, ProcessId asc";
    let run = |format: &str| {
        let file = folder.path().join(format);
        let data = ["--data", "fixtures/captured", "--now", "latest", "-q", "--format", format, "--output"];
        let mut arguments = vec!["run", "-e", query];
        arguments.extend(data);
        arguments.push(file.to_str().unwrap());
        stdout(&kql(&arguments));
        file
    };
    let json: Value = serde_json::from_str(&std::fs::read_to_string(run("json")).unwrap()).unwrap();
    let rows = json["tables"][0]["rows"].as_array().unwrap();
    assert!(rows.len() > 50);

    let mut reader = csv::Reader::from_path(run("csv")).unwrap();
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(records.len(), rows.len());
    for (record, row) in records.iter().zip(rows) {
        assert_eq!(&record[0], row[0].as_str().unwrap());
        assert_eq!(record[2].parse::<i64>().unwrap(), row[2].as_i64().unwrap());
        assert_eq!(&record[3], row[3].as_str().unwrap());
        assert_eq!(record[5].parse::<f64>().unwrap(), row[5].as_f64().unwrap());
    }

    let file = std::fs::File::open(run("parquet")).unwrap();
    let batches: Vec<_> =
        ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap().map(Result::unwrap).collect();
    assert_eq!(batches.iter().map(|b| b.num_rows()).sum::<usize>(), rows.len());
    let ids: Vec<i64> =
        batches.iter().flat_map(|b| b.column(2).as_primitive::<Int64Type>().values().to_vec()).collect();
    let expected: Vec<i64> = rows.iter().map(|r| r[2].as_i64().unwrap()).collect();
    assert_eq!(ids, expected);
    let commands: Vec<String> = batches
        .iter()
        .flat_map(|b| b.column(3).as_string::<i32>().iter().map(|v| v.unwrap().to_owned()).collect::<Vec<_>>())
        .collect();
    assert_eq!(commands, rows.iter().map(|r| r[3].as_str().unwrap().to_owned()).collect::<Vec<_>>());
}

#[test]
fn files_are_reached_only_when_allowed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list.csv");
    std::fs::write(&file, "name,score\na,1\nb,2\n").unwrap();
    let path = file.to_str().unwrap();
    let query = format!(
        "externaldata(name:string, score:long)[@'{path}'] with (format='csv', ignoreFirstRecord=true) | summarize sum(score)"
    );
    let refused = kql(&["run", "-e", &query]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        String::from_utf8_lossy(&refused.stderr).contains("--allow"),
        "{}",
        String::from_utf8_lossy(&refused.stderr)
    );
    let folder = folder.path().to_str().unwrap();
    let allowed = json_of(&["run", "-e", &query, "--allow", folder, "--format", "json"]);
    assert_eq!(allowed["tables"][0]["rows"], json!([[3]]));
    let url = "https://example.invalid/list.csv";
    let mapped = format!("{url}={path}");
    let query = query.replace(path, url);
    let answer = json_of(&["run", "-e", &query, "--external", &mapped, "--format", "json"]);
    assert_eq!(answer["tables"][0]["rows"], json!([[3]]));
}

#[test]
fn old_data_under_ago_gets_a_hint() {
    let output = kql(&[
        "run",
        "-e",
        "DeviceEvents | where Timestamp > ago(1h)",
        "--data",
        "fixtures/captured",
        "--now",
        "2030-01-01",
    ]);
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("--now latest"));
}

#[test]
fn limits_fail_with_a_code_instead_of_cutting() {
    let output = kql(&["run", "-e", "range x from 1 to 100 step 1", "--max-rows", "99"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stderr).contains("E_QUERY_RESULT_SET_TOO_LARGE"));
}

#[test]
fn parameters_reach_the_query() {
    let query = "declare query_parameters(name:string, n:long = 2); print strcat(name, n)";
    let answer = json_of(&["run", "-e", query, "--param", "name=it's", "--format", "json"]);
    assert_eq!(answer["tables"][0]["rows"], json!([["it's2"]]));
}
