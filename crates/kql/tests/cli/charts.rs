//! `kql run --chart FILE`.

use super::{kql, stdout};

const QUERY: &str =
    "DeviceEvents | summarize Events = count() by ActionType | render barchart with (title='By action')";

fn run(query: &str, chart: &str) -> std::process::Output {
    let data = ["--data", "fixtures/captured", "--now", "latest", "--format", "json", "-q"];
    kql(&[&["run", "-e", query, "--chart", chart][..], &data[..]].concat())
}

#[test]
fn charts_go_to_files_by_the_end_of_their_names_and_rows_stay_where_they_were() {
    let folder = tempfile::tempdir().unwrap();
    for (end, start) in [("svg", &b"<svg "[..]), ("png", b"\x89PNG"), ("html", b"<!doctype html>")] {
        let file = folder.path().join(format!("chart.{end}"));
        let rows = stdout(&run(QUERY, file.to_str().unwrap()));
        assert!(rows.contains("\"Visualization\":\"barchart\""), "{rows}");
        assert!(std::fs::read(&file).unwrap().starts_with(start), "{end}");
    }
    let svg = std::fs::read_to_string(folder.path().join("chart.svg")).unwrap();
    assert!(svg.contains("By action") && svg.contains("class=\"mark\""), "{svg}");
}

#[test]
fn each_chart_of_a_run_has_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.svg");
    stdout(&run(&format!("{QUERY}; print a = 1 | render card"), file.to_str().unwrap()));
    assert!(folder.path().join("c.svg").exists() && folder.path().join("c-2.svg").exists());
}

#[test]
fn a_chart_that_cannot_be_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let error = |query: &str, name: &str| {
        let output = run(query, &file(name));
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (status, text) = error(QUERY, "c.gif");
    assert!(status == Some(2) && text.contains(".svg, .png or .html"), "{text}");
    let (status, text) = error("print a = 1", "c.svg");
    assert!(status == Some(2) && text.contains("render timechart"), "{text}");
    // The table is drawn, and why.
    let (status, text) = error("print a = 1 | render timechart", "d.svg");
    assert!(status == Some(0) && text.contains("no datetime column"), "{text}");
    assert!(std::fs::read_to_string(file("d.svg")).unwrap().contains(">a</text>"));
}
