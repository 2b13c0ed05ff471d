//! `make_list`, `make_list_if`, `make_list_with_nulls` and the old `makelist`: the values of a group as an array.

use super::{MAX_ELEMENTS, MAX_TEXT, OLD_MAX_ELEMENTS, too_large};
use crate::AggregateFunction;
use crate::column::{argument, large_texts};
use crate::state::{Rows, State};
use crate::udaf::Call;
use arrow::array::{Array, ArrayRef, AsArray, Int64Array, LargeStringBuilder, StringViewBuilder};
use arrow::datatypes::{DataType, Int64Type};
use datafusion_common::Result;
use datafusion_expr::EmitTo;
use kql_functions::dynamic::Elements;
use kql_types::ScalarType;
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use std::sync::Arc;

pub(crate) static MAKE_LIST: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "make_list",
        FunctionKind::Aggregate,
        &["(expr:scalar, maxSize?:const integer) -> dynamic"],
        "The values as an array, in the order of the rows when they are sorted. Nulls are left out, but a null dynamic is \
         kept; dynamic arrays are put in element by element; at most 1,048,576 elements. No rows give `[]`. \
         <https://learn.microsoft.com/kusto/query/make-list-aggregation-function>",
    )
    .named(ResultName::Prefix("list"))
    .examples(&[example("datatable(x:long)[3, long(null), 1] | summarize make_list(x)", "{\"list_x\":[3,1]}")]),
    |call| Ok(Box::new(MakeList::new(call, false, MAX_ELEMENTS))),
)
.ordered();

pub(crate) static MAKE_LIST_IF: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "make_list_if",
        FunctionKind::Aggregate,
        &["(expr:scalar, predicate:bool, maxSize?:const integer) -> dynamic"],
        "`make_list` of the rows where the predicate is true. \
         <https://learn.microsoft.com/kusto/query/make-list-if-aggregation-function>",
    )
    .named(ResultName::Prefix("list"))
    .examples(&[example("range x from 1 to 5 step 1 | summarize make_list_if(x, x > 3)", "{\"list_x\":[4,5]}")]),
    |call| Ok(Box::new(MakeList::new(call, false, MAX_ELEMENTS))),
)
.filtered(1)
.ordered();

pub(crate) static MAKE_LIST_WITH_NULLS: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "make_list_with_nulls",
        FunctionKind::Aggregate,
        &["(expr:scalar) -> dynamic"],
        "`make_list` that keeps nulls. \
         <https://learn.microsoft.com/kusto/query/make-list-with-nulls-aggregation-function>",
    )
    .named(ResultName::Prefix("list"))
    .examples(&[example(
        "datatable(x:long)[3, long(null)] | summarize make_list_with_nulls(x)",
        "{\"list_x\":[3,null]}",
    )]),
    |call| Ok(Box::new(MakeList::new(call, true, MAX_ELEMENTS))),
)
.ordered();

pub(crate) static MAKELIST: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "makelist",
        FunctionKind::Aggregate,
        &["(expr:scalar, maxSize?:const integer) -> dynamic"],
        "Old spelling of `make_list`; at most 128 elements when no number is given.",
    )
    .named(ResultName::Prefix("list")),
    |call| Ok(Box::new(MakeList::new(call, false, OLD_MAX_ELEMENTS))),
)
.ordered();

#[derive(Debug)]
struct MakeList {
    ty: ScalarType,
    keep_nulls: bool,
    max: usize,
    lists: Vec<List>,
    bytes: usize,
}

/// Elements of a group, joined by commas.
#[derive(Debug, Default)]
struct List {
    text: String,
    len: usize,
}

impl MakeList {
    fn new(call: &Call, keep_nulls: bool, default_max: usize) -> Self {
        let max = super::max_elements(call, default_max);
        // A null dynamic is a value like any other.
        let keep_nulls = keep_nulls || call.argument(0) == ScalarType::Dynamic;
        MakeList { ty: call.argument(0), keep_nulls, max, lists: Vec::new(), bytes: 0 }
    }

    /// Changes a list and accounts for its growth.
    fn change(&mut self, group: usize, f: impl FnOnce(&mut List)) -> Result<()> {
        let list = &mut self.lists[group];
        if list.len >= self.max {
            return Ok(());
        }
        let before = list.text.capacity();
        f(list);
        self.bytes = self.bytes + list.text.capacity() - before;
        if list.text.len() > MAX_TEXT { Err(too_large("make_list", "a list of more than 1 GiB")) } else { Ok(()) }
    }

    fn take(&mut self, emit: EmitTo) -> Vec<List> {
        let lists = emit.take_needed(&mut self.lists);
        self.bytes -= lists.iter().map(|l| l.text.capacity()).sum::<usize>();
        lists
    }
}

impl List {
    /// Appends an element; the closure says whether it wrote one.
    fn push(&mut self, write: impl FnOnce(&mut String) -> bool) {
        let before = self.text.len();
        if self.len > 0 {
            self.text.push(',');
        }
        if write(&mut self.text) { self.len += 1 } else { self.text.truncate(before) }
    }

    fn push_text(&mut self, element: &str) {
        self.push(|out| {
            out.push_str(element);
            true
        });
    }
}

impl State for MakeList {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(MakeList { lists: Vec::new(), bytes: 0, ..*self })
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::LargeUtf8, DataType::Int64]
    }

    fn grow(&mut self, groups: usize) {
        self.lists.resize_with(groups.max(self.lists.len()), List::default);
    }

    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()> {
        let values = argument(args, 0)?;
        let (max, keep_nulls) = (self.max, self.keep_nulls);
        if self.ty == ScalarType::Dynamic {
            let values = crate::column::texts(values)?;
            return rows.try_for_each(|row, group| {
                self.change(group, |list| match values.is_valid(row).then(|| values.value(row)) {
                    None => list.push_text("null"),
                    Some(array) if array.starts_with('[') => {
                        dynamic::array_items(array).take(max - list.len).for_each(|item| list.push_text(item));
                    }
                    Some(value) => list.push_text(value),
                })
            });
        }
        let elements = Elements::new(self.ty, values)?;
        rows.try_for_each(|row, group| {
            self.change(group, |list| {
                list.push(|out| {
                    let written = elements.write(row, out);
                    if !written && keep_nulls {
                        out.push_str("null");
                    }
                    written || keep_nulls
                });
            })
        })
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        let texts = large_texts(argument(states, 0)?)?;
        let lengths = argument(states, 1)?.as_primitive::<Int64Type>();
        let max = self.max;
        rows.clone().valid(texts.nulls()).try_for_each(|row, group| {
            let (text, len) = (texts.value(row), lengths.value(row) as usize);
            self.change(group, |list| {
                if len == 0 {
                } else if list.len + len <= max {
                    list.push_text(text);
                    list.len += len - 1;
                } else {
                    let array = format!("[{text}]");
                    dynamic::array_items(&array).take(max - list.len).for_each(|item| list.push_text(item));
                }
            })
        })
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let lists = self.take(emit);
        let mut out = StringViewBuilder::with_capacity(lists.len());
        let mut buffer = String::new();
        for list in &lists {
            buffer.clear();
            buffer.extend(["[", &list.text, "]"]);
            out.try_append_value(&buffer)?;
        }
        Ok(Arc::new(out.finish()))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let lists = self.take(emit);
        let mut texts = LargeStringBuilder::with_capacity(lists.len(), lists.iter().map(|l| l.text.len()).sum());
        lists.iter().for_each(|l| texts.append_value(&l.text));
        let lengths: Int64Array = lists.iter().map(|l| Some(l.len as i64)).collect();
        Ok(vec![Arc::new(texts.finish()), Arc::new(lengths)])
    }

    fn size(&self) -> usize {
        self.bytes + self.lists.capacity() * size_of::<List>()
    }
}
