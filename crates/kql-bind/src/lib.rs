//! Names, scopes, overloads and types: from syntax tree to bound tree.
