//! Case files.
//!
//! ```text
//! //# null rows are kept by !=
//! datatable(x:long)[1, long(null), 2] | where x != 1
//! //= x:long
//! //= [null]
//! //= [2]
//! ```
//!
//! `//#` starts a case and names it. The query follows. Then its answer: `//=` with the columns, and a JSON array for each
//! row (values as the v1 protocol encodes them). Rows are compared as a set; write `//== x:long` for the columns line when
//! their order counts. A query that is refused has `//! SEM0100 12..15` instead: code and byte span. Several results have
//! several columns lines. Lines before the first `//#` are comments.
//!
//! `KQL_BLESS=1 cargo test -p kql-tests` writes the answers of the engine into the files: read the diff before you commit
//! it, and say in the case's name or in a comment where the truth comes from.

use serde_json::Value;

/// One case.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// The name after `//#`.
    pub name: String,
    /// Line of the name, from 1.
    pub line: usize,
    /// The query text.
    pub query: String,
    /// The expected answer; empty when the file has none yet.
    pub expected: Vec<Expected>,
}

/// An expected result.
#[derive(Clone, Debug, PartialEq)]
pub enum Expected {
    /// A table.
    Table {
        /// `name:type`.
        columns: Vec<(String, String)>,
        /// Rows of values.
        rows: Vec<Vec<Value>>,
        /// Order counts.
        ordered: bool,
    },
    /// A refusal.
    Error {
        /// The code.
        code: String,
        /// Byte span in the query.
        span: (usize, usize),
    },
}

/// Reads the cases of a file.
///
/// # Errors
/// A sentence with the line that cannot be read.
pub fn parse(text: &str) -> Result<Vec<Case>, String> {
    let mut cases: Vec<Case> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let number = number + 1;
        if let Some(name) = line.strip_prefix("//#") {
            let name = name.trim().to_owned();
            cases.push(Case { name, line: number, query: String::new(), expected: Vec::new() });
            continue;
        }
        let Some(case) = cases.last_mut() else { continue };
        let bad = |why: String| format!("line {number}: {why}");
        if let Some(columns) = line.strip_prefix("//==") {
            case.expected.push(columns_line(columns, true).map_err(bad)?);
        } else if let Some(rest) = line.strip_prefix("//=") {
            let rest = rest.trim();
            match case.expected.last_mut() {
                Some(Expected::Table { rows, .. }) if rest.starts_with('[') => {
                    let row: Vec<Value> = serde_json::from_str(rest).map_err(|e| bad(e.to_string()))?;
                    rows.push(row);
                }
                _ => case.expected.push(columns_line(rest, false).map_err(bad)?),
            }
        } else if let Some(error) = line.strip_prefix("//!") {
            let parsed = error.trim().split_once(' ').and_then(|(code, span)| {
                let (start, end) = span.trim().split_once("..")?;
                Some(Expected::Error { code: code.to_owned(), span: (start.parse().ok()?, end.parse().ok()?) })
            });
            case.expected.push(parsed.ok_or_else(|| bad("write //! CODE START..END".to_owned()))?);
        } else {
            case.query.push_str(line);
            case.query.push('\n');
        }
    }
    for case in &mut cases {
        case.query.truncate(case.query.trim_end().len());
    }
    Ok(cases)
}

fn columns_line(text: &str, ordered: bool) -> Result<Expected, String> {
    let column = |c: &str| {
        let (name, ty) = c.rsplit_once(':').ok_or_else(|| format!("'{c}' is not NAME:TYPE"))?;
        Ok::<_, String>((unescape(name.trim()), ty.trim().to_owned()))
    };
    let columns = text.split(", ").filter(|c| !c.trim().is_empty()).map(column).collect::<Result<_, _>>()?;
    Ok(Expected::Table { columns, rows: Vec::new(), ordered })
}

fn unescape(name: &str) -> String {
    name.replace("%2C", ",").replace("%25", "%")
}

/// The text of an expected result, as it stands in a file.
pub fn print(expected: &Expected) -> String {
    match expected {
        Expected::Error { code, span } => format!("//! {code} {}..{}\n", span.0, span.1),
        Expected::Table { columns, rows, ordered } => {
            let names: Vec<String> =
                columns.iter().map(|(n, t)| format!("{}:{t}", n.replace('%', "%25").replace(',', "%2C"))).collect();
            let mut text = format!("//={} {}\n", if *ordered { "=" } else { "" }, names.join(", "));
            for row in rows {
                let row = serde_json::to_string(row).unwrap_or_default();
                text.push_str(&format!("//= {row}\n"));
            }
            text
        }
    }
}

/// The file's text with new answers: `answers[i]` belongs to the case `i`.
pub fn rewrite(text: &str, answers: &[Vec<Expected>]) -> String {
    let mut out = String::new();
    let mut at = None::<usize>;
    let mut pending = String::new();
    let flush = |out: &mut String, pending: &mut String, at: Option<usize>| {
        let Some(at) = at else {
            out.push_str(pending);
            pending.clear();
            return;
        };
        out.push_str(pending.trim_end());
        out.push('\n');
        pending.clear();
        answers[at].iter().for_each(|e| out.push_str(&print(e)));
        out.push('\n');
    };
    for line in text.lines() {
        if line.starts_with("//#") {
            flush(&mut out, &mut pending, at);
            at = Some(at.map_or(0, |a| a + 1));
        }
        let answer = ["//=", "//!"].iter().any(|p| line.starts_with(p));
        if at.is_none() || !answer {
            pending.push_str(line);
            pending.push('\n');
        }
    }
    flush(&mut out, &mut pending, at);
    let end = out.trim_end().len();
    out.truncate(end);
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = "// Where the truth comes from.\n\n//# one\nprint x = 1\n//= x:long\n//= [1]\n\n//# refused\nprint y\n//! SEM0100 6..7\n";

    #[test]
    fn reads_and_rewrites_to_the_same_text() {
        let cases = parse(FILE).unwrap();
        assert_eq!(cases.len(), 2);
        assert_eq!(cases[0].query, "print x = 1");
        let answers: Vec<_> = cases.iter().map(|c| c.expected.clone()).collect();
        assert_eq!(rewrite(FILE, &answers), FILE);
    }

    #[test]
    fn says_which_line_is_wrong() {
        assert_eq!(parse("//# a\n//= [1").unwrap_err(), "line 2: '[1' is not NAME:TYPE");
    }
}
