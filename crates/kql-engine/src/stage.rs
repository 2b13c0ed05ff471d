//! The stages of a query's way, for `kql explain`.

/// A stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Tokens.
    Lex,
    /// The syntax tree.
    Parse,
    /// The bound tree.
    Bind,
    /// The optimized logical plan.
    Plan,
    /// The physical plan.
    Physical,
}
