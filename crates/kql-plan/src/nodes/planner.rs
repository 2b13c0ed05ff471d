//! From logical to physical: the hook DataFusion calls for [`OperationNode`]s.

use super::exec::OperationExec;
use super::graph::{GraphExec, GraphNode};
use super::logical::OperationNode;
use async_trait::async_trait;
use datafusion::catalog::Session;
use datafusion::common::Result;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::execution::context::QueryPlanner;
use datafusion::logical_expr::physical_planning_context::PhysicalPlanningContext;
use datafusion::logical_expr::{LogicalPlan, UserDefinedLogicalNode};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::aggregates::AggregateExec;
use datafusion::physical_planner::{DefaultPhysicalPlanner, ExtensionPlanner, PhysicalPlanner};
use std::sync::Arc;

/// Plans the nodes of this crate.
#[derive(Debug, Default)]
pub struct KqlExtensionPlanner;

#[async_trait]
impl ExtensionPlanner for KqlExtensionPlanner {
    async fn plan_extension(
        &self,
        planner: &dyn PhysicalPlanner,
        node: &dyn UserDefinedLogicalNode,
        logical_inputs: &[&LogicalPlan],
        physical_inputs: &[Arc<dyn ExecutionPlan>],
        session: &dyn Session,
        context: &PhysicalPlanningContext,
    ) -> Result<Option<Arc<dyn ExecutionPlan>>> {
        if let Some(node) = node.as_any().downcast_ref::<GraphNode>() {
            let schema = Arc::clone(UserDefinedLogicalNode::schema(node).inner());
            return Ok(Some(Arc::new(GraphExec::new(Arc::clone(node.task()), physical_inputs.to_vec(), schema))));
        }
        let (Some(node), [logical], [input]) =
            (node.as_any().downcast_ref::<OperationNode>(), logical_inputs, physical_inputs)
        else {
            return Ok(None);
        };
        let compile = |e| planner.create_physical_expr(e, logical.schema(), session, context);
        let expressions = UserDefinedLogicalNode::expressions(node).iter().map(compile).collect::<Result<Vec<_>>>()?;
        // Appended columns after the physical input's, whose fields may be stricter about nulls than the logical ones.
        let schema = Arc::clone(UserDefinedLogicalNode::schema(node).inner());
        let exec = OperationExec::new(Arc::clone(node.operation()), expressions, Arc::clone(input), schema);
        Ok(Some(Arc::new(exec)))
    }
}

/// DataFusion's planner with the nodes of this crate: for `SessionStateBuilder::with_query_planner`.
#[derive(Debug, Default)]
pub struct KqlQueryPlanner;

#[async_trait]
impl QueryPlanner for KqlQueryPlanner {
    async fn create_physical_plan(&self, plan: &LogicalPlan, state: &dyn Session) -> Result<Arc<dyn ExecutionPlan>> {
        let planner = DefaultPhysicalPlanner::with_extension_planners(vec![Arc::new(KqlExtensionPlanner)]);
        let plan = planner.create_physical_plan(plan, state).await?;
        without_lost_limits(plan)
    }
}

/// DataFusion gives an aggregate that only groups a limit when its groups come in no order. When a later rule brings its input
/// into an order, the aggregate takes the limit for one over that order, whose direction it was not told, and fails. The limit
/// above it stands for itself, so such a limit is taken back.
fn without_lost_limits(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    let lost = |aggregate: &AggregateExec| {
        aggregate.limit_options().is_some_and(|limit| limit.descending().is_none())
            && aggregate.get_minmax_desc().is_none()
            && !aggregate.is_unordered_unfiltered_group_by_distinct()
    };
    let mended = plan.transform_up(|node| {
        Ok(match node.downcast_ref::<AggregateExec>() {
            Some(aggregate) if lost(aggregate) => {
                Transformed::yes(Arc::new(aggregate.with_new_limit_options(None)) as Arc<dyn ExecutionPlan>)
            }
            _ => Transformed::no(node),
        })
    });
    mended.data()
}
