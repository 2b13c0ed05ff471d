//! The physical node around an [`Operation`].

use super::operation::{Needs, Operation, Start, Transform};
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::equivalence::EquivalenceProperties;
use datafusion::physical_expr::{LexOrdering, OrderingRequirements, PhysicalExpr};
use datafusion::physical_plan::coop::cooperative;
use datafusion::physical_plan::execution_plan::EmissionType;
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet, RecordOutput};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, ExecutionPlanProperties, InputDistributionRequirements,
    Partitioning, PlanProperties,
};
use futures::{Stream, StreamExt};
use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// An operator DataFusion lacks, as a node of a physical plan.
pub struct OperationExec {
    operation: Arc<dyn Operation>,
    expressions: Vec<Arc<dyn PhysicalExpr>>,
    /// The order of the input when the node was planned, kept up for operations that pin it.
    pinned: Option<LexOrdering>,
    input: Arc<dyn ExecutionPlan>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl OperationExec {
    /// The node of an operation with compiled expressions over an input.
    pub fn new(
        operation: Arc<dyn Operation>,
        expressions: Vec<Arc<dyn PhysicalExpr>>,
        input: Arc<dyn ExecutionPlan>,
        schema: SchemaRef,
    ) -> Self {
        let pinned = if operation.pins_order() { input.output_ordering().cloned() } else { None };
        OperationExec::build(operation, expressions, pinned, input, schema)
    }

    fn build(
        operation: Arc<dyn Operation>,
        expressions: Vec<Arc<dyn PhysicalExpr>>,
        pinned: Option<LexOrdering>,
        input: Arc<dyn ExecutionPlan>,
        schema: SchemaRef,
    ) -> Self {
        let mut equivalence = EquivalenceProperties::new(Arc::clone(&schema));
        if operation.keeps_input() && !operation.hides_input() {
            // A sort below is made without keys that are constant or equal to others: who asks for the whole order must know
            // that they are.
            let mut known = input.equivalence_properties().clone();
            if input.output_partitioning().partition_count() > 1 {
                known.clear_per_partition_constants();
            }
            // What is not known costs a sort.
            let _ = equivalence.add_equivalence_group(known.eq_group().clone());
        }
        if operation.keeps_input() && operation.keeps_order() {
            // Input columns keep their positions, so orderings over them hold for the output as they are.
            if let Some(ordering) = input.output_ordering() {
                equivalence.add_ordering(ordering.iter().cloned());
            }
        }
        let partitions = match operation.distribution() {
            Needs::One => 1,
            _ => input.output_partitioning().partition_count(),
        };
        let properties = PlanProperties::new(
            equivalence,
            Partitioning::UnknownPartitioning(partitions),
            EmissionType::Incremental,
            input.boundedness(),
        );
        OperationExec {
            operation,
            expressions,
            pinned,
            input,
            schema,
            properties: Arc::new(properties),
            metrics: ExecutionPlanMetricsSet::new(),
        }
    }
}

impl fmt::Debug for OperationExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Exec: {}", self.operation.name(), self.operation.describe())
    }
}

impl DisplayAs for OperationExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}Exec:", self.operation.name())?;
        let description = self.operation.describe();
        if !description.is_empty() {
            write!(f, " {description}")?;
        }
        for (i, expression) in self.expressions.iter().enumerate() {
            write!(f, "{}{expression}", if i == 0 { " [" } else { ", " })?;
        }
        if self.expressions.is_empty() { Ok(()) } else { f.write_str("]") }
    }
}

impl ExecutionPlan for OperationExec {
    fn name(&self) -> &str {
        self.operation.name()
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        InputDistributionRequirements::new(vec![match self.operation.distribution() {
            Needs::Nothing => Distribution::UnspecifiedDistribution,
            Needs::One => Distribution::SinglePartition,
            Needs::Hashed(0) => Distribution::SinglePartition,
            Needs::Hashed(n) => Distribution::KeyPartitioned(self.expressions.iter().take(n).cloned().collect()),
        }])
    }

    fn required_input_ordering(&self) -> Vec<Option<OrderingRequirements>> {
        vec![self.pinned.clone().map(OrderingRequirements::from)]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        // The optimizer takes a yes as leave to sort below instead of above, by the columns at the same places.
        // A node that asks for an order of its own cannot have another one below.
        let moves = self.operation.keeps_order() && !self.operation.reads_order() && self.pinned.is_none();
        vec![moves && self.operation.keeps_input()]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        // Work is spread by sources and hash exchanges; dealing out rows would lose their order.
        vec![false]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn apply_expressions(
        &self,
        f: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        for expression in &self.expressions {
            if f(expression)? == TreeNodeRecursion::Stop {
                return Ok(TreeNodeRecursion::Stop);
            }
        }
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let [input] =
            <[Arc<dyn ExecutionPlan>; 1]>::try_from(children).or_else(|_| internal_err!("one input expected"))?;
        Ok(Arc::new(OperationExec::build(
            Arc::clone(&self.operation),
            self.expressions.clone(),
            self.pinned.clone(),
            input,
            Arc::clone(&self.schema),
        )))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let input = self.input.execute(partition, Arc::clone(&context))?;
        let transform = self.operation.start(Start {
            expressions: self.expressions.clone(),
            schema: Arc::clone(&self.schema),
            partition,
            batch_size: context.session_config().batch_size(),
        })?;
        let reservation =
            MemoryConsumer::new(format!("{}[{partition}]", self.operation.name())).register(context.memory_pool());
        let stream = TransformStream {
            input: Some(input),
            transform,
            reservation,
            ready: VecDeque::new(),
            scratch: Vec::new(),
            metrics: BaselineMetrics::new(&self.metrics, partition),
        };
        // Cooperative: operations that make rows themselves would else never give way to a cancellation.
        let stream = RecordBatchStreamAdapter::new(Arc::clone(&self.schema), stream);
        Ok(Box::pin(cooperative(stream)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

struct TransformStream {
    /// `None` when it has ended.
    input: Option<SendableRecordBatchStream>,
    transform: Box<dyn Transform>,
    reservation: MemoryReservation,
    ready: VecDeque<RecordBatch>,
    scratch: Vec<RecordBatch>,
    metrics: BaselineMetrics,
}

impl TransformStream {
    fn step(&mut self, step: Step) -> Result<()> {
        let _timer = self.metrics.elapsed_compute().timer();
        match step {
            Step::Input(batch) => self.transform.push(batch, &mut self.scratch)?,
            Step::End => self.transform.finish(&mut self.scratch)?,
            Step::More => self.transform.more(&mut self.scratch)?,
        }
        self.ready.extend(self.scratch.drain(..).filter(|b| b.num_rows() > 0));
        self.reservation.try_resize(self.transform.memory())
    }
}

enum Step {
    Input(RecordBatch),
    End,
    More,
}

impl Stream for TransformStream {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Poll::Ready(Some(Ok(batch.record_output(&self.metrics))));
            }
            let step = if self.transform.pending() {
                Step::More
            } else {
                let done = self.transform.done();
                let Some(input) = self.input.as_mut() else { return Poll::Ready(None) };
                match if done { None } else { ready!(input.poll_next_unpin(cx)).transpose()? } {
                    Some(batch) => Step::Input(batch),
                    None => {
                        self.input = None;
                        Step::End
                    }
                }
            };
            let more = matches!(step, Step::More);
            if let Err(error) = self.step(step) {
                self.input = None;
                return Poll::Ready(Some(Err(error)));
            }
            if more && self.ready.is_empty() {
                // Long work without output: the query may have been stopped.
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
        }
    }
}
