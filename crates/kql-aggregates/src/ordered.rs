//! Aggregation over rows in a given order: `T | sort by t | summarize make_list(x) by k`.
//!
//! Rows are kept with their sort keys and sorted within each group at the end, so the input need not be sorted and partial
//! results of several partitions can be merged.

use crate::state::{Rows, State};
use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, LargeListArray, StructArray, UInt32Array, new_empty_array};
use arrow::buffer::OffsetBuffer;
use arrow::compute::{SortOptions, concat, filter, take};
use arrow::datatypes::{DataType, Field, Fields};
use arrow::row::{RowConverter, SortField};
use datafusion_common::{Result, internal_err};
use datafusion_expr::EmitTo;
use std::sync::Arc;

/// Keeps rows of the arguments, followed by the sort keys, until results are asked for.
#[derive(Debug)]
pub(crate) struct Ordered {
    inner: Box<dyn State>,
    argument_types: Vec<DataType>,
    key_types: Vec<DataType>,
    options: Vec<SortOptions>,
    groups: usize,
    chunks: Vec<Chunk>,
    bytes: usize,
}

#[derive(Debug)]
struct Chunk {
    groups: Vec<u32>,
    columns: Vec<ArrayRef>,
}

impl Ordered {
    pub(crate) fn new(
        inner: Box<dyn State>,
        argument_types: Vec<DataType>,
        key_types: Vec<DataType>,
        options: Vec<SortOptions>,
    ) -> Self {
        Ordered { inner, argument_types, key_types, options, groups: 0, chunks: Vec::new(), bytes: 0 }
    }

    /// The type of the partial state: the group's rows.
    pub(crate) fn state_type(argument_types: &[DataType], key_types: &[DataType]) -> DataType {
        let row = DataType::Struct(row_fields(argument_types.iter().chain(key_types)));
        DataType::LargeList(Arc::new(Field::new_list_field(row, true)))
    }

    fn push(&mut self, groups: Vec<u32>, columns: Vec<ArrayRef>) {
        self.bytes += groups.capacity() * size_of::<u32>();
        self.bytes += columns.iter().map(|c| c.get_array_memory_size()).sum::<usize>();
        self.chunks.push(Chunk { groups, columns });
    }

    /// The rows of the groups handed out, stably sorted by group.
    fn take_rows(&mut self, emit: EmitTo) -> Result<(usize, Vec<u32>, Vec<ArrayRef>)> {
        let emitted = match emit {
            EmitTo::All => self.groups,
            EmitTo::First(n) => n,
        };
        self.groups -= emitted;
        self.bytes = 0;
        let chunks = std::mem::take(&mut self.chunks);
        let width = self.argument_types.len() + self.key_types.len();
        let columns = (0..width)
            .map(|i| {
                let parts: Vec<&dyn Array> = chunks.iter().map(|c| c.columns[i].as_ref()).collect();
                match parts.as_slice() {
                    [] => Ok(new_empty_array(
                        self.argument_types.iter().chain(&self.key_types).nth(i).unwrap_or(&DataType::Null),
                    )),
                    parts => Ok(concat(parts)?),
                }
            })
            .collect::<Result<Vec<_>>>()?;
        let groups: Vec<u32> = chunks.into_iter().flat_map(|c| c.groups).collect();
        let (mut now, mut later) = (Vec::new(), Vec::new());
        for (row, group) in (0u32..).zip(&groups) {
            if (*group as usize) < emitted { now.push(row) } else { later.push(row) }
        }
        if !later.is_empty() {
            let rows = UInt32Array::from(later);
            let columns = columns.iter().map(|c| Ok(take(c, &rows, None)?)).collect::<Result<_>>()?;
            self.push(rows.values().iter().map(|r| groups[*r as usize] - emitted as u32).collect(), columns);
        }
        now.sort_by_key(|row| groups[*row as usize]);
        let rows = UInt32Array::from(now);
        let columns = columns.iter().map(|c| Ok(take(c, &rows, None)?)).collect::<Result<_>>()?;
        Ok((emitted, rows.values().iter().map(|r| groups[*r as usize]).collect(), columns))
    }
}

fn row_fields<'a>(types: impl Iterator<Item = &'a DataType>) -> Fields {
    types.enumerate().map(|(i, ty)| Field::new(i.to_string(), ty.clone(), true)).collect()
}

impl State for Ordered {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(Ordered::new(
            self.inner.fresh(),
            self.argument_types.clone(),
            self.key_types.clone(),
            self.options.clone(),
        ))
    }

    fn state_types(&self) -> Vec<DataType> {
        vec![Ordered::state_type(&self.argument_types, &self.key_types)]
    }

    fn grow(&mut self, groups: usize) {
        self.groups = self.groups.max(groups);
    }

    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()> {
        if args.len() != self.argument_types.len() + self.key_types.len() {
            return internal_err!("an ordered aggregate got {} columns", args.len());
        }
        let mut groups = Vec::with_capacity(rows.len());
        rows.for_each(|_, group| groups.push(group as u32));
        let columns = match rows.selected() {
            None => args.to_vec(),
            Some(selected) => {
                let mask = BooleanArray::new(selected.clone(), None);
                args.iter().map(|a| Ok(filter(a, &mask)?)).collect::<Result<_>>()?
            }
        };
        self.push(groups, columns);
        Ok(())
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        let Some(lists) = states.first().and_then(|s| s.as_list_opt::<i64>()) else {
            return internal_err!("the state of an ordered aggregate is not a list");
        };
        let Some(structs) = lists.values().as_struct_opt() else {
            return internal_err!("the state of an ordered aggregate is not a list of rows");
        };
        let (mut groups, mut taken) = (Vec::new(), Vec::new());
        rows.clone().valid(lists.nulls()).for_each(|row, group| {
            let range = lists.value_offsets()[row]..lists.value_offsets()[row + 1];
            groups.extend(range.clone().map(|_| group as u32));
            taken.extend(range.map(|r| r as u32));
        });
        let taken = UInt32Array::from(taken);
        let columns = structs.columns().iter().map(|c| Ok(take(c, &taken, None)?)).collect::<Result<_>>()?;
        self.push(groups, columns);
        Ok(())
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let (emitted, groups, mut columns) = self.take_rows(emit)?;
        let keys = columns.split_off(self.argument_types.len());
        let fields = self.key_types.iter().zip(&self.options);
        let fields = fields.map(|(ty, options)| SortField::new_with_options(ty.clone(), *options)).collect();
        let encoded = RowConverter::new(fields)?.convert_columns(&keys)?;
        let mut order: Vec<u32> = (0..groups.len() as u32).collect();
        order.sort_by(|a, b| {
            let (a, b) = (*a as usize, *b as usize);
            groups[a].cmp(&groups[b]).then_with(|| encoded.row(a).cmp(&encoded.row(b)))
        });
        let order = UInt32Array::from(order);
        let columns = columns.iter().map(|c| Ok(take(c, &order, None)?)).collect::<Result<Vec<_>>>()?;
        // Sorting moves rows within their group only, so the groups are in place.
        let groups: Vec<usize> = groups.iter().map(|g| *g as usize).collect();
        self.inner.grow(emitted);
        self.inner.update(&columns, &Rows::grouped(&groups))?;
        self.inner.evaluate(EmitTo::All)
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let (emitted, groups, columns) = self.take_rows(emit)?;
        let mut lengths = vec![0usize; emitted];
        groups.iter().for_each(|g| lengths[*g as usize] += 1);
        let fields = row_fields(self.argument_types.iter().chain(&self.key_types));
        let rows = StructArray::try_new(fields, columns, None)?;
        let field = Arc::new(Field::new_list_field(rows.data_type().clone(), true));
        Ok(vec![Arc::new(LargeListArray::try_new(field, OffsetBuffer::from_lengths(lengths), Arc::new(rows), None)?)])
    }

    fn size(&self) -> usize {
        self.bytes + self.inner.size()
    }
}
