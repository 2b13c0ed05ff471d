//! The columns of matches.

use super::build::Graph;
use super::search::Binding;
use super::task::{MatchColumn, MatchValue};
use arrow::array::{
    Array, ArrayRef, AsArray, BooleanArray, RecordBatch, RecordBatchOptions, StringViewArray, StringViewBuilder,
    UInt32Array,
};
use arrow::compute::take;
use arrow::datatypes::SchemaRef;
use datafusion::common::{Result, internal_err};
use datafusion::logical_expr::Expr as DfExpr;
use kql_bind::bound::PathFold;
use std::sync::Arc;

/// Gathers matches and turns them into columns.
#[derive(Debug)]
pub(super) struct Matches {
    columns: Vec<Column>,
    /// Values over all nodes and over all edges, which columns pick from.
    values: Vec<ArrayRef>,
    /// Nodes of each match, by slot; empty for slots no column reads.
    nodes: Vec<Option<Vec<u32>>>,
    edges: Vec<Option<Vec<u32>>>,
    paths: Vec<Option<Paths>>,
    rows: usize,
    schema: SchemaRef,
}

/// The edges and the inner nodes of an edge of variable length, match after match.
#[derive(Debug, Default)]
struct Paths {
    edges: Vec<u32>,
    edge_ends: Vec<usize>,
    nodes: Vec<u32>,
    node_ends: Vec<usize>,
}

/// A column, with its values by their place.
#[derive(Debug)]
enum Column {
    Node(usize, usize),
    Edge(usize, usize),
    Path { edge: usize, inner_nodes: bool, fold: PathFold, values: usize },
}

/// Elements along paths that are gathered before they become a batch.
const MAX_PATH_ITEMS: usize = 1 << 17;

impl Matches {
    /// Computes what the columns read of single nodes and edges.
    pub(super) fn new(graph: &mut Graph, columns: &[MatchColumn], slots: &Binding, schema: SchemaRef) -> Result<Self> {
        let mut expressions: Vec<(bool, DfExpr)> = Vec::new();
        let mut values = Vec::new();
        let mut place = |of_nodes: bool, expr: &DfExpr| -> Result<usize> {
            let known = expressions.iter().position(|(n, e)| *n == of_nodes && e == expr);
            if let Some(at) = known {
                return Ok(at);
            }
            values.push(if of_nodes { graph.evaluate_nodes(expr)? } else { graph.edges.evaluate(expr)? });
            expressions.push((of_nodes, expr.clone()));
            Ok(values.len() - 1)
        };
        let mut nodes: Vec<Option<Vec<u32>>> = vec![None; slots.nodes.len()];
        let mut edges: Vec<Option<Vec<u32>>> = vec![None; slots.edges.len()];
        let mut paths: Vec<Option<Paths>> = (0..slots.paths.len()).map(|_| None).collect();
        let mut planned = Vec::with_capacity(columns.len());
        for column in columns {
            planned.push(match &column.value {
                MatchValue::Node(slot, expr) => {
                    nodes[*slot].get_or_insert_default();
                    Column::Node(*slot, place(true, expr)?)
                }
                MatchValue::Edge(slot, expr) => {
                    edges[*slot].get_or_insert_default();
                    Column::Edge(*slot, place(false, expr)?)
                }
                MatchValue::Path { edge, inner_nodes, fold, value } => {
                    paths[*edge].get_or_insert_default();
                    let values = place(*inner_nodes, value)?;
                    Column::Path { edge: *edge, inner_nodes: *inner_nodes, fold: *fold, values }
                }
            });
        }
        Ok(Matches { columns: planned, values, nodes, edges, paths, rows: 0, schema })
    }

    /// Adds a match.
    pub(super) fn push(&mut self, binding: &Binding) {
        self.rows += 1;
        for (list, node) in self.nodes.iter_mut().zip(&binding.nodes) {
            list.iter_mut().for_each(|l| l.push(*node));
        }
        for (list, edge) in self.edges.iter_mut().zip(&binding.edges) {
            list.iter_mut().for_each(|l| l.push(*edge));
        }
        for (paths, path) in self.paths.iter_mut().zip(&binding.paths) {
            let Some(paths) = paths else { continue };
            let inner = &path.nodes[..path.nodes.len().saturating_sub(1)];
            if path.backwards {
                paths.edges.extend(path.edges.iter().rev());
                paths.nodes.extend(inner.iter().rev());
            } else {
                paths.edges.extend(&path.edges);
                paths.nodes.extend(inner);
            }
            paths.edge_ends.push(paths.edges.len());
            paths.node_ends.push(paths.nodes.len());
        }
    }

    /// True when there is enough for a batch.
    pub(super) fn is_full(&self, batch_size: usize) -> bool {
        self.rows >= batch_size || self.paths.iter().flatten().any(|p| p.edges.len() >= MAX_PATH_ITEMS)
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        let lists = self.nodes.iter().chain(&self.edges).flatten().count();
        let items: usize = self.paths.iter().flatten().map(|p| p.edges.len() + p.nodes.len()).sum();
        let values: usize = self.values.iter().map(|v| v.get_array_memory_size()).sum();
        values + lists * self.rows * 4 + items * 4
    }

    /// The matches so far as a batch; `None` without any.
    pub(super) fn take(&mut self) -> Result<Option<RecordBatch>> {
        if self.rows == 0 {
            return Ok(None);
        }
        let arrays = self.columns.iter().map(|c| self.column(c)).collect::<Result<Vec<_>>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)?;
        self.rows = 0;
        self.nodes.iter_mut().chain(&mut self.edges).flatten().for_each(Vec::clear);
        self.paths.iter_mut().flatten().for_each(|p| *p = Paths::default());
        Ok(Some(batch))
    }

    fn column(&self, column: &Column) -> Result<ArrayRef> {
        let picked = |list: &Option<Vec<u32>>, values: usize| -> Result<ArrayRef> {
            let Some(list) = list else { return internal_err!("elements of a match were not gathered") };
            Ok(take(&self.values[values], &UInt32Array::from(list.clone()), None)?)
        };
        match column {
            Column::Node(slot, values) => picked(&self.nodes[*slot], *values),
            Column::Edge(slot, values) => picked(&self.edges[*slot], *values),
            Column::Path { edge, inner_nodes, fold, values } => {
                let Some(paths) = &self.paths[*edge] else { return internal_err!("a path was not gathered") };
                let (items, ends) =
                    if *inner_nodes { (&paths.nodes, &paths.node_ends) } else { (&paths.edges, &paths.edge_ends) };
                let values = &self.values[*values];
                Ok(match fold {
                    PathFold::Map => arrays(values.as_string_view(), items, ends),
                    PathFold::All => tests(values.as_boolean(), items, ends, true),
                    PathFold::Any => tests(values.as_boolean(), items, ends, false),
                })
            }
        }
    }
}

/// The pieces of a list that end at `ends`.
fn pieces<'a>(items: &'a [u32], ends: &'a [usize]) -> impl Iterator<Item = &'a [u32]> {
    let starts = std::iter::once(0).chain(ends.iter().copied());
    starts.zip(ends).map(|(start, end)| &items[start..*end])
}

/// An array for each path of the only elements of one-element arrays.
fn arrays(values: &StringViewArray, items: &[u32], ends: &[usize]) -> ArrayRef {
    let mut out = StringViewBuilder::with_capacity(ends.len());
    let mut text = String::new();
    for piece in pieces(items, ends) {
        text.clear();
        text.push('[');
        for (at, item) in piece.iter().enumerate() {
            if at > 0 {
                text.push(',');
            }
            let one = values.value(*item as usize);
            text.push_str(one.strip_prefix('[').and_then(|t| t.strip_suffix(']')).unwrap_or("null"));
        }
        text.push(']');
        out.append_value(&text);
    }
    Arc::new(out.finish())
}

/// For each path whether all or any of its values are true; null is not.
fn tests(values: &BooleanArray, items: &[u32], ends: &[usize], all: bool) -> ArrayRef {
    let value = |item: &u32| values.is_valid(*item as usize) && values.value(*item as usize);
    let fold = |piece: &[u32]| if all { piece.iter().all(value) } else { piece.iter().any(value) };
    Arc::new(pieces(items, ends).map(|piece| Some(fold(piece))).collect::<BooleanArray>())
}
