//! `covariance` and its population and `…if` forms, rounded to ten decimals as variances are.

use super::variance::spread;
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
    ($const:ident, $name:literal, $population:literal, $what:literal, $answer:literal) => {
        pub(crate) static $const: AggregateFunction = AggregateFunction::new(
            FunctionSpec::new(
                $name,
                FunctionKind::Aggregate,
                &["(x:summable, y:summable) -> real"],
                concat!(
                    $what,
                    " of two expressions over the rows where neither is null; 0 for fewer than two. \
                 <https://learn.microsoft.com/kusto/query/",
                    $name,
                    "-aggregation-function>"
                ),
            )
            .named(ResultName::PrefixAndTwo($name))
            .examples(&[example(
                concat!("range x from 1 to 5 step 1 | summarize v = ", $name, "(x, x * 2)"),
                concat!("{\"v\":", $answer, "}"),
            )]),
            |_| Ok(Box::new(Covariance::new($population))),
        );
    };
    ($const:ident, $name:literal, $population:literal, if $base:literal, $answer:literal) => {
        pub(crate) static $const: AggregateFunction = AggregateFunction::new(
            FunctionSpec::new(
                $name,
                FunctionKind::Aggregate,
                &["(x:summable, y:summable, predicate:bool) -> real"],
                concat!(
                    "`",
                    $base,
                    "` of the rows where the predicate is true. \
                 <https://learn.microsoft.com/kusto/query/",
                    $name,
                    "-aggregation-function>"
                ),
            )
            .named(ResultName::PrefixAndTwo($name))
            .examples(&[example(
                concat!("range x from 1 to 5 step 1 | summarize v = ", $name, "(x, x * 2, x > 2)"),
                concat!("{\"v\":", $answer, "}"),
            )]),
            |_| Ok(Box::new(Covariance::new($population))),
        )
        .filtered(2);
    };
}

function!(COVARIANCE, "covariance", false, "Sample covariance", "5.0");
function!(COVARIANCEP, "covariancep", true, "Population covariance", "4.0");
function!(COVARIANCEIF, "covarianceif", false, if "covariance", "2.0");
function!(COVARIANCEPIF, "covariancepif", true, if "covariancep", "1.3333333333");

/// Count, both means and the sum of products of the distances from them.
#[derive(Debug)]
struct Covariance {
    population: bool,
    /// By group: count, mean of x, mean of y, sum of products.
    moments: Vec<[f64; 4]>,
}

impl Covariance {
    fn new(population: bool) -> Self {
        Covariance { population, moments: Vec::new() }
    }
}

impl State for Covariance {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(Covariance::new(self.population))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Float64; 4]
    }

    fn grow(&mut self, groups: usize) {
        self.moments.resize(groups.max(self.moments.len()), [0.0; 4]);
    }

    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()> {
        let (xs, ys) = (reals(argument(args, 0)?)?, reals(argument(args, 1)?)?);
        rows.clone().valid(xs.nulls()).valid(ys.nulls()).for_each(|row, group| {
            let (x, y) = (xs.value(row), ys.value(row));
            let [count, mean_x, mean_y, products] = &mut self.moments[group];
            *count += 1.0;
            let off = x - *mean_x;
            *mean_x += off / *count;
            *mean_y += (y - *mean_y) / *count;
            *products += off * (y - *mean_y);
        });
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        let states = (0..4).map(|i| primitives::<Float64Type>(argument(states, i)?)).collect::<Result<Vec<_>>>()?;
        rows.for_each(|row, group| {
            let [count, mean_x, mean_y, products] = &mut self.moments[group];
            let more = states[0].value(row);
            if more > 0.0 && *count == 0.0 {
                // As it is: the formula below gives NaN where a product of means overflows.
                self.moments[group] = [more, states[1].value(row), states[2].value(row), states[3].value(row)];
            } else if more > 0.0 {
                let total = *count + more;
                let (off_x, off_y) = (states[1].value(row) - *mean_x, states[2].value(row) - *mean_y);
                *products += states[3].value(row) + off_x * off_y * *count * more / total;
                *mean_x += off_x * more / total;
                *mean_y += off_y * more / total;
                *count = total;
            }
        });
        Ok(())
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let moments = emit.take_needed(&mut self.moments);
        let result = |[count, _, _, products]: [f64; 4]| spread(products, count, self.population);
        Ok(Arc::new(Float64Array::from_iter_values(moments.into_iter().map(result))))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let moments = emit.take_needed(&mut self.moments);
        let column = |i: usize| Arc::new(Float64Array::from_iter_values(moments.iter().map(|m| m[i]))) as ArrayRef;
        Ok((0..4).map(column).collect())
    }

    fn size(&self) -> usize {
        self.moments.capacity() * size_of::<[f64; 4]>()
    }
}
