//! `kql generate`: events to try queries on.

use crate::args::GenerateArgs;
use crate::failure::Failure;
use kql_generate::{GzipFolder, Options, generate};

pub(crate) fn run(args: &GenerateArgs) -> Result<(), Failure> {
    let failed = |e: std::io::Error| Failure::data(format!("cannot write events to {}: {e}", args.out.display()));
    let mut folder = GzipFolder::create(&args.out, 6).map_err(failed)?;
    let options = Options { events: args.events, seed: args.seed, ..Options::default() };
    generate(&options, &mut folder).map_err(failed)?;
    let tables = folder.finish().map_err(failed)?;
    anstream::eprintln!("wrote {tables} tables to {}", args.out.display());
    Ok(())
}
