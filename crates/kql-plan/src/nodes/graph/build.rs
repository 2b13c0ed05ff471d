//! From rows to a graph.

use super::adjacency::{Adjacency, Shape};
use super::components::components;
use super::elements::{Elements, RAW_ID};
use super::task::{Change, GraphTask, SOURCE_ID, TARGET_ID};
use arrow::array::{
    Array, ArrayRef, Int64Array, RecordBatch, StringViewArray, UInt64Array, new_empty_array, new_null_array,
};
use arrow::compute::{concat, interleave, take};
use arrow::datatypes::{DataType, FieldRef};
use arrow::row::{RowConverter, Rows, SortField};
use datafusion::common::{DataFusionError, HashMap, Result, internal_err};
use datafusion::logical_expr::Expr as DfExpr;
use kql_bind::bound::{NODE_DEGREE_IN, NODE_DEGREE_OUT, NODE_ID};
use kql_diagnostic::{Diagnostic, Span, code};
use std::sync::Arc;

/// Takes in node tables, then edges.
#[derive(Debug)]
pub(super) struct Builder {
    task: Arc<GraphTask>,
    converter: Option<RowConverter>,
    /// Number of each node, by its id (and partition).
    numbers: HashMap<Box<[u8]>, u32>,
    key_bytes: usize,
    /// Node tables.
    node_batches: Vec<RecordBatch>,
    /// Batch and row of the nodes that have a row: the first ones.
    node_rows: Vec<(usize, usize)>,
    edge_batches: Vec<RecordBatch>,
    source: Vec<u32>,
    target: Vec<u32>,
}

impl Builder {
    pub(super) fn new(task: Arc<GraphTask>) -> Self {
        Builder {
            task,
            converter: None,
            numbers: HashMap::new(),
            key_bytes: 0,
            node_batches: Vec::new(),
            node_rows: Vec::new(),
            edge_batches: Vec::new(),
            source: Vec::new(),
            target: Vec::new(),
        }
    }

    /// Takes rows of a node table. Of several rows with one id the first is the node.
    pub(super) fn push_nodes(&mut self, batch: RecordBatch) -> Result<()> {
        let keys = self.keys(&batch, 0, 1)?;
        for row in 0..batch.num_rows() {
            let nodes = self.numbers.len();
            if self.number(keys.row(row).data())? as usize == nodes {
                self.node_rows.push((self.node_batches.len(), row));
            }
        }
        self.node_batches.push(batch);
        Ok(())
    }

    /// Takes rows of the edges. Ends without a node become nodes.
    pub(super) fn push_edges(&mut self, batch: RecordBatch) -> Result<()> {
        let (sources, targets) = (self.keys(&batch, 0, 2)?, self.keys(&batch, 1, 2)?);
        if self.source.len() + batch.num_rows() >= u32::MAX as usize {
            return Err(too_large("edges"));
        }
        for row in 0..batch.num_rows() {
            let source = self.number(sources.row(row).data())?;
            self.source.push(source);
            let target = self.number(targets.row(row).data())?;
            self.target.push(target);
        }
        self.edge_batches.push(batch);
        Ok(())
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        let batches = self.node_batches.iter().chain(&self.edge_batches);
        let rows: usize = batches.map(RecordBatch::get_array_memory_size).sum();
        rows + self.key_bytes + self.source.capacity() * 8 + self.node_rows.capacity() * 16
    }

    fn keys(&mut self, batch: &RecordBatch, id: usize, partition: usize) -> Result<Rows> {
        let mut columns = vec![Arc::clone(batch.column(id))];
        if self.task.partitioned {
            columns.push(Arc::clone(batch.column(partition)));
        }
        let converter = match &mut self.converter {
            Some(converter) => converter,
            unset => {
                let fields = columns.iter().map(|c| SortField::new(c.data_type().clone())).collect();
                unset.insert(RowConverter::new(fields)?)
            }
        };
        Ok(converter.convert_columns(&columns)?)
    }

    /// The number of a node, a new one when it is not known yet.
    fn number(&mut self, key: &[u8]) -> Result<u32> {
        if let Some(number) = self.numbers.get(key) {
            return Ok(*number);
        }
        let number = u32::try_from(self.numbers.len()).ok().filter(|n| *n < u32::MAX);
        let number = number.ok_or_else(|| too_large("nodes"))?;
        self.key_bytes += key.len() + 40;
        self.numbers.insert(key.into(), number);
        Ok(number)
    }

    /// The graph, changed as the task says.
    pub(super) fn finish(self, id_type: &DataType) -> Result<Graph> {
        let task = Arc::clone(&self.task);
        let count = self.numbers.len();
        let mut keys: Vec<&[u8]> = vec![&[]; count];
        for (key, number) in &self.numbers {
            keys[*number as usize] = key;
        }
        let decoded = match &self.converter {
            Some(converter) => {
                let parser = converter.parser();
                converter.convert_rows(keys.iter().map(|k| parser.parse(k)))?
            }
            None => Vec::new(),
        };
        let mut decoded = decoded.into_iter();
        let ids = decoded.next().unwrap_or_else(|| new_empty_array(id_type));
        let partitions = decoded.next().map(|p| numbered(&p)).transpose()?;
        let mut nodes = Elements::new(count);
        let first = 1 + usize::from(task.partitioned);
        for (at, field) in task.nodes.iter().enumerate() {
            nodes.set(field.name(), self.node_property(field, first + at, count)?);
        }
        if let Some(own) = &task.own_id {
            let rows = self.node_rows.len();
            let known = task.nodes.iter().position(|f| f.name() == own.name());
            let values = match known {
                Some(at) => {
                    let with_row = self.node_property(own, first + at, count)?;
                    concat(&[&with_row.slice(0, rows), &ids.slice(rows, count - rows)])?
                }
                None => Arc::clone(&ids),
            };
            nodes.set(own.name(), values);
        }
        nodes.set(RAW_ID, ids);
        let edge_count = self.source.len();
        let mut edges = Elements::new(edge_count);
        let first = 2 + usize::from(task.partitioned);
        let own = task.edges.iter().enumerate().map(|(at, f)| (f.name().as_str(), first + at, f.data_type()));
        let ends = [(SOURCE_ID, 0, id_type), (TARGET_ID, 1, id_type)];
        for (name, at, ty) in ends.into_iter().chain(own) {
            let parts: Vec<&dyn Array> = self.edge_batches.iter().map(|b| b.column(at).as_ref()).collect();
            edges.set(name, if parts.is_empty() { new_empty_array(ty) } else { concat(&parts)? });
        }
        let mut graph = Graph {
            nodes,
            edges,
            shape: Shape { source: self.source, target: self.target, ..Shape::default() },
            partitions,
            alive_nodes: vec![true; count],
            alive_edges: vec![true; edge_count],
            id_text: task.id_text.clone(),
        };
        graph.connect();
        for change in &task.changes {
            graph.change(change)?;
        }
        Ok(graph)
    }

    /// A property of all nodes: null, or `''`, for those without a row.
    fn node_property(&self, field: &FieldRef, column: usize, count: usize) -> Result<ArrayRef> {
        let missing: ArrayRef = if field.is_nullable() {
            new_null_array(field.data_type(), 1)
        } else {
            Arc::new(StringViewArray::from(vec![""]))
        };
        let mut parts: Vec<&dyn Array> = self.node_batches.iter().map(|b| b.column(column).as_ref()).collect();
        parts.push(missing.as_ref());
        let mut places = self.node_rows.clone();
        places.resize(count, (parts.len() - 1, 0));
        if count == 0 { Ok(new_empty_array(field.data_type())) } else { Ok(interleave(&parts, &places)?) }
    }
}

/// Numbers for the different values of a column.
fn numbered(values: &ArrayRef) -> Result<Vec<u32>> {
    let converter = RowConverter::new(vec![SortField::new(values.data_type().clone())])?;
    let rows = converter.convert_columns(std::slice::from_ref(values))?;
    let mut numbers: HashMap<Box<[u8]>, u32> = HashMap::new();
    let number = |row: arrow::row::Row<'_>| {
        let next = numbers.len() as u32;
        *numbers.entry(row.data().into()).or_insert(next)
    };
    Ok(rows.iter().map(number).collect())
}

fn too_large(what: &str) -> DataFusionError {
    let message = format!("a graph has room for {} {what}", u32::MAX);
    DataFusionError::External(Box::new(Diagnostic::error(code::LIMIT, Span::default(), message)))
}

/// A graph.
#[derive(Debug)]
pub(super) struct Graph {
    /// Nodes with their properties.
    pub(super) nodes: Elements,
    /// Edges with theirs.
    pub(super) edges: Elements,
    /// How they are connected; edges that are not alive are not followed.
    pub(super) shape: Shape,
    partitions: Option<Vec<u32>>,
    /// Nodes that are left.
    pub(super) alive_nodes: Vec<bool>,
    /// Edges that are left.
    pub(super) alive_edges: Vec<bool>,
    id_text: DfExpr,
}

impl Graph {
    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        let numbers = (self.shape.source.len() + self.shape.target.len()) * size_of::<u32>();
        let shape = self.shape.out.bytes() + self.shape.into.bytes() + numbers;
        self.nodes.bytes() + self.edges.bytes() + shape + self.alive_nodes.len() + self.alive_edges.len()
    }

    /// Makes the lists of edges by node anew.
    fn connect(&mut self) {
        let nodes = self.alive_nodes.len();
        self.shape.out = Adjacency::new(nodes, &self.shape.source, &self.alive_edges);
        self.shape.into = Adjacency::new(nodes, &self.shape.target, &self.alive_edges);
        self.nodes.remove(NODE_DEGREE_IN);
        self.nodes.remove(NODE_DEGREE_OUT);
    }

    fn change(&mut self, change: &Change) -> Result<()> {
        match change {
            Change::MarkComponents { strong, property } => {
                let found = components(&self.shape, &self.alive_nodes, self.partitions.as_deref(), *strong);
                self.nodes.set(property.name(), Arc::new(Int64Array::from(found)));
            }
            Change::WhereNodes(predicate) => {
                let kept = self.test_nodes(predicate)?;
                self.alive_nodes.iter_mut().zip(kept).for_each(|(alive, kept)| *alive &= kept);
                for (edge, alive) in self.alive_edges.iter_mut().enumerate() {
                    let (source, target) = (self.shape.source[edge] as usize, self.shape.target[edge] as usize);
                    *alive &= self.alive_nodes[source] && self.alive_nodes[target];
                }
                self.connect();
            }
            Change::WhereEdges(predicate) => {
                let kept = self.edges.test(predicate)?;
                self.alive_edges.iter_mut().zip(kept).for_each(|(alive, kept)| *alive &= kept);
                self.connect();
            }
        }
        Ok(())
    }

    /// For which nodes a predicate is true.
    pub(super) fn test_nodes(&mut self, predicate: &DfExpr) -> Result<Vec<bool>> {
        self.reserved(predicate)?;
        self.nodes.test(predicate)
    }

    /// The values of an expression over nodes.
    pub(super) fn evaluate_nodes(&mut self, expr: &DfExpr) -> Result<ArrayRef> {
        self.reserved(expr)?;
        self.nodes.evaluate(expr)
    }

    /// Computes the reserved columns an expression reads.
    fn reserved(&mut self, expr: &DfExpr) -> Result<()> {
        for column in expr.column_refs() {
            let name = column.name.as_str();
            if self.nodes.has(name) {
                continue;
            }
            let nodes = 0..self.alive_nodes.len() as u32;
            let degrees = |list: &Adjacency| -> ArrayRef {
                Arc::new(Int64Array::from_iter_values(nodes.clone().map(|n| list.degree(n) as i64)))
            };
            let values = match name {
                NODE_DEGREE_IN => degrees(&self.shape.into),
                NODE_DEGREE_OUT => degrees(&self.shape.out),
                NODE_ID => self.nodes.evaluate(&self.id_text)?,
                _ => return internal_err!("nodes of the graph have no property '{name}'"),
            };
            self.nodes.set(name, values);
        }
        Ok(())
    }

    /// The rows of the nodes or the edges that are left.
    pub(super) fn table(&mut self, nodes: bool, columns: &[(FieldRef, DfExpr)]) -> Result<Vec<ArrayRef>> {
        let alive = if nodes { &self.alive_nodes } else { &self.alive_edges };
        let all = alive.iter().all(|a| *a);
        let places: UInt64Array = alive.iter().enumerate().filter(|(_, a)| **a).map(|(n, _)| n as u64).collect();
        let mut arrays = Vec::with_capacity(columns.len());
        for (_, expr) in columns {
            let values = if nodes { self.evaluate_nodes(expr)? } else { self.edges.evaluate(expr)? };
            arrays.push(if all { values } else { take(&values, &places, None)? });
        }
        Ok(arrays)
    }
}
