//! Data-driven tests of the whole engine.
