//! The discrete Fourier transform of any length: radix 2, and Bluestein's chirp for lengths that are no power of two.
//!
//! Not a library: the one at hand (rustfft) turns on features of crates that Arrow and DataFusion are built on, so that the
//! whole engine would be compiled once more; what is needed is a page.

use std::cell::RefCell;
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
pub(crate) fn forward(values: Vec<Complex>) -> Vec<Complex> {
    if values.is_empty() {
        return values;
    }
    // The series of a column have one length: what depends on it only is computed once.
    if values.len() > KEPT {
        return Plan::new(values.len()).forward(values);
    }
    LAST.with_borrow_mut(|last| match last {
        Some(plan) if plan.length == values.len() => plan.forward(values),
        _ => last.insert(Plan::new(values.len())).forward(values),
    })
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

/// Longer plans are not kept: a thread would hold on to megabytes.
const KEPT: usize = 1 << 15;

thread_local! {
    /// The plan of the length transformed last.
    static LAST: RefCell<Option<Plan>> = const { RefCell::new(None) };
}

/// What the transforms of a length share.
struct Plan {
    length: usize,
    radix: Radix2,
    /// Of lengths that are no power of two.
    chirp: Option<Chirp>,
}

/// With jk = (j² + k² - (k-j)²) / 2 the transform becomes a convolution, which a transform of any longer length computes.
struct Chirp {
    /// e^(-πik²/n).
    turns: Vec<Complex>,
    /// The transformed conjugates, laid out for a circular convolution.
    kernel: Vec<Complex>,
}

impl Plan {
    fn new(length: usize) -> Self {
        if length.is_power_of_two() {
            return Plan { length, radix: Radix2::new(length), chirp: None };
        }
        let padded = (2 * length - 1).next_power_of_two();
        // The angle repeats when k² grows by 2n.
        let turns: Vec<Complex> = (0..length)
            .map(|k| {
                let square = (k as u128 * k as u128 % (2 * length as u128)) as f64;
                Complex::turn(-PI * square / length as f64)
            })
            .collect();
        let mut kernel = vec![Complex::default(); padded];
        for (place, turn) in turns.iter().enumerate() {
            kernel[place] = turn.conjugate();
            kernel[(padded - place) % padded] = turn.conjugate();
        }
        let radix = Radix2::new(padded);
        radix.forward(&mut kernel);
        Plan { length, radix, chirp: Some(Chirp { turns, kernel }) }
    }

    fn forward(&self, mut values: Vec<Complex>) -> Vec<Complex> {
        let Some(Chirp { turns, kernel }) = &self.chirp else {
            self.radix.forward(&mut values);
            return values;
        };
        let padded = kernel.len();
        let mut work = Vec::with_capacity(padded);
        work.extend(values.iter().zip(turns).map(|(value, turn)| value.times(*turn)));
        work.resize(padded, Complex::default());
        self.radix.forward(&mut work);
        // The product, and its inverse transform: conjugated before and after, divided by the length.
        work.iter_mut().zip(kernel).for_each(|(a, b)| *a = a.times(*b).conjugate());
        self.radix.forward(&mut work);
        let scale = padded as f64;
        for ((value, work), turn) in values.iter_mut().zip(work).zip(turns) {
            *value = Complex { re: work.re / scale, im: -work.im / scale }.times(*turn);
        }
        values
    }
}

/// The transform of a length that is a power of two.
struct Radix2 {
    /// The roots of unity of each pass, one pass after the other: 1, 2, 4 … of them.
    turns: Vec<Complex>,
}

impl Radix2 {
    fn new(length: usize) -> Self {
        let mut turns = Vec::with_capacity(length);
        let mut half = 1;
        while half < length {
            turns.extend((0..half).map(|k| Complex::root(k * (length / (2 * half)), length)));
            half *= 2;
        }
        Radix2 { turns }
    }

    /// In place.
    fn forward(&self, values: &mut [Complex]) {
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
        let (mut half, mut turns) = (1, self.turns.as_slice());
        while half < length {
            let (pass, later) = turns.split_at(half);
            for block in values.chunks_exact_mut(2 * half) {
                let (low, high) = block.split_at_mut(half);
                for ((a, b), turn) in low.iter_mut().zip(high).zip(pass) {
                    let turned = b.times(*turn);
                    (*a, *b) = (
                        Complex { re: a.re + turned.re, im: a.im + turned.im },
                        Complex { re: a.re - turned.re, im: a.im - turned.im },
                    );
                }
            }
            turns = later;
            half *= 2;
        }
    }
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
