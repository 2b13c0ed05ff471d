//! The logical node of graphs.

use super::task::{GraphTask, Output};
use arrow::datatypes::FieldRef;
use datafusion::common::{DFSchema, DFSchemaRef, Result, internal_err};
use datafusion::logical_expr::{Expr, Extension, LogicalPlan, UserDefinedLogicalNodeCore};
use std::cmp::Ordering;
use std::collections::HashMap;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A graph and what comes out of it, as a node of a logical plan.
#[derive(Clone)]
pub struct GraphNode {
    task: Arc<GraphTask>,
    description: String,
    inputs: Vec<LogicalPlan>,
    schema: DFSchemaRef,
}

impl GraphNode {
    /// The plan of a task over the edges and the node tables.
    ///
    /// # Errors
    /// When two columns have one name.
    pub(crate) fn plan(task: GraphTask, inputs: Vec<LogicalPlan>) -> Result<LogicalPlan> {
        let fields: Vec<FieldRef> = match &task.output {
            Output::Nodes(columns) | Output::Edges(columns) => columns.iter().map(|(f, _)| Arc::clone(f)).collect(),
            Output::Match(task) => task.columns.iter().map(|c| Arc::clone(&c.field)).collect(),
        };
        let fields = fields.into_iter().map(|f| (None, f)).collect();
        let schema = Arc::new(DFSchema::new_with_metadata(fields, HashMap::new())?);
        let description = format!("{task:?}");
        let node = GraphNode { task: Arc::new(task), description, inputs, schema };
        Ok(LogicalPlan::Extension(Extension { node: Arc::new(node) }))
    }

    pub(crate) fn task(&self) -> &Arc<GraphTask> {
        &self.task
    }

    fn key(&self) -> (&str, &[LogicalPlan]) {
        (&self.description, &self.inputs)
    }
}

impl fmt::Debug for GraphNode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        UserDefinedLogicalNodeCore::fmt_for_explain(self, f)
    }
}

impl PartialEq for GraphNode {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for GraphNode {}

impl PartialOrd for GraphNode {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.key().partial_cmp(&other.key())
    }
}

impl Hash for GraphNode {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl UserDefinedLogicalNodeCore for GraphNode {
    fn name(&self) -> &str {
        "Graph"
    }

    fn inputs(&self) -> Vec<&LogicalPlan> {
        self.inputs.iter().collect()
    }

    fn schema(&self) -> &DFSchemaRef {
        &self.schema
    }

    fn expressions(&self) -> Vec<Expr> {
        Vec::new()
    }

    fn fmt_for_explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.task.summary())
    }

    fn with_exprs_and_inputs(&self, _: Vec<Expr>, inputs: Vec<LogicalPlan>) -> Result<Self> {
        if inputs.len() != self.inputs.len() {
            return internal_err!("a graph has as many inputs as before");
        }
        Ok(GraphNode { inputs, ..self.clone() })
    }
}
