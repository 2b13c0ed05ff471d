//! A quick look at the view of a text before the text itself is read.
//!
//! A view holds the length and the first four bytes. Where a text must be one of a few values, almost all rows are told from
//! them by these, without a step to the buffer of the texts.

/// Bits of the table; a list of forty values fills a hundredth of it.
const BITS: usize = 4096;

/// The beginnings of ASCII values, whatever their case.
#[derive(Debug)]
pub(crate) struct Heads {
    table: Box<[u64; BITS / 64]>,
}

impl Heads {
    /// Of these values; `None` when one has characters outside ASCII, whose cases differ in length.
    pub(crate) fn new<'a>(values: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut table = Box::new([0u64; BITS / 64]);
        for value in values {
            if !value.is_ascii() {
                return None;
            }
            let mut bytes = [0u8; 8];
            bytes[..4].copy_from_slice(&u32::try_from(value.len()).ok()?.to_le_bytes());
            let first = value.len().min(4);
            bytes[4..4 + first].copy_from_slice(&value.as_bytes()[..first]);
            let bit = bit_of(u64::from_le_bytes(bytes));
            table[bit / 64] |= 1 << (bit % 64);
        }
        Some(Heads { table })
    }

    /// False when the text of the view is none of the values.
    #[inline]
    pub(crate) fn may_be(&self, view: u128) -> bool {
        let bit = bit_of(view as u64);
        self.table[bit / 64] >> (bit % 64) & 1 != 0
    }
}

/// The lower half of a view, its letters in lower case (and other bytes changed alike), as a number below [`BITS`].
#[inline]
fn bit_of(head: u64) -> usize {
    let mixed = (head | 0x2020_2020_0000_0000).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (mixed >> 52) as usize % BITS
}

#[cfg(test)]
mod tests {
    use super::Heads;
    use arrow::array::StringViewArray;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn values_are_never_missed(values in prop::collection::vec("[a-zA-Z0-9@`.é]{0,16}", 0..9), upper in any::<bool>()) {
            let Some(heads) = Heads::new(values.iter().map(String::as_str)) else {
                prop_assert!(values.iter().any(|v| !v.is_ascii()));
                return Ok(());
            };
            let cased = values.iter().map(|v| if upper { v.to_ascii_uppercase() } else { v.to_ascii_lowercase() });
            let texts = StringViewArray::from_iter_values(cased);
            prop_assert!(texts.views().iter().all(|view| heads.may_be(*view)));
        }
    }

    #[test]
    fn others_are_told_apart() {
        let heads = Heads::new(["cmd.exe", "powershell.exe"].into_iter()).unwrap();
        let texts = StringViewArray::from_iter_values(["chrome.exe", "cmd", "", "POWERSHELL.exe", "svchost.exe"]);
        let may: Vec<bool> = texts.views().iter().map(|view| heads.may_be(*view)).collect();
        assert_eq!(may, [false, false, false, true, false]);
    }
}
