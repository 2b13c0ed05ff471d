//! Arrow types of files and the Kusto types they are.
//!
//! Files written by `kql` carry the Kusto type of a column in the field metadata [`KQL_TYPE`]: `datetime` and `timespan` are
//! ticks, `dynamic` is JSON text, and only the metadata tells. In all other files the Arrow type decides:
//!
//! | Arrow | Kusto |
//! |---|---|
//! | Boolean | `bool` |
//! | Int8, Int16, Int32, UInt8, UInt16 | `int` |
//! | Int64, UInt32, UInt64 (beyond `long`: null, reported) | `long` |
//! | Float16, Float32, Float64 | `real` |
//! | Decimal of any width | `decimal` |
//! | Utf8, LargeUtf8, Utf8View, Null, Interval | `string` |
//! | Binary of any kind | `string`: its text if it is UTF-8, else Base64 |
//! | FixedSizeBinary(16) with the extension `arrow.uuid` | `guid` |
//! | Date, Timestamp (with or without zone: the instant in UTC) | `datetime` |
//! | Time, Duration | `timespan` |
//! | List, Struct, Map | `dynamic` |
//! | Dictionary, RunEndEncoded | the type of its values |

use crate::column::{convert_typed, missing, without_nulls};
use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, MapArray, OffsetSizeTrait, PrimitiveArray, StringViewArray,
    StringViewBuilder, StructArray,
};
use arrow::buffer::NullBuffer;
use arrow::compute::{CastOptions, cast, cast_with_options};
use arrow::datatypes::{ArrowPrimitiveType, DataType, Field, Int64Type, TimeUnit};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use base64::Engine;
use kql_functions::arrow_type;
use kql_types::datetime::{self, TICKS_PER_DAY, TICKS_PER_MICROSECOND, TICKS_PER_MILLISECOND, TICKS_PER_SECOND};
use kql_types::{Column, ScalarType, dynamic};
use std::sync::Arc;

/// The key of the field metadata that holds a column's Kusto type, by name (`datetime`), in Parquet and Arrow files of `kql`.
pub const KQL_TYPE: &str = "kql.type";

/// What a column of an Arrow or Parquet file is to Kusto.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ArrowMapping {
    /// The Kusto type.
    pub ty: ScalarType,
    /// Whether [`to_engine`] must be called: the array is not in the engine's representation as it is.
    pub convert: bool,
}

/// The Kusto type of a column of a file.
pub fn mapping_of(field: &Field) -> ArrowMapping {
    let storage = field.data_type();
    let natural = natural_type(field);
    let marked = field.metadata().get(KQL_TYPE).and_then(|name| ScalarType::from_name(name));
    let ty = marked.unwrap_or(natural);
    let as_stored = *storage == arrow_type(ty) && (marked.is_some() || natural == ty);
    ArrowMapping { ty, convert: !as_stored || ty == ScalarType::String && field.is_nullable() }
}

/// The field of a column in the engine's representation, marked with its Kusto type.
pub fn field_of(column: &Column) -> Field {
    Field::new(&*column.name, arrow_type(column.ty), column.ty.has_null())
        .with_metadata([(KQL_TYPE.to_owned(), column.ty.name().to_owned())].into())
}

/// An array of a file in the engine's representation of its [`ArrowMapping::ty`]. `misfit` hears of each row whose value the
/// type cannot hold; it is null then.
///
/// # Errors
/// When the Arrow type cannot be converted at all (nested deeper than 64 levels, say).
pub fn to_engine(array: &ArrayRef, field: &Field, mut misfit: impl FnMut(usize)) -> Result<ArrayRef, ArrowError> {
    let mapping = mapping_of(field);
    if !mapping.convert {
        return Ok(Arc::clone(array));
    }
    let marked = field.metadata().contains_key(KQL_TYPE);
    let natural = natural_type(field);
    if marked && *array.data_type() == arrow_type(mapping.ty) && mapping.ty != ScalarType::String {
        return Ok(Arc::clone(array));
    }
    let converted = natural_array(array, natural, 0)?;
    if converted.null_count() > array.logical_null_count() && natural != ScalarType::Dynamic {
        let nulls = array.logical_nulls();
        let was_null = |row: usize| nulls.as_ref().is_some_and(|n| n.is_null(row));
        (0..array.len()).filter(|row| converted.is_null(*row) && !was_null(*row)).for_each(&mut misfit);
    }
    if marked && mapping.ty == ScalarType::Dynamic && natural == ScalarType::String {
        // JSON text in one of Arrow's other string types; nulls are the array's.
        let views = cast(array, &DataType::Utf8View)?;
        return Ok(convert_typed(&views, ScalarType::String, ScalarType::Dynamic, |_, _| ()));
    }
    Ok(convert_typed(&converted, natural, mapping.ty, |row, _| misfit(row)))
}

/// The Kusto type of an Arrow type without metadata.
fn natural_type(field: &Field) -> ScalarType {
    match field.data_type() {
        DataType::Boolean => ScalarType::Bool,
        DataType::Int8 | DataType::Int16 | DataType::Int32 | DataType::UInt8 | DataType::UInt16 => ScalarType::Int,
        DataType::Int64 | DataType::UInt32 | DataType::UInt64 => ScalarType::Long,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => ScalarType::Real,
        DataType::Decimal32(..) | DataType::Decimal64(..) | DataType::Decimal128(..) | DataType::Decimal256(..) => {
            ScalarType::Decimal
        }
        DataType::FixedSizeBinary(16) if field.extension_type_name() == Some("arrow.uuid") => ScalarType::Guid,
        DataType::Date32 | DataType::Date64 | DataType::Timestamp(..) => ScalarType::Datetime,
        DataType::Time32(_) | DataType::Time64(_) | DataType::Duration(_) => ScalarType::Timespan,
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::FixedSizeList(..)
        | DataType::ListView(_)
        | DataType::LargeListView(_)
        | DataType::Struct(_)
        | DataType::Map(..)
        | DataType::Union(..) => ScalarType::Dynamic,
        DataType::Dictionary(_, values) => natural_type(&Field::new("", (**values).clone(), true)),
        DataType::RunEndEncoded(_, values) => natural_type(values),
        _ => ScalarType::String,
    }
}

fn natural_array(array: &ArrayRef, ty: ScalarType, depth: usize) -> Result<ArrayRef, ArrowError> {
    let storage = array.data_type();
    match storage {
        DataType::Dictionary(_, values) => return natural_array(&cast(array, values)?, ty, depth),
        DataType::RunEndEncoded(_, values) => return natural_array(&cast(array, values.data_type())?, ty, depth),
        _ => {}
    }
    Ok(match ty {
        ScalarType::Datetime => Arc::new(ticks(array, datetime::UNIX_EPOCH, true)?),
        ScalarType::Timespan => Arc::new(ticks(array, 0, false)?),
        ScalarType::Dynamic => json(array, depth)?,
        ScalarType::String => Arc::new(text(array)?),
        // What does not fit is null, and reported by the caller.
        _ => cast_with_options(array, &arrow_type(ty), &CastOptions { safe: true, ..CastOptions::default() })?,
    })
}

/// Dates, times and durations in ticks behind `origin`.
fn ticks(array: &ArrayRef, origin: i64, bounded: bool) -> Result<Int64Array, ArrowError> {
    // Ticks of a unit, or for nanoseconds the units of a tick.
    let (many, of) = match array.data_type() {
        DataType::Date32 => (TICKS_PER_DAY, 1),
        DataType::Date64 => (TICKS_PER_MILLISECOND, 1),
        DataType::Timestamp(unit, _) | DataType::Time32(unit) | DataType::Time64(unit) | DataType::Duration(unit) => {
            match unit {
                TimeUnit::Second => (TICKS_PER_SECOND, 1),
                TimeUnit::Millisecond => (TICKS_PER_MILLISECOND, 1),
                TimeUnit::Microsecond => (TICKS_PER_MICROSECOND, 1),
                TimeUnit::Nanosecond => (1, 100),
            }
        }
        other => return Err(ArrowError::CastError(format!("{other} is no date or time"))),
    };
    let convert = |value: i64| {
        let ticks = value.div_euclid(of).checked_mul(many)?.checked_add(origin)?;
        if bounded { datetime::checked(ticks) } else { Some(ticks) }
    };
    let numbers: PrimitiveArray<Int64Type> = match array.data_type() {
        DataType::Date32 | DataType::Time32(_) => widened(&cast(array, &DataType::Int32)?)?,
        _ => cast(array, &DataType::Int64)?.as_primitive::<Int64Type>().clone(),
    };
    Ok(numbers.iter().map(|value| value.and_then(convert)).collect())
}

fn widened(array: &ArrayRef) -> Result<PrimitiveArray<Int64Type>, ArrowError> {
    Ok(cast(array, &Int64Type::DATA_TYPE)?.as_primitive::<Int64Type>().clone())
}

fn text(array: &ArrayRef) -> Result<StringViewArray, ArrowError> {
    match array.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => {
            Ok(without_nulls(cast(array, &DataType::Utf8View)?.as_string_view()))
        }
        DataType::Null => Ok(missing(ScalarType::String, array.len()).as_string_view().clone()),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => {
            let mut builder = StringViewBuilder::with_capacity(array.len());
            let mut append = |value: Option<&[u8]>| match value.map(|bytes| (bytes, std::str::from_utf8(bytes))) {
                None => builder.append_value(""),
                Some((_, Ok(text))) => builder.append_value(text),
                Some((bytes, Err(_))) => builder.append_value(base64::engine::general_purpose::STANDARD.encode(bytes)),
            };
            if let DataType::FixedSizeBinary(_) = array.data_type() {
                array.as_fixed_size_binary().iter().for_each(&mut append);
            } else {
                cast(array, &DataType::BinaryView)?.as_binary_view().iter().for_each(&mut append);
            }
            Ok(builder.finish())
        }
        _ => {
            let options = FormatOptions::default();
            let formatter = ArrayFormatter::try_new(array, &options)?;
            Ok((0..array.len()).map(|row| Some(formatter.value(row).to_string())).collect())
        }
    }
}

/// Nested values as canonical JSON text.
fn json(array: &ArrayRef, depth: usize) -> Result<ArrayRef, ArrowError> {
    let node = Node::of(array, depth)?;
    let mut builder = StringViewBuilder::with_capacity(array.len());
    let mut out = String::new();
    for row in 0..array.len() {
        if array.is_null(row) {
            builder.append_null();
            continue;
        }
        out.clear();
        node.write(row, &mut out);
        builder.append_value(&out);
    }
    Ok(Arc::new(builder.finish()))
}

/// A nested array with its leaves in the engine's representation.
enum Node {
    /// Canonical JSON text of each value.
    Leaf(Vec<Option<String>>),
    Struct(Vec<(String, Node)>, Option<NullBuffer>),
    List(Vec<(usize, usize)>, Box<Node>, Option<NullBuffer>),
    Map(Vec<(usize, usize)>, Vec<Option<String>>, Box<Node>, Option<NullBuffer>),
}

/// Deeper types are refused: a file's schema is input like any other.
const MAX_TYPE_DEPTH: usize = 64;

impl Node {
    fn of(array: &ArrayRef, depth: usize) -> Result<Self, ArrowError> {
        if depth > MAX_TYPE_DEPTH {
            return Err(ArrowError::CastError(format!("a type nested deeper than {MAX_TYPE_DEPTH} levels")));
        }
        let nulls = array.logical_nulls();
        Ok(match array.data_type() {
            DataType::Struct(_) => {
                let parts: &StructArray = array.as_struct();
                let fields = parts.fields().iter().zip(parts.columns());
                let nodes = fields.map(|(field, column)| Ok((field.name().clone(), Node::of(column, depth + 1)?)));
                Node::Struct(nodes.collect::<Result<_, ArrowError>>()?, nulls)
            }
            DataType::List(_) => Self::list(array.as_list::<i32>(), nulls, depth)?,
            DataType::LargeList(_) => Self::list(array.as_list::<i64>(), nulls, depth)?,
            DataType::FixedSizeList(..) => {
                let list = array.as_fixed_size_list();
                let length = usize::try_from(list.value_length()).unwrap_or(0);
                let ranges = (0..list.len()).map(|row| (row * length, (row + 1) * length)).collect();
                Node::List(ranges, Box::new(Node::of(list.values(), depth + 1)?), nulls)
            }
            DataType::ListView(item) => Self::of(&cast(array, &DataType::List(Arc::clone(item)))?, depth + 1)?,
            DataType::LargeListView(item) => {
                Self::of(&cast(array, &DataType::LargeList(Arc::clone(item)))?, depth + 1)?
            }
            DataType::Map(..) => {
                let map: &MapArray = array.as_map();
                let keys = natural_texts(map.keys())?;
                let values = Box::new(Node::of(map.values(), depth + 1)?);
                Node::Map(ranges(map.value_offsets()), keys, values, nulls)
            }
            DataType::Dictionary(_, values) => Self::of(&cast(array, values)?, depth + 1)?,
            DataType::RunEndEncoded(_, values) => Self::of(&cast(array, values.data_type())?, depth + 1)?,
            DataType::Union(..) => Node::Leaf(text(array)?.iter().map(|v| v.map(dynamic::quote)).collect()),
            other => {
                let ty = natural_type(&Field::new("", other.clone(), true));
                let leaf = natural_array(array, ty, depth + 1)?;
                let mut values = Vec::with_capacity(array.len());
                if ty == ScalarType::String {
                    // Inside a value null and "" are two things.
                    let texts = leaf.as_string_view();
                    values.extend((0..array.len()).map(|row| {
                        let null = nulls.as_ref().is_some_and(|n| n.is_null(row)) || *other == DataType::Null;
                        if null { None } else { Some(dynamic::quote(texts.value(row))) }
                    }));
                } else {
                    crate::column::for_each_dynamic(&leaf, ty, |value| values.push(value.map(str::to_owned)));
                }
                Node::Leaf(values)
            }
        })
    }

    fn list<O: OffsetSizeTrait>(
        list: &arrow::array::GenericListArray<O>,
        nulls: Option<NullBuffer>,
        depth: usize,
    ) -> Result<Self, ArrowError> {
        Ok(Node::List(ranges(list.value_offsets()), Box::new(Node::of(list.values(), depth + 1)?), nulls))
    }

    fn write(&self, row: usize, out: &mut String) {
        let is_null = |nulls: &Option<NullBuffer>| nulls.as_ref().is_some_and(|n| n.is_null(row));
        match self {
            Node::Leaf(values) => out.push_str(values.get(row).and_then(Option::as_deref).unwrap_or("null")),
            Node::Struct(_, nulls) | Node::List(_, _, nulls) | Node::Map(_, _, _, nulls) if is_null(nulls) => {
                out.push_str("null");
            }
            Node::Struct(fields, _) => {
                out.push('{');
                for (at, (name, node)) in fields.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    dynamic::write_quoted(out, name);
                    out.push(':');
                    node.write(row, out);
                }
                out.push('}');
            }
            Node::List(ranges, items, _) => {
                out.push('[');
                let (start, end) = ranges.get(row).copied().unwrap_or_default();
                for item in start..end {
                    if item > start {
                        out.push(',');
                    }
                    items.write(item, out);
                }
                out.push(']');
            }
            Node::Map(ranges, keys, values, _) => {
                out.push('{');
                let (start, end) = ranges.get(row).copied().unwrap_or_default();
                for item in start..end {
                    if item > start {
                        out.push(',');
                    }
                    dynamic::write_quoted(out, keys.get(item).and_then(Option::as_deref).unwrap_or(""));
                    out.push(':');
                    values.write(item, out);
                }
                out.push('}');
            }
        }
    }
}

fn ranges<O: OffsetSizeTrait>(offsets: &[O]) -> Vec<(usize, usize)> {
    offsets.windows(2).map(|pair| (pair[0].as_usize(), pair[1].as_usize())).collect()
}

fn natural_texts(array: &ArrayRef) -> Result<Vec<Option<String>>, ArrowError> {
    let ty = natural_type(&Field::new("", array.data_type().clone(), true));
    let mut texts = Vec::with_capacity(array.len());
    let natural = natural_array(array, ty, MAX_TYPE_DEPTH / 2)?;
    crate::column::for_each_text(&natural, ty, |text| texts.push(text.map(str::to_owned)));
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::texts;
    use arrow::array::*;
    use arrow::datatypes::Int32Type;

    fn check(array: impl Array + 'static, ty: ScalarType, expected: &[&str]) {
        let array: ArrayRef = Arc::new(array);
        check_field(&array, &Field::new("x", array.data_type().clone(), true), ty, expected);
    }

    fn check_field(array: &ArrayRef, field: &Field, ty: ScalarType, expected: &[&str]) {
        assert_eq!(mapping_of(field).ty, ty);
        let converted = to_engine(array, field, |_| ()).expect("converts");
        assert_eq!(converted.data_type(), &arrow_type(ty));
        if ty == ScalarType::String {
            assert_eq!(converted.null_count(), 0);
        }
        assert_eq!(texts(&converted, ty), expected);
    }

    #[test]
    fn plain_types() {
        use ScalarType as T;
        check(BooleanArray::from(vec![Some(true), None]), T::Bool, &["true", "null"]);
        check(Int8Array::from(vec![-1]), T::Int, &["-1"]);
        check(UInt32Array::from(vec![u32::MAX]), T::Long, &["4294967295"]);
        check(UInt64Array::from(vec![1, u64::MAX]), T::Long, &["1", "null"]);
        check(Float32Array::from(vec![1.5]), T::Real, &["1.5"]);
        check(StringArray::from(vec![Some("a"), None]), T::String, &["a", ""]);
        check(LargeStringArray::from(vec![Some("a"), None]), T::String, &["a", ""]);
        check(NullArray::new(2), T::String, &["", ""]);
        check(BinaryArray::from(vec![b"text" as &[u8], b"\xff\x00"]), T::String, &["text", "/wA="]);
        let decimals = Decimal128Array::from(vec![12345]).with_precision_and_scale(10, 2).expect("decimal");
        check(decimals, T::Decimal, &["123.45"]);
        let dictionary: DictionaryArray<Int32Type> = vec![Some("a"), None, Some("a")].into_iter().collect();
        check(dictionary, T::String, &["a", "", "a"]);
    }

    #[test]
    fn dates_and_times() {
        use ScalarType as T;
        let expected = ["2026-11-21T17:03:21.1234560Z"];
        let micros = 1_795_280_601_123_456;
        check(TimestampMicrosecondArray::from(vec![micros]), T::Datetime, &expected);
        check(TimestampMicrosecondArray::from(vec![micros]).with_timezone("+02:00"), T::Datetime, &expected);
        check(
            TimestampNanosecondArray::from(vec![micros * 1000 + 799]),
            T::Datetime,
            &["2026-11-21T17:03:21.1234567Z"],
        );
        check(TimestampNanosecondArray::from(vec![-1]), T::Datetime, &["1969-12-31T23:59:59.9999999Z"]);
        check(TimestampSecondArray::from(vec![i64::MAX, 0]), T::Datetime, &["null", "1970-01-01T00:00:00.0000000Z"]);
        check(Date32Array::from(vec![20_778]), T::Datetime, &["2026-11-21T00:00:00.0000000Z"]);
        check(Date64Array::from(vec![0]), T::Datetime, &["1970-01-01T00:00:00.0000000Z"]);
        check(Time32SecondArray::from(vec![61]), T::Timespan, &["00:01:01"]);
        check(DurationMillisecondArray::from(vec![90_000]), T::Timespan, &["00:01:30"]);
    }

    #[test]
    fn nested_values_are_json() {
        let numbers = Arc::new(Int32Array::from(vec![Some(1), None])) as ArrayRef;
        let words = Arc::new(StringArray::from(vec![Some("a\"b"), None])) as ArrayRef;
        let list = ListArray::from_iter_primitive::<Int32Type, _, _>(vec![Some(vec![Some(1), None]), None]);
        let list = Arc::new(list) as ArrayRef;
        let times = Arc::new(TimestampSecondArray::from(vec![0, 1])) as ArrayRef;
        let columns = vec![("n", numbers), ("s", words), ("l", list), ("t", times)];
        let fields = columns.into_iter().map(|(n, c)| (Arc::new(Field::new(n, c.data_type().clone(), true)), c));
        let bags = StructArray::from(fields.collect::<Vec<_>>());
        check(
            bags,
            ScalarType::Dynamic,
            &[
                r#"{"n":1,"s":"a\"b","l":[1,null],"t":"1970-01-01T00:00:00.0000000Z"}"#,
                r#"{"n":null,"s":null,"l":null,"t":"1970-01-01T00:00:01.0000000Z"}"#,
            ],
        );
        let mut map = MapBuilder::new(None, StringBuilder::new(), Int64Builder::new());
        map.keys().append_value("k");
        map.values().append_value(5);
        map.append(true).expect("map");
        map.append(false).expect("map");
        check(map.finish(), ScalarType::Dynamic, &[r#"{"k":5}"#, "null"]);
    }

    #[test]
    fn own_files_say_what_a_column_is() {
        let ticks = Arc::new(Int64Array::from(vec![Some(datetime::UNIX_EPOCH), None])) as ArrayRef;
        let field = field_of(&Column::new("t", ScalarType::Datetime));
        assert_eq!(mapping_of(&field), ArrowMapping { ty: ScalarType::Datetime, convert: false });
        check_field(&ticks, &field, ScalarType::Datetime, &["1970-01-01T00:00:00.0000000Z", "null"]);
        let marked = |data: DataType, ty: &str| {
            Field::new("x", data, true).with_metadata([(KQL_TYPE.to_owned(), ty.to_owned())].into())
        };
        let json = Arc::new(StringArray::from(vec![Some("{\"a\":1}"), None])) as ArrayRef;
        check_field(&json, &marked(DataType::Utf8, "dynamic"), ScalarType::Dynamic, &["{\"a\":1}", "null"]);
        let guid = Arc::new(FixedSizeBinaryArray::try_from_iter([[0x7bu8; 16]].into_iter()).expect("guid")) as ArrayRef;
        let text = "7b7b7b7b-7b7b-7b7b-7b7b-7b7b7b7b7b7b";
        check_field(&guid, &marked(DataType::FixedSizeBinary(16), "guid"), ScalarType::Guid, &[text]);
        assert!(!mapping_of(&field_of(&Column::new("s", ScalarType::String))).convert);
    }
}
