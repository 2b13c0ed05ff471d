//! Whose tables a query is about.

use std::fmt;
use std::str::FromStr;

/// The service whose schemas and functions apply. The two differ in places: `AdditionalFields` of the `Device*` tables is
/// `string` in Defender and `dynamic` in Sentinel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// Advanced hunting of Microsoft Defender XDR.
    Defender,
    /// Log Analytics and Microsoft Sentinel.
    Sentinel,
    /// Both: Defender's columns of a table, then the columns only Sentinel has. Where a type differs Defender's holds.
    #[default]
    All,
}

impl Profile {
    /// `defender`, `sentinel` or `all`.
    pub fn name(self) -> &'static str {
        match self {
            Profile::Defender => "defender",
            Profile::Sentinel => "sentinel",
            Profile::All => "all",
        }
    }

    /// Whether tables and functions of Defender belong to it.
    pub fn has_defender(self) -> bool {
        self != Profile::Sentinel
    }

    /// Whether tables and functions of Sentinel belong to it.
    pub fn has_sentinel(self) -> bool {
        self != Profile::Defender
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Profile {
    type Err = String;

    fn from_str(s: &str) -> Result<Self, String> {
        match s {
            "defender" => Ok(Profile::Defender),
            "sentinel" => Ok(Profile::Sentinel),
            "all" => Ok(Profile::All),
            _ => Err(format!("unknown profile '{s}': use defender, sentinel or all")),
        }
    }
}
