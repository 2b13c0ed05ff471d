//! `hash`, `hash_xxhash64`, `hash_many`, `hash_combine`.

use crate::conversion::convert;
use crate::kernel::{long_map, longs, refuse, texts};
use crate::{Call, ScalarFunction};
use datafusion_common::{Result, internal_err};
use datafusion_expr::ColumnarValue;
use kql_diagnostic::code;
use kql_types::ScalarType;
use kql_types::function::{FunctionKind, FunctionSpec, Support, example};
use xxhash_rust::xxh64::xxh64;

pub(crate) static HASH: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "hash",
        FunctionKind::Scalar,
        &["(source:not_dynamic, mod?:integer) -> long"],
        "xxHash64 with seed 0 of a value, as a signed long: of the UTF-8 text of a string, of the 8 bytes of a datetime, \
         timespan or long, lowest first; null counts as no bytes. With a second argument the remainder, never negative. \
         How the engine lays out values of the other types is not known: they are refused. \
         <https://learn.microsoft.com/kusto/query/hash-function>",
    )
    .aliases(&["hash_xxhash64"])
    .examples(&[
        example("hash('World')", "1846988464401551951"),
        example("hash('World', 100)", "51"),
        example("hash(datetime(2015-01-01))", "1380966698541616202"),
    ]),
    kernel: hash,
};

fn hash(call: &Call, args: &[ColumnarValue]) -> Result<ColumnarValue> {
    let modulus = match args.get(1) {
        Some(modulus) => Some(longs(&convert(modulus, call.arguments[1], ScalarType::Long)?)?),
        None => None,
    };
    let reduced = |hash: u64, row: usize| match &modulus {
        None => Some(hash as i64),
        Some(modulus) => modulus.get(row).filter(|m| *m != 0).map(|m| (hash as i64).wrapping_rem_euclid(m)),
    };
    match call.arguments[0] {
        ScalarType::String => {
            let values = texts(&args[0])?;
            long_map(args, |row| reduced(xxh64(values.text(row).as_bytes(), 0), row))
        }
        ScalarType::Long | ScalarType::Datetime | ScalarType::Timespan => {
            let values = longs(&args[0])?;
            long_map(args, |row| {
                let hash = values.get(row).map_or_else(|| xxh64(&[], 0), |v| xxh64(&v.to_le_bytes(), 0));
                reduced(hash, row)
            })
        }
        other => Err(refuse(
            code::UNSUPPORTED,
            format!("hash() of a {other} is not known to give the engine's answer: write hash(tostring(…))"),
        )),
    }
}

const COMBINED: Support = Support::CheckOnly("how the engine combines hashes is not published: write hash(strcat(…))");

pub(crate) static HASH_MANY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "hash_many",
        FunctionKind::Scalar,
        &["(source...1..:not_dynamic) -> long"],
        "One hash of several values. <https://learn.microsoft.com/kusto/query/hash-many-function>",
    )
    .support(COMBINED),
    kernel: |_, _| internal_err!("hash_many is refused before it runs"),
};

pub(crate) static HASH_COMBINE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "hash_combine",
        FunctionKind::Scalar,
        &["(source...2..:scalar) -> long"],
        "One hash of several hashes. <https://learn.microsoft.com/kusto/query/hash-combine-function>",
    )
    .support(COMBINED),
    kernel: |_, _| internal_err!("hash_combine is refused before it runs"),
};

#[cfg(test)]
mod tests {
    use crate::expressions::{check, run};

    #[test]
    fn null_hashes_as_no_bytes() {
        assert_eq!(run("hash(long(null))"), run("hash('')"));
        check(&[("hash('World', 0)", "null"), ("hash('World', long(null))", "null")]);
        assert!(run("hash(1.5)").unwrap_err().contains("KQ0001"));
    }
}
