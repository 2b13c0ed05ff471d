//! The progress bar of a load: drawn on standard error when it is a terminal, after half a second.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use kql_sources::Progress;
use std::path::Path;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// Loads shorter than this show nothing.
const QUIET: Duration = Duration::from_millis(500);

/// A bar over the bytes of the files.
#[derive(Debug)]
pub(crate) struct Bar {
    bar: ProgressBar,
    started: Instant,
    shown: Mutex<bool>,
}

impl Bar {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::hidden();
        if let Ok(style) =
            ProgressStyle::with_template("{spinner} {bytes}/{total_bytes} {wide_bar} {bytes_per_sec} {msg}")
        {
            bar.set_style(style);
        }
        Bar { bar, started: Instant::now(), shown: Mutex::new(false) }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}

impl Progress for Bar {
    fn start(&self, bytes: u64) {
        self.bar.set_length(bytes);
    }

    fn file(&self, path: &Path) {
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
        self.bar.set_message(name.unwrap_or_default());
    }

    fn advance(&self, bytes: u64) {
        self.bar.inc(bytes);
        if self.started.elapsed() > QUIET
            && let Ok(mut shown) = self.shown.try_lock()
            && !*shown
        {
            *shown = true;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
    }
}
