//! The subcommands, one file each.

pub(crate) mod check;
pub(crate) mod explain;
pub(crate) mod generate;
pub(crate) mod lsp;
pub(crate) mod run;
