//! `parse_version`.

use crate::ScalarFunction;
use crate::from_text::column;
use crate::kernel::{finish, rows, texts};
use kql_types::ScalarType;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static PARSE_VERSION: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "parse_version",
        FunctionKind::Scalar,
        &["(version:string) -> decimal"],
        "A number that compares like the version: eight digits for each of four parts, missing parts as 0. Null for more \
         than four parts and for parts that are no number of one to eight digits. \
         <https://learn.microsoft.com/kusto/query/parse-version-function>",
    )
    .examples(&[
        example("parse_version('1.2.3.4')", "\"1000000020000000300000004\""),
        example("parse_version('0.0.3')", "\"300000000\""),
        example("parse_version('1.x')", "null"),
    ]),
    kernel: |_, args| {
        let version = texts(&args[0])?;
        finish(args, column(ScalarType::Decimal, rows(args), |row| digits(version.text(row)))?)
    },
};

fn digits(version: &str) -> Option<String> {
    let mut parts = version.split('.');
    let mut digits = String::new();
    for i in 0..4 {
        let part = match parts.next() {
            Some(part) if (1..=8).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit()) => part,
            None if i > 0 => "0",
            _ => return None,
        };
        digits.push_str(&"00000000"[part.len()..]);
        digits.push_str(part);
    }
    if parts.next().is_none() { Some(digits) } else { None }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, string};
    use kql_types::{Value, decimal};

    #[test]
    fn comparable_numbers() {
        for (version, want) in [
            ("0.0.0.5", Some("5")),
            ("0.0.7.0", Some("700000000")),
            ("0.2", Some("20000000000000000")),
            ("1.2.3.4", Some("1000000020000000300000004")),
            ("1", Some("1000000000000000000000000")),
            ("99999999.99999999.99999999.99999999", Some("99999999999999999999999999999999")),
            ("", None),
            ("1.2.3.4.5", None),
            ("1.123456789", None),
            ("1..2", None),
            ("v1", None),
            ("1.-2", None),
            ("١", None),
        ] {
            check("parse_version", &[string(version)], Value::Decimal(want.and_then(decimal::parse)));
        }
    }
}
