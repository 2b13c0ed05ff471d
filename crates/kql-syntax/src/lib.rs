//! Lexer, syntax tree, parser and printer of the Kusto Query Language.
