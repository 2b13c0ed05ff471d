//! Text searched a second against what one core reads of memory, best of seven runs over command lines of about 100 bytes:
//! `cargo run --release -p kql-functions --example search`.

#![allow(clippy::print_stdout, clippy::unwrap_used)] // A measurement, not the engine.

use arrow::array::{ArrayRef, StringViewArray};
use datafusion_common::ScalarValue;
use datafusion_expr::ColumnarValue;
use kql_functions::{Call, function};
use kql_types::ScalarType::{Bool, String as Text};
use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

/// Rows of a batch, and batches: more text than any cache holds.
const ROWS: usize = 8192;
const BATCHES: usize = 256;

fn main() {
    let programs = ["powershell.exe -NoProfile -File", "cmd.exe /c", "svchost.exe -k netsvcs -p -s", "rundll32.exe"];
    let line = |i: usize| {
        let rare = if i % 500 == 7 { " -EncodedCommand SQBFAFgA" } else { "" };
        let program = programs[i % programs.len()];
        format!(
            r"C:\Windows\System32\{program} C:\ProgramData\Inventory\collect-{i:07}.ps1 --channel stable --id {}{rare}",
            i * 7919
        )
    };
    let batch = |b: usize| StringViewArray::from_iter_values((0..ROWS).map(|i| line(b * ROWS + i)));
    let batches: Vec<StringViewArray> = (0..BATCHES).map(batch).collect();
    let bytes: usize = batches.iter().flat_map(|b| b.iter().flatten().map(str::len)).sum();
    println!("{} texts, {} bytes each", ROWS * BATCHES, bytes / ROWS / BATCHES);

    let memory = best(bytes, || {
        let mut sum = 0u64;
        for buffer in batches.iter().flat_map(|b| b.data_buffers()) {
            let (words, _) = buffer.as_slice().as_chunks::<8>();
            sum = words.iter().fold(sum, |sum, word| sum.wrapping_add(u64::from_le_bytes(*word)));
        }
        black_box(sum);
    });
    println!("{:<34}{memory:>6.2} GB/s", "reading the texts' buffers");
    for (name, needle) in [
        ("has", "EncodedCommand"),
        ("has", "mimikatz"),
        ("has", "powershell"),
        ("contains", "encodedcomm"),
        ("contains", "sekurlsa"),
        ("has_cs", "EncodedCommand"),
        ("contains_cs", "System32"),
    ] {
        let function = function(name).unwrap();
        let results = [(String::new(), Bool)];
        let call = Call { arguments: &[Text, Text], result: Bool, results: &results, rows: ROWS };
        let needle_value = ColumnarValue::Scalar(ScalarValue::Utf8View(Some(needle.to_owned())));
        let arguments: Vec<[ColumnarValue; 2]> = batches
            .iter()
            .map(|b| [ColumnarValue::Array(Arc::new(b.clone()) as ArrayRef), needle_value.clone()])
            .collect();
        let speed = best(bytes, || {
            for arguments in &arguments {
                black_box((function.kernel)(&call, arguments).unwrap());
            }
        });
        println!("{:<34}{speed:>6.2} GB/s {:>5.0} %", format!("{name} \"{needle}\""), 100.0 * speed / memory);
    }
}

fn best(bytes: usize, run: impl Fn()) -> f64 {
    let once = || {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64()
    };
    bytes as f64 / (0..7).map(|_| once()).fold(f64::INFINITY, f64::min) / 1e9
}
