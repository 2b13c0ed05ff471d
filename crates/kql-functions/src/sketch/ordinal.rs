//! Reals as integers in the same order.

/// The place of a real in the order NaN, -inf … +inf. `-0.0` is `0.0`.
pub fn real_to_ordinal(value: f64) -> i64 {
    if value.is_nan() {
        return i64::MIN;
    }
    let bits = (value + 0.0).to_bits() as i64;
    if bits < 0 { bits ^ i64::MAX } else { bits }
}

/// The inverse of [`real_to_ordinal`].
pub fn ordinal_to_real(ordinal: i64) -> f64 {
    if ordinal == i64::MIN {
        return f64::NAN;
    }
    f64::from_bits(if ordinal < 0 { ordinal ^ i64::MAX } else { ordinal } as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinals_keep_the_order_of_reals() {
        let ordered = [f64::NAN, f64::NEG_INFINITY, -1e300, -1.0, -f64::MIN_POSITIVE, 0.0, 1e-300, 2.5, f64::INFINITY];
        for pair in ordered.windows(2) {
            assert!(real_to_ordinal(pair[0]) < real_to_ordinal(pair[1]), "{pair:?}");
        }
        for value in &ordered[1..] {
            assert_eq!(ordinal_to_real(real_to_ordinal(*value)), *value);
        }
        assert_eq!(real_to_ordinal(-0.0), real_to_ordinal(0.0));
        assert!(ordinal_to_real(real_to_ordinal(f64::NAN)).is_nan());
    }
}
