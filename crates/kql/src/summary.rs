//! What came of several query files: a line for each, and a line for all.

use kql_engine::Outcome;
use std::fmt;
use std::time::Duration;

/// The files run, in order.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    origin: String,
    ok: bool,
    rows: u64,
    time: Duration,
}

impl Summary {
    pub(crate) fn add(&mut self, origin: &str, outcome: &Outcome) {
        let s = &outcome.stats;
        self.lines.push(Line {
            origin: origin.to_owned(),
            ok: outcome.is_ok(),
            rows: s.rows,
            time: s.parse + s.bind + s.plan + s.execute,
        });
    }

    pub(crate) fn failed(&self) -> usize {
        self.lines.iter().filter(|l| !l.ok).count()
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = self.lines.iter().map(|l| l.origin.chars().count()).max().unwrap_or(0);
        for line in &self.lines {
            let result = if line.ok { format!("{:>9} rows", line.rows) } else { format!("{:>14}", "failed") };
            writeln!(f, "{:names$}  {result}  {:>9}", line.origin, time(line.time))?;
        }
        let rows: u64 = self.lines.iter().map(|l| l.rows).sum();
        let all: Duration = self.lines.iter().map(|l| l.time).sum();
        let texts = self.lines.len();
        writeln!(f, "{texts} queries run, {} failed, {rows} rows, {}", self.failed(), time(all))
    }
}

fn time(time: Duration) -> String {
    let ms = time.as_secs_f64() * 1000.0;
    if ms < 1000.0 { format!("{ms:.1} ms") } else { format!("{:.2} s", ms / 1000.0) }
}
