//! Run Kusto queries offline: REPL, scripts, checks.

fn main() {}
