//! `make_set`, `make_set_if` and the old `makeset`: the distinct values of a group as an array.

use super::{MAX_ELEMENTS, MAX_TEXT, OLD_MAX_ELEMENTS, too_large};
use crate::AggregateFunction;
use crate::column::{argument, large_texts, ordinals, texts};
use crate::interner::{IdSet, Interner};
use crate::state::{Rows, State};
use crate::udaf::Call;
use arrow::array::{Array, ArrayRef, LargeStringBuilder, StringViewBuilder};
use arrow::datatypes::DataType;
use datafusion_common::Result;
use datafusion_expr::EmitTo;
use kql_functions::dynamic::Elements;
use kql_types::ScalarType;
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use std::collections::HashMap;
use std::sync::Arc;

pub(crate) static MAKE_SET: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "make_set",
        FunctionKind::Aggregate,
        &["(expr:scalar, maxSize?:const integer) -> dynamic"],
        "The distinct values as an array, in the order they are first seen. Nulls are left out; dynamic arrays are put in \
         element by element; at most 1,048,576 elements. No rows give `[]`. \
         <https://learn.microsoft.com/kusto/query/make-set-aggregation-function>",
    )
    .named(ResultName::Prefix("set"))
    .examples(&[
        example("datatable(s:string)['b', 'a', 'b'] | summarize make_set(s)", "{\"set_s\":[\"b\",\"a\"]}"),
        example(
            "datatable(d:dynamic)[dynamic([1, 2]), dynamic([2, 3])] | summarize make_set(d)",
            "{\"set_d\":[1,2,3]}",
        ),
    ]),
    |call| Ok(Box::new(MakeSet::new(call, MAX_ELEMENTS))),
)
.ordered();

pub(crate) static MAKE_SET_IF: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "make_set_if",
        FunctionKind::Aggregate,
        &["(expr:scalar, predicate:bool, maxSize?:const integer) -> dynamic"],
        "`make_set` of the rows where the predicate is true. \
         <https://learn.microsoft.com/kusto/query/make-set-if-aggregation-function>",
    )
    .named(ResultName::Prefix("set"))
    .examples(&[example("range x from 1 to 5 step 1 | summarize make_set_if(x / 2, x > 2)", "{\"set_\":[1,2]}")]),
    |call| Ok(Box::new(MakeSet::new(call, MAX_ELEMENTS))),
)
.filtered(1)
.ordered();

pub(crate) static MAKESET: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "makeset",
        FunctionKind::Aggregate,
        &["(expr:scalar, maxSize?:const integer) -> dynamic"],
        "Old spelling of `make_set`; at most 128 elements when no number is given.",
    )
    .named(ResultName::Prefix("set")),
    |call| Ok(Box::new(MakeSet::new(call, OLD_MAX_ELEMENTS))),
)
.ordered();

#[derive(Debug)]
struct MakeSet {
    ty: ScalarType,
    max: usize,
    elements: Interner,
    /// Numbers of the texts of values that fit into 64 bits, so that only new ones are written out.
    by_value: HashMap<i64, u32>,
    sets: Vec<IdSet>,
    bytes: usize,
}

impl MakeSet {
    fn new(call: &Call, default_max: usize) -> Self {
        MakeSet::with(call.argument(0), super::max_elements(call, default_max))
    }

    fn with(ty: ScalarType, max: usize) -> Self {
        let elements = Interner::new(ty == ScalarType::Dynamic);
        MakeSet { ty, max, elements, by_value: HashMap::new(), sets: Vec::new(), bytes: 0 }
    }

    fn intern(&mut self, element: &str) -> Result<u32> {
        match self.elements.intern(element) {
            Some(id) => Ok(id),
            None => Err(too_large("make_set", "more than 4 billion distinct elements")),
        }
    }

    fn insert(&mut self, group: usize, id: u32) {
        let set = &mut self.sets[group];
        if set.len() < self.max {
            let before = set.heap();
            set.insert(id);
            self.bytes = self.bytes + set.heap() - before;
        }
    }

    fn insert_items(&mut self, group: usize, array: &str) -> Result<()> {
        for item in dynamic::array_items(array) {
            let id = self.intern(item)?;
            self.insert(group, id);
        }
        Ok(())
    }

    fn take(&mut self, emit: EmitTo) -> Vec<IdSet> {
        let sets = emit.take_needed(&mut self.sets);
        self.bytes -= sets.iter().map(IdSet::heap).sum::<usize>();
        sets
    }

    /// Forgets the texts when no group is left that needs them.
    fn tidy(&mut self) {
        if self.sets.is_empty() {
            self.elements = Interner::new(self.ty == ScalarType::Dynamic);
            self.by_value = HashMap::new();
        }
    }

    fn join(&self, set: &IdSet, out: &mut String) -> Result<()> {
        for (i, id) in set.ids().iter().enumerate() {
            if i > 0 {
                out.push(',');
            }
            out.push_str(self.elements.get(*id));
        }
        if out.len() > MAX_TEXT { Err(too_large("make_set", "a set of more than 1 GiB")) } else { Ok(()) }
    }
}

impl State for MakeSet {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(MakeSet::with(self.ty, self.max))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::LargeUtf8]
    }

    fn grow(&mut self, groups: usize) {
        self.sets.resize_with(groups.max(self.sets.len()), IdSet::default);
    }

    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()> {
        let values = argument(args, 0)?;
        let rows = rows.clone().valid(values.nulls());
        let mut buffer = String::new();
        match self.ty {
            ScalarType::Dynamic => {
                let values = texts(values)?;
                rows.try_for_each(|row, group| {
                    let value = values.value(row);
                    if value.starts_with('[') {
                        return self.insert_items(group, value);
                    }
                    let id = self.intern(value)?;
                    self.insert(group, id);
                    Ok(())
                })
            }
            ScalarType::String | ScalarType::Guid | ScalarType::Decimal => {
                let elements = Elements::new(self.ty, values)?;
                rows.try_for_each(|row, group| {
                    buffer.clear();
                    elements.write(row, &mut buffer);
                    let id = self.intern(&buffer)?;
                    self.insert(group, id);
                    Ok(())
                })
            }
            _ => {
                let elements = Elements::new(self.ty, values)?;
                let ordinals = ordinals(values)?;
                rows.try_for_each(|row, group| {
                    let value = ordinals.value(row);
                    let id = match self.by_value.get(&value) {
                        Some(id) => *id,
                        None => {
                            buffer.clear();
                            elements.write(row, &mut buffer);
                            let id = self.intern(&buffer)?;
                            self.by_value.insert(value, id);
                            id
                        }
                    };
                    self.insert(group, id);
                    Ok(())
                })
            }
        }
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        let texts = large_texts(argument(states, 0)?)?;
        let mut array = String::new();
        rows.clone().valid(texts.nulls()).try_for_each(|row, group| {
            array.clear();
            array.extend(["[", texts.value(row), "]"]);
            self.insert_items(group, &array)
        })
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let sets = self.take(emit);
        let mut out = StringViewBuilder::with_capacity(sets.len());
        let mut buffer = String::new();
        for set in &sets {
            buffer.clear();
            buffer.push('[');
            self.join(set, &mut buffer)?;
            buffer.push(']');
            out.try_append_value(&buffer)?;
        }
        self.tidy();
        Ok(Arc::new(out.finish()))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let sets = self.take(emit);
        let mut out = LargeStringBuilder::new();
        let mut buffer = String::new();
        for set in &sets {
            buffer.clear();
            self.join(set, &mut buffer)?;
            out.append_value(&buffer);
        }
        self.tidy();
        Ok(vec![Arc::new(out.finish())])
    }

    fn size(&self) -> usize {
        self.bytes
            + self.sets.capacity() * size_of::<IdSet>()
            + self.elements.size()
            + self.by_value.capacity() * 2 * size_of::<(i64, u32)>()
    }
}
