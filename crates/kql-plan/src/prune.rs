//! Leaves out columns that nothing reads, before anything is planned.
//!
//! Tables of the services have a hundred columns, and every operator over them lists those it hands on; `union *` has
//! thousands. DataFusion drops what is not needed too, but only after the whole plan has been built and walked many times.
//!
//! Two passes over the bound tree, which may share parts: what each part must give is the union of what all its users read;
//! then the tree is rebuilt with narrower schemas. Names and types of what stays do not change.

use crate::walk::{self, address};
use kql_bind::bound::{AggregateCall, Expr, ExprKind, JoinColumn, NamedExpr, Table, TableKind};
use kql_diagnostic::Span;
use kql_types::{Column, RowSchema, ScalarType};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Columns of a table that are read.
#[derive(Clone, Debug, Default)]
struct Needs {
    all: bool,
    names: HashSet<Arc<str>>,
}

impl Needs {
    fn has(&self, name: &str) -> bool {
        self.all || self.names.contains(name)
    }

    fn add(&mut self, other: &Needs) {
        self.all |= other.all;
        if !self.all {
            self.names.extend(other.names.iter().cloned());
        }
    }

    fn read(&mut self, expr: &Expr) {
        walk::each_expression(expr, &mut |e| {
            if let ExprKind::Column(name) = &e.kind {
                self.names.insert(Arc::clone(name));
            }
        });
    }
}

/// Tables rebuilt so far by the address of the original, which is held.
#[derive(Debug, Default)]
pub(crate) struct Pruned {
    /// Tables of `toscalar` and `in`: always pruned to their first column, so that each is run once however often its
    /// surroundings are planned.
    inner: HashMap<usize, (Arc<Table>, Arc<Table>)>,
}

impl Pruned {
    /// The table with all of its columns, and without those that it does not read itself.
    pub(crate) fn prune(&mut self, root: &Arc<Table>) -> Arc<Table> {
        let mut pass = Pass { pruned: self, needs: HashMap::new(), inputs: HashMap::new(), rebuilt: HashMap::new() };
        let mut order = Vec::new();
        pass.sort(root, &mut HashSet::new(), &mut order);
        pass.needs.insert(address(root), Needs { all: true, names: HashSet::new() });
        // Users come before what they use.
        for table in order.iter().rev() {
            pass.spread(table);
        }
        for table in &order {
            let rebuilt = pass.rebuild(table);
            pass.rebuilt.insert(address(table), rebuilt);
        }
        pass.new_of(root)
    }
}

struct Pass<'p> {
    pruned: &'p mut Pruned,
    needs: HashMap<usize, Needs>,
    /// Inputs of `mv-apply` and `partition` by the id of their leaves.
    inputs: HashMap<usize, Arc<Table>>,
    rebuilt: HashMap<usize, Arc<Table>>,
}

impl Pass<'_> {
    /// Appends the table and all below it, each after what it uses. A leaf of a subquery uses the rows around it.
    fn sort(&mut self, table: &Arc<Table>, seen: &mut HashSet<usize>, order: &mut Vec<Arc<Table>>) {
        if !seen.insert(address(table)) {
            return;
        }
        if let TableKind::MvApply { id, input, .. } | TableKind::Partition { id, input, .. } = &table.kind {
            self.inputs.insert(*id, Arc::clone(input));
            self.sort(input, seen, order);
        }
        walk::expressions(table, &mut |expr| {
            walk::tables_in(expr, &mut |inner, _| self.sort(inner, seen, order));
        });
        for input in walk::inputs(table) {
            self.sort(input, seen, order);
        }
        order.push(Arc::clone(table));
    }

    fn need(&mut self, table: &Arc<Table>, needs: &Needs) {
        self.needs.entry(address(table)).or_default().add(needs);
    }

    fn of(&self, table: &Arc<Table>) -> Needs {
        self.needs.get(&address(table)).cloned().unwrap_or(Needs { all: true, names: HashSet::new() })
    }

    /// Tells the inputs of a table what it reads of them.
    fn spread(&mut self, table: &Arc<Table>) {
        let needs = self.of(table);
        let everything = Needs { all: true, names: HashSet::new() };
        walk::expressions(table, &mut |expr| {
            walk::tables_in(expr, &mut |inner, _| {
                let first = inner.schema.columns.first().map(|c| Arc::clone(&c.name));
                self.need(inner, &Needs { all: false, names: first.into_iter().collect() });
            });
        });
        let mut read = Needs::default();
        match &table.kind {
            TableKind::Source { .. }
            | TableKind::Datatable { .. }
            | TableKind::ExternalData { .. }
            | TableKind::Range { .. }
            | TableKind::GraphMatch(_)
            | TableKind::GraphToTable { .. }
            | TableKind::Empty => {}
            TableKind::ApplyInput { id } => {
                if let Some(input) = self.inputs.get(id).cloned() {
                    let mut kept = needs;
                    if !table.schema.columns.iter().any(|c| kept.has(&c.name)) {
                        // The column the leaf keeps when only its rows are counted.
                        kept.names.extend(cheapest(&table.schema).map(|c| Arc::clone(&c.name)));
                    }
                    let present = needs_within(&kept, &table.schema, &input.schema);
                    self.need(&input, &present);
                }
            }
            // Rows are handed on as they come.
            TableKind::Filter { input, .. }
            | TableKind::Sort { input, .. }
            | TableKind::Take { input, .. }
            | TableKind::Top { input, .. }
            | TableKind::Sample { input, .. }
            | TableKind::Serialize { input } => {
                read.add(&needs);
                walk::expressions(table, &mut |e| read.read(e));
                self.need(input, &read);
            }
            TableKind::Project { input, columns } => {
                kept_columns(columns, &needs).for_each(|c| read.read(&c.value));
                self.need(input, &read);
            }
            TableKind::Summarize { input, keys, aggregates } => {
                keys.iter().for_each(|k| read.read(&k.value));
                kept_calls(keys, aggregates, &needs).iter().flat_map(|c| &c.arguments).for_each(|a| read.read(a));
                self.need(input, &read);
            }
            TableKind::SampleDistinct { input, of, .. } => {
                read.read(&of.value);
                self.need(input, &read);
            }
            TableKind::Join { left, right, keys, columns, .. } => {
                let mut of_right = Needs::default();
                for (l, r) in keys {
                    read.read(l);
                    of_right.read(r);
                }
                for column in kept_join_columns(columns, &needs) {
                    let side = if column.right { &mut of_right } else { &mut read };
                    side.names.insert(Arc::clone(&column.source));
                }
                self.need(left, &read);
                self.need(right, &of_right);
            }
            TableKind::Union { legs } => {
                let kept = kept_names(&table.schema, &needs);
                let needs = Needs { all: false, names: kept.into_iter().map(|c| c.name).collect() };
                legs.iter().for_each(|leg| self.need(leg, &needs));
            }
            TableKind::MvExpand { input, .. } | TableKind::Parse { input, .. } | TableKind::ParseKv { input, .. } => {
                read.add(&needs_within(&needs, &table.schema, &input.schema));
                walk::expressions(table, &mut |e| read.read(e));
                self.need(input, &read);
            }
            TableKind::MvApply { input, subquery, kept, produced, .. } => {
                read.names.extend(kept.iter().filter(|k| needs.has(k)).cloned());
                walk::expressions(table, &mut |e| read.read(e));
                self.need(input, &read);
                let produced = produced.iter().filter(|p| needs.has(p)).cloned().collect();
                self.need(subquery, &Needs { all: false, names: produced });
            }
            TableKind::Partition { input, by, subquery, .. } => {
                read.read(by);
                self.need(input, &read);
                self.need(subquery, &needs);
            }
            TableKind::MakeSeries { input, .. }
            | TableKind::TopNested { input, .. }
            | TableKind::TopHitters { input, .. } => {
                walk::expressions(table, &mut |e| read.read(e));
                self.need(input, &read);
            }
            TableKind::Materialize { input, .. } | TableKind::Scan { input, .. } | TableKind::Reduce { input, .. } => {
                self.need(input, &everything);
            }
            TableKind::Evaluate { .. } => {
                walk::inputs(table).into_iter().for_each(|input| self.need(input, &everything));
            }
        }
    }

    fn new_of(&self, table: &Arc<Table>) -> Arc<Table> {
        self.rebuilt.get(&address(table)).map_or_else(|| Arc::clone(table), Arc::clone)
    }

    fn rebuild(&mut self, table: &Arc<Table>) -> Arc<Table> {
        let needs = self.of(table);
        let (kind, schema) = self.rebuilt_kind(table, &needs);
        if schema.columns.len() == table.schema.columns.len() && !self.has_new_parts(table) {
            return Arc::clone(table);
        }
        let mut kind = kind;
        self.renew_expressions(&mut kind);
        Arc::new(Table { kind, schema, span: table.span, serialized: table.serialized })
    }

    /// True when a part of the table was rebuilt.
    fn has_new_parts(&self, table: &Arc<Table>) -> bool {
        let is_new = |t: &Arc<Table>| self.rebuilt.get(&address(t)).is_some_and(|new| !Arc::ptr_eq(new, t));
        let mut found = walk::inputs(table).into_iter().any(is_new);
        walk::expressions(table, &mut |e| walk::tables_in(e, &mut |t, _| found |= is_new(t)));
        found
    }

    fn rebuilt_kind(&self, table: &Arc<Table>, needs: &Needs) -> (TableKind, RowSchema) {
        let mut kind = table.kind.clone();
        let own = || table.schema.clone();
        let schema = match &mut kind {
            TableKind::Source { .. } | TableKind::Range { .. } => narrowed(&table.schema, |c| needs.has(&c.name)),
            TableKind::ApplyInput { .. } => narrowed(&table.schema, |c| needs.has(&c.name)),
            TableKind::Datatable { rows } => {
                let keep: Vec<bool> = table.schema.columns.iter().map(|c| needs.has(&c.name)).collect();
                // All or nothing of one column at least: rows have to be counted.
                if table.schema.columns.is_empty()
                    || !keep.contains(&true)
                    || keep.len() != rows.first().map_or(0, Vec::len)
                {
                    own()
                } else {
                    for row in rows {
                        let mut kept = keep.iter();
                        row.retain(|_| kept.next().copied().unwrap_or(true));
                    }
                    narrowed(&table.schema, |c| needs.has(&c.name))
                }
            }
            TableKind::ExternalData { .. }
            | TableKind::GraphMatch(_)
            | TableKind::GraphToTable { .. }
            | TableKind::Empty
            | TableKind::TopHitters { .. }
            | TableKind::SampleDistinct { .. } => own(),
            TableKind::Filter { input, .. }
            | TableKind::Sort { input, .. }
            | TableKind::Take { input, .. }
            | TableKind::Top { input, .. }
            | TableKind::Sample { input, .. }
            | TableKind::Serialize { input }
            | TableKind::Materialize { input, .. } => {
                *input = self.new_of(input);
                input.schema.clone()
            }
            TableKind::Project { columns, .. } => {
                let kept: Vec<NamedExpr> = kept_columns(columns, needs).cloned().collect();
                *columns = kept;
                columns.iter().map(|c| Column::new(Arc::clone(&c.name), c.value.ty)).collect()
            }
            TableKind::Summarize { keys, aggregates, .. } => {
                *aggregates = kept_calls(keys, aggregates, needs);
                let keys = keys.iter().map(|k| Column::new(Arc::clone(&k.name), k.value.ty));
                let results = aggregates.iter().flat_map(|a| &a.results).map(|(n, ty)| Column::new(Arc::clone(n), *ty));
                keys.chain(results).collect()
            }
            TableKind::Join { columns, .. } => {
                let kept: Vec<JoinColumn> = kept_join_columns(columns, needs).cloned().collect();
                *columns = kept;
                let kept: HashSet<Arc<str>> = columns.iter().map(|c| Arc::clone(&c.name)).collect();
                narrowed(&table.schema, |c| kept.contains(&c.name))
            }
            TableKind::Union { legs } => {
                let kept = kept_names(&table.schema, needs);
                for leg in legs.iter_mut() {
                    *leg = with_columns(&self.new_of(leg), &kept, leg.span);
                }
                RowSchema { columns: kept.into(), open: table.schema.open }
            }
            TableKind::MvExpand { input, columns, item_index, .. } => {
                let input = self.new_of(input);
                let made = |name: &str| columns.iter().any(|c| *c.name == *name) || item_index.as_deref() == Some(name);
                narrowed(&table.schema, |c| made(&c.name) || input.schema.column(&c.name).is_some())
            }
            TableKind::Parse { input, .. } | TableKind::ParseKv { input, .. } => {
                let old = input.schema.clone();
                let new = self.new_of(input);
                // A capture of an input column's name stands in its place, whether that is read below or not.
                let dropped = |c: &Column| {
                    old.column(&c.name).is_some() && new.schema.column(&c.name).is_none() && !needs.has(&c.name)
                };
                narrowed(&table.schema, |c| !dropped(c))
            }
            TableKind::MvApply { input, kept, produced, subquery, .. } => {
                kept.retain(|k| needs.has(k));
                produced.retain(|p| needs.has(p));
                if kept.is_empty() && produced.is_empty() {
                    produced.extend(self.new_of(subquery).schema.columns.first().map(|c| Arc::clone(&c.name)));
                }
                let _ = input;
                narrowed(&table.schema, |c| kept.contains(&c.name) || produced.contains(&c.name))
            }
            TableKind::Partition { subquery, .. } => self.new_of(subquery).schema.clone(),
            TableKind::MakeSeries { .. }
            | TableKind::TopNested { .. }
            | TableKind::Scan { .. }
            | TableKind::Reduce { .. }
            | TableKind::Evaluate { .. } => own(),
        };
        self.renew_inputs(&mut kind);
        (kind, schema)
    }

    /// Puts the rebuilt inputs in place; the legs of a union are in place already.
    fn renew_inputs(&self, kind: &mut TableKind) {
        match kind {
            TableKind::Union { .. } => {}
            kind => walk::each_input_mut(kind, &mut |input| *input = self.new_of(input)),
        }
    }

    fn renew_expressions(&mut self, kind: &mut TableKind) {
        let rebuilt = &self.rebuilt;
        let inner = &mut self.pruned.inner;
        walk::each_table_in_expressions_mut(kind, &mut |table| {
            let key = address(table);
            if let Some((_, known)) = inner.get(&key) {
                *table = Arc::clone(known);
            } else if let Some(new) = rebuilt.get(&key) {
                inner.insert(key, (Arc::clone(table), Arc::clone(new)));
                *table = Arc::clone(new);
            }
        });
    }
}

/// The columns of a schema that pass; one at least.
fn narrowed(schema: &RowSchema, keep: impl Fn(&Column) -> bool) -> RowSchema {
    let mut columns: Vec<Column> = schema.columns.iter().filter(|c| keep(c)).cloned().collect();
    if columns.is_empty() {
        columns.extend(cheapest(schema).cloned());
    }
    RowSchema { columns: columns.into(), open: schema.open }
}

/// A column that costs little to read, when only rows are counted.
fn cheapest(schema: &RowSchema) -> Option<&Column> {
    let fixed = |c: &&Column| !matches!(c.ty, ScalarType::String | ScalarType::Dynamic | ScalarType::Unknown);
    schema.columns.iter().find(fixed).or_else(|| schema.columns.first())
}

fn kept_names(schema: &RowSchema, needs: &Needs) -> Vec<Column> {
    narrowed(schema, |c| needs.has(&c.name)).columns.to_vec()
}

fn kept_columns<'a>(columns: &'a [NamedExpr], needs: &'a Needs) -> impl Iterator<Item = &'a NamedExpr> {
    let any = columns.iter().any(|c| needs.has(&c.name));
    columns.iter().enumerate().filter(move |(i, c)| if any { needs.has(&c.name) } else { *i == 0 }).map(|(_, c)| c)
}

fn kept_join_columns<'a>(columns: &'a [JoinColumn], needs: &'a Needs) -> impl Iterator<Item = &'a JoinColumn> {
    let any = columns.iter().any(|c| needs.has(&c.name));
    columns.iter().enumerate().filter(move |(i, c)| if any { needs.has(&c.name) } else { *i == 0 }).map(|(_, c)| c)
}

fn kept_calls(keys: &[NamedExpr], calls: &[AggregateCall], needs: &Needs) -> Vec<AggregateCall> {
    let read = |call: &AggregateCall| call.results.iter().any(|(name, _)| needs.has(name));
    // Without keys and aggregates there would be no row to make.
    let any = !keys.is_empty() || calls.iter().any(read);
    let kept = calls.iter().enumerate().filter(|(i, c)| if any { read(c) } else { *i == 0 });
    kept.map(|(_, call)| without_unread_results(call, needs)).collect()
}

/// Aggregates that give one column per argument, of one row: the columns that are read.
fn without_unread_results(call: &AggregateCall, needs: &Needs) -> AggregateCall {
    let mut call = call.clone();
    // The first argument of `arg_max` chooses the row. One column of `take_any` is another aggregate: it skips nulls.
    let least = match call.function.name {
        "arg_max" | "arg_min" | "argmax" | "argmin" => 1,
        "take_any" | "any" => 2,
        _ => return call,
    };
    if call.results.len() != call.arguments.len() {
        return call;
    }
    let mut keep: Vec<bool> = call.results.iter().map(|(name, _)| needs.has(name)).collect();
    if least == 1 {
        keep.iter_mut().take(1).for_each(|first| *first = true);
    }
    let mut missing = least - keep.iter().filter(|k| **k).count().min(least);
    for keep in keep.iter_mut().filter(|k| !**k) {
        if missing > 0 {
            (*keep, missing) = (true, missing - 1);
        }
    }
    let (mut results, mut arguments) = (keep.iter(), keep.iter());
    call.results.retain(|_| results.next() != Some(&false));
    call.arguments.retain(|_| arguments.next() != Some(&false));
    call
}

/// What is needed of an output, as far as it comes from the input's column of the same name.
fn needs_within(needs: &Needs, output: &RowSchema, input: &RowSchema) -> Needs {
    let names = output.names().filter(|n| needs.has(n)).filter_map(|n| input.column(n)).map(|c| Arc::clone(&c.name));
    Needs { all: false, names: names.collect() }
}

/// The table with exactly these columns in this order.
fn with_columns(table: &Arc<Table>, columns: &[Column], span: Span) -> Arc<Table> {
    if table.schema.names().eq(columns.iter().map(|c| &*c.name)) {
        return Arc::clone(table);
    }
    let read = |c: &Column| NamedExpr {
        name: Arc::clone(&c.name),
        value: Expr { kind: ExprKind::Column(Arc::clone(&c.name)), ty: c.ty, span },
    };
    let kind = TableKind::Project { input: Arc::clone(table), columns: columns.iter().map(read).collect() };
    Arc::new(Table { kind, schema: columns.iter().cloned().collect(), span, serialized: table.serialized })
}
