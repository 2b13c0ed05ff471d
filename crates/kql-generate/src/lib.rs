//! A seeded generator of captured events: the fixtures of this repository, and benchmark data of any size.
//!
//! One small company, fourteen days that end at a fixed instant, all tables the Defender connector streams plus incidents
//! and alerts, and an intrusion inside (see [`story`]). The same options give the same bytes on every machine: the
//! generator is ChaCha, and nothing depends on the clock or on hash order.
//!
//! Records are written as the streaming API writes them to storage: one
//! `{"time","tenantId","operationName","category","properties"}` a line. `SecurityIncident` and `SecurityAlert` come as Log
//! Analytics exports them, with `Type`.

mod baseline;
mod email;
mod folder;
mod grow;
mod incident;
mod record;
pub mod story;
mod times;
mod world;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::io;

pub use folder::TextFolder;
pub use record::Record;
pub use world::World;

/// What to generate.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Everyday events to make, about; the intrusion comes on top.
    pub events: u64,
    /// Seed.
    pub seed: u64,
    /// The last instant, in ticks.
    pub end: i64,
    /// Days before it.
    pub days: u32,
}

impl Default for Options {
    fn default() -> Self {
        Options { events: 6_000, seed: 1, end: END, days: 14 }
    }
}

/// 2026-11-20T12:00:00Z: the instant at which the fixtures end.
pub const END: i64 = 639_307_728_000_000_000;

/// Where records go.
pub trait Sink {
    /// Takes one record: its table and its line without the line break.
    ///
    /// # Errors
    /// Those of the destination.
    fn record(&mut self, table: &'static str, line: &str) -> io::Result<()>;
}

/// Generates all records, by table and then by time. What it holds in memory does not grow with the number of events, but for
/// alerts and incidents (100,000 at most).
///
/// # Errors
/// Those of the sink.
pub fn generate(options: &Options, sink: &mut dyn Sink) -> io::Result<()> {
    let mut random = ChaCha8Rng::seed_from_u64(options.seed);
    let world = World::new(&mut random, options.events, options.seed);
    let mut story = story::tell(&world, options.end);
    baseline::generate(options, &world, &mut random, &mut story, sink)?;
    email::generate(options, &world, &mut random, &mut story, sink)?;
    incident::generate(options, &world, &mut random, &story, sink)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[derive(Default)]
    struct Lines(BTreeMap<&'static str, Vec<String>>);

    impl Sink for Lines {
        fn record(&mut self, table: &'static str, line: &str) -> io::Result<()> {
            self.0.entry(table).or_default().push(line.to_owned());
            Ok(())
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
        let run = |seed| {
            let mut lines = Lines::default();
            generate(&Options { events: 400, seed, ..Options::default() }, &mut lines).unwrap();
            lines.0
        };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
        assert_eq!(run(7).len(), 18, "fourteen tables, alerts with evidence, incidents and Sentinel alerts");
    }

    #[test]
    fn the_fixtures_are_what_the_defaults_give() {
        let mut lines = Lines::default();
        generate(&Options::default(), &mut lines).unwrap();
        let captured = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/captured");
        for (table, lines) in lines.0 {
            let file = std::fs::File::open(format!("{captured}/{table}.json.gz")).unwrap();
            let text = io::read_to_string(flate2::read::GzDecoder::new(file)).unwrap();
            assert!(text.lines().eq(lines.iter().map(String::as_str)), "{table}");
        }
    }

    #[test]
    fn lines_of_a_large_company_are_json_in_order_of_time() {
        let mut lines = Lines::default();
        generate(&Options { events: grow::FROM, ..Options::default() }, &mut lines).unwrap();
        for (table, lines) in &lines.0 {
            let mut last = String::new();
            for (at, line) in lines.iter().enumerate() {
                assert!(at % 16 > 0 || kql_types::dynamic::canonical(line).is_some(), "{line}");
                let key = if line.contains("\"properties\"") { "\"Timestamp\":\"" } else { "\"TimeGenerated\":\"" };
                let time = line.split_once(key).and_then(|(_, rest)| rest.get(..28)).unwrap();
                assert!(last.as_str() <= time, "{table}: {time} after {last}");
                last = time.to_owned();
            }
        }
    }

    #[test]
    fn lines_are_json_within_the_days() {
        let mut lines = Lines::default();
        generate(&Options { events: 2_000, ..Options::default() }, &mut lines).unwrap();
        for line in lines.0.values().flatten() {
            assert!(kql_types::dynamic::canonical(line).is_some(), "{line}");
        }
    }
}
