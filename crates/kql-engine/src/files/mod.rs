//! Tables whose rows lie in Parquet files: queries read the columns, row groups and pages they need.
//!
//! [`FilesTable`] is the provider. The plan above it knows the engine's representation only: [`adapter`] rewrites the
//! expressions of a scan (columns, filters pushed down, those a join or a `top` finds while it runs) to the columns as the
//! file has them, so that pruning by statistics and late materialization work for files of other tools too; [`column`] is the
//! conversion of one column, [`sparse`] gathers the rows that filters leave.

mod adapter;
mod column;
mod sparse;

pub(crate) use sparse::gathered;

use adapter::FileAdapterFactory;
use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use datafusion::catalog::{MemTable, Session, TableProvider};
use datafusion::common::config::TableParquetOptions;
use datafusion::common::stats::{ColumnStatistics, Precision, Statistics};
use datafusion::datasource::TableType;
use datafusion::datasource::file_format::FileFormat;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::PartitionedFile;
use datafusion::datasource::physical_plan::{FileGroup, FileGroupPartitioner, FileScanConfigBuilder, ParquetSource};
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown};
use datafusion::object_store::{ObjectMeta, path::Path};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::union::UnionExec;
use kql_sources::InPlace;
use std::sync::Arc;

/// Files of fewer bytes are not split among threads.
const SPLIT: usize = 4 << 20;

/// A table in Parquet files, and perhaps rows in memory before them.
#[derive(Debug)]
pub(crate) struct FilesTable {
    name: Arc<str>,
    /// The engine's representation.
    schema: SchemaRef,
    files: Arc<[InPlace]>,
    memory: Option<MemTable>,
}

impl FilesTable {
    pub(crate) fn new(name: &str, schema: SchemaRef, files: &[InPlace], memory: Option<MemTable>) -> Self {
        FilesTable { name: Arc::from(name), schema, files: files.into(), memory }
    }

    async fn scan_files(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let files = self.files.iter().map(described).collect::<Result<Vec<_>>>()?;
        let groups: Vec<FileGroup> = files.into_iter().map(|file| FileGroup::new(vec![file])).collect();
        let partitions = state.config().target_partitions();
        let split = FileGroupPartitioner::new()
            .with_target_partitions(partitions)
            .with_repartition_file_min_size(SPLIT)
            .repartition_file_groups(&groups);
        let rows: usize = self.files.iter().map(|f| usize::try_from(f.rows).unwrap_or(usize::MAX)).sum();
        let statistics = Statistics {
            num_rows: Precision::Exact(rows),
            total_byte_size: Precision::Absent,
            column_statistics: vec![ColumnStatistics::new_unknown(); self.schema.fields().len()],
        };
        let options =
            TableParquetOptions { global: state.config_options().execution.parquet.clone(), ..Default::default() };
        let source = ParquetSource::new(Arc::clone(&self.schema)).with_table_parquet_options(options.clone());
        let adapter = FileAdapterFactory::new(&self.name);
        let config = FileScanConfigBuilder::new(ObjectStoreUrl::local_filesystem(), Arc::new(source))
            .with_file_groups(split.unwrap_or(groups))
            .with_statistics(statistics)
            .with_projection_indices(projection.cloned())?
            .with_limit(limit)
            .with_expr_adapter(Some(Arc::new(adapter)))
            .build();
        // The format adds what reads footers once and keeps them.
        ParquetFormat::default().with_options(options).create_physical_plan(state, config).await
    }
}

fn described(file: &InPlace) -> Result<PartitionedFile> {
    let location = Path::from_absolute_path(&file.path).map_err(|e| DataFusionError::External(Box::new(e)))?;
    let last_modified = std::fs::metadata(&file.path)?.modified()?.into();
    let meta = ObjectMeta { location, last_modified, size: file.size, e_tag: None, version: None };
    Ok(PartitionedFile::new_from_meta(meta))
}

#[async_trait]
impl TableProvider for FilesTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn statistics(&self) -> Option<Statistics> {
        let mut rows: usize = self.files.iter().map(|f| usize::try_from(f.rows).unwrap_or(usize::MAX)).sum();
        for partition in self.memory.iter().flat_map(|memory| &memory.batches) {
            rows += partition.try_read().ok()?.iter().map(|batch| batch.num_rows()).sum::<usize>();
        }
        Some(Statistics { num_rows: Precision::Exact(rows), ..Statistics::new_unknown(&self.schema) })
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        // The physical optimizer hands filters down to the reader, where the adapter rewrites them.
        Ok(vec![TableProviderFilterPushDown::Unsupported; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let files = self.scan_files(state, projection, limit).await?;
        let Some(memory) = &self.memory else { return Ok(files) };
        UnionExec::try_new(vec![memory.scan(state, projection, filters, limit).await?, files])
    }
}
