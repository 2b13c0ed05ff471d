//! Where filters run inside the reader, its batches are gathered before anything holds on to them.

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::datasource::physical_plan::{FileSource, ParquetSource};
use datafusion::datasource::source::DataSourceExec;
use datafusion::error::Result;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::execution_plan::{ChildrenPropertiesMode, ReplaceChildrenOptions};
use datafusion::physical_plan::sorts::sort::SortExec;
use kql_plan::nodes::{Compact, OperationExec};
use std::sync::Arc;

/// The plan with a node above each filtered scan of files.
pub(crate) fn gathered(plan: Arc<dyn ExecutionPlan>) -> Result<Arc<dyn ExecutionPlan>> {
    if is_filtered_scan(&plan) {
        return Ok(above(plan));
    }
    let gathered = plan.transform_up(|node| {
        // A sort with a limit holds few rows, and tells the scan early which ones are worth reading.
        let is_top = node.downcast_ref::<SortExec>().is_some_and(|sort| sort.fetch().is_some());
        if is_top || !node.children().into_iter().any(is_filtered_scan) {
            return Ok(Transformed::no(node));
        }
        let children = node.children().into_iter().map(|child| match is_filtered_scan(child) {
            true => above(Arc::clone(child)),
            false => Arc::clone(child),
        });
        let children = children.collect();
        let options = ReplaceChildrenOptions::new(ChildrenPropertiesMode::Recompute);
        Ok(Transformed::yes(node.replace_children(children, options)?))
    })?;
    Ok(gathered.data)
}

fn above(scan: Arc<dyn ExecutionPlan>) -> Arc<dyn ExecutionPlan> {
    let schema = scan.schema();
    Arc::new(OperationExec::new(Arc::new(Compact), Vec::new(), scan, schema))
}

/// A scan with a limit ends early: nothing may wait for further rows.
fn is_filtered_scan(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let Some(scan) = plan.downcast_ref::<DataSourceExec>() else { return false };
    let source = scan.downcast_to_file_source::<ParquetSource>();
    scan.fetch().is_none() && source.is_some_and(|(_, parquet)| parquet.filter().is_some())
}
