//! The dialect, compiled and remembered.
//!
//! Kusto documents the syntax of the `regex` crate (<https://learn.microsoft.com/kusto/query/regex>), octal escapes
//! included: Unicode classes and word boundaries, no lookaround, no backreferences, time linear in the text. At most 16
//! capture groups.

use crate::Call;
use crate::cache::Cache;
use crate::kernel::{Rows, refuse};
use crate::text_form::text_forms;
use ::regex::{Regex, RegexBuilder};
use arrow::array::StringViewArray;
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_diagnostic::code;
use kql_types::function::ConstantError;
use kql_types::{Value, dynamic};
use lru::LruCache;
use std::borrow::Cow;
use std::cell::RefCell;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// The largest number of capture groups.
pub const MAX_GROUPS: usize = 16;

/// Memory of a compiled expression, in bytes: the same limit as RE2's usual budget, so that `x{1000}{1000}` is refused.
const SIZE_LIMIT: usize = 8 << 20;

/// A compiled expression, or why it cannot be one.
pub(crate) type Pattern = std::result::Result<Arc<Regex>, Arc<str>>;

static PATTERNS: Cache<Box<str>, Pattern> = Cache::new();

thread_local! {
    /// Each thread has its own copy: threads that share one fight for its scratch memory.
    static OWN: RefCell<LruCache<Box<str>, Pattern>> = RefCell::new(LruCache::new(OWN_CAPACITY));
}

const OWN_CAPACITY: NonZeroUsize = NonZeroUsize::new(64).unwrap();

/// Checks a regular expression: for constants in a query, before it runs.
///
/// # Errors
/// One sentence that says what is wrong.
pub fn check_regex(pattern: &str) -> std::result::Result<(), String> {
    check_groups(pattern, 0).map_err(|(_, why)| why)
}

/// Checks an expression that has to have so many capture groups at least.
pub(super) fn check_groups(pattern: &str, least: usize) -> std::result::Result<(), (&'static str, String)> {
    let groups = compile(pattern).map_err(|why| (code::BAD_REGEX, why))?.captures_len() - 1;
    if (least..=MAX_GROUPS).contains(&groups) {
        return Ok(());
    }
    let why = format!("the expression has {groups} capture groups; there have to be {least} to {MAX_GROUPS}");
    Err((GROUP_COUNT, why))
}

/// The number of capture groups is out of range.
const GROUP_COUNT: &str = "SEM0213";

/// The check of a function whose argument `index` is a regular expression.
pub(crate) fn check_argument(arguments: &[Option<&Value>], index: usize) -> std::result::Result<(), ConstantError> {
    check_with(arguments, index, |pattern| check_groups(pattern, 0))
}

/// The check of a function with other rules for its regular expression.
pub(crate) fn check_with(
    arguments: &[Option<&Value>],
    index: usize,
    check: impl Fn(&str) -> std::result::Result<(), (&'static str, String)>,
) -> std::result::Result<(), ConstantError> {
    let pattern = match arguments.get(index) {
        Some(Some(Value::String(pattern))) => Cow::Borrowed(pattern.as_str()),
        Some(Some(Value::Dynamic(Some(json)))) => dynamic::to_text(json),
        _ => return Ok(()),
    };
    check(&pattern).map_err(|(code, message)| ConstantError { argument: index, code, message })
}

pub(super) fn compile(pattern: &str) -> std::result::Result<Regex, String> {
    // The parser's own error is one sentence and a place; the one of `Regex` is a drawing.
    if let Err(e) = regex_syntax::ParserBuilder::new().octal(true).build().parse(pattern) {
        let (why, span) = match &e {
            regex_syntax::Error::Parse(e) => (e.kind().to_string(), e.span()),
            regex_syntax::Error::Translate(e) => (e.kind().to_string(), e.span()),
            e => return Err(e.to_string()),
        };
        return Err(format!("{why} (at character {})", pattern[..span.start.offset].chars().count() + 1));
    }
    RegexBuilder::new(pattern).octal(true).size_limit(SIZE_LIMIT).build().map_err(|e| match e {
        ::regex::Error::CompiledTooBig(limit) => format!("the expression needs more than {limit} bytes when compiled"),
        e => e.to_string(),
    })
}

/// The compiled expression of a value in a column. A malformed one matches nothing: bad data is no error.
pub(crate) fn changing(pattern: &str) -> Pattern {
    let known = OWN.with_borrow_mut(|own| own.get(pattern).cloned());
    known.unwrap_or_else(|| {
        let shared = PATTERNS.get_or(pattern.into(), |p| compile(p).map(Arc::new).map_err(Arc::from));
        let own = match &*shared {
            Ok(regex) => Ok(Arc::new((**regex).clone())),
            Err(why) => Err(Arc::clone(why)),
        };
        OWN.with_borrow_mut(|all| all.put(pattern.into(), own.clone()));
        own
    })
}

/// The compiled expression of a constant.
///
/// # Errors
/// When it is malformed; the binder normally finds that first.
pub(crate) fn constant(pattern: &str) -> Result<Arc<Regex>> {
    changing(pattern).map_err(|why| refuse(code::BAD_REGEX, format!("bad regular expression '{pattern}': {why}")))
}

/// The regular expression argument of a call, row by row.
pub(crate) struct Patterns {
    constant: Option<Arc<Regex>>,
    rows: Rows<StringViewArray>,
}

impl Patterns {
    /// Argument `index`, rewritten by `wrap`.
    ///
    /// # Errors
    /// When a constant one is malformed.
    pub(crate) fn new(call: &Call, args: &[ColumnarValue], index: usize, wrap: fn(&str) -> String) -> Result<Self> {
        let rows = text_forms(call, args, index)?;
        let constant = match rows.is_constant() {
            true => Some(constant(&wrap(rows.text(0)))?),
            false => None,
        };
        Ok(Patterns { constant, rows })
    }

    /// The expression of a row; `None` when it is malformed.
    #[inline]
    pub(crate) fn at(&self, row: usize) -> Option<Arc<Regex>> {
        match &self.constant {
            Some(regex) => Some(Arc::clone(regex)),
            None => changing(self.rows.text(row)).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::check_regex;
    use kql_types::Value;

    #[test]
    fn dialect() {
        for good in [
            "",
            r"(\d+)-(\d{2})",
            r"(?i)a+(?-i)b+",
            r"(?P<a>x)(?<b>y)",
            r"[\pL--\p{Greek}&&\p{Uppercase}]",
            r"\b{start}x\b{end}",
            r"\<x\>",
            r"\A\x{10FFFF}\u007F\U{7F}\123\z",
            r"[[:^alpha:]]",
            r"(?x) a # comment",
        ] {
            assert_eq!(check_regex(good), Ok(()), "{good}");
        }
        for (bad, part) in [
            ("(?=x)", "look-around"),
            ("(?<!x)y", "look-around"),
            (r"(a)\8", "escape sequence (at character 4)"),
            ("a(b", "unclosed group (at character 2)"),
            ("[a", "unclosed character class"),
            ("*", "repetition"),
            (r"\p{Nope}", "Unicode property"),
            ("(?-u:\\xFF)", "UTF-8"),
            ("(((((((((((((((((x)))))))))))))))))", "17 capture groups"),
            ("(?:x{1000}){1000}", "bytes when compiled"),
        ] {
            let why = check_regex(bad).unwrap_err();
            assert!(why.contains(part), "{bad}: {why}");
            assert!(!why.contains('\n'), "{why}");
        }
        let deep = format!("{}x{}", "(?:".repeat(5000), ")".repeat(5000));
        assert!(check_regex(&deep).unwrap_err().contains("nest"));
    }

    #[test]
    fn functions_check_their_constants() {
        let check = |function: &str, pattern: &str| {
            let spec = &crate::function(function).unwrap().spec;
            let pattern = Value::String(pattern.into());
            let kind = Value::String("regex".into());
            let arguments: Vec<_> = match function {
                "matches regex" | "replace_regex" | "indexof_regex" => vec![None, Some(&pattern)],
                "countof" => vec![None, Some(&pattern), Some(&kind)],
                _ => vec![Some(&pattern), None],
            };
            spec.check.unwrap()(&arguments).map_err(|e| e.code)
        };
        for function in [
            "matches regex",
            "extract",
            "extract_all",
            "replace_regex",
            "replace",
            "trim",
            "trim_start",
            "trim_end",
            "countof",
            "indexof_regex",
        ] {
            assert_eq!(check(function, "(x)"), Ok(()), "{function}");
            assert_eq!(check(function, "(?=x)"), Err("SEM0420"), "{function}");
        }
        assert_eq!(check("extract_all", "x"), Err("SEM0213"));
        assert_eq!(check("extract", "(((((((((((((((((x)))))))))))))))))"), Err("SEM0213"));
        assert_eq!(check("trim", ""), Err("SEM0217"));
        assert_eq!(check("trim_end", "a)|(b"), Ok(()));
        let spec = &crate::function("countof").unwrap().spec;
        let (pattern, kind) = (Value::String("(".into()), Value::String("glob".into()));
        assert_eq!(spec.check.unwrap()(&[None, Some(&pattern)]), Ok(()));
        assert_eq!(spec.check.unwrap()(&[None, Some(&pattern), Some(&kind)]).map_err(|e| e.argument), Err(2));
        assert_eq!(spec.check.unwrap()(&[None, None, None]), Ok(()));
    }
}
