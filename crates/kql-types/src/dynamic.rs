//! `dynamic`: canonical compact JSON text, and a scanner over it.
