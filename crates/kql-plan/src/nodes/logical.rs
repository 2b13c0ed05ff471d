//! The logical node around an [`Operation`].

use super::operation::{FiltersBelow, Operation};
use arrow::datatypes::FieldRef;
use datafusion::common::{DFSchema, DFSchemaRef, Result, TableReference, internal_err};
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, UserDefinedLogicalNodeCore};
use std::cmp::Ordering;
use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// An operator DataFusion lacks, as a node of a logical plan.
#[derive(Clone)]
pub struct OperationNode {
    operation: Arc<dyn Operation>,
    description: String,
    expressions: Vec<Expr>,
    input: LogicalPlan,
    schema: DFSchemaRef,
}

impl OperationNode {
    /// The node of an operation over an input.
    ///
    /// # Errors
    /// When an appended column has the name of an input column.
    pub fn try_new(operation: Arc<dyn Operation>, expressions: Vec<Expr>, input: LogicalPlan) -> Result<Self> {
        let kept: Vec<(Option<TableReference>, FieldRef)> = if operation.keeps_input() {
            input.schema().iter().map(|(q, f)| (q.cloned(), Arc::clone(f))).collect()
        } else {
            Vec::new()
        };
        let fields = kept.into_iter().chain(operation.appended().into_iter().map(|f| (None, f))).collect();
        let schema = Arc::new(DFSchema::new_with_metadata(fields, input.schema().metadata().clone())?);
        Ok(OperationNode { description: operation.describe(), operation, expressions, input, schema })
    }

    /// The plan of an operation over an input.
    ///
    /// # Errors
    /// As [`OperationNode::try_new`].
    pub fn plan(operation: impl Operation, expressions: Vec<Expr>, input: LogicalPlan) -> Result<LogicalPlan> {
        let node = OperationNode::try_new(Arc::new(operation), expressions, input)?;
        Ok(LogicalPlan::Extension(Extension { node: Arc::new(node) }))
    }

    /// The operation.
    pub fn operation(&self) -> &Arc<dyn Operation> {
        &self.operation
    }

    fn key(&self) -> (&'static str, &str, &[Expr], &LogicalPlan) {
        (self.operation.name(), &self.description, &self.expressions, &self.input)
    }
}

impl fmt::Debug for OperationNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        UserDefinedLogicalNodeCore::fmt_for_explain(self, f)
    }
}

impl PartialEq for OperationNode {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for OperationNode {}

impl PartialOrd for OperationNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.key().partial_cmp(&other.key())
    }
}

impl Hash for OperationNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl UserDefinedLogicalNodeCore for OperationNode {
    fn name(&self) -> &str {
        self.operation.name()
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        vec![&self.input]
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        self.expressions.clone()
    }

    fn prevent_predicate_push_down_columns(&self) -> HashSet<String> {
        let allowed = |name: &str| match self.operation.filters_below() {
            FiltersBelow::None => false,
            FiltersBelow::Input => self.operation.keeps_input(),
            FiltersBelow::Columns(columns) => columns.iter().any(|c| c == name),
        };
        let appended: HashSet<String> = self.operation.appended().iter().map(|f| f.name().clone()).collect();
        let names = self.schema.fields().iter().map(|f| f.name());
        names.filter(|n| appended.contains(*n) || !allowed(n)).cloned().collect()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.operation.name())?;
        if !self.description.is_empty() {
            write!(f, " {}", self.description)?;
        }
        for (i, expression) in self.expressions.iter().enumerate() {
            write!(f, "{}{expression}", if i == 0 { " [" } else { ", " })?;
        }
        if self.expressions.is_empty() { Ok(()) } else { f.write_str("]") }
    }

    fn with_exprs_and_inputs(&self, expressions: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        let [input] = <[LogicalPlan; 1]>::try_from(inputs).or_else(|_| internal_err!("one input expected"))?;
        OperationNode::try_new(Arc::clone(&self.operation), expressions, input)
    }

    fn necessary_children_exprs(&self, output_columns: &[usize]) -> Option<Vec<Vec<usize>>> {
        // Columns the expressions read are added by the rule that asks.
        let inputs = self.input.schema().fields().len();
        let kept = if self.operation.keeps_input() { inputs } else { 0 };
        let mut needed: Vec<usize> = output_columns.iter().copied().filter(|i| *i < kept).collect();
        if needed.is_empty() && kept > 0 {
            // Batches without columns cannot be made; rows are counted by a column that costs little.
            let fields = self.input.schema().fields();
            needed.push(fields.iter().position(|f| f.data_type().is_primitive()).unwrap_or(0));
        }
        Some(vec![needed])
    }

    fn supports_limit_pushdown(&self) -> bool {
        self.operation.limit_below()
    }
}
