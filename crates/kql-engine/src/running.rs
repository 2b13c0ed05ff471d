//! The queries that run: the rows of `.show running queries`.

use crate::commands::Ran;
use std::sync::{Mutex, PoisonError};

/// Queries by a number of each.
#[derive(Debug, Default)]
pub(crate) struct RunningQueries(Mutex<Vec<(u64, Ran)>>);

/// A query runs while this lives.
#[derive(Debug)]
pub(crate) struct Running<'a> {
    all: &'a RunningQueries,
    number: u64,
}

impl RunningQueries {
    /// A query starts, at this instant in ticks; its number is no other's.
    pub(crate) fn add(&self, number: u64, text: &str, started: i64) -> Running<'_> {
        let ran = Ran { text: text.to_owned(), started, ..Ran::default() };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((number, ran));
        Running { all: self, number }
    }

    /// All that run, the first started first, with the time each took up to now.
    pub(crate) fn list(&self, now: i64) -> Vec<Ran> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(_, ran)| Ran { duration: now.saturating_sub(ran.started), ..ran.clone() }).collect()
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.all.0.lock().unwrap_or_else(PoisonError::into_inner).retain(|(number, _)| *number != self.number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_are_listed_while_they_run() {
        let all = RunningQueries::default();
        let texts = |now| all.list(now).into_iter().map(|r| (r.text, r.duration)).collect::<Vec<_>>();
        let first = all.add(1, "a", 100);
        {
            let _second = all.add(2, "b", 150);
            assert_eq!(texts(160), [("a".to_owned(), 60), ("b".to_owned(), 10)]);
        }
        assert_eq!(texts(170), [("a".to_owned(), 70)]);
        drop(first);
        assert!(texts(180).is_empty());
    }
}
