//! Scans of table providers, as rows with exactly the columns the binder knows.

use crate::error::{At, PlanError, Result};
use crate::expression::{literal, typed_null};
use crate::rows::{Rows, named, project};
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use datafusion::catalog::{MemTable, TableProvider};
use datafusion::common::{Column, TableReference};
use datafusion::datasource::provider_as_source;
use datafusion::logical_expr::expr::Case;
use datafusion::logical_expr::logical_plan::TableScanBuilder;
use datafusion::logical_expr::{Expr as DfExpr, LogicalPlan};
use kql_diagnostic::Span;
use kql_functions::arrow_type;
use kql_types::{RowSchema, ScalarType, Value};
use std::sync::Arc;

/// The rows of a provider. Columns it lacks are null; nullable strings read as `''`.
pub(crate) fn scan(provider: Arc<dyn TableProvider>, name: &str, schema: &RowSchema, span: Span) -> Result<Rows> {
    let table = TableReference::bare(name);
    let present = provider.schema();
    let mut columns = Vec::with_capacity(schema.columns.len());
    for column in schema.columns.iter() {
        let expr = match present.field_with_name(&column.name) {
            Err(_) => typed_null(column.ty),
            Ok(field) if *field.data_type() != arrow_type(column.ty) => {
                let what =
                    format!("column '{}' of '{name}' holds {}, not {}", column.name, field.data_type(), column.ty);
                return Err(PlanError::internal(span, what));
            }
            Ok(field) => {
                let own = DfExpr::Column(Column::new(Some(table.clone()), &*column.name));
                if column.ty == ScalarType::String && field.is_nullable() { or_empty(own) } else { own }
            }
        };
        columns.push(match expr {
            DfExpr::Column(_) => expr.alias(&*column.name),
            other => named(other, &column.name),
        });
    }
    let scan = TableScanBuilder::new(table, provider_as_source(provider)).build().at(span)?;
    Ok(Rows::new(project(LogicalPlan::TableScan(scan), columns, span)?))
}

/// A text that may be null, with `''` in place of null.
pub(crate) fn or_empty(text: DfExpr) -> DfExpr {
    let empty = literal(&Value::String(String::new()));
    // What the optimizer makes of `coalesce`, which cannot be run as it is.
    DfExpr::Case(Case {
        expr: None,
        when_then_expr: vec![(Box::new(text.clone().is_not_null()), Box::new(text))],
        else_expr: Some(Box::new(empty)),
    })
}

/// The Arrow schema of a row schema: strings are not nullable, everything else is.
pub fn arrow_schema(schema: &RowSchema) -> SchemaRef {
    let field = |c: &kql_types::Column| Field::new(&*c.name, arrow_type(c.ty), c.ty.has_null());
    Arc::new(Schema::new(schema.columns.iter().map(field).collect::<Vec<_>>()))
}

/// The batch under another schema of the same types. Rows without columns are still so many rows.
///
/// # Errors
/// When the types differ.
pub(crate) fn with_schema(batch: &RecordBatch, schema: &SchemaRef) -> std::result::Result<RecordBatch, ArrowError> {
    let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), batch.columns().to_vec(), &rows)
}

/// Batches as a provider with the columns of a row schema. Batches with exactly those columns in order are taken, whatever
/// their field names.
///
/// # Errors
/// When a batch has other types than the schema.
pub fn memory_table(
    batches: Vec<RecordBatch>,
    schema: &RowSchema,
    partitions: usize,
    span: Span,
) -> Result<Arc<dyn TableProvider>> {
    let arrow = arrow_schema(schema);
    let restored = batches
        .into_iter()
        .filter(|b| b.num_rows() > 0)
        .map(|b| with_schema(&b, &arrow))
        .collect::<Result<Vec<_>, _>>()
        .at(span)?;
    let each = restored.len().div_ceil(partitions.max(1)).max(1);
    let spread: Vec<Vec<RecordBatch>> = restored.chunks(each).map(<[RecordBatch]>::to_vec).collect();
    let spread = if spread.is_empty() { vec![Vec::new()] } else { spread };
    Ok(Arc::new(MemTable::try_new(arrow, spread).at(span)?))
}
