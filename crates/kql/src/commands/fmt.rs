//! `kql fmt`: canonical formatting of query files.

use crate::commands::describe::print;
use crate::failure::Failure;
use crate::{diagnose, files};
use clap::Args;
use kql_syntax::{FormatOptions, format};
use similar::TextDiff;
use std::io::Read;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct FmtArgs {
    /// Query files or folders of them, rewritten in place; `-` formats standard input to standard output.
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Write nothing: name the files that would change, and end with status 1 when there is one.
    #[arg(long)]
    pub(crate) check: bool,
    /// Write nothing: show what would change, line by line.
    #[arg(long)]
    pub(crate) diff: bool,
    /// Characters of a line before it is broken.
    #[arg(long, value_name = "COLUMNS", default_value_t = FormatOptions::default().width)]
    pub(crate) width: usize,
}

pub(crate) fn run(args: &FmtArgs) -> Result<(), Failure> {
    let options = FormatOptions { width: args.width, ..FormatOptions::default() };
    if args.paths.iter().any(|p| p.as_os_str() == "-") {
        return input(args, &options);
    }
    let (mut changed, mut unchanged, mut failed) = (0usize, 0usize, 0usize);
    for file in files::queries(&args.paths)? {
        let name = file.display().to_string();
        let unreadable = |e: std::io::Error| Failure::data(format!("cannot read {name}: {e}"));
        let text = std::fs::read_to_string(&file).map_err(unreadable)?;
        match format(&text, &options) {
            Err(diagnostics) => {
                failed += 1;
                anstream::eprint!("{}", diagnose::render(&diagnostics, &text, &name, true));
            }
            Ok(formatted) if formatted == text => unchanged += 1,
            Ok(formatted) => {
                changed += 1;
                show(args, &name, &text, &formatted)?;
                if !args.check && !args.diff {
                    files::replace(&file, &formatted)
                        .map_err(|e| Failure::data(format!("cannot write {name}: {e}")))?;
                }
            }
        }
    }
    let verb = if args.check || args.diff { "would change" } else { "changed" };
    let wrong = if failed > 0 { format!(", {failed} with errors left as they are") } else { String::new() };
    anstream::eprintln!("{} {verb}, {unchanged} formatted already{wrong}", count(changed));
    if failed > 0 || (args.check && changed > 0) { Err(Failure::Reported) } else { Ok(()) }
}

fn count(files: usize) -> String {
    if files == 1 { "1 file".to_owned() } else { format!("{files} files") }
}

/// Standard input, formatted to standard output.
fn input(args: &FmtArgs, options: &FormatOptions) -> Result<(), Failure> {
    if args.paths.len() > 1 {
        return Err(Failure::usage("'-' is standard input and stands alone"));
    }
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .map_err(|e| Failure::data(format!("cannot read standard input: {e}")))?;
    let formatted = match format(&text, options) {
        Ok(formatted) => formatted,
        Err(diagnostics) => {
            anstream::eprint!("{}", diagnose::render(&diagnostics, &text, "standard input", true));
            return Err(Failure::Reported);
        }
    };
    if args.diff && formatted != text {
        show(args, "standard input", &text, &formatted)?;
    } else if !args.diff && !args.check {
        print(&formatted)?;
    }
    if args.check && formatted != text { Err(Failure::Reported) } else { Ok(()) }
}

/// What would change: the name of the file, or the lines.
fn show(args: &FmtArgs, name: &str, before: &str, after: &str) -> Result<(), Failure> {
    if args.diff {
        let diff = TextDiff::from_lines(before, after);
        return print(&diff.unified_diff().header(name, &format!("{name} (formatted)")).to_string());
    }
    if args.check {
        return print(&format!("{name}\n"));
    }
    Ok(())
}
