//! `scan`: a state machine over ordered rows (<https://learn.microsoft.com/kusto/query/scan-operator>).
//!
//! For each row the steps are tried from the last to the first. If the step before has a state and the condition holds
//! over it, that state moves here, with the row added (check 1). Else, if this step has a state, or is the first, and the
//! condition holds over its own state, the row replaces its part of it (check 2).

use super::keys::{Keys, key_of};
use super::{Needs, Operation, Start, Transform};
use arrow::array::{ArrayRef, Int64Array};

use arrow::datatypes::{DataType, Field, FieldRef, SchemaRef};
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::common::{DFSchema, ScalarValue};
use datafusion::error::Result;
use datafusion::logical_expr::Expr as DfExpr;
use datafusion::logical_expr::execution_props::ExecutionProps;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::physical_expr::{PhysicalExpr, create_physical_expr};
use kql_bind::bound::ScanOutput;
use std::collections::HashMap;
use std::sync::Arc;

/// The operation. Its expressions are the partition keys, then the columns of the input that are seen by the steps.
#[derive(Clone, Debug)]
pub(crate) struct Scan {
    /// How many expressions are partition keys.
    pub(crate) partitions: usize,
    /// Names and types of the input columns, in the order of the expressions.
    pub(crate) input: Vec<FieldRef>,
    /// Declared columns and their defaults.
    pub(crate) declared: Vec<(FieldRef, ScalarValue)>,
    /// Name of the match id.
    pub(crate) match_id: Option<String>,
    /// The steps.
    pub(crate) steps: Vec<Step>,
}

/// One step. Its expressions read input columns, declared columns (which have their defaults) and columns `step.column`.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// Its name.
    pub(crate) name: String,
    /// Which rows it gives.
    pub(crate) output: ScanOutput,
    /// The condition.
    pub(crate) condition: DfExpr,
    /// Assignments to declared columns, by place.
    pub(crate) assignments: Vec<(usize, DfExpr)>,
}

impl Operation for Scan {
    fn name(&self) -> &'static str {
        "Scan"
    }

    fn describe(&self) -> String {
        format!("{:?} {:?} {:?}", self.declared, self.match_id, self.steps)
    }

    fn keeps_input(&self) -> bool {
        false
    }

    fn appended(&self) -> Vec<FieldRef> {
        let declared = self.declared.iter().map(|(f, _)| Arc::clone(f));
        let id = self.match_id.iter().map(|n| Arc::new(Field::new(n, DataType::Int64, true)));
        self.input.iter().cloned().chain(declared).chain(id).collect()
    }

    fn reads_order(&self) -> bool {
        true
    }

    fn distribution(&self) -> Needs {
        Needs::One
    }

    fn start(&self, start: Start) -> Result<Box<dyn Transform>> {
        let mut keys = start.expressions;
        let columns = keys.split_off(self.partitions.min(keys.len()));
        let names = Names::new(self);
        let mut steps = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let assignments = step.assignments.iter().map(|(at, e)| Ok((*at, names.compile(e)?)));
            steps.push(CompiledStep {
                condition: names.compile(&step.condition)?,
                assignments: assignments.collect::<Result<_>>()?,
                output: step.output,
            });
        }
        Ok(Box::new(Running {
            scan: self.clone(),
            keys: Keys::new(keys),
            columns,
            names,
            steps,
            machines: HashMap::new(),
            next_match: 0,
            schema: start.schema,
            bytes: 0,
        }))
    }
}

/// The columns expressions can see: the row's, the declared ones, and those of each step's state.
struct Names {
    schema: Arc<DFSchema>,
    width: usize,
}

impl Names {
    fn new(scan: &Scan) -> Self {
        let declared = scan.declared.iter().map(|(f, _)| f);
        let row: Vec<FieldRef> = scan.input.iter().chain(declared).cloned().collect();
        let mut fields: Vec<FieldRef> = row.clone();
        for step in &scan.steps {
            let of_step = |f: &FieldRef| Field::new(format!("{}.{}", step.name, f.name()), f.data_type().clone(), true);
            fields.extend(row.iter().map(|f| Arc::new(of_step(f))));
        }
        let qualified = fields.into_iter().map(|f| (None, f)).collect();
        let schema = DFSchema::new_with_metadata(qualified, HashMap::new()).unwrap_or_else(|_| DFSchema::empty());
        Names { schema: Arc::new(schema), width: row.len() }
    }

    /// Compiles an expression over the columns it reads alone.
    fn compile(&self, expr: &DfExpr) -> Result<Compiled> {
        let columns = expr.column_refs();
        let mut reads: Vec<usize> = columns.iter().filter_map(|c| self.schema.maybe_index_of_column(c)).collect();
        reads.sort_unstable();
        let nullable = |at: &usize| Arc::new(self.schema.field(*at).as_ref().clone().with_nullable(true));
        let fields: Vec<FieldRef> = reads.iter().map(nullable).collect();
        let schema = DFSchema::new_with_metadata(fields.into_iter().map(|f| (None, f)).collect(), HashMap::new())?;
        let context = PhysicalPlanningContext::default();
        let compiled = create_physical_expr(expr, &schema, &ExecutionProps::new(), &context)?;
        Ok(Compiled { expr: compiled, reads, schema: Arc::clone(schema.inner()) })
    }
}

struct Compiled {
    expr: Arc<dyn PhysicalExpr>,
    /// Places of the columns it reads among all names.
    reads: Vec<usize>,
    schema: SchemaRef,
}

struct CompiledStep {
    condition: Compiled,
    assignments: Vec<(usize, Compiled)>,
    output: ScanOutput,
}

/// The rows a step remembers: its own and those of the steps before, each of input columns and declared columns.
#[derive(Clone, Default)]
struct State {
    rows: Vec<Option<Arc<Vec<ScalarValue>>>>,
    match_id: i64,
    /// The row to give when the sequence leaves the step (`output=last`).
    last: Option<Vec<ScalarValue>>,
}

/// One partition: the state of each step.
#[derive(Default)]
struct Machine {
    states: Vec<Option<State>>,
}

struct Running {
    scan: Scan,
    keys: Keys,
    columns: Vec<Arc<dyn PhysicalExpr>>,
    names: Names,
    steps: Vec<CompiledStep>,
    machines: HashMap<Box<[u8]>, Machine>,
    next_match: i64,
    schema: SchemaRef,
    bytes: usize,
}

impl Running {
    /// A value of an expression for a row, over a state.
    fn evaluate(&self, what: &Compiled, row: &[ScalarValue], state: Option<&State>) -> Result<ScalarValue> {
        let value = |at: &usize| self.lookup(*at, row, state).to_array();
        let arrays: Vec<ArrayRef> = what.reads.iter().map(value).collect::<Result<_>>()?;
        let options = RecordBatchOptions::new().with_row_count(Some(1));
        let batch = RecordBatch::try_new_with_options(Arc::clone(&what.schema), arrays, &options)?;
        let array = what.expr.evaluate(&batch)?.into_array(1)?;
        ScalarValue::try_from_array(&array, 0)
    }

    fn lookup(&self, at: usize, row: &[ScalarValue], state: Option<&State>) -> ScalarValue {
        let inputs = self.scan.input.len();
        let default = |place: usize| match place.checked_sub(inputs) {
            Some(declared) => self.scan.declared[declared].1.clone(),
            None => ScalarValue::try_new_null(self.scan.input[place].data_type()).unwrap_or(ScalarValue::Null),
        };
        let of_step = |step: usize, place: usize| {
            let remembered = state.and_then(|s| s.rows.get(step)).and_then(Option::as_ref);
            remembered.map_or_else(|| default(place), |r| r[place].clone())
        };
        let (block, place) = (at / self.names.width, at % self.names.width);
        match block {
            0 if place < inputs => row[place].clone(),
            // A declared column without its step's name is the row's own, which is not assigned yet.
            0 => default(place),
            step => of_step(step - 1, place),
        }
    }

    fn holds(&self, step: usize, row: &[ScalarValue], state: Option<&State>) -> Result<bool> {
        let value = self.evaluate(&self.steps[step].condition, row, state)?;
        Ok(matches!(value, ScalarValue::Boolean(Some(true))))
    }

    /// The row with the declared columns of a step: assigned ones, others as in the state.
    fn assigned(&self, step: usize, row: &[ScalarValue], state: Option<&State>) -> Result<Vec<ScalarValue>> {
        let mut full = row.to_vec();
        for (place, (_, default)) in self.scan.declared.iter().enumerate() {
            let assignment = self.steps[step].assignments.iter().find(|(at, _)| *at == place);
            full.push(match assignment {
                Some((_, value)) => self.evaluate(value, row, state)?,
                None => default.clone(),
            });
        }
        Ok(full)
    }

    /// Lets one row through the steps; appends what they give.
    fn step_row(
        &mut self,
        machine: &mut Machine,
        row: &[ScalarValue],
        out: &mut Vec<(Vec<ScalarValue>, i64)>,
    ) -> Result<()> {
        machine.states.resize(self.steps.len(), None);
        for step in (0..self.steps.len()).rev() {
            let before = if step > 0 { machine.states[step - 1].as_ref() } else { None };
            let promoted = before.is_some() && self.holds(step, row, before)?;
            let own = if promoted {
                machine.states[step - 1].take()
            } else {
                let own = machine.states[step].as_ref();
                if (own.is_none() && step > 0) || !self.holds(step, row, own)? {
                    continue;
                }
                machine.states[step].take()
            };
            let full = self.assigned(step, row, own.as_ref())?;
            let mut state = own.unwrap_or_else(|| {
                self.next_match += 1;
                State { rows: vec![None; self.steps.len()], match_id: self.next_match - 1, last: None }
            });
            if promoted {
                // The step before is left: its last row goes, and so does what this step had.
                out.extend(state.last.take().map(|r| (r, state.match_id)));
                if let Some(dropped) = machine.states[step].take() {
                    out.extend(dropped.last.map(|r| (r, dropped.match_id)));
                }
            }
            match self.steps[step].output {
                ScanOutput::All => out.push((full.clone(), state.match_id)),
                ScanOutput::Last => state.last = Some(full.clone()),
                ScanOutput::None => {}
            }
            state.rows[step] = Some(Arc::new(full));
            machine.states[step] = Some(state);
        }
        Ok(())
    }

    fn batch_of(&self, rows: Vec<(Vec<ScalarValue>, i64)>) -> Result<Option<RecordBatch>> {
        if rows.is_empty() {
            return Ok(None);
        }
        let width = self.scan.input.len() + self.scan.declared.len();
        let mut columns: Vec<Vec<ScalarValue>> = vec![Vec::with_capacity(rows.len()); width];
        let mut ids = Vec::with_capacity(rows.len());
        for (row, id) in rows {
            for (column, value) in columns.iter_mut().zip(row) {
                column.push(value);
            }
            ids.push(id);
        }
        let mut arrays = columns.into_iter().map(ScalarValue::iter_to_array).collect::<Result<Vec<_>>>()?;
        if self.scan.match_id.is_some() {
            arrays.push(Arc::new(Int64Array::from(ids)));
        }
        Ok(Some(RecordBatch::try_new(Arc::clone(&self.schema), arrays)?))
    }
}

impl Transform for Running {
    fn push(&mut self, batch: RecordBatch, out: &mut Vec<RecordBatch>) -> Result<()> {
        let rows = batch.num_rows();
        let key_columns = self.keys.columns(&batch)?;
        let encoded = self.keys.encode(&key_columns)?;
        let columns = self.columns.iter().map(|e| e.evaluate(&batch)?.into_array(rows)).collect::<Result<Vec<_>>>()?;
        let mut given = Vec::new();
        for at in 0..rows {
            let row = columns.iter().map(|c| ScalarValue::try_from_array(c, at)).collect::<Result<Vec<_>>>()?;
            let key = key_of(&encoded, at);
            let mut machine = self.machines.remove(key).unwrap_or_default();
            let result = self.step_row(&mut machine, &row, &mut given);
            self.machines.insert(key.into(), machine);
            result?;
        }
        self.bytes = self.machines.len() * self.steps.len() * self.names.width * 64;
        out.extend(self.batch_of(given)?);
        Ok(())
    }

    fn finish(&mut self, out: &mut Vec<RecordBatch>) -> Result<()> {
        let mut given = Vec::new();
        for machine in std::mem::take(&mut self.machines).into_values() {
            for state in machine.states.into_iter().flatten() {
                given.extend(state.last.map(|r| (r, state.match_id)));
            }
        }
        out.extend(self.batch_of(given)?);
        Ok(())
    }

    fn memory(&self) -> usize {
        self.bytes
    }
}
