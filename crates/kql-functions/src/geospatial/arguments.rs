//! Arguments that many geospatial functions have.

use super::sphere::{Degrees, RADIUS};
use crate::Call;
use crate::dynamic::cells::Cells;
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;

/// A longitude and a latitude.
pub(crate) struct Positions {
    longitude: Cells,
    latitude: Cells,
}

impl Positions {
    /// The arguments `first` and the one after it.
    pub(crate) fn new(call: &Call, args: &[ColumnarValue], first: usize) -> Result<Self> {
        Ok(Positions {
            longitude: Cells::argument(call, args, first)?,
            latitude: Cells::argument(call, args, first + 1)?,
        })
    }

    /// The position of a row, if it is one.
    pub(crate) fn get(&self, row: usize) -> Option<Degrees> {
        Degrees::new(self.longitude.real(row)?, self.latitude.real(row)?)
    }
}

/// A number that may be left out.
pub(crate) struct Optional {
    cells: Option<Cells>,
    default: f64,
}

impl Optional {
    pub(crate) fn new(call: &Call, args: &[ColumnarValue], index: usize, default: f64) -> Result<Self> {
        let cells = if index < args.len() { Some(Cells::argument(call, args, index)?) } else { None };
        Ok(Optional { cells, default })
    }

    /// The number of a row, the default when the argument was left out; `None` when it is null or not finite.
    pub(crate) fn get(&self, row: usize) -> Option<f64> {
        match &self.cells {
            None => Some(self.default),
            Some(cells) => cells.real(row).filter(|v| v.is_finite()),
        }
    }

    /// The number without its fraction, if it is from `low` to `high`.
    pub(crate) fn level(&self, row: usize, low: u8, high: u8) -> Option<u8> {
        let value = self.get(row)?.trunc();
        (f64::from(low)..=f64::from(high)).contains(&value).then_some(value as u8)
    }

    /// A flag: a bool, or a number that is not zero.
    pub(crate) fn flag(&self, row: usize) -> Option<bool> {
        match &self.cells {
            Some(Cells::Bool(flags)) => flags.get(row),
            _ => self.get(row).map(|v| v != 0.0),
        }
    }

    /// Metres as an angle.
    pub(crate) fn angle(&self, row: usize) -> Option<f64> {
        self.get(row).map(|metres| metres / RADIUS)
    }
}
