//! Literals.

use super::Printer;
use crate::ast::Literal;
use kql_types::{Value, datetime, decimal, guid, number, timespan};
use std::fmt::Write;

impl Printer {
    /// A literal that reads back as the same value of the same type.
    pub(super) fn literal(&mut self, literal: &Literal) {
        let out = &mut self.out;
        match &literal.value {
            Value::String(text) => {
                out.push_str(if literal.hidden { "h\"" } else { "\"" });
                escape(out, text, '"');
                out.push('"');
            }
            Value::Bool(Some(v)) => out.push_str(if *v { "true" } else { "false" }),
            Value::Long(Some(v)) if *v >= 0 => number::write_long(out, *v),
            Value::Real(Some(v)) if v.is_finite() && v.is_sign_positive() => real(out, *v),
            Value::Dynamic(Some(text)) => {
                out.push_str("dynamic(");
                out.push_str(text);
                out.push(')');
            }
            value => typed(out, value),
        }
    }
}

/// `type(content)`.
fn typed(out: &mut String, value: &Value) {
    out.push_str(value.scalar_type().name());
    out.push('(');
    match value {
        Value::Int(Some(v)) => number::write_long(out, i64::from(*v)),
        Value::Long(Some(v)) => number::write_long(out, *v),
        Value::Real(Some(v)) if v.is_nan() => out.push_str("nan"),
        Value::Real(Some(v)) if v.is_infinite() => out.push_str(if *v > 0.0 { "+inf" } else { "-inf" }),
        Value::Real(Some(v)) => real(out, *v),
        Value::Decimal(Some(v)) => decimal::write(out, *v),
        Value::Datetime(Some(v)) => datetime::write(out, *v),
        Value::Timespan(Some(v)) => timespan::write(out, *v),
        Value::Guid(Some(v)) => guid::write(out, v),
        _ => out.push_str("null"),
    }
    out.push(')');
}

/// The shortest digits that read back as the value; never without a point or exponent.
fn real(out: &mut String, value: f64) {
    // `{:?}` is Rust's shortest form with a point or an exponent: a real in KQL, too. Writing to a String does not fail.
    let _ = write!(out, "{value:?}");
}

/// The content of a string with its escapes.
pub(super) fn escape(out: &mut String, text: &str, quote: char) {
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
}
