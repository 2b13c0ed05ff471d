//! The sketch that `tdigest` gives: a [`Digest`] that knows the type of its values, and its dynamic text
//! `["long",[value,…],[weight,…]]`. The weights are left out when all are 1; datetimes and timespans are ticks. The text
//! is this engine's own: Kusto's format is not published.

use super::digest::{Digest, WeightOverflow};
use super::ordinal::{ordinal_to_real, real_to_ordinal};
use kql_types::{ScalarType, Value, dynamic, number};

/// From this many values on a sketch is approximate.
pub const TDIGEST_LIMIT: usize = 1 << 12;

/// A percentile sketch of `int`, `long`, `real`, `datetime` or `timespan` values.
#[derive(Clone, Debug)]
pub struct Tdigest {
    ty: ScalarType,
    digest: Digest<i64>,
}

impl Tdigest {
    /// An empty sketch of values of this type; decimals are taken as reals.
    pub fn new(ty: ScalarType) -> Self {
        let ty = match ty {
            ScalarType::Int | ScalarType::Long => ScalarType::Long,
            ScalarType::Datetime | ScalarType::Timespan => ty,
            _ => ScalarType::Real,
        };
        Tdigest { ty, digest: Digest::default() }
    }

    /// The type of the values: long, real, datetime or timespan.
    pub fn scalar_type(&self) -> ScalarType {
        self.ty
    }

    /// The values, as longs, ticks or the ordinals of reals.
    pub fn digest(&self) -> &Digest<i64> {
        &self.digest
    }

    /// As [`Tdigest::digest`], to add values.
    pub fn digest_mut(&mut self) -> &mut Digest<i64> {
        &mut self.digest
    }

    /// Adds the values of another sketch. When the types differ, both are taken as reals.
    ///
    /// # Errors
    /// When the sum of weights is beyond `long`.
    pub fn merge(&mut self, other: &Tdigest) -> Result<(), WeightOverflow> {
        if self.ty == other.ty {
            return self.digest.merge(&other.digest, TDIGEST_LIMIT);
        }
        let mut merged = Digest::default();
        for side in [&*self, other] {
            for (key, weight) in side.digest.entries() {
                merged.push(real_to_ordinal(side.as_real(key)), weight, TDIGEST_LIMIT)?;
            }
        }
        (self.ty, self.digest) = (ScalarType::Real, merged);
        Ok(())
    }

    fn as_real(&self, key: i64) -> f64 {
        if self.ty == ScalarType::Real { ordinal_to_real(key) } else { key as f64 }
    }

    /// The value at a percentile; `None` when empty.
    pub fn percentile(&mut self, percentage: f64) -> Option<Value> {
        let key = self.digest.percentile(percentage)?;
        Some(match self.ty {
            ScalarType::Datetime => Value::Datetime(Some(key)),
            ScalarType::Timespan => Value::Timespan(Some(key)),
            ScalarType::Real => Value::Real(Some(ordinal_to_real(key))),
            _ => Value::Long(Some(key)),
        })
    }

    /// The weight of the values at or below a value: a number, or ticks for datetimes and timespans. `None` for nulls and
    /// values that have no order with those of the sketch.
    pub fn rank(&self, value: &Value) -> Option<f64> {
        let weight = match value {
            Value::Long(Some(v)) | Value::Datetime(Some(v)) | Value::Timespan(Some(v))
                if self.ty != ScalarType::Real =>
            {
                self.digest.weight_where(|key| key <= *v)
            }
            Value::Long(Some(v)) | Value::Datetime(Some(v)) | Value::Timespan(Some(v)) => {
                self.digest.weight_where(|key| ordinal_to_real(key) <= *v as f64)
            }
            Value::Real(Some(v)) => self.digest.weight_where(|key| self.as_real(key) <= *v),
            _ => return None,
        };
        Some(weight as f64)
    }

    /// Appends the dynamic text.
    pub fn write_text(&mut self, out: &mut String) {
        self.digest.sort();
        out.push_str("[\"");
        out.push_str(self.ty.name());
        out.push_str("\",[");
        let mut weighted = false;
        for (i, (key, weight)) in self.digest.entries().enumerate() {
            weighted |= weight != 1;
            separate(out, i);
            match self.ty {
                ScalarType::Real => dynamic::write_real(out, ordinal_to_real(key)),
                _ => number::write_long(out, key),
            }
        }
        out.push_str("],[");
        if weighted {
            for (i, (_, weight)) in self.digest.entries().enumerate() {
                separate(out, i);
                number::write_long(out, weight);
            }
        }
        out.push_str("]]");
    }

    /// Reads the dynamic text; `None` when it is no sketch of this engine.
    pub fn parse(text: &str) -> Option<Tdigest> {
        let mut items = dynamic::array_items(text);
        let (name, values, weights) = (items.next()?, items.next()?, items.next()?);
        let ty = ScalarType::from_name(&dynamic::unquote(name)?)?;
        let mut sketch = Tdigest::new(ty);
        if sketch.ty != ty || items.next().is_some() || !values.starts_with('[') || !weights.starts_with('[') {
            return None;
        }
        let weighted = weights != "[]";
        let mut weights = dynamic::array_items(weights);
        for value in dynamic::array_items(values) {
            let weight = if weighted { weights.next()?.parse().ok().filter(|w| *w > 0)? } else { 1 };
            let key = match ty {
                ScalarType::Real => real_to_ordinal(number::parse_real(&dynamic::to_text(value))?),
                _ => value.parse().ok()?,
            };
            sketch.digest.push(key, weight, TDIGEST_LIMIT).ok()?;
        }
        if weights.next().is_some() { None } else { Some(sketch) }
    }
}

fn separate(out: &mut String, index: usize) {
    if index > 0 {
        out.push(',');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(ty: ScalarType, keys: &[(i64, i64)]) -> Tdigest {
        let mut sketch = Tdigest::new(ty);
        keys.iter().for_each(|(k, w)| sketch.digest.push(*k, *w, TDIGEST_LIMIT).unwrap());
        sketch
    }

    #[test]
    fn text_is_read_back_and_other_text_refused() {
        let reals: Vec<_> = [1.5, f64::NAN, f64::INFINITY, -2.0].map(|v| (real_to_ordinal(v), 1)).to_vec();
        for (ty, keys, text) in [
            (ScalarType::Long, vec![(3, 1), (1, 2)], "[\"long\",[1,3],[2,1]]"),
            (ScalarType::Datetime, vec![(5, 1)], "[\"datetime\",[5],[]]"),
            (ScalarType::Real, reals, "[\"real\",[\"NaN\",-2.0,1.5,\"Infinity\"],[]]"),
            (ScalarType::Real, vec![], "[\"real\",[],[]]"),
        ] {
            let (mut sketch, mut written) = (sketch(ty, &keys), String::new());
            sketch.write_text(&mut written);
            assert_eq!(written, text);
            let mut read = String::new();
            Tdigest::parse(text).unwrap().write_text(&mut read);
            assert_eq!(read, text);
        }
        for text in [
            "",
            "[]",
            "[\"long\"]",
            "[\"string\",[],[]]",
            "[\"long\",[1],[1,1]]",
            "[\"long\",[1.5],[]]",
            "[\"long\",[1],[0]]",
            "[\"long\",[1],[],0]",
            "[\"long\",1,2]",
        ] {
            assert!(Tdigest::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn merging_types_that_differ_gives_reals() {
        let mut merged = sketch(ScalarType::Long, &[(1, 1), (2, 1)]);
        merged.merge(&sketch(ScalarType::Real, &[(real_to_ordinal(2.5), 1)])).unwrap();
        assert_eq!(merged.percentile(100.0), Some(Value::Real(Some(2.5))));
        assert_eq!(merged.rank(&Value::Long(Some(2))), Some(2.0));
        assert_eq!(merged.rank(&Value::Real(Some(2.7))), Some(3.0));
        assert_eq!(merged.rank(&Value::Long(None)), None);
    }
}
