//! Parquet: zstd, row groups of [`ROW_GROUP`] rows, Kusto types in the field metadata. [`write`] is `--format parquet`;
//! [`ParquetFile`] takes the rows of a large table as they come.

use crate::portable::{self, TimeUnit};
use crate::{RenderError, ResultTable};
use ::parquet::arrow::ArrowWriter;
use ::parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, compute_leaves};
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::file::properties::WriterProperties;
use ::parquet::file::writer::SerializedFileWriter;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use kql_types::RowSchema;
use std::io::Write;
use std::sync::Arc;

/// Rows a row group holds: small enough to prune by time and to read in parallel (ENGINE §7).
pub const ROW_GROUP: usize = 128 * 1024;

fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .build()
}

pub(crate) fn write(result: &ResultTable<'_>, out: &mut (dyn Write + Send)) -> Result<(), RenderError> {
    let batches = portable::batches(result)?;
    let Some(first) = batches.first() else { return Ok(()) };
    let mut writer = ArrowWriter::try_new(out, first.schema(), Some(properties()))?;
    for batch in &batches {
        writer.write(batch)?;
    }
    writer.close()?;
    Ok(())
}

/// A Parquet file in the form of `--format parquet` that grows by row groups, each of which may be encoded on a thread of
/// its own. Times are nanoseconds.
pub struct ParquetFile<W: Write + Send> {
    writer: SerializedFileWriter<W>,
    groups: Arc<Groups>,
}

impl<W: Write + Send> std::fmt::Debug for ParquetFile<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParquetFile").finish_non_exhaustive()
    }
}

/// Makes the row groups of a file.
#[derive(Debug)]
pub struct Groups {
    columns: RowSchema,
    schema: SchemaRef,
    factory: ArrowRowGroupWriterFactory,
}

impl<W: Write + Send> ParquetFile<W> {
    /// A file of these columns.
    ///
    /// # Errors
    /// Those of the destination.
    pub fn create(out: W, columns: RowSchema) -> Result<Self, RenderError> {
        let schema = portable::schema(&columns, TimeUnit::Nanosecond);
        let writer = ArrowWriter::try_new(out, Arc::clone(&schema), Some(properties()))?;
        let (writer, factory) = writer.into_serialized_writer()?;
        Ok(ParquetFile { writer, groups: Arc::new(Groups { columns, schema, factory }) })
    }

    /// What makes row groups of this file.
    pub fn groups(&self) -> Arc<Groups> {
        Arc::clone(&self.groups)
    }

    /// Adds a finished row group.
    ///
    /// # Errors
    /// Those of the destination.
    pub fn append(&mut self, group: FinishedGroup) -> Result<(), RenderError> {
        let mut writer = self.writer.next_row_group()?;
        for chunk in group.chunks {
            chunk.append_to_row_group(&mut writer)?;
        }
        writer.close()?;
        Ok(())
    }

    /// Writes the end of the file.
    ///
    /// # Errors
    /// Those of the destination.
    pub fn finish(mut self) -> Result<(), RenderError> {
        self.writer.finish()?;
        self.writer.inner_mut().flush()?;
        Ok(())
    }
}

impl Groups {
    /// An empty row group; `number` is its place in the file, from 0.
    ///
    /// # Errors
    /// When the columns cannot be written at all.
    pub fn start(self: &Arc<Self>, number: usize) -> Result<RowGroup, RenderError> {
        let writers = self.factory.create_column_writers(number)?;
        Ok(RowGroup { of: Arc::clone(self), writers })
    }
}

/// A row group being encoded.
#[derive(Debug)]
pub struct RowGroup {
    of: Arc<Groups>,
    writers: Vec<ArrowColumnWriter>,
}

impl RowGroup {
    /// Adds rows in the engine's representation.
    ///
    /// # Errors
    /// When a column is in no such representation, or a datetime is outside the years that nanoseconds hold (1678–2261).
    pub fn write(&mut self, batch: &RecordBatch) -> Result<(), RenderError> {
        if batch.num_columns() != self.of.columns.columns.len() {
            let (rows, file) = (batch.num_columns(), self.of.columns.columns.len());
            return Err(RenderError::Unfit(format!("rows of {rows} columns in a file of {file}")));
        }
        let mut writers = self.writers.iter_mut();
        let columns = self.of.columns.columns.iter().zip(self.of.schema.fields());
        for ((column, field), array) in columns.zip(batch.columns()) {
            let array = portable::column(column, array, TimeUnit::Nanosecond)?;
            for (leaf, writer) in compute_leaves(field, &array)?.iter().zip(&mut writers) {
                writer.write(leaf)?;
            }
        }
        Ok(())
    }

    /// No more rows come.
    ///
    /// # Errors
    /// When the rows cannot be compressed.
    pub fn finish(self) -> Result<FinishedGroup, RenderError> {
        let chunks = self.writers.into_iter().map(ArrowColumnWriter::close).collect::<Result<_, _>>()?;
        Ok(FinishedGroup { chunks })
    }
}

/// An encoded row group.
#[derive(Debug)]
pub struct FinishedGroup {
    chunks: Vec<ArrowColumnChunk>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use arrow::array::{ArrayRef, Int64Array, StringViewArray};
    use kql_types::{Column, ScalarType};

    #[test]
    fn a_file_of_row_groups_is_that_of_a_result() {
        let columns = [
            Column::new("t", ScalarType::Datetime),
            Column::new("s", ScalarType::String),
            Column::new("d", ScalarType::Dynamic),
        ];
        let schema = RowSchema::new(columns.to_vec());
        let arrays: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from(vec![Some(639_307_728_000_000_001), None])),
            Arc::new(StringViewArray::from(vec!["a", ""])),
            Arc::new(StringViewArray::from(vec![Some("{\"a\":1}"), None])),
        ];
        let names = ["t", "s", "d"].into_iter().zip(arrays);
        let batch = RecordBatch::try_from_iter(names).expect("batch");
        let batches = [batch.clone()];
        let mut whole = Vec::new();
        let result = ResultTable { name: "r", schema: &schema, batches: &batches, render: None };
        write(&result, &mut whole).expect("written");

        let mut grown = Vec::new();
        let mut file = ParquetFile::create(&mut grown, schema.clone()).expect("created");
        let finished = (0..2).map(|number| {
            let mut group = file.groups().start(number).expect("started");
            group.write(&batch).expect("written");
            group.finish().expect("finished")
        });
        for group in finished.collect::<Vec<_>>() {
            file.append(group).expect("appended");
        }
        file.finish().expect("finished");

        let read = |bytes: Vec<u8>| {
            let builder = ParquetRecordBatchReaderBuilder::try_new(bytes::Bytes::from(bytes)).expect("a Parquet file");
            let groups = builder.metadata().num_row_groups();
            (groups, builder.build().expect("reader").collect::<Result<Vec<_>, _>>().expect("batches"))
        };
        let ((_, whole), (groups, grown)) = (read(whole), read(grown));
        assert_eq!(groups, 2);
        let twice = arrow::compute::concat_batches(&whole[0].schema(), [&whole[0], &whole[0]]).expect("one");
        let grown = arrow::compute::concat_batches(&grown[0].schema(), &grown).expect("one");
        assert_eq!(grown, twice);
    }

    #[test]
    fn an_instant_beyond_nanoseconds_is_refused() {
        let schema = RowSchema::new(vec![Column::new("t", ScalarType::Datetime)]);
        let file = ParquetFile::create(Vec::new(), schema).expect("created");
        let array: ArrayRef = Arc::new(Int64Array::from(vec![0]));
        let batch = RecordBatch::try_from_iter([("t", array)]).expect("batch");
        let error = file.groups().start(0).expect("started").write(&batch).expect_err("year 1");
        assert!(error.to_string().contains("'t'"), "{error}");
    }
}
