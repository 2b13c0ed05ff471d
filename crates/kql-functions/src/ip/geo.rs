//! `geo_info_from_ip_address`.

use crate::ScalarFunction;
use datafusion_common::exec_err;
use kql_types::function::{FunctionKind, FunctionSpec, Support};

const WHY: &str = "geo_info_from_ip_address() needs a database of address locations, which kql does not come with";

pub(crate) static GEO_INFO_FROM_IP_ADDRESS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "geo_info_from_ip_address",
        FunctionKind::Scalar,
        &["(ip:string) -> dynamic"],
        "Country, state, city, latitude and longitude of an IPv4 or IPv6 address. \
         <https://learn.microsoft.com/kusto/query/geo-info-from-ip-address-function>",
    )
    .support(Support::CheckOnly(WHY)),
    kernel: |_, _| exec_err!("{WHY}"),
};
