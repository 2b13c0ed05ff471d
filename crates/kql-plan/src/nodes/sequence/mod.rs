//! Events that follow one another: `sequence_detect`, `funnel_sequence`, `funnel_sequence_completion`.

pub(crate) mod detect;
pub(crate) mod funnel;
