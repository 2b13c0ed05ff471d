//! `kql explain`: a query at a stage of its way.

use crate::args::{ExplainArgs, StageArg};
use crate::commands::run::texts;
use crate::data;
use crate::diagnose;
use crate::failure::Failure;
use kql_engine::Stage;

pub(crate) fn run(args: &ExplainArgs) -> Result<(), Failure> {
    let stage = match args.stage {
        StageArg::Lex => Stage::Lex,
        StageArg::Parse => Stage::Parse,
        StageArg::Bind => Stage::Bind,
        StageArg::Plan => Stage::Plan,
        StageArg::Physical => Stage::Physical,
    };
    let text = match args.query.as_str() {
        "-" => texts(&["-".into()], &[])?.pop().map(|(_, text)| text).unwrap_or_default(),
        query => query.to_owned(),
    };
    let session = data::session(&args.data, None, true)?;
    match session.explain(&text, stage) {
        Ok(shown) => {
            anstream::print!("{shown}");
            Ok(())
        }
        Err(diagnostics) => {
            anstream::eprint!("{}", diagnose::render(&diagnostics, &text, "query", true));
            Err(Failure::Reported)
        }
    }
}
