//! The values of a column as numbers.

use arrow::array::{Array, ArrayRef};
use arrow::row::{RowConverter, SortField};
use datafusion::common::HashMap;
use datafusion::error::{DataFusionError, Result};
use kql_diagnostic::{Diagnostic, Span, code};

/// Bytes a dictionary entry costs beside its value.
const ENTRY: usize = 48;

/// A column of discrete values: for each row the number of its value. Null and `''` are values.
pub(super) struct Column {
    converter: RowConverter,
    dictionary: HashMap<Box<[u8]>, u32>,
    codes: Codes,
    bytes: usize,
}

/// Numbers of values; most columns have few.
enum Codes {
    Short(Vec<u16>),
    Long(Vec<u32>),
}

impl Column {
    pub(super) fn new(column: &ArrayRef) -> Result<Self> {
        let converter = RowConverter::new(vec![SortField::new(column.data_type().clone())])?;
        Ok(Column { converter, dictionary: HashMap::new(), codes: Codes::Short(Vec::new()), bytes: 0 })
    }

    pub(super) fn push(&mut self, column: &ArrayRef) -> Result<()> {
        let rows = self.converter.convert_columns(std::slice::from_ref(column))?;
        let mut last: Option<(usize, u32)> = None;
        for row in 0..column.len() {
            let data = rows.row(row).data();
            let code = match last {
                // Equal values often stand together.
                Some((before, code)) if rows.row(before).data() == data => code,
                _ => match self.dictionary.get(data) {
                    Some(code) => *code,
                    None => {
                        let Ok(code) = u32::try_from(self.dictionary.len()) else {
                            return Err(limit("a column has more different values than can be counted"));
                        };
                        self.bytes += data.len() + ENTRY;
                        self.dictionary.insert(data.into(), code);
                        code
                    }
                },
            };
            last = Some((row, code));
            self.codes.push(code);
        }
        Ok(())
    }

    pub(super) fn memory(&self) -> usize {
        let codes = match &self.codes {
            Codes::Short(codes) => 2 * codes.capacity(),
            Codes::Long(codes) => 4 * codes.capacity(),
        };
        self.bytes + codes
    }

    /// How many different values there are.
    pub(super) fn values(&self) -> usize {
        self.dictionary.len()
    }

    /// Calls `f` with each row and the number of its value.
    pub(super) fn each(&self, mut f: impl FnMut(usize, usize)) {
        match &self.codes {
            Codes::Short(codes) => codes.iter().enumerate().for_each(|(row, code)| f(row, usize::from(*code))),
            Codes::Long(codes) => codes.iter().enumerate().for_each(|(row, code)| f(row, *code as usize)),
        }
    }

    /// The encoded values by number.
    pub(super) fn decode(&self) -> Vec<&[u8]> {
        let mut values: Vec<&[u8]> = vec![&[]; self.dictionary.len()];
        for (data, code) in &self.dictionary {
            values[*code as usize] = data;
        }
        values
    }

    /// An array of encoded values; `None` stands for the wildcard, an array of one value.
    pub(super) fn array(&self, values: &[Option<&[u8]>], wildcard: &ArrayRef) -> Result<ArrayRef> {
        let wildcard = self.converter.convert_columns(std::slice::from_ref(wildcard))?;
        let wildcard = wildcard.row(0).data();
        let parser = self.converter.parser();
        let rows = values.iter().map(|value| parser.parse(value.unwrap_or(wildcard)));
        self.converter.convert_rows(rows)?.pop().ok_or_else(|| DataFusionError::Internal("no column".into()))
    }
}

impl Codes {
    fn push(&mut self, code: u32) {
        match self {
            Codes::Long(codes) => codes.push(code),
            Codes::Short(codes) => match u16::try_from(code) {
                Ok(code) => codes.push(code),
                Err(_) => {
                    let mut long: Vec<u32> = codes.iter().map(|c| u32::from(*c)).collect();
                    long.push(code);
                    *self = Codes::Long(long);
                }
            },
        }
    }
}

/// A limit that was reached.
pub(super) fn limit(message: &str) -> DataFusionError {
    let help = "raise the threshold, or keep fewer columns with project";
    DataFusionError::External(Box::new(Diagnostic::error(code::LIMIT, Span::default(), message).with_help(help)))
}
