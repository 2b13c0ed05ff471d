//! `series_*`: functions over arrays of numbers, as `make-series` makes them. One file per small family.
//!
//! A value that is no array gives null. An element that is no number (null among them) gives a null element in the
//! functions that go element by element, and null as the whole result in those that need every element, unless a function
//! says otherwise. Whole numbers stay whole where a function says so, all else is computed and given as real (SEMANTICS
//! §9.8). The values NaN and the infinities, which JSON lacks, stand in arrays as the strings `NaN`, `Infinity`,
//! `-Infinity`; datetimes and timespans as their texts, which arithmetic reads as ticks.

pub(crate) mod arithmetic;
pub(crate) mod compare;
pub(crate) mod decompose;
pub(crate) mod fft;
pub(crate) mod fill;
pub(crate) mod filter;
pub(crate) mod fit_2lines;
pub(crate) mod fit_line;
pub(crate) mod fit_poly;
mod fourier;
mod number;
pub(crate) mod outliers;
pub(crate) mod periods;
pub(crate) mod reduce;
pub(crate) mod seasonal;
pub(crate) mod stats;
pub(crate) mod unary;
