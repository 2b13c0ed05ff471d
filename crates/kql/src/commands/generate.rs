//! `kql generate`: events to try queries on.

use crate::args::GenerateArgs;
use anyhow::{Context, Result};
use kql_generate::{GzipFolder, Options, generate};

pub(crate) fn run(args: &GenerateArgs) -> Result<()> {
    let describe = || format!("cannot write events to {}", args.out.display());
    let mut folder = GzipFolder::create(&args.out, 6).with_context(describe)?;
    let options = Options { events: args.events, seed: args.seed, ..Options::default() };
    generate(&options, &mut folder).with_context(describe)?;
    let tables = folder.finish().with_context(describe)?;
    anstream::eprintln!("wrote {tables} tables to {}", args.out.display());
    Ok(())
}
