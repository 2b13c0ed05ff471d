//! Parts of a query that are run before the rest is planned: `toscalar`, tables of `in`, `materialize`, tabular `let`s that
//! are used several times; and the lookup of sources.

use crate::error::{At, PlanError, Result};
use crate::expression::null_scalar;
use crate::planner::{Order, Planner};
use crate::rows::{Rows, limit};
use crate::scan_of::{arrow_schema, memory_table, scan, with_schema};
use crate::unique::with_unique_names;
use crate::walk::{self, address, any_below};
use arrow::compute::concat_batches;
use arrow::record_batch::RecordBatch;
use datafusion::catalog::TableProvider;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::{Distinct, Expr as DfExpr, LogicalPlan};
use kql_bind::bound::{Expr, ExprKind, Table, TableKind};
use kql_diagnostic::{Span, code};
use kql_types::ScalarType;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// What was run or looked up so far. Parts are known by their table's address in the bound tree; the tables are held, so
/// that an address stays theirs.
#[derive(Debug, Default)]
pub(crate) struct Prepared {
    held: HashMap<usize, Arc<Table>>,
    sources: HashMap<usize, Arc<dyn TableProvider>>,
    scalars: HashMap<usize, ScalarValue>,
    lists: HashMap<usize, Arc<Vec<ScalarValue>>>,
    materialized: HashMap<usize, Arc<dyn TableProvider>>,
    by_id: HashMap<usize, Arc<dyn TableProvider>>,
    batches: HashMap<usize, RecordBatch>,
    legs: HashMap<usize, Arc<Table>>,
}

/// Something to do before planning, in an order in which each finds what it needs done.
enum Step {
    Source(Arc<Table>),
    External(Arc<Table>),
    Scalar(Arc<Table>),
    List(Arc<Table>),
    Materialize(Arc<Table>),
    Batch(Arc<Table>),
    Partition(Arc<Table>),
}

impl Planner<'_> {
    /// Runs and looks up everything that planning the table will ask for.
    pub(crate) async fn prepare(&mut self, table: &Arc<Table>) -> Result<()> {
        let mut uses = HashMap::new();
        count_uses(table, &mut uses);
        let mut steps = Steps { uses, seen: HashSet::new(), read_often: HashSet::new(), steps: Vec::new() };
        steps.visit(table);
        for step in steps.steps {
            self.take_step(step).await?;
        }
        Ok(())
    }

    async fn take_step(&mut self, step: Step) -> Result<()> {
        match step {
            Step::Source(table) => {
                let TableKind::Source { database, name } = &table.kind else { return Ok(()) };
                if self.prepared.sources.contains_key(&address(&table)) {
                    return Ok(());
                }
                let provider = self.host.table(database.as_deref(), name, &table.schema).await.at(table.span)?;
                self.prepared.sources.insert(address(&table), provider);
                self.hold(table);
            }
            Step::External(table) => {
                let TableKind::ExternalData { uris, properties } = &table.kind else { return Ok(()) };
                if self.prepared.sources.contains_key(&address(&table)) {
                    return Ok(());
                }
                let uris = uris.iter().map(|u| self.constant_text(u)).collect::<Result<Vec<_>>>()?;
                let provider = self.host.external(&uris, properties, &table.schema).await.at(table.span)?;
                self.prepared.sources.insert(address(&table), provider);
                self.hold(table);
            }
            Step::Scalar(table) => {
                if self.prepared.scalars.contains_key(&address(&table)) {
                    return Ok(());
                }
                let value = self.first_value(&table).await?;
                self.prepared.scalars.insert(address(&table), value);
                self.hold(table);
            }
            Step::List(table) => {
                if self.prepared.lists.contains_key(&address(&table)) {
                    return Ok(());
                }
                let values = self.distinct_values(&table).await?;
                self.prepared.lists.insert(address(&table), Arc::new(values));
                self.hold(table);
            }
            Step::Materialize(table) => self.materialize(table).await?,
            Step::Partition(table) => {
                if self.prepared.legs.contains_key(&address(&table)) || self.runs_at_once(&table) {
                    return Ok(());
                }
                let legs = self.partition_legs(&table).await?;
                self.prepared.legs.insert(address(&table), legs);
                self.hold(table);
            }
            Step::Batch(table) => {
                if self.prepared.batches.contains_key(&address(&table)) {
                    return Ok(());
                }
                let rows = self.rows(&table, Order::Ignored)?;
                let batches = self.host.run(rows.plan).await.at(table.span)?;
                let schema = arrow_schema(&table.schema);
                let restored = batches.iter().map(|b| with_schema(b, &schema));
                let restored = restored.collect::<Result<Vec<_>, _>>().at(table.span)?;
                let batch = concat_batches(&schema, &restored).at(table.span)?;
                self.prepared.batches.insert(address(&table), batch);
                self.hold(table);
            }
        }
        Ok(())
    }

    /// Whether a partition can be planned over all its keys together.
    fn runs_at_once(&self, table: &Arc<Table>) -> bool {
        let TableKind::Partition { own_source: false, .. } = &table.kind else { return false };
        !matches!(self.rows(table, Order::Ignored), Err(PlanError::Query(why)) if why.code == code::UNSUPPORTED)
    }

    /// Runs a table whose parts are prepared.
    pub(crate) async fn run(&self, table: &Arc<Table>) -> Result<Vec<RecordBatch>> {
        let rows = self.rows(table, Order::Ignored)?;
        self.host.run(with_unique_names(&rows.plan).at(table.span)?).await.at(table.span)
    }

    /// What a partition that is run key by key has become.
    pub(crate) fn legs_of(&self, table: &Arc<Table>) -> Option<Arc<Table>> {
        self.prepared.legs.get(&address(table)).cloned()
    }

    fn hold(&mut self, table: Arc<Table>) {
        self.prepared.held.insert(address(&table), table);
    }

    /// `toscalar`: the first column of the first row; of no rows the null of its type.
    async fn first_value(&self, table: &Arc<Table>) -> Result<ScalarValue> {
        let Some(column) = table.schema.columns.first() else {
            return Err(PlanError::internal(table.span, "toscalar of a table without columns"));
        };
        let first = vec![(column.name.to_string(), crate::expression::ident(&column.name))];
        let rows = self.rows(table, Order::Matters)?.project(first, table.span)?;
        let batches = self.host.run(with_unique_names(&limit(rows.plan, 1)).at(table.span)?).await.at(table.span)?;
        match batches.iter().find(|b| b.num_rows() > 0) {
            Some(batch) => {
                let value = ScalarValue::try_from_array(batch.column(0), 0).at(table.span)?;
                Ok(if value.is_null() { null_scalar(column.ty) } else { value })
            }
            None => Ok(null_scalar(column.ty)),
        }
    }

    async fn distinct_values(&self, table: &Arc<Table>) -> Result<Vec<ScalarValue>> {
        let Some(column) = table.schema.columns.first() else {
            return Err(PlanError::internal(table.span, "in of a table without columns"));
        };
        let first = vec![(column.name.to_string(), crate::expression::ident(&column.name))];
        let rows = self.rows(table, Order::Ignored)?.project(first, table.span)?;
        let distinct = LogicalPlan::Distinct(Distinct::All(Arc::new(rows.plan)));
        let batches = self.host.run(with_unique_names(&distinct).at(table.span)?).await.at(table.span)?;
        let mut values = Vec::new();
        for batch in &batches {
            for row in 0..batch.num_rows() {
                values.push(ScalarValue::try_from_array(batch.column(0), row).at(table.span)?);
            }
        }
        Ok(values)
    }

    async fn materialize(&mut self, table: Arc<Table>) -> Result<()> {
        if self.prepared.materialized.contains_key(&address(&table)) {
            return Ok(());
        }
        let id = match &table.kind {
            TableKind::Materialize { id, .. } => Some(*id),
            _ => None,
        };
        if let Some(provider) = id.and_then(|id| self.prepared.by_id.get(&id)) {
            let provider = Arc::clone(provider);
            self.prepared.materialized.insert(address(&table), provider);
            self.hold(table);
            return Ok(());
        }
        let (order, partitions) = if table.serialized {
            (Order::Matters, 1)
        } else {
            (Order::Ignored, std::thread::available_parallelism().map_or(1, usize::from))
        };
        let rows = self.rows(&table, order)?;
        let batches = self.host.run(with_unique_names(&rows.plan).at(table.span)?).await.at(table.span)?;
        let provider = memory_table(batches, &table.schema, partitions, table.span)?;
        if let Some(id) = id {
            self.prepared.by_id.insert(id, Arc::clone(&provider));
        }
        self.prepared.materialized.insert(address(&table), provider);
        self.hold(table);
        Ok(())
    }

    /// The provider of a source or of `externaldata`.
    pub(crate) fn provider(&self, table: &Arc<Table>) -> Result<Arc<dyn TableProvider>> {
        let found = self.prepared.sources.get(&address(table)).cloned();
        found.ok_or_else(|| PlanError::internal(table.span, "a source was not looked up"))
    }

    /// The rows of a table that was run already.
    pub(crate) fn materialized(&self, table: &Arc<Table>) -> Result<Option<Rows>> {
        let Some(provider) = self.prepared.materialized.get(&address(table)) else { return Ok(None) };
        scan(Arc::clone(provider), &self.fresh("materialized"), &table.schema, table.span).map(Some)
    }

    /// The value of a `toscalar`.
    pub(crate) fn scalar_of(&self, table: &Arc<Table>, ty: ScalarType, span: Span) -> Result<DfExpr> {
        let Some(value) = self.prepared.scalars.get(&address(table)) else {
            return Err(PlanError::unsupported(
                span,
                "toscalar over the rows of mv-apply or partition cannot be run yet",
            ));
        };
        let value = if value.is_null() { null_scalar(ty) } else { value.clone() };
        Ok(DfExpr::Literal(value, None))
    }

    /// The rows of a table that a plugin looks things up in.
    pub(crate) fn batch_of(&self, table: &Arc<Table>, span: Span) -> Result<RecordBatch> {
        let found = self.prepared.batches.get(&address(table)).cloned();
        found.ok_or_else(|| {
            PlanError::unsupported(span, "a lookup in the rows of mv-apply or partition cannot be run yet")
        })
    }

    /// The values of the table of an `in`.
    pub(crate) fn list_of(&self, table: &Arc<Table>, span: Span) -> Result<Arc<Vec<ScalarValue>>> {
        let found = self.prepared.lists.get(&address(table)).cloned();
        found.ok_or_else(|| {
            PlanError::unsupported(span, "'in' over the rows of mv-apply or partition cannot be run yet")
        })
    }
}

/// How often each table is used as an input, within what planning the root will visit.
fn count_uses(table: &Arc<Table>, uses: &mut HashMap<usize, usize>) {
    let count = uses.entry(address(table)).or_insert(0);
    *count += 1;
    if *count > 1 {
        return;
    }
    walk::inputs(table).into_iter().for_each(|input| count_uses(input, uses));
    walk::expressions(table, &mut |expr| walk::tables_in(expr, &mut |t, _| count_uses(t, uses)));
}

struct Steps {
    uses: HashMap<usize, usize>,
    seen: HashSet<usize>,
    /// Tables that their operator's plan reads several times.
    read_often: HashSet<usize>,
    steps: Vec<Step>,
}

impl Steps {
    fn visit(&mut self, table: &Arc<Table>) {
        if !self.seen.insert(address(table)) {
            return;
        }
        walk::expressions(table, &mut |expr| {
            walk::tables_in(expr, &mut |inner, holder| {
                self.visit(inner);
                if reads_applied(inner) {
                    return;
                }
                self.steps.push(match holder.kind {
                    ExprKind::ToScalar(_) => Step::Scalar(Arc::clone(inner)),
                    _ => Step::List(Arc::clone(inner)),
                });
            });
        });
        if let TableKind::TopNested { input, .. } = &table.kind {
            self.read_often.insert(address(input));
        }
        walk::inputs(table).into_iter().for_each(|input| self.visit(input));
        if let Some(lookup) = crate::plugins::looked_up(table)
            && !reads_applied(lookup)
        {
            self.steps.push(Step::Batch(Arc::clone(lookup)));
        }
        match &table.kind {
            TableKind::Source { .. } => self.steps.push(Step::Source(Arc::clone(table))),
            TableKind::ExternalData { .. } => self.steps.push(Step::External(Arc::clone(table))),
            TableKind::Partition { .. } if !reads_applied(table) => {
                self.steps.push(Step::Partition(Arc::clone(table)));
            }
            _ => {}
        }
        let used = self.uses.get(&address(table)).copied().unwrap_or(0);
        let once = match &table.kind {
            TableKind::Materialize { .. } => true,
            _ if self.read_often.contains(&address(table)) => is_expensive(table) || !is_deterministic(table),
            _ => used > 1 && is_expensive(table) && is_deterministic(table),
        };
        if once && !reads_applied(table) {
            self.steps.push(Step::Materialize(Arc::clone(table)));
        }
    }
}

/// True when computing the rows is much more work than scanning and filtering a source.
fn is_expensive(table: &Arc<Table>) -> bool {
    any_below(table, &mut HashSet::new(), &mut |t| {
        !matches!(
            t.kind,
            TableKind::Source { .. }
                | TableKind::Datatable { .. }
                | TableKind::Range { .. }
                | TableKind::Filter { .. }
                | TableKind::Project { .. }
                | TableKind::Union { .. }
                | TableKind::Take { .. }
                | TableKind::Serialize { .. }
                | TableKind::ApplyInput { .. }
                | TableKind::Materialize { .. }
                | TableKind::Empty
        )
    })
}

/// False when two runs may give different rows by Kusto's rules: then each use is run for itself.
pub(crate) fn is_deterministic(table: &Arc<Table>) -> bool {
    !any_below(table, &mut HashSet::new(), &mut |t| {
        let mut volatile = matches!(t.kind, TableKind::Sample { .. } | TableKind::SampleDistinct { .. });
        walk::expressions(t, &mut |expr| volatile |= is_volatile(expr));
        volatile
    })
}

pub(crate) fn is_volatile(expr: &Expr) -> bool {
    let mut volatile = false;
    walk::each_expression(expr, &mut |e| {
        volatile |= matches!(&e.kind, ExprKind::Call { function, .. } if !function.deterministic);
    });
    volatile
}

/// True when the rows depend on the input row (or key) of an `mv-apply` or `partition` around it.
fn reads_applied(table: &Arc<Table>) -> bool {
    let mut bound = HashSet::new();
    any_below(table, &mut HashSet::new(), &mut |t| {
        if let TableKind::MvApply { id, .. } | TableKind::Partition { id, .. } = &t.kind {
            bound.insert(*id);
        }
        matches!(&t.kind, TableKind::ApplyInput { id } if !bound.contains(id))
    })
}
