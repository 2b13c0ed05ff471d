//! From marked tokens to lines: groups are written on one line when they fit, else their breaks are line ends.

use super::FormatOptions;
use kql_diagnostic::Span;

/// A step of the writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Op {
    /// A token.
    Text(Span),
    /// A blank.
    Space,
    /// A line end when its group is broken, else a blank.
    Line,
    /// A line end when its group is broken, else nothing.
    Soft,
    /// In a broken group, a line end when what follows up to the next such place does not fit; else a blank.
    Fill,
    /// A line end, always: groups around it are broken.
    Hard,
    /// Room for an empty line before what comes next.
    Blank,
    /// Start and end of a group.
    Begin,
    /// See [`Op::Begin`].
    End,
    /// One step deeper from here on.
    Indent,
    /// One step back.
    Dedent,
    /// A comment: groups around it are broken, and a line end follows.
    Comment {
        /// Its text.
        span: Span,
        /// On a line of its own.
        own_line: bool,
        /// What follows stands at this depth; otherwise it goes on a line that was cut, one step deeper.
        level: bool,
    },
}

/// Writes the steps as text.
pub(super) fn write(ops: &[Op], text: &str, options: &FormatOptions) -> String {
    let mut writer = Writer {
        text,
        options,
        end: if text.find('\n').is_some_and(|at| text[..at].ends_with('\r')) { "\r\n" } else { "\n" },
        out: String::with_capacity(text.len() + text.len() / 4),
        column: 0,
        depth: 0,
        broken: Vec::new(),
        after_comment: None,
        blank: false,
    };
    let forced = forced(ops);
    for (at, op) in ops.iter().enumerate() {
        writer.op(*op, at, ops, &forced);
    }
    writer.out
}

/// Which groups hold something that ends a line.
fn forced(ops: &[Op]) -> Vec<bool> {
    let mut forced = vec![false; ops.len()];
    let mut open = Vec::new();
    for (at, op) in ops.iter().enumerate() {
        match op {
            Op::Begin => open.push(at),
            Op::End => {
                if let Some(begin) = open.pop()
                    && forced[begin]
                    && let Some(outer) = open.last()
                {
                    forced[*outer] = true;
                }
            }
            Op::Hard | Op::Comment { .. } => {
                if let Some(begin) = open.last() {
                    forced[*begin] = true;
                }
            }
            _ => {}
        }
    }
    forced
}

struct Writer<'a> {
    text: &'a str,
    options: &'a FormatOptions,
    end: &'static str,
    out: String,
    /// Characters on the line; 0 is the start of one, whatever the depth.
    column: usize,
    depth: usize,
    /// For each open group, whether it is broken.
    broken: Vec<bool>,
    /// A comment was written, and no line end since; whether what follows stands at the depth.
    after_comment: Option<bool>,
    blank: bool,
}

impl Writer<'_> {
    fn op(&mut self, op: Op, at: usize, ops: &[Op], forced: &[bool]) {
        let broken = self.broken.last().copied().unwrap_or(true);
        match op {
            Op::Text(span) => self.token(span.text(self.text)),
            Op::Line | Op::Soft if broken => self.line(),
            Op::Fill if broken => {
                if self.after_comment.is_some() || !self.fits(&ops[at + 1..], &forced[at + 1..], 1) {
                    self.line();
                } else {
                    self.space();
                }
            }
            Op::Hard => self.line(),
            Op::Space | Op::Line | Op::Fill => self.space(),
            Op::Soft => {}
            Op::Blank => self.blank = true,
            Op::Begin => {
                let flat = !broken || (!forced[at] && self.fits(&ops[at..], &forced[at..], 0));
                self.broken.push(!flat);
            }
            Op::End => drop(self.broken.pop()),
            Op::Indent => self.depth += 1,
            Op::Dedent => self.depth = self.depth.saturating_sub(1),
            Op::Comment { span, own_line, level } => self.comment(span.text(self.text).trim_end(), own_line, level),
        }
    }

    /// Whether what follows fits the line up to the next place where it may end: for `Begin` after the end of its group, for
    /// `Fill` before the next one.
    fn fits(&self, ops: &[Op], forced: &[bool], extra: usize) -> bool {
        let start = if self.column == 0 { self.depth * self.options.indent } else { self.column };
        let Some(mut room) = self.options.width.checked_sub(start + extra) else { return false };
        let mut depth = 0usize;
        let mut left = extra > 0;
        for (op, forced) in ops.iter().zip(forced) {
            let width = match op {
                Op::Text(span) => {
                    let text = span.text(self.text);
                    match text.find(['\n', '\r']) {
                        // A text of several lines: the first one counts.
                        Some(end) => return text[..end].chars().count() <= room,
                        None => text.chars().count(),
                    }
                }
                // For a group: one inside it. For an item: any.
                Op::Begin if *forced && (extra > 0 || (depth > 0 && !left)) => return false,
                Op::Begin => {
                    depth += 1;
                    0
                }
                Op::End if depth == 0 => {
                    left = true;
                    0
                }
                Op::End => {
                    depth -= 1;
                    left |= depth == 0;
                    0
                }
                Op::Hard | Op::Comment { .. } => return true,
                Op::Line | Op::Soft | Op::Fill if left && depth == 0 => return true,
                // The break of a group that comes after: it may be broken there.
                Op::Line | Op::Soft | Op::Fill if left && extra == 0 => return true,
                Op::Line | Op::Fill | Op::Space => 1,
                Op::Soft | Op::Blank | Op::Indent | Op::Dedent => 0,
            };
            match room.checked_sub(width) {
                Some(less) => room = less,
                None => return false,
            }
        }
        true
    }

    fn token(&mut self, text: &str) {
        let level = self.after_comment.unwrap_or(true);
        if self.after_comment.is_some() {
            self.line();
        }
        self.put(text, !level);
        self.after_comment = None;
    }

    /// Text at the place reached, after the blanks of a line's start.
    fn put(&mut self, text: &str, deeper: bool) {
        if self.column == 0 {
            if self.blank && !self.out.is_empty() {
                self.out.push_str(self.end);
            }
            let blanks = (self.depth + usize::from(deeper)) * self.options.indent;
            self.out.extend(std::iter::repeat_n(' ', blanks));
            self.column = blanks;
        }
        self.blank = false;
        self.out.push_str(text);
        match text.rfind(['\n', '\r']) {
            Some(end) => self.column = text[end + 1..].chars().count(),
            None => self.column += text.chars().count(),
        }
    }

    fn line(&mut self) {
        if self.column > 0 {
            self.out.push_str(self.end);
            self.column = 0;
        }
        if self.after_comment.is_some() {
            self.after_comment = Some(true);
        }
    }

    fn space(&mut self) {
        if self.column > 0 && self.after_comment.is_none() {
            self.out.push(' ');
            self.column += 1;
        }
    }

    fn comment(&mut self, text: &str, own_line: bool, level: bool) {
        if own_line || self.after_comment.is_some() {
            self.line();
        } else if self.column > 0 {
            self.space();
        }
        let deeper = !level && own_line;
        self.put(text, deeper);
        self.after_comment = Some(level);
    }
}
