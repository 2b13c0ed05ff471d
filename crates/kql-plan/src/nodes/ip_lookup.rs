//! Rows of a table of networks for each address: `ipv4_lookup`, `ipv6_lookup`.

use super::keys::{Keys, key_of};
use super::{FiltersBelow, Operation, Start, Transform};
use arrow::array::{Array, ArrayRef, AsArray, StringViewArray, UInt32Array, UInt64Array, new_null_array};
use arrow::compute::{concat, take};
use arrow::datatypes::{DataType, Field, FieldRef, SchemaRef};
use arrow::record_batch::RecordBatch;
use arrow::row::{RowConverter, SortField};
use datafusion::common::internal_err;
use datafusion::error::Result;
use datafusion::physical_expr::PhysicalExpr;
use kql_functions::arrow_type;
use kql_functions::ip::address::{ipv4, ipv6, mask};
use kql_types::ScalarType;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// The operation. Its expressions are the address, the further keys, then (inside of `mv-apply`) the marker of extra
/// rows, which pass as they are.
#[derive(Clone, Debug)]
pub(crate) struct IpLookup {
    /// Tells this lookup table from others.
    pub(crate) name: String,
    /// The lookup table.
    pub(crate) index: Arc<Index>,
    /// Names and types of its columns in the output.
    pub(crate) columns: Vec<(String, ScalarType)>,
    /// How many further keys there are.
    pub(crate) keys: usize,
    /// Rows without a match stay, with null or `''` for the lookup table's columns.
    pub(crate) return_unmatched: bool,
}

/// The rows of the lookup table by network.
pub(crate) struct Index {
    v6: bool,
    /// Prefix lengths that occur, the longest first.
    prefixes: Vec<u32>,
    networks: HashMap<(u32, u128), Vec<u32>>,
    /// The further keys of each row, encoded.
    keys: Option<arrow::row::Rows>,
    /// The columns of the output. One row follows for what has no match.
    columns: Vec<ArrayRef>,
    unmatched: u32,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("rows", &self.unmatched).field("prefixes", &self.prefixes).finish_non_exhaustive()
    }
}

impl Index {
    /// The index of a table by the texts of a column; rows whose text is no network are not found.
    ///
    /// # Errors
    /// When the column is no text, or the table is too long.
    pub(crate) fn new(rows: &RecordBatch, network: usize, keys: &[usize], shown: &[usize], v6: bool) -> Result<Self> {
        let Some(texts) = rows.column(network).as_string_view_opt() else {
            return internal_err!("networks of type {}", rows.column(network).data_type());
        };
        let Ok(unmatched) = u32::try_from(rows.num_rows()) else {
            return internal_err!("a lookup table of {} rows", rows.num_rows());
        };
        let mut networks: HashMap<(u32, u128), Vec<u32>> = HashMap::new();
        let mut prefixes = BTreeSet::new();
        for row in 0..unmatched {
            let Some((bits, prefix)) = read(texts.value(row as usize), v6) else { continue };
            prefixes.insert(prefix);
            networks.entry((prefix, bits & mask_of(prefix, v6))).or_default().push(row);
        }
        let keys: Vec<ArrayRef> = keys.iter().map(|i| Arc::clone(rows.column(*i))).collect();
        let keys = if keys.is_empty() {
            None
        } else {
            let fields = keys.iter().map(|k| SortField::new(k.data_type().clone())).collect();
            Some(RowConverter::new(fields)?.convert_columns(&keys)?)
        };
        let columns = shown.iter().map(|i| with_empty_row(rows.column(*i))).collect::<Result<_>>()?;
        Ok(Index { v6, prefixes: prefixes.into_iter().rev().collect(), networks, keys, columns, unmatched })
    }

    /// Calls `f` with each row whose network has the address (or network) in it.
    fn find(&self, text: &str, mut f: impl FnMut(u32)) {
        let Some((bits, own)) = read(text, self.v6) else { return };
        for prefix in self.prefixes.iter().filter(|p| **p <= own) {
            if let Some(rows) = self.networks.get(&(*prefix, bits & mask_of(*prefix, self.v6))) {
                rows.iter().for_each(|row| f(*row));
            }
        }
    }
}

fn read(text: &str, v6: bool) -> Option<(u128, u32)> {
    if v6 { ipv6(text).map(|a| (a.bits, a.prefix)) } else { ipv4(text).map(|a| (a.bits, a.prefix)) }
}

fn mask_of(prefix: u32, v6: bool) -> u128 {
    if v6 { mask::<128>(prefix) } else { mask::<32>(prefix) }
}

/// The column and one row more: `''` in a text that cannot be null, else null.
fn with_empty_row(column: &ArrayRef) -> Result<ArrayRef> {
    let row: ArrayRef = match column.data_type() {
        DataType::Utf8View => Arc::new(StringViewArray::from(vec![""])),
        other => new_null_array(other, 1),
    };
    Ok(concat(&[column, &row])?)
}

impl Operation for IpLookup {
    fn name(&self) -> &'static str {
        "IpLookup"
    }

    fn describe(&self) -> String {
        let unmatched = if self.return_unmatched { " with unmatched rows" } else { "" };
        format!("in {} of {} networks{unmatched}", self.name, self.index.unmatched)
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
        let Some(address) = expressions.next() else { return internal_err!("no address") };
        let keys = Keys::new(expressions.by_ref().take(self.keys).collect());
        Ok(Box::new(Running {
            operation: self.clone(),
            address,
            keys,
            marker: expressions.next(),
            schema: start.schema,
            batch_size: start.batch_size,
            current: None,
        }))
    }
}

struct Running {
    operation: IpLookup,
    address: Arc<dyn PhysicalExpr>,
    keys: Keys,
    marker: Option<Arc<dyn PhysicalExpr>>,
    schema: SchemaRef,
    batch_size: usize,
    current: Option<Current>,
}

/// The batch under work and its next row.
struct Current {
    batch: RecordBatch,
    addresses: ArrayRef,
    keys: Option<arrow::row::Rows>,
    markers: Option<ArrayRef>,
    row: usize,
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, _: &mut Vec<RecordBatch>) -> Result<()> {
        let rows = batch.num_rows();
        let addresses = self.address.evaluate(&batch)?.into_array(rows)?;
        let columns = self.keys.columns(&batch)?;
        let keys = self.keys.encode(&columns)?;
        let markers = self.marker.as_ref().map(|m| m.evaluate(&batch)?.into_array(rows)).transpose()?;
        self.current = Some(Current { batch, addresses, keys, markers, row: 0 });
        Ok(())
    }

    fn pending(&self) -> bool {
        self.current.is_some()
    }

    fn more(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        let Some(mut current) = self.current.take() else { return Ok(()) };
        let Some(texts) = current.addresses.as_string_view_opt() else {
            return internal_err!("addresses of type {}", current.addresses.data_type());
        };
        let markers = current.markers.as_ref().and_then(|m| m.as_boolean_opt());
        let index = &self.operation.index;
        let (mut sources, mut matches) = (Vec::<u64>::new(), Vec::<u32>::new());
        while current.row < current.batch.num_rows() && sources.len() < self.batch_size {
            let row = current.row;
            current.row += 1;
            let before = matches.len();
            let marked = markers.is_some_and(|m| m.is_valid(row) && m.value(row));
            if !marked && texts.is_valid(row) {
                let key = key_of(&current.keys, row);
                index.find(texts.value(row), |found| {
                    if index.keys.as_ref().is_none_or(|keys| keys.row(found as usize).data() == key) {
                        matches.push(found);
                    }
                });
            }
            if matches.len() == before && (marked || self.operation.return_unmatched) {
                matches.push(index.unmatched);
            }
            sources.resize(matches.len(), row as u64);
        }
        if !sources.is_empty() {
            let (sources, matches) = (UInt64Array::from(sources), UInt32Array::from(matches));
            let kept = current.batch.columns().iter().map(|c| take(c, &sources, None));
            let found = index.columns.iter().map(|c| take(c, &matches, None));
            let columns = kept.chain(found).collect::<Result<Vec<_>, _>>()?;
            out.push(RecordBatch::try_new(Arc::clone(&self.schema), columns)?);
        }
        if current.row < current.batch.num_rows() {
            self.current = Some(current);
        }
        Ok(())
    }
}
