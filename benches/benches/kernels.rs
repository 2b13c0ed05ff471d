//! Kernels of scalar functions over one batch: `cargo bench -p kql-benches --bench kernels`.
//!
//! Text is command lines of about 100 bytes, as `ProcessCommandLine` holds them; throughput is bytes of text (or rows).

#![allow(missing_docs)] // criterion's macros make public functions

use arrow::array::{ArrayRef, Int64Array, StringViewArray};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use datafusion_common::ScalarValue;
use datafusion_expr::ColumnarValue;
use kql_functions::{Call, function};
use kql_types::ScalarType;
use std::hint::black_box;
use std::sync::Arc;

const ROWS: usize = 8192;

fn command_lines() -> Vec<String> {
    let programs = [
        "powershell.exe -NoProfile -ExecutionPolicy Bypass -File",
        "cmd.exe /c",
        "svchost.exe -k netsvcs -p -s",
        "rundll32.exe",
    ];
    (0..ROWS)
        .map(|i| {
            let program = programs[i % programs.len()];
            let rare = if i % 500 == 7 { " -EncodedCommand SQBFAFgA" } else { "" };
            format!(r"C:\Windows\System32\{program} C:\ProgramData\Inventory\collect-{i:05}.ps1 --channel stable --id {}{rare}", i * 7919)
        })
        .collect()
}

/// The bags of `AdditionalFields`: a handful of keys, about 150 bytes.
fn bags() -> Vec<String> {
    let bag = |i: usize| {
        format!(
            r#"{{"ScanTypeIndex":"Quick","ScanId":{i},"ThreatsFound":0,"User":"user{}","Details":{{"a":[1,2,3],"Path":"C:\\Temp\\f{i}"}},"LogonType":{}}}"#,
            i % 97,
            i % 11
        )
    };
    (0..ROWS).map(bag).collect()
}

struct Bench<'a> {
    name: &'a str,
    types: &'a [ScalarType],
    result: ScalarType,
    arguments: Vec<ColumnarValue>,
    bytes: u64,
}

fn run(c: &mut Criterion, label: &str, bench: &Bench<'_>) {
    let function = function(bench.name).expect("the function is in the registry");
    let results = [(String::new(), bench.result)];
    let call = Call { arguments: bench.types, result: bench.result, results: &results, rows: ROWS };
    (function.kernel)(&call, &bench.arguments).expect("the kernel runs");
    let mut group = c.benchmark_group("kernels");
    group.throughput(if bench.bytes > 0 { Throughput::Bytes(bench.bytes) } else { Throughput::Elements(ROWS as u64) });
    group.bench_function(label, |b| b.iter(|| black_box((function.kernel)(&call, black_box(&bench.arguments)))));
    group.finish();
}

fn text(value: &str) -> ColumnarValue {
    ColumnarValue::Scalar(ScalarValue::Utf8View(Some(value.to_owned())))
}

fn column(values: &[String]) -> (ColumnarValue, u64) {
    let array: ArrayRef = Arc::new(StringViewArray::from_iter_values(values));
    (ColumnarValue::Array(array), values.iter().map(|v| v.len() as u64).sum())
}

fn kernels(c: &mut Criterion) {
    use ScalarType::{Bool, Datetime, Dynamic, Long, String as Text, Timespan};
    let (lines, bytes) = column(&command_lines());
    for (label, name, needle) in [
        ("has rare", "has", "EncodedCommand"),
        ("has frequent", "has", "powershell"),
        ("contains rare", "contains", "encodedcomm"),
        ("contains_cs frequent", "contains_cs", "System32"),
        ("startswith", "startswith", r"c:\windows"),
        ("endswith", "endswith", "SQBFAFgA"),
        ("=~", "=~", "cmd.exe"),
        ("matches regex", "matches regex", r"(?i)-enc\w*\s+[A-Za-z0-9+/=]{6,}"),
    ] {
        let arguments = vec![lines.clone(), text(needle)];
        run(c, label, &Bench { name, types: &[Text, Text], result: Bool, arguments, bytes });
    }
    let terms = ColumnarValue::Scalar(ScalarValue::Utf8View(Some(
        r#"["mimikatz","-enc","comsvcs","rclone","vssadmin","psexec","wevtutil","ntdsutil"]"#.into(),
    )));
    run(
        c,
        "has_any 8 terms",
        &Bench { name: "has_any", types: &[Text, Dynamic], result: Bool, arguments: vec![lines.clone(), terms], bytes },
    );
    run(c, "tolower", &Bench { name: "tolower", types: &[Text], result: Text, arguments: vec![lines.clone()], bytes });
    run(c, "strlen", &Bench { name: "strlen", types: &[Text], result: Long, arguments: vec![lines], bytes });

    let (fields, bytes) = column(&bags());
    let path = vec![fields.clone(), text("LogonType")];
    run(
        c,
        "path of a bag",
        &Bench { name: "__get_long", types: &[Dynamic, Text], result: Long, arguments: path, bytes },
    );
    run(
        c,
        "parse_json",
        &Bench { name: "parse_json", types: &[Text], result: Dynamic, arguments: vec![fields], bytes },
    );

    let ticks: ArrayRef =
        Arc::new(Int64Array::from_iter_values((0..ROWS as i64).map(|i| 639_307_728_000_000_000 + i * 7_777_777)));
    let hour = ColumnarValue::Scalar(ScalarValue::Int64(Some(36_000_000_000)));
    let arguments = vec![ColumnarValue::Array(ticks), hour];
    run(c, "bin 1h", &Bench { name: "bin", types: &[Datetime, Timespan], result: Datetime, arguments, bytes: 0 });
}

criterion_group!(benches, kernels);
criterion_main!(benches);
