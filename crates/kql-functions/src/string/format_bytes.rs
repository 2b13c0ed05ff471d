//! `format_bytes`.

use crate::ScalarFunction;
use crate::conversion::convert;
use crate::kernel::{reals, string_map, texts};
use datafusion_common::internal_err;
use kql_types::ScalarType;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};

/// The units, each 1024 times the one before.
const UNITS: [&str; 7] = ["Bytes", "KB", "MB", "GB", "TB", "PB", "EB"];

pub(crate) static FORMAT_BYTES: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "format_bytes",
        FunctionKind::Scalar,
        &["(size:number, precision?:const number, format?:const string) -> string"],
        "A number of bytes with a unit (`Bytes`, `KB`, `MB`, … `EB`, each 1024 of the one before): the largest that leaves a \
         number of at least 1, or the one asked for. Rounded to `precision` digits (0 when left out), without zeros at \
         the end. `''` for null and for an unknown unit. \
         <https://learn.microsoft.com/kusto/query/format-bytes-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[
        example("format_bytes(564)", "\"564 Bytes\""),
        example("format_bytes(10332, 1)", "\"10.1 KB\""),
        example("format_bytes(20010332, 0, 'KB')", "\"19541 KB\""),
    ]),
    kernel: |call, args| {
        let real = |i: usize| match (args.get(i), call.arguments.get(i)) {
            (None, _) => Ok(None),
            (Some(arg), Some(ty)) => reals(&convert(arg, *ty, ScalarType::Real)?).map(Some),
            (Some(_), None) => internal_err!("argument without a type"),
        };
        let (size, precision) = (real(0)?, real(1)?);
        let unit = args.get(2).map(texts).transpose()?;
        string_map(args, |row, out| {
            let Some(size) = size.as_ref().and_then(|s| s.get(row)).filter(|s| s.is_finite()) else { return };
            let Some(digits) = precision.as_ref().map_or(Some(0.0), |p| p.get(row)) else { return };
            let asked = unit.as_ref().map_or("", |u| u.text(row));
            let unit = if asked.is_empty() {
                (0..UNITS.len()).rev().find(|i| size.abs() >= scale(*i)).unwrap_or(0)
            } else {
                match UNITS.iter().position(|u| u.eq_ignore_ascii_case(asked)) {
                    Some(unit) => unit,
                    None => return,
                }
            };
            let number = format!("{:.*}", digits.clamp(0.0, 15.0) as usize, size / scale(unit));
            let number = if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { &number };
            out.push_str(number);
            out.push(' ');
            out.push_str(UNITS[unit]);
        })
    },
};

fn scale(unit: usize) -> f64 {
    1024f64.powi(unit as i32)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, long, string};
    use kql_types::Value;

    #[test]
    fn units_and_digits() {
        for (size, precision, unit, want) in [
            (564, None, None, "564 Bytes"),
            (10_332, Some(1), None, "10.1 KB"),
            (20_010_332, None, None, "19 MB"),
            (20_010_332, Some(2), None, "19.08 MB"),
            (20_010_332, Some(0), Some("KB"), "19541 KB"),
            (1024, Some(3), None, "1 KB"),
            (0, None, None, "0 Bytes"),
            (-2048, None, None, "-2 KB"),
            (i64::MAX, None, None, "8 EB"),
            (1, Some(0), Some("parsec"), ""),
            (2048, Some(0), Some(""), "2 KB"),
        ] {
            let mut args = vec![long(size)];
            args.extend(precision.map(long));
            args.extend(unit.map(string));
            check("format_bytes", &args, string(want));
        }
        check("format_bytes", &[Value::Real(Some(1536.0)), long(1)], string("1.5 KB"));
        check("format_bytes", &[Value::Long(None)], string(""));
        check("format_bytes", &[Value::Real(Some(f64::NAN))], string(""));
    }
}
