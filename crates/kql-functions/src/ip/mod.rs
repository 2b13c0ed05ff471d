//! IPv4 and IPv6 addresses, as text and in text.

use crate::ScalarFunction;

pub mod address;
pub mod geo;
mod in_text;
mod ipv4;
mod ipv6;
mod range;

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] = &[
    &ipv4::PARSE_IPV4,
    &ipv4::PARSE_IPV4_MASK,
    &ipv4::FORMAT_IPV4,
    &ipv4::FORMAT_IPV4_MASK,
    &ipv4::IPV4_COMPARE,
    &ipv4::IPV4_IS_MATCH,
    &range::IPV4_IS_IN_RANGE,
    &range::IPV4_IS_IN_ANY_RANGE,
    &ipv4::IPV4_IS_PRIVATE,
    &ipv4::IPV4_NETMASK_SUFFIX,
    &range::IPV4_RANGE_TO_CIDR_LIST,
    &ipv6::PARSE_IPV6,
    &ipv6::PARSE_IPV6_MASK,
    &ipv6::IPV6_COMPARE,
    &ipv6::IPV6_IS_MATCH,
    &range::IPV6_IS_IN_RANGE,
    &range::IPV6_IS_IN_ANY_RANGE,
    &in_text::HAS_IPV4,
    &in_text::HAS_ANY_IPV4,
    &in_text::HAS_IPV4_PREFIX,
    &in_text::HAS_ANY_IPV4_PREFIX,
    &geo::GEO_INFO_FROM_IP_ADDRESS,
];
