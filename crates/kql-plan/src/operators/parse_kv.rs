//! `parse-kv`.

use crate::error::Result;
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use crate::text::{KvOptions, KvPattern};
use kql_bind::bound::{Expr, Table};
use kql_diagnostic::{Diagnostic, Span, code};
use kql_types::{ScalarType, Value};
use regex::Regex;
use std::sync::Arc;

impl Planner<'_> {
    pub(crate) fn parse_kv(
        &self,
        input: &Arc<Table>,
        source: &Expr,
        keys: &[(Arc<str>, ScalarType)],
        properties: &[(String, Value)],
        order: Order,
        table: &Table,
    ) -> Result<Rows> {
        let names: Vec<Arc<str>> = keys.iter().map(|(name, _)| Arc::clone(name)).collect();
        let keys = keys.iter().map(|(name, ty)| (name.to_string(), *ty)).collect();
        let parser = KvPattern { keys, options: options(properties, table.span)? };
        let rows = self.rows(input, order)?;
        self.parsed(rows, source, Arc::new(parser), &names, false, table)
    }
}

fn options(properties: &[(String, Value)], span: Span) -> Result<KvOptions> {
    let mut options = KvOptions::default();
    for (name, value) in properties {
        match (name.as_str(), value) {
            ("pair_delimiter", Value::String(text)) => options.pair = Some(text.clone()),
            ("kv_delimiter", Value::String(text)) => options.kv = Some(text.clone()),
            ("quote", Value::String(text)) => {
                let mut chars = text.chars();
                if let Some(open) = chars.next() {
                    options.quotes.push((open, chars.next().unwrap_or(open)));
                }
            }
            ("escape", Value::String(text)) => options.escape = text.chars().next(),
            ("greedy", Value::Bool(greedy)) => options.greedy = greedy.unwrap_or(false),
            ("regex", Value::String(text)) => {
                let regex = Regex::new(text).map_err(|e| {
                    Diagnostic::error(code::BAD_REGEX, span, "the regex of parse-kv cannot be used")
                        .with_help(e.to_string())
                })?;
                if regex.captures_len() != 3 {
                    let what = "the regex of parse-kv needs two groups, one for the key and one for the value";
                    return Err(Diagnostic::error(code::BAD_REGEX, span, what).into());
                }
                options.regex = Some(regex);
            }
            _ => {
                let what = format!("'{name}' is not a property of parse-kv, or has the wrong type");
                return Err(Diagnostic::error(code::OPERAND, span, what).into());
            }
        }
    }
    Ok(options)
}
