//! The physical node of graphs.

use super::build::{Builder, Graph};
use super::matching::Pattern;
use super::output::Matches;
use super::search::{Binding, Found, Search};
use super::shortest::Shortest;
use super::task::{GraphTask, MatchTask, Output};
use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::{DataType, SchemaRef};
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::common::{Result, internal_err};
use datafusion::execution::memory_pool::{MemoryConsumer, MemoryReservation};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::equivalence::EquivalenceProperties;
use datafusion::physical_plan::coop::cooperative;
use datafusion::physical_plan::execution_plan::{Boundedness, EmissionType};
use datafusion::physical_plan::metrics::{BaselineMetrics, ExecutionPlanMetricsSet, MetricsSet, RecordOutput};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{
    DisplayAs, DisplayFormatType, Distribution, ExecutionPlan, InputDistributionRequirements, Partitioning,
    PlanProperties,
};
use futures::{Stream, StreamExt};
use kql_bind::bound::ShortestOutput;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

/// Steps of a search between two looks at whether the query was stopped.
const TURN: usize = 1 << 14;

/// A graph and what comes out of it, as a node of a physical plan.
pub struct GraphExec {
    task: Arc<GraphTask>,
    inputs: Vec<Arc<dyn ExecutionPlan>>,
    schema: SchemaRef,
    properties: Arc<PlanProperties>,
    metrics: ExecutionPlanMetricsSet,
}

impl GraphExec {
    pub(crate) fn new(task: Arc<GraphTask>, inputs: Vec<Arc<dyn ExecutionPlan>>, schema: SchemaRef) -> Self {
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            Partitioning::UnknownPartitioning(1),
            EmissionType::Incremental,
            Boundedness::Bounded,
        );
        GraphExec { task, inputs, schema, properties: Arc::new(properties), metrics: ExecutionPlanMetricsSet::new() }
    }
}

impl fmt::Debug for GraphExec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GraphExec: {}", self.task.summary())
    }
}

impl DisplayAs for GraphExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GraphExec: {}", self.task.summary())
    }
}

impl ExecutionPlan for GraphExec {
    fn name(&self) -> &str {
        "Graph"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn input_distribution_requirements(&self) -> InputDistributionRequirements {
        InputDistributionRequirements::new(vec![Distribution::SinglePartition; self.inputs.len()])
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![false; self.inputs.len()]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false; self.inputs.len()]
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        self.inputs.iter().collect()
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn with_new_children(self: Arc<Self>, inputs: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        if inputs.len() != self.inputs.len() {
            return internal_err!("a graph has as many inputs as before");
        }
        Ok(Arc::new(GraphExec::new(Arc::clone(&self.task), inputs, Arc::clone(&self.schema))))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let Some(edges) = self.inputs.first() else { return internal_err!("a graph without edges") };
        let id_type = edges.schema().field(0).data_type().clone();
        // Edges last: ids without a node are found when all nodes are known.
        let mut inputs = Vec::with_capacity(self.inputs.len());
        for input in self.inputs.iter().skip(1).chain([edges]) {
            inputs.push(input.execute(partition, Arc::clone(&context))?);
        }
        inputs.reverse();
        let stream = GraphStream {
            state: State::Reading(Box::new(Builder::new(Arc::clone(&self.task)))),
            inputs,
            id_type,
            task: Arc::clone(&self.task),
            schema: Arc::clone(&self.schema),
            batch_size: context.session_config().batch_size(),
            memory: MemoryConsumer::new("Graph").register(context.memory_pool()),
            metrics: BaselineMetrics::new(&self.metrics, partition),
        };
        let stream = RecordBatchStreamAdapter::new(Arc::clone(&self.schema), stream);
        Ok(Box::pin(cooperative(stream)))
    }

    fn metrics(&self) -> Option<MetricsSet> {
        Some(self.metrics.clone_inner())
    }
}

struct GraphStream {
    state: State,
    /// Inputs not read yet, the next one last.
    inputs: Vec<SendableRecordBatchStream>,
    id_type: DataType,
    task: Arc<GraphTask>,
    schema: SchemaRef,
    batch_size: usize,
    memory: MemoryReservation,
    metrics: BaselineMetrics,
}

enum State {
    Reading(Box<Builder>),
    Searching(Box<Searching>),
    Done,
}

/// A search that goes on.
struct Searching {
    graph: Graph,
    pattern: Pattern,
    search: AnySearch,
    matches: Matches,
}

enum AnySearch {
    Match(Search),
    Shortest(Box<Shortest>),
}

impl Searching {
    fn new(mut graph: Graph, task: &MatchTask, schema: SchemaRef, memory: &MemoryReservation) -> Result<Self> {
        let pattern = Pattern::new(&mut graph, task)?;
        let slots = Binding::new(task.nodes.len(), task.edges.len());
        let matches = Matches::new(&mut graph, &task.columns, &slots, schema)?;
        let search = match task.shortest {
            None => AnySearch::Match(Search::new(&pattern, task.cycles, &graph)),
            Some(output) => {
                let all = output == ShortestOutput::All;
                AnySearch::Shortest(Box::new(Shortest::new(&pattern, all, task.residual.as_ref(), &mut graph, memory)?))
            }
        };
        Ok(Searching { graph, pattern, search, matches })
    }

    fn bytes(&self) -> usize {
        let search = match &self.search {
            AnySearch::Match(search) => search.bytes(),
            AnySearch::Shortest(shortest) => shortest.bytes(),
        };
        self.graph.bytes() + self.pattern.bytes() + self.matches.bytes() + search
    }

    /// One turn: a batch, nothing yet (`None`), or the end.
    fn turn(&mut self, batch_size: usize) -> Result<Turn> {
        let mut left = TURN;
        while left > 0 {
            let found = match &mut self.search {
                AnySearch::Match(search) => search.run(&self.pattern, &self.graph, left),
                AnySearch::Shortest(shortest) => shortest.run(&self.pattern, &self.graph, left)?,
            };
            match found {
                Found::Match => {
                    self.matches.push(match &self.search {
                        AnySearch::Match(search) => search.binding(),
                        AnySearch::Shortest(shortest) => shortest.binding(),
                    });
                    if self.matches.is_full(batch_size) {
                        return Ok(self.matches.take()?.map_or(Turn::Nothing, Turn::Batch));
                    }
                    left -= 1;
                }
                Found::Busy => return Ok(Turn::Nothing),
                Found::Nothing => return Ok(Turn::End(self.matches.take()?)),
            }
        }
        Ok(Turn::Nothing)
    }
}

enum Turn {
    Batch(RecordBatch),
    Nothing,
    End(Option<RecordBatch>),
}

impl GraphStream {
    /// Takes a batch of the input that is read.
    fn read(&mut self, batch: RecordBatch) -> Result<()> {
        let _timer = self.metrics.elapsed_compute().timer();
        let State::Reading(builder) = &mut self.state else { return internal_err!("all inputs of a graph were read") };
        if self.inputs.len() == 1 {
            builder.push_edges(batch)?
        } else {
            builder.push_nodes(batch)?
        }
        self.memory.try_resize(builder.bytes())
    }

    /// All inputs were read.
    fn start(&mut self) -> Result<Option<RecordBatch>> {
        let _timer = self.metrics.elapsed_compute().timer();
        let State::Reading(builder) = std::mem::replace(&mut self.state, State::Done) else { return Ok(None) };
        // Rows and columns made of them are there at once for a moment.
        self.memory.try_resize(builder.bytes().saturating_mul(2))?;
        let mut graph = builder.finish(&self.id_type)?;
        self.memory.try_resize(graph.bytes())?;
        let (nodes, columns) = match &self.task.output {
            Output::Nodes(columns) => (true, columns),
            Output::Edges(columns) => (false, columns),
            Output::Match(task) => {
                let searching = Searching::new(graph, task, Arc::clone(&self.schema), &self.memory)?;
                self.memory.try_resize(searching.bytes())?;
                self.state = State::Searching(Box::new(searching));
                return Ok(None);
            }
        };
        let arrays = graph.table(nodes, columns)?;
        let rows = arrays.first().map_or(0, |a| a.len());
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(Some(RecordBatch::try_new_with_options(Arc::clone(&self.schema), arrays, &options)?))
    }

    fn turn(&mut self) -> Result<Turn> {
        let _timer = self.metrics.elapsed_compute().timer();
        let State::Searching(searching) = &mut self.state else { return Ok(Turn::End(None)) };
        let turn = searching.turn(self.batch_size)?;
        self.memory.try_resize(searching.bytes())?;
        Ok(turn)
    }

    fn fail<T>(&mut self, result: Result<T>) -> Result<T> {
        if result.is_err() {
            self.state = State::Done;
            self.inputs.clear();
        }
        result
    }
}

impl Stream for GraphStream {
    type Item = Result<RecordBatch>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        loop {
            match this.state {
                State::Done => return Poll::Ready(None),
                State::Reading(_) => {
                    let Some(input) = this.inputs.last_mut() else {
                        let started = this.start();
                        match this.fail(started) {
                            Ok(Some(batch)) => return Poll::Ready(Some(Ok(batch.record_output(&this.metrics)))),
                            Ok(None) => continue,
                            Err(error) => return Poll::Ready(Some(Err(error))),
                        }
                    };
                    let read = match ready!(input.poll_next_unpin(cx)) {
                        Some(batch) => batch.and_then(|b| this.read(b)),
                        None => {
                            this.inputs.pop();
                            Ok(())
                        }
                    };
                    if let Err(error) = this.fail(read) {
                        return Poll::Ready(Some(Err(error)));
                    }
                }
                State::Searching(_) => {
                    let turn = this.turn();
                    match this.fail(turn) {
                        Ok(Turn::Batch(batch)) => return Poll::Ready(Some(Ok(batch.record_output(&this.metrics)))),
                        Ok(Turn::End(last)) => {
                            this.state = State::Done;
                            this.memory.free();
                            return Poll::Ready(last.map(|b| Ok(b.record_output(&this.metrics))));
                        }
                        Ok(Turn::Nothing) => {
                            // The other tasks first, and whoever stops this one.
                            cx.waker().wake_by_ref();
                            return Poll::Pending;
                        }
                        Err(error) => return Poll::Ready(Some(Err(error))),
                    }
                }
            }
        }
    }
}
