//! Paths into dynamic values: `d.a["b"][-1]`.

use super::cells::Cells;
use super::tolerant;
use crate::Call;
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::dynamic::{self, Kind};
use memchr::memmem::Finder;
use std::borrow::Cow;

/// One step of a path whose value is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step<'a> {
    /// The property of a bag.
    Key(Cow<'a, str>),
    /// The element of an array, from the end when negative.
    Index(i64),
}

impl Step<'_> {
    /// The value one step below a value in canonical text.
    pub(crate) fn take<'v>(&self, value: &'v str) -> Option<&'v str> {
        match self {
            Step::Key(key) => dynamic::get_key(value, key),
            Step::Index(index) => dynamic::get_index(value, *index),
        }
    }
}

/// The arguments of a call that are the steps of a path.
pub(crate) struct PathRows {
    steps: Vec<Cells>,
}

impl PathRows {
    /// The arguments from `first` on.
    pub(crate) fn new(call: &Call, args: &[ColumnarValue], first: usize) -> Result<Self> {
        Ok(PathRows { steps: Cells::arguments(call, args, first)? })
    }

    /// The steps when all are constants; `None` when one is not, or is nothing that can be a step.
    pub(crate) fn constant(&self, args: &[ColumnarValue], first: usize) -> Option<Vec<Step<'_>>> {
        let constants = args.get(first..)?.iter().all(|a| matches!(a, ColumnarValue::Scalar(_)));
        if constants { self.at(0) } else { None }
    }

    /// The steps of a row; `None` when one of them is null or can be no step (a bool, a bag), so that the path leads nowhere.
    pub(crate) fn at(&self, row: usize) -> Option<Vec<Step<'_>>> {
        self.steps.iter().map(|cells| step(cells, row)).collect()
    }
}

fn step(cells: &Cells, row: usize) -> Option<Step<'_>> {
    match cells {
        Cells::String(rows) => Some(Step::Key(Cow::Borrowed(rows.text(row)))),
        Cells::Int(rows) => rows.get(row).map(|v| Step::Index(i64::from(v))),
        Cells::Long(rows) => rows.get(row).map(Step::Index),
        Cells::Dynamic(rows) => {
            let value = rows.get(row)?;
            match dynamic::kind(value) {
                Kind::String => dynamic::unquote(value).map(Step::Key),
                Kind::Long => value.parse().ok().map(Step::Index),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The value at the end of a path of constant steps, over many values in canonical text.
pub(crate) struct Walker<'a> {
    steps: Vec<CompiledStep<'a>>,
    prefilter: Option<Prefilter>,
}

enum CompiledStep<'a> {
    /// The key as canonical text has it between its quotes.
    Key(String),
    Other(Step<'a>),
}

impl<'a> Walker<'a> {
    pub(crate) fn new(steps: Vec<Step<'a>>) -> Self {
        let prefilter = longest_key(&steps).map(|key| Prefilter::new(&format!("{}:", dynamic::quote(key))));
        let compile = |step| match step {
            Step::Key(key) => CompiledStep::Key(inner(&dynamic::quote(&key)).to_owned()),
            index => CompiledStep::Other(index),
        };
        Walker { steps: steps.into_iter().map(compile).collect(), prefilter }
    }

    /// The value at the end of the path; `None` when there is none or it is `null`.
    pub(crate) fn walk<'v>(&mut self, value: &'v str) -> Option<&'v str> {
        if self.prefilter.as_mut().is_some_and(|p| !p.may_match(value)) {
            return None;
        }
        let mut at = value;
        for step in &self.steps {
            at = match step {
                CompiledStep::Key(key) => dynamic::raw_entries(at).find(|(k, _)| k == key)?.1,
                CompiledStep::Other(step) => step.take(at)?,
            };
        }
        (at != "null").then_some(at)
    }
}

/// [`Walker`] over JSON text that is not canonical, as `parse_json(text)` would read it.
pub(crate) struct TextWalker<'a> {
    steps: Vec<Step<'a>>,
    prefilter: Option<Prefilter>,
    /// Keys of letters, digits and `_` can be spelled otherwise only with `\u` escapes, all other keys with any escape.
    plain_key: bool,
}

impl<'a> TextWalker<'a> {
    pub(crate) fn new(steps: Vec<Step<'a>>) -> Self {
        let key = longest_key(&steps);
        TextWalker {
            prefilter: key.map(Prefilter::new),
            plain_key: key.is_some_and(|k| k.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')),
            steps,
        }
    }

    /// The JSON text, as written, of the value at the end of the path. `None` when there is none, when it is `null`, and
    /// when the text is no JSON.
    pub(crate) fn walk<'v>(&mut self, text: &'v str) -> Option<&'v str> {
        if self.prefilter.as_mut().is_some_and(|p| !p.may_match(text)) {
            let escape: &[u8] = if self.plain_key { b"\\u" } else { b"\\" };
            memchr::memmem::find(text.as_bytes(), escape)?;
        }
        tolerant::locate(text, &self.steps).filter(|value| *value != "null")
    }
}

fn longest_key<'s>(steps: &'s [Step<'_>]) -> Option<&'s str> {
    let keys = steps.iter().filter_map(|s| match s {
        Step::Key(key) => Some(key.as_ref()),
        Step::Index(_) => None,
    });
    keys.max_by_key(|key| key.len())
}

fn inner(quoted: &str) -> &str {
    quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or("")
}

/// A substring search that a value must pass before it is scanned. It switches itself off when most values pass: then it
/// only costs.
struct Prefilter {
    finder: Finder<'static>,
    seen: u32,
    hits: u32,
}

impl Prefilter {
    /// Values that decide whether the search pays.
    const SAMPLE: u32 = 256;

    fn new(needle: &str) -> Self {
        Prefilter { finder: Finder::new(needle).into_owned(), seen: 0, hits: 0 }
    }

    fn may_match(&mut self, text: &str) -> bool {
        if self.seen >= Self::SAMPLE && self.hits * 2 > self.seen {
            return true;
        }
        let found = self.finder.find(text.as_bytes()).is_some();
        if self.seen < Self::SAMPLE {
            self.seen += 1;
            self.hits += u32::from(found);
        }
        found
    }
}
