//! From aggregates by bin to arrays: the second half of `make-series`.

use super::keys::{Keys, key_of};
use super::{Needs, Operation, Start, Transform};
use crate::cell::cell;
use arrow::array::{Array, ArrayRef, AsArray, StringViewBuilder};
use arrow::datatypes::{Field, FieldRef, Int64Type, SchemaRef};
use arrow::record_batch::RecordBatch;
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use kql_diagnostic::code;
use kql_functions::arrow_type;
use kql_functions::kernel::refuse;
use kql_types::{ScalarType, Value, dynamic};
use std::collections::HashMap;
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
            operation: self.clone(),
            keys: Keys::new(keys),
            values: rest,
            series: HashMap::new(),
            order: Vec::new(),
            bytes: 0,
            schema: start.schema,
        }))
    }
}

/// The bins of one key, as JSON texts (`None`: null) per aggregate.
type Series = HashMap<i64, Vec<Option<Box<str>>>>;

struct Running {
    operation: MakeSeries,
    keys: Keys,
    /// The bin number, then the aggregates.
    values: Vec<Arc<dyn PhysicalExpr>>,
    series: HashMap<Box<[u8]>, Series>,
    /// Keys in the order they came.
    order: Vec<Box<[u8]>>,
    bytes: usize,
    schema: SchemaRef,
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, _: &mut Vec<RecordBatch>) -> Result<()> {
        let rows = batch.num_rows();
        let key_columns = self.keys.columns(&batch)?;
        let encoded = self.keys.encode(&key_columns)?;
        let columns = self.values.iter().map(|e| e.evaluate(&batch)?.into_array(rows)).collect::<Result<Vec<_>>>()?;
        let Some((bins, aggregates)) = columns.split_first() else { return Ok(()) };
        let bins = bins.as_primitive::<Int64Type>();
        for row in 0..rows {
            if bins.is_null(row) {
                continue;
            }
            let mut texts = Vec::with_capacity(aggregates.len());
            for (column, (_, ty, _)) in aggregates.iter().zip(&self.operation.aggregates) {
                let text = json(&cell(column, row, *ty));
                self.bytes += 24 + text.as_ref().map_or(0, |t| t.len());
                texts.push(text);
            }
            let key = key_of(&encoded, row);
            if !self.series.contains_key(key) {
                self.bytes += 2 * key.len() + 96;
                self.order.push(key.into());
            }
            self.series.entry(key.into()).or_default().insert(bins.value(row), texts);
        }
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        let operation = &self.operation;
        if self.order.is_empty() && operation.nonempty && operation.keys.is_empty() {
            self.order.push(Box::default());
            self.series.insert(Box::default(), Series::new());
        }
        let seen = || self.series.values().flat_map(|s| s.keys().copied());
        if self.order.is_empty() {
            return Ok(());
        }
        let Some(first) = operation.first.or_else(|| seen().min()) else { return Ok(()) };
        let Some(last) = operation.last.or_else(|| seen().max()) else { return Ok(()) };
        if last.saturating_sub(first) >= MAX_BINS {
            let message = format!("a make-series has at most {MAX_BINS} bins");
            return Err(refuse(code::LIMIT, message));
        }
        let axis = array((first..=last).map(|bin| json(&operation.origin.at(bin, operation.step))));
        let mut columns: Vec<ArrayRef> = self.keys.decode(self.order.iter().map(|k| &**k))?;
        for (i, (_, _, default)) in operation.aggregates.iter().enumerate() {
            let default = json(default);
            let mut builder = StringViewBuilder::new();
            for key in &self.order {
                let series = self.series.get(key);
                let value = |bin| match series.and_then(|s| s.get(&bin)) {
                    Some(values) => values.get(i).cloned().flatten(),
                    None => default.clone(),
                };
                builder.append_value(array((first..=last).map(value)));
            }
            columns.push(Arc::new(builder.finish()));
        }
        let mut axes = StringViewBuilder::new();
        self.order.iter().for_each(|_| axes.append_value(&axis));
        columns.push(Arc::new(axes.finish()));
        out.push(RecordBatch::try_new(Arc::clone(&self.schema), columns)?);
        self.series.clear();
        Ok(())
    }

    fn memory(&self) -> usize {
        self.bytes
    }
}

fn json(value: &Value) -> Option<Box<str>> {
    if value.is_null() {
        return None;
    }
    let mut text = String::new();
    dynamic::write_value(&mut text, value);
    Some(text.into())
}

fn array(items: impl Iterator<Item = Option<Box<str>>>) -> String {
    let mut text = String::from("[");
    for (i, item) in items.enumerate() {
        if i > 0 {
            text.push(',');
        }
        text.push_str(item.as_deref().unwrap_or("null"));
    }
    text.push(']');
    text
}
