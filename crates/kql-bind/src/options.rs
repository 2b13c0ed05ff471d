//! What the caller of the binder decides.

/// Options of [`crate::bind`].
#[derive(Clone, Debug, Default)]
pub struct BindOptions {
    /// The tree will be run. Then names and types are those measured on the real engine, and what cannot be run is refused.
    /// Otherwise (`kql check`) they are those of Microsoft's public analyzer, which differs in places, and known functions
    /// that nothing computes are accepted.
    pub run: bool,
    /// Values of `declare query_parameters`, by name: KQL literals (`datetime(2024-01-01)`, `5`, `'x'`) or their bare content
    /// (`2024-01-01`, `x`).
    pub parameters: Vec<(String, String)>,
}
