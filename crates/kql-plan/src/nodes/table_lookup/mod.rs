//! Rows of another table for each row: `ipv4_lookup`, `ipv6_lookup`, `geo_polygon_lookup`, `geo_line_lookup`.
//!
//! What is looked up, and how, is a [`Finder`]: networks by address, shapes by place.

mod networks;
mod shapes;

pub(crate) use networks::Networks;
pub(crate) use shapes::Shapes;

use super::keys::{Keys, key_of};
use super::{FiltersBelow, Operation, Start, Transform};
use arrow::array::{Array, ArrayRef, AsArray, StringViewArray, UInt32Array, UInt64Array, new_null_array};
use arrow::compute::{concat, take};
use arrow::datatypes::{Field, FieldRef, SchemaRef};
use arrow::record_batch::RecordBatch;
use arrow::row::{RowConverter, SortField};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use kql_functions::arrow_type;
use kql_types::ScalarType;
use std::sync::Arc;

/// Finds rows of the lookup table.
pub(crate) trait Finder: std::fmt::Debug + Send + Sync {
    /// What is looked up, in words.
    fn describe(&self) -> String;

    /// How many expressions over the input row it reads.
    fn arguments(&self) -> usize;

    /// Appends the numbers of the rows of the lookup table that fit a row, given the values of the expressions.
    ///
    /// # Errors
    /// When values are of a wrong type.
    fn find(&self, arguments: &[ArrayRef], row: usize, found: &mut Vec<u32>) -> Result<()>;
}

/// The operation. Its expressions are those of the finder, the further keys, then (inside of `mv-apply`) the marker of
/// extra rows, which pass as they are.
#[derive(Clone, Debug)]
pub(crate) struct TableLookup {
    /// Tells this lookup table from others.
    pub(crate) name: String,
    pub(crate) finder: Arc<dyn Finder>,
    /// The lookup table.
    pub(crate) table: Arc<LookupTable>,
    /// Names and types of its columns in the output.
    pub(crate) columns: Vec<(String, ScalarType)>,
    /// How many further keys there are.
    pub(crate) keys: usize,
    /// Rows without a match stay, with null or `''` for the lookup table's columns.
    pub(crate) return_unmatched: bool,
}

/// The rows of the lookup table.
pub(crate) struct LookupTable {
    /// The further keys of each row, encoded.
    keys: Option<arrow::row::Rows>,
    /// The columns of the output. One row follows for what has no match.
    columns: Vec<ArrayRef>,
    unmatched: u32,
}

impl std::fmt::Debug for LookupTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LookupTable").field("rows", &self.unmatched).finish_non_exhaustive()
    }
}

impl LookupTable {
    /// The table with these columns as further keys, and these, of their types, as columns of the output.
    ///
    /// # Errors
    /// When the table is too long.
    pub(crate) fn new(rows: &RecordBatch, keys: &[usize], shown: &[(usize, ScalarType)]) -> Result<Self> {
        let Ok(unmatched) = u32::try_from(rows.num_rows()) else {
            return internal_err!("a lookup table of {} rows", rows.num_rows());
        };
        let keys: Vec<ArrayRef> = keys.iter().map(|i| Arc::clone(rows.column(*i))).collect();
        let keys = if keys.is_empty() {
            None
        } else {
            let fields = keys.iter().map(|k| SortField::new(k.data_type().clone())).collect();
            Some(RowConverter::new(fields)?.convert_columns(&keys)?)
        };
        let columns = shown.iter().map(|(i, ty)| with_empty_row(rows.column(*i), *ty)).collect::<Result<_>>()?;
        Ok(LookupTable { keys, columns, unmatched })
    }
}

/// The column and one row more: `''` in a text, which cannot be null, else null.
fn with_empty_row(column: &ArrayRef, ty: ScalarType) -> Result<ArrayRef> {
    let row: ArrayRef = match ty {
        ScalarType::String => Arc::new(StringViewArray::from(vec![""])),
        _ => new_null_array(column.data_type(), 1),
    };
    Ok(concat(&[column, &row])?)
}

impl Operation for TableLookup {
    fn name(&self) -> &'static str {
        "TableLookup"
    }

    fn describe(&self) -> String {
        let unmatched = if self.return_unmatched { " with unmatched rows" } else { "" };
        format!("in {} of {} {}{unmatched}", self.name, self.table.unmatched, self.finder.describe())
    }

    fn appended(&self) -> Vec<FieldRef> {
        let field = |(n, ty): &(String, ScalarType)| Arc::new(Field::new(n, arrow_type(*ty), ty.has_null()));
        self.columns.iter().map(field).collect()
    }

    fn filters_below(&self) -> FiltersBelow {
        FiltersBelow::Input
    }

    fn start(&self, start: Start) -> Result<Box<dyn Transform>> {
        let mut expressions = start.expressions.into_iter();
        let arguments = expressions.by_ref().take(self.finder.arguments()).collect();
        let keys = Keys::new(expressions.by_ref().take(self.keys).collect());
        Ok(Box::new(Running {
            operation: self.clone(),
            arguments,
            keys,
            marker: expressions.next(),
            schema: start.schema,
            batch_size: start.batch_size,
            current: None,
        }))
    }
}

struct Running {
    operation: TableLookup,
    arguments: Vec<Arc<dyn PhysicalExpr>>,
    keys: Keys,
    marker: Option<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
    batch_size: usize,
    current: Option<Current>,
}

/// The batch under work and its next row.
struct Current {
    batch: RecordBatch,
    arguments: Vec<ArrayRef>,
    keys: Option<arrow::row::Rows>,
    markers: Option<ArrayRef>,
    row: usize,
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, _: &mut Vec<RecordBatch>) -> Result<()> {
        let rows = batch.num_rows();
        let arguments = self.arguments.iter().map(|e| e.evaluate(&batch)?.into_array(rows)).collect::<Result<_>>()?;
        let columns = self.keys.columns(&batch)?;
        let keys = self.keys.encode(&columns)?;
        let markers = self.marker.as_ref().map(|m| m.evaluate(&batch)?.into_array(rows)).transpose()?;
        self.current = Some(Current { batch, arguments, keys, markers, row: 0 });
        Ok(())
    }

    fn pending(&self) -> bool {
        self.current.is_some()
    }

    fn more(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        let Some(mut current) = self.current.take() else { return Ok(()) };
        let markers = current.markers.as_ref().and_then(|m| m.as_boolean_opt());
        let TableLookup { table, finder, return_unmatched, .. } = &self.operation;
        let (mut sources, mut matches) = (Vec::<u64>::new(), Vec::<u32>::new());
        while current.row < current.batch.num_rows() && sources.len() < self.batch_size {
            let row = current.row;
            current.row += 1;
            let before = matches.len();
            let marked = markers.is_some_and(|m| m.is_valid(row) && m.value(row));
            if !marked {
                finder.find(&current.arguments, row, &mut matches)?;
                if let Some(keys) = &table.keys {
                    let key = key_of(&current.keys, row);
                    let mut kept = before;
                    for at in before..matches.len() {
                        if keys.row(matches[at] as usize).data() == key {
                            matches[kept] = matches[at];
                            kept += 1;
                        }
                    }
                    matches.truncate(kept);
                }
            }
            if matches.len() == before && (marked || *return_unmatched) {
                matches.push(table.unmatched);
            }
            sources.resize(matches.len(), row as u64);
        }
        if !sources.is_empty() {
            let (sources, matches) = (UInt64Array::from(sources), UInt32Array::from(matches));
            let kept = current.batch.columns().iter().map(|c| take(c, &sources, None));
            let found = table.columns.iter().map(|c| take(c, &matches, None));
            let columns = kept.chain(found).collect::<Result<Vec<_>, _>>()?;
            out.push(RecordBatch::try_new(Arc::clone(&self.schema), columns)?);
        }
        if current.row < current.batch.num_rows() {
            self.current = Some(current);
        }
        Ok(())
    }
}
