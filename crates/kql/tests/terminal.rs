//! A scripted session at the prompt, over a pseudo-terminal: what is typed, and what the screen then shows.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used)] // a test

use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Nothing takes so long, even on a busy machine; a screen that never comes fails then.
const PATIENCE: Duration = Duration::from_secs(60);
const ROWS: u16 = 45;
const COLUMNS: u16 = 110;

struct Terminal {
    screen: vt100::Parser,
    /// Everything that was written: pictures do not show on this screen.
    written: Vec<u8>,
    output: Receiver<Vec<u8>>,
    input: Box<dyn Write + Send>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    _master: Box<dyn MasterPty + Send>,
}

impl Terminal {
    fn start(history: &Path, arguments: &[&str]) -> Self {
        Terminal::with(history, arguments, &[("NO_COLOR", "1")])
    }

    fn with(history: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let pair = native_pty_system()
            .openpty(PtySize { rows: ROWS, cols: COLUMNS, pixel_width: 0, pixel_height: 0 })
            .expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_kql"));
        command.args(arguments);
        command.env("KQL_HISTORY", history);
        command.env("TERM", "xterm-256color");
        command.env("KQL_CONFIG", "");
        for name in ["NO_COLOR", "KITTY_WINDOW_ID", "TERM_PROGRAM", "TMUX", "STY"] {
            command.env_remove(name);
        }
        environment.iter().for_each(|(name, value)| command.env(name, value));
        let child = pair.slave.spawn_command(command).expect("kql starts");
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n @ 1..) = reader.read(&mut buffer) {
                if send.send(buffer[..n].to_vec()).is_err() {
                    break;
                }
            }
        });
        let input = pair.master.take_writer().unwrap();
        let screen = vt100::Parser::new(ROWS, COLUMNS, 2000);
        Terminal { screen, written: Vec::new(), output, input, child, _master: pair.master }
    }

    fn text(&self) -> String {
        self.screen.screen().contents()
    }

    fn types(&mut self, keys: &str) -> &mut Self {
        self.input.write_all(keys.as_bytes()).unwrap();
        self.input.flush().unwrap();
        self
    }

    /// Types a line, waits until it is echoed, then presses Enter: what is typed ahead of a prompt would be lost.
    fn enters(&mut self, line: &str) -> &mut Self {
        self.types(line).shows(line.lines().last().unwrap_or(line)).types("\r")
    }

    /// Reads until the screen is as wanted.
    fn until(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> &mut Self {
        let deadline = Instant::now() + PATIENCE;
        while !wanted(&self.text()) {
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.receive(&bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("waited for {what}; the screen shows:\n{}", self.text())
                }
            }
        }
        self
    }

    fn receive(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.written.extend(bytes);
    }

    /// Reads until these bytes were written, and gives them with what follows up to `end`.
    fn writes(&mut self, start: &str, end: &str) -> String {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let text = String::from_utf8_lossy(&self.written).into_owned();
            if let Some(at) = text.find(start)
                && let Some(length) = text[at + start.len()..].find(end)
            {
                self.written.clear();
                return text[at..at + start.len() + length].to_owned();
            }
            match self.output.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(bytes) => self.receive(&bytes),
                Err(_) => panic!("waited for {start:?}; the screen shows:\n{}", self.text()),
            }
        }
    }

    fn shows(&mut self, wanted: &str) -> &mut Self {
        self.until(wanted, |text| text.contains(wanted))
    }

    /// The prompt is there again, with nothing typed.
    fn prompt(&mut self) -> &mut Self {
        self.until("the prompt", |text| text.lines().last().is_some_and(|line| line.trim_end() == "kql>"))
    }

    /// Ctrl-L: what was shown before must not be taken for what comes.
    fn clear(&mut self) -> &mut Self {
        self.prompt().types("\x0c");
        self.until("a clear screen", |text| text.trim_end() == "kql>")
    }

    fn leaves(&mut self) {
        self.prompt().types("\x04");
        assert!(self.child.wait().unwrap().success());
    }
}

fn captured() -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.join("fixtures/captured").to_str().unwrap().to_owned()
}

#[test]
fn a_session_at_the_prompt() {
    let folder = tempfile::tempdir().unwrap();
    let history = folder.path().join("history");
    let captured = captured();
    let mut t = Terminal::start(&history, &["--data", &captured, "--now", "latest"]);
    t.shows("rows loaded").prompt();
    t.enters(".pager off").prompt();

    // `;` runs; the answer is a table.
    t.enters("print answer = 6 * 7;").shows("(1 row)").shows("42").clear();

    // Several lines: nothing runs before the text is finished, and an open bracket keeps an empty line from running it.
    t.enters("DeviceEvents").enters("| summarize n = count() by").enters("ActionType").enters("| count");
    assert!(!t.text().contains("(1 row)"));
    t.types("\r").shows("(1 row)").clear();

    // Completion: a column of the table in scope, a table, an operator after a bar.
    t.types("DeviceProcessEvents | where InitiatingProcessFileN\t").shows("where InitiatingProcessFileName");
    t.types(" has 'powershell' | su\t").shows("summarize");
    t.types("\x03").prompt().clear();

    // Definitions stay.
    t.enters("let answer = (x:long) { x * 2 };").shows("kept: answer").prompt();
    t.enters("print twice = answer(21);").shows("twice").shows("42").clear();

    // Mistakes are underlined, with what to write instead.
    t.enters("DeviceEvents | where ActionTyp == 'x';").shows("SEM0100").shows("^^^^^^^^^").shows("ActionType").clear();

    // All of them, also those behind a mistake of syntax.
    t.enters("DeviceEvents | where Tmestamp > ago(1d) | summarise count();")
        .shows("'Timestamp'")
        .shows("'summarize'")
        .clear();

    // The ';' that runs a command is none of its data.
    t.enters(".create table Pairs (a:long, b:long);")
        .prompt()
        .enters(".ingest inline into table Pairs <| 20,22;")
        .prompt();
    t.enters("Pairs | project twin = a + b;").shows("twin").shows("42").clear();

    // Ctrl-C ends the query, not the session.
    t.enters("range x from 1 to 1000000000000 step 1 | summarize sum(x);").shows("rows/s");
    t.types("\x03").shows("KQ0008").clear();

    // A chart below its table.
    t.enters("DeviceEvents | summarize Events = count() by bin(Timestamp, 1d) | render timechart;");
    t.until("a chart", |text| text.contains('└') && text.contains("─────")).clear();

    // Wide rows, one column a line.
    t.enters("DeviceInfo | take 1 | project DeviceName, OSPlatform \\G").shows("── 1 ──").shows("OSPlatform").clear();

    // History: the last query again.
    t.types("\x1b[A").shows("\\G").types("\x03").prompt().clear();
    t.enters(".mode csv").prompt().enters("print a = 1, b = 'x';").shows("a,b").clear();
    t.enters(".help take").shows("take").clear();
    t.leaves();

    // History is there in the next session, searched with Ctrl-R.
    let mut t = Terminal::start(&history, &["--quiet"]);
    t.prompt().types("\x12answer = 6").shows("print answer = 6 * 7").types("\r").shows("42");
    t.leaves();
}

/// What is typed while a query runs is there when it ends, whole lines and the start of the next one.
#[test]
fn keys_wait_for_the_prompt() {
    let folder = tempfile::tempdir().unwrap();
    let mut t = Terminal::start(&folder.path().join("history"), &["--quiet", "--timeout", "5m"]);
    t.prompt();
    t.enters("range x from 1 to 3000000 step 1 | summarize sum(x);");
    t.types("print first = 111 * 2;\rprint second = 111 * 3;\rprint thi");
    t.shows("222").shows("333");
    t.shows("kql> print thi");
    t.types("\x03").leaves();
}

/// A terminal that says it takes sixels gets a picture, one known for Kitty's protocol gets it so, and one that is asked to
/// draw characters draws them.
#[test]
fn charts_are_pictures_where_the_terminal_takes_them() {
    let folder = tempfile::tempdir().unwrap();
    let history = folder.path().join("history");
    let chart = "range x from 1 to 5 step 1 | extend y = x * x | render linechart;";
    let mut t = Terminal::with(&history, &["--quiet"], &[]);
    t.prompt().enters(chart);
    t.writes("\x1b[16t\x1b[c", "");
    t.types("\x1b[6;20;10t\x1b[?62;4;22c");
    let picture = t.writes("\x1bP", "\x1b\\");
    assert!(picture.starts_with("\x1bP0;1q\"1;1;1100;618#0;2;"), "{}", &picture[..60]);
    t.prompt();
    // Asked once.
    t.enters(chart).writes("\x1bP", "\x1b\\");
    assert!(!t.text().contains("6;20;10t"));
    t.prompt().enters(".graphics").shows("auto").clear();
    t.enters(".graphics kitty").prompt().enters(chart);
    assert!(t.writes("\x1b_G", ";").contains("a=T,f=100,t=d,q=2,c=110"));
    t.prompt().enters(".graphics blocks").prompt().enters(chart).shows("┤").leaves();

    let mut t = Terminal::with(&history, &["--quiet"], &[("KITTY_WINDOW_ID", "1")]);
    t.prompt().enters(chart);
    t.writes("\x1b_Ga=T", ";");
    t.leaves();

    // One that takes none says so.
    let mut t = Terminal::with(&history, &["--quiet"], &[]);
    t.prompt().enters(chart);
    t.writes("\x1b[16t\x1b[c", "");
    t.types("\x1b[?62;22c").shows("┤").leaves();
}

#[test]
fn themes_color_the_prompt_the_tables_and_the_charts() {
    let folder = tempfile::tempdir().unwrap();
    let history = folder.path().join("history");
    let arguments = ["--quiet", "--graphics", "blocks", "--colors", "keyword=#010203"];
    let mut t = Terminal::with(&history, &arguments, &[]);
    t.prompt().types("let x = 1;");
    t.writes("\x1b[38;2;1;2;3mlet", "\x1b[0m");
    t.types("\x03").prompt();
    t.enters(".theme light").prompt().enters(".theme").shows("light").prompt();
    t.enters("range x from 1 to 5 step 1 | extend y = x * x | render linechart;");
    t.writes("\x1b[38;5;25m", "\x1b[0m");
    t.prompt().enters(".theme mono").prompt().clear();
    t.written.clear();
    t.enters("print n = long(null) | render linechart;").shows("null").prompt();
    let written = String::from_utf8_lossy(&t.written).into_owned();
    assert!(!["[31m", "[32m", "[34m", "[36m", "[38;"].iter().any(|color| written.contains(color)), "{written:?}");
    assert!(written.contains("\x1b[1m"), "{written:?}");
    t.enters(".theme sepia").shows("write one of dark, light, mono").leaves();
}

#[test]
fn rows_are_cut_with_a_note_or_refused() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = ["--quiet", "--rows", "2", "--max-rows", "9"];
    let mut t = Terminal::start(&folder.path().join("history"), &arguments);
    t.prompt().enters("range x from 1 to 5 step 1;").shows("(2 rows, 3 more not shown)").prompt();
    t.enters("range x from 1 to 10 step 1;").shows("more than 9 rows").prompt();
    t.enters(".max-rows 10").prompt().enters(".rows 4").prompt().clear();
    t.enters("range x from 1 to 10 step 1;").shows("(4 rows, 6 more not shown)").leaves();
}
