//! `array_iff`: choice between two arrays, place by place.

use super::super::budget::Budget;
use super::super::cells::Cells;
use super::super::element::write_array;
use super::{element, items};
use crate::ScalarFunction;
use crate::kernel::{dynamic_map, texts};
use kql_types::dynamic::{self, Kind};
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static ARRAY_IFF: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "array_iff",
        FunctionKind::Scalar,
        &["(condition_array:array, when_true:scalar, when_false:scalar) -> dynamic"],
        "For each condition the element of one array or of the other at its place; what is no array stands for all places. \
         Numbers are true when they are not zero; other conditions, and places a shorter array lacks, give null. \
         <https://learn.microsoft.com/kusto/query/array-iff-function>",
    )
    .aliases(&["array_iif"])
    .examples(&[
        example("array_iff(dynamic([true,false,true]), dynamic([1,2,3]), dynamic([4,5,6]))", "[1,5,3]"),
        example("array_iff(dynamic([1,0,50]), 'yes', 'no')", r#"["yes","no","yes"]"#),
        example("array_iff(dynamic(['text', null]), 1, 0)", "[null,null]"),
    ]),
    kernel: |call, args| {
        let conditions = texts(&args[0])?;
        let (yes, no) = (Cells::argument(call, args, 1)?, Cells::argument(call, args, 2)?);
        let mut budget = Budget::default();
        let result = dynamic_map(args, |row, out| {
            let Some(conditions) = items(&conditions, row) else { return false };
            let (yes, no) = (Branch::new(&yes, row), Branch::new(&no, row));
            if !budget.spend(conditions.len(), yes.repeated().max(no.repeated())) {
                return false;
            }
            let chosen = conditions.iter().enumerate().map(|(at, condition)| match truth(condition) {
                Some(true) => yes.at(at),
                Some(false) => no.at(at),
                None => "null",
            });
            write_array(out, chosen);
            true
        });
        budget.finish("array_iff", result)
    },
};

fn truth(condition: &str) -> Option<bool> {
    match dynamic::kind(condition) {
        Kind::Bool => Some(condition.starts_with('t')),
        Kind::Long | Kind::Real => condition.parse::<f64>().ok().map(|v| v != 0.0),
        _ => None,
    }
}

enum Branch<'a> {
    Each(Vec<&'a str>),
    All(String),
}

impl<'a> Branch<'a> {
    fn new(cells: &'a Cells, row: usize) -> Self {
        let array = match cells {
            Cells::Dynamic(rows) => items(rows, row),
            _ => None,
        };
        array.map_or_else(|| Branch::All(element(cells, row)), Branch::Each)
    }

    /// Bytes of a value that stands for all places.
    fn repeated(&self) -> usize {
        match self {
            Branch::Each(_) => 0,
            Branch::All(item) => item.len(),
        }
    }

    fn at(&self, place: usize) -> &str {
        match self {
            Branch::Each(items) => items.get(place).copied().unwrap_or("null"),
            Branch::All(item) => item,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{check, d, l, s};

    #[test]
    fn choices() {
        #[rustfmt::skip]
        check(&[
            ("array_iff", &[d("[true,true,true]"), d("[1,2]"), d("[3,4]")], "[1,2,null]"),
            ("array_iif", &[d("[true,0.0,-1]"), d("{\"a\":1}"), s("n")], "[{\"a\":1},\"n\",{\"a\":1}]"),
            ("array_iff", &[d("[\"a\",\"2022-01-01T00:00:00.0000000Z\",null]"), l(1), l(0)], "[null,null,null]"),
            ("array_iff", &[d("[true,false]"), d("null"), d("[]")], "[null,null]"),
            ("array_iff", &[d("true"), l(1), l(0)], "null"),
        ]);
    }
}
