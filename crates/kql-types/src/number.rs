//! Text forms of `int`, `long`, `real` and `bool`.
