//! `binary_all_and`, `binary_all_or`, `binary_all_xor`: bitwise operations over all values.

use crate::AggregateFunction;
use crate::column::{argument, longs, primitives, reals};
use crate::state::{Rows, State};
use crate::udaf::Call;
use arrow::array::{Array, ArrayRef, Decimal256Array, Float64Array, Int32Array, Int64Array};
use arrow::datatypes::{DataType, Int64Type};
use datafusion_common::Result;
use datafusion_expr::EmitTo;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use kql_types::{ScalarType, decimal};
use std::sync::Arc;

macro_rules! function {
    ($const:ident, $name:literal, $op:expr, $what:literal, $answer:literal) => {
        static $const: AggregateFunction = AggregateFunction::new(
            FunctionSpec::new(
                $name,
                FunctionKind::Aggregate,
                &["(expr:summable) -> arg0"],
                concat!(
                    "Bitwise ",
                    $what,
                    " of the values that are not null, taken as longs; null when there are none. \
                 <https://learn.microsoft.com/kusto/query/binary-all-",
                    $what,
                    "-aggregation-function>"
                ),
            )
            .named(ResultName::FirstArgument)
            .examples(&[example(
                concat!("datatable(x:long)[6, 3] | summarize x = ", $name, "(x)"),
                concat!("{\"x\":", $answer, "}"),
            )]),
            |call: &Call| Ok(Box::new(Bits { ty: call.argument(0), op: $op, bits: Vec::new() })),
        );
    };
}

function!(BINARY_ALL_AND, "binary_all_and", |a, b| a & b, "and", "2");
function!(BINARY_ALL_OR, "binary_all_or", |a, b| a | b, "or", "7");
function!(BINARY_ALL_XOR, "binary_all_xor", |a, b| a ^ b, "xor", "5");

/// The functions of this family.
pub static FUNCTIONS: &[&AggregateFunction] = &[&BINARY_ALL_AND, &BINARY_ALL_OR, &BINARY_ALL_XOR];

#[derive(Debug)]
struct Bits {
    ty: ScalarType,
    op: fn(i64, i64) -> i64,
    bits: Vec<Option<i64>>,
}

impl Bits {
    fn fold(&mut self, values: &Int64Array, rows: &Rows) {
        rows.clone().valid(values.nulls()).for_each(|row, group| {
            let value = values.value(row);
            self.bits[group] = Some(self.bits[group].map_or(value, |bits| (self.op)(bits, value)));
        });
    }
}

impl State for Bits {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(Bits { bits: Vec::new(), ..*self })
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::Int64]
    }

    fn grow(&mut self, groups: usize) {
        self.bits.resize(groups.max(self.bits.len()), None);
    }

    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()> {
        let column = argument(args, 0)?;
        let values = match self.ty {
            ScalarType::Real | ScalarType::Decimal => reals(column)?.unary::<_, Int64Type>(|v| v as i64),
            _ => longs(column)?,
        };
        self.fold(&values, rows);
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        self.fold(&primitives::<Int64Type>(argument(states, 0)?)?, rows);
        Ok(())
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let bits = emit.take_needed(&mut self.bits).into_iter();
        Ok(match self.ty {
            // The bits of ints are those of an int: no operation here reaches beyond the sign.
            ScalarType::Int => Arc::new(bits.map(|b| b.map(|b| b as i32)).collect::<Int32Array>()),
            ScalarType::Real => Arc::new(bits.map(|b| b.map(|b| b as f64)).collect::<Float64Array>()),
            ScalarType::Decimal => {
                let decimals = bits.map(|b| b.map(decimal::from_i64)).collect::<Decimal256Array>();
                Arc::new(decimals.with_precision_and_scale(decimal::PRECISION, decimal::SCALE)?)
            }
            _ => Arc::new(bits.collect::<Int64Array>()),
        })
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        Ok(vec![Arc::new(emit.take_needed(&mut self.bits).into_iter().collect::<Int64Array>())])
    }

    fn size(&self) -> usize {
        self.bits.capacity() * size_of::<Option<i64>>()
    }
}
