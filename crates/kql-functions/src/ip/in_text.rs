//! `has_ipv4`, `has_ipv4_prefix` and their forms for several addresses: IPv4 addresses in a text.

use crate::ScalarFunction;
use crate::cache::Cache;
use crate::search::{AnyTerm, Matcher, Mode, term_after, term_before};
use crate::string_operators::{binary, list_predicate};
use kql_types::function::{FunctionKind, FunctionSpec, example};
use memchr::memmem;
use std::borrow::Cow;
use std::net::Ipv4Addr;
use std::sync::Arc;

pub(crate) static HAS_IPV4: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "has_ipv4",
        FunctionKind::Scalar,
        &["(source:text, ip:string) -> bool"],
        "True when the text has the IPv4 address, with no letter or digit right before or after it. False for a text that is \
         no IPv4 address. <https://learn.microsoft.com/kusto/query/has-ipv4-function>",
    )
    .examples(&[
        example("has_ipv4('05:04:54 127.0.0.1 GET /favicon.ico 404', '127.0.0.1')", "true"),
        example("has_ipv4('05:04:54127.0.0.1 GET /favicon.ico 404', '127.0.0.1')", "false"),
    ]),
    kernel: |call, args| {
        let prepare = |ip: &str| is_address(ip).then(|| Matcher::new(Mode::Has, true, ip));
        binary(call, args, prepare, prepare, |_| None, |ip, text| ip.as_ref().is_some_and(|ip| ip.is_match(text)))
    },
};

pub(crate) static HAS_ANY_IPV4: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "has_any_ipv4",
        FunctionKind::Scalar,
        &["(source:text, ips...1..:string) -> bool", "(source:text, ips:array) -> bool"],
        "True when the text has one of the IPv4 addresses, as in `has_ipv4()`. \
         <https://learn.microsoft.com/kusto/query/has-any-ipv4-function>",
    )
    .examples(&[example("has_any_ipv4('from 127.0.0.1 on', dynamic(['127.0.0.2', '127.0.0.1']))", "true")]),
    kernel: |call, args| {
        static ANY: Cache<Vec<Box<str>>, AnyTerm> = Cache::new();
        list_predicate(
            call,
            args,
            |values, constant| {
                let any = |ips: &Vec<Box<str>>| AnyTerm::new(ips.iter().map(|ip| &**ip).filter(|ip| is_address(ip)));
                if constant { ANY.get_or(owned(values), any) } else { Arc::new(any(&owned(values))) }
            },
            |_| None,
            |any, text| any.is_match(text),
        )
    },
};

pub(crate) static HAS_IPV4_PREFIX: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "has_ipv4_prefix",
        FunctionKind::Scalar,
        &["(source:text, ip_prefix:string) -> bool"],
        "True when the text has an IPv4 address that begins with the prefix, with no letter or digit right before or after \
         the address. A prefix is a whole address, or one to three of its numbers each followed by a dot. \
         <https://learn.microsoft.com/kusto/query/has-ipv4-prefix-function>",
    )
    .examples(&[
        example("has_ipv4_prefix('05:04:54 127.0.0.1 GET /favicon.ico 404', '127.0.')", "true"),
        example("has_ipv4_prefix('05:04:54 127.0.0.1 GET /favicon.ico 404', '127.0')", "false"),
    ]),
    kernel: |call, args| {
        binary(call, args, AddressPrefix::new, AddressPrefix::new, |_| None, |prefix, text| {
            prefix.as_ref().is_some_and(|p| p.is_match(text))
        })
    },
};

pub(crate) static HAS_ANY_IPV4_PREFIX: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "has_any_ipv4_prefix",
        FunctionKind::Scalar,
        &["(source:text, ip_prefixes...1..:string) -> bool", "(source:text, ip_prefixes:array) -> bool"],
        "True when the text has an IPv4 address that begins with one of the prefixes, as in `has_ipv4_prefix()`. \
         <https://learn.microsoft.com/kusto/query/has-any-ipv4-prefix-function>",
    )
    .examples(&[example("has_any_ipv4_prefix('from 127.0.0.1 on', '10.', '127.0.')", "true")]),
    kernel: |call, args| {
        static ANY: Cache<Vec<Box<str>>, Vec<AddressPrefix>> = Cache::new();
        list_predicate(
            call,
            args,
            |values, constant| {
                let any = |list: &Vec<Box<str>>| list.iter().filter_map(|p| AddressPrefix::new(p)).collect::<Vec<_>>();
                if constant { ANY.get_or(owned(values), any) } else { Arc::new(any(&owned(values))) }
            },
            |_| None,
            |any, text| any.iter().any(|p| p.is_match(text)),
        )
    },
};

fn owned(values: Vec<Option<Cow<'_, str>>>) -> Vec<Box<str>> {
    values.into_iter().flatten().map(Into::into).collect()
}

fn is_address(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok()
}

/// The beginning of an address, which in a text must go on to be a whole one.
#[derive(Debug)]
struct AddressPrefix {
    finder: memmem::Finder<'static>,
    /// Numbers that must follow.
    missing: usize,
}

impl AddressPrefix {
    fn new(prefix: &str) -> Option<Self> {
        let missing = match prefix.strip_suffix('.') {
            None => 0,
            Some(numbers) => 4usize.checked_sub(numbers.split('.').count()).filter(|m| *m > 0)?,
        };
        let whole = format!("{prefix}{}", ["", "0", "0.0", "0.0.0"][missing]);
        is_address(&whole).then(|| AddressPrefix { finder: memmem::Finder::new(prefix).into_owned(), missing })
    }

    fn is_match(&self, text: &str) -> bool {
        let mut from = 0;
        while let Some(found) = text.as_bytes().get(from..).and_then(|rest| self.finder.find(rest)) {
            let at = from + found;
            if !term_before(text, at) && self.goes_on(text, at + self.finder.needle().len()) {
                return true;
            }
            from = at + 1;
        }
        false
    }

    /// True when the missing numbers follow, and then no letter or digit.
    fn goes_on(&self, text: &str, mut at: usize) -> bool {
        for i in 0..self.missing {
            if i > 0 {
                if text.as_bytes().get(at) != Some(&b'.') {
                    return false;
                }
                at += 1;
            }
            let digits = text.as_bytes()[at..].iter().take_while(|b| b.is_ascii_digit()).count();
            let number = &text[at..at + digits];
            let plain = digits == 1 || !number.starts_with('0');
            if !plain || number.parse::<u8>().is_err() {
                return false;
            }
            at += digits;
        }
        !term_after(text, at)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, string};
    use kql_types::Value;

    #[test]
    fn whole_addresses() {
        for (text, ip, want) in [
            ("05:04:54 127.0.0.1 GET /favicon.ico 404", "127.0.0.1", true),
            ("05:04:54127.0.0.1 GET", "127.0.0.1", false),
            ("at 127.0.0.256 GET", "127.0.0.256", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("(127.0.0.1)", "127.0.0.1", true),
            ("x127.0.0.1", "127.0.0.1", false),
            ("127.0.0.12", "127.0.0.1", false),
            ("127.0.0.1é", "127.0.0.1", false),
            ("127.0.0.11 127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.1/32", false),
            ("127.0.0.1", "", false),
            ("", "127.0.0.1", false),
        ] {
            check("has_ipv4", &[string(text), string(ip)], Value::Bool(Some(want)));
            check("has_any_ipv4", &[string(text), string("9.9.9.9"), string(ip)], Value::Bool(Some(want)));
            check("has_any_ipv4", &[string(text), dynamic(&format!("[null,\"{ip}\"]"))], Value::Bool(Some(want)));
        }
        check("has_ipv4", &[Value::Dynamic(None), string("127.0.0.1")], Value::Bool(Some(false)));
        check("has_ipv4", &[dynamic(r#"["127.0.0.1"]"#), string("127.0.0.1")], Value::Bool(Some(true)));
    }

    #[test]
    fn beginnings_of_addresses() {
        for (text, prefix, want) in [
            ("05:04:54 127.0.0.1 GET", "127.0.", true),
            ("05:04:54 127.0.0.1 GET", "127.", true),
            ("05:04:54 127.0.0.1 GET", "127.0.0.", true),
            ("05:04:54 127.0.0.1 GET", "127.0.0.1", true),
            ("05:04:54 127.0.0.1 GET", "127.0", false),
            ("05:04:54 127.0.0.256 GET", "127.0.", false),
            ("05:04:54127.0.0.1 GET", "127.0.", false),
            ("127.0.0.1x", "127.0.", false),
            ("127.0.0", "127.0.", false),
            ("127.0.0.01", "127.0.", false),
            ("127.0.x 127.0.3.4", "127.0.", true),
            ("10.127.0.1", "127.0.", false),
            ("1.2.3.4", "1.2.3.4.", false),
            ("1.2.3.4", ".", false),
            ("1.2.3.4", "", false),
            ("256.0.0.1", "256.", false),
        ] {
            check("has_ipv4_prefix", &[string(text), string(prefix)], Value::Bool(Some(want)));
            check("has_any_ipv4_prefix", &[string(text), string("9."), string(prefix)], Value::Bool(Some(want)));
            check("has_any_ipv4_prefix", &[string(text), dynamic(&format!("[\"{prefix}\"]"))], Value::Bool(Some(want)));
        }
    }
}
