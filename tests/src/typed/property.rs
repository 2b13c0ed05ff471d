//! What must hold of every query. Each property makes a query from choices and says how it breaks the property, if it does.

use super::choices::Choices;
use super::data::{Broken, Way, World};
use super::expression::{ALTERNATIVES, Expressions, fill};
use super::pipeline::{Kinds, Query, query};
use crate::compare::{Rules, Table, difference};
use crate::run::Refusal;
use kql_diagnostic::code;
use kql_render::{Format, Options, ResultTable, write};
use kql_types::ScalarType as Ty;
use serde_json::{Map, Value};

/// A property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Property {
    /// An expression of literals is what it is over columns that hold them, and over any mixture.
    Fold,
    /// Rows do not depend on how they are cut into arrays, nor on the rows around them.
    Arrays,
    /// `where p`, `where not(p)` and `where isnull(p)` part the rows.
    Partition,
    /// The optimizer does not change answers.
    Optimizer,
    /// Operators do not depend on those before them but for their rows.
    Stages,
    /// Threads and batches do not change answers.
    Threads,
    /// `count` and `summarize count()` count the rows; each column alone is what it is among the others.
    Count,
    /// JSON and NDJSON read back as the same values.
    Outputs,
    /// The printed query has the same columns.
    Print,
    /// Nothing panics or fails inside.
    Sound,
}

impl Property {
    /// All, with their names.
    pub const ALL: [(&'static str, Property); 10] = [
        ("fold", Property::Fold),
        ("arrays", Property::Arrays),
        ("partition", Property::Partition),
        ("optimizer", Property::Optimizer),
        ("stages", Property::Stages),
        ("threads", Property::Threads),
        ("count", Property::Count),
        ("outputs", Property::Outputs),
        ("print", Property::Print),
        ("sound", Property::Sound),
    ];
}

/// Figures of a hunt.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    /// Cases tried.
    pub cases: usize,
    /// Queries run.
    pub runs: usize,
    /// Cases in which the engine refused the query, so that nothing was compared.
    pub refused: usize,
    /// Cases that broke their property, repetitions of one defect included.
    pub findings: usize,
    /// Operators the binder refused while queries were made.
    pub operators_refused: usize,
}

/// A broken property.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The queries.
    pub text: String,
    /// What is wrong.
    pub what: String,
}

type Judged = Result<(), Finding>;

/// Makes a case and judges it.
pub fn judge(property: Property, choices: &mut Choices, world: &World, tally: &mut Tally) -> Option<Finding> {
    let mut judge = Judge { choices, world, tally };
    let judged = match property {
        Property::Fold => judge.fold(),
        Property::Arrays => judge.arrays(),
        Property::Partition => judge.partition(),
        Property::Optimizer => judge.ways(Way::Unoptimized),
        Property::Stages => judge.stages(),
        Property::Threads => judge.ways(Way::Spread),
        Property::Count => judge.count(),
        Property::Outputs => judge.outputs(),
        Property::Print => judge.print(),
        Property::Sound => judge.sound(),
    };
    judged.err()
}

struct Judge<'a> {
    choices: &'a mut Choices,
    world: &'a World,
    tally: &'a mut Tally,
}

fn finding(text: &str, what: impl Into<String>) -> Finding {
    Finding { text: text.to_owned(), what: what.into() }
}

impl Judge<'_> {
    fn query(&mut self, kinds: Kinds, longest: usize) -> Result<Query, Finding> {
        query(self.choices, self.world, kinds, longest, &mut self.tally.operators_refused)
            .map_err(|(text, broken)| finding(&text, broken))
    }

    fn run(&mut self, way: Way, text: &str) -> Result<Result<Vec<Table>, Refusal>, Finding> {
        self.tally.runs += 1;
        super::hunt::note(text);
        self.world.run(way, text).map_err(|broken: Broken| finding(text, format!("{way:?}: {broken}")))
    }

    /// Two answers agree: both tables alike, or both refused.
    fn same(
        &mut self,
        text: &str,
        first: &Result<Vec<Table>, Refusal>,
        second: &Result<Vec<Table>, Refusal>,
    ) -> Judged {
        let rules = Rules { tolerance: 1e-7, ..Rules::default() };
        match (first, second) {
            (Ok(a), Ok(b)) if a.len() != b.len() => Err(finding(text, "another number of results")),
            (Ok(a), Ok(b)) => match a.iter().zip(b).find_map(|(a, b)| difference(a, b, &rules)) {
                Some(what) => Err(finding(text, what)),
                None => Ok(()),
            },
            (Err(a), Err(b)) if a.code == b.code => {
                self.tally.refused += 1;
                Ok(())
            }
            (Err(r), _) | (_, Err(r)) if r.code == code::LIMIT => Ok(()),
            // Some arguments are refused when they are computed, some calls when they are planned: no way has to do what it
            // does not need.
            (Err(r), _) | (_, Err(r)) if r.code.starts_with("SEM") || r.code == code::UNSUPPORTED => {
                self.tally.refused += 1;
                Ok(())
            }
            (a, b) => {
                let say = |r: &Result<Vec<Table>, Refusal>| match r {
                    Ok(_) => "an answer".to_owned(),
                    Err(r) => r.message.clone(),
                };
                Err(finding(text, format!("{} and {}", say(a), say(b))))
            }
        }
    }

    fn fold(&mut self) -> Judged {
        let ty = *self.choices.pick(&Ty::ALL);
        let depth = 1 + self.choices.below(3);
        let mut maker = Expressions { choices: self.choices, columns: &[], leaves: Some(Vec::new()) };
        let template = maker.of(ty, depth);
        let leaves = maker.leaves.unwrap_or_default();
        let literals = |row: usize| fill(&template, |leaf| leaves[leaf].literals[row].clone());
        let prints: Vec<String> = (0..ALTERNATIVES).map(|row| format!("print r = {}", literals(row))).collect();
        let columns: Vec<String> = leaves.iter().enumerate().map(|(i, l)| format!("c{i}:{}", l.ty.name())).collect();
        let mut cells = Vec::new();
        for row in 0..ALTERNATIVES {
            cells.push(row.to_string());
            cells.extend(leaves.iter().map(|l| l.literals[row].clone()));
        }
        let comma = if columns.is_empty() { "" } else { ", " };
        let table = format!("datatable(i:long{comma}{})[{}]", columns.join(", "), cells.join(", "));
        let over = fill(&template, |leaf| format!("c{leaf}"));
        let rows_text = format!("{table}\n| project i, r = {over}");
        let rows = match self.run(Way::Plain, &rows_text)? {
            Ok(tables) => tables,
            Err(_) => {
                self.tally.refused += 1;
                Vec::new()
            }
        };
        let one = |row: usize| -> Option<Table> {
            let table = rows.first()?;
            let wanted = table.rows.iter().find(|r| r[0].as_i64() == i64::try_from(row).ok())?;
            Some(Table { columns: vec![table.columns[1].clone()], rows: vec![vec![wanted[1].clone()]] })
        };
        let rules = Rules { tolerance: 1e-12, ..Rules::default() };
        for (row, print) in prints.iter().enumerate() {
            let Ok(folded) = self.run(Way::Plain, print)? else { continue };
            if let (Some(folded), Some(over_rows)) = (folded.first(), one(row))
                && let Some(what) = difference(&over_rows, folded, &rules)
            {
                return Err(finding(&format!("{print}\n--\n{rows_text}"), format!("folded differs: {what}")));
            }
        }
        // Some arguments constant, the others columns.
        let mask = self.choices.below(1 << leaves.len().min(6));
        if leaves.len() > 1 && mask != 0 {
            let row = self.choices.below(ALTERNATIVES);
            let mixed = fill(&template, |leaf| {
                if mask >> (leaf % 6) & 1 == 1 { leaves[leaf].literals[row].clone() } else { format!("c{leaf}") }
            });
            let text = format!("{table}\n| where i == {row}\n| project i, r = {mixed}");
            if let (Ok(tables), Some(over_rows)) = (self.run(Way::Plain, &text)?, one(row))
                && let Some(table) = tables.first()
            {
                let mixed = Table {
                    columns: vec![table.columns[1].clone()],
                    rows: table.rows.iter().map(|r| vec![r[1].clone()]).collect(),
                };
                if let Some(what) = difference(&over_rows, &mixed, &rules) {
                    return Err(finding(&format!("{text}\n--\n{rows_text}"), format!("mixed differs: {what}")));
                }
            }
        }
        Ok(())
    }

    fn arrays(&mut self) -> Judged {
        let query = self.query(Kinds::RowByRow, 3)?;
        let plain = self.run(Way::Plain, &query.text)?;
        for way in [Way::Sliced, Way::Spread] {
            let other = self.run(way, &query.text)?;
            self.same(&format!("{way:?}\n{}", query.text), &plain, &other)?;
        }
        let thrice = self.run(Way::Tripled, &query.text)?;
        let expected = plain.map(|tables| {
            let triple =
                |t: Table| Table { rows: [t.rows.clone(), t.rows.clone(), t.rows].concat(), columns: t.columns };
            tables.into_iter().map(triple).collect()
        });
        self.same(&format!("Tripled\n{}", query.text), &expected, &thrice)
    }

    fn partition(&mut self) -> Judged {
        let query = self.query(Kinds::Deterministic, 2)?;
        let Some(columns) = &query.columns else { return Ok(()) };
        let p = Expressions { choices: self.choices, columns, leaves: None }.of(Ty::Bool, 3);
        let whole = self.run(Way::Plain, &query.text)?;
        let Ok(whole) = whole else { return Ok(()) };
        let mut parts: Option<Table> = None;
        for part in [format!("where {p}"), format!("where not({p})"), format!("where isnull({p})")] {
            let text = format!("{}\n| {part}", query.text);
            let Ok(tables) = self.run(Way::Plain, &text)? else {
                self.tally.refused += 1;
                return Ok(());
            };
            let Some(table) = tables.into_iter().next() else { return Ok(()) };
            match &mut parts {
                None => parts = Some(table),
                Some(all) => all.rows.extend(table.rows),
            }
        }
        let text = format!("{}\n| where {p}", query.text);
        self.same(&text, &Ok(whole), &Ok(parts.into_iter().collect()))
    }

    fn ways(&mut self, way: Way) -> Judged {
        let query = self.query(Kinds::Deterministic, 4)?;
        let plain = self.run(Way::Plain, &query.text)?;
        let other = self.run(way, &query.text)?;
        self.same(&format!("{way:?}\n{}", query.text), &plain, &other)
    }

    fn stages(&mut self) -> Judged {
        let query = self.query(Kinds::Deterministic, 5)?;
        if query.cuts.len() < 2 {
            return Ok(());
        }
        let cut = query.cuts[1 + self.choices.below(query.cuts.len() - 1)];
        let plain = self.run(Way::Plain, &query.text)?;
        self.tally.runs += 2;
        let text = format!("{}\n// --- then, over what this gave:{}", &query.text[..cut], &query.text[cut..]);
        let staged = self.world.staged(&query.text, cut).map_err(|broken| finding(&text, broken))?;
        self.same(&text, &plain, &staged)
    }

    fn count(&mut self) -> Judged {
        let query = self.query(Kinds::Deterministic, 4)?;
        let Ok(tables) = self.run(Way::Plain, &query.text)? else {
            self.tally.refused += 1;
            return Ok(());
        };
        let Some(table) = tables.first() else { return Ok(()) };
        for counting in ["count", "summarize Count = count()"] {
            let text = format!("{}\n| {counting}", query.text);
            let counted = self.run(Way::Plain, &text)?;
            let expected =
                Table { columns: vec![("Count".into(), "long".into())], rows: vec![vec![table.rows.len().into()]] };
            self.same(&text, &Ok(vec![expected]), &counted)?;
        }
        if query.columns.is_some() && !table.columns.is_empty() {
            let at = self.choices.below(table.columns.len());
            let column = &table.columns[at];
            let text = format!("{}\n| project {}", query.text, super::expression::name(&column.0));
            let alone = self.run(Way::Plain, &text)?;
            let rows = table.rows.iter().map(|r| vec![r[at].clone()]).collect();
            self.same(&text, &Ok(vec![Table { columns: vec![column.clone()], rows }]), &alone)?;
        }
        Ok(())
    }

    fn outputs(&mut self) -> Judged {
        let query = self.query(Kinds::All, 3)?;
        self.tally.runs += 1;
        super::hunt::note(&query.text);
        let outcome = self.world.outcome(Way::Plain, &query.text).map_err(|b| finding(&query.text, b))?;
        if !outcome.is_ok() {
            self.tally.refused += 1;
            return Ok(());
        }
        for result in &outcome.results {
            let table =
                ResultTable { name: &result.name, schema: &result.schema, batches: &result.batches, render: None };
            let text = |format: Format| -> Result<String, Finding> {
                let mut bytes = Vec::new();
                write(&[table], format, &Options::default(), &mut bytes)
                    .map_err(|e| finding(&query.text, format!("{format:?}: {e}")))?;
                String::from_utf8(bytes).map_err(|e| finding(&query.text, e.to_string()))
            };
            let document: Value =
                serde_json::from_str(&text(Format::Json)?).map_err(|e| finding(&query.text, format!("json: {e}")))?;
            let names: Vec<&str> = result.schema.columns.iter().map(|c| &*c.name).collect();
            let empty = Vec::new();
            let rows = document["tables"][0]["rows"].as_array().unwrap_or(&empty);
            let lines = text(Format::Ndjson)?;
            let lines: Vec<&str> = lines.lines().collect();
            if lines.len() != rows.len() || rows.len() != result.rows() {
                let what = format!("{} rows, {} in JSON, {} in NDJSON", result.rows(), rows.len(), lines.len());
                return Err(finding(&query.text, what));
            }
            for (line, row) in lines.iter().zip(rows) {
                let object: Map<String, Value> =
                    serde_json::from_str(line).map_err(|e| finding(&query.text, format!("ndjson: {e}: {line}")))?;
                for (name, value) in names.iter().zip(row.as_array().unwrap_or(&empty)) {
                    if object.get(*name).unwrap_or(&Value::Null) != value {
                        let what = format!("column {name} is {value} in JSON and in NDJSON {:?}", object.get(*name));
                        return Err(finding(&query.text, what));
                    }
                }
            }
            for format in [Format::Csv, Format::Tsv, Format::Markdown, Format::Table] {
                text(format)?;
            }
            for format in [Format::Parquet, Format::Arrow] {
                let written = write(&[table], format, &Options::default(), &mut Vec::new());
                written.map_err(|e| finding(&query.text, format!("{format:?}: {e}")))?;
            }
        }
        Ok(())
    }

    fn print(&mut self) -> Judged {
        let query = self.query(Kinds::All, 5)?;
        let parsed = kql_syntax::parse(&query.text);
        let printed = kql_syntax::print(&parsed.script);
        let columns = |text: &str| self.world.check(text).map_err(|b| finding(text, b));
        let (first, second) = (columns(&query.text)?, columns(&printed)?);
        if first != second {
            return Err(finding(&format!("{}\n--\n{printed}", query.text), format!("{first:?} printed {second:?}")));
        }
        Ok(())
    }

    fn sound(&mut self) -> Judged {
        let query = self.query(Kinds::All, 6)?;
        let way = *self.choices.pick(&[Way::Plain, Way::Spread, Way::Sliced, Way::Unoptimized]);
        self.tally.runs += 1;
        super::hunt::note(&query.text);
        // The answer is not read: it may be far larger as JSON values than as columns.
        let outcome =
            self.world.outcome(way, &query.text).map_err(|b| finding(&query.text, format!("{way:?}: {b}")))?;
        if !outcome.is_ok() {
            self.tally.refused += 1;
        }
        Ok(())
    }
}
