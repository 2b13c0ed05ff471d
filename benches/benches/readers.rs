//! Readers of captures: `cargo bench -p kql-benches --bench readers`.
//!
//! Generated events as each format holds them, loaded by one worker from files that lie in the page cache; throughput is bytes
//! of the file. `streaming` is what the streaming API writes, `windows` Windows events as log shippers write them (a table no
//! schema knows: types follow from the values), `csv` and `parquet` one table. `memory` is `streaming`'s largest table without
//! files ([`TableReader`]).

#![allow(missing_docs)] // criterion's macros make public functions

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use kql_catalog::Profile;
use kql_generate::{Options, Sink, generate};
use kql_render::{Format, ResultTable, write};
use kql_sources::{Input, LoadOptions, TableReader, load};
use std::fmt::Write as _;
use std::hint::black_box;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The table of `csv` and `parquet`.
const TABLE: &str = "DeviceProcessEvents";

/// Lines of all tables of a device, and those of [`TABLE`].
#[derive(Default)]
struct Lines {
    all: String,
    table: String,
}

impl Sink for Lines {
    fn record(&mut self, table: &'static str, line: &str) -> io::Result<()> {
        let texts = if table == TABLE { vec![&mut self.all, &mut self.table] } else { vec![&mut self.all] };
        for text in texts {
            text.push_str(line);
            text.push('\n');
        }
        Ok(())
    }
}

/// Windows events in the shape of NXLog's JSON: short Sysmon records, and Security records with their message.
fn windows_events(count: usize) -> String {
    let mut text = String::new();
    for i in 0..count {
        let (second, process, host) = (i / 40 % 60, i * 7919 % 30_000, i * 31 % 400);
        let (event, source, own) = match i % 4 {
            0 | 1 => (
                10,
                "Microsoft-Windows-Sysmon",
                format!(
                    r#""SourceImage":"C:\\windows\\system32\\svchost.exe","TargetImage":"C:\\windows\\System32\\lsass.exe","GrantedAccess":"0x{:04x}","SourceProcessGUID":"{{b34bc01c-7fae-5f63-{:04x}-000000000400}}","CallTrace":"C:\\windows\\SYSTEM32\\ntdll.dll+9c534|C:\\windows\\SYSTEM32\\psmserviceexthost.dll+{:x}|C:\\windows\\System32\\KERNEL32.DLL+17bd4|C:\\windows\\SYSTEM32\\ntdll.dll+6ce51","UtcTime":"2020-09-20 21:38:{second:02}.290","RuleName":"-""#,
                    i % 7 * 0x100,
                    process,
                    i % 5000,
                ),
            ),
            2 => (
                12,
                "Microsoft-Windows-Sysmon",
                format!(
                    r#""EventType":"CreateKey","TargetObject":"HKLM\\System\\CurrentControlSet\\Services\\svc{}\\Parameters","Image":"C:\\windows\\system32\\services.exe","ProcessGuid":"{{b34bc01c-7fae-5f63-{:04x}-000000000400}}","UtcTime":"2020-09-20 21:38:{second:02}.295","RuleName":"-""#,
                    i % 900,
                    process,
                ),
            ),
            _ => (
                5156,
                "Microsoft-Windows-Security-Auditing",
                format!(
                    r#""Application":"\\device\\harddiskvolume2\\windows\\system32\\svchost.exe","Message":"The Windows Filtering Platform has permitted a connection.\r\n\r\nApplication Information:\r\n\tProcess ID:\t\t{process}\r\n\tApplication Name:\t\\device\\harddiskvolume2\\windows\\system32\\svchost.exe\r\n\r\nNetwork Information:\r\n\tDirection:\t\tOutbound\r\n\tSource Address:\t\t172.18.39.{}\r\n\tSource Port:\t\t{}\r\n\tDestination Address:\t198.18.0.{}\r\n\tDestination Port:\t\t80\r\n\tProtocol:\t\t6\r\n\r\nFilter Information:\r\n\tFilter Run-Time ID:\t71992\r\n\tLayer Name:\t\tConnect\r\n\tLayer Run-Time ID:\t48","FilterRTID":"71992","SourcePort":"{}","DestPort":"80","Protocol":"6","LayerName":"%%14611""#,
                    i % 250,
                    49_152 + i % 9000,
                    i % 250,
                    49_152 + i % 9000,
                ),
            ),
        };
        let _ = writeln!(
            text,
            r#"{{"Keywords":-9223372036854775808,"SeverityValue":2,"EventID":{event},"ProviderGuid":"{{5770385F-C22A-43E0-BF4C-06F5698FFBD9}}","ExecutionProcessID":{process},"Channel":"{source}/Operational","host":"wec.internal.example","AccountType":"User","UserID":"S-1-5-18","ThreadID":{},"Opcode":"Info","EventTime":"2020-09-20 17:38:{second:02}","EventReceivedTime":"2020-09-20 17:38:{second:02}","@timestamp":"2020-09-20T21:38:{second:02}.482Z","SourceModuleType":"im_msvistalog","port":64545,"AccountName":"SYSTEM","RecordNumber":{},"Task":{event},"Domain":"NT AUTHORITY","@version":"1","OpcodeValue":0,"SourceModuleName":"eventlog","Severity":"INFO","SourceName":"{source}","Version":3,{own},"Hostname":"ws-{host:03}.contoso.example","tags":["capture"]}}"#,
            process % 977,
            2_289_994 + i,
        );
    }
    text
}

fn read(path: &Path) -> usize {
    let options = LoadOptions { threads: 1, ..LoadOptions::default() };
    let loaded = load(&[Input::path(path)], &options).expect("the file is read");
    assert_eq!(loaded.report.problem_total, 0);
    loaded.tables.values().map(|table| table.rows).sum()
}

fn readers(c: &mut Criterion) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = |name: &str, bytes: &[u8]| -> PathBuf {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).expect("the file is written");
        path
    };
    let mut lines = Lines::default();
    // Enough events for the long tail of a large company.
    generate(&Options { events: 100_000, ..Options::default() }, &mut lines).expect("events");
    let table = TableReader::new(TABLE, Profile::default()).read(&lines.table, 1).expect("the table is read");
    let result = ResultTable { name: TABLE, schema: &table.schema, batches: &table.batches, render: None };
    let written = |format| {
        let mut bytes = Vec::new();
        write(&[result], format, &kql_render::Options::default(), &mut bytes).expect("the table is written");
        bytes
    };
    let files = [
        ("streaming", file("events.json", lines.all.as_bytes())),
        ("windows", file("windows.json", windows_events(60_000).as_bytes())),
        ("csv", file(&format!("{TABLE}.csv"), &written(Format::Csv))),
        ("parquet", file(&format!("{TABLE}.parquet"), &written(Format::Parquet))),
    ];
    let mut group = c.benchmark_group("readers");
    group.sample_size(10).measurement_time(Duration::from_secs(8));
    for (name, path) in &files {
        let size = std::fs::metadata(path).expect("the file exists").len();
        assert!(read(path) > 20_000);
        group.throughput(Throughput::Bytes(size));
        group.bench_with_input(BenchmarkId::from_parameter(name), path, |b, path| b.iter(|| black_box(read(path))));
    }
    let mut reader = TableReader::new(TABLE, Profile::default());
    group.throughput(Throughput::Bytes(lines.table.len() as u64));
    group.bench_function("memory", |b| b.iter(|| black_box(reader.read(&lines.table, 1).expect("the table is read"))));
    group.finish();
}

criterion_group!(benches, readers);
criterion_main!(benches);
