//! What `mv-expand` and `mv-apply` need: a dynamic value as the list of its elements, their indexes, and the conversion
//! of `to typeof(…)`.
//!
//! A plan unnests the lists that [`expand_udf`] gives (several at once for several columns, and [`expand_index_udf`] over
//! them for `with_itemindex`), then converts elements with the function `__expand_to`. The lists are no Kusto type, so
//! these two are DataFusion functions of their own; [`crate::udf_by_name`] knows them.
//!
//! Source: <https://learn.microsoft.com/kusto/query/mv-expand-operator> and, for the conversions, SEMANTICS §6.9: an
//! element is converted only when it already is of a fitting kind, strings are not parsed into numbers.

use super::convert::{self, decimals, guids};
use crate::ScalarFunction;
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, Float64Array, Int32Array, Int64Array, Int64Builder, ListBuilder,
    StringViewArray, StringViewBuilder,
};
use arrow::datatypes::{DataType, Field, FieldRef, Int64Type};
use datafusion_common::{Result, ScalarValue, internal_err};
use datafusion_expr::{
    ColumnarValue, ReturnFieldArgs, ScalarFunctionArgs, ScalarUDF, ScalarUDFImpl, Signature, TypeSignature, Volatility,
};
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

/// `__expand(d [, limit])`: the elements of each value as a list, at most `limit` of them.
///
/// An array gives its elements, a bag its properties, null one null, any other value itself. Type: `List<Utf8View>` of
/// `dynamic` values.
pub fn expand_udf(expansion: Expansion) -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(Expand { expansion, signature: Expand::signature() }))
}

/// `__expand_index(list, …)`: for each row the numbers from 0 to the length of its longest list. Type: `List<Int64>`.
pub fn expand_index_udf() -> Arc<ScalarUDF> {
    Arc::new(ScalarUDF::from(ExpandIndex { signature: Signature::variadic_any(Volatility::Immutable) }))
}

/// The UDF of this file with this name.
pub(crate) fn udf_by_name(name: &str) -> Option<Arc<ScalarUDF>> {
    match name {
        BAG => Some(expand_udf(Expansion::Bag)),
        ARRAY => Some(expand_udf(Expansion::Array)),
        INDEX => Some(expand_index_udf()),
        _ => None,
    }
}

const BAG: &str = "__expand(bag)";
const ARRAY: &str = "__expand(array)";
const INDEX: &str = "__expand_index";

/// The elements of a value in order, each once passed to `push`; `None` is null. `buffer` is scratch space.
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

#[derive(Debug, PartialEq, Eq, Hash)]
struct Expand {
    expansion: Expansion,
    signature: Signature,
}

impl Expand {
    fn signature() -> Signature {
        let forms = [vec![DataType::Utf8View], vec![DataType::Utf8View, DataType::Int64]];
        Signature::one_of(forms.map(TypeSignature::Exact).to_vec(), Volatility::Immutable)
    }
}

fn list_of(element: DataType) -> DataType {
    DataType::List(Arc::new(Field::new_list_field(element, true)))
}

impl ScalarUDFImpl for Expand {
    fn name(&self) -> &str {
        match self.expansion {
            Expansion::Bag => BAG,
            Expansion::Array => ARRAY,
        }
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(list_of(DataType::Utf8View))
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(self.name(), list_of(DataType::Utf8View), false)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let limit = match args.args.get(1) {
            None => usize::MAX,
            Some(ColumnarValue::Scalar(ScalarValue::Int64(limit))) => {
                limit.map_or(usize::MAX, |n| usize::try_from(n.max(0)).unwrap_or(usize::MAX))
            }
            Some(other) => return internal_err!("the limit of an expansion is a constant, not {other:?}"),
        };
        let (array, constant) = match args.args.first() {
            Some(ColumnarValue::Array(array)) => (Arc::clone(array), false),
            Some(ColumnarValue::Scalar(value)) => (value.to_array()?, true),
            None => return internal_err!("an expansion has an argument"),
        };
        let Some(values) = array.as_string_view_opt() else {
            return internal_err!("an expansion of {}", array.data_type());
        };
        let mut lists = ListBuilder::new(StringViewBuilder::new());
        let mut buffer = String::new();
        for value in values {
            let mut left = limit;
            elements(value, self.expansion, &mut buffer, |item| {
                if left > 0 {
                    left -= 1;
                    lists.values().append_option(item);
                }
            });
            lists.append(true);
        }
        finish(Arc::new(lists.finish()), constant)
    }
}

#[derive(Debug, PartialEq, Eq, Hash)]
struct ExpandIndex {
    signature: Signature,
}

impl ScalarUDFImpl for ExpandIndex {
    fn name(&self) -> &str {
        INDEX
    }

    fn signature(&self) -> &Signature {
        &self.signature
    }

    fn return_type(&self, _: &[DataType]) -> Result<DataType> {
        Ok(list_of(DataType::Int64))
    }

    fn return_field_from_args(&self, _: ReturnFieldArgs) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(self.name(), list_of(DataType::Int64), false)))
    }

    fn invoke_with_args(&self, args: ScalarFunctionArgs) -> Result<ColumnarValue> {
        let constant = crate::kernel::all_constant(&args.args);
        let rows = crate::kernel::rows(&args.args);
        let mut lengths = vec![0; rows];
        for arg in &args.args {
            let array = arg.to_array(rows)?;
            let Some(list) = array.as_list_opt::<i32>() else {
                return internal_err!("indexes of {}", array.data_type());
            };
            for (row, length) in lengths.iter_mut().enumerate() {
                if !list.is_null(row) {
                    *length = i64::from(list.value_length(row)).max(*length);
                }
            }
        }
        let mut lists = ListBuilder::new(Int64Builder::new());
        for length in lengths {
            (0..length).for_each(|index| lists.values().append_value(index));
            lists.append(true);
        }
        finish(Arc::new(lists.finish()), constant)
    }
}

fn finish(array: ArrayRef, constant: bool) -> Result<ColumnarValue> {
    if constant && array.len() == 1 {
        return Ok(ColumnarValue::Scalar(ScalarValue::try_from_array(&array, 0)?));
    }
    Ok(ColumnarValue::Array(array))
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
        ScalarType::Timespan => Arc::new(arrow::array::PrimitiveArray::<Int64Type>::new_null(elements.len())),
        ScalarType::Decimal => Arc::new(decimals(each.map(|_| None))?),
        ScalarType::Dynamic | ScalarType::Unknown => Arc::new(elements.clone()),
    })
}

/// The functions of this file.
pub(crate) static FUNCTIONS: &[&ScalarFunction] = &[&EXPAND_TO];

static EXPAND_TO: ScalarFunction = ScalarFunction {
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
    use arrow::array::ListArray;
    use datafusion_common::config::ConfigOptions;

    fn call(udf: &ScalarUDF, args: Vec<ColumnarValue>, rows: usize) -> ArrayRef {
        let arg_fields = args.iter().map(|a| Arc::new(Field::new("a", a.data_type(), true))).collect();
        let return_field = Arc::new(Field::new("r", udf.return_type(&[]).unwrap(), false));
        let config_options = Arc::new(ConfigOptions::new());
        let args = ScalarFunctionArgs { args, arg_fields, number_rows: rows, return_field, config_options };
        udf.invoke_with_args(args).unwrap().to_array(rows).unwrap()
    }

    fn texts(values: &[Option<&str>]) -> ColumnarValue {
        ColumnarValue::Array(Arc::new(values.iter().copied().collect::<StringViewArray>()))
    }

    fn lists(array: &ListArray) -> Vec<Vec<Option<String>>> {
        let row = |i: usize| array.value(i).as_string_view().iter().map(|v| v.map(str::to_owned)).collect();
        (0..array.len()).map(row).collect()
    }

    #[test]
    fn arrays_bags_nulls_and_scalars_expand() {
        let cases: &[(Option<&str>, &[Option<&str>], &[Option<&str>])] = &[
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
            let expand = |kind| lists(call(&expand_udf(kind), vec![texts(&[*value])], 1).as_list()).remove(0);
            assert_eq!(expand(Expansion::Bag), owned(bag), "{value:?}");
            let array = if array.is_empty() { bag } else { array };
            assert_eq!(expand(Expansion::Array), owned(array), "{value:?}");
        }
    }

    #[test]
    fn limits_and_indexes() {
        let values = texts(&[Some("[1,2,3]"), Some("[]"), None]);
        let limit = ColumnarValue::Scalar(ScalarValue::Int64(Some(2)));
        let short = call(&expand_udf(Expansion::Bag), vec![values.clone(), limit], 3);
        assert_eq!(lists(short.as_list()).iter().map(Vec::len).collect::<Vec<_>>(), [2, 0, 1]);
        let long = call(&expand_udf(Expansion::Bag), vec![values], 3);
        let indexes = call(&expand_index_udf(), vec![ColumnarValue::Array(short), ColumnarValue::Array(long)], 3);
        let row = |i| indexes.as_list::<i32>().value(i).as_primitive::<Int64Type>().values().to_vec();
        assert_eq!([row(0), row(1), row(2)], [vec![0, 1, 2], vec![], vec![0]]);
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

    #[test]
    fn found_by_name() {
        for udf in [expand_udf(Expansion::Bag), expand_udf(Expansion::Array), expand_index_udf()] {
            assert_eq!(crate::udf_by_name(udf.name()).map(|u| u.name().to_owned()), Some(udf.name().to_owned()));
        }
    }
}
