//! `variance`, `stdev` and their population and `…if` forms.
//!
//! Variances come rounded to ten decimals, and a standard deviation is the root of that (measured on the real engine:
//! 7.867428571428571 is returned as 7.8674285714).

use crate::AggregateFunction;
use crate::column::{argument, primitives, reals};
use crate::state::{Rows, State};
use arrow::array::{Array, ArrayRef, Float64Array};
use arrow::datatypes::{DataType, Float64Type};
use datafusion_common::Result;
use datafusion_expr::EmitTo;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use std::sync::Arc;

macro_rules! function {
    ($const:ident, $name:literal, $form:expr, $what:literal, $answer:literal) => {
        pub(crate) static $const: AggregateFunction = AggregateFunction::new(
            FunctionSpec::new(
                $name,
                FunctionKind::Aggregate,
                &["(expr:summable) -> real"],
                concat!(
                    $what,
                    " of the values that are not null; 0 for fewer than two. Timespans and datetimes are \
                 taken as ticks. <https://learn.microsoft.com/kusto/query/",
                    $name,
                    "-aggregation-function>"
                ),
            )
            .named(ResultName::Prefix($name))
            .examples(&[example(
                concat!("range x from 1 to 5 step 1 | summarize v = ", $name, "(x)"),
                concat!("{\"v\":", $answer, "}"),
            )]),
            |_| Ok(Box::new(Variance::new($form))),
        );
    };
    ($const:ident, $name:literal, $form:expr, if $base:literal, $answer:literal) => {
        pub(crate) static $const: AggregateFunction = AggregateFunction::new(
            FunctionSpec::new(
                $name,
                FunctionKind::Aggregate,
                &["(expr:summable, predicate:bool) -> real"],
                concat!(
                    "`",
                    $base,
                    "` of the rows where the predicate is true. \
                 <https://learn.microsoft.com/kusto/query/",
                    $name,
                    "-aggregation-function>"
                ),
            )
            .named(ResultName::Prefix($name))
            .examples(&[example(
                concat!("range x from 1 to 5 step 1 | summarize v = ", $name, "(x, x > 2)"),
                concat!("{\"v\":", $answer, "}"),
            )]),
            |_| Ok(Box::new(Variance::new($form))),
        )
        .filtered(1);
    };
}

function!(VARIANCE, "variance", Form { population: false, root: false }, "Sample variance", "2.5");
function!(VARIANCEP, "variancep", Form { population: true, root: false }, "Population variance", "2.0");
function!(STDEV, "stdev", Form { population: false, root: true }, "Sample standard deviation", "1.5811388300841898");
function!(
    STDEVP,
    "stdevp",
    Form { population: true, root: true },
    "Population standard deviation",
    "1.4142135623730951"
);
function!(VARIANCEIF, "varianceif", Form { population: false, root: false }, if "variance", "1.0");
function!(VARIANCEPIF, "variancepif", Form { population: true, root: false }, if "variancep", "0.6666666667");
function!(STDEVIF, "stdevif", Form { population: false, root: true }, if "stdev", "1.0");

#[derive(Clone, Copy, Debug)]
struct Form {
    population: bool,
    root: bool,
}

/// Count, mean and sum of squared distances from it (B. P. Welford, 1962; merged as T. F. Chan et al., 1979).
#[derive(Debug)]
struct Variance {
    form: Form,
    counts: Vec<f64>,
    means: Vec<f64>,
    squares: Vec<f64>,
}

impl Variance {
    fn new(form: Form) -> Self {
        Variance { form, counts: Vec::new(), means: Vec::new(), squares: Vec::new() }
    }
}

/// Rounds to ten decimals, half to even.
pub(super) fn rounded(value: f64) -> f64 {
    let scaled = value * 1e10;
    // Beyond 2^53 the value has no tenth decimal.
    if scaled.abs() < 9_007_199_254_740_992.0 { scaled.round_ties_even() / 1e10 } else { value }
}

/// A sum of products over the number of rows (less one for samples); 0 where there are too few.
pub(super) fn spread(sum: f64, count: f64, population: bool) -> f64 {
    let divisor = if population { count } else { count - 1.0 };
    if divisor > 0.0 { rounded(sum / divisor) } else { 0.0 }
}

impl State for Variance {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(Variance::new(self.form))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Float64; 3]
    }

    fn grow(&mut self, groups: usize) {
        for v in [&mut self.counts, &mut self.means, &mut self.squares] {
            v.resize(groups.max(v.len()), 0.0);
        }
    }

    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()> {
        let column = reals(argument(args, 0)?)?;
        let values = column.values();
        rows.clone().valid(column.nulls()).for_each(|row, group| {
            let value = values[row];
            self.counts[group] += 1.0;
            let off = value - self.means[group];
            self.means[group] += off / self.counts[group];
            self.squares[group] += off * (value - self.means[group]);
        });
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        let state = |i| primitives::<Float64Type>(argument(states, i)?);
        let (counts, means, squares) = (state(0)?, state(1)?, state(2)?);
        rows.for_each(|row, group| {
            let (more, before) = (counts.value(row), self.counts[group]);
            if more > 0.0 {
                if before == 0.0 {
                    // As it is: the formula below gives NaN where the square of a mean overflows.
                    (self.means[group], self.squares[group]) = (means.value(row), squares.value(row));
                    self.counts[group] = more;
                    return;
                }
                let count = before + more;
                let off = means.value(row) - self.means[group];
                self.means[group] += off * more / count;
                self.squares[group] += squares.value(row) + off * off * before * more / count;
                self.counts[group] = count;
            }
        });
        Ok(())
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        emit.take_needed(&mut self.means);
        let (counts, squares) = (emit.take_needed(&mut self.counts), emit.take_needed(&mut self.squares));
        let result = |(count, sum): (f64, f64)| {
            let variance = spread(sum, count, self.form.population);
            if self.form.root { variance.sqrt() } else { variance }
        };
        Ok(Arc::new(Float64Array::from_iter_values(counts.into_iter().zip(squares).map(result))))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let columns = [&mut self.counts, &mut self.means, &mut self.squares];
        Ok(columns.map(|v| Arc::new(Float64Array::from(emit.take_needed(v))) as ArrayRef).to_vec())
    }

    fn size(&self) -> usize {
        (self.counts.capacity() + self.means.capacity() + self.squares.capacity()) * size_of::<f64>()
    }
}
