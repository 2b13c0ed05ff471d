//! Functions a service adds to the language: they need its data, so they are known by name, arguments and columns only.

use crate::{Profile, text};
use kql_types::{RowSchema, ScalarType};
use std::sync::OnceLock;

/// A parameter of a [`ServiceFunction`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServiceParameter {
    /// The name.
    pub name: &'static str,
    /// The type; `None` for the table an `invoke` puts in front.
    pub ty: Option<ScalarType>,
    /// The default as KQL text: `100`, `datetime(null)`; `None` when the argument is required.
    pub default: Option<&'static str>,
}

/// A function that only the service has.
#[derive(Debug)]
pub struct ServiceFunction {
    /// The name.
    pub name: &'static str,
    /// Whose function it is: Defender's or Sentinel's.
    pub profile: Profile,
    /// The parameters as a `let` function would declare them.
    pub parameters: &'static [ServiceParameter],
    /// True when the result is the input table with [`ServiceFunction::columns`] appended (a name that is taken gets a
    /// number, as the right side of a join does); false when they are the whole result.
    pub appends_to_input: bool,
    columns: &'static str,
    /// The option of the command line that gives it data.
    pub needs: &'static str,
    parsed: OnceLock<RowSchema>,
    /// What it answers, in a sentence, with the page that says so.
    pub doc: &'static str,
}

impl ServiceFunction {
    /// The columns it appends or returns.
    pub fn columns(&self) -> &RowSchema {
        self.parsed.get_or_init(|| text::columns(self.columns).collect())
    }

    /// The signature as documentation prints it: `FileProfile(T:(*), x:string='', y:long=100)`.
    pub fn signature(&self) -> String {
        let parameter = |p: &ServiceParameter| {
            let ty = p.ty.map_or("(*)", ScalarType::name);
            format!("{}:{ty}{}", p.name, p.default.map(|d| format!("={d}")).unwrap_or_default())
        };
        format!("{}({})", self.name, self.parameters.iter().map(parameter).collect::<Vec<_>>().join(", "))
    }
}

const fn input() -> ServiceParameter {
    ServiceParameter { name: "T", ty: None, default: None }
}

const fn required(name: &'static str, ty: ScalarType) -> ServiceParameter {
    ServiceParameter { name, ty: Some(ty), default: None }
}

const fn optional(name: &'static str, ty: ScalarType, default: &'static str) -> ServiceParameter {
    ServiceParameter { name, ty: Some(ty), default: Some(default) }
}

static FUNCTIONS: [ServiceFunction; 6] = [
    ServiceFunction {
        name: "AssignedIPAddresses",
        profile: Profile::Defender,
        parameters: &[required("x", ScalarType::String), optional("y", ScalarType::Datetime, "datetime(null)")],
        appends_to_input: false,
        columns: "Timestamp:datetime IPAddress IPType NetworkAdapterType:int ConnectedNetworks:int",
        needs: "--data with DeviceNetworkInfo",
        parsed: OnceLock::new(),
        doc: "The latest IP addresses of a device, at a time if one is given. \
            <https://learn.microsoft.com/defender-xdr/advanced-hunting-assignedipaddresses-function>",
    },
    ServiceFunction {
        name: "DeviceFromIP",
        profile: Profile::Defender,
        parameters: &[
            input(),
            optional("x", ScalarType::String, "''"),
            optional("y", ScalarType::Datetime, "datetime(null)"),
        ],
        appends_to_input: true,
        columns: "IP DeviceId",
        needs: "--data with DeviceNetworkInfo",
        parsed: OnceLock::new(),
        doc: "The devices an IP address or range was assigned to. \
            <https://learn.microsoft.com/defender-xdr/advanced-hunting-devicefromip-function>",
    },
    ServiceFunction {
        name: "FileProfile",
        profile: Profile::Defender,
        parameters: &[input(), optional("x", ScalarType::String, "''"), optional("y", ScalarType::Long, "100")],
        appends_to_input: true,
        columns: "SHA1 SHA256 MD5 FileSize:int GlobalPrevalence:int GlobalFirstSeen:datetime GlobalLastSeen:datetime \
            Signer Issuer SignerHash IsCertificateValid:bool IsRootSignerMicrosoft:bool SignatureState IsExecutable:bool \
            ThreatName Publisher SoftwareName ProfileAvailability",
        needs: "--data FileProfile=FILE",
        parsed: OnceLock::new(),
        doc: "What the service knows of files by hash: prevalence, signer, threat name. \
            <https://learn.microsoft.com/defender-xdr/advanced-hunting-fileprofile-function>",
    },
    ServiceFunction {
        name: "SeenBy",
        profile: Profile::Defender,
        parameters: &[input(), optional("x", ScalarType::String, "''")],
        appends_to_input: true,
        columns: "SeenBy:dynamic",
        needs: "--data SeenBy=FILE (columns DeviceId, SeenBy)",
        parsed: OnceLock::new(),
        doc: "The onboarded devices that have seen a device by device discovery. \
            <https://learn.microsoft.com/defender-xdr/advanced-hunting-seenby-function>",
    },
    ServiceFunction {
        name: "_GetWatchlist",
        profile: Profile::Sentinel,
        parameters: &[
            required("watchlistAlias", ScalarType::String),
            optional("keys", ScalarType::Dynamic, "dynamic(null)"),
        ],
        appends_to_input: false,
        columns: "_DTItemId LastUpdatedTimeUTC:datetime SearchKey WatchlistItem:dynamic",
        needs: "--watchlist NAME=FILE.csv",
        parsed: OnceLock::new(),
        doc: "The items of a watchlist. <https://learn.microsoft.com/azure/sentinel/watchlists-queries>",
    },
    ServiceFunction {
        name: "_GetWatchlistAlias",
        profile: Profile::Sentinel,
        parameters: &[],
        appends_to_input: false,
        columns: "WatchlistAlias",
        needs: "--watchlist NAME=FILE.csv",
        parsed: OnceLock::new(),
        doc: "The aliases of all watchlists. <https://learn.microsoft.com/azure/sentinel/watchlists-queries>",
    },
];

/// All functions of a profile, in byte order of their names.
pub fn service_functions(profile: Profile) -> impl Iterator<Item = &'static ServiceFunction> {
    FUNCTIONS.iter().filter(move |f| match f.profile {
        Profile::Sentinel => profile.has_sentinel(),
        Profile::Defender => profile.has_defender(),
        Profile::All => true,
    })
}

/// The function of a name, if the profile has it.
pub fn service_function(profile: Profile, name: &str) -> Option<&'static ServiceFunction> {
    service_functions(profile).find(|f| f.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_and_columns_read_as_published() {
        let file_profile = service_function(Profile::All, "FileProfile").expect("known");
        assert_eq!(file_profile.signature(), "FileProfile(T:(*), x:string='', y:long=100)");
        assert!(file_profile.appends_to_input);
        assert_eq!(file_profile.columns().columns.len(), 18);
        assert_eq!(file_profile.columns().column("GlobalPrevalence").map(|c| c.ty), Some(ScalarType::Int));
        let watchlist = service_function(Profile::Sentinel, "_GetWatchlist").expect("known");
        assert_eq!(watchlist.signature(), "_GetWatchlist(watchlistAlias:string, keys:dynamic=dynamic(null))");
    }

    #[test]
    fn a_profile_has_its_own_functions_only() {
        assert!(service_function(Profile::Defender, "_GetWatchlist").is_none());
        assert!(service_function(Profile::Sentinel, "SeenBy").is_none());
        assert_eq!(service_functions(Profile::All).count(), 6);
        assert!(service_functions(Profile::All).map(|f| f.name).is_sorted());
    }
}
