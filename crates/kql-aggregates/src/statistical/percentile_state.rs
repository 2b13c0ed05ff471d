//! What the percentile functions remember of each group.

use crate::column::{argument, large_bytes, longs, ordinals, primitives};
use crate::state::{Rows, State};
use crate::udaf::{Call, result_fields};
use arrow::array::{
    Array, ArrayRef, BooleanArray, Decimal256Array, Float64Array, Int32Array, Int64Array, LargeBinaryBuilder,
    PrimitiveArray, StringViewBuilder, StructArray,
};
use arrow::datatypes::{ArrowPrimitiveType, DataType, Decimal256Type, Int64Type, i256};
use datafusion_common::{Result, ScalarValue};
use datafusion_expr::EmitTo;
use kql_diagnostic::code;
use kql_functions::dynamic::Elements;
use kql_functions::kernel::refuse;
use kql_functions::sketch::{Digest, Key, WeightOverflow, ordinal_to_real};
use kql_types::function::ConstantError;
use kql_types::{ScalarType, Value, decimal, dynamic, number};
use std::sync::Arc;

/// Values kept in all groups together before digests become approximate, and the least and most of one group.
const VALUES: usize = 1 << 22;
const VALUES_OF_GROUP: (usize, usize) = (1 << 12, 1 << 20);

/// The state of a call: percentages follow the value and, in weighted forms, the weight.
pub(super) fn percentile_state(call: &Call, weighted: bool, array: bool) -> Result<Box<dyn State>> {
    let ty = call.argument(0);
    let settings = Settings {
        ty,
        results: call.results.to_vec(),
        weighted,
        array,
        percentages: percentages(call, 1 + usize::from(weighted))?,
    };
    Ok(match ty {
        ScalarType::Decimal => Box::new(Percentiles::<i256>::new(settings)),
        ScalarType::String | ScalarType::Guid | ScalarType::Dynamic | ScalarType::Unknown => {
            let why = format!("percentiles of {ty} values have no meaning: use numbers, datetimes or timespans");
            return Err(refuse(code::OPERAND, why));
        }
        _ => Box::new(Percentiles::<i64>::new(settings)),
    })
}

/// Percentages that are literals are refused where they stand; those that are computed when the aggregate starts.
pub(super) fn check_percentages(arguments: &[Option<&Value>], first: usize) -> Result<(), ConstantError> {
    let wrong = |argument: usize, code: &'static str, message: String| Err(ConstantError { argument, code, message });
    for (at, value) in arguments.iter().enumerate().skip(first) {
        let given: Vec<Option<f64>> = match value {
            None => continue,
            Some(Value::Dynamic(Some(text))) => dynamic::array_items(text).map(number::parse_real).collect(),
            Some(Value::Int(v)) => vec![v.map(f64::from)],
            Some(Value::Long(v)) => vec![v.map(|v| v as f64)],
            Some(Value::Real(v)) => vec![*v],
            Some(Value::Decimal(v)) => vec![v.map(decimal::to_f64)],
            Some(_) => continue,
        };
        for percentage in given {
            match percentage {
                Some(p) if (0.0..=100.0).contains(&p) => {}
                Some(p) => return wrong(at, code::OPERAND, format!("the percentage {p} is not between 0 and 100")),
                None => return wrong(at, code::NOT_CONSTANT, "percentages must be constant numbers".to_owned()),
            }
        }
    }
    Ok(())
}

fn percentages(call: &Call, first: usize) -> Result<Vec<f64>> {
    let mut percentages = Vec::new();
    // Without constants only the types of the state are wanted.
    for index in first..call.constants.len() {
        let before = percentages.len();
        match call.constant(index) {
            Some(ScalarValue::Utf8View(Some(text))) if text.starts_with('[') => {
                percentages.extend(dynamic::array_items(text).map(number::parse_real));
            }
            Some(ScalarValue::Utf8View(Some(text))) => percentages.push(number::parse_real(text)),
            Some(ScalarValue::Float64(v)) => percentages.push(*v),
            Some(ScalarValue::Decimal256(Some(v), ..)) => percentages.push(Some(decimal::to_f64(*v))),
            _ => percentages.push(call.constant_long(index).map(|v| v as f64)),
        }
        for percentage in &percentages[before..] {
            match percentage {
                Some(p) if (0.0..=100.0).contains(p) => {}
                Some(p) => return Err(refuse(code::OPERAND, format!("the percentage {p} is not between 0 and 100"))),
                None => return Err(refuse(code::NOT_CONSTANT, "percentages must be constant numbers")),
            }
        }
    }
    Ok(percentages.into_iter().flatten().collect())
}

#[derive(Clone, Debug)]
struct Settings {
    ty: ScalarType,
    results: Vec<ScalarType>,
    weighted: bool,
    array: bool,
    percentages: Vec<f64>,
}

/// Keys of a digest as a column.
trait Column: Key {
    type Array: ArrowPrimitiveType<Native = Self>;

    fn keys(array: &ArrayRef) -> Result<PrimitiveArray<Self::Array>>;
    fn column(ty: ScalarType, keys: Vec<Option<Self>>) -> Result<ArrayRef>;
}

impl Column for i64 {
    type Array = Int64Type;

    fn keys(array: &ArrayRef) -> Result<Int64Array> {
        ordinals(array)
    }

    fn column(ty: ScalarType, keys: Vec<Option<i64>>) -> Result<ArrayRef> {
        let keys = keys.into_iter();
        Ok(match ty {
            ScalarType::Bool => Arc::new(keys.map(|k| Some(k? != 0)).collect::<BooleanArray>()),
            ScalarType::Int => Arc::new(keys.map(|k| i32::try_from(k?).ok()).collect::<Int32Array>()),
            ScalarType::Real => Arc::new(keys.map(|k| k.map(ordinal_to_real)).collect::<Float64Array>()),
            _ => Arc::new(keys.collect::<Int64Array>()),
        })
    }
}

impl Column for i256 {
    type Array = Decimal256Type;

    fn keys(array: &ArrayRef) -> Result<Decimal256Array> {
        primitives(array)
    }

    fn column(_: ScalarType, keys: Vec<Option<i256>>) -> Result<ArrayRef> {
        let values = keys.into_iter().collect::<Decimal256Array>();
        Ok(Arc::new(values.with_precision_and_scale(decimal::PRECISION, decimal::SCALE)?))
    }
}

#[derive(Debug)]
struct Percentiles<K> {
    settings: Settings,
    groups: Vec<Digest<K>>,
    bytes: isize,
}

impl<K: Column> Percentiles<K> {
    fn new(settings: Settings) -> Self {
        Percentiles { settings, groups: Vec::new(), bytes: 0 }
    }

    fn limit(&self) -> usize {
        let (least, most) = VALUES_OF_GROUP;
        (VALUES / self.groups.len().max(1)).clamp(least, most)
    }

    fn change(
        &mut self,
        group: usize,
        f: impl FnOnce(&mut Digest<K>) -> std::result::Result<(), WeightOverflow>,
    ) -> Result<()> {
        let digest = &mut self.groups[group];
        let before = digest.heap() as isize;
        let done = f(digest);
        self.bytes += digest.heap() as isize - before;
        done.map_err(|WeightOverflow| {
            refuse(code::LIMIT, "the sum of the weights of a percentile is beyond the range of long")
        })
    }

    fn take(&mut self, emit: EmitTo) -> Vec<Digest<K>> {
        let groups = emit.take_needed(&mut self.groups);
        self.bytes -= groups.iter().map(|g| g.heap() as isize).sum::<isize>();
        groups
    }
}

impl<K: Column> State for Percentiles<K> {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(Percentiles::<K>::new(self.settings.clone()))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::LargeBinary]
    }

    fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups.max(self.groups.len()), Digest::default);
    }

    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()> {
        let keys = K::keys(argument(args, 0)?)?;
        let rows = rows.clone().valid(keys.nulls());
        let limit = self.limit();
        if !self.settings.weighted {
            return rows.try_for_each(|row, group| self.change(group, |d| d.push(keys.value(row), 1, limit)));
        }
        let weights = longs(argument(args, 1)?)?;
        rows.valid(weights.nulls())
            .try_for_each(|row, group| self.change(group, |d| d.push(keys.value(row), weights.value(row), limit)))
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        let states = large_bytes(argument(states, 0)?)?;
        let limit = self.limit();
        rows.clone()
            .valid(states.nulls())
            .try_for_each(|row, group| self.change(group, |d| d.merge_bytes(states.value(row), limit)))
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let mut groups = self.take(emit);
        let Settings { ty, results, array, percentages, .. } = &self.settings;
        if *array {
            let mut out = StringViewBuilder::with_capacity(groups.len());
            let mut buffer = String::new();
            for digest in groups.iter_mut() {
                if digest.is_empty() {
                    out.append_null();
                    continue;
                }
                let keys = percentages.iter().map(|p| digest.percentile(*p)).collect();
                let elements = Elements::new(*ty, &K::column(*ty, keys)?)?;
                buffer.clear();
                buffer.push('[');
                for i in 0..percentages.len() {
                    if i > 0 {
                        buffer.push(',');
                    }
                    elements.write(i, &mut buffer);
                }
                buffer.push(']');
                out.try_append_value(&buffer)?;
            }
            return Ok(Arc::new(out.finish()));
        }
        let mut columns = percentages
            .iter()
            .map(|p| K::column(*ty, groups.iter_mut().map(|digest| digest.percentile(*p)).collect()))
            .collect::<Result<Vec<_>>>()?;
        match (results.as_slice(), columns.pop()) {
            ([_], Some(column)) => Ok(column),
            (several, last) => {
                columns.extend(last);
                Ok(Arc::new(StructArray::try_new(result_fields(several), columns, None)?))
            }
        }
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let mut out = LargeBinaryBuilder::new();
        let mut buffer = Vec::new();
        for digest in self.take(emit) {
            buffer.clear();
            digest.write_bytes(&mut buffer);
            out.append_value(&buffer);
        }
        Ok(vec![Arc::new(out.finish())])
    }

    fn size(&self) -> usize {
        self.groups.capacity() * size_of::<Digest<K>>() + usize::try_from(self.bytes).unwrap_or(0)
    }
}
