//! Request properties: `set` statements that change how a query runs.
//!
//! Honoured: `query_now`, `notruncation`, `truncationmaxrecords`, `truncationmaxsize`, `query_take_max_records`,
//! `servertimeout`, `norequesttimeout`, `maxmemoryconsumptionperiterator`, `max_memory_consumption_per_query_per_node`,
//! `request_readonly`, `request_readonly_hardline`; the binder honours `query_datetimescope_*` and `query_bin_auto_*`. What
//! the operator of this process limits (time, memory) an option can only lower. All others are accepted and do nothing, as
//! in the service. <https://learn.microsoft.com/kusto/query/set-statement>,
//! <https://learn.microsoft.com/kusto/api/rest/request-properties>

use crate::options::Limits;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast::{ExprKind, Statement, StatementKind};
use kql_types::{Value, timespan};
use std::time::Duration;

/// How one request runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request {
    pub(crate) limits: Limits,
    /// `now()`, when the text pins it.
    pub(crate) now: Option<i64>,
    pub(crate) bounds: Bounds,
    /// Commands that change something are refused.
    pub(crate) read_only: bool,
}

/// How many rows a result may have.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bounds {
    /// More rows fail the query.
    pub(crate) max_rows: Option<usize>,
    /// More bytes fail the query.
    pub(crate) max_bytes: Option<usize>,
    /// Rows after these are left out.
    pub(crate) take: Option<usize>,
}

impl Request {
    /// The request of statements, the last of several `set` of one option winning; of truncation limits the lowest.
    pub(crate) fn of(statements: &[Statement], limits: &Limits) -> Result<Request, Diagnostic> {
        let bounds = Bounds { max_rows: Some(limits.max_rows), ..Bounds::default() };
        let mut request = Request { limits: *limits, now: None, bounds, read_only: false };
        let mut untruncated = false;
        let (mut records, mut size): (Option<usize>, Option<usize>) = (None, None);
        for statement in statements {
            let StatementKind::Set { name, value } = &statement.kind else { continue };
            let value = Given { value: value.as_ref().map(|e| &e.kind), name: &name.text, span: statement.span };
            match name.text.as_str() {
                "query_now" => request.now = value.instant(),
                "notruncation" => untruncated = value.truth()?,
                "truncationmaxrecords" => records = Some(value.count()?.min(records.unwrap_or(usize::MAX))),
                "truncationmaxsize" => size = Some(value.count()?.min(size.unwrap_or(usize::MAX))),
                "query_take_max_records" => request.bounds.take = Some(value.count()?),
                "servertimeout" => request.limits.timeout = value.duration()?.min(limits.timeout),
                "maxmemoryconsumptionperiterator" | "max_memory_consumption_per_query_per_node" => {
                    request.limits.memory = value.count()?.min(request.limits.memory);
                }
                "request_readonly" | "request_readonly_hardline" => request.read_only |= value.truth()?,
                _ => {}
            }
        }
        // A limit of its own takes `notruncation` back.
        if untruncated && records.is_none() && size.is_none() {
            request.bounds.max_rows = None;
        }
        request.bounds.max_rows = records.or(request.bounds.max_rows);
        request.bounds.max_bytes = size;
        Ok(request)
    }
}

/// An option's value as written; none means `true`.
struct Given<'a> {
    value: Option<&'a ExprKind>,
    name: &'a str,
    span: Span,
}

impl Given<'_> {
    fn literal(&self) -> Option<&Value> {
        match self.value? {
            ExprKind::Literal(literal) => Some(&literal.value),
            _ => None,
        }
    }

    fn bad<T>(&self, what: &str) -> Result<T, Diagnostic> {
        Err(Diagnostic::error(code::BAD_OPTION, self.span, format!("the option '{}' is {what}", self.name)))
    }

    fn truth(&self) -> Result<bool, Diagnostic> {
        match (self.value, self.literal()) {
            (None, _) => Ok(true),
            (_, Some(Value::Bool(Some(b)))) => Ok(*b),
            (_, Some(Value::Long(Some(n)))) => Ok(*n != 0),
            (_, Some(Value::String(text))) if text.eq_ignore_ascii_case("true") => Ok(true),
            (_, Some(Value::String(text))) if text.eq_ignore_ascii_case("false") => Ok(false),
            (Some(ExprKind::Name(word)), _) if word.text.eq_ignore_ascii_case("true") => Ok(true),
            (Some(ExprKind::Name(word)), _) if word.text.eq_ignore_ascii_case("false") => Ok(false),
            _ => self.bad("true or false"),
        }
    }

    fn count(&self) -> Result<usize, Diagnostic> {
        let number = match self.literal() {
            Some(Value::Long(n)) => *n,
            Some(Value::Int(n)) => n.map(i64::from),
            Some(Value::String(text)) => text.trim().parse().ok(),
            _ => None,
        };
        match number.and_then(|n| usize::try_from(n).ok()) {
            Some(number) => Ok(number),
            None => self.bad("a whole number that is not negative"),
        }
    }

    fn duration(&self) -> Result<Duration, Diagnostic> {
        let ticks = match self.literal() {
            Some(Value::Timespan(ticks)) => *ticks,
            Some(Value::String(text)) => timespan::parse(text).or_else(|| timespan::parse_literal(text)),
            _ => None,
        };
        match ticks.and_then(|t| u64::try_from(t).ok()) {
            Some(ticks) => Ok(Duration::from_nanos(ticks.saturating_mul(100))),
            None => self.bad("a timespan"),
        }
    }

    /// The binder says what is wrong with another value.
    fn instant(&self) -> Option<i64> {
        match self.literal() {
            Some(Value::Datetime(now)) => *now,
            _ => None,
        }
    }
}
