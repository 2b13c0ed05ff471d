//! Looking for broken properties, and making what is found small.

use super::choices::{Choices, next, shrink};
use super::data::World;
use super::property::{Finding, Property, Tally, judge};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// How many sets of data there are.
const WORLDS: u64 = 6;

/// How long one finding is made smaller.
const SHRINKING: Duration = Duration::from_secs(60);

/// A finding with what is needed to see it again.
#[derive(Clone, Debug)]
pub struct Found {
    /// The property.
    pub property: &'static str,
    /// The seed of the case.
    pub seed: u64,
    /// The smallest query found.
    pub finding: Finding,
}

/// Where the running query is written before it runs, so that an abort leaves its cause.
static NOTE: Mutex<Option<PathBuf>> = Mutex::new(None);

/// Writes each query into a file before it runs.
pub fn keep_notes(file: PathBuf) {
    if let Ok(mut note) = NOTE.lock() {
        *note = Some(file);
    }
}

/// Notes the query that is about to run.
pub fn note(text: &str) {
    if let Ok(note) = NOTE.lock()
        && let Some(file) = &*note
    {
        let _ = std::fs::write(file, text);
    }
}

/// What ends a hunt.
#[derive(Clone, Copy, Debug)]
pub enum Until {
    /// So many cases of each property.
    Cases(usize),
    /// This moment.
    Moment(Instant),
}

/// Tries cases of the properties in turn; `found` hears each broken one and says whether to go on.
///
/// # Errors
/// When the data cannot be made.
pub fn hunt(
    properties: &[(&'static str, Property)],
    seed: u64,
    until: Until,
    mut found: impl FnMut(Found) -> bool,
) -> Result<Tally, String> {
    let worlds = (0..WORLDS).map(World::new).collect::<Result<Vec<_>, _>>()?;
    let mut tally = Tally::default();
    let mut number = 0;
    let mut seen = BTreeSet::new();
    loop {
        let done = match until {
            Until::Cases(cases) => number >= cases * properties.len(),
            Until::Moment(moment) => Instant::now() >= moment,
        };
        if done {
            return Ok(tally);
        }
        let (name, property) = properties[number % properties.len()];
        let mut state = seed.wrapping_mul(1_000_003).wrapping_add(number as u64);
        let of_case = (u64::from(next(&mut state)) << 32) | u64::from(next(&mut state));
        number += 1;
        tally.cases += 1;
        if let Some(finding) = case(name, property, of_case, &worlds, &mut tally, &mut seen)
            && !found(finding)
        {
            return Ok(tally);
        }
    }
}

/// The case of a seed.
///
/// # Errors
/// When the data cannot be made.
pub fn again(name: &'static str, property: Property, seed: u64) -> Result<Option<Found>, String> {
    let worlds = (0..WORLDS).map(World::new).collect::<Result<Vec<_>, _>>()?;
    Ok(case(name, property, seed, &worlds, &mut Tally::default(), &mut BTreeSet::new()))
}

/// Runs a case. A defect that was `seen` already is neither shrunk nor told again.
fn case(
    name: &'static str,
    property: Property,
    seed: u64,
    worlds: &[World],
    tally: &mut Tally,
    seen: &mut BTreeSet<String>,
) -> Option<Found> {
    let make = |choices: &mut Choices, tally: &mut Tally| {
        let world = &worlds[choices.below(worlds.len())];
        judge(property, choices, world, tally)
    };
    let mut choices = Choices::random(seed);
    let first = make(&mut choices, tally)?;
    tally.findings += 1;
    let internal = first.what.contains("internal error");
    if internal && !seen.insert(signature(&first.what)) {
        return None;
    }
    let kind = kind_of(&first);
    let mut least = first;
    let end = Instant::now() + SHRINKING;
    shrink(choices, 200, |list| {
        if Instant::now() > end {
            return None;
        }
        let mut choices = Choices::replay(list);
        let finding = make(&mut choices, &mut Tally::default()).filter(|f| kind_of(f) == kind)?;
        least = finding;
        Some(choices)
    });
    if !internal && !seen.insert(format!("{kind}{}", words_of(&least.text))) {
        return None;
    }
    Some(Found { property: name, seed, finding: least })
}

/// What a defect says, without its numbers.
fn signature(what: &str) -> String {
    let words: String = what.chars().filter(|c| !c.is_ascii_digit()).collect();
    words.chars().take(120).collect()
}

/// The functions and operators of a small query, which tell one defect from another.
fn words_of(text: &str) -> String {
    let word = |c: char| c.is_alphabetic() || c == '_' || c == '-';
    let words = text.split(|c| !word(c)).filter(|w| w.len() > 2 && !w.starts_with("c"));
    words.collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(" ")
}

/// Shrinking must not slip from one defect to another: findings of one kind begin alike.
fn kind_of(finding: &Finding) -> String {
    let words: String = finding.what.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    words.chars().take(16).collect()
}
