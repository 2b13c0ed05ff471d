//! `kql.toml` and the environment: what is read, what wins, what is refused.

use super::{kql_in, stdout};
use std::path::Path;
use std::process::Command;

/// The command in a folder, which may have settings; those of the user are below it, too.
fn kql(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = kql_in(folder, arguments);
    command.env_remove("KQL_CONFIG").env("XDG_CONFIG_HOME", folder.ancestors().last().unwrap().join("nowhere"));
    command
}

fn csv(name: &str) -> String {
    format!("name,score\n{name},1\n")
}

/// `project/kql.toml`, data beside it, and a folder below.
fn project(settings: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("project/queries")).unwrap();
    std::fs::create_dir_all(folder.path().join("user/kql")).unwrap();
    std::fs::write(folder.path().join("project/kql.toml"), settings).unwrap();
    for name in ["one", "two"] {
        std::fs::write(folder.path().join(format!("project/{name}.csv")), csv(name)).unwrap();
    }
    folder
}

#[test]
fn the_nearest_setting_wins() {
    let folder = project("data = ['Scores=one.csv']\nformat = \"csv\"\nmax-rows = 7 # few\n");
    let below = folder.path().join("project/queries");
    let query = ["run", "-e", "Scores | project name"];
    assert_eq!(stdout(&kql(&below, &query).output().unwrap()), "name\none\n", "paths start at the file's folder");
    let other = format!("Scores={}", folder.path().join("project/two.csv").display());
    let answer = kql(&below, &query).env("KQL_DATA", &other).env("KQL_FORMAT", "tsv").output().unwrap();
    assert_eq!(stdout(&answer), "name\ntwo\n");
    let arguments = [&query[..], &["--data", &other, "--format", "ndjson"]].concat();
    let answer = kql(&below, &arguments).env("KQL_FORMAT", "tsv").output().unwrap();
    assert_eq!(stdout(&answer), "{\"name\":\"two\"}\n");
    let limited = kql(&below, &["run", "-e", "range x from 1 to 8 step 1"]).output().unwrap();
    assert!(String::from_utf8_lossy(&limited.stderr).contains("more than 7 rows"));

    std::fs::write(folder.path().join("user/kql/config.toml"), "format = 'json'\nprofile = 'defender'\n").unwrap();
    let shown = kql(&below, &["config"]).env("XDG_CONFIG_HOME", folder.path().join("user")).output().unwrap();
    let shown = stdout(&shown);
    for part in [
        "format = \"csv\" # ",
        "kql.toml:2\n",
        "max-rows = 7 # ",
        "profile = \"defender\" # ",
        "config.toml:2\n",
        "timeout = \"4m\" # default\n",
        "# now is not set\n",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    let only = folder.path().join("user/kql/config.toml");
    let shown = stdout(&kql(&below, &["config"]).env("KQL_CONFIG", &only).output().unwrap());
    assert!(shown.contains("format = \"json\"") && shown.contains("max-rows = 500000 # default"), "{shown}");
}

#[test]
fn watchlists_databases_and_functions_are_settings() {
    let folder = project(
        "functions = 'f.kql'\n[watchlist]\n'Known[name]' = 'one.csv'\n[database]\nOther = 'data'\n[map]\n\"workspace('w')\" = 'Other'\n",
    );
    let here = folder.path().join("project");
    std::fs::write(here.join("f.kql"), "let Double = (x:long) { x * 2 };").unwrap();
    std::fs::create_dir(here.join("data")).unwrap();
    std::fs::write(here.join("data/Scores.csv"), csv("there")).unwrap();
    let query = "print a = Double(4), b = toscalar(_GetWatchlist('Known') | project SearchKey), c = toscalar(workspace('w').Scores | project name)";
    let answer = stdout(&kql(&here.join("queries"), &["run", "-e", query, "--format", "csv"]).output().unwrap());
    assert_eq!(answer, "a,b,c\n8,one,there\n");
}

#[test]
fn maps_and_looks_come_from_the_environment_too() {
    let folder = project("theme = 'light'\nrows = 5\n[colors]\nstring = 'bold red'\nseries = 'red,#0000ff'\n");
    let here = folder.path().join("project");
    std::fs::create_dir(here.join("data")).unwrap();
    std::fs::write(here.join("data/Scores.csv"), csv("there")).unwrap();
    let query =
        "print b = toscalar(_GetWatchlist('Two') | project name), c = toscalar(workspace('w').Scores | project name)";
    let mut command = kql(&here, &["run", "-e", query, "--format", "csv"]);
    command.env("KQL_WATCHLIST", "Known[name]=one.csv; Two=two.csv").env("KQL_DATABASE", "Other=data");
    let answer = command.env("KQL_MAP", "workspace('w')=Other").output().unwrap();
    assert_eq!(stdout(&answer), "b,c\ntwo,there\n");
    let shown = stdout(&kql(&here, &["config"]).env("KQL_GRAPHICS", "sixel").output().unwrap());
    for part in [
        "theme = \"light\" # ",
        "rows = 5 # ",
        "colors = { \"series\" = \"red,#0000ff\", \"string\" = \"bold red\" } # ",
        "graphics = \"sixel\" # environment KQL_GRAPHICS",
    ] {
        assert!(shown.contains(part), "{part} in {shown}");
    }
    for (variable, value, message) in [
        ("KQL_THEME", "sepia", "there is no theme 'sepia'"),
        ("KQL_COLORS", "string=purple", "'purple' is no style"),
        ("KQL_COLORS", "string", "write NAME=VALUE"),
        ("KQL_GRAPHICS", "ascii", "'ascii' is none of 'auto', 'blocks', 'sixel', 'kitty'"),
    ] {
        let wrong = kql(&here, &["run", "-e", "print 1"]).env(variable, value).output().unwrap();
        assert_eq!(wrong.status.code(), Some(2));
        let told = String::from_utf8_lossy(&wrong.stderr).into_owned();
        assert!(told.contains(variable) && told.contains(message), "{told}");
    }
}

#[test]
fn what_config_shows_can_be_a_file_again() {
    let folder = project("data = 'one.csv'\nnow = 'latest'\n[external]\n'https://example.com/a.csv?b=c' = 'one.csv'\n");
    let here = folder.path().join("project");
    let shown = stdout(&kql(&here, &["config"]).output().unwrap());
    std::fs::write(here.join("kql.toml"), &shown).unwrap();
    let again = stdout(&kql(&here, &["config"]).output().unwrap());
    let settings = |text: &str| -> Vec<String> {
        text.lines().filter(|l| !l.starts_with('#')).map(|l| l.split(" # ").next().unwrap().to_owned()).collect()
    };
    assert_eq!(settings(&shown), settings(&again));
    let query = "externaldata(name:string, score:long)['https://example.com/a.csv?b=c'] with (ignoreFirstRecord=true)";
    assert!(stdout(&kql(&here, &["run", "-e", query, "--format", "csv"]).output().unwrap()).contains("one,1"));
}

#[test]
fn mistakes_have_a_line_each() {
    let folder =
        project("dta = ['x']\nformat = 'xml'\nexternal = 'x'\nprofile = 5\nnow = 'tomorrow'\nmax-rows = many\n");
    let here = folder.path().join("project");
    let output = kql(&here, &["run", "-e", "print 1"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8_lossy(&output.stderr).into_owned();
    for part in [
        "kql.toml:1:1",
        "there is no setting 'dta'",
        "did you mean 'data'?",
        "kql.toml:2:10",
        "kql.toml:3:12",
        "'external' takes a table",
        "kql.toml:4:11",
        "'5' is none of 'defender', 'sentinel'",
        "'tomorrow' is neither a datetime nor 'latest'",
        "kql.toml:6:12",
    ] {
        assert!(message.contains(part), "{part} in {message}");
    }
    assert_eq!(message.matches("kql.toml:6").count(), 1, "{message}");
    assert_eq!(kql(&here, &["man"]).output().unwrap().status.code(), Some(0));
    assert_eq!(kql(&here, &["--help"]).output().unwrap().status.code(), Some(0));
    assert_eq!(kql(&here, &["run", "-e", "print 1"]).env("KQL_CONFIG", "").output().unwrap().status.code(), Some(0));
    let wrong = kql(folder.path(), &["run", "-e", "print 1"]).env("KQL_NOW", "never").output().unwrap();
    assert_eq!(wrong.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("KQL_NOW: 'never'"));
}
