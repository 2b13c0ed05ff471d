//! The pattern of `parse` and `parse-where`, as a regular expression
//! (<https://learn.microsoft.com/kusto/query/parse-operator>).

use super::capture::value_of;
use super::udf::TextParser;
use kql_bind::bound::{ParseMode, ParsePart};
use kql_types::{ScalarType, Value};
use regex::{Regex, RegexBuilder};

/// A compiled pattern.
#[derive(Debug)]
pub(crate) struct ParsePattern {
    regex: Regex,
    mode: ParseMode,
    columns: Vec<ScalarType>,
}

impl ParsePattern {
    /// # Errors
    /// What the regular expression engine says of the pattern.
    pub(crate) fn new(mode: &ParseMode, pattern: &[ParsePart]) -> Result<Self, String> {
        let regex_mode = matches!(mode, ParseMode::Regex(_));
        let mut text = String::from(r"\A");
        let mut columns = Vec::new();
        for (i, part) in pattern.iter().enumerate() {
            match part {
                ParsePart::Star => text.push_str(".*?"),
                ParsePart::Text(literal) if regex_mode => {
                    text.push_str("(?:");
                    text.push_str(literal);
                    text.push(')');
                }
                ParsePart::Text(literal) => text.push_str(&regex::escape(literal)),
                ParsePart::Capture(_, ty) => {
                    let before_star = matches!(pattern.get(i + 1), Some(ParsePart::Star));
                    let shape = if regex_mode || before_star { shape_of(*ty) } else { None };
                    let shape = shape.unwrap_or(if regex_mode { ".*" } else { ".*?" });
                    text.push_str(&format!("(?P<capture{}>{shape})", columns.len()));
                    columns.push(*ty);
                }
            }
        }
        if !regex_mode {
            text.push_str(r"\z");
        }
        let mut builder = RegexBuilder::new(&text);
        builder.dot_matches_new_line(!regex_mode).size_limit(8 << 20);
        if let ParseMode::Regex(flags) = mode {
            for flag in flags.chars() {
                match flag {
                    'i' => builder.case_insensitive(true),
                    's' => builder.dot_matches_new_line(true),
                    'm' => builder.multi_line(true),
                    'U' => builder.swap_greed(true),
                    'x' => builder.ignore_whitespace(true),
                    _ => &mut builder,
                };
            }
        }
        let regex = builder.build().map_err(|e| e.to_string())?;
        Ok(ParsePattern { regex, mode: mode.clone(), columns })
    }
}

/// What the text of a typed capture looks like; `None` for any text.
fn shape_of(ty: ScalarType) -> Option<&'static str> {
    Some(match ty {
        ScalarType::Int | ScalarType::Long => r"\s*[-+]?[0-9]+",
        ScalarType::Real | ScalarType::Decimal => r"\s*[-+]?[0-9]*\.?[0-9]+(?:[eE][-+]?[0-9]+)?",
        ScalarType::Bool => r"\s*(?:true|false|True|False|TRUE|FALSE)",
        ScalarType::Guid => r"\s*[0-9a-fA-F]{8}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{4}-?[0-9a-fA-F]{12}",
        _ => return None,
    })
}

impl TextParser for ParsePattern {
    fn describe(&self) -> String {
        let types: Vec<_> = self.columns.iter().map(|c| c.name()).collect();
        format!("__parse({:?}, {}, {})", self.mode, self.regex.as_str(), types.join(","))
    }

    fn columns(&self) -> Vec<ScalarType> {
        self.columns.clone()
    }

    fn parse(&self, text: &str) -> Option<Vec<Option<Value>>> {
        let captures = self.regex.captures(text)?;
        let mut values = Vec::with_capacity(self.columns.len());
        for (i, ty) in self.columns.iter().enumerate() {
            let text = captures.name(&format!("capture{i}")).map_or("", |m| m.as_str());
            let value = value_of(text, *ty);
            if value.is_none() && self.mode == ParseMode::Simple {
                return None;
            }
            values.push(value);
        }
        Some(values)
    }
}
