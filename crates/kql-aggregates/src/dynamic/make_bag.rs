//! `make_bag`, `make_bag_if` and the old `make_dictionary`: the bags of a group as one bag.

use super::{MAX_ELEMENTS, MAX_TEXT, too_large};
use crate::AggregateFunction;
use crate::column::{argument, large_texts, texts};
use crate::interner::{IdSet, Interner};
use crate::state::{Rows, State};
use crate::udaf::Call;
use arrow::array::{Array, ArrayRef, LargeStringBuilder, StringViewBuilder};
use arrow::datatypes::DataType;
use datafusion_common::Result;
use datafusion_expr::EmitTo;
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use std::sync::Arc;

pub(crate) static MAKE_BAG: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "make_bag",
        FunctionKind::Aggregate,
        &["(expr:bag, maxSize?:const integer) -> dynamic"],
        "One bag with the properties of all bags; of a key that comes several times the first value stays. Values that are \
         no bags are skipped; no rows give `{}`. <https://learn.microsoft.com/kusto/query/make-bag-aggregation-function>",
    )
    .named(ResultName::Prefix("bag"))
    .examples(&[example(
        "datatable(d:dynamic)[dynamic({'a': 1}), dynamic({'b': 2, 'a': 3})] | summarize make_bag(d)",
        "{\"bag_d\":{\"a\":1,\"b\":2}}",
    )]),
    |call| Ok(Box::new(MakeBag::new(call))),
)
.ordered();

pub(crate) static MAKE_BAG_IF: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "make_bag_if",
        FunctionKind::Aggregate,
        &["(expr:bag, predicate:bool, maxSize?:const integer) -> dynamic"],
        "`make_bag` of the rows where the predicate is true. \
         <https://learn.microsoft.com/kusto/query/make-bag-if-aggregation-function>",
    )
    .named(ResultName::Prefix("bag"))
    .examples(&[example(
        "datatable(d:dynamic, ok:bool)[dynamic({'a': 1}), true, dynamic({'b': 2}), false] | summarize make_bag_if(d, ok)",
        "{\"bag_d\":{\"a\":1}}",
    )]),
    |call| Ok(Box::new(MakeBag::new(call))),
)
.filtered(1)
.ordered();

pub(crate) static MAKE_DICTIONARY: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "make_dictionary",
        FunctionKind::Aggregate,
        &["(expr:bag, maxSize?:const integer) -> dynamic"],
        "Old spelling of `make_bag`.",
    )
    .named(ResultName::Prefix("dictionary")),
    |call| Ok(Box::new(MakeBag::new(call))),
)
.ordered();

#[derive(Debug)]
struct MakeBag {
    max: usize,
    keys: Interner,
    bags: Vec<Bag>,
    bytes: usize,
}

/// The properties of a group, joined by commas, and their keys.
#[derive(Debug, Default)]
struct Bag {
    text: String,
    keys: IdSet,
}

impl Bag {
    fn heap(&self) -> usize {
        self.text.capacity() + self.keys.heap()
    }
}

impl MakeBag {
    fn new(call: &Call) -> Self {
        MakeBag::with(super::max_elements(call, MAX_ELEMENTS))
    }

    fn with(max: usize) -> Self {
        MakeBag { max, keys: Interner::new(false), bags: Vec::new(), bytes: 0 }
    }

    fn add(&mut self, group: usize, text: &str) -> Result<()> {
        let bag = &mut self.bags[group];
        let before = bag.heap();
        for (key, value) in dynamic::raw_entries(text) {
            let Some(id) = self.keys.intern(key) else {
                return Err(too_large("make_bag", "more than 4 billion distinct keys"));
            };
            if bag.keys.len() < self.max && bag.keys.insert(id) {
                let comma = if bag.text.is_empty() { "" } else { "," };
                bag.text.extend([comma, "\"", key, "\":", value]);
            }
        }
        self.bytes = self.bytes + bag.heap() - before;
        if bag.text.len() > MAX_TEXT { Err(too_large("make_bag", "a bag of more than 1 GiB")) } else { Ok(()) }
    }

    fn take(&mut self, emit: EmitTo) -> Vec<Bag> {
        let bags = emit.take_needed(&mut self.bags);
        self.bytes -= bags.iter().map(Bag::heap).sum::<usize>();
        if self.bags.is_empty() {
            self.keys = Interner::new(false);
        }
        bags
    }
}

impl State for MakeBag {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(MakeBag::with(self.max))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::LargeUtf8]
    }

    fn grow(&mut self, groups: usize) {
        self.bags.resize_with(groups.max(self.bags.len()), Bag::default);
    }

    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()> {
        let values = texts(argument(args, 0)?)?;
        rows.clone().valid(values.nulls()).try_for_each(|row, group| self.add(group, values.value(row)))
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        let values = large_texts(argument(states, 0)?)?;
        rows.clone().valid(values.nulls()).try_for_each(|row, group| self.add(group, values.value(row)))
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let bags = self.take(emit);
        let mut out = StringViewBuilder::with_capacity(bags.len());
        for bag in bags {
            out.try_append_value(format!("{{{}}}", bag.text))?;
        }
        Ok(Arc::new(out.finish()))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let mut out = LargeStringBuilder::new();
        self.take(emit).iter().for_each(|bag| out.append_value(format!("{{{}}}", bag.text)));
        Ok(vec![Arc::new(out.finish())])
    }

    fn size(&self) -> usize {
        self.bytes + self.bags.capacity() * size_of::<Bag>() + self.keys.size()
    }
}
