//! `parse_ipv6` and comparisons of IPv6 addresses, among which IPv4 addresses count as `::ffff:a.b.c.d`.

use super::address::{ipv6, prefix_argument};
use super::ipv4::Pairs;
use crate::ScalarFunction;
use crate::kernel::{bool_map, long_map, longs, string_map, texts};
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::fmt::Write;
use std::net::Ipv6Addr;

pub(crate) static PARSE_IPV6: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "parse_ipv6",
        FunctionKind::Scalar,
        &["(ip:string) -> string"],
        "An IPv6 or IPv4 address as eight groups of four small hex digits, with the bits after its prefix length, if it has \
         one, as 0. The zone is dropped. `''` for anything else. \
         <https://learn.microsoft.com/kusto/query/parse-ipv6-function>",
    )
    .examples(&[
        example("parse_ipv6('FE80::85d:1%eth0')", "\"fe80:0000:0000:0000:0000:0000:085d:0001\""),
        example("parse_ipv6('192.168.255.255/24')", "\"0000:0000:0000:0000:0000:ffff:c0a8:ff00\""),
    ]),
    kernel: |_, args| {
        let ip = texts(&args[0])?;
        string_map(args, |row, out| {
            if let Some(ip) = ipv6(ip.text(row)) {
                write_groups(out, ip.network());
            }
        })
    },
};

pub(crate) static PARSE_IPV6_MASK: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "parse_ipv6_mask",
        FunctionKind::Scalar,
        &["(ip:string, prefix:long) -> string"],
        "As `parse_ipv6()`, counting as many bits as the smaller of the address's own prefix length (of IPv4: plus 96) and \
         the argument, 0 to 128, says. <https://learn.microsoft.com/kusto/query/parse-ipv6-mask-function>",
    )
    .examples(&[example("parse_ipv6_mask('fe80::7994/120', 124)", "\"fe80:0000:0000:0000:0000:0000:0000:7900\"")]),
    kernel: |_, args| {
        let (ip, prefix) = (texts(&args[0])?, longs(&args[1])?);
        string_map(args, |row, out| {
            let prefix = prefix.get(row).and_then(prefix_argument::<128>);
            if let (Some(ip), Some(prefix)) = (ipv6(ip.text(row)), prefix) {
                write_groups(out, ip.masked(prefix.min(ip.prefix)));
            }
        })
    },
};

fn write_groups(out: &mut String, bits: u128) {
    for (i, group) in Ipv6Addr::from(bits).segments().into_iter().enumerate() {
        if i > 0 {
            out.push(':');
        }
        // Writing to a String cannot fail.
        let _ = write!(out, "{group:04x}");
    }
}

pub(crate) static IPV6_COMPARE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "ipv6_compare",
        FunctionKind::Scalar,
        &["(ip1:string, ip2:string, prefix?:long) -> long"],
        "-1, 0 or 1 as the first address is before, equal to or after the second, looking at as many bits as the smallest \
         of the prefix lengths says. Null when one of the arguments is bad. \
         <https://learn.microsoft.com/kusto/query/ipv6-compare-function>",
    )
    .examples(&[
        example("ipv6_compare('192.168.1.1', '::ffff:c0a8:0101')", "0"),
        example("ipv6_compare('fe80::1', 'fe80::2')", "-1"),
    ]),
    kernel: |_, args| {
        let pairs = Pairs::new(args, ipv6)?;
        long_map(args, |row| pairs.masked(row).map(|(a, b)| a.cmp(&b) as i64))
    },
};

pub(crate) static IPV6_IS_MATCH: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "ipv6_is_match",
        FunctionKind::Scalar,
        &["(ip1:string, ip2:string, prefix?:long) -> bool"],
        "True when two addresses are equal, looking at as many bits as the smallest of the prefix lengths says. Null when \
         one of the arguments is bad. <https://learn.microsoft.com/kusto/query/ipv6-is-match-function>",
    )
    .examples(&[
        example("ipv6_is_match('fe80::7994/120', 'fe80::7998')", "true"),
        example("ipv6_is_match('192.168.1.1/24', '::ffff:c0a8:01ff')", "true"),
    ]),
    kernel: |_, args| {
        let pairs = Pairs::new(args, ipv6)?;
        bool_map(args, |row| pairs.masked(row).map(|(a, b)| a == b))
    },
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, long, string};
    use kql_types::Value;

    #[test]
    fn canonical_form() {
        for (ip, prefix, plain, masked) in [
            (
                "192.168.255.255",
                120,
                "0000:0000:0000:0000:0000:ffff:c0a8:ffff",
                "0000:0000:0000:0000:0000:ffff:c0a8:ff00",
            ),
            (
                "192.168.255.255/24",
                124,
                "0000:0000:0000:0000:0000:ffff:c0a8:ff00",
                "0000:0000:0000:0000:0000:ffff:c0a8:ff00",
            ),
            (
                "fe80::85d:e82c:9446:7994/120",
                124,
                "fe80:0000:0000:0000:085d:e82c:9446:7900",
                "fe80:0000:0000:0000:085d:e82c:9446:7900",
            ),
            (
                "::192.168.255.255",
                128,
                "0000:0000:0000:0000:0000:0000:c0a8:ffff",
                "0000:0000:0000:0000:0000:0000:c0a8:ffff",
            ),
            ("::1", 129, "0000:0000:0000:0000:0000:0000:0000:0001", ""),
            ("::1", -1, "0000:0000:0000:0000:0000:0000:0000:0001", ""),
            ("::", 0, "0000:0000:0000:0000:0000:0000:0000:0000", "0000:0000:0000:0000:0000:0000:0000:0000"),
            ("::1.2.3.4/120", 128, "", ""),
            ("nonsense", 128, "", ""),
        ] {
            check("parse_ipv6", &[string(ip)], string(plain));
            check("parse_ipv6_mask", &[string(ip), long(prefix)], string(masked));
        }
    }

    #[test]
    fn compared() {
        for (a, b, prefix, want) in [
            ("192.168.1.1", "192.168.1.1", None, Some(0)),
            ("192.168.1.1/30", "192.168.1.255/24", None, Some(0)),
            ("fe80::85d:e82c:9446:7994", "fe80::85d:e82c:9446:7998", None, Some(-1)),
            ("fe80::85d:e82c:9446:7998", "fe80::85d:e82c:9446:7994", None, Some(1)),
            ("fe80::85d:e82c:9446:7994/120", "fe80::85d:e82c:9446:7998", None, Some(0)),
            ("192.168.1.1", "::ffff:c0a8:0101", None, Some(0)),
            ("::ffff:c0a8:0101", "192.168.1.255/24", None, Some(0)),
            ("::192.168.1.1/30", "192.168.1.255/24", None, Some(0)),
            ("fe80::85d:e82c:9446:7994", "fe80::85d:e82c:9446:7995", Some(127), Some(0)),
            ("::ffff:c0a8:0101", "192.168.1.255", Some(120), Some(0)),
            ("::1", "::1", Some(129), None),
            ("::1", "x", None, None),
        ] {
            let mut args = vec![string(a), string(b)];
            args.extend(prefix.map(long));
            check("ipv6_compare", &args, Value::Long(want));
            check("ipv6_is_match", &args, Value::Bool(want.map(|w| w == 0)));
        }
    }
}
