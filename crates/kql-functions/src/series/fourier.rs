//! The discrete Fourier transform of any length: radix 2, and Bluestein's chirp for lengths that are no power of two.
//!
//! Not a library: the one at hand (rustfft) turns on features of crates that Arrow and DataFusion are built on, so that the
//! whole engine would be compiled once more; what is needed is a page.

use std::f64::consts::PI;

/// A complex number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Complex {
    pub(crate) re: f64,
    pub(crate) im: f64,
}

impl Complex {
    /// e^(i·angle).
    fn turn(angle: f64) -> Self {
        Complex { re: angle.cos(), im: angle.sin() }
    }

    /// e^(-2πik/n), exact for quarters of a turn.
    fn root(k: usize, n: usize) -> Self {
        match (k * 4).checked_rem(n) {
            Some(0) => match k * 4 / n % 4 {
                0 => Complex { re: 1.0, im: 0.0 },
                1 => Complex { re: 0.0, im: -1.0 },
                2 => Complex { re: -1.0, im: 0.0 },
                _ => Complex { re: 0.0, im: 1.0 },
            },
            _ => Complex::turn(-2.0 * PI * k as f64 / n as f64),
        }
    }

    fn conjugate(self) -> Self {
        Complex { re: self.re, im: -self.im }
    }

    fn times(self, other: Self) -> Self {
        Complex { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }

    /// The squared distance from zero.
    pub(crate) fn square(self) -> f64 {
        self.re * self.re + self.im * self.im
    }
}

/// The transform X[k] = Σ x[j]·e^(-2πijk/n).
pub(crate) fn forward(mut values: Vec<Complex>) -> Vec<Complex> {
    if values.len().is_power_of_two() {
        radix_2(&mut values);
        return values;
    }
    if values.is_empty() {
        return values;
    }
    chirp(&values)
}

/// The inverse of [`forward`].
pub(crate) fn inverse(mut values: Vec<Complex>) -> Vec<Complex> {
    // The inverse is the transform with all signs of i turned, divided by the length.
    values.iter_mut().for_each(|v| *v = v.conjugate());
    let length = values.len() as f64;
    let mut values = forward(values);
    values.iter_mut().for_each(|v| *v = Complex { re: v.re / length, im: -v.im / length });
    values
}

/// In place; the length is a power of two.
fn radix_2(values: &mut [Complex]) {
    let length = values.len();
    let mut reversed = 0;
    for place in 1..length {
        let mut bit = length >> 1;
        while reversed & bit != 0 {
            reversed ^= bit;
            bit >>= 1;
        }
        reversed |= bit;
        if place < reversed {
            values.swap(place, reversed);
        }
    }
    let turns: Vec<Complex> = (0..length / 2).map(|k| Complex::root(k, length)).collect();
    let mut half = 1;
    while half < length {
        for block in values.chunks_exact_mut(2 * half) {
            let (low, high) = block.split_at_mut(half);
            for (k, (a, b)) in low.iter_mut().zip(high).enumerate() {
                let turned = b.times(turns[k * (length / (2 * half))]);
                (*a, *b) = (
                    Complex { re: a.re + turned.re, im: a.im + turned.im },
                    Complex { re: a.re - turned.re, im: a.im - turned.im },
                );
            }
        }
        half *= 2;
    }
}

/// With jk = (j² + k² - (k-j)²) / 2 the transform becomes a convolution, which a transform of any longer length computes.
fn chirp(values: &[Complex]) -> Vec<Complex> {
    let length = values.len();
    let padded = (2 * length - 1).next_power_of_two();
    // e^(-πik²/n), whose angle repeats when k² grows by 2n.
    let turns: Vec<Complex> = (0..length)
        .map(|k| {
            let square = (k as u128 * k as u128 % (2 * length as u128)) as f64;
            Complex::turn(-PI * square / length as f64)
        })
        .collect();
    let mut left = vec![Complex::default(); padded];
    let mut right = vec![Complex::default(); padded];
    for (place, (value, turn)) in values.iter().zip(&turns).enumerate() {
        left[place] = value.times(*turn);
        right[place] = turn.conjugate();
        right[(padded - place) % padded] = turn.conjugate();
    }
    radix_2(&mut left);
    radix_2(&mut right);
    let product = left.into_iter().zip(right).map(|(a, b)| a.times(b)).collect();
    inverse(product).into_iter().zip(turns).map(|(value, turn)| value.times(turn)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn by_definition(values: &[Complex]) -> Vec<Complex> {
        let length = values.len() as f64;
        let at = |k: usize| {
            values.iter().enumerate().fold(Complex::default(), |sum, (j, v)| {
                let term = v.times(Complex::turn(-2.0 * PI * (j * k) as f64 / length));
                Complex { re: sum.re + term.re, im: sum.im + term.im }
            })
        };
        (0..values.len()).map(at).collect()
    }

    fn distance(a: &[Complex], b: &[Complex]) -> f64 {
        let each = |(a, b): (&Complex, &Complex)| Complex { re: a.re - b.re, im: a.im - b.im }.square();
        assert_eq!(a.len(), b.len());
        a.iter().zip(b).map(each).sum::<f64>().sqrt()
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(values in prop::collection::vec((-100.0f64..100.0, -100.0f64..100.0), 0..70)) {
            let values: Vec<Complex> = values.into_iter().map(|(re, im)| Complex { re, im }).collect();
            let transformed = forward(values.clone());
            prop_assert!(distance(&transformed, &by_definition(&values)) < 1e-8);
            prop_assert!(distance(&inverse(transformed), &values) < 1e-9);
        }
    }
}
