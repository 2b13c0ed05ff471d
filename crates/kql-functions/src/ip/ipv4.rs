//! `parse_ipv4`, `format_ipv4` and comparisons of IPv4 addresses.

use super::address::{Address, ipv4, mask, prefix_argument};
use crate::kernel::{Rows, bool_map, long_map, longs, string_map, texts};
use crate::text_form::text_forms;
use crate::{Call, ScalarFunction};
use arrow::array::{Int64Array, StringViewArray};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::ScalarType;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::net::Ipv4Addr;

pub(crate) static PARSE_IPV4: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "parse_ipv4",
        FunctionKind::Scalar,
        &["(ip:string) -> long"],
        "An IPv4 address as a number, with the bits after its prefix length, if it has one, as 0. Null for anything else, \
         numbers with leading zeros included. <https://learn.microsoft.com/kusto/query/parse-ipv4-function>",
    )
    .examples(&[
        example("parse_ipv4('192.168.1.1')", "3232235777"),
        example("parse_ipv4('192.168.1.1/24')", "3232235776"),
        example("parse_ipv4('01.2.3.4')", "null"),
    ]),
    kernel: |_, args| {
        let ip = texts(&args[0])?;
        long_map(args, |row| Some(ipv4(ip.text(row))?.network() as i64))
    },
};

pub(crate) static PARSE_IPV4_MASK: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "parse_ipv4_mask",
        FunctionKind::Scalar,
        &["(ip:string, prefix:long) -> long"],
        "An IPv4 address as a number of which only the first bits count: as many as the smaller of its own prefix length \
         and the argument says. Null for a bad address and a prefix outside 0 to 32. \
         <https://learn.microsoft.com/kusto/query/parse-ipv4-mask-function>",
    )
    .examples(&[example("parse_ipv4_mask('127.0.0.1', 24)", "2130706432")]),
    kernel: |_, args| {
        let (ip, prefix) = (texts(&args[0])?, longs(&args[1])?);
        long_map(args, |row| {
            let (ip, prefix) = (ipv4(ip.text(row))?, prefix_argument::<32>(prefix.get(row)?)?);
            Some(ip.masked(prefix.min(ip.prefix)) as i64)
        })
    },
};

pub(crate) static FORMAT_IPV4: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "format_ipv4",
        FunctionKind::Scalar,
        &["(ip:scalar, prefix?:long) -> string"],
        "An IPv4 address, given as text or as a number, of which only the first bits count: as many as the smaller of its \
         own prefix length and the argument says. `''` when that cannot be done. \
         <https://learn.microsoft.com/kusto/query/format-ipv4-function>",
    )
    .examples(&[
        example("format_ipv4('192.168.1.1', 24)", "\"192.168.1.0\""),
        example("format_ipv4(3232235777)", "\"192.168.1.1\""),
        example("format_ipv4('192.168.1.1', -1)", "\"\""),
    ]),
    kernel: |call, args| format(call, args, |out, ip, _| out.push_str(&ip.to_string())),
};

pub(crate) static FORMAT_IPV4_MASK: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "format_ipv4_mask",
        FunctionKind::Scalar,
        &["(ip:scalar, prefix?:long) -> string"],
        "As `format_ipv4()`, with the prefix length. \
         <https://learn.microsoft.com/kusto/query/format-ipv4-mask-function>",
    )
    .examples(&[example("format_ipv4_mask('192.168.1.1/24', 32)", "\"192.168.1.0/24\"")]),
    kernel: |call, args| format(call, args, |out, ip, prefix| out.push_str(&std::format!("{ip}/{prefix}"))),
};

fn format(call: &Call, args: &[ColumnarValue], write: impl Fn(&mut String, Ipv4Addr, u32)) -> Result<ColumnarValue> {
    let ip = text_forms(call, args, 0)?;
    let prefix = args.get(1).map(longs).transpose()?;
    let ty = call.arguments.first().copied();
    let read = |text: &str| match ty {
        Some(ScalarType::Int | ScalarType::Long) => number(text),
        Some(ScalarType::Dynamic) => ipv4(text).or_else(|| number(text)),
        _ => ipv4(text),
    };
    string_map(args, |row, out| {
        let prefix = prefix.as_ref().map_or(Some(32), |p| p.get(row));
        if let (Some(ip), Some(prefix)) = (read(ip.text(row)), prefix.and_then(prefix_argument::<32>)) {
            let prefix = prefix.min(ip.prefix);
            write(out, Ipv4Addr::from(ip.masked(prefix) as u32), prefix);
        }
    })
}

fn number(text: &str) -> Option<Address<32>> {
    Some(Address { bits: u128::from(text.parse::<u32>().ok()?), prefix: 32 })
}

pub(crate) static IPV4_COMPARE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "ipv4_compare",
        FunctionKind::Scalar,
        &["(ip1:string, ip2:string, prefix?:long) -> long"],
        "-1, 0 or 1 as the first address is before, equal to or after the second, looking at as many bits as the smallest \
         of the prefix lengths says. Null when one of the arguments is bad. \
         <https://learn.microsoft.com/kusto/query/ipv4-compare-function>",
    )
    .examples(&[
        example("ipv4_compare('192.168.1.1', '192.168.1.2')", "-1"),
        example("ipv4_compare('192.168.1.1/24', '192.168.1.255')", "0"),
    ]),
    kernel: |_, args| {
        let pairs = Pairs::new(args, ipv4)?;
        long_map(args, |row| pairs.masked(row).map(|(a, b)| a.cmp(&b) as i64))
    },
};

pub(crate) static IPV4_IS_MATCH: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "ipv4_is_match",
        FunctionKind::Scalar,
        &["(ip1:string, ip2:string, prefix?:long) -> bool"],
        "True when two addresses are equal, looking at as many bits as the smallest of the prefix lengths says. Null when \
         one of the arguments is bad. <https://learn.microsoft.com/kusto/query/ipv4-is-match-function>",
    )
    .examples(&[
        example("ipv4_is_match('192.168.1.1/24', '192.168.1.255')", "true"),
        example("ipv4_is_match('192.168.1.1', '192.168.1.0', 31)", "true"),
        example("ipv4_is_match('192.168.1.1', 'x')", "null"),
    ]),
    kernel: |_, args| {
        let pairs = Pairs::new(args, ipv4)?;
        bool_map(args, |row| pairs.masked(row).map(|(a, b)| a == b))
    },
};

/// Two addresses and a prefix length: the arguments of the comparisons.
pub(super) struct Pairs<const BITS: u32> {
    a: Rows<StringViewArray>,
    b: Rows<StringViewArray>,
    prefix: Option<Rows<Int64Array>>,
    read: fn(&str) -> Option<Address<BITS>>,
}

impl<const BITS: u32> Pairs<BITS> {
    pub(super) fn new(args: &[ColumnarValue], read: fn(&str) -> Option<Address<BITS>>) -> Result<Self> {
        Ok(Pairs { a: texts(&args[0])?, b: texts(&args[1])?, prefix: args.get(2).map(longs).transpose()?, read })
    }

    /// The bits to compare; `None` when an argument is bad.
    pub(super) fn masked(&self, row: usize) -> Option<(u128, u128)> {
        let (a, b) = ((self.read)(self.a.text(row))?, (self.read)(self.b.text(row))?);
        let prefix = match &self.prefix {
            None => BITS,
            Some(prefix) => prefix_argument::<BITS>(prefix.get(row)?)?,
        };
        let prefix = prefix.min(a.prefix).min(b.prefix);
        Some((a.masked(prefix), b.masked(prefix)))
    }
}

pub(crate) static IPV4_IS_PRIVATE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "ipv4_is_private",
        FunctionKind::Scalar,
        &["(ip:string) -> bool"],
        "True for an address in 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16; 127.0.0.1 is not private. Null when it is no \
         IPv4 address. <https://learn.microsoft.com/kusto/query/ipv4-is-private-function>",
    )
    .examples(&[
        example("ipv4_is_private('192.168.1.1/24')", "true"),
        example("ipv4_is_private('127.0.0.1')", "false"),
        example("ipv4_is_private('::1')", "null"),
    ]),
    kernel: |_, args| {
        let ip = texts(&args[0])?;
        bool_map(args, |row| {
            let network = ipv4(ip.text(row))?.network();
            let networks = [(0x0a00_0000, 8), (0xac10_0000, 12), (0xc0a8_0000, 16)];
            Some(networks.iter().any(|(private, prefix)| network & mask::<32>(*prefix) == *private))
        })
    },
};

pub(crate) static IPV4_NETMASK_SUFFIX: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "ipv4_netmask_suffix",
        FunctionKind::Scalar,
        &["(ip:string) -> long"],
        "The prefix length of an IPv4 address, 32 when it has none; null when it is no IPv4 address. \
         <https://learn.microsoft.com/kusto/query/ipv4-netmask-suffix-function>",
    )
    .examples(&[
        example("ipv4_netmask_suffix('192.168.1.1/24')", "24"),
        example("ipv4_netmask_suffix('10.1.2.3')", "32"),
    ]),
    kernel: |_, args| {
        let ip = texts(&args[0])?;
        long_map(args, |row| Some(i64::from(ipv4(ip.text(row))?.prefix)))
    },
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, long, string};
    use kql_types::Value;

    #[test]
    fn parsed_and_formatted() {
        for (ip, mask, number, masked, formatted) in [
            ("192.168.1.1", 24, Some(3_232_235_777), Some(3_232_235_776), "192.168.1.0/24"),
            ("192.168.1.1", 32, Some(3_232_235_777), Some(3_232_235_777), "192.168.1.1/32"),
            (" 192.168.1.1/24 ", 32, Some(3_232_235_776), Some(3_232_235_776), "192.168.1.0/24"),
            ("255.255.255.255/31", 0, Some(4_294_967_294), Some(0), "0.0.0.0/0"),
            ("192.168.1.1/24", -1, Some(3_232_235_776), None, ""),
            ("192.168.1.1", 33, Some(3_232_235_777), None, ""),
            ("1.2.3.4/0", 8, Some(0), Some(0), "0.0.0.0/0"),
            ("01.02.03.04", 8, None, None, ""),
            ("1.2.3", 8, None, None, ""),
            ("", 8, None, None, ""),
        ] {
            check("parse_ipv4", &[string(ip)], Value::Long(number));
            check("parse_ipv4_mask", &[string(ip), long(mask)], Value::Long(masked));
            check("format_ipv4_mask", &[string(ip), long(mask)], string(formatted));
            let plain = formatted.split('/').next().unwrap_or("");
            check("format_ipv4", &[string(ip), long(mask)], string(plain));
        }
        check("parse_ipv4_mask", &[string("1.2.3.4"), Value::Long(None)], Value::Long(None));
        for (ip, want) in [
            (long(3_232_235_777), "192.168.1.1"),
            (Value::Int(Some(1)), "0.0.0.1"),
            (long(-1), ""),
            (long(1 << 32), ""),
            (Value::Long(None), ""),
            (dynamic("16909060"), "1.2.3.4"),
            (dynamic(r#""1.2.3.4""#), "1.2.3.4"),
            (string("16909060"), ""),
            (Value::Real(Some(1.0)), ""),
        ] {
            check("format_ipv4", &[ip], string(want));
        }
    }

    #[test]
    fn compared() {
        for (a, b, prefix, want) in [
            ("192.168.1.1", "192.168.1.1", None, Some(0)),
            ("192.168.1.1", "192.168.1.2", None, Some(-1)),
            ("192.168.2.1", "192.168.1.2", None, Some(1)),
            ("192.168.1.1/30", "192.168.1.255/24", None, Some(0)),
            ("192.168.1.1", "192.168.1.0", Some(31), Some(0)),
            ("192.168.1.1/24", "192.168.1.255", Some(31), Some(0)),
            ("192.168.1.1", "192.168.2.255", Some(24), Some(-1)),
            ("192.168.1.1", "192.168.1.1", Some(33), None),
            ("192.168.1.1", "", None, None),
        ] {
            let mut args = vec![string(a), string(b)];
            args.extend(prefix.map(long));
            check("ipv4_compare", &args, Value::Long(want));
            check("ipv4_is_match", &args, Value::Bool(want.map(|w| w == 0)));
        }
    }

    #[test]
    fn properties() {
        for (ip, private, suffix) in [
            ("10.1.2.3", Some(true), Some(32)),
            ("172.31.255.255", Some(true), Some(32)),
            ("172.32.0.0", Some(false), Some(32)),
            ("192.168.1.1/24", Some(true), Some(24)),
            ("192.169.0.0", Some(false), Some(32)),
            ("127.0.0.1/16", Some(false), Some(16)),
            ("8.8.8.8", Some(false), Some(32)),
            ("x", None, None),
        ] {
            check("ipv4_is_private", &[string(ip)], Value::Bool(private));
            check("ipv4_netmask_suffix", &[string(ip)], Value::Long(suffix));
        }
    }
}
