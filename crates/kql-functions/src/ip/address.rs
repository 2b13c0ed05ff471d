//! Reading addresses with an optional prefix length (`192.168.0.0/16`).

use std::net::{Ipv4Addr, Ipv6Addr};

/// An address of 32 or 128 bits and how many of them count, in the scale of its own family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Address<const BITS: u32> {
    /// The bits, in the low end of the number.
    pub bits: u128,
    /// 0 to `BITS`; `BITS` when the text says nothing.
    pub prefix: u32,
}

impl<const BITS: u32> Address<BITS> {
    /// The first `prefix` bits, the others 0.
    pub fn masked(self, prefix: u32) -> u128 {
        self.bits & mask::<BITS>(prefix)
    }

    /// The network: the bits that count.
    pub fn network(self) -> u128 {
        self.masked(self.prefix)
    }
}

/// `prefix` ones at the high end of `BITS` bits.
pub fn mask<const BITS: u32>(prefix: u32) -> u128 {
    let all = u128::MAX >> (128 - BITS);
    all & !all.checked_shr(prefix).unwrap_or(0)
}

/// A prefix length given as an argument.
pub(crate) fn prefix_argument<const BITS: u32>(value: i64) -> Option<u32> {
    u32::try_from(value).ok().filter(|p| *p <= BITS)
}

fn split(text: &str) -> (&str, Option<&str>) {
    let text = text.trim();
    text.split_once('/').map_or((text, None), |(address, prefix)| (address, Some(prefix)))
}

fn prefix(text: Option<&str>, most: u32) -> Option<u32> {
    match text {
        None => Some(most),
        Some(t) if (1..=3).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_digit()) => {
            t.parse().ok().filter(|p| *p <= most)
        }
        Some(_) => None,
    }
}

/// An IPv4 address: four decimal numbers without leading zeros, and a prefix of 0 to 32. Blanks around it are ignored.
pub fn ipv4(text: &str) -> Option<Address<32>> {
    let (address, length) = split(text);
    let bits = u32::from(address.parse::<Ipv4Addr>().ok()?);
    Some(Address { bits: u128::from(bits), prefix: prefix(length, 32)? })
}

/// An IPv6 address with a prefix of 0 to 128, or an IPv4 address, which stands for `::ffff:a.b.c.d`. The zone (`%eth0`)
/// is dropped.
///
/// A prefix after an address that ends in dotted form is one of IPv4, 0 to 32, and makes `::a.b.c.d` mean the IPv4 address;
/// without one `::a.b.c.d` is the address it looks like.
pub fn ipv6(text: &str) -> Option<Address<128>> {
    if let Some(v4) = ipv4(text) {
        return Some(Address { bits: MAPPED | v4.bits, prefix: v4.prefix + 96 });
    }
    let (address, length) = split(text);
    let address = address.split_once('%').map_or(address, |(address, _)| address);
    let bits = u128::from(address.parse::<Ipv6Addr>().ok()?);
    if length.is_some() && address.contains('.') {
        let bits = if bits >> 32 == 0 { MAPPED | bits } else { bits };
        return Some(Address { bits, prefix: prefix(length, 32)? + 96 });
    }
    Some(Address { bits, prefix: prefix(length, 128)? })
}

/// `::ffff:0:0`.
const MAPPED: u128 = 0xffff_0000_0000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks() {
        assert_eq!(mask::<32>(0), 0);
        assert_eq!(mask::<32>(24), 0xffff_ff00);
        assert_eq!(mask::<32>(32), 0xffff_ffff);
        assert_eq!(mask::<128>(0), 0);
        assert_eq!(mask::<128>(1), 1 << 127);
        assert_eq!(mask::<128>(128), u128::MAX);
    }

    #[test]
    fn texts() {
        let v4 = |t: &str| ipv4(t).map(|a| (a.bits, a.prefix));
        assert_eq!(v4(" 1.2.3.4 "), Some((0x0102_0304, 32)));
        assert_eq!(v4("1.2.3.4/0"), Some((0x0102_0304, 0)));
        for bad in ["", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/+8", "a"] {
            assert_eq!(v4(bad), None, "{bad}");
        }
        let v6 = |t: &str| ipv6(t).map(|a| (a.bits, a.prefix));
        assert_eq!(v6("::1%eth0"), Some((1, 128)));
        assert_eq!(v6("1.2.3.4/24"), Some((MAPPED | 0x0102_0304, 120)));
        assert_eq!(v6("::1.2.3.4"), Some((0x0102_0304, 128)));
        assert_eq!(v6("::1.2.3.4/24"), Some((MAPPED | 0x0102_0304, 120)));
        assert_eq!(v6("FE80::1/64"), Some((0xfe80 << 112 | 1, 64)));
        for bad in ["", ":::", "::1.2.3.4/120", "::1/129", "1.2.3.4/33", "g::1", "[::1]"] {
            assert_eq!(v6(bad), None, "{bad}");
        }
    }
}
