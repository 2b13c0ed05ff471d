//! `parse`, `parse-where`.

use crate::error::Result;
use crate::expression::{convert, field_of, ident};
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use crate::text::{MATCHED, ParsePattern, TextParser, text_parser};
use kql_bind::bound::{Expr, ParseMode, ParsePart, Table};
use kql_diagnostic::{Diagnostic, code};
use kql_types::ScalarType;
use std::sync::Arc;

impl Planner<'_> {
    #[allow(clippy::too_many_arguments)] // They are the fields of the bound operator.
    pub(crate) fn parse(
        &self,
        input: &Arc<Table>,
        source: &Expr,
        mode: &ParseMode,
        pattern: &[ParsePart],
        drop_unmatched: bool,
        order: Order,
        table: &Table,
    ) -> Result<Rows> {
        let parser = ParsePattern::new(mode, pattern).map_err(|why| {
            Diagnostic::error(code::PARSE_PATTERN, table.span, "the pattern is not a regular expression").with_help(why)
        })?;
        let names: Vec<Arc<str>> = pattern
            .iter()
            .filter_map(|p| match p {
                ParsePart::Capture(name, _) => Some(Arc::clone(name)),
                _ => None,
            })
            .collect();
        let rows = self.rows(input, order)?;
        self.parsed(rows, source, Arc::new(parser), &names, drop_unmatched, table)
    }

    /// The input's columns, those of the same name replaced in place, then the parser's columns.
    pub(crate) fn parsed(
        &self,
        rows: Rows,
        source: &Expr,
        parser: Arc<dyn TextParser>,
        names: &[Arc<str>],
        drop_unmatched: bool,
        table: &Table,
    ) -> Result<Rows> {
        let text = convert(self.value(source)?, source.ty, ScalarType::String, source.span)?;
        let parts = self.fresh("parsed");
        let mut rows = rows.with_columns(vec![(parts.clone(), text_parser(parser, text))], source.span)?;
        if drop_unmatched {
            rows = rows.filter(field_of(ident(&parts), MATCHED), table.span)?;
        }
        let columns = table.schema.names().map(|name| {
            let captured = names.iter().position(|n| **n == *name);
            let value = match captured {
                Some(i) => field_of(ident(&parts), &i.to_string()),
                None => ident(name),
            };
            (name.to_owned(), value)
        });
        rows.project(columns.collect(), table.span)
    }
}
