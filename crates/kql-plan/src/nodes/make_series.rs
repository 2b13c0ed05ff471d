//! From aggregates by bin to arrays: the second half of `make-series`.

use super::keys::{Keys, key_of};
use super::{Needs, Operation, Start, Transform};
use crate::cell::cell;
use arrow::array::{Array, ArrayRef, AsArray, StringViewArray, StringViewBuilder, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{Field, FieldRef, Int64Type, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::common::HashMap;
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use kql_diagnostic::code;
use kql_functions::arrow_type;
use kql_functions::kernel::refuse;
use kql_types::{ScalarType, Value, dynamic};
use std::sync::Arc;

/// Elements an array may have.
pub(crate) const MAX_BINS: i64 = 1_048_576;

/// The operation. Its expressions are the keys, the number of the bin, then one value per aggregate; each key and bin comes
/// once.
#[derive(Clone, Debug)]
pub(crate) struct MakeSeries {
    /// Names and types of the keys.
    pub(crate) keys: Vec<(String, ScalarType)>,
    /// Name and type of each aggregate, and what an empty bin holds.
    pub(crate) aggregates: Vec<(String, ScalarType, Value)>,
    /// Name of the axis.
    pub(crate) axis: String,
    /// The value of bin 0.
    pub(crate) origin: AxisValue,
    /// The distance of bins.
    pub(crate) step: AxisValue,
    /// The first bin; of the data when `None`.
    pub(crate) first: Option<i64>,
    /// The last bin; of the data when `None`.
    pub(crate) last: Option<i64>,
    /// One row of defaults for no input.
    pub(crate) nonempty: bool,
}

/// A place on the axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum AxisValue {
    /// `long`
    Long(i64),
    /// `real`
    Real(f64),
    /// `datetime`, ticks
    Datetime(i64),
    /// `timespan`, ticks
    Timespan(i64),
}

impl AxisValue {
    /// `self + bin * step`
    fn at(self, bin: i64, step: AxisValue) -> Value {
        let ticks =
            |origin: i64, step: i64| i64::try_from(i128::from(origin) + i128::from(bin) * i128::from(step)).ok();
        match (self, step) {
            (AxisValue::Long(o), AxisValue::Long(s)) => Value::Long(ticks(o, s)),
            (AxisValue::Datetime(o), AxisValue::Timespan(s)) => Value::Datetime(ticks(o, s)),
            (AxisValue::Timespan(o), AxisValue::Timespan(s)) => Value::Timespan(ticks(o, s)),
            (AxisValue::Real(o), AxisValue::Real(s)) => Value::Real(Some(o + bin as f64 * s)),
            _ => Value::Dynamic(None),
        }
    }
}

impl Operation for MakeSeries {
    fn name(&self) -> &'static str {
        "MakeSeries"
    }

    fn describe(&self) -> String {
        format!("{self:?}")
    }

    fn keeps_input(&self) -> bool {
        false
    }

    fn appended(&self) -> Vec<FieldRef> {
        let keys = self.keys.iter().map(|(n, ty)| Field::new(n, arrow_type(*ty), ty.has_null()));
        let arrays = self.aggregates.iter().map(|(n, ..)| n).chain([&self.axis]);
        let arrays = arrays.map(|n| Field::new(n, arrow_type(ScalarType::Dynamic), true));
        keys.chain(arrays).map(Arc::new).collect()
    }

    fn distribution(&self) -> Needs {
        Needs::One
    }

    fn keeps_order(&self) -> bool {
        false
    }

    fn start(&self, start: Start) -> Result<Box<dyn Transform>> {
        let (mut keys, mut rest) = (start.expressions, Vec::new());
        if keys.len() > self.keys.len() {
            rest = keys.split_off(self.keys.len());
        }
        Ok(Box::new(Running {
            values: rest,
            texts: self.aggregates.iter().map(|_| Texts::default()).collect(),
            operation: self.clone(),
            keys: Keys::new(keys),
            groups: HashMap::new(),
            order: Vec::new(),
            rows: Vec::new(),
            bytes: 0,
            schema: start.schema,
        }))
    }
}

/// The values of an aggregate, row by row: JSON texts one after the other.
#[derive(Default)]
struct Texts {
    text: String,
    /// Where each row's text ends; it is null when that is where the one before ends.
    ends: Vec<usize>,
}

impl Texts {
    fn push(&mut self, value: &Value) {
        if !value.is_null() {
            dynamic::write_value(&mut self.text, value);
        }
        self.ends.push(self.text.len());
    }

    fn get(&self, row: usize) -> &str {
        let start = row.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(row).copied().unwrap_or(start);
        self.text.get(start..end).filter(|text| !text.is_empty()).unwrap_or("null")
    }
}

struct Running {
    operation: MakeSeries,
    keys: Keys,
    /// The bin number, then the aggregates.
    values: Vec<Arc<dyn PhysicalExpr>>,
    /// The number of each key.
    groups: HashMap<Box<[u8]>, usize>,
    /// Keys in the order they came.
    order: Vec<Box<[u8]>>,
    /// The number of the key and the bin of each row.
    rows: Vec<(usize, i64)>,
    texts: Vec<Texts>,
    bytes: usize,
    schema: SchemaRef,
}

impl Running {
    fn group(&mut self, key: &[u8]) -> usize {
        if let Some(group) = self.groups.get(key) {
            return *group;
        }
        self.bytes += 2 * key.len() + 96;
        self.order.push(key.into());
        self.groups.insert(key.into(), self.order.len() - 1);
        self.order.len() - 1
    }
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, _: &mut Vec<RecordBatch>) -> Result<()> {
        let rows = batch.num_rows();
        let key_columns = self.keys.columns(&batch)?;
        let encoded = self.keys.encode(&key_columns)?;
        let columns = self.values.iter().map(|e| e.evaluate(&batch)?.into_array(rows)).collect::<Result<Vec<_>>>()?;
        let Some((bins, aggregates)) = columns.split_first() else { return Ok(()) };
        let bins = bins.as_primitive::<Int64Type>();
        let filled: Vec<usize> = (0..rows).filter(|row| bins.is_valid(*row)).collect();
        for row in &filled {
            let group = self.group(key_of(&encoded, *row));
            self.rows.push((group, bins.value(*row)));
        }
        for ((column, (_, ty, _)), texts) in aggregates.iter().zip(&self.operation.aggregates).zip(&mut self.texts) {
            let before = texts.text.len();
            filled.iter().for_each(|row| texts.push(&cell(column, *row, *ty)));
            self.bytes += texts.text.len() - before + 8 * filled.len();
        }
        self.bytes += 16 * filled.len();
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        if self.order.is_empty() && self.operation.nonempty && self.operation.keys.is_empty() {
            self.group(&[]);
        }
        let operation = &self.operation;
        if self.order.is_empty() {
            return Ok(());
        }
        let seen = || self.rows.iter().map(|(_, bin)| *bin);
        let Some(first) = operation.first.or_else(|| seen().min()) else { return Ok(()) };
        let Some(last) = operation.last.or_else(|| seen().max()) else { return Ok(()) };
        if last.saturating_sub(first) >= MAX_BINS {
            let message = format!("a make-series has at most {MAX_BINS} bins");
            return Err(refuse(code::LIMIT, message));
        }
        // The rows of each key, one key after the other.
        let mut starts = vec![0usize; self.order.len() + 1];
        self.rows.iter().for_each(|(group, _)| starts[group + 1] += 1);
        (1..starts.len()).for_each(|i| starts[i] += starts[i - 1]);
        let mut by_group = vec![0usize; self.rows.len()];
        let mut next = starts.clone();
        for (row, (group, _)) in self.rows.iter().enumerate() {
            by_group[next[*group]] = row;
            next[*group] += 1;
        }
        let bins = usize::try_from(last.saturating_sub(first).saturating_add(1)).unwrap_or(0);
        let defaults: Vec<String> = operation.aggregates.iter().map(|(.., default)| json(default)).collect();
        let mut arrays: Vec<StringViewBuilder> = defaults.iter().map(|_| StringViewBuilder::new()).collect();
        let (mut slots, mut text) = (vec![usize::MAX; bins], String::new());
        for group in starts.windows(2) {
            slots.fill(usize::MAX);
            for row in &by_group[group[0]..group[1]] {
                let place = self.rows[*row].1.checked_sub(first).and_then(|bin| usize::try_from(bin).ok());
                if let Some(slot) = place.and_then(|place| slots.get_mut(place)) {
                    *slot = *row;
                }
            }
            for ((array, texts), default) in arrays.iter_mut().zip(&self.texts).zip(&defaults) {
                let items = slots.iter().map(|row| if *row == usize::MAX { default } else { texts.get(*row) });
                write_array(&mut text, items);
                array.append_value(&text);
            }
        }
        let mut columns: Vec<ArrayRef> = self.keys.decode(self.order.iter().map(|k| &**k))?;
        columns.extend(arrays.into_iter().map(|mut array| Arc::new(array.finish()) as ArrayRef));
        // One text for all rows: their views share it.
        let axis: Vec<String> = (first..=last).map(|bin| json(&operation.origin.at(bin, operation.step))).collect();
        write_array(&mut text, axis.iter().map(String::as_str));
        let axis = StringViewArray::from_iter_values([&text]);
        columns.push(take(&axis, &UInt32Array::from(vec![0; self.order.len()]), None)?);
        out.push(RecordBatch::try_new(Arc::clone(&self.schema), columns)?);
        (self.groups, self.rows, self.texts) = (HashMap::new(), Vec::new(), Vec::new());
        Ok(())
    }

    fn memory(&self) -> usize {
        self.bytes
    }
}

fn json(value: &Value) -> String {
    let mut text = String::new();
    match value.is_null() {
        true => text.push_str("null"),
        false => dynamic::write_value(&mut text, value),
    }
    text
}

fn write_array<'a>(text: &mut String, items: impl Iterator<Item = &'a str>) {
    text.clear();
    text.push('[');
    for (i, item) in items.enumerate() {
        if i > 0 {
            text.push(',');
        }
        text.push_str(item);
    }
    text.push(']');
}
