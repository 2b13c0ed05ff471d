//! `bag_merge`.

use crate::ScalarFunction;
use crate::kernel::{dynamic_map, texts};
use datafusion_common::Result;
use kql_types::dynamic::{self, Kind};
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::collections::HashSet;

pub(crate) static BAG_MERGE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "bag_merge",
        FunctionKind::Scalar,
        &["(bag...2..64:bag) -> dynamic"],
        "The properties of all bags; of a key that several have, the value of the leftmost. What is no bag adds nothing; \
         null when none is a bag. <https://learn.microsoft.com/kusto/query/bag-merge-function>",
    )
    .examples(&[example(
        "bag_merge(dynamic({'A1':12, 'B1':2}), dynamic({'A2':81, 'A1':1}))",
        r#"{"A1":12,"B1":2,"A2":81}"#,
    )]),
    kernel: |_, args| {
        let bags = args.iter().map(texts).collect::<Result<Vec<_>>>()?;
        dynamic_map(args, |row, out| {
            let of_row: Vec<_> =
                bags.iter().filter_map(|b| b.get(row)).filter(|v| dynamic::kind(v) == Kind::Bag).collect();
            if of_row.is_empty() {
                return false;
            }
            let mut seen = HashSet::new();
            out.push('{');
            for (key, value) in of_row.into_iter().flat_map(dynamic::raw_entries) {
                if seen.insert(key) {
                    out.push_str(if seen.len() > 1 { ",\"" } else { "\"" });
                    out.extend([key, "\":", value]);
                }
            }
            out.push('}');
            true
        })
    },
};

#[cfg(test)]
mod tests {
    use super::super::super::testing::{check, d};

    #[test]
    fn leftmost_value_wins() {
        #[rustfmt::skip]
        check(&[
            ("bag_merge", &[d("{\"a\":1,\"b\":2}"), d("{\"b\":3,\"c\":4}"), d("{\"c\":5,\"d\":[6]}")], r#"{"a":1,"b":2,"c":4,"d":[6]}"#),
            ("bag_merge", &[d("null"), d("{\"b\":3}"), d("[1]")], r#"{"b":3}"#),
            ("bag_merge", &[d("{}"), d("{}")], "{}"),
            ("bag_merge", &[d("null"), d("5")], "null"),
        ]);
    }
}
