//! `graph-match`, `graph-shortest-paths`, `graph-to-table`, and the operators that make and change graphs.
//!
//! Conditions on one node or edge are tested before the search, on all of them at once; what reads several elements is a
//! filter above the matches. Only the properties that something reads are kept.

use crate::error::{At, PlanError, Result};
use crate::expression::{call_by_name, convert, ident};
use crate::nodes::graph::{
    Change, EdgeSlot, GraphNode, GraphTask, MatchColumn, MatchTask, MatchValue, NodeSlot, Output, RAW_ID, SOURCE_ID,
    TARGET_ID,
};
use crate::planner::{Order, Planner};
use crate::prepare::is_volatile;
use crate::rows::Rows;
use crate::walk;
use arrow::datatypes::{Field, FieldRef};
use datafusion::logical_expr::{Expr as DfExpr, LogicalPlan};
use kql_bind::bound::{
    Expr, ExprKind, Graph, GraphEnd, GraphKind, GraphMatch, GraphValue, GraphValueKind, NODE_ID, NODE_PARTITION,
    NodeTable, PathFold, PatternElement, Table,
};
use kql_diagnostic::Span;
use kql_functions::arrow_type;
use kql_types::{RowSchema, ScalarType, Value};
use std::collections::HashMap;
use std::sync::Arc;

/// What `make-graph` said.
struct Made<'a> {
    edges: &'a Arc<Table>,
    source: &'a Arc<str>,
    target: &'a Arc<str>,
    nodes: &'a [NodeTable],
    own_id: Option<&'a Arc<str>>,
    partition: Option<&'a Arc<str>>,
}

/// What a variable of a pattern stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Slot {
    Node(usize),
    Edge(usize),
    Path(usize),
}

impl Planner<'_> {
    pub(crate) fn graph_to_table(
        &self,
        graph: &Graph,
        nodes: bool,
        ids: &[(GraphEnd, Arc<str>)],
        table: &Table,
    ) -> Result<Rows> {
        let ty = id_type(graph);
        let mut columns = Vec::with_capacity(table.schema.columns.len());
        for (column, place) in table.schema.columns.iter().zip(0..) {
            let value = match ids.get(place) {
                Some((end, _)) => {
                    let id = match end {
                        GraphEnd::Node => RAW_ID,
                        GraphEnd::Source => SOURCE_ID,
                        GraphEnd::Target => TARGET_ID,
                    };
                    call_by_name("hash", &[ty], vec![ident(id)], ScalarType::Long, table.span)?
                }
                None => ident(&column.name),
            };
            columns.push((field(&column.name, column.ty), value));
        }
        let output = if nodes { Output::Nodes(columns) } else { Output::Edges(columns) };
        self.graph(graph, output, table.span).map(Rows::new)
    }

    pub(crate) fn graph_match(&self, matched: &GraphMatch, table: &Table) -> Result<Rows> {
        let (slots, mut nodes, mut edges) = slots(&matched.patterns);
        let pattern = Pattern { matched, slots };
        let mut rest: Vec<&Expr> = Vec::new();
        for condition in matched.predicate.iter().flat_map(conjuncts) {
            match pattern.only_slot(condition) {
                Some(Slot::Node(at)) => nodes[at].filters.push(self.condition(&pattern.of_element(condition))?),
                Some(Slot::Edge(at)) => edges[at].filters.push(self.condition(&pattern.of_element(condition))?),
                Some(Slot::Path(at)) => match pattern.value_of(condition).map(|v| &v.kind) {
                    Some(GraphValueKind::Path { inner_nodes: true, value, .. }) => {
                        edges[at].inner_filters.push(self.condition(value)?);
                    }
                    Some(GraphValueKind::Path { value, .. }) => edges[at].filters.push(self.condition(value)?),
                    _ => rest.push(condition),
                },
                None => rest.push(condition),
            }
        }
        let shortest = matched.shortest.is_some();
        let kept: &[&Expr] = if shortest { &[] } else { &rest };
        let mut names: Vec<(Arc<str>, ScalarType)> = Vec::new();
        kept.iter().copied().chain(matched.columns.iter().map(|c| &c.value)).for_each(|e| read_columns(e, &mut names));
        let columns = self.match_columns(&pattern, &names, table.span)?;
        let mut conditions = rest.iter().map(|c| self.condition(c)).collect::<Result<Vec<_>>>()?.into_iter();
        let condition = conditions.next().map(|first| conditions.fold(first, DfExpr::and));
        let residual = match &condition {
            Some(condition) if shortest => {
                let mut read = Vec::new();
                rest.iter().for_each(|e| read_columns(e, &mut read));
                Some((condition.clone(), self.match_columns(&pattern, &read, table.span)?))
            }
            _ => None,
        };
        let (cycles, shortest) = (matched.cycles, matched.shortest);
        let task = MatchTask { nodes, edges, cycles, shortest, residual, columns };
        let mut rows = Rows::new(self.graph(&matched.graph, Output::Match(task), table.span)?);
        if let Some(condition) = condition.filter(|_| matched.shortest.is_none()) {
            rows = rows.filter(condition, table.span)?;
        }
        let made = matched.columns.iter().map(|c| Ok((c.name.to_string(), self.value(&c.value)?)));
        rows.project(made.collect::<Result<_>>()?, table.span)
    }

    /// The columns of a match that expressions over it read.
    fn match_columns(
        &self,
        pattern: &Pattern<'_>,
        names: &[(Arc<str>, ScalarType)],
        span: Span,
    ) -> Result<Vec<MatchColumn>> {
        let mut columns = Vec::with_capacity(names.len());
        for (name, ty) in names {
            let value = self.match_value(pattern, name, span)?;
            columns.push(MatchColumn { field: field(name, *ty), value });
        }
        Ok(columns)
    }

    fn match_value(&self, pattern: &Pattern<'_>, name: &str, span: Span) -> Result<MatchValue> {
        let lost = || PlanError::internal(span, format!("'{name}' is nothing of the pattern"));
        if let Some(value) = pattern.matched.values.iter().find(|v| *v.name == *name) {
            let slot = pattern.slots.get(&*value.element).ok_or_else(lost)?;
            return Ok(match (&value.kind, slot) {
                (GraphValueKind::Node(column), Slot::Node(at)) => MatchValue::Node(*at, ident(column)),
                (GraphValueKind::Path { fold, inner_nodes, value }, Slot::Path(at)) => {
                    let value = match fold {
                        PathFold::Map => self.value(&in_array(value))?,
                        PathFold::All | PathFold::Any => self.condition(value)?,
                    };
                    MatchValue::Path { edge: *at, inner_nodes: *inner_nodes, fold: *fold, value }
                }
                _ => return Err(lost()),
            });
        }
        let (variable, property) = match name.split_once('.') {
            Some((variable, property)) => (variable, Some(property)),
            None => (name, None),
        };
        let slot = pattern.slots.get(variable).ok_or_else(lost)?;
        let graph = &pattern.matched.graph;
        let properties = if matches!(slot, Slot::Node(_)) { &graph.nodes } else { &graph.edges };
        let value = match property {
            Some(property) => {
                let column = properties.column(property).ok_or_else(lost)?;
                Expr { kind: ExprKind::Column(Arc::clone(&column.name)), ty: column.ty, span }
            }
            None => bag(properties, span)?,
        };
        Ok(match slot {
            Slot::Node(at) => MatchValue::Node(*at, self.value(&value)?),
            Slot::Edge(at) => MatchValue::Edge(*at, self.value(&value)?),
            Slot::Path(at) => {
                let value = self.value(&in_array(&value))?;
                MatchValue::Path { edge: *at, inner_nodes: false, fold: PathFold::Map, value }
            }
        })
    }

    /// The plan of a graph and what comes out of it.
    fn graph(&self, graph: &Graph, output: Output, span: Span) -> Result<LogicalPlan> {
        let mut changes = Vec::new();
        let made = self.changes(graph, &mut changes)?;
        let mut reads = Reads::default();
        reads.output(&output);
        for change in &changes {
            match change {
                Change::MarkComponents { .. } => {}
                Change::WhereNodes(predicate) => reads.nodes(predicate),
                Change::WhereEdges(predicate) => reads.edges(predicate),
            }
        }
        changes.retain(|c| match c {
            Change::MarkComponents { property, .. } => reads.nodes.contains(property.name()),
            _ => true,
        });
        let edges = self.graph_input(made.edges)?;
        let mut columns = vec![(SOURCE_ID.to_owned(), ident(made.source)), (TARGET_ID.to_owned(), ident(made.target))];
        columns.extend(made.partition.map(|p| (NODE_PARTITION.to_owned(), ident(p))));
        let edge_fields = fields_of(&made.edges.schema, &reads.edges);
        columns.extend(edge_fields.iter().map(|f| (f.name().clone(), ident(f.name()))));
        let mut inputs = vec![edges.project(columns, made.edges.span)?.plan];
        let node_fields = made.nodes.first().map_or_else(Vec::new, |n| fields_of(&n.table.schema, &reads.nodes));
        for node_table in made.nodes {
            let mut columns = vec![(NODE_ID.to_owned(), ident(NODE_ID))];
            columns.extend(made.partition.map(|_| (NODE_PARTITION.to_owned(), ident(NODE_PARTITION))));
            columns.extend(node_fields.iter().map(|f| (f.name().clone(), ident(f.name()))));
            inputs.push(self.graph_input(&node_table.table)?.project(columns, node_table.span)?.plan);
        }
        let ty = id_type(graph);
        let own_id = made.own_id.filter(|name| reads.nodes.contains(&name.to_string())).map(|name| field(name, ty));
        let task = GraphTask {
            edges: edge_fields,
            nodes: node_fields,
            own_id,
            partitioned: made.partition.is_some(),
            id_text: convert(ident(RAW_ID), ty, ScalarType::String, span)?,
            changes,
            output,
        };
        GraphNode::plan(task, inputs).at(span)
    }

    fn graph_input(&self, table: &Arc<Table>) -> Result<Rows> {
        let rows = self.rows(table, Order::Ignored)?;
        if rows.carried.is_empty() {
            return Ok(rows);
        }
        Err(PlanError::unsupported(table.span, "a graph of the rows of mv-apply or partition cannot be made here")
            .with_help("make-graph … partitioned-by makes a graph for each value of a column"))
    }

    /// How the graph was made, and what happened to it since, in order.
    fn changes<'a>(&self, graph: &'a Graph, out: &mut Vec<Change>) -> Result<Made<'a>> {
        let (made, change) = match &graph.kind {
            GraphKind::Make { edges, source, target, nodes, node_id, partition } => {
                let (own_id, partition) = (node_id.as_ref(), partition.as_ref());
                return Ok(Made { edges, source, target, nodes, own_id, partition });
            }
            GraphKind::MarkComponents { input, strong, property } => {
                let made = self.changes(input, out)?;
                (made, Change::MarkComponents { strong: *strong, property: field(property, ScalarType::Long) })
            }
            GraphKind::WhereNodes { input, predicate } => {
                let made = self.changes(input, out)?;
                (made, Change::WhereNodes(self.condition(predicate)?))
            }
            GraphKind::WhereEdges { input, predicate } => {
                let made = self.changes(input, out)?;
                (made, Change::WhereEdges(self.condition(predicate)?))
            }
        };
        out.push(change);
        Ok(made)
    }
}

/// A bound pattern and where its variables are.
struct Pattern<'a> {
    matched: &'a GraphMatch,
    slots: HashMap<&'a str, Slot>,
}

impl<'a> Pattern<'a> {
    /// The graph function that stands alone as this expression.
    fn value_of(&self, e: &Expr) -> Option<&'a GraphValue> {
        let ExprKind::Column(name) = &e.kind else { return None };
        self.matched.values.iter().find(|v| v.name == *name)
    }

    /// The slot whose element can be tested with this condition before the search.
    fn only_slot(&self, condition: &Expr) -> Option<Slot> {
        let mut found: Option<Slot> = None;
        let mut fits = !is_volatile(condition);
        walk::each_expression(condition, &mut |e| {
            let ExprKind::Column(name) = &e.kind else { return };
            let slot = match self.value_of(e) {
                Some(value) => match &value.kind {
                    GraphValueKind::Node(_) => self.slots.get(&*value.element),
                    // A path is tested edge by edge when the whole condition is that all of them fulfil something.
                    GraphValueKind::Path { fold: PathFold::All, value: each, .. } if !is_volatile(each) => {
                        self.slots.get(&*value.element).filter(|_| std::ptr::eq(e, condition))
                    }
                    GraphValueKind::Path { .. } => None,
                },
                None => name.split_once('.').and_then(|(variable, _)| self.slots.get(variable)),
            };
            fits &= slot.is_some_and(|s| found.is_none_or(|f| f == *s));
            found = found.or(slot.copied());
        });
        found.filter(|_| fits)
    }

    /// A condition on one element over that element's own columns.
    fn of_element(&self, condition: &Expr) -> Expr {
        let mut own = condition.clone();
        self.rename(&mut own);
        own
    }

    fn rename(&self, e: &mut Expr) {
        if let ExprKind::Column(name) = &e.kind {
            let own = match self.value_of(e).map(|v| &v.kind) {
                Some(GraphValueKind::Node(column)) => Some(Arc::from(*column)),
                _ => name.split_once('.').map(|(_, property)| Arc::from(property)),
            };
            if let Some(own) = own {
                e.kind = ExprKind::Column(own);
            }
        }
        walk::each_child_mut(e, &mut |child| self.rename(child));
    }
}

/// The slots of a pattern: a named node has one slot wherever it stands.
fn slots(patterns: &[Vec<PatternElement>]) -> (HashMap<&str, Slot>, Vec<NodeSlot>, Vec<EdgeSlot>) {
    let mut slots: HashMap<&str, Slot> = HashMap::new();
    let (mut nodes, mut edges): (Vec<NodeSlot>, Vec<EdgeSlot>) = (Vec::new(), Vec::new());
    for elements in patterns {
        let mut left = 0;
        let mut pending: Option<usize> = None;
        for element in elements {
            match element {
                PatternElement::Node { variable } => {
                    let known = variable.as_ref().and_then(|v| slots.get(&**v));
                    let at = match known {
                        Some(Slot::Node(at)) => *at,
                        _ => {
                            nodes.push(NodeSlot::default());
                            nodes.len() - 1
                        }
                    };
                    slots.extend(variable.as_ref().map(|v| (&**v, Slot::Node(at))));
                    if let Some(edge) = pending.take().and_then(|e| edges.get_mut(e)) {
                        edge.right = at;
                    }
                    left = at;
                }
                PatternElement::Edge { variable, direction, range } => {
                    let at = edges.len();
                    let (direction, range) = (*direction, *range);
                    let (filters, inner_filters) = (Vec::new(), Vec::new());
                    edges.push(EdgeSlot { left, right: left, direction, range, filters, inner_filters });
                    let slot = if range.is_some() { Slot::Path(at) } else { Slot::Edge(at) };
                    slots.extend(variable.as_ref().map(|v| (&**v, slot)));
                    pending = Some(at);
                }
            }
        }
    }
    (slots, nodes, edges)
}

/// The properties that something reads.
#[derive(Default)]
struct Reads {
    nodes: std::collections::HashSet<String>,
    edges: std::collections::HashSet<String>,
}

impl Reads {
    fn nodes(&mut self, e: &DfExpr) {
        self.nodes.extend(e.column_refs().into_iter().map(|c| c.name.clone()));
    }

    fn edges(&mut self, e: &DfExpr) {
        self.edges.extend(e.column_refs().into_iter().map(|c| c.name.clone()));
    }

    fn output(&mut self, output: &Output) {
        match output {
            Output::Nodes(columns) => columns.iter().for_each(|(_, e)| self.nodes(e)),
            Output::Edges(columns) => columns.iter().for_each(|(_, e)| self.edges(e)),
            Output::Match(task) => {
                task.nodes.iter().flat_map(|n| &n.filters).for_each(|e| self.nodes(e));
                task.edges.iter().flat_map(|e| &e.filters).for_each(|e| self.edges(e));
                task.edges.iter().flat_map(|e| &e.inner_filters).for_each(|e| self.nodes(e));
                let residual = task.residual.iter().flat_map(|(_, columns)| columns);
                for column in task.columns.iter().chain(residual) {
                    match &column.value {
                        MatchValue::Node(_, e) | MatchValue::Path { inner_nodes: true, value: e, .. } => self.nodes(e),
                        MatchValue::Edge(_, e) | MatchValue::Path { value: e, .. } => self.edges(e),
                    }
                }
            }
        }
    }
}

/// The type of ids.
fn id_type(graph: &Graph) -> ScalarType {
    match &graph.kind {
        GraphKind::Make { edges, source, .. } => edges.schema.column(source).map_or(ScalarType::Unknown, |c| c.ty),
        GraphKind::MarkComponents { input, .. }
        | GraphKind::WhereNodes { input, .. }
        | GraphKind::WhereEdges { input, .. } => id_type(input),
    }
}

fn field(name: &str, ty: ScalarType) -> FieldRef {
    Arc::new(Field::new(name, arrow_type(ty), ty.has_null()))
}

/// The columns of a schema that are read; reserved ones are no properties.
fn fields_of(schema: &RowSchema, reads: &std::collections::HashSet<String>) -> Vec<FieldRef> {
    let own = schema.columns.iter().filter(|c| *c.name != *NODE_ID && *c.name != *NODE_PARTITION);
    own.filter(|c| reads.contains(&*c.name)).map(|c| field(&c.name, c.ty)).collect()
}

fn conjuncts(predicate: &Expr) -> Vec<&Expr> {
    match &predicate.kind {
        ExprKind::Logical { and: true, operands } => operands.iter().flat_map(conjuncts).collect(),
        _ => vec![predicate],
    }
}

/// Adds the columns an expression reads.
fn read_columns(e: &Expr, out: &mut Vec<(Arc<str>, ScalarType)>) {
    walk::each_expression(e, &mut |e| {
        if let ExprKind::Column(name) = &e.kind
            && !out.iter().any(|(n, _)| n == name)
        {
            out.push((Arc::clone(name), e.ty));
        }
    });
}

fn call(name: &str, arguments: Vec<Expr>, span: Span) -> Option<Expr> {
    let function = &kql_functions::function(name)?.spec;
    let results = Arc::from([(String::new(), ScalarType::Dynamic)]);
    Some(Expr { kind: ExprKind::Call { function, arguments, results }, ty: ScalarType::Dynamic, span })
}

/// A whole element: a bag of its properties, without those that are null or empty.
fn bag(properties: &RowSchema, span: Span) -> Result<Expr> {
    let literal = |value: Value| Expr { ty: value.scalar_type(), kind: ExprKind::Literal(value), span };
    let mut arguments = vec![literal(Value::Bool(Some(true)))];
    for column in properties.columns.iter() {
        arguments.push(literal(Value::String(column.name.to_string())));
        arguments.push(Expr { kind: ExprKind::Column(Arc::clone(&column.name)), ty: column.ty, span });
    }
    call("pack_all", arguments, span).ok_or_else(|| PlanError::internal(span, "'pack_all' is not there"))
}

/// The value as the only element of an array.
fn in_array(value: &Expr) -> Expr {
    call("pack_array", vec![value.clone()], value.span).unwrap_or_else(|| value.clone())
}
