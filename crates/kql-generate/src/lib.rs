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
mod incident;
mod record;
pub mod story;
mod world;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use std::io;

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

/// Generates all records, by table and then by time.
///
/// # Errors
/// Those of the sink.
pub fn generate(options: &Options, sink: &mut dyn Sink) -> io::Result<()> {
    let mut random = ChaCha8Rng::seed_from_u64(options.seed);
    let world = World::new(&mut random, options.events);
    let mut story = story::tell(&world, options.end);
    baseline::generate(options, &world, &mut random, &mut story, sink)?;
    email::generate(options, &world, &mut random, &mut story, sink)?;
    incident::generate(options, &world, &mut random, &mut story, sink)?;
    story.finish(sink)
}

/// A sink that writes `TABLE.json.gz` files into a folder.
#[derive(Debug)]
pub struct GzipFolder {
    folder: std::path::PathBuf,
    files: Vec<(&'static str, flate2::write::GzEncoder<io::BufWriter<std::fs::File>>)>,
    level: u32,
}

impl GzipFolder {
    /// Creates the folder; existing files of the same tables are replaced.
    ///
    /// # Errors
    /// When it cannot be created.
    pub fn create(folder: impl Into<std::path::PathBuf>, level: u32) -> io::Result<Self> {
        let folder = folder.into();
        std::fs::create_dir_all(&folder)?;
        Ok(GzipFolder { folder, files: Vec::new(), level })
    }

    /// Writes the ends of the files. Returns how many there are.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn finish(self) -> io::Result<usize> {
        let count = self.files.len();
        for (_, file) in self.files {
            io::Write::flush(&mut file.finish()?)?;
        }
        Ok(count)
    }
}

impl Sink for GzipFolder {
    fn record(&mut self, table: &'static str, line: &str) -> io::Result<()> {
        use io::Write;
        let at = match self.files.iter().position(|(name, _)| *name == table) {
            Some(at) => at,
            None => {
                let file = std::fs::File::create(self.folder.join(format!("{table}.json.gz")))?;
                // mtime 0: the same records give the same bytes.
                let writer = flate2::GzBuilder::new()
                    .mtime(0)
                    .write(io::BufWriter::new(file), flate2::Compression::new(self.level));
                self.files.push((table, writer));
                self.files.len() - 1
            }
        };
        self.files[at].1.write_all(line.as_bytes())?;
        self.files[at].1.write_all(b"\n")
    }
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
    fn lines_are_json_within_the_days() {
        let mut lines = Lines::default();
        generate(&Options { events: 2_000, ..Options::default() }, &mut lines).unwrap();
        for line in lines.0.values().flatten() {
            assert!(kql_types::dynamic::canonical(line).is_some(), "{line}");
        }
    }
}
