//! Hashes of values, the same in every process and for `int` and `long`: what `dcount`, `hll` and `count_distinct` keep.

use crate::column::{ordinals, primitives, texts};
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{DataType, Decimal256Type};
use datafusion_common::{Result, internal_err};
use xxhash_rust::xxh64::xxh64;

/// The finalizer of MurmurHash3 (A. Appleby): every bit depends on all, and no two values share a hash.
fn mix(value: i64) -> u64 {
    let mut h = value as u64;
    h = (h ^ (h >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    h = (h ^ (h >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    h ^ (h >> 33)
}

/// Calls the closure with the bytes of each row; null rows have any.
fn for_each_bytes(array: &ArrayRef, mut f: impl FnMut(&[u8])) -> Result<()> {
    match array.data_type() {
        DataType::Utf8View => {
            let texts = texts(array)?;
            (0..texts.len()).for_each(|row| f(texts.value(row).as_bytes()));
        }
        DataType::FixedSizeBinary(_) => {
            let guids = array.as_fixed_size_binary();
            (0..guids.len()).for_each(|row| f(guids.value(row)));
        }
        DataType::Decimal256(..) => {
            primitives::<Decimal256Type>(array)?.values().iter().for_each(|v| f(&v.to_le_bytes()));
        }
        other => return internal_err!("values of type {other} are not hashed"),
    }
    Ok(())
}

/// True when a 64-bit hash tells all values of the type apart.
pub(crate) fn is_exact(ty: &DataType) -> bool {
    matches!(ty, DataType::Boolean | DataType::Int32 | DataType::Int64 | DataType::Float64)
}

/// A 64-bit hash of each row; null rows have any.
pub(crate) fn hashes(array: &ArrayRef) -> Result<Vec<u64>> {
    if is_exact(array.data_type()) {
        return Ok(ordinals(array)?.values().iter().map(|v| mix(*v)).collect());
    }
    let mut hashes = Vec::with_capacity(array.len());
    for_each_bytes(array, |bytes| hashes.push(xxh64(bytes, 0)))?;
    Ok(hashes)
}

/// A 128-bit hash of each row, for sets whose size must be right; null rows have any.
pub(crate) fn wide_hashes(array: &ArrayRef) -> Result<Vec<u128>> {
    let mut hashes = Vec::with_capacity(array.len());
    let wide = |bytes: &[u8]| u128::from(xxh64(bytes, 0)) | u128::from(xxh64(bytes, 0x9E37_79B9_7F4A_7C15)) << 64;
    for_each_bytes(array, |bytes| hashes.push(wide(bytes)))?;
    Ok(hashes)
}
