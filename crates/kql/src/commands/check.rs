//! `kql check`: what is wrong with a query, or which columns come out.

use crate::args::{CheckArgs, CheckFormat};
use crate::commands::run::texts;
use crate::data::{self, profile};
use crate::failure::Failure;
use crate::{diagnose, files, sarif};
use kql_diagnostic::LineIndex;
use kql_engine::{Checked, Session};
use serde_json::{Value, json};
use std::io::{BufRead, Write};

pub(crate) fn run(args: &CheckArgs) -> Result<(), Failure> {
    kql_engine::on_large_stack(|| run_here(args))
        .unwrap_or_else(|| Err(Failure::data("the check could not be started")))
}

fn run_here(args: &CheckArgs) -> Result<(), Failure> {
    let builder = Session::builder().profile(profile(args.profile));
    let session = data::functions(builder, &args.functions)?.build();
    if args.paths.iter().any(|p| p.as_os_str() == "-") {
        return lines(&session);
    }
    let texts = texts(&files::queries(&args.paths)?, &args.execute)?;
    if texts.is_empty() {
        return Err(Failure::usage("nothing to check: name a file or folder, '-' for NDJSON, or write -e QUERY"));
    }
    let mut out = std::io::BufWriter::new(std::io::stdout());
    let mut failed = 0;
    let mut answers = Vec::new();
    let mut log = sarif::Log::default();
    for (origin, text) in &texts {
        let checked = session.check(text);
        let wrong = checked.diagnostics.iter().any(kql_diagnostic::Diagnostic::is_error);
        failed += usize::from(wrong);
        match args.format {
            CheckFormat::Text => {
                anstream::eprint!("{}", diagnose::render(&checked.diagnostics, text, origin, true));
                if !wrong {
                    let columns = checked.columns.iter().flat_map(|s| s.columns.iter());
                    let columns: Vec<String> = columns.map(|c| format!("{}:{}", c.name, c.ty)).collect();
                    let _ = writeln!(out, "{origin}: ok ({})", columns.join(", "));
                }
            }
            CheckFormat::Json => answers.push(answer(&json!(origin), text, &checked)),
            CheckFormat::Sarif => log.add(origin, text, &checked.diagnostics),
            CheckFormat::Ndjson => drop(writeln!(out, "{}", answer(&json!(origin), text, &checked))),
        }
    }
    match args.format {
        CheckFormat::Json => drop(writeln!(out, "{}", Value::Array(answers))),
        CheckFormat::Sarif => drop(writeln!(out, "{:#}", log.into_json())),
        CheckFormat::Text if texts.len() > 1 => {
            anstream::eprintln!("{} queries checked, {failed} with errors", texts.len());
        }
        CheckFormat::Text | CheckFormat::Ndjson => {}
    }
    let _ = out.flush();
    if failed > 0 { Err(Failure::Reported) } else { Ok(()) }
}

/// NDJSON in, NDJSON out: one answer a line, in order. A broken query is an answer, not a failure.
fn lines(session: &Session) -> Result<(), Failure> {
    let mut out = std::io::BufWriter::new(std::io::stdout());
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.map_err(|e| Failure::data(format!("standard input: {e}")))?;
        if line.trim().is_empty() {
            continue;
        }
        let request: Value = serde_json::from_str(&line).map_err(|e| {
            Failure::usage(format!("standard input, line {}: {e}; write {{\"id\",\"query\"}}", number + 1))
        })?;
        let text = request["query"].as_str().unwrap_or("");
        let done = writeln!(out, "{}", answer(&request["id"], text, &session.check(text)));
        if done.is_err() {
            return Ok(());
        }
    }
    let _ = out.flush();
    Ok(())
}

fn answer(id: &Value, text: &str, checked: &Checked) -> Value {
    let index = LineIndex::new(text);
    let diagnostics: Vec<Value> = checked
        .diagnostics
        .iter()
        .map(|d| {
            let (line, column) = index.line_column(text, d.span.start);
            let mut message = d.message.clone();
            if let Some(help) = &d.help {
                message.push_str(": ");
                message.push_str(help);
            }
            json!({
                "code": d.code, "severity": d.severity, "message": message,
                "start": d.span.start, "end": d.span.end, "line": line, "column": column,
            })
        })
        .collect();
    let columns = checked.columns.as_ref().map(|s| {
        let column = |c: &kql_types::Column| json!({"name": &*c.name, "type": c.ty.name()});
        s.columns.iter().map(column).collect::<Vec<_>>()
    });
    json!({"id": id, "diagnostics": diagnostics, "columns": columns})
}
