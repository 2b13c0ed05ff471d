//! Networks by address: `ipv4_lookup` and `ipv6_lookup`.

use super::Finder;
use arrow::array::{Array, ArrayRef, AsArray};
use datafusion::common::internal_err;
use datafusion::error::Result;
use kql_functions::ip::address::{ipv4, ipv6, mask};
use std::collections::{BTreeSet, HashMap};

/// The rows of the lookup table by network.
#[derive(Debug)]
pub(crate) struct Networks {
    v6: bool,
    /// Prefix lengths that occur, the longest first.
    prefixes: Vec<u32>,
    rows: HashMap<(u32, u128), Vec<u32>>,
}

impl Networks {
    /// The networks in a column of texts; rows whose text is no network are not found.
    ///
    /// # Errors
    /// When the column is no text.
    pub(crate) fn new(texts: &ArrayRef, v6: bool) -> Result<Self> {
        let Some(texts) = texts.as_string_view_opt() else {
            return internal_err!("networks of type {}", texts.data_type());
        };
        let mut rows: HashMap<(u32, u128), Vec<u32>> = HashMap::new();
        let mut prefixes = BTreeSet::new();
        for (row, text) in (0u32..).zip(texts) {
            let Some((bits, prefix)) = text.and_then(|text| read(text, v6)) else { continue };
            prefixes.insert(prefix);
            rows.entry((prefix, bits & mask_of(prefix, v6))).or_default().push(row);
        }
        Ok(Networks { v6, prefixes: prefixes.into_iter().rev().collect(), rows })
    }
}

impl Finder for Networks {
    fn describe(&self) -> String {
        "networks".to_owned()
    }

    fn arguments(&self) -> usize {
        1
    }

    /// The rows whose network has the address (or network) in it, the narrowest first.
    fn find(&self, arguments: &[ArrayRef], row: usize, found: &mut Vec<u32>) -> Result<()> {
        let Some(texts) = arguments.first().and_then(|a| a.as_string_view_opt()) else {
            return internal_err!("addresses of a wrong type");
        };
        let address = if texts.is_valid(row) { read(texts.value(row), self.v6) } else { None };
        let Some((bits, own)) = address else { return Ok(()) };
        for prefix in self.prefixes.iter().filter(|p| **p <= own) {
            found.extend(self.rows.get(&(*prefix, bits & mask_of(*prefix, self.v6))).into_iter().flatten());
        }
        Ok(())
    }
}

fn read(text: &str, v6: bool) -> Option<(u128, u32)> {
    if v6 { ipv6(text).map(|a| (a.bits, a.prefix)) } else { ipv4(text).map(|a| (a.bits, a.prefix)) }
}

fn mask_of(prefix: u32, v6: bool) -> u128 {
    if v6 { mask::<128>(prefix) } else { mask::<32>(prefix) }
}
