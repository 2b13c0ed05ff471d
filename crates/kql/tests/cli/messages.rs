//! Messages as people see them: `messages.case` holds queries and the whole report of `kql check`.
//!
//! A case is a line `=== title`, the query, a line `---` and the report. `KQL_BLESS=1` writes what came out.

use super::kql_in;
use std::fmt::Write;

#[test]
fn messages_show_the_place_and_what_to_write_instead() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cli/messages.case");
    let text = std::fs::read_to_string(path).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let mut now = String::new();
    for case in text.split("=== ").skip(1) {
        let (title, body) = case.split_once('\n').unwrap();
        let (query, _) = body.split_once("---\n").unwrap();
        std::fs::write(folder.path().join("q.kql"), query.trim_end()).unwrap();
        let output = kql_in(folder.path(), &["check", "q.kql"]).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{title}");
        writeln!(now, "=== {title}\n{query}---\n{}", String::from_utf8_lossy(&output.stderr)).unwrap();
    }
    if std::env::var_os("KQL_BLESS").is_some() {
        return std::fs::write(path, now).unwrap();
    }
    assert_eq!(now, text);
}
