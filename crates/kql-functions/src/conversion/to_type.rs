//! `toint`, `tolong`, `todouble`, `todecimal`, `tobool`, `todatetime`, `totimespan`, `toguid`.

use super::convert;
use crate::ScalarFunction;
use kql_types::function::{Example, FunctionKind, FunctionSpec, ResultName, example};

/// A conversion to the type of the result.
const fn conversion(
    name: &'static str,
    aliases: &'static [&'static str],
    signatures: &'static [&'static str],
    doc: &'static str,
    examples: &'static [Example],
) -> ScalarFunction {
    ScalarFunction {
        spec: FunctionSpec::new(name, FunctionKind::Scalar, signatures, doc)
            .aliases(aliases)
            .named(ResultName::FirstArgument)
            .examples(examples),
        kernel: |call, args| convert(&args[0], call.arguments[0], call.result),
    }
}

pub(crate) static TOINT: ScalarFunction = conversion(
    "toint",
    &[],
    &["(value:scalar) -> int"],
    "The value as int. Text must be a sign and digits, or 0x and hexadecimal digits; a real is truncated and saturates; a \
     long or a time in ticks wraps to 32 bits. Otherwise null. <https://learn.microsoft.com/kusto/query/toint-function>",
    &[
        example("toint('123')", "123"),
        example("toint(2.3)", "2"),
        example("toint(9999999999)", "1410065407"),
        example("toint('9999999999')", "null"),
        example("toint(1d)", "711573504"),
    ],
);

pub(crate) static TOLONG: ScalarFunction = conversion(
    "tolong",
    &[],
    &["(value:scalar) -> long"],
    "The value as long. Text must be a sign and digits, or 0x and hexadecimal digits; a real is truncated and saturates; \
     datetimes and timespans give their ticks of 100 ns. Otherwise null. <https://learn.microsoft.com/kusto/query/tolong-function>",
    &[
        example("tolong(' 7 ')", "7"),
        example("tolong('0x10')", "16"),
        example("tolong('5.7')", "null"),
        example("tolong(-1.7)", "-1"),
        example("tolong(1d)", "864000000000"),
        example("tolong(datetime(2020-01-01))", "637134336000000000"),
        example("tolong(true)", "1"),
    ],
);

pub(crate) static TODOUBLE: ScalarFunction = conversion(
    "todouble",
    &["toreal"],
    &["(value:scalar) -> real"],
    "The value as real. Text may have a point, an exponent, or be NaN or inf; times give their ticks. Otherwise null. \
     <https://learn.microsoft.com/kusto/query/todouble-function>",
    &[
        example("todouble('1e3')", "1000.0"),
        example("todouble('0x10')", "null"),
        example("todouble('-inf')", "\"-Infinity\""),
        example("todouble(1d)", "864000000000.0"),
    ],
);

pub(crate) static TODECIMAL: ScalarFunction = conversion(
    "todecimal",
    &[],
    &["(value:scalar) -> decimal"],
    "The value as decimal; a real by its shortest text. Otherwise null. <https://learn.microsoft.com/kusto/query/todecimal-function>",
    &[example("todecimal('123.45678')", "\"123.45678\""), example("todecimal(0.1)", "\"0.1\"")],
);

pub(crate) static TOBOOL: ScalarFunction = conversion(
    "tobool",
    &["toboolean"],
    &["(value:scalar) -> bool"],
    "The value as bool: numbers are true when not zero, text is `true`, `false` in any case or a whole number. Otherwise \
     null. <https://learn.microsoft.com/kusto/query/tobool-function>",
    &[
        example("tobool(' True ')", "true"),
        example("tobool('2')", "true"),
        example("tobool('1.5')", "null"),
        example("tobool(1.5)", "true"),
        example("tobool('yes')", "null"),
    ],
);

pub(crate) static TODATETIME: ScalarFunction = conversion(
    "todatetime",
    &[],
    &["(value:scalar) -> datetime"],
    "The value as datetime. Text in ISO 8601 (offsets are applied), RFC 822 and RFC 850 forms, `20221202`, month first with \
     slashes, hyphens or points; a number counts ticks of 100 ns since year 1. Otherwise null. \
     <https://learn.microsoft.com/kusto/query/todatetime-function>",
    &[
        example("todatetime('2015-12-31 23:59:59.9')", "\"2015-12-31T23:59:59.9Z\""),
        example("todatetime('2022-12-02 13:45:56+02:00')", "\"2022-12-02T11:45:56Z\""),
        example("todatetime('12-02-2022')", "\"2022-12-02T00:00:00Z\""),
        example("todatetime('13-01-2022')", "null"),
        example("todatetime(1)", "\"0001-01-01T00:00:00.0000001Z\""),
    ],
);

pub(crate) static TOTIMESPAN: ScalarFunction = conversion(
    "totimespan",
    &["totime"],
    &["(value:scalar) -> timespan"],
    "The value as timespan. Text as `[-][d.]hh:mm[:ss[.fffffff]]` or a number with a unit (`90s`); a number counts ticks of \
     100 ns. Otherwise null. <https://learn.microsoft.com/kusto/query/totimespan-function>",
    &[
        example("totimespan('1.02:03:04')", "\"1.02:03:04\""),
        example("totimespan('90s')", "\"00:01:30\""),
        example("totimespan('10')", "null"),
        example("totimespan(1230)", "\"00:00:00.0001230\""),
    ],
);

pub(crate) static TOGUID: ScalarFunction = conversion(
    "toguid",
    &[],
    &["(value:text) -> guid"],
    "The guid of the first 32 hexadecimal digits of a text; hyphens are ignored. Otherwise null. \
     <https://learn.microsoft.com/kusto/query/toguid-function>",
    &[
        example("toguid('0123456789ab-cdef-0123-456789abcdef')", "\"01234567-89ab-cdef-0123-456789abcdef\""),
        example("toguid('xyz')", "null"),
    ],
);
