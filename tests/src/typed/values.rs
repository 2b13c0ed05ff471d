//! Literals: the edges of each type, and arguments that the examples of functions use.

use super::choices::Choices;
use kql_functions::families;
use kql_syntax::ast::{Expr, ExprKind, OperatorKind, StatementKind};
use kql_types::ScalarType;
use std::collections::HashMap;
use std::sync::LazyLock;

const BOOLS: &[&str] = &["false", "true", "bool(null)"];
const INTS: &[&str] = &[
    "int(0)",
    "int(1)",
    "int(-1)",
    "int(2)",
    "int(7)",
    "int(null)",
    "int(100)",
    "int(2147483647)",
    "int(-2147483648)",
    "int(65)",
];
const LONGS: &[&str] = &[
    "0",
    "1",
    "2",
    "-1",
    "3",
    "5",
    "10",
    "long(null)",
    "-7",
    "64",
    "255",
    "1000000",
    "2147483648",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775807",
    "0x8000000000000000",
    "1700000000",
    "63",
];
const REALS: &[&str] = &[
    "0.0",
    "1.0",
    "0.5",
    "-1.5",
    "2.25",
    "100.0",
    "real(null)",
    "real(nan)",
    "real(+inf)",
    "real(-inf)",
    "-0.0",
    "0.1",
    "1e15",
    "1e16",
    "-1e300",
    "1e-300",
    "9223372036854775808.0",
    "3.0000000001",
];
const DECIMALS: &[&str] = &[
    "decimal(0)",
    "decimal(1)",
    "decimal(1.5)",
    "decimal(-2.25)",
    "decimal(null)",
    "decimal(0.1)",
    "decimal(12345678901234567890.123456789)",
    "decimal(-99999999999999999999999999999)",
    "decimal(0.00000000000000000001)",
    "decimal(1e5)",
];
const STRINGS: &[&str] = &[
    "''",
    "'a'",
    "'abc'",
    "'A'",
    "'a b-c_d.e'",
    "'1'",
    "'-1.5'",
    "' 7 '",
    "'true'",
    "'null'",
    "'é'",
    "'Straße'",
    "'İI'",
    "'日本語 テキスト'",
    "'🦀a🦀'",
    "'e\\u0301'",
    "'a\\tb\\nc\\r\"\\\\'",
    "'\\u0000'",
    "'[1,2,\"x\"]'",
    "'{\"a\":1,\"b\":{\"c\":[true,null]}}'",
    "'{\"a\":'",
    "'2020-02-29T12:34:56.7890123Z'",
    "'1.02:03:04.5'",
    "'74be27de-1e4e-49d9-b579-fe0b331d3642'",
    "'127.0.0.1'",
    "'10.1.2.3/8'",
    "'fe80::1%eth0'",
    "'https://user:pw@host.com:80/p/a?x=1&y=%41#f'",
    "'C:\\\\dir\\\\file.txt:stream'",
    "'SGVsbG8='",
    "'0x1F'",
    "'NaN'",
    "'<a x=\"1\"><b>t</b></a>'",
    "'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa'",
    "'a,b,\"c,d\"'",
    "'ǆ ﬁ Σς'",
    "'x=1;y=2'",
];
const DATETIMES: &[&str] = &[
    "datetime(2020-01-01)",
    "datetime(2020-02-29 12:34:56.7890123)",
    "datetime(1970-01-01)",
    "datetime(null)",
    "datetime(0001-01-01)",
    "datetime(9999-12-31 23:59:59.9999999)",
    "datetime(1999-12-31 23:59:59)",
    "datetime(2026-03-29 01:30:00)",
    "datetime(2024-10-27 02:30:00)",
];
const TIMESPANS: &[&str] = &[
    "0s",
    "1s",
    "1d",
    "-1h",
    "1tick",
    "timespan(null)",
    "1.5s",
    "90m",
    "timespan(10675199.02:48:05.4775807)",
    "timespan(-10675199.02:48:05.4775807)",
    "100d",
    "7d",
];
const GUIDS: &[&str] = &[
    "guid(74be27de-1e4e-49d9-b579-fe0b331d3642)",
    "guid(00000000-0000-0000-0000-000000000000)",
    "guid(null)",
    "guid(ffffffff-ffff-ffff-ffff-ffffffffffff)",
];
const ARRAYS: &[&str] = &[
    "dynamic([])",
    "dynamic([1,2,3])",
    "dynamic(null)",
    "dynamic([1])",
    "dynamic([3,1,2,3])",
    "dynamic([1.5,-2.25,null,0.0])",
    "dynamic([\"a\",\"b\",\"é\",\"\"])",
    "dynamic([[1,2],[3]])",
    "dynamic([null,true,\"x\",1,1.5,{\"a\":1}])",
    "dynamic([9223372036854775807,-1])",
    "dynamic([\"10.0.0.0/8\",\"127.0.0.1\"])",
    "dynamic([{\"a\":1},{\"a\":2,\"b\":\"x\"}])",
    "dynamic([\"NaN\",1e300,-1e300])",
    "dynamic([2,4,6,8,10,12,9,7,5,3,1,100,2,4,6,8])",
    "dynamic([1,1,1,1])",
    "dynamic([\"2020-01-01T00:00:00Z\",\"1.00:00:00\"])",
];
const BAGS: &[&str] = &[
    "dynamic({})",
    "dynamic({\"a\":1})",
    "dynamic(null)",
    "dynamic({\"a\":{\"b\":[1,{\"c\":null}]},\"z\":\"é\\\"\\\\\\n\"})",
    "dynamic({\"b\":2.5,\"a\":true})",
    "dynamic({\"\":1,\"a b\":[],\"日\":{}})",
    "dynamic({\"type\":\"Point\",\"coordinates\":[-122.35,47.61]})",
    "dynamic({\"type\":\"Polygon\",\"coordinates\":[[[0,0],[10,0],[10,10],[0,10],[0,0]]]})",
    "dynamic({\"type\":\"LineString\",\"coordinates\":[[-73.9,40.7],[-74.0,40.8],[-74.1,40.6]]})",
];
const OTHER_DYNAMICS: &[&str] = &[
    "dynamic(1)",
    "dynamic(\"x\")",
    "dynamic(1.5)",
    "dynamic(true)",
    "dynamic(\"\")",
    "dynamic(\"12\")",
    "dynamic(-3)",
    "dynamic(9223372036854775807)",
    "dynamic(\"2020-01-01T00:00:00Z\")",
];

/// Literals of a type; the first is the simplest.
pub fn literals(ty: ScalarType) -> &'static [&'static str] {
    static DYNAMICS: LazyLock<Vec<&'static str>> = LazyLock::new(|| [ARRAYS, BAGS, OTHER_DYNAMICS].concat());
    match ty {
        ScalarType::Bool => BOOLS,
        ScalarType::Int => INTS,
        ScalarType::Long => LONGS,
        ScalarType::Real => REALS,
        ScalarType::Decimal => DECIMALS,
        ScalarType::String => STRINGS,
        ScalarType::Datetime => DATETIMES,
        ScalarType::Timespan => TIMESPANS,
        ScalarType::Guid => GUIDS,
        ScalarType::Dynamic | ScalarType::Unknown => &DYNAMICS,
    }
}

/// Arrays, bags.
pub fn arrays() -> &'static [&'static str] {
    ARRAYS
}

/// Bags.
pub fn bags() -> &'static [&'static str] {
    BAGS
}

/// A literal of a type.
pub fn literal(choices: &mut Choices, ty: ScalarType) -> &'static str {
    choices.pick::<&str>(literals(ty))
}

/// Patterns for arguments that are regular expressions.
pub const PATTERNS: &[&str] =
    &["'a'", "'(a)(b)?'", "'[a-c]+'", "'\\\\d+'", "'(?i)é'", "''", "'^.*$'", "'\\\\w+'", "'b|c'"];

/// The literal arguments of a function in its examples, by name and place of the argument.
pub fn examples(function: &str, argument: usize) -> &'static [(ScalarType, String)] {
    type ByPlace = HashMap<(String, usize), Vec<(ScalarType, String)>>;
    static ALL: LazyLock<ByPlace> = LazyLock::new(|| {
        let mut all = HashMap::new();
        for (_, functions) in families() {
            for function in *functions {
                for example in function.spec.examples {
                    let parsed = kql_syntax::parse(&format!("print x = {}", example.query));
                    for statement in &parsed.script.statements {
                        if let StatementKind::Query(e) = &statement.kind
                            && let ExprKind::Pipeline { operators, .. } = &e.kind
                        {
                            for operator in operators {
                                if let OperatorKind::Print { columns } = &operator.kind {
                                    columns.iter().for_each(|c| collect(&c.value, &mut all));
                                }
                            }
                        }
                    }
                }
            }
        }
        all
    });
    ALL.get(&(function.to_owned(), argument)).map_or(&[], Vec::as_slice)
}

fn collect(e: &Expr, all: &mut HashMap<(String, usize), Vec<(ScalarType, String)>>) {
    let ExprKind::Call(call) = &e.kind else { return };
    for (at, argument) in call.arguments.iter().enumerate() {
        if let Some(ty) = type_of(&argument.value) {
            let list = all.entry((call.name.text.to_string(), at)).or_default();
            let text = kql_syntax::print_expr(&argument.value);
            if !list.iter().any(|(_, other)| *other == text) {
                list.push((ty, text));
            }
        }
        collect(&argument.value, all);
    }
}

fn type_of(e: &Expr) -> Option<ScalarType> {
    match &e.kind {
        ExprKind::Literal(literal) => Some(literal.value.scalar_type()),
        ExprKind::Unary { operand, .. } => type_of(operand),
        _ => None,
    }
}
