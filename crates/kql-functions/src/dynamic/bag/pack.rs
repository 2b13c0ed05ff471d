//! Bags from scalars: `bag_pack`, `bag_pack_columns`, `pack_all`, `bag_zip`.
//!
//! The kernels of `bag_pack_columns` and `pack_all` take what the binder makes of the call: the name and the value of each
//! column in turn, for `pack_all` after the flag when there is one.

use super::super::cells::Cells;
use super::super::element::array;
use crate::kernel::{Rows, bools, dynamic_map, texts};
use crate::{Call, ScalarFunction};
use arrow::array::StringViewArray;
use datafusion_common::{Result, internal_err};
use datafusion_expr::ColumnarValue;
use kql_types::ScalarType;
use kql_types::dynamic::{self, Kind};
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::collections::HashMap;
use std::ops::Range;

pub(crate) static BAG_PACK: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "bag_pack",
        FunctionKind::Scalar,
        &["(key...1..32767:string, value...1..32767:scalar) -> dynamic"],
        "A bag of keys and values given in turn. Nulls stay as null; of a key given twice the last value stays, at the place \
         of the first. <https://learn.microsoft.com/kusto/query/pack-function>",
    )
    .aliases(&["pack", "pack_dictionary"])
    .examples(&[example(
        "bag_pack('Level', 'Information', 'ProcessID', 1234, 'Data', bag_pack('url', 'www.bing.com'))",
        r#"{"Level":"Information","ProcessID":1234,"Data":{"url":"www.bing.com"}}"#,
    )]),
    kernel: |call, args| pack(call, args, 0, |_, _| false),
};

pub(crate) static BAG_PACK_COLUMNS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "bag_pack_columns",
        FunctionKind::Scalar,
        &["(value...1..32767:column scalar) -> dynamic"],
        "A bag of columns under their names. <https://learn.microsoft.com/kusto/query/bag-pack-columns-function>",
    )
    .examples(&[example(
        "datatable(Id:string, Other:long)['A', 1] | project Packed = bag_pack_columns(Other, Id)",
        r#"{"Packed":{"Other":1,"Id":"A"}}"#,
    )]),
    kernel: |call, args| pack(call, args, 0, |_, _| false),
};

pub(crate) static PACK_ALL: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "pack_all",
        FunctionKind::Scalar,
        &["(ignore_null_empty?:literal bool) -> dynamic"],
        "A bag of all columns of the input under their names; with `true`, without those that are null or an empty string. \
         <https://learn.microsoft.com/kusto/query/pack-all-function>",
    )
    .examples(&[example(
        "datatable(a:long, b:string)[1, ''] | project all = pack_all(), some = pack_all(true)",
        r#"{"all":{"a":1,"b":""},"some":{"a":1}}"#,
    )]),
    kernel: |call, args| {
        let flag = match call.arguments.first() {
            Some(ScalarType::Bool) if args.len() % 2 == 1 => Some(bools(&args[0])?),
            _ => None,
        };
        let first = usize::from(flag.is_some());
        pack(call, args, first, |cells, row| flag.as_ref().is_some_and(|f| f.get(row) == Some(true)) && cells.is_empty(row))
    },
};

/// A bag of the pairs of arguments from `first` on, without those that `skip` refuses.
fn pack(
    call: &Call,
    args: &[ColumnarValue],
    first: usize,
    skip: impl Fn(&Cells, usize) -> bool,
) -> Result<ColumnarValue> {
    if !(args.len() - first).is_multiple_of(2) {
        return internal_err!("a bag is packed of pairs, not of {} arguments", args.len() - first);
    }
    let mut pairs = Vec::with_capacity(args.len() / 2);
    for key in (first..args.len()).step_by(2) {
        pairs.push((texts(&args[key])?, Cells::argument(call, args, key + 1)?));
    }
    let constant: Option<Vec<String>> = pairs.iter().map(|(key, _)| key.constant().map(dynamic::quote)).collect();
    // Constant keys, each once, are the rule: their pairs need no look back.
    if let Some(keys) =
        constant.filter(|keys| keys.iter().collect::<std::collections::HashSet<_>>().len() == keys.len())
    {
        return dynamic_map(args, |row, out| {
            out.push('{');
            for (key, (_, value)) in keys.iter().zip(&pairs) {
                if !skip(value, row) {
                    separate(out);
                    out.push_str(key);
                    out.push(':');
                    value.write_or_null(row, out);
                }
            }
            out.push('}');
            true
        });
    }
    dynamic_map(args, |row, out| {
        let mut bag = BagBuilder::default();
        for (key, value) in &pairs {
            if !skip(value, row) {
                bag.set(&dynamic::quote(key.text(row)), |out| value.write_or_null(row, out));
            }
        }
        bag.finish(out);
        true
    })
}

fn separate(out: &mut String) {
    if !out.ends_with('{') {
        out.push(',');
    }
}

/// A bag whose keys may come twice: the last value stays, at the place of the first.
#[derive(Default)]
pub(crate) struct BagBuilder {
    text: String,
    /// Key and value of each property, as places in the text.
    entries: Vec<(Range<usize>, Range<usize>)>,
    places: HashMap<String, usize>,
}

impl BagBuilder {
    /// Sets a property; the key is in quotes, the value is appended by `write`.
    pub(crate) fn set(&mut self, quoted_key: &str, write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        write(&mut self.text);
        let value = start..self.text.len();
        if let Some(place) = self.places.get(quoted_key) {
            self.entries[*place].1 = value;
            return;
        }
        let start = self.text.len();
        self.text.push_str(quoted_key);
        self.places.insert(quoted_key.to_owned(), self.entries.len());
        self.entries.push((start..self.text.len(), value));
    }

    /// Appends the bag.
    pub(crate) fn finish(self, out: &mut String) {
        out.push('{');
        for (at, (key, value)) in self.entries.into_iter().enumerate() {
            if at > 0 {
                out.push(',');
            }
            out.push_str(&self.text[key]);
            out.push(':');
            out.push_str(&self.text[value]);
        }
        out.push('}');
    }
}

pub(crate) static BAG_ZIP: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "bag_zip",
        FunctionKind::Scalar,
        &["(keys:array, values:array) -> dynamic"],
        "A bag of an array of keys and an array of values. A key without a value has null, a value without a key and a key \
         that is no string are left out; null when the keys are no array. \
         <https://learn.microsoft.com/kusto/query/bag-zip>",
    )
    .examples(&[
        example("bag_zip(dynamic(['a', 8, 'b']), dynamic([1, '2', 2.5]))", r#"{"a":1,"b":2.5}"#),
        example("bag_zip(dynamic(['a', 'b']), dynamic(1))", r#"{"a":null,"b":null}"#),
    ]),
    kernel: |_, args| {
        let (keys, values) = (texts(&args[0])?, texts(&args[1])?);
        dynamic_map(args, |row, out| zip(&keys, &values, row, out).is_some())
    },
};

fn zip(keys: &Rows<StringViewArray>, values: &Rows<StringViewArray>, row: usize, out: &mut String) -> Option<()> {
    let keys = array(keys.get(row)?)?;
    let mut values = values.get(row).and_then(array).into_iter().flatten();
    let mut bag = BagBuilder::default();
    for key in keys {
        let value = values.next().unwrap_or("null");
        if dynamic::kind(key) == Kind::String {
            bag.set(key, |out| out.push_str(value));
        }
    }
    bag.finish(out);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{b, check, d, l, r, s};
    use kql_types::Value;

    #[test]
    fn bags_of_pairs() {
        #[rustfmt::skip]
        check(&[
            ("bag_pack", &[s("a"), l(1), s("b\"c"), s("x"), s("n"), Value::Long(None)], r#"{"a":1,"b\"c":"x","n":null}"#),
            ("bag_pack", &[s("a"), l(1), s("b"), l(2), s("a"), r(3.0)], r#"{"a":3.0,"b":2}"#),
            ("pack", &[s(""), d("[1]")], r#"{"":[1]}"#),
            ("pack_dictionary", &[s("t"), Value::Timespan(Some(864_000_000_000))], r#"{"t":"1.00:00:00"}"#),
            ("bag_pack_columns", &[s("Id"), s("A"), s("Value"), l(1)], r#"{"Id":"A","Value":1}"#),
            ("pack_all", &[s("Id"), s(""), s("V"), Value::Long(None)], r#"{"Id":"","V":null}"#),
            ("pack_all", &[b(false), s("Id"), s("")], r#"{"Id":""}"#),
            ("pack_all", &[b(true), s("Id"), s(""), s("V"), Value::Long(None), s("d"), d("null"), s("z"), l(0)], r#"{"z":0}"#),
            ("bag_zip", &[d("[\"a\",\"b\",\"c\"]"), d("[1,\"2\"]")], r#"{"a":1,"b":"2","c":null}"#),
            ("bag_zip", &[d("[\"a\",\"b\"]"), d("[1,\"2\",2.5]")], r#"{"a":1,"b":"2"}"#),
            ("bag_zip", &[d("[\"a\",\"a\"]"), d("[1,2]")], r#"{"a":2}"#),
            ("bag_zip", &[d("\"a\""), d("[1]")], "null"),
            ("bag_zip", &[d("[]"), d("null")], "{}"),
        ]);
    }

    #[test]
    fn odd_arguments_are_a_defect_of_the_caller() {
        assert!(super::super::super::testing::try_call("bag_pack", &[s("a")], None).is_err());
    }
}
