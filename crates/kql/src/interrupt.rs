//! Ctrl-C: the first stops the running query, the next one the program.

use kql_engine::Control;
use std::sync::{Mutex, Once, PoisonError};

/// The query that Ctrl-C stops.
static RUNNING: Mutex<Option<Control>> = Mutex::new(None);
static LISTENING: Once = Once::new();

/// Exit status of a program that Ctrl-C ended, as shells have it.
const INTERRUPTED: i32 = 130;

/// While this lives, Ctrl-C cancels the query of its control.
#[derive(Debug)]
pub(crate) struct Guard(());

/// Makes Ctrl-C stop this query.
pub(crate) fn watch(control: &Control) -> Guard {
    *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = Some(control.clone());
    LISTENING.call_once(|| {
        // Without the listener Ctrl-C ends the program, as everywhere: nothing is lost but the session.
        drop(std::thread::Builder::new().name("kql interrupt".into()).spawn(listen));
    });
    Guard(())
}

impl Drop for Guard {
    fn drop(&mut self) {
        *RUNNING.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

fn listen() {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    runtime.block_on(async {
        while tokio::signal::ctrl_c().await.is_ok() {
            let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner).clone();
            match running {
                Some(control) if !control.is_cancelled() => control.cancel(),
                _ => leave(),
            }
        }
    });
}

/// Ends the program at once: what runs did not listen, or nothing runs that could.
#[allow(clippy::exit)]
fn leave() -> ! {
    std::process::exit(INTERRUPTED)
}
