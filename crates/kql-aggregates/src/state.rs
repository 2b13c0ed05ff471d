//! The state of an aggregation function over all groups of a `summarize`, and what DataFusion sees of it.
//!
//! A function implements [`State`] once. [`Grouped`] makes it DataFusion's vectorised accumulator, [`Single`] the one for
//! a `summarize` without `by`; merging of partial states, conversion of rows to states and filters come with them.

use arrow::array::{Array, ArrayRef, BooleanArray};
use arrow::buffer::{BooleanBuffer, NullBuffer};
use arrow::datatypes::DataType;
use datafusion_common::{Result, ScalarValue, internal_err};
use datafusion_expr::{Accumulator, EmitTo, GroupsAccumulator};
use std::fmt::Debug;

/// What an aggregation function remembers of each group.
///
/// Groups are numbered from 0. [`State::grow`] is called before rows of new groups come; [`State::evaluate`] and
/// [`State::state`] hand out the first groups and forget them, the others move down.
pub trait State: Debug + Send + Sync + 'static {
    /// A new, empty state with the same settings.
    fn fresh(&self) -> Box<dyn State>;
    /// The Arrow types of the partial state.
    fn state_types(&self) -> Vec<DataType>;
    /// Makes room for this many groups.
    fn grow(&mut self, groups: usize);
    /// Adds rows of the arguments.
    ///
    /// # Errors
    /// When a limit is reached or a sum that may not wrap overflows.
    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()>;
    /// Adds partial states, one per row.
    ///
    /// # Errors
    /// As [`State::update`].
    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()>;
    /// Results of the first groups, which are forgotten.
    ///
    /// # Errors
    /// When a result is too large.
    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef>;
    /// Partial states of the first groups, which are forgotten.
    ///
    /// # Errors
    /// When a state is too large.
    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>>;
    /// Bytes held, without walking the groups.
    fn size(&self) -> usize;
}

/// The rows of a batch that count, and the group of each.
#[derive(Clone, Debug)]
pub struct Rows<'a> {
    len: usize,
    groups: Option<&'a [usize]>,
    selected: Option<BooleanBuffer>,
}

impl<'a> Rows<'a> {
    /// All rows belong to group 0.
    pub fn single(len: usize) -> Self {
        Rows { len, groups: None, selected: None }
    }

    /// Each row has its group.
    pub fn grouped(groups: &'a [usize]) -> Self {
        Rows { len: groups.len(), groups: Some(groups), selected: None }
    }

    /// Number of rows, counting or not.
    pub fn len(&self) -> usize {
        self.len
    }

    /// True when the batch has no row.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The groups; `None` when all rows belong to group 0.
    pub fn groups(&self) -> Option<&'a [usize]> {
        self.groups
    }

    /// The group of a row.
    #[inline]
    pub fn group(&self, row: usize) -> usize {
        self.groups.map_or(0, |g| g[row])
    }

    /// The rows that count; `None` when all do.
    pub fn selected(&self) -> Option<&BooleanBuffer> {
        self.selected.as_ref()
    }

    /// Only rows where the predicate is true count; null is not true.
    #[must_use]
    pub fn filtered(mut self, predicate: &BooleanArray) -> Self {
        let passes = match predicate.nulls() {
            Some(nulls) if nulls.null_count() > 0 => predicate.values() & nulls.inner(),
            _ => predicate.values().clone(),
        };
        self.selected = Some(match self.selected {
            Some(selected) => &selected & &passes,
            None => passes,
        });
        self
    }

    /// Only rows that are not null here count.
    #[must_use]
    pub fn valid(mut self, nulls: Option<&NullBuffer>) -> Self {
        if let Some(nulls) = nulls.filter(|n| n.null_count() > 0) {
            self.selected = Some(match self.selected {
                Some(selected) => &selected & nulls.inner(),
                None => nulls.inner().clone(),
            });
        }
        self
    }

    /// Calls the closure with the row and the group of each row that counts, in order.
    #[inline]
    pub fn for_each(&self, mut f: impl FnMut(usize, usize)) {
        match (&self.selected, self.groups) {
            (None, None) => (0..self.len).for_each(|row| f(row, 0)),
            (None, Some(groups)) => groups.iter().enumerate().for_each(|(row, group)| f(row, *group)),
            (Some(selected), None) => selected.set_indices().for_each(|row| f(row, 0)),
            (Some(selected), Some(groups)) => selected.set_indices().for_each(|row| f(row, groups[row])),
        }
    }

    /// As [`Rows::for_each`], until the first error.
    ///
    /// # Errors
    /// The closure's.
    pub fn try_for_each(&self, mut f: impl FnMut(usize, usize) -> Result<()>) -> Result<()> {
        match &self.selected {
            None => (0..self.len).try_for_each(|row| f(row, self.group(row))),
            Some(selected) => selected.set_indices().try_for_each(|row| f(row, self.group(row))),
        }
    }
}

/// A [`State`] as DataFusion's accumulator of many groups.
#[derive(Debug)]
pub struct Grouped(pub Box<dyn State>);

impl GroupsAccumulator for Grouped {
    fn update_batch(
        &mut self,
        values: &[ArrayRef],
        groups: &[usize],
        filter: Option<&BooleanArray>,
        total_num_groups: usize,
    ) -> Result<()> {
        self.0.grow(total_num_groups);
        let rows = Rows::grouped(groups);
        self.0.update(values, &filter.map_or_else(|| rows.clone(), |f| rows.clone().filtered(f)))
    }

    fn evaluate(&mut self, emit_to: EmitTo) -> Result<ArrayRef> {
        self.0.evaluate(emit_to)
    }

    fn state(&mut self, emit_to: EmitTo) -> Result<Vec<ArrayRef>> {
        self.0.state(emit_to)
    }

    fn merge_batch(&mut self, values: &[ArrayRef], groups: &[usize], total_num_groups: usize) -> Result<()> {
        self.0.grow(total_num_groups);
        self.0.merge(values, &Rows::grouped(groups))
    }

    fn convert_to_state(&self, values: &[ArrayRef], filter: Option<&BooleanArray>) -> Result<Vec<ArrayRef>> {
        // Every row is its own group.
        let Some(len) = values.first().map(|v| v.len()).or_else(|| filter.map(BooleanArray::len)) else {
            return internal_err!("an aggregate without arguments cannot convert rows to states");
        };
        let groups: Vec<usize> = (0..len).collect();
        let mut state = self.0.fresh();
        state.grow(len);
        let rows = Rows::grouped(&groups);
        state.update(values, &filter.map_or_else(|| rows.clone(), |f| rows.clone().filtered(f)))?;
        state.state(EmitTo::All)
    }

    fn size(&self) -> usize {
        self.0.size()
    }
}

/// A [`State`] as DataFusion's accumulator of one group. Evaluated once: it is not for window frames.
#[derive(Debug)]
pub struct Single(Box<dyn State>);

impl Single {
    /// One group, there even when no row comes.
    pub fn new(mut state: Box<dyn State>) -> Self {
        state.grow(1);
        Single(state)
    }
}

impl Accumulator for Single {
    fn update_batch(&mut self, values: &[ArrayRef]) -> Result<()> {
        let len = values.first().map_or(0, |v| v.len());
        self.0.update(values, &Rows::single(len))
    }

    fn evaluate(&mut self) -> Result<ScalarValue> {
        let value = ScalarValue::try_from_array(&self.0.evaluate(EmitTo::All)?, 0);
        self.0.grow(1);
        value
    }

    fn size(&self) -> usize {
        self.0.size()
    }

    fn state(&mut self) -> Result<Vec<ScalarValue>> {
        let state = self.0.state(EmitTo::All)?;
        self.0.grow(1);
        state.iter().map(|array| ScalarValue::try_from_array(array, 0)).collect()
    }

    fn merge_batch(&mut self, states: &[ArrayRef]) -> Result<()> {
        let len = states.first().map_or(0, |v| v.len());
        self.0.merge(states, &Rows::single(len))
    }
}

/// `sumif` of `sum`: the argument at [`Filtered::predicate`] says which rows count, the others are the inner function's.
#[derive(Debug)]
pub(crate) struct Filtered {
    pub(crate) inner: Box<dyn State>,
    pub(crate) predicate: usize,
}

impl State for Filtered {
    fn fresh(&self) -> Box<dyn State> {
        Box::new(Filtered { inner: self.inner.fresh(), predicate: self.predicate })
    }

    fn state_types(&self) -> Vec<DataType> {
        self.inner.state_types()
    }

    fn grow(&mut self, groups: usize) {
        self.inner.grow(groups);
    }

    fn update(&mut self, args: &[ArrayRef], rows: &Rows) -> Result<()> {
        let Some(predicate) = args.get(self.predicate).and_then(|a| a.as_any().downcast_ref::<BooleanArray>()) else {
            return internal_err!("the predicate of an aggregate is not a bool");
        };
        let mut args = args.to_vec();
        args.remove(self.predicate);
        self.inner.update(&args, &rows.clone().filtered(predicate))
    }

    fn merge(&mut self, states: &[ArrayRef], rows: &Rows) -> Result<()> {
        self.inner.merge(states, rows)
    }

    fn evaluate(&mut self, emit: EmitTo) -> Result<ArrayRef> {
        self.inner.evaluate(emit)
    }

    fn state(&mut self, emit: EmitTo) -> Result<Vec<ArrayRef>> {
        self.inner.state(emit)
    }

    fn size(&self) -> usize {
        self.inner.size()
    }
}
