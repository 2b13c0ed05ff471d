//! Data that stands for what a service has: watchlists, file profiles, databases elsewhere, functions; and commands that
//! change the session.

use super::{kql, stdout};
use std::path::Path;
use std::process::Output;

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.display().to_string()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn watchlists_are_csv_files() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path(), "vip.csv", "User,Tier\nann@x,1\n\"bob, b\",2\n");
    let rows = |option: &str, query: &str| {
        stdout(&kql(&["run", "--watchlist", &format!("{option}={file}"), "-f", "ndjson", "-e", query]))
    };
    assert_eq!(
        rows("VIP", "_GetWatchlist('VIP') | project SearchKey, Tier, WatchlistItem"),
        "{\"SearchKey\":\"ann@x\",\"Tier\":\"1\",\"WatchlistItem\":{\"User\":\"ann@x\",\"Tier\":\"1\"}}\n\
         {\"SearchKey\":\"bob, b\",\"Tier\":\"2\",\"WatchlistItem\":{\"User\":\"bob, b\",\"Tier\":\"2\"}}\n"
    );
    assert_eq!(rows("VIP[Tier]", "_GetWatchlist('VIP', dynamic(['2'])) | project User"), "{\"User\":\"bob, b\"}\n");
    assert_eq!(rows("VIP", "_GetWatchlistAlias"), "{\"WatchlistAlias\":\"VIP\"}\n");
    // Nothing is given: no rows, and a word about it that `--quiet` keeps.
    let nothing = kql(&["run", "--quiet", "-f", "ndjson", "-e", "_GetWatchlist('VIP') | where User == 'x' | count"]);
    assert_eq!(stdout(&nothing), "{\"Count\":0}\n");
    assert!(said(&nothing).contains("--watchlist VIP=FILE.csv"), "{}", said(&nothing));
    assert_eq!(kql(&["run", "--watchlist", "VIP[Nope]=x.csv", "-e", "print 1"]).status.code(), Some(3));
}

#[test]
fn files_are_enriched_from_a_table_of_profiles() {
    let folder = tempfile::tempdir().unwrap();
    let events = written(
        folder.path(),
        "events.json",
        "{\"x\":1,\"SHA1\":\"AABB\"}\n{\"x\":2,\"SHA1\":\"ee\"}\n{\"x\":3,\"SHA1\":\"\"}\n",
    );
    let profiles = written(folder.path(), "profiles.csv", "SHA1,GlobalPrevalence,Signer\naabb,3,Me\n");
    let (events, profiles) = (format!("E={events}"), format!("FileProfile={profiles}"));
    let query = "E | invoke FileProfile() | sort by x asc | project x, GlobalPrevalence, Signer, ProfileAvailability";
    let arguments = ["run", "-f", "csv", "--data", &events, "-e", query];
    assert_eq!(
        stdout(&kql(&[&arguments[..], &["--data", &profiles]].concat())),
        "x,GlobalPrevalence,Signer,ProfileAvailability\n1,3,Me,Available\n2,,,Missing\n3,,,\n"
    );
    let without = kql(&arguments);
    assert_eq!(stdout(&without), "x,GlobalPrevalence,Signer,ProfileAvailability\n1,,,\n2,,,\n3,,,\n");
    assert!(said(&without).contains("--data FileProfile=FILE"), "{}", said(&without));
}

#[test]
fn addresses_of_devices_come_from_their_reports() {
    let folder = tempfile::tempdir().unwrap();
    let report = |time: &str, address: &str| {
        format!(
            "{{\"Timestamp\":\"{time}\",\"DeviceId\":\"d1\",\"DeviceName\":\"ws-1\",\"MacAddress\":\"m\",\
             \"IPAddresses\":\"[{{\\\"IPAddress\\\":\\\"{address}\\\",\\\"AddressType\\\":\\\"Private\\\"}}]\"}}\n"
        )
    };
    let text = report("2026-01-01T00:00:00Z", "10.0.0.1") + &report("2026-01-02T00:00:00Z", "10.0.0.2");
    let data = format!("DeviceNetworkInfo={}", written(folder.path(), "net.json", &text));
    let rows = |query: &str| stdout(&kql(&["run", "-f", "ndjson", "--data", &data, "-e", query]));
    assert_eq!(
        rows("AssignedIPAddresses('ws-1') | project IPAddress, IPType"),
        "{\"IPAddress\":\"10.0.0.2\",\"IPType\":\"Private\"}\n"
    );
    assert_eq!(
        rows("AssignedIPAddresses('d1', datetime(2026-01-01 12:00)) | project IPAddress"),
        "{\"IPAddress\":\"10.0.0.1\"}\n"
    );
    assert_eq!(rows("print IP = '10.0.0.2' | invoke DeviceFromIP() | project DeviceId"), "{\"DeviceId\":\"d1\"}\n");
}

#[test]
fn databases_stand_for_those_elsewhere() {
    let folder = tempfile::tempdir().unwrap();
    let lab = format!("Lab={}", written(folder.path(), "Things.json", "{\"x\":1}\n"));
    let run = |further: &[&str], query: &str| {
        kql(&[&["run", "-f", "ndjson", "--database", &lab, "-e", query], further].concat())
    };
    assert_eq!(stdout(&run(&[], "database('LAB').Things")), "{\"x\":1}\n");
    let maps = ["--map", "workspace('prod')=Lab", "--map", "cluster('https://c.kusto.windows.net/').database('D')=Lab"];
    assert_eq!(stdout(&run(&maps, "workspace('Prod').Things")), "{\"x\":1}\n");
    assert_eq!(
        stdout(&run(&maps, "union cluster('C').database('d').Things, (print x = 2) | count")),
        "{\"Count\":2}\n"
    );
    let refused = run(&[], "workspace('prod').Things");
    assert_eq!(refused.status.code(), Some(1));
    assert!(said(&refused).contains("SEM0056") && said(&refused).contains("--map \"workspace('prod')=NAME\""));
    assert_eq!(run(&["--map", "workspace('prod')=Nope"], "print 1").status.code(), Some(2));
    let graph = run(&[], "arg('').Resources");
    assert!(said(&graph).contains("KQ0002") && said(&graph).contains("--data Resources=FILE"), "{}", said(&graph));
}

#[test]
fn functions_come_from_files() {
    let folder = tempfile::tempdir().unwrap();
    written(folder.path(), "Parser.kql", "// A parser\nlet n = 1;\nrange x from 1 to n step 1 // all\n");
    written(
        folder.path(),
        "more.csl",
        ".create-or-alter function F(a:long) { a + 1 }\n\n.create function G() { print F(1) }\n",
    );
    written(folder.path(), "adds.kql", "let Add = (a:long, b:long = 2) { a + b };");
    let path = folder.path().display().to_string();
    let query = ["--functions", &path, "-e", "Parser; G; print Add(1), Add(b=1, a=1)"];
    let answer = stdout(&kql(&[&["run", "-f", "ndjson"], &query[..]].concat()));
    assert_eq!(answer, "{\"x\":1}\n{\"print_0\":2}\n{\"print_0\":3,\"print_1\":2}\n");
    assert!(stdout(&kql(&[&["check"], &query[..]].concat())).contains("print_0:long, print_1:long"));
    written(folder.path(), "wrong.kql", "let x = 5;");
    let wrong = kql(&[&["run"], &query[..]].concat());
    assert_eq!(wrong.status.code(), Some(3));
    assert!(said(&wrong).contains("wrong.kql"), "{}", said(&wrong));
}

#[test]
fn texts_of_one_run_share_a_session() {
    let texts = [
        ".create table T (x: long, s: string)",
        ".ingest inline into table T <|\n1,\"a, b\"\n2,it's; | fine",
        ".append T <| print 3, 'c' | where false",
        "T | sort by x asc | project x, s",
        ".show queries | project Text, State, took = Duration > 0s",
        ".show running queries | count",
    ];
    let arguments: Vec<&str> = texts.iter().flat_map(|text| ["-e", text]).collect();
    let answer = stdout(&kql(&[&["run", "-f", "ndjson"], &arguments[..]].concat()));
    assert!(
        answer.contains("{\"x\":1,\"s\":\"a, b\"}\n{\"x\":2,\"s\":\"it's; | fine\"}\n{\"Text\":\"T | sort by x asc | project x, s\",\"State\":\"Completed\",\"took\":true}\n{\"Count\":0}\n"),
        "{answer}"
    );
}

#[test]
fn options_in_the_text_bound_the_result() {
    let run = |query: &str, further: &[&str]| kql(&[&["run", "-f", "ndjson", "-e", query], further].concat());
    let few = run("set truncationmaxrecords=2; range x from 1 to 3 step 1", &[]);
    assert!(said(&few).contains("E_QUERY_RESULT_SET_TOO_LARGE"), "{}", said(&few));
    assert_eq!(stdout(&run("set query_take_max_records=2; range x from 1 to 3 step 1", &[])), "{\"x\":1}\n{\"x\":2}\n");
    let many = "range x from 1 to 5 step 1";
    assert_eq!(run(many, &["--max-rows", "4"]).status.code(), Some(1));
    assert_eq!(run(&format!("set notruncation; {many}"), &["--max-rows", "4"]).status.code(), Some(0));
    let bad = run("set truncationmaxrecords='x'; print 1", &[]);
    assert!(said(&bad).contains("SEM0020"), "{}", said(&bad));
}
