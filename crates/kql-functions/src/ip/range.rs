//! Addresses in networks: `ipv4_is_in_range`, `ipv6_is_in_range`, their forms for several networks, and the networks of a
//! range.

use super::address::{Address, ipv4, ipv6, mask};
use crate::cache::Cache;
use crate::kernel::{bool_map, dynamic_map, rows, texts};
use crate::string_operators::ValueList;
use crate::text_form::text_forms;
use crate::{Call, ScalarFunction};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::borrow::Cow;
use std::net::Ipv4Addr;

pub(crate) static IPV4_IS_IN_RANGE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "ipv4_is_in_range",
        FunctionKind::Scalar,
        &["(ip:string, ip_range:string) -> bool"],
        "True when an IPv4 address lies in a network; null when one of the two is bad. \
         <https://learn.microsoft.com/kusto/query/ipv4-is-in-range-function>",
    )
    .examples(&[
        example("ipv4_is_in_range('192.168.1.1', '192.168.1.255/24')", "true"),
        example("ipv4_is_in_range('192.168.2.1', '192.168.1.0/24')", "false"),
    ]),
    kernel: |_, args| in_range(args, ipv4),
};

pub(crate) static IPV6_IS_IN_RANGE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "ipv6_is_in_range",
        FunctionKind::Scalar,
        &["(ip:string, ip_range:string) -> bool"],
        "True when an IPv6 (or IPv4) address lies in a network; null when one of the two is bad. \
         <https://learn.microsoft.com/kusto/query/ipv6-is-in-range-function>",
    )
    .examples(&[example("ipv6_is_in_range('a5e:f127::abcd', 'a5e:f127::/112')", "true")]),
    kernel: |_, args| in_range(args, ipv6),
};

fn in_range<const BITS: u32>(args: &[ColumnarValue], read: fn(&str) -> Option<Address<BITS>>) -> Result<ColumnarValue> {
    let (ip, range) = (texts(&args[0])?, texts(&args[1])?);
    let constant = range.constant().map(read);
    bool_map(args, |row| {
        let range = match constant {
            Some(range) => range?,
            None => read(range.text(row))?,
        };
        Some(read(ip.text(row))?.network() & mask::<BITS>(range.prefix) == range.network())
    })
}

pub(crate) static IPV4_IS_IN_ANY_RANGE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "ipv4_is_in_any_range",
        FunctionKind::Scalar,
        &["(ip:text, ranges...1..:string) -> bool", "(ip:text, ranges:array) -> bool"],
        "True when an IPv4 address lies in one of the networks. Null when it is no address, and when it lies in none but \
         one of the networks is bad. <https://learn.microsoft.com/kusto/query/ipv4-is-in-any-range-function>",
    )
    .examples(&[
        example("ipv4_is_in_any_range('192.168.1.6', '192.168.1.1/24', '10.0.0.1/8')", "true"),
        example("ipv4_is_in_any_range('127.0.0.1', dynamic(['10.0.0.0/8', '192.168.0.0/16']))", "false"),
    ]),
    kernel: |call, args| {
        static NETWORKS: Cache<Vec<Option<Box<str>>>, Networks> = Cache::new();
        in_any_range(call, args, ipv4, &NETWORKS)
    },
};

pub(crate) static IPV6_IS_IN_ANY_RANGE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "ipv6_is_in_any_range",
        FunctionKind::Scalar,
        &["(ip:text, ranges...1..:string) -> bool", "(ip:text, ranges:array) -> bool"],
        "True when an IPv6 (or IPv4) address lies in one of the networks. Null when it is no address, and when it lies in \
         none but one of the networks is bad. \
         <https://learn.microsoft.com/kusto/query/ipv6-is-in-any-range-function>",
    )
    .examples(&[example("ipv6_is_in_any_range('a5e:f127::abcd', dynamic(['a5e:f127::/112', '::/8']))", "true")]),
    kernel: |call, args| {
        static NETWORKS: Cache<Vec<Option<Box<str>>>, Networks> = Cache::new();
        in_any_range(call, args, ipv6, &NETWORKS)
    },
};

fn in_any_range<const BITS: u32>(
    call: &Call,
    args: &[ColumnarValue],
    read: fn(&str) -> Option<Address<BITS>>,
    cache: &Cache<Vec<Option<Box<str>>>, Networks>,
) -> Result<ColumnarValue> {
    let (ip, list) = (text_forms(call, args, 0)?, ValueList::new(call, args)?);
    let owned = |values: Vec<Option<Cow<'_, str>>>| values.into_iter().map(|v| Some(v?.into())).collect::<Vec<_>>();
    let constant = (list.is_constant() && rows(args) > 0)
        .then(|| cache.get_or(owned(list.values(0)), |ranges| Networks::new(ranges, read)));
    bool_map(args, |row| {
        let ip = read(ip.get(row)?)?;
        match &constant {
            Some(networks) => networks.contains(ip),
            None => Networks::new(&owned(list.values(row)), read).contains(ip),
        }
    })
}

/// Networks as address ranges in rising order that neither touch nor overlap.
#[derive(Debug)]
struct Networks {
    ranges: Vec<(u128, u128)>,
    any_bad: bool,
}

impl Networks {
    fn new<const BITS: u32>(texts: &[Option<Box<str>>], read: fn(&str) -> Option<Address<BITS>>) -> Self {
        let all = mask::<BITS>(BITS);
        let mut any_bad = false;
        let mut ranges = Vec::with_capacity(texts.len());
        for text in texts {
            match text.as_deref().and_then(read) {
                Some(a) => ranges.push((a.network(), a.network() | (all & !mask::<BITS>(a.prefix)))),
                None => any_bad = true,
            }
        }
        ranges.sort_unstable();
        let mut merged: Vec<(u128, u128)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match merged.last_mut() {
                Some((_, end)) if first <= end.saturating_add(1) => *end = (*end).max(last),
                _ => merged.push((first, last)),
            }
        }
        Networks { ranges: merged, any_bad }
    }

    fn contains<const BITS: u32>(&self, ip: Address<BITS>) -> Option<bool> {
        let first = ip.network();
        let last = first | (mask::<BITS>(BITS) & !mask::<BITS>(ip.prefix));
        let at = self.ranges.partition_point(|(start, _)| *start <= first);
        let inside = at > 0 && last <= self.ranges[at - 1].1;
        if inside || !self.any_bad { Some(inside) } else { None }
    }
}

pub(crate) static IPV4_RANGE_TO_CIDR_LIST: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "ipv4_range_to_cidr_list",
        FunctionKind::Scalar,
        &["(start_ip:string, end_ip:string) -> dynamic"],
        "The fewest networks that together are exactly the addresses from one to another, as an array of texts. Null when \
         one of the addresses is bad or the end is before the start. \
         <https://learn.microsoft.com/kusto/query/ipv4-range-to-cidr-list-function>",
    )
    .examples(&[example(
        "ipv4_range_to_cidr_list('1.1.128.0', '1.1.140.255')",
        "[\"1.1.128.0/21\",\"1.1.136.0/22\",\"1.1.140.0/24\"]",
    )]),
    kernel: |_, args| {
        let (start, end) = (texts(&args[0])?, texts(&args[1])?);
        dynamic_map(args, |row, out| {
            let (Some(start), Some(end)) = (ipv4(start.text(row)), ipv4(end.text(row))) else { return false };
            // The addresses fit 33 bits, so that the one after the last does too.
            let (mut from, end) = (start.network() as u64, end.network() as u64 + 1);
            if from >= end {
                return false;
            }
            let mut separator = '[';
            while from < end {
                // The largest network that begins here and does not reach beyond the end.
                let bits = from.trailing_zeros().min(32).min((end - from).ilog2());
                out.push(std::mem::replace(&mut separator, ','));
                out.push_str(&format!("\"{}/{}\"", Ipv4Addr::from(from as u32), 32 - bits));
                from += 1 << bits;
            }
            out.push(']');
            true
        })
    },
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, string};
    use kql_types::Value;
    use proptest::prelude::*;

    #[test]
    fn one_network() {
        for (function, ip, range, want) in [
            ("ipv4_is_in_range", "192.168.1.1", "192.168.1.1", Some(true)),
            ("ipv4_is_in_range", "192.168.1.1", "192.168.1.255/24", Some(true)),
            ("ipv4_is_in_range", "192.168.2.1", "192.168.1.255/24", Some(false)),
            ("ipv4_is_in_range", "1.2.3.4", "0.0.0.0/0", Some(true)),
            ("ipv4_is_in_range", "x", "0.0.0.0/0", None),
            ("ipv4_is_in_range", "1.2.3.4", "1.2.3.4/40", None),
            ("ipv6_is_in_range", "a5e:f127:8a9d::abcd", "a5e:f127:8a9d::0000/112", Some(true)),
            ("ipv6_is_in_range", "a5e:f127:8a9d::1:abcd", "a5e:f127:8a9d::0000/112", Some(false)),
            ("ipv6_is_in_range", "1.2.3.4", "::ffff:0:0/96", Some(true)),
            ("ipv6_is_in_range", "", "::/0", None),
        ] {
            check(function, &[string(ip), string(range)], Value::Bool(want));
        }
    }

    #[test]
    fn several_networks() {
        let local = r#"["192.168.1.1/16","127.0.0.1/8","10.0.0.1/8"]"#;
        for (ip, ranges, want) in [
            ("10.1.2.3", local, Some(true)),
            ("192.168.255.255", local, Some(true)),
            ("123.1.11.21", local, Some(false)),
            ("11.0.0.0", local, Some(false)),
            ("0.0.0.1", local, Some(false)),
            ("x", local, None),
            ("1.1.1.1", "[]", Some(false)),
            ("1.1.1.1", r#"["x","1.1.1.0/24"]"#, Some(true)),
            ("1.1.2.1", r#"["x","1.1.1.0/24"]"#, None),
            ("1.1.2.1", r#"["1.1.2.0/25","1.1.2.128/25","1.1.0.0/16"]"#, Some(true)),
            ("255.255.255.255", r#"["255.255.255.254/31","255.255.255.255"]"#, Some(true)),
        ] {
            check("ipv4_is_in_any_range", &[string(ip), dynamic(ranges)], Value::Bool(want));
        }
        let args = [string("192.168.1.6"), string("10.0.0.0/8"), string("192.168.1.1/24")];
        check("ipv4_is_in_any_range", &args, Value::Bool(Some(true)));
        check("ipv4_is_in_any_range", &[dynamic(r#""10.0.0.1""#), string("10.0.0.0/8")], Value::Bool(Some(true)));
        check("ipv4_is_in_any_range", &[dynamic("null"), string("10.0.0.0/8")], Value::Bool(None));
        for (ip, want) in [("a5e:f127::abcd", true), ("a5e:f127::1:0", false), ("::ffff:c0a8:1", true)] {
            let ranges = dynamic(r#"["a5e:f127::f6cd/112","0:0:0:0:0:ffff:c0a8:ac/100"]"#);
            check("ipv6_is_in_any_range", &[string(ip), ranges], Value::Bool(Some(want)));
        }
        check("ipv6_is_in_any_range", &[string("ffff::"), dynamic(r#"["::/0"]"#)], Value::Bool(Some(true)));
    }

    #[test]
    fn networks_of_a_range() {
        for (start, end, want) in [
            ("1.1.128.0", "1.1.140.255", r#"["1.1.128.0/21","1.1.136.0/22","1.1.140.0/24"]"#),
            ("0.0.0.0", "255.255.255.255", r#"["0.0.0.0/0"]"#),
            ("1.2.3.4", "1.2.3.4", r#"["1.2.3.4/32"]"#),
            ("255.255.255.254", "255.255.255.255", r#"["255.255.255.254/31"]"#),
            ("1.2.3.5", "1.2.3.4", "null"),
            ("x", "1.2.3.4", "null"),
        ] {
            check("ipv4_range_to_cidr_list", &[string(start), string(end)], dynamic(want));
        }
    }

    proptest! {
        /// Merged ranges answer as the networks one by one.
        #[test]
        fn any_range_is_each_range(ip in 0u8..=255, ranges in proptest::collection::vec((0u8..=255, 24u32..=32), 0..8)) {
            let ranges: Vec<Option<Box<str>>> = ranges.iter().map(|(last, p)| Some(format!("1.1.1.{last}/{p}").into())).collect();
            let ip = super::ipv4(&format!("1.1.1.{ip}")).unwrap();
            let each = ranges.iter().flatten().any(|r| {
                let range = super::ipv4(r).unwrap();
                ip.masked(range.prefix) == range.network()
            });
            prop_assert_eq!(super::Networks::new(&ranges, super::ipv4).contains(ip), Some(each));
        }
    }
}
