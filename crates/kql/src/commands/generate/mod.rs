//! `kql generate`: events to try queries on.

mod blocks;
mod parquet;
mod text;

use crate::args::{GenerateArgs, GenerateFormat};
use crate::failure::Failure;
use kql_generate::Options;

pub(crate) fn run(args: &GenerateArgs) -> Result<(), Failure> {
    let options = Options { events: args.events, seed: args.seed, ..Options::default() };
    let written = match args.format {
        GenerateFormat::Ndjson => text::write(&options, &args.out, (!args.plain).then_some(6)),
        GenerateFormat::Parquet if args.plain => return Err(Failure::usage("--plain is for --format ndjson")),
        GenerateFormat::Parquet => parquet::write(&options, &args.out),
    };
    let tables = written.map_err(|e| Failure::data(format!("cannot write events to {}: {e}", args.out.display())))?;
    anstream::eprintln!("wrote {tables} tables to {}", args.out.display());
    Ok(())
}
