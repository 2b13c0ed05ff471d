//! Broken texts and files: what reads them gives diagnostics, never a panic.
//!
//! The entry points are those of the targets in `fuzz/`, which need a nightly compiler; here a plain loop mutates what is in
//! the project already. `cargo run -p kql-tests --bin fuzz-parser -- --minutes 10` looks for long.

use crate::case;
use crate::typed::choices::next;
use kql_diagnostic::code;
use kql_engine::Session;
use kql_render::{Format, Options, ResultTable, write};
use kql_sources::{Input, LoadOptions, load};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Texts of queries and bytes of files that mutants are made of.
#[derive(Debug)]
pub struct Corpus {
    texts: Vec<String>,
    files: Vec<(&'static str, Vec<u8>)>,
    session: Session,
}

/// A mutant that something could not read as it should.
#[derive(Clone, Debug)]
pub struct Wrong {
    /// What was done with it.
    pub entry: &'static str,
    /// The mutant.
    pub mutant: Vec<u8>,
    /// What went wrong.
    pub what: String,
}

/// Figures.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    /// Texts lexed, parsed, printed and bound.
    pub texts: usize,
    /// Those of them without a syntax error.
    pub valid: usize,
    /// Files read.
    pub files: usize,
    /// Those of them that gave rows.
    pub loaded: usize,
}

impl Corpus {
    /// The queries and case files of the project at `root`, and small files of every format.
    pub fn new(root: &Path) -> Corpus {
        let mut texts = Vec::new();
        for folder in ["fixtures/queries", "benches/corpus", "crates", "tests"] {
            queries(&root.join(folder), &mut texts);
        }
        let session = Session::builder().build();
        let files = files(&session);
        Corpus { texts, files, session }
    }

    /// A text of the corpus, mutated.
    pub fn text(&self, state: &mut u64) -> String {
        let text = self.some_text(state).to_owned();
        let mut text = text;
        for _ in 0..=below(state, 4) {
            text = self.mutated(&text, state);
        }
        text
    }

    fn some_text(&self, state: &mut u64) -> &str {
        let at = below(state, self.texts.len());
        self.texts.get(at).map_or("T", String::as_str)
    }

    fn mutated(&self, text: &str, state: &mut u64) -> String {
        const BITS: [&str; 40] = [
            "(",
            ")",
            "|",
            ";",
            "'",
            "\"",
            "[",
            "]",
            "{",
            "}",
            "==",
            " by ",
            "let ",
            "🦀",
            "\u{0}",
            "1d",
            "..",
            "-",
            "not(",
            "@\"",
            "dynamic(",
            "//",
            "```",
            "~~~",
            "h'",
            "\\",
            "\\u12",
            "0x",
            "1e",
            "datetime(",
            "\r\n",
            "\u{2028}",
            "\u{a0}",
            "*",
            "$",
            ".",
            ",",
            "=",
            "9223372036854775808",
            "typeof(",
        ];
        let tokens = kql_syntax::lex(text).0;
        let spans: Vec<(usize, usize)> = tokens.iter().map(|t| (t.span.start as usize, t.span.end as usize)).collect();
        if spans.is_empty() {
            return BITS[below(state, BITS.len())].to_owned();
        }
        let (start, end) = spans[below(state, spans.len())];
        let (other_start, other_end) = spans[below(state, spans.len())];
        let edge = (0..8).map(|_| below(state, text.len() + 1)).find(|at| text.is_char_boundary(*at)).unwrap_or(start);
        match below(state, 12) {
            0 => [&text[..start], &text[end..]].concat(),
            1 => [&text[..end], &text[start..end], &text[end..]].concat(),
            2 => [&text[..start], &text[other_start..other_end], &text[end..]].concat(),
            3 => text[..start].to_owned(),
            4 => text[start..].to_owned(),
            5 => [&text[..edge], BITS[below(state, BITS.len())], &text[edge..]].concat(),
            6 => [&text[..start], BITS[below(state, BITS.len())], &text[end..]].concat(),
            7 => {
                let (from, to) = (start.min(other_start), end.max(other_end));
                [&text[..from], &text[to..]].concat()
            }
            8 => {
                let (from, to) = (start.min(other_start), end.max(other_end));
                [&text[..to], &text[from..to], &text[to..]].concat()
            }
            9 => {
                let other = self.some_text(state);
                let spans: Vec<_> = kql_syntax::lex(other).0.iter().map(|t| t.span).collect();
                if spans.is_empty() {
                    return text.to_owned();
                }
                let (a, b) = (spans[below(state, spans.len())], spans[below(state, spans.len())]);
                let piece = &other[a.start.min(b.start) as usize..a.end.max(b.end) as usize];
                [&text[..start], piece, " ", &text[end..]].concat()
            }
            10 => {
                let times = 1 << below(state, 9);
                let open = ["(", "[", "not(", "-", "T|", "strcat(", "{", "1+", "a."][below(state, 9)];
                [&text[..start], &open.repeat(times), &text[start..]].concat()
            }
            _ => text.chars().filter(|_| below(state, 40) > 0).collect(),
        }
    }

    /// Lexes, parses, prints and binds a text.
    ///
    /// # Errors
    /// What is wrong.
    pub fn try_text(&self, text: &str, counts: &mut Counts) -> Result<(), Wrong> {
        counts.texts += 1;
        let wrong = |entry: &'static str, what: String| Wrong { entry, mutant: text.as_bytes().to_vec(), what };
        let guarded =
            |entry: &'static str, f: &mut dyn FnMut() -> Result<(), String>| match catch_unwind(AssertUnwindSafe(f)) {
                Ok(done) => done.map_err(|what| wrong(entry, what)),
                Err(_) => Err(wrong(entry, "a panic".into())),
            };
        guarded("lex", &mut || lexes(text))?;
        guarded("parse", &mut || {
            if prints(text)? {
                counts.valid += 1;
            }
            Ok(())
        })?;
        guarded("check", &mut || {
            for d in self.session.check(text).diagnostics {
                if d.code == code::INTERNAL || d.span.end as usize > text.len() || d.span.start > d.span.end {
                    return Err(format!("{d:?}"));
                }
                if !text.is_char_boundary(d.span.start as usize) || !text.is_char_boundary(d.span.end as usize) {
                    return Err(format!("inside a character: {d:?}"));
                }
            }
            Ok(())
        })
    }

    /// A file of the corpus, mutated: the end of its name, its bytes.
    pub fn file(&self, state: &mut u64) -> (&'static str, Vec<u8>) {
        let (name, bytes) = &self.files[below(state, self.files.len())];
        let mut bytes = bytes.clone();
        for _ in 0..=below(state, 4) {
            let at = below(state, bytes.len());
            if bytes.is_empty() {
                break;
            }
            match below(state, 8) {
                0 => bytes[at] = below(state, 256) as u8,
                1 => bytes[at] ^= 1 << below(state, 8),
                2 => bytes.truncate(at),
                3 => drop(bytes.drain(at..(at + 1 + below(state, 20)).min(bytes.len()))),
                4 => {
                    let piece = bytes[at..(at + 1 + below(state, 60)).min(bytes.len())].to_vec();
                    let to = below(state, bytes.len());
                    bytes.splice(to..to, piece);
                }
                5 => {
                    let bits: [&[u8]; 12] = [
                        b"\"",
                        b"{",
                        b"}",
                        b"[",
                        b",",
                        b"\n",
                        b"\\u",
                        b"null",
                        b"1e999",
                        b"\xff\xfe",
                        b"\x1f\x8b",
                        b"-",
                    ];
                    bytes.splice(at..at, bits[below(state, bits.len())].iter().copied());
                }
                6 => {
                    let end = (at + 4).min(bytes.len());
                    bytes[at..end].fill(if below(state, 2) == 0 { 0xff } else { 0 });
                }
                _ => {
                    let other = &self.files[below(state, self.files.len())].1;
                    let from = below(state, other.len());
                    bytes.truncate(at);
                    bytes.extend_from_slice(&other[from..]);
                }
            }
        }
        (name, bytes)
    }

    /// Reads a file with these bytes, written into `folder`.
    ///
    /// # Errors
    /// What is wrong.
    pub fn try_file(&self, name: &'static str, bytes: &[u8], folder: &Path, counts: &mut Counts) -> Result<(), Wrong> {
        counts.files += 1;
        let wrong = |what: String| Wrong { entry: name, mutant: bytes.to_vec(), what };
        let path = folder.join(format!("mutant-{}-{name}", std::process::id()));
        std::fs::write(&path, bytes).map_err(|e| wrong(e.to_string()))?;
        let options = LoadOptions { max_memory: Some(256 << 20), threads: 1, ..LoadOptions::default() };
        let input = Input { table: Some("X".into()), path: path.clone() };
        let read = catch_unwind(AssertUnwindSafe(|| load(std::slice::from_ref(&input), &options)));
        let _ = std::fs::remove_file(&path);
        match read {
            Err(_) => Err(wrong("a panic".into())),
            Ok(Ok(loaded)) => {
                counts.loaded += usize::from(!loaded.tables.is_empty());
                match loaded.report.problems.iter().find(|p| format!("{p:?}").contains("a defect of kql")) {
                    Some(problem) => Err(wrong(format!("{problem:?}"))),
                    None => Ok(()),
                }
            }
            Ok(Err(_)) => Ok(()),
        }
    }
}

/// Tokens with blanks and comments cover the text, and end on character boundaries.
fn lexes(text: &str) -> Result<(), String> {
    let (tokens, _) = kql_syntax::lex_with_trivia(text);
    let mut end = 0;
    for token in &tokens {
        if token.span.start != end || !text.is_char_boundary(token.span.end as usize) {
            return Err(format!("a gap before {token:?}"));
        }
        end = token.span.end;
    }
    if end as usize == text.len() { Ok(()) } else { Err("the end is no token".into()) }
}

/// What reads without errors prints as text that reads as the same tree. True when it reads without errors.
fn prints(text: &str) -> Result<bool, String> {
    let parsed = kql_syntax::parse(text);
    let printed = kql_syntax::print(&parsed.script);
    if parsed.diagnostics.iter().any(|d| d.is_error()) {
        return Ok(false);
    }
    let again = kql_syntax::parse(&printed);
    if let Some(error) = again.diagnostics.iter().find(|d| d.is_error()) {
        return Err(format!("printed it does not read: {error}: {printed}"));
    }
    if parsed.script.outline() != again.script.outline() {
        return Err(format!("printed it reads as another tree: {printed}"));
    }
    Ok(true)
}

fn below(state: &mut u64, n: usize) -> usize {
    next(state) as usize % n.max(1)
}

fn queries(folder: &Path, texts: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            queries(&path, texts);
        } else if path.extension().is_some_and(|e| e == "kql") {
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            match case::parse(&text) {
                Ok(cases) if !cases.is_empty() => texts.extend(cases.into_iter().map(|c| c.query)),
                _ => texts.push(text),
            }
        }
    }
}

/// A small table of all types in every format, and records as the services write them.
fn files(session: &Session) -> Vec<(&'static str, Vec<u8>)> {
    let query = "datatable(b:bool, i:int, l:long, r:real, m:decimal, s:string, d:datetime, t:timespan, g:guid, y:dynamic)[\
        true, 1, 2, 1.5, decimal(1.25), 'é\"x', datetime(2026-11-20 12:00:00.1234567), 1d, \
        guid(74be27de-1e4e-49d9-b579-fe0b331d3642), dynamic({'a':[1,null,'x']}), \
        bool(null), int(null), long(null), real(nan), decimal(null), '', datetime(null), timespan(null), guid(null), dynamic(null), \
        false, -1, -2, -1e300, decimal(-3), 'a,b', datetime(1970-01-01), -1h, guid(00000000-0000-0000-0000-000000000000), dynamic([])]";
    let outcome = session.run(query);
    let mut files: Vec<(&'static str, Vec<u8>)> = Vec::new();
    let formats = [
        ("a.json", Format::Json),
        ("b.ndjson", Format::Ndjson),
        ("c.csv", Format::Csv),
        ("d.tsv", Format::Tsv),
        ("e.parquet", Format::Parquet),
        ("f.arrow", Format::Arrow),
    ];
    for result in &outcome.results {
        let table = ResultTable { name: &result.name, schema: &result.schema, batches: &result.batches, render: None };
        for (name, format) in formats {
            let mut bytes = Vec::new();
            if write(&[table], format, &Options::default(), &mut bytes).is_ok() {
                files.push((name, bytes));
            }
        }
    }
    const RECORDS: &str = concat!(
        r#"{"time":"2026-11-21T17:03:25Z","tenantId":"t","category":"AdvancedHunting-DeviceEvents","properties":{"Timestamp":"2026-11-21T17:03:21.698868Z","ActionType":"x","ProcessId":1,"AdditionalFields":"{\"a\":[1,2]}"}}"#,
        "\n",
        r#"{"records":[{"TimeGenerated":"2026-11-21","Type":"SigninLogs","DeviceDetail":{"a":"\u00e9"}},{"a":1}]}"#,
        "\n",
        r#"{"tables":[{"name":"PrimaryResult","columns":[{"name":"x","type":"long"}],"rows":[[1],["2"]]}]}"#,
        "\n",
    );
    files.push(("g.json", RECORDS.into()));
    files.push(("h.json", format!("[{}]", RECORDS.trim().replace('\n', ",")).into()));
    files
}
