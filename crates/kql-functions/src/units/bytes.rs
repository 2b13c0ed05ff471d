//! `format_bytes`: sizes in bytes for people.

use crate::ScalarFunction;
use crate::conversion::convert;
use crate::kernel::{longs, reals, refuse, string_map, texts};
use kql_diagnostic::code;
use kql_types::ScalarType;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use std::fmt::Write;

/// Each 1024 times the one before.
const UNITS: [&str; 7] = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"];
/// More digits than a real has.
const MAX_PRECISION: i64 = 17;

pub(crate) static FORMAT_BYTES: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "format_bytes",
        FunctionKind::Scalar,
        &["(size:number, precision?:const integer, units?:const string) -> string"],
        "A number of bytes with a unit (Bytes, KB, MB, GB, TB, PB, EB, each 1024 times the one before), rounded to a number \
         of digits after the point. Without a unit the largest that leaves 1 or more. Null gives `''`. \
         <https://learn.microsoft.com/kusto/query/format-bytes-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[
        example("format_bytes(564)", "\"564 Bytes\""),
        example("format_bytes(10332, 1)", "\"10.1 KB\""),
        example("format_bytes(20010332)", "\"19 MB\""),
        example("format_bytes(20010332, 2)", "\"19.08 MB\""),
        example("format_bytes(20010332, 0, 'KB')", "\"19541 KB\""),
    ]),
    kernel: |call, args| {
        let precision = match args.get(1) {
            Some(value) => longs(&convert(value, call.arguments[1], ScalarType::Long)?)?.get(0).unwrap_or(0),
            None => 0,
        };
        let precision = precision.clamp(0, MAX_PRECISION) as usize;
        let wanted = match args.get(2) {
            None => None,
            Some(unit) => match texts(unit)?.text(0) {
                "" => None,
                name => match UNITS.iter().position(|u| u.eq_ignore_ascii_case(name)) {
                    Some(unit) => Some(unit),
                    None => {
                        let units = UNITS.join(", ");
                        return Err(refuse(code::OPERAND, format!("format_bytes() knows no unit '{name}': write one of {units}")));
                    }
                },
            },
        };
        let sizes = reals(&convert(&args[0], call.arguments[0], ScalarType::Real)?)?;
        string_map(args, |row, out| {
            let Some(size) = sizes.get(row) else { return };
            let largest = || (1..UNITS.len()).rev().find(|u| size.abs() >= 1024f64.powi(*u as i32)).unwrap_or(0);
            let unit = wanted.unwrap_or_else(largest);
            let start = out.len();
            // Writing to a String does not fail.
            let _ = write!(out, "{:.precision$}", size / 1024f64.powi(unit as i32));
            if out[start..].contains('.') {
                let digits = out.trim_end_matches('0').trim_end_matches('.').len();
                out.truncate(digits);
            }
            let _ = write!(out, " {}", UNITS[unit]);
        })
    },
};

#[cfg(test)]
mod tests {
    use crate::expressions::{check, run};

    #[test]
    fn units_and_digits() {
        check(&[
            ("format_bytes(1024, 2)", "\"1 KB\""),
            ("format_bytes(1023.5, 1)", "\"1023.5 Bytes\""),
            ("format_bytes(-20010332)", "\"-19 MB\""),
            ("format_bytes(9223372036854775807)", "\"8 EB\""),
            ("format_bytes(100, 0, '')", "\"100 Bytes\""),
            ("format_bytes(long(null))", "\"\""),
        ]);
        assert!(run("format_bytes(1, 0, 'KiB')").unwrap_err().contains("SEM0001"));
    }
}
