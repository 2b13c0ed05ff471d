//! `geo_info_from_ip_address`, from a MaxMind database that the session is given.

use crate::kernel::{dynamic_map, refuse, texts};
use crate::{ScalarFunction, arrow_type};
use arrow::datatypes::DataType;
use datafusion_common::Result;
use datafusion_expr::{ColumnarValue, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, Volatility};
use kql_diagnostic::code;
use kql_types::ScalarType;
use kql_types::dynamic::{write_quoted, write_real};
use kql_types::function::{FunctionKind, FunctionSpec, Support};
use maxminddb::{Reader, geoip2};
use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::IpAddr;
use std::sync::Arc;

const NAME: &str = "geo_info_from_ip_address";
const HOW: &str = "give a MaxMind database of cities, such as GeoLite2-City.mmdb: --geo-ip FILE, or KQL_GEO_IP=FILE";

/// Which function of [`ScalarUDF`]s the session's database answers.
pub const FUNCTION: &str = NAME;

pub(crate) static GEO_INFO_FROM_IP_ADDRESS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        NAME,
        FunctionKind::Scalar,
        &["(ip:string) -> dynamic"],
        "Country, state, city, latitude and longitude of an IPv4 or IPv6 address, from a database in MaxMind's format that \
         is given with `--geo-ip` or `KQL_GEO_IP`: a bag of those that it has, names in English. Null for an address that \
         is not in the database and for what is no address. \
         <https://learn.microsoft.com/kusto/query/geo-info-from-ip-address-function>",
    )
    .support(Support::Given(HOW)),
    // Runs only in a process that was not given the database.
    kernel: |_, _| Err(refuse(code::UNSUPPORTED, format!("{NAME}() has no database: {HOW}"))),
};

/// A database of address locations in MaxMind's format.
pub struct GeoDatabase {
    reader: Reader<Vec<u8>>,
}

impl fmt::Debug for GeoDatabase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GeoDatabase").field("type", &self.reader.metadata().database_type).finish_non_exhaustive()
    }
}

impl GeoDatabase {
    /// The database in the bytes of a file.
    ///
    /// # Errors
    /// What is wrong, in words: no such database, or one that holds no cities or countries.
    pub fn new(bytes: Vec<u8>) -> Result<Self, String> {
        let reader = Reader::from_source(bytes).map_err(|e| format!("it is no MaxMind database: {e}"))?;
        let kind = reader.metadata().database_type.to_ascii_lowercase();
        if !["city", "country", "enterprise", "insights"].iter().any(|known| kind.contains(known)) {
            return Err(format!("it holds neither cities nor countries, but '{}'", reader.metadata().database_type));
        }
        Ok(GeoDatabase { reader })
    }

    /// The function over this database, as DataFusion sees it.
    pub fn udf(self: &Arc<Self>) -> Arc<ScalarUDF> {
        let signature = Signature::exact(vec![arrow_type(ScalarType::String)], Volatility::Immutable);
        Arc::new(ScalarUDF::from(GeoInfo { database: Arc::clone(self), signature }))
    }

    /// Appends what is known of an address, and says whether that is anything.
    fn write(&self, address: IpAddr, out: &mut String) -> Result<bool, maxminddb::MaxMindDbError> {
        let Some(record) = self.reader.lookup(address)?.decode::<geoip2::City<'_>>()? else { return Ok(false) };
        let texts = [
            ("country", record.country.names.english),
            ("state", record.subdivisions.first().and_then(|s| s.names.english)),
            ("city", record.city.names.english),
        ];
        let reals = [("latitude", record.location.latitude), ("longitude", record.location.longitude)];
        let begin = out.len();
        let key = |out: &mut String, name: &str| {
            out.push(if out.len() == begin { '{' } else { ',' });
            write_quoted(out, name);
            out.push(':');
        };
        for (name, text) in texts {
            if let Some(text) = text {
                key(out, name);
                write_quoted(out, text);
            }
        }
        for (name, real) in reals {
            if let Some(real) = real.filter(|r| r.is_finite()) {
                key(out, name);
                write_real(out, real);
            }
        }
        if out.len() == begin {
            return Ok(false);
        }
        out.push('}');
        Ok(true)
    }
}

/// The function over a database.
#[derive(Debug)]
struct GeoInfo {
    database: Arc<GeoDatabase>,
    signature: Signature,
}

impl PartialEq for GeoInfo {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.database, &other.database)
    }
}

impl Eq for GeoInfo {}

impl Hash for GeoInfo {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Arc::as_ptr(&self.database).hash(state);
    }
}

impl ScalarUDFImpl for GeoInfo {
    /// As every other function's: what resolves it elsewhere finds the one that asks for a database.
    fn name(&self) -> &str {
        "geo_info_from_ip_address(string)->dynamic"
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(arrow_type(ScalarType::Dynamic))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let addresses = texts(&args.args[0])?;
        let mut failure = None;
        let result = dynamic_map(&args.args, |row, out| {
            let Ok(address) = addresses.text(row).trim().parse() else { return false };
            self.database.write(address, out).unwrap_or_else(|e| {
                failure.get_or_insert(e);
                false
            })
        });
        match failure {
            None => result,
            Some(e) => Err(refuse(code::DATA, format!("the database of address locations is damaged: {e}"))),
        }
    }
}
