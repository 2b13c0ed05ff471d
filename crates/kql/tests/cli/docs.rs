//! `docs/command-line.md`: its examples give what it shows, its formatted query is what `kql fmt` makes, and it names every
//! command and option. `KQL_BLESS=1` writes the answers.

use super::{kql_in, root};
use std::fmt::Write as _;
use std::io::Write as _;
use std::process::Stdio;

fn page() -> std::path::PathBuf {
    root().join("docs/command-line.md")
}

/// The words of a command, text in single quotes as one.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    let words = parts.map(|(at, part)| match at % 2 {
        1 => vec![part.to_owned()],
        _ => part.split_whitespace().map(str::to_owned).collect(),
    });
    words.flatten().collect()
}

fn answer(command: &str) -> String {
    let words = words(command);
    let arguments: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    let output = kql_in(&root(), &arguments).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    // Times are not the same twice.
    let lines = text.lines().map(|line| match line.rsplit_once(|c: char| c == ' ' && line.ends_with(" ms")) {
        Some((rest, _)) => format!("{} …", rest.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.').trim_end()),
        None => line.to_owned(),
    });
    lines.fold(String::new(), |all, line| all + line.trim_end() + "\n")
}

#[test]
fn examples_of_the_page_give_what_it_shows() {
    let text = std::fs::read_to_string(page()).unwrap();
    let mut now = String::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        writeln!(now, "{line}").unwrap();
        if line != "```console" {
            continue;
        }
        for line in lines.by_ref().take_while(|l| *l != "```") {
            if let Some(command) = line.strip_prefix("$ ") {
                write!(now, "{line}\n{}", answer(command)).unwrap();
            }
        }
        writeln!(now, "```").unwrap();
    }
    if std::env::var_os("KQL_BLESS").is_some() {
        return std::fs::write(page(), now).unwrap();
    }
    let differ = now.lines().zip(text.lines()).find(|(a, b)| a != b);
    assert!(now == text, "KQL_BLESS=1 writes the page: {differ:?}");
}

#[test]
fn the_formatted_query_of_the_page_is_formatted_so() {
    let text = std::fs::read_to_string(page()).unwrap();
    let blocks: Vec<&str> = text.split("```kusto\n").skip(1).map(|b| b.split("```").next().unwrap()).collect();
    let [before, after] = blocks[..] else { panic!("two blocks") };
    let mut child = kql_in(&root(), &["fmt", "-"]).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(before.as_bytes()).unwrap();
    assert_eq!(String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap(), after);
}

#[test]
fn the_page_names_every_command_and_option() {
    let text = std::fs::read_to_string(page()).unwrap();
    let help = |arguments: &[&str]| String::from_utf8(kql_in(&root(), arguments).output().unwrap().stdout).unwrap();
    let all = help(&["help"]);
    let listed = all.lines().skip_while(|l| *l != "Commands:").skip(1).take_while(|l| !l.is_empty());
    let commands: Vec<&str> = listed.filter_map(|l| l.split_whitespace().next()).filter(|c| *c != "help").collect();
    assert!(commands.len() >= 9, "{commands:?}");
    let mut missing: Vec<String> = Vec::new();
    for command in commands {
        if !text.contains(&format!("kql {command}")) && !text.contains(&format!(", {command}")) {
            missing.push(command.to_owned());
        }
        let help = help(&[command, "--help"]);
        let options = help.split_whitespace().filter(|w| w.starts_with("--")).map(|w| w.trim_end_matches([',', '.']));
        missing.extend(options.filter(|o| *o != "--help" && !text.contains(*o)).map(|o| format!("{command} {o}")));
    }
    missing.sort();
    missing.dedup();
    assert!(missing.is_empty(), "{missing:?}");
}
