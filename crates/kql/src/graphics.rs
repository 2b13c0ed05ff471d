//! `--graphics`: whether charts are pictures in the terminal, and how it takes them.

use crate::terminal;
use clap::ValueEnum;
use kql_render::chart::{Graphics, Room};
use std::cell::OnceCell;
use std::ffi::OsString;
use std::io::IsTerminal;

/// How charts are drawn in the terminal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphicsArg {
    /// Pictures where the terminal says that it takes them, else characters.
    Auto,
    /// Characters: braille and blocks.
    Blocks,
    /// Pictures as DEC's sixels.
    Sixel,
    /// Pictures by Kitty's protocol.
    Kitty,
}

/// Pixels of a character where the terminal does not tell.
const CELL: (u16, u16) = (10, 20);
/// Kitty fits pictures to columns: more pixels are sharper.
const SHARP: (u16, u16) = (14, 28);
/// Columns and lines of a picture at most.
const LARGEST: (usize, usize) = (110, 32);

/// The terminal that shows charts. It is asked once, when the first chart is there to draw.
#[derive(Debug)]
pub(crate) struct Screen {
    choice: GraphicsArg,
    found: OnceCell<Option<(Graphics, (u16, u16))>>,
}

impl Screen {
    pub(crate) fn new(choice: GraphicsArg) -> Self {
        Screen { choice, found: OnceCell::new() }
    }

    pub(crate) fn choice(&self) -> GraphicsArg {
        self.choice
    }

    /// How this terminal takes pictures, and the room they have; `None` for characters. What is no terminal takes none.
    pub(crate) fn pictures(&self) -> Option<(Graphics, Room)> {
        let (graphics, cell) = (*self.found.get_or_init(|| self.find()))?;
        let columns = terminal::width().min(LARGEST.0);
        let lines = terminal::height().saturating_sub(2).min(LARGEST.1);
        let small = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
        Some((graphics, Room { columns: small(columns), lines: small(lines), cell }))
    }

    fn find(&self) -> Option<(Graphics, (u16, u16))> {
        if !std::io::stdout().is_terminal() {
            return None;
        }
        match self.choice {
            GraphicsArg::Blocks => None,
            GraphicsArg::Kitty => Some((Graphics::Kitty, SHARP)),
            GraphicsArg::Sixel => Some((Graphics::Sixel, question::ask().and_then(|a| a.cell).unwrap_or(CELL))),
            // Who wants no colours wants no pictures.
            GraphicsArg::Auto if !terminal::colors() => None,
            GraphicsArg::Auto if is_kitty(|name| std::env::var_os(name)) => Some((Graphics::Kitty, SHARP)),
            GraphicsArg::Auto => {
                let answer = question::ask()?;
                answer.sixel.then(|| (Graphics::Sixel, answer.cell.unwrap_or(CELL)))
            }
        }
    }
}

/// Whether the environment is that of a terminal with Kitty's protocol. Inside tmux and screen the variables are those of the
/// terminal around them, and the protocol does not get through.
fn is_kitty(variable: impl Fn(&str) -> Option<OsString>) -> bool {
    let is = |name: &str, values: &[&str]| variable(name).is_some_and(|v| values.iter().any(|wanted| v == *wanted));
    let starts = |start: &str| variable("TERM").is_some_and(|v| v.to_string_lossy().starts_with(start));
    if variable("TMUX").is_some() || variable("STY").is_some() || starts("tmux") || starts("screen") {
        return false;
    }
    variable("KITTY_WINDOW_ID").is_some()
        || is("TERM", &["xterm-kitty", "xterm-ghostty"])
        || is("TERM_PROGRAM", &["WezTerm", "ghostty"])
}

/// What a terminal says of itself.
#[derive(Debug, Default, PartialEq, Eq)]
struct Answer {
    sixel: bool,
    /// Pixels of a character: width, height.
    cell: Option<(u16, u16)>,
}

impl Answer {
    /// Reads `ESC [ 6 ; HEIGHT ; WIDTH t` and `ESC [ ? … ; 4 ; … c`; `None` before the second is complete.
    fn read(text: &str) -> Option<Self> {
        let mut answer = Answer::default();
        let mut done = false;
        for sequence in text.split("\x1b[").skip(1) {
            let Some(end) = sequence.find(|c: char| c.is_ascii_alphabetic()) else { continue };
            let (parameters, kind) = sequence.split_at(end);
            match (parameters.strip_prefix('?'), kind.chars().next()) {
                (Some(features), Some('c')) => {
                    // The first number is the class of the terminal.
                    answer.sixel = features.split(';').skip(1).any(|f| f == "4");
                    done = true;
                }
                (None, Some('t')) => {
                    let numbers: Vec<u16> = parameters.split(';').filter_map(|n| n.parse().ok()).collect();
                    if let [6, height, width] = numbers[..]
                        && height >= 4
                        && width >= 2
                    {
                        answer.cell = Some((width, height));
                    }
                }
                _ => {}
            }
        }
        done.then_some(answer)
    }
}

#[cfg(unix)]
mod question {
    use super::Answer;
    use nix::errno::Errno;
    use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
    use nix::sys::termios::{LocalFlags, SetArg, SpecialCharacterIndices, Termios, tcgetattr, tcsetattr};
    use nix::unistd::{getpgrp, read, tcgetpgrp, write};
    use std::fs::File;
    use std::os::fd::AsFd;
    use std::time::{Duration, Instant};

    /// The size of a character, then the features every terminal tells: the answer to the second ends the waiting.
    const QUESTION: &[u8] = b"\x1b[16t\x1b[c";
    /// Terminals answer at once, distant ones within this.
    const PATIENCE: Duration = Duration::from_secs(1);

    /// Puts the mode of the terminal back.
    struct Mode<'a>(&'a File, Termios);

    impl Drop for Mode<'_> {
        fn drop(&mut self) {
            let _ = tcsetattr(self.0, SetArg::TCSANOW, &self.1);
        }
    }

    /// Asks the terminal what it can do; `None` when it does not say in time, or when keys wait: they would be lost.
    pub(super) fn ask() -> Option<Answer> {
        let terminal = File::options().read(true).write(true).open("/dev/tty").ok()?;
        // A job in the background would be stopped for changing the mode.
        if tcgetpgrp(&terminal).ok()? != getpgrp() || waits(&terminal, Duration::ZERO) {
            return None;
        }
        let before = tcgetattr(&terminal).ok()?;
        let mut mode = before.clone();
        mode.local_flags &= !(LocalFlags::ICANON | LocalFlags::ECHO);
        mode.control_chars[SpecialCharacterIndices::VMIN as usize] = 0;
        mode.control_chars[SpecialCharacterIndices::VTIME as usize] = 0;
        let _mode = Mode(&terminal, before);
        tcsetattr(&terminal, SetArg::TCSANOW, &mode).ok()?;
        write(&terminal, QUESTION).ok()?;
        let deadline = Instant::now() + PATIENCE;
        let mut text = String::new();
        let mut buffer = [0; 256];
        loop {
            if let Some(answer) = Answer::read(&text) {
                return Some(answer);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || text.len() > 4096 || !waits(&terminal, left) {
                return None;
            }
            match read(&terminal, &mut buffer) {
                Ok(n @ 1..) => text.push_str(&String::from_utf8_lossy(buffer.get(..n)?)),
                Err(Errno::EINTR) => {}
                _ => return None,
            }
        }
    }

    fn waits(terminal: &File, time: Duration) -> bool {
        let mut files = [PollFd::new(terminal.as_fd(), PollFlags::POLLIN)];
        let time = PollTimeout::try_from(time).unwrap_or(PollTimeout::ZERO);
        poll(&mut files, time).is_ok_and(|ready| ready > 0)
    }
}

#[cfg(not(unix))]
mod question {
    use super::Answer;

    /// Consoles are not asked: `--graphics sixel` says what the terminal takes.
    pub(super) fn ask() -> Option<Answer> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_tell_what_they_can() {
        let read = |text: &str| Answer::read(text).map(|a| (a.sixel, a.cell));
        assert_eq!(read("\x1b[6;20;10t\x1b[?62;4;22c"), Some((true, Some((10, 20)))));
        assert_eq!(read("\x1b[?64;1;2;6;9;15;18;21;22c"), Some((false, None)));
        assert_eq!(read("\x1b[?4;6c"), Some((false, None)), "a class is no feature");
        assert_eq!(read("x\x1b[?1;2;4cy"), Some((true, None)));
        assert_eq!(read("\x1b[6;20;10t\x1b[?62;4"), None);
        assert_eq!(read("\x1b[6;0;0t\x1b[?62c"), Some((false, None)));
        assert_eq!(read("typed"), None);
    }

    #[test]
    fn kitty_is_known_by_its_environment() {
        let kitty = |set: &[(&str, &str)]| {
            is_kitty(|name| set.iter().find(|(n, _)| *n == name).map(|(_, value)| OsString::from(value)))
        };
        assert!(kitty(&[("KITTY_WINDOW_ID", "1")]));
        assert!(kitty(&[("TERM", "xterm-ghostty")]));
        assert!(kitty(&[("TERM", "xterm-256color"), ("TERM_PROGRAM", "WezTerm")]));
        assert!(!kitty(&[("TERM", "xterm-256color")]));
        assert!(!kitty(&[("KITTY_WINDOW_ID", "1"), ("TERM", "tmux-256color")]));
        assert!(!kitty(&[("TERM_PROGRAM", "WezTerm"), ("TMUX", "/tmp/tmux")]));
    }
}
