//! `series_collect`: the values of `make-series` in the order of their bins. It is what the operator is planned with and
//! has no name in Kusto.

use super::{MAX_ELEMENTS, MAX_TEXT, too_large};
use crate::AggregateFunction;
use crate::column::{argument, large_texts, longs};
use crate::interner::Interner;
use crate::state::{Rows, State};
use crate::udaf::Call;
use arrow::array::{Array, ArrayRef, LargeStringBuilder, StringViewBuilder};
use arrow::datatypes::DataType;
use datafusion_common::Result;
use datafusion_expr::EmitTo;
use kql_functions::dynamic::Elements;
use kql_types::function::{FunctionKind, FunctionSpec};
use kql_types::{ScalarType, dynamic};
use std::fmt::Write;
use std::sync::Arc;

pub(crate) static SERIES_COLLECT: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "series_collect",
        FunctionKind::Aggregate,
        &["(bin:long, value:scalar, bins:const long, default:const scalar) -> dynamic"],
        "An array with a value for each of the bins 0, 1, … of `make-series`: that of the row with this bin, or the \
         default. Rows of other bins are ignored. Internal: not a function of Kusto.",
    ),
    |call| SeriesCollect::new(call).map(|s| Box::new(s) as Box<dyn State>),
);

#[derive(Debug)]
struct SeriesCollect {
    ty: ScalarType,
    bins: usize,
    default: String,
    elements: Interner,
    /// Bin and number of the element's text.
    groups: Vec<Vec<(u32, u32)>>,
    bytes: usize,
}

impl SeriesCollect {
    fn new(call: &Call) -> Result<Self> {
        let bins = call.constant_long(2).map_or(0, |n| usize::try_from(n).unwrap_or(0));
        if bins > MAX_ELEMENTS {
            return Err(too_large("make-series", &format!("more than {MAX_ELEMENTS} bins: {bins}")));
        }
        let mut default = String::new();
        let written = match call.constant(3) {
            Some(value) => Elements::new(call.argument(3), &value.to_array()?)?.write(0, &mut default),
            None => false,
        };
        if !written {
            default.push_str("null");
        }
        Ok(SeriesCollect::with(call.argument(1), bins, default))
    }

    fn with(ty: ScalarType, bins: usize, default: String) -> Self {
        SeriesCollect { ty, bins, default, elements: Interner::new(false), groups: Vec::new(), bytes: 0 }
    }

    fn put(&mut self, group: usize, bin: i64, element: &str) -> Result<()> {
        let Some(bin) = usize::try_from(bin).ok().filter(|b| *b < self.bins) else { return Ok(()) };
        let Some(id) = self.elements.intern(element) else {
            return Err(too_large("make-series", "more than 4 billion distinct values"));
        };
        let series = &mut self.groups[group];
        let before = series.capacity();
        series.push((bin as u32, id));
        self.bytes += (series.capacity() - before) * size_of::<(u32, u32)>();
        Ok(())
    }

    fn take(&mut self, emit: EmitTo) -> Vec<Vec<(u32, u32)>> {
        let groups = emit.take_needed(&mut self.groups);
        self.bytes -= groups.iter().map(|g| g.capacity() * size_of::<(u32, u32)>()).sum::<usize>();
        groups
    }

    fn tidy(&mut self) {
        if self.groups.is_empty() {
            self.elements = Interner::new(false);
        }
    }
}

impl State for SeriesCollect {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(SeriesCollect::with(self.ty, self.bins, self.default.clone()))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::LargeUtf8]
    }

    fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups.max(self.groups.len()), Vec::new);
    }

    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()> {
        let bins = longs(argument(args, 0)?)?;
        let elements = Elements::new(self.ty, argument(args, 1)?)?;
        let mut buffer = String::new();
        rows.clone().valid(bins.nulls()).try_for_each(|row, group| {
            buffer.clear();
            if !elements.write(row, &mut buffer) {
                buffer.push_str("null");
            }
            self.put(group, bins.value(row), &buffer)
        })
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        let texts = large_texts(argument(states, 0)?)?;
        rows.clone().valid(texts.nulls()).try_for_each(|row, group| {
            let mut items = dynamic::array_items(texts.value(row));
            while let (Some(bin), Some(element)) = (items.next(), items.next()) {
                self.put(group, bin.parse().unwrap_or(-1), element)?;
            }
            Ok(())
        })
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let groups = self.take(emit);
        let mut out = StringViewBuilder::with_capacity(groups.len());
        let (mut buffer, mut series) = (String::new(), Vec::new());
        for group in &groups {
            series.clear();
            series.resize(self.bins, None);
            group.iter().for_each(|(bin, id)| series[*bin as usize] = Some(*id));
            buffer.clear();
            buffer.push('[');
            for (i, id) in series.iter().enumerate() {
                if i > 0 {
                    buffer.push(',');
                }
                buffer.push_str(id.map_or(self.default.as_str(), |id| self.elements.get(id)));
            }
            buffer.push(']');
            if buffer.len() > MAX_TEXT {
                return Err(too_large("make-series", "a series of more than 1 GiB"));
            }
            out.try_append_value(&buffer)?;
        }
        self.tidy();
        Ok(Arc::new(out.finish()))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let groups = self.take(emit);
        let mut out = LargeStringBuilder::new();
        let mut buffer = String::new();
        for group in &groups {
            buffer.clear();
            buffer.push('[');
            for (i, (bin, id)) in group.iter().enumerate() {
                let comma = if i > 0 { "," } else { "" };
                let _ = write!(buffer, "{comma}{bin},{}", self.elements.get(*id));
            }
            buffer.push(']');
            out.append_value(&buffer);
        }
        self.tidy();
        Ok(vec![Arc::new(out.finish())])
    }

    fn size(&self) -> usize {
        self.bytes + self.groups.capacity() * size_of::<Vec<(u32, u32)>>() + self.elements.size()
    }
}
