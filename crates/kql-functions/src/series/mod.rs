//! `series_*`: functions over arrays of numbers, as `make-series` makes them. One file per small family.
//!
//! A value that is no array gives null. An element that is no number (null among them) gives a null element in the
//! functions that go element by element, and null as the whole result in those that need every element, unless a function
//! says otherwise. Whole numbers stay whole where a function says so, all else is computed and given as real (SEMANTICS
//! §9.8). The values NaN and the infinities, which JSON lacks, stand in arrays as the strings `NaN`, `Infinity`,
//! `-Infinity`; datetimes and timespans as their texts, which arithmetic reads as ticks.

use crate::ScalarFunction;

mod arithmetic;
mod compare;
mod decompose;
mod fft;
mod fill;
mod filter;
mod fit_2lines;
mod fit_line;
mod fit_poly;
mod fourier;
mod number;
mod outliers;
mod periods;
mod reduce;
mod seasonal;
mod stats;
mod unary;

pub use decompose::anomalies;

/// The functions of this family.
pub(crate) static FUNCTIONS: &[&ScalarFunction] = &[
    &unary::ABS,
    &unary::ACOS,
    &unary::ASIN,
    &unary::ATAN,
    &unary::CEILING,
    &unary::COS,
    &unary::EXP,
    &unary::FLOOR,
    &unary::LOG,
    &unary::SIGN,
    &unary::SIN,
    &unary::TAN,
    &arithmetic::ADD,
    &arithmetic::SUBTRACT,
    &arithmetic::MULTIPLY,
    &arithmetic::DIVIDE,
    &arithmetic::POW,
    &compare::EQUALS,
    &compare::NOT_EQUALS,
    &compare::LESS,
    &compare::LESS_EQUALS,
    &compare::GREATER,
    &compare::GREATER_EQUALS,
    &fill::FILL_BACKWARD,
    &fill::FILL_CONST,
    &fill::FILL_FORWARD,
    &fill::FILL_LINEAR,
    &filter::FIR,
    &filter::IIR,
    &reduce::SUM,
    &reduce::PRODUCT,
    &reduce::MAGNITUDE,
    &reduce::DOT_PRODUCT,
    &reduce::COSINE_SIMILARITY,
    &reduce::PEARSON_CORRELATION,
    &stats::STATS,
    &stats::STATS_DYNAMIC,
    &fit_line::FIT_LINE,
    &fit_line::FIT_LINE_DYNAMIC,
    &fit_2lines::FIT_2LINES,
    &fit_2lines::FIT_2LINES_DYNAMIC,
    &fit_poly::FIT_POLY,
    &fft::FFT,
    &fft::IFFT,
    &outliers::OUTLIERS,
    &periods::DETECT,
    &periods::VALIDATE,
    &seasonal::SEASONAL,
    &decompose::DECOMPOSE,
    &decompose::ANOMALIES,
    &decompose::FORECAST,
];
