//! Query files: formatting, checking with SARIF, running folders; completions and manual pages.

use super::{kql_in, root, stdout};
use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

const UGLY: &str = "DeviceEvents|where ActionType=='x'//why\n|count";
const NICE: &str = "DeviceEvents\n| where ActionType == 'x' //why\n| count\n";

/// A folder with a badly formatted, a formatted and a broken query, and a file that is none.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("deeper")).unwrap();
    let files = [
        ("ugly.kql", UGLY),
        ("deeper/nice.csl", NICE),
        ("broken name.kql", "DeviceEvents\n| where Tmestamp > ago(1d)\n| nonsense"),
        ("notes.txt", "DeviceEvents|count"),
    ];
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn fmt_rewrites_files_and_leaves_broken_ones() {
    let folder = folder();
    let here = folder.path();
    let output = kql_in(here, &["fmt", "."]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "one file has errors");
    let message = errors(&output);
    assert!(message.contains("broken name.kql:3:3") && message.contains("SYN0002"), "{message}");
    assert!(message.contains("1 file changed, 1 formatted already, 1 with errors left as they are"), "{message}");
    assert_eq!(read(here, "ugly.kql"), NICE);
    assert_eq!(read(here, "deeper/nice.csl"), NICE);
    assert!(read(here, "broken name.kql").contains("nonsense"));
    assert_eq!(read(here, "notes.txt"), "DeviceEvents|count");
    assert_eq!(kql_in(here, &["fmt", "--check", "ugly.kql", "deeper"]).output().unwrap().status.code(), Some(0));
}

#[test]
fn fmt_checks_and_shows_without_writing() {
    let folder = folder();
    let here = folder.path();
    let output = kql_in(here, &["fmt", "--check", "ugly.kql", "deeper"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "ugly.kql\n");
    let output = kql_in(here, &["fmt", "--diff", "ugly.kql"]).output().unwrap();
    let diff = stdout(&output);
    assert!(diff.contains("--- ugly.kql\n") && diff.contains("+| where ActionType == 'x' //why\n"), "{diff}");
    assert_eq!(read(here, "ugly.kql"), UGLY);
    let narrow = kql_in(here, &["fmt", "--check", "--width", "20", "deeper"]).output().unwrap();
    assert_eq!(narrow.status.code(), Some(0), "nothing to break");
    assert_eq!(kql_in(here, &["fmt"]).output().unwrap().status.code(), Some(2));
    assert_eq!(kql_in(here, &["fmt", "nothing.kql"]).output().unwrap().status.code(), Some(3));
}

#[test]
fn fmt_is_a_filter() {
    let run = |arguments: &[&str], text: &str| {
        let mut child = kql_in(&root(), arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        child.wait_with_output().unwrap()
    };
    assert_eq!(stdout(&run(&["fmt", "-"], UGLY)), NICE);
    let wrong = run(&["fmt", "-"], "T | where");
    assert_eq!((wrong.status.code(), wrong.stdout.len()), (Some(1), 0));
    assert_eq!(run(&["fmt", "--check", "-"], NICE).status.code(), Some(0));
    assert_eq!(run(&["fmt", "--check", "-"], UGLY).status.code(), Some(1));
}

/// What the schema of SARIF 2.1.0 requires of the parts that are written, and what code scanning needs beyond it.
#[test]
fn check_writes_sarif() {
    let folder = folder();
    let output = kql_in(folder.path(), &["check", ".", "--format", "sarif"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(log["version"], "2.1.0");
    assert_eq!(log["$schema"], "https://json.schemastore.org/sarif-2.1.0.json");
    assert_eq!(log["runs"].as_array().unwrap().len(), 1);
    let run = &log["runs"][0];
    let driver = &run["tool"]["driver"];
    assert_eq!(driver["name"], "kql");
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let rules = driver["rules"].as_array().unwrap();
    for rule in rules {
        assert!(rule["id"].is_string() && rule["shortDescription"]["text"].as_str().unwrap().ends_with('.'), "{rule}");
        assert!(rule["help"]["text"].is_string(), "{rule}");
    }
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 2, "several at once");
    for result in results {
        let rule = &rules[usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap()];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(["error", "warning"].contains(&result["level"].as_str().unwrap()));
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "broken%20name.kql", "relative to the folder, as a URI");
        let region = &place["region"];
        for key in ["startLine", "startColumn", "endLine", "endColumn"] {
            assert!(region[key].as_u64().unwrap() >= 1, "{key} in {region}");
        }
    }
    let name = results.iter().find(|r| r["ruleId"] == "SEM0100").unwrap();
    assert!(name["message"]["text"].as_str().unwrap().contains("did you mean 'Timestamp'?"));
    let region = &name["locations"][0]["physicalLocation"]["region"];
    assert_eq!((region["startLine"].as_u64(), region["startColumn"].as_u64()), (Some(2), Some(9)));
    assert_eq!((region["endLine"].as_u64(), region["endColumn"].as_u64()), (Some(2), Some(17)));

    let clean = stdout(&kql_in(folder.path(), &["check", "deeper", "--format", "sarif"]).output().unwrap());
    let clean: Value = serde_json::from_str(&clean).unwrap();
    assert_eq!(clean["runs"][0]["results"], Value::Array(Vec::new()), "an empty list says that all is well");
}

#[test]
fn run_takes_folders_and_sums_up() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("more")).unwrap();
    for (name, text) in
        [("a.kql", "print 1"), ("more/b.kql", "range x from 1 to 5 step 1"), ("more/c.kql", "print nope")]
    {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let output = kql_in(folder.path(), &["run", ".", "--format", "csv"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1), "one of them failed");
    assert!(String::from_utf8_lossy(&output.stdout).contains("x\n1\n2\n3\n4\n5\n"), "the others ran");
    let summary = errors(&output);
    for part in ["a.kql ", "1 rows", "b.kql ", "5 rows", "c.kql ", "failed", "3 queries run, 1 failed, 6 rows, "] {
        assert!(summary.contains(part), "{part} in {summary}");
    }
    let one = kql_in(folder.path(), &["run", "a.kql"]).output().unwrap();
    assert_eq!(errors(&one), "", "one file needs no summary");
    let quiet = kql_in(folder.path(), &["run", "a.kql", "more/b.kql", "-q"]).output().unwrap();
    assert_eq!((quiet.status.code(), errors(&quiet).as_str()), (Some(0), ""));
}

#[test]
fn shells_get_completions_and_man_gets_pages() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = stdout(&kql_in(&root(), &["completions", shell]).output().unwrap());
        assert!(script.contains("explain") && script.contains("max-memory"), "{shell}");
    }
    assert_eq!(kql_in(&root(), &["completions", "tcsh"]).output().unwrap().status.code(), Some(2));
    assert!(stdout(&kql_in(&root(), &["man"]).output().unwrap()).contains(".TH kql 1"));
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("pages");
    stdout(&kql_in(&root(), &["man", pages.to_str().unwrap()]).output().unwrap());
    for page in ["kql.1", "kql-run.1", "kql-check.1", "kql-fmt.1", "kql-config.1"] {
        assert!(read(&pages, page).contains(".SH"), "{page}");
    }
}
