//! `tohex`: whole numbers as hexadecimal text.

use crate::ScalarFunction;
use crate::conversion::convert;
use crate::kernel::{ints, longs, string_map};
use kql_types::ScalarType;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use std::fmt::Write;

/// No text is padded beyond this many digits.
const MAX_WIDTH: i64 = 64;

pub(crate) static TOHEX: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "tohex",
        FunctionKind::Scalar,
        &["(value:integer, minLength?:integer) -> string"],
        "Hexadecimal digits, lower case, of an int (8 at most) or a long (16 at most) in two's complement, padded with zeros \
         to the minimal length (at most 64). Null gives `''`. <https://learn.microsoft.com/kusto/query/tohex-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[
        example("tohex(256)", "\"100\""),
        example("tohex(-256)", "\"ffffffffffffff00\""),
        example("tohex(toint(-256), 8)", "\"ffffff00\""),
        example("tohex(256, 8)", "\"00000100\""),
        example("tohex(256, 2)", "\"100\""),
    ]),
    kernel: |call, args| {
        let widths = match args.get(1) {
            Some(width) => Some(longs(&convert(width, call.arguments[1], ScalarType::Long)?)?),
            None => None,
        };
        let width = |row| widths.as_ref().and_then(|w| w.get(row)).unwrap_or(0).clamp(0, MAX_WIDTH) as usize;
        // Writing to a String does not fail.
        if call.arguments[0] == ScalarType::Int {
            let values = ints(&args[0])?;
            string_map(args, |row, out| {
                if let Some(v) = values.get(row) {
                    let _ = write!(out, "{v:0width$x}", width = width(row));
                }
            })
        } else {
            let values = longs(&convert(&args[0], call.arguments[0], ScalarType::Long)?)?;
            string_map(args, |row, out| {
                if let Some(v) = values.get(row) {
                    let _ = write!(out, "{v:0width$x}", width = width(row));
                }
            })
        }
    },
};
