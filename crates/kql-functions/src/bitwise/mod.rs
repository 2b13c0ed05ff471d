//! Bitwise functions of longs in two's complement. Ints and bools are taken as longs. Null in, null out.

use crate::columns::{binary, binary_opt, unary};
use crate::conversion::convert;
use crate::{Call, ScalarFunction};
use arrow::datatypes::Int64Type;
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::ScalarType;
use kql_types::function::{Example, FunctionKind, FunctionSpec, ResultName, example};

const fn bitwise(
    name: &'static str,
    signature: &'static [&'static str],
    doc: &'static str,
    examples: &'static [Example],
    kernel: crate::Kernel,
) -> ScalarFunction {
    ScalarFunction {
        spec: FunctionSpec::new(name, FunctionKind::Scalar, signature, doc)
            .named(ResultName::FirstArgument)
            .examples(examples),
        kernel,
    }
}

fn long(call: &Call, args: &[ColumnarValue], index: usize) -> Result<ColumnarValue> {
    convert(&args[index], call.arguments[index], ScalarType::Long)
}

fn both(call: &Call, args: &[ColumnarValue], f: impl Fn(i64, i64) -> i64) -> Result<ColumnarValue> {
    binary::<Int64Type, Int64Type, Int64Type>(&long(call, args, 0)?, &long(call, args, 1)?, f)
}

/// By how many bits to shift: modulo 64, null when negative.
fn shift(call: &Call, args: &[ColumnarValue], f: impl Fn(i64, u32) -> i64) -> Result<ColumnarValue> {
    binary_opt::<Int64Type, Int64Type, Int64Type>(&long(call, args, 0)?, &long(call, args, 1)?, |value, count| {
        (count >= 0).then(|| f(value, (count % 64) as u32))
    })
}

static BINARY_AND: ScalarFunction = bitwise(
    "binary_and",
    &["(value1:long|int|bool, value2:long|int|bool) -> long"],
    "Bitwise and. <https://learn.microsoft.com/kusto/query/binary-and-function>",
    &[example("binary_and(6, 3)", "2")],
    |call, args| both(call, args, |a, b| a & b),
);

static BINARY_OR: ScalarFunction = bitwise(
    "binary_or",
    &["(value1:long|int|bool, value2:long|int|bool) -> long"],
    "Bitwise or. <https://learn.microsoft.com/kusto/query/binary-or-function>",
    &[example("binary_or(5, 3)", "7")],
    |call, args| both(call, args, |a, b| a | b),
);

static BINARY_XOR: ScalarFunction = bitwise(
    "binary_xor",
    &["(value1:long|int|bool, value2:long|int|bool) -> long"],
    "Bitwise exclusive or. <https://learn.microsoft.com/kusto/query/binary-xor-function>",
    &[example("binary_xor(5, 3)", "6")],
    |call, args| both(call, args, |a, b| a ^ b),
);

static BINARY_NOT: ScalarFunction = bitwise(
    "binary_not",
    &["(value:long|int|bool) -> long"],
    "Every bit reversed. <https://learn.microsoft.com/kusto/query/binary-not-function>",
    &[example("binary_not(100)", "-101")],
    |call, args| unary::<Int64Type, Int64Type>(&long(call, args, 0)?, |v| !v),
);

static BINARY_SHIFT_LEFT: ScalarFunction = bitwise(
    "binary_shift_left",
    &["(value:long|int|bool, shift:long|int) -> long"],
    "Shifted left by a number of bits, taken modulo 64; null for a negative number. \
     <https://learn.microsoft.com/kusto/query/binary-shift-left-function>",
    &[example("binary_shift_left(1, 2)", "4"), example("binary_shift_left(1, 65)", "2")],
    |call, args| shift(call, args, |value, count| value << count),
);

static BINARY_SHIFT_RIGHT: ScalarFunction = bitwise(
    "binary_shift_right",
    &["(value:long|int|bool, shift:long|int) -> long"],
    "Shifted right by a number of bits, taken modulo 64, keeping the sign; null for a negative number. \
     <https://learn.microsoft.com/kusto/query/binary-shift-right-function>",
    &[example("binary_shift_right(4, 1)", "2"), example("binary_shift_right(1, -1)", "null")],
    |call, args| shift(call, args, |value, count| value >> count),
);

static BITSET_COUNT_ONES: ScalarFunction = bitwise(
    "bitset_count_ones",
    &["(value:long|int|bool) -> long"],
    "The number of bits that are set. <https://learn.microsoft.com/kusto/query/bitset-count-ones-function>",
    &[example("bitset_count_ones(42)", "3"), example("bitset_count_ones(-1)", "64")],
    |call, args| unary::<Int64Type, Int64Type>(&long(call, args, 0)?, |v| i64::from(v.count_ones())),
);

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] =
    &[&BINARY_AND, &BINARY_OR, &BINARY_XOR, &BINARY_NOT, &BINARY_SHIFT_LEFT, &BINARY_SHIFT_RIGHT, &BITSET_COUNT_ONES];
