//! `parse`, `parse-where`.

use crate::binder::{Binder, table};
use crate::bound::{Expr, ExprKind, ParseMode, ParsePart, Table, TableKind};
use crate::convert::convert;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::collections::HashSet;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `parse [kind=…] e with "text" name:type * …`: a capture named like an input column replaces it in place.
    pub(crate) fn parse(
        &mut self,
        input: Arc<Table>,
        drop_unmatched: bool,
        parameters: &'s [ast::Property],
        source: &'s ast::Expr,
        pattern: &'s [ast::ParsePart],
        span: Span,
    ) -> Arc<Table> {
        let (source, input) = self.over(&input, |b| b.scalar(source));
        let source = match source.ty {
            ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown => convert(source, ScalarType::String),
            // The public analyzer takes any type here; the text of the value is what is parsed.
            _ => Expr { ty: ScalarType::String, span: source.span, kind: ExprKind::Convert(Box::new(source)) },
        };
        let mode = self.parse_mode(parameters, drop_unmatched);
        self.check_pattern(pattern);
        let mut parts = Vec::with_capacity(pattern.len());
        let mut fields: Vec<Column> = input.schema.columns.to_vec();
        let mut seen = HashSet::new();
        for part in pattern {
            parts.push(match part {
                ast::ParsePart::Star(_) => ParsePart::Star,
                ast::ParsePart::Text(text) => ParsePart::Text(self.parse_text(text)),
                ast::ParsePart::Capture { name, ty } => {
                    let ty = ty.map_or(ScalarType::String, |t| t.ty);
                    if !seen.insert(name.text.as_str()) {
                        let message = format!("the pattern captures '{}' twice", name.text);
                        self.error(code::DUPLICATE_COLUMN, name.span, message);
                        continue;
                    }
                    let mut name: Arc<str> = Arc::from(name.text.as_str());
                    // The engine replaces a column of that name in place; the public analyzer appends another one.
                    if !self.measured() && fields.iter().any(|f| f.name == name) {
                        name = unused(&name, &fields);
                    }
                    match fields.iter_mut().find(|f| f.name == name) {
                        Some(field) => field.ty = ty,
                        None => fields.push(Column { name: Arc::clone(&name), ty }),
                    }
                    ParsePart::Capture(name, ty)
                }
            });
        }
        let schema = RowSchema { columns: fields.into(), open: input.schema.open };
        let serialized = input.serialized;
        let kind = TableKind::Parse { input, source, mode, pattern: parts, drop_unmatched };
        table(kind, schema, span, serialized)
    }

    /// What a pattern may look like: a capture comes first or after a text, a text after `*`, and `*` after a text or a capture
    /// whose type says where it ends.
    fn check_pattern(&mut self, pattern: &'s [ast::ParsePart]) {
        let mut before: Option<&ast::ParsePart> = None;
        for part in pattern {
            match (before, part) {
                (Some(ast::ParsePart::Star(at)), ast::ParsePart::Star(_) | ast::ParsePart::Capture { .. }) => {
                    self.error(code::PARSE_PATTERN, *at, "a text must follow '*' in a pattern");
                }
                (Some(ast::ParsePart::Capture { .. }), ast::ParsePart::Capture { name, .. }) => {
                    let message = format!("a text must stand before the capture '{}'", name.text);
                    self.error(code::PARSE_PATTERN, name.span, message);
                }
                (Some(ast::ParsePart::Capture { name, ty }), ast::ParsePart::Star(at))
                    if ty.is_none_or(|t| t.ty == ScalarType::String) =>
                {
                    let message = format!("where the text '{}' ends before '*' is ambiguous", name.text);
                    self.error_help(code::PARSE_PATTERN, *at, message, "put a text between them");
                }
                (_, ast::ParsePart::Text(text)) if crate::names::text_of(text).is_some_and(str::is_empty) => {
                    self.refused_by_engine(code::PARSE_PATTERN, text.span, "a text of a pattern is not empty");
                }
                _ => {}
            }
            before = Some(part);
        }
    }

    fn parse_text(&mut self, text: &'s ast::Expr) -> String {
        let bound = self.without_row(|b| b.scalar(text));
        match bound.kind {
            ExprKind::Literal(Value::String(text)) => text,
            ExprKind::Missing => String::new(),
            _ => {
                self.error(code::NOT_LITERAL, text.span, "the texts of a pattern are literals");
                String::new()
            }
        }
    }

    fn parse_mode(&mut self, parameters: &'s [ast::Property], drop_unmatched: bool) -> ParseMode {
        let flags = Self::property_word(parameters, "flags");
        let kind = Self::property_word(parameters, "kind");
        let mode = match kind {
            None => ParseMode::Simple,
            Some((word, at)) => match word.to_ascii_lowercase().as_str() {
                "simple" => ParseMode::Simple,
                "relaxed" => {
                    if drop_unmatched {
                        self.error(code::PARSE_RELAXED, at, "parse-where cannot be relaxed: it knows simple and regex");
                    }
                    ParseMode::Relaxed
                }
                "regex" => {
                    let flags = flags.map_or(String::new(), |(f, _)| f.to_owned());
                    ParseMode::Regex(flags)
                }
                _ => {
                    self.error(
                        code::SYNTAX,
                        at,
                        format!("'{word}' is no kind of parse: it knows simple, regex and relaxed"),
                    );
                    ParseMode::Simple
                }
            },
        };
        if let Some((flags, at)) = flags {
            if !matches!(mode, ParseMode::Regex(_)) {
                self.error(code::PARSE_FLAGS, at, "flags need kind=regex");
            } else if let Some(bad) = flags.chars().find(|c| !"ismUx".contains(*c)) {
                self.error(code::PARSE_FLAG, at, format!("'{bad}' is no flag: the flags are i, s, m, U and x"));
            }
        }
        mode
    }
}

/// The name with the first number that makes it one nobody has.
fn unused(name: &str, fields: &[Column]) -> Arc<str> {
    let mut n = 1usize;
    loop {
        let numbered = format!("{name}{n}");
        if !fields.iter().any(|f| *f.name == *numbered) {
            return Arc::from(numbered);
        }
        n += 1;
    }
}
