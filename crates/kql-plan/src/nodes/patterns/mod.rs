//! Frequent combinations of values: `basket`, `autocluster`, `diffpatterns`.
//!
//! The values of each column become numbers while rows come. When all are there, values too rare for any pattern are put
//! aside, and rows that are equal in the others become one row with a weight; patterns are searched over those.

mod closed;
mod cluster;
mod column;
mod difference;
mod items;

use super::{Needs, Operation, Start, Transform};
use arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch};
use arrow::compute::{cast, filter};
use arrow::datatypes::{DataType, FieldRef, Float64Type, SchemaRef};
use closed::Closed;
use column::Column;
use datafusion::common::{ScalarValue, internal_err};
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use items::Items;
use std::sync::Arc;

/// Values looked at between two looks at whether the query was stopped.
const TURN: u64 = 20_000_000;

/// Which patterns.
#[derive(Clone, Debug)]
pub(crate) enum Task {
    /// All that have at least this share of the rows.
    Basket {
        /// The share.
        threshold: f64,
        /// How many values may single out a pattern.
        dimensions: usize,
    },
    /// A few that describe many rows.
    Cluster {
        /// What the share of rows counts against the share of columns, from 0 to 1.
        size_weight: f64,
        /// Where searches begin.
        seeds: usize,
    },
    /// Those whose shares of two sets differ by at least this.
    Difference {
        /// The value of the rows of the first set.
        a: String,
        /// The value of the rows of the second set.
        b: String,
        /// The difference of the shares.
        threshold: f64,
        /// How many values may single out a pattern.
        dimensions: usize,
    },
}

/// The operation. Its expressions are the weight (a real, when there is one), the set of a row (a text, for differences),
/// then the columns.
#[derive(Clone, Debug)]
pub(crate) struct Patterns {
    /// What is searched.
    pub(crate) task: Task,
    /// There is a weight.
    pub(crate) weighted: bool,
    /// The columns of the output.
    pub(crate) fields: Vec<FieldRef>,
    /// What stands in a column that a pattern leaves open, for each column.
    pub(crate) wildcards: Vec<ScalarValue>,
}

impl Operation for Patterns {
    fn name(&self) -> &'static str {
        "Patterns"
    }

    fn describe(&self) -> String {
        format!("{:?}, weighted={}, wildcards={:?}, {:?}", self.task, self.weighted, self.wildcards, self.fields)
    }

    fn keeps_input(&self) -> bool {
        false
    }

    fn keeps_order(&self) -> bool {
        false
    }

    fn appended(&self) -> Vec<FieldRef> {
        self.fields.clone()
    }

    fn distribution(&self) -> Needs {
        Needs::One
    }

    fn start(&self, start: Start) -> Result<Box<dyn Transform>> {
        let mut expressions = start.expressions.into_iter();
        let weight = if self.weighted { expressions.next() } else { None };
        let set = if matches!(self.task, Task::Difference { .. }) { expressions.next() } else { None };
        Ok(Box::new(Running {
            operation: self.clone(),
            weight,
            set,
            expressions: expressions.collect(),
            schema: start.schema,
            columns: Vec::new(),
            weights: Vec::new(),
            sets: Vec::new(),
            search: Search::Reading,
        }))
    }
}

struct Running {
    operation: Patterns,
    weight: Option<Arc<dyn PhysicalExpr>>,
    set: Option<Arc<dyn PhysicalExpr>>,
    expressions: Vec<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
    columns: Vec<Column>,
    weights: Vec<f64>,
    sets: Vec<u8>,
    search: Search,
}

enum Search {
    Reading,
    /// The searches left, the one under work first, and those done.
    Searching {
        items: Items,
        left: Vec<Closed>,
        done: Vec<Closed>,
    },
    Done,
}

/// A row of the result: counts in one set or two, and items.
struct Segment {
    counts: [f64; 2],
    items: Vec<u16>,
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, _: &mut Vec<RecordBatch>) -> Result<()> {
        let rows = batch.num_rows();
        // Rows without a positive weight, and those of neither set, do not count.
        let weights: Vec<f64> = match &self.weight {
            None => vec![1.0; rows],
            Some(weight) => {
                let weights = weight.evaluate(&batch)?.into_array(rows)?;
                let weights = cast(&weights, &DataType::Float64)?;
                let weights = weights.as_primitive::<Float64Type>();
                weights.iter().map(|w| w.filter(|w| *w > 0.0 && w.is_finite()).unwrap_or(0.0)).collect()
            }
        };
        let sets: Option<Vec<Option<u8>>> = match (&self.set, &self.operation.task) {
            (Some(set), Task::Difference { a, b, .. }) => {
                let texts = set.evaluate(&batch)?.into_array(rows)?;
                let Some(texts) = texts.as_string_view_opt() else { return internal_err!("sets that are no texts") };
                let set = |text: Option<&str>| match text {
                    Some(text) if text == a => Some(0),
                    Some(text) if text == b => Some(1),
                    _ => None,
                };
                Some(texts.iter().map(set).collect())
            }
            _ => None,
        };
        let counts = |row: usize| weights[row] > 0.0 && sets.as_ref().is_none_or(|s| s[row].is_some());
        let keep: Vec<bool> = (0..rows).map(counts).collect();
        let mask = keep.contains(&false).then(|| keep.iter().map(|k| Some(*k)).collect());
        self.weights.extend((0..rows).filter(|r| keep[*r]).map(|r| weights[r]));
        if let Some(sets) = sets {
            self.sets.extend(sets.into_iter().zip(&keep).filter(|(_, keep)| **keep).map(|(set, _)| set.unwrap_or(0)));
        }
        for (at, expression) in self.expressions.iter().enumerate() {
            let values = expression.evaluate(&batch)?.into_array(rows)?;
            let values = match &mask {
                Some(mask) => filter(&values, mask)?,
                None => values,
            };
            if self.columns.len() == at {
                self.columns.push(Column::new(&values)?);
            }
            self.columns[at].push(&values)?;
        }
        Ok(())
    }

    fn finish(&mut self, _: &mut Vec<RecordBatch>) -> Result<()> {
        if self.columns.is_empty() {
            self.search = Search::Done;
            return Ok(());
        }
        let task = self.operation.task.clone();
        let items = Items::new(&self.columns, &self.weights, &self.sets, |totals| match task {
            Task::Basket { threshold, .. } => [at_least(threshold, totals[0]), f64::INFINITY],
            Task::Cluster { .. } => [self.rarest(totals[0]), f64::INFINITY],
            Task::Difference { threshold, .. } => totals.map(|total| at_least(threshold, total)),
        })?;
        let search = |set: usize, threshold: f64, dimensions: usize| {
            Closed::new(&items, set, at_least(threshold, items.totals[set]), dimensions)
        };
        let left = match self.operation.task {
            Task::Basket { threshold, dimensions } => vec![search(0, threshold, dimensions)],
            Task::Cluster { .. } => Vec::new(),
            Task::Difference { threshold, dimensions, .. } => {
                vec![search(0, threshold, dimensions), search(1, threshold, dimensions)]
            }
        };
        self.search = Search::Searching { items, left, done: Vec::new() };
        Ok(())
    }

    fn pending(&self) -> bool {
        matches!(self.search, Search::Searching { .. })
    }

    fn more(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        let Search::Searching { items, left, done } = &mut self.search else { return Ok(()) };
        if let Some(current) = left.first_mut() {
            if current.turn(items, TURN)? {
                done.push(left.remove(0));
            }
            if !left.is_empty() {
                return Ok(());
            }
        }
        let segments = self.segments();
        if !segments.is_empty() {
            out.push(self.output(&segments)?);
        }
        self.search = Search::Done;
        Ok(())
    }

    fn memory(&self) -> usize {
        let search = match &self.search {
            Search::Reading | Search::Done => 0,
            Search::Searching { items, left, done } => {
                items.memory() + left.iter().chain(done).map(Closed::memory).sum::<usize>()
            }
        };
        let columns: usize = self.columns.iter().map(Column::memory).sum();
        columns + 9 * self.weights.capacity() + search
    }
}

/// A share of a total, with room for what sums lose in their last digits.
fn at_least(share: f64, total: f64) -> f64 {
    let least = share * total;
    if least > 0.0 { least * (1.0 - 1e-12) } else { f64::INFINITY }
}

impl Running {
    /// What a value weighs at least to be of use to a cluster: 1.5 % of all (as little as the thresholds of the other
    /// plugins may be), and more than one row.
    fn rarest(&self, total: f64) -> f64 {
        let single = if self.weight.is_none() && self.weights.len() > 1 { 1.5 } else { 0.0 };
        at_least(0.015, total).max(single)
    }

    fn segments(&self) -> Vec<Segment> {
        let Search::Searching { items, done, .. } = &self.search else { return Vec::new() };
        let one = |p: closed::Pattern| Segment { counts: [p.weight, 0.0], items: p.items };
        let mut segments: Vec<Segment> = match (&self.operation.task, done.as_slice()) {
            (Task::Basket { .. }, [search]) => search.found.iter().cloned().map(one).collect(),
            (Task::Cluster { size_weight, seeds }, _) => {
                let least = self.rarest(items.totals[0]);
                cluster::segments(items, *size_weight, *seeds, self.columns.len(), least).into_iter().map(one).collect()
            }
            (Task::Difference { threshold, .. }, [a, b]) => {
                let found = difference::differences(items, [&a.found, &b.found], *threshold);
                return found.into_iter().map(|d| Segment { counts: d.weights, items: d.items }).collect();
            }
            _ => Vec::new(),
        };
        // The published answers come by rows times set columns.
        let size = |s: &Segment| s.counts[0] * s.items.len() as f64;
        segments.sort_by(|a, b| size(b).total_cmp(&size(a)).then_with(|| a.items.cmp(&b.items)));
        segments
    }

    #[allow(clippy::cast_possible_truncation)] // Weights are summed as reals; a count is the nearest whole number.
    fn output(&self, segments: &[Segment]) -> Result<RecordBatch> {
        let Search::Searching { items, .. } = &self.search else { return internal_err!("no patterns") };
        let count = |set: usize| segments.iter().map(|s| s.counts[set].round() as i64).collect::<Int64Array>();
        let percent = |s: &Segment, set: usize| {
            if items.totals[set] > 0.0 { 100.0 * s.counts[set] / items.totals[set] } else { 0.0 }
        };
        let mut columns: Vec<ArrayRef> = vec![Arc::new(Int64Array::from_iter_values(0..segments.len() as i64))];
        if matches!(self.operation.task, Task::Difference { .. }) {
            let rounded = |f: &dyn Fn(&Segment) -> f64| {
                segments.iter().map(|s| (f(s) * 100.0).round() / 100.0).collect::<Float64Array>()
            };
            columns.extend([Arc::new(count(0)) as ArrayRef, Arc::new(count(1))]);
            columns.push(Arc::new(rounded(&|s| percent(s, 0))));
            columns.push(Arc::new(rounded(&|s| percent(s, 1))));
            columns.push(Arc::new(rounded(&|s| (percent(s, 0) - percent(s, 1)).abs())));
        } else {
            columns.push(Arc::new(count(0)));
            columns.push(Arc::new(segments.iter().map(|s| percent(s, 0)).collect::<Float64Array>()));
        }
        for (at, column) in self.columns.iter().enumerate() {
            let decoded = column.decode();
            let value = |s: &Segment| {
                let item = s.items.iter().map(|i| items.item(*i)).find(|i| i.column == at)?;
                decoded.get(item.code).copied()
            };
            let values: Vec<Option<&[u8]>> = segments.iter().map(value).collect();
            let Some(wildcard) = self.operation.wildcards.get(at) else { return internal_err!("no wildcard") };
            columns.push(column.array(&values, &wildcard.to_array()?)?);
        }
        Ok(RecordBatch::try_new(Arc::clone(&self.schema), columns)?)
    }
}
