//! `count_distinct`, `count_distinctif`: exactly how many distinct values.

use crate::AggregateFunction;
use crate::column::{argument, large_bytes};
use crate::hash::{hashes, is_exact, wide_hashes};
use crate::state::{Rows, State};
use crate::udaf::Call;
use arrow::array::{Array, ArrayRef, Int64Array, LargeBinaryBuilder};
use arrow::datatypes::DataType;
use datafusion_common::Result;
use datafusion_expr::EmitTo;
use kql_functions::arrow_type;
use kql_functions::sketch::{HashedSet, set_bytes, table_bytes};
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use std::fmt::Debug;
use std::hash::Hash;
use std::sync::Arc;

pub(crate) static COUNT_DISTINCT: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "count_distinct",
        FunctionKind::Aggregate,
        &["(expr:not_dynamic) -> long"],
        "Exact number of distinct values that are not null. \
         <https://learn.microsoft.com/kusto/query/count-distinct-aggregation-function>",
    )
    .named(ResultName::Prefix("count_distinct"))
    .examples(&[example("range x from 1 to 9 step 1 | summarize n = count_distinct(x % 4)", "{\"n\":4}")]),
    state,
);

pub(crate) static COUNT_DISTINCTIF: AggregateFunction = AggregateFunction::new(
    FunctionSpec::new(
        "count_distinctif",
        FunctionKind::Aggregate,
        &["(expr:not_dynamic, predicate:bool) -> long"],
        "`count_distinct` of the rows where the predicate is true. \
         <https://learn.microsoft.com/kusto/query/count-distinctif-aggregation-function>",
    )
    .named(ResultName::Prefix("count_distinctif"))
    .examples(&[example("range x from 1 to 9 step 1 | summarize n = count_distinctif(x % 4, x < 3)", "{\"n\":2}")]),
    state,
)
.filtered(1);

fn state(call: &Call) -> Result<Box<dyn State>> {
    Ok(if is_exact(&arrow_type(call.argument(0))) {
        Box::new(CountDistinct::<u64>::default())
    } else {
        Box::new(CountDistinct::<u128>::default())
    })
}

/// A hash without collisions, or with so many bits that none is to be expected.
trait Key: Copy + Eq + Hash + Debug + Default + Send + Sync + 'static {
    fn keys(array: &ArrayRef) -> Result<Vec<Self>>;
    fn write(self, out: &mut Vec<u8>);
    fn read(bytes: &[u8]) -> Option<Self>;
}

impl Key for u64 {
    fn keys(array: &ArrayRef) -> Result<Vec<Self>> {
        hashes(array)
    }

    fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        Some(u64::from_le_bytes(bytes.try_into().ok()?))
    }
}

impl Key for u128 {
    fn keys(array: &ArrayRef) -> Result<Vec<Self>> {
        wide_hashes(array)
    }

    fn write(self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_le_bytes());
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        Some(u128::from_le_bytes(bytes.try_into().ok()?))
    }
}

#[derive(Debug, Default)]
struct CountDistinct<K> {
    groups: Vec<HashedSet<K>>,
    bytes: usize,
}

impl<K: Key> CountDistinct<K> {
    #[inline]
    fn insert(&mut self, group: usize, key: K) {
        let set = &mut self.groups[group];
        let before = set.capacity();
        set.insert(key);
        if set.capacity() != before {
            self.bytes += table_bytes::<K>(set.capacity()) - table_bytes::<K>(before);
        }
    }

    fn take(&mut self, emit: EmitTo) -> Vec<HashedSet<K>> {
        let groups = emit.take_needed(&mut self.groups);
        self.bytes -= groups.iter().map(set_bytes).sum::<usize>();
        groups
    }
}

impl<K: Key> State for CountDistinct<K> {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(CountDistinct::<K>::default())
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![DataType::LargeBinary]
    }

    fn grow(&mut self, groups: usize) {
        self.groups.resize_with(groups.max(self.groups.len()), HashedSet::default);
    }

    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()> {
        let values = argument(args, 0)?;
        let keys = K::keys(values)?;
        rows.clone().valid(values.nulls()).for_each(|row, group| self.insert(group, keys[row]));
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        let states = large_bytes(argument(states, 0)?)?;
        rows.clone().valid(states.nulls()).for_each(|row, group| {
            let keys = states.value(row).chunks_exact(size_of::<K>()).filter_map(K::read);
            keys.for_each(|key| self.insert(group, key));
        });
        Ok(())
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        Ok(Arc::new(Int64Array::from_iter_values(self.take(emit).iter().map(|set| set.len() as i64))))
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let mut out = LargeBinaryBuilder::new();
        let mut buffer = Vec::new();
        for set in self.take(emit) {
            buffer.clear();
            set.into_iter().for_each(|key| key.write(&mut buffer));
            out.append_value(&buffer);
        }
        Ok(vec![Arc::new(out.finish())])
    }

    fn size(&self) -> usize {
        self.bytes + self.groups.capacity() * size_of::<HashedSet<K>>()
    }
}
