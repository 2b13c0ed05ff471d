//! Random typed queries and broken texts and files, few and always the same: the long hunts are the binaries `fuzz-typed`
//! and `fuzz-parser`.

use crate::cases::root;
use kql_engine::on_large_stack;
use kql_tests::mutation::{Corpus, Counts};
use kql_tests::typed::hunt::{Found, Until, hunt};
use kql_tests::typed::property::Property;
use libtest_mimic::{Failed, Trial};

/// Queries of each property.
const CASES: usize = 12;
/// Mutated texts, and a third as many files.
const TEXTS: usize = 600;

pub(crate) fn trials() -> Vec<Trial> {
    let mut trials: Vec<Trial> = Property::ALL
        .into_iter()
        .map(|(name, property)| Trial::test(format!("typed {name}"), move || typed(name, property)))
        .collect();
    trials.push(Trial::test("broken texts and files", broken));
    trials
}

fn typed(name: &'static str, property: Property) -> Result<(), Failed> {
    let mut found: Option<Found> = None;
    let run = || {
        hunt(&[(name, property)], 7, Until::Cases(CASES), |first| {
            found = Some(first);
            false
        })
    };
    on_large_stack(run).ok_or("the thread failed")??;
    match found {
        None => Ok(()),
        Some(found) => {
            let again = format!("cargo run -p kql-tests --bin fuzz-typed -- --property {name} --case {}", found.seed);
            Err(format!("{}\n{}\n{again}", found.finding.what, found.finding.text).into())
        }
    }
}

fn broken() -> Result<(), Failed> {
    let folder = std::env::temp_dir();
    let run = || -> Result<(), String> {
        let corpus = Corpus::new(&root());
        let mut state = 7;
        let mut counts = Counts::default();
        for turn in 0..TEXTS {
            let text = corpus.text(&mut state);
            corpus.try_text(&text, &mut counts).map_err(|w| format!("{}: {}\n{text}", w.entry, w.what))?;
            if turn % 3 == 0 {
                let (name, bytes) = corpus.file(&mut state);
                corpus
                    .try_file(name, &bytes, &folder, &mut counts)
                    .map_err(|w| format!("{}: {}\n{}", w.entry, w.what, String::from_utf8_lossy(&bytes)))?;
            }
        }
        Ok(())
    };
    Ok(on_large_stack(run).ok_or("the thread failed")??)
}
