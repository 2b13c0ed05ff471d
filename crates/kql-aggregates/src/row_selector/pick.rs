//! One row of each group: the one with the largest or smallest key, or any.

use crate::column::{argument, ordinals, primitives, texts};
use crate::state::{Rows, State};
use crate::udaf::{Call, result_fields};
use arrow::array::{
    Array, ArrayRef, AsArray, Int64Array, StringViewArray, StructArray, UInt8Array, UInt32Array, new_null_array,
};
use arrow::compute::{interleave, take};
use arrow::datatypes::{DataType, Decimal256Type, UInt8Type};
use datafusion_common::Result;
use datafusion_expr::EmitTo;
use kql_functions::arrow_type;
use kql_types::ScalarType;
use std::cmp::Ordering;
use std::sync::Arc;

/// Which row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum By {
    /// The first row with the largest value of the first argument.
    Max,
    /// The first row with the smallest.
    Min,
    /// The first row; of a single argument the first that is not null.
    First,
}

/// How good a row is: a row of a higher rank replaces one of a lower.
const NO_ROW: u8 = 0;
const NULL: u8 = 1;
const VALUE: u8 = 2;

const NO_WINNER: u32 = u32::MAX;
/// More batches than this are made one.
const MAX_CHUNKS: usize = 256;

/// The chosen rows of all groups.
#[derive(Debug)]
pub(crate) struct RowPick {
    by: By,
    types: Vec<ScalarType>,
    /// By group: the rank of the chosen row.
    ranks: Vec<u8>,
    /// By group: the chosen row as a chunk and a row of it.
    places: Vec<(u32, u32)>,
    best: Best,
    /// Rows that were chosen at some time, by batch; [`RowPick::compact`] drops those that no longer are.
    chunks: Vec<Vec<ArrayRef>>,
    rows: usize,
    bytes: usize,
    winners: Winners,
}

/// Keys of the chosen rows.
#[derive(Debug)]
enum Best {
    None,
    /// Such that greater ones win.
    Ordinals(Vec<i64>),
    Bytes(Vec<Vec<u8>>),
}

/// The rows of the current batch that replace chosen ones.
#[derive(Debug, Default)]
struct Winners {
    /// By group.
    rows: Vec<u32>,
    groups: Vec<usize>,
}

impl Winners {
    #[inline]
    fn set(&mut self, group: usize, row: usize) {
        if self.rows[group] == NO_WINNER {
            self.groups.push(group);
        }
        self.rows[group] = row as u32;
    }
}

impl RowPick {
    pub(crate) fn new(call: &Call, by: By) -> Self {
        RowPick::with(call.arguments.to_vec(), by)
    }

    fn with(types: Vec<ScalarType>, by: By) -> Self {
        let best = match (by, types.first()) {
            (By::First, _) => Best::None,
            (_, Some(ScalarType::String | ScalarType::Guid | ScalarType::Decimal | ScalarType::Dynamic)) => {
                Best::Bytes(Vec::new())
            }
            _ => Best::Ordinals(Vec::new()),
        };
        RowPick {
            by,
            types,
            ranks: Vec::new(),
            places: Vec::new(),
            best,
            chunks: Vec::new(),
            rows: 0,
            bytes: 0,
            winners: Winners::default(),
        }
    }

    /// Takes rows in, of which [`RowPick::types`] are the columns.
    fn absorb(&mut self, columns: &[ArrayRef], rows: &Rows, rank: impl Fn(usize) -> u8) -> Result<()> {
        let key = argument(columns, 0)?;
        let RowPick { by, types, ranks, best, winners, .. } = self;
        match best {
            Best::None => {
                let prefers_values = types.len() == 1;
                rows.for_each(|row, group| {
                    let (new, old) = (rank(row), ranks[group]);
                    if new > old && (prefers_values || old == NO_ROW) {
                        ranks[group] = new;
                        winners.set(group, row);
                    }
                });
            }
            Best::Ordinals(best) => {
                let keys = winning_ordinals(key, *by)?;
                rows.for_each(|row, group| {
                    let (new, old, key) = (rank(row), ranks[group], keys.value(row));
                    if new > old || (new == VALUE && old == VALUE && key > best[group]) {
                        (ranks[group], best[group]) = (new, key);
                        winners.set(group, row);
                    }
                });
            }
            Best::Bytes(best) => {
                let wins = if *by == By::Min { Ordering::Less } else { Ordering::Greater };
                let mut choose = |row: usize, group: usize, key: &[u8]| {
                    let (new, old) = (rank(row), ranks[group]);
                    if new > old || (new == VALUE && old == VALUE && key.cmp(&best[group]) == wins) {
                        ranks[group] = new;
                        best[group].clear();
                        best[group].extend_from_slice(key);
                        winners.set(group, row);
                    }
                };
                match key.data_type() {
                    DataType::Decimal256(..) => {
                        let keys = primitives::<Decimal256Type>(key)?;
                        rows.for_each(|row, group| {
                            // Two's complement in byte order once the sign is turned.
                            let mut bytes = keys.value(row).to_be_bytes();
                            bytes[0] ^= 0x80;
                            choose(row, group, &bytes);
                        });
                    }
                    DataType::FixedSizeBinary(_) => {
                        let keys = key.as_fixed_size_binary();
                        rows.for_each(|row, group| choose(row, group, keys.value(row)));
                    }
                    _ => {
                        let keys = texts(key)?;
                        rows.for_each(|row, group| choose(row, group, keys.value(row).as_bytes()));
                    }
                }
            }
        }
        self.keep(columns)
    }

    /// Copies the winners of the batch and makes them the chosen rows.
    fn keep(&mut self, columns: &[ArrayRef]) -> Result<()> {
        if self.winners.groups.is_empty() {
            return Ok(());
        }
        let groups = std::mem::take(&mut self.winners.groups);
        let indices: UInt32Array = groups.iter().map(|g| Some(self.winners.rows[*g])).collect();
        let chunk = columns
            .iter()
            .take(self.types.len())
            .map(|c| Ok(owned(take(c, &indices, None)?)))
            .collect::<Result<Vec<_>>>()?;
        for (row, group) in groups.iter().enumerate() {
            self.places[*group] = (self.chunks.len() as u32, row as u32);
            self.winners.rows[*group] = NO_WINNER;
        }
        self.rows += groups.len();
        self.bytes += chunk.iter().map(|c| c.get_array_memory_size()).sum::<usize>();
        self.chunks.push(chunk);
        self.winners.groups = groups;
        self.winners.groups.clear();
        if self.chunks.len() > MAX_CHUNKS || self.rows > 2 * self.places.len() + 8192 {
            self.compact()?;
        }
        Ok(())
    }

    /// Keeps only the chosen rows, in the order of their groups.
    fn compact(&mut self) -> Result<()> {
        let groups: Vec<usize> = (0..self.ranks.len()).filter(|g| self.ranks[*g] != NO_ROW).collect();
        let places: Vec<(u32, u32)> = groups.iter().map(|g| self.places[*g]).collect();
        let columns = self.columns(&places, false)?.into_iter().map(owned).collect::<Vec<_>>();
        for (row, group) in groups.iter().enumerate() {
            self.places[*group] = (0, row as u32);
        }
        self.rows = groups.len();
        self.bytes = columns.iter().map(|c| c.get_array_memory_size()).sum();
        self.chunks = vec![columns];
        Ok(())
    }

    /// The rows at these places; with `empty`, a row of nulls (and `''`) may be asked for as the chunk after the last.
    fn columns(&self, places: &[(u32, u32)], empty: bool) -> Result<Vec<ArrayRef>> {
        let places: Vec<(usize, usize)> = places.iter().map(|(c, r)| (*c as usize, *r as usize)).collect();
        let column = |(i, ty): (usize, &ScalarType)| {
            let none = empty_row(*ty);
            let mut arrays: Vec<&dyn Array> = self.chunks.iter().map(|c| c[i].as_ref()).collect();
            if empty || arrays.is_empty() {
                arrays.push(none.as_ref());
            }
            Ok(interleave(&arrays, &places)?)
        };
        self.types.iter().enumerate().map(column).collect()
    }

    /// Ranks and rows of the first groups, which are forgotten.
    fn take(&mut self, emit: EmitTo) -> Result<(Vec<u8>, Vec<ArrayRef>)> {
        let ranks = emit.take_needed(&mut self.ranks);
        let no_row = (self.chunks.len() as u32, 0);
        let places = emit.take_needed(&mut self.places);
        let places = places.iter().zip(&ranks).map(|(p, rank)| if *rank == NO_ROW { no_row } else { *p });
        let columns = self.columns(&places.collect::<Vec<_>>(), true)?;
        match &mut self.best {
            Best::None => {}
            Best::Ordinals(best) => drop(emit.take_needed(best)),
            Best::Bytes(best) => drop(emit.take_needed(best)),
        }
        self.winners.rows.truncate(self.ranks.len());
        if self.ranks.is_empty() {
            (self.rows, self.bytes) = (0, 0);
            self.chunks.clear();
        }
        Ok((ranks, columns))
    }
}

/// Ordinals of which the greatest wins. NaN loses against every number.
fn winning_ordinals(key: &ArrayRef, by: By) -> Result<Int64Array> {
    let keys = ordinals(key)?;
    if by != By::Min {
        return Ok(keys);
    }
    let real = key.data_type() == &DataType::Float64;
    Ok(keys.unary(|k| if real && k == i64::MIN { i64::MIN } else { !k }))
}

/// Lets go of the buffers of the batch a column was taken from.
fn owned(column: ArrayRef) -> ArrayRef {
    match column.as_string_view_opt() {
        Some(texts) => Arc::new(texts.gc()),
        None => column,
    }
}

fn empty_row(ty: ScalarType) -> ArrayRef {
    match ty {
        ScalarType::String => Arc::new(StringViewArray::from(vec![""])),
        _ => new_null_array(&arrow_type(ty), 1),
    }
}

impl State for RowPick {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(RowPick::with(self.types.clone(), self.by))
    }

    fn state_types(&self) -> Vec<DataType> {
        self.types.iter().map(|ty| arrow_type(*ty)).chain([DataType::UInt8]).collect()
    }

    fn grow(&mut self, groups: usize) {
        let groups = groups.max(self.ranks.len());
        self.ranks.resize(groups, NO_ROW);
        self.places.resize(groups, (0, 0));
        self.winners.rows.resize(groups, NO_WINNER);
        match &mut self.best {
            Best::None => {}
            Best::Ordinals(best) => best.resize(groups, 0),
            Best::Bytes(best) => best.resize(groups, Vec::new()),
        }
    }

    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()> {
        let nulls = argument(args, 0)?.nulls().filter(|n| n.null_count() > 0).cloned();
        self.absorb(args, rows, |row| if nulls.as_ref().is_none_or(|n| n.is_valid(row)) { VALUE } else { NULL })
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        let ranks = primitives::<UInt8Type>(argument(states, self.types.len())?)?;
        self.absorb(states, rows, |row| ranks.value(row))
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        let (_, mut columns) = self.take(emit)?;
        match (columns.len(), columns.pop()) {
            (1, Some(only)) => Ok(only),
            (_, last) => {
                columns.extend(last);
                Ok(Arc::new(StructArray::try_new(result_fields(&self.types), columns, None)?))
            }
        }
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        let (ranks, mut columns) = self.take(emit)?;
        columns.push(Arc::new(UInt8Array::from(ranks)));
        Ok(columns)
    }

    fn size(&self) -> usize {
        let best = match &self.best {
            Best::None => 0,
            Best::Ordinals(best) => best.capacity() * size_of::<i64>(),
            // Keys are short; an estimate spares a walk over them.
            Best::Bytes(best) => best.capacity() * (size_of::<Vec<u8>>() + 32),
        };
        self.bytes
            + best
            + self.ranks.capacity()
            + self.places.capacity() * size_of::<(u32, u32)>()
            + self.winners.rows.capacity() * size_of::<u32>()
    }
}
