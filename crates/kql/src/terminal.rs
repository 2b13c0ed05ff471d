//! What the terminal can do.

use std::io::IsTerminal;

/// Columns of the terminal; 120 when it does not say.
pub(crate) fn width() -> usize {
    terminal_size::terminal_size().map_or(120, |(width, _)| usize::from(width.0))
}

/// Lines of the terminal; no limit when it does not say.
pub(crate) fn height() -> usize {
    terminal_size::terminal_size().map_or(usize::MAX, |(_, height)| usize::from(height.0))
}

/// Whether standard output takes colours: a terminal, and NO_COLOR is not set, or `--color always`.
pub(crate) fn colors() -> bool {
    match anstream::ColorChoice::global() {
        anstream::ColorChoice::Always | anstream::ColorChoice::AlwaysAnsi => true,
        anstream::ColorChoice::Never => false,
        anstream::ColorChoice::Auto => std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
    }
}
