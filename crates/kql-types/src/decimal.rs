//! `decimal`: 256-bit fixed point with [`SCALE`] fraction digits.
//!
//! Kusto's decimal has 34 significant digits and a floating point; `parse_version` alone needs 32 digits before the
//! point, so 128 bits at a fixed scale are too few. Arrow: `Decimal256(76, 20)`.

/// Arrow precision.
pub const PRECISION: u8 = 76;
/// Fraction digits.
pub const SCALE: i8 = 20;
