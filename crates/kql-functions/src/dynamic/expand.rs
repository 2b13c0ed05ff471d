//! What `mv-expand` and `mv-apply` need: the elements of a dynamic value, and the conversion of `to typeof(…)`.
//!
//! Source: <https://learn.microsoft.com/kusto/query/mv-expand-operator> and, for the conversions, SEMANTICS §6.9: an
//! element is converted only when it already is of a fitting kind, strings are not parsed into numbers.

use super::convert::{self, decimals, guids};
use crate::ScalarFunction;
use arrow::array::{Array, ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, StringViewArray};
use datafusion_common::Result;
use kql_types::ScalarType;
use kql_types::dynamic::{self, Kind};
use kql_types::function::{FunctionKind, FunctionSpec};
use std::sync::Arc;

/// How property bags are expanded: `kind=` of `mv-expand`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Expansion {
    /// One bag of one property per property: `{"k":v}`.
    Bag,
    /// One array per property: `["k",v]`.
    Array,
}

/// The elements of a value in order, each once passed to `push`; `None` is null. `buffer` is scratch space.
///
/// An array gives its elements, a bag its properties, null one null, any other value itself.
pub fn elements(value: Option<&str>, expansion: Expansion, buffer: &mut String, mut push: impl FnMut(Option<&str>)) {
    let Some(value) = value else { return push(None) };
    match dynamic::kind(value) {
        Kind::Array => dynamic::array_items(value).for_each(|item| push((item != "null").then_some(item))),
        Kind::Bag => dynamic::raw_entries(value).for_each(|(key, item)| {
            let [open, colon, close] = match expansion {
                Expansion::Bag => ["{\"", "\":", "}"],
                Expansion::Array => ["[\"", "\",", "]"],
            };
            buffer.clear();
            buffer.extend([open, key, colon, item, close]);
            push(Some(buffer));
        }),
        _ => push(Some(value)),
    }
}

/// The elements of an expansion as values of a type: `to typeof(T)`.
///
/// Whole numbers become `int`, `long`, `real` and `bool`; reals become `int` and `long` without their fraction, and
/// `real`; bools become `bool`; JSON strings become `datetime` and `guid`; everything becomes `string`. What fits not is
/// null, and nothing becomes `timespan` or `decimal`.
///
/// # Errors
/// None that input can cause.
pub fn expand_convert(ty: ScalarType, elements: &StringViewArray) -> Result<ArrayRef> {
    let long = |text: &str| match dynamic::kind(text) {
        Kind::Long | Kind::Real => convert::long_of(text),
        _ => None,
    };
    let string = |text: &'_ str| dynamic::kind(text) == Kind::String;
    let each = elements.iter();
    Ok(match ty {
        ScalarType::Long => Arc::new(each.map(|v| v.and_then(long)).collect::<Int64Array>()),
        ScalarType::Int => {
            Arc::new(each.map(|v| v.and_then(long).and_then(|n| i32::try_from(n).ok())).collect::<Int32Array>())
        }
        ScalarType::Real => {
            let real = |text: &str| match dynamic::kind(text) {
                Kind::Long | Kind::Real => convert::real_of(text),
                _ => None,
            };
            Arc::new(each.map(|v| v.and_then(real)).collect::<Float64Array>())
        }
        ScalarType::Bool => {
            let boolean = |text: &str| match dynamic::kind(text) {
                Kind::Bool | Kind::Long => convert::bool_of(text),
                _ => None,
            };
            Arc::new(each.map(|v| v.and_then(boolean)).collect::<BooleanArray>())
        }
        ScalarType::String => Arc::new(convert::to_string(elements)),
        ScalarType::Datetime => {
            let time = |text: &str| string(text).then(|| convert::datetime_of(text)).flatten();
            Arc::new(each.map(|v| v.and_then(time)).collect::<Int64Array>())
        }
        ScalarType::Guid => Arc::new(guids(each.map(|v| v.and_then(convert::guid_of)))?),
        ScalarType::Timespan => Arc::new(Int64Array::new_null(elements.len())),
        ScalarType::Decimal => Arc::new(decimals(each.map(|_| None))?),
        ScalarType::Dynamic | ScalarType::Unknown => Arc::new(elements.clone()),
    })
}

pub(crate) static EXPAND_TO: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "__expand_to",
        FunctionKind::Scalar,
        &["(element:dynamic) -> custom"],
        "The conversion of `to typeof(T)` in `mv-expand` and `mv-apply`: elements of a fitting kind become values of the \
         result type, all others null. <https://learn.microsoft.com/kusto/query/mv-expand-operator>",
    ),
    kernel: |call, args| {
        let elements = crate::kernel::texts(&args[0])?;
        crate::kernel::finish(args, expand_convert(call.result, elements.array())?)
    },
};

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::AsArray;
    use arrow::datatypes::Int64Type;

    fn all(value: Option<&str>, expansion: Expansion) -> Vec<Option<String>> {
        let mut found = Vec::new();
        elements(value, expansion, &mut String::new(), |item| found.push(item.map(str::to_owned)));
        found
    }

    #[test]
    fn arrays_bags_nulls_and_scalars_expand() {
        /// A value, its elements, and its elements as arrays where they differ.
        type Case<'a> = (Option<&'a str>, &'a [Option<&'a str>], &'a [Option<&'a str>]);
        let cases: &[Case] = &[
            (Some("[1,null,\"x,]\",[2]]"), &[Some("1"), None, Some("\"x,]\""), Some("[2]")], &[]),
            (
                Some(r#"{"a":1,"b\"":[2]}"#),
                &[Some(r#"{"a":1}"#), Some(r#"{"b\"":[2]}"#)],
                &[Some(r#"["a",1]"#), Some(r#"["b\"",[2]]"#)],
            ),
            (None, &[None], &[]),
            (Some("[]"), &[], &[]),
            (Some("{}"), &[], &[]),
            (Some("\"s\""), &[Some("\"s\"")], &[]),
            (Some("5"), &[Some("5")], &[]),
        ];
        for (value, bag, array) in cases {
            let owned = |v: &[Option<&str>]| v.iter().map(|v| v.map(str::to_owned)).collect::<Vec<_>>();
            assert_eq!(all(*value, Expansion::Bag), owned(bag), "{value:?}");
            let array = if array.is_empty() { bag } else { array };
            assert_eq!(all(*value, Expansion::Array), owned(array), "{value:?}");
        }
    }

    #[test]
    fn typed_elements_convert_only_what_fits() {
        let elements: StringViewArray =
            [Some("1"), Some("2.5"), Some("-2.5"), Some("\"2\""), Some("true"), None].into_iter().collect();
        let long = expand_convert(ScalarType::Long, &elements).unwrap();
        assert_eq!(
            long.as_primitive::<Int64Type>().iter().collect::<Vec<_>>(),
            [Some(1), Some(2), Some(-2), None, None, None]
        );
        let bools = expand_convert(ScalarType::Bool, &elements).unwrap();
        assert_eq!(bools.as_boolean().iter().collect::<Vec<_>>(), [Some(true), None, None, None, Some(true), None]);
        let text = expand_convert(ScalarType::String, &elements).unwrap();
        assert_eq!(text.as_string_view().iter().flatten().collect::<Vec<_>>(), ["1", "2.5", "-2.5", "2", "true", ""]);
        let times: StringViewArray = ["\"2020-01-01\"", "637134336000000000"].into_iter().map(Some).collect();
        let ticks = expand_convert(ScalarType::Datetime, &times).unwrap();
        assert_eq!(ticks.as_primitive::<Int64Type>().iter().collect::<Vec<_>>(), [Some(637_134_336_000_000_000), None]);
        for ty in [ScalarType::Timespan, ScalarType::Decimal] {
            let nothing = expand_convert(ty, &elements).unwrap();
            assert_eq!((nothing.null_count(), nothing.data_type()), (6, &crate::arrow_type(ty)));
        }
    }
}
