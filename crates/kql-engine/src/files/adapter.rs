//! Expressions over the engine's columns, rewritten to the columns of a file.

use super::column::Converted;
use arrow::datatypes::{DataType, Field, SchemaRef, TimeUnit};
use datafusion::common::ScalarValue;
use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::error::Result;
use datafusion::logical_expr::Operator;
use datafusion::physical_expr::PhysicalExpr;
use datafusion::physical_expr::expressions::{BinaryExpr, Column, Literal};
use datafusion::physical_expr_adapter::{PhysicalExprAdapter, PhysicalExprAdapterFactory};
use kql_catalog::TIME_COLUMNS;
use kql_functions::arrow_type;
use kql_sources::mapping_of;
use kql_types::ScalarType;
use kql_types::datetime::{TICKS_PER_MICROSECOND, TICKS_PER_MILLISECOND, TICKS_PER_SECOND, UNIX_EPOCH};
use std::sync::Arc;

/// Makes adapters for the files of a table.
#[derive(Debug)]
pub(super) struct FileAdapterFactory {
    table: Arc<str>,
}

impl FileAdapterFactory {
    pub(super) fn new(table: &Arc<str>) -> Self {
        FileAdapterFactory { table: Arc::clone(table) }
    }
}

impl PhysicalExprAdapterFactory for FileAdapterFactory {
    fn create(&self, logical: SchemaRef, physical: SchemaRef) -> Result<Arc<dyn PhysicalExprAdapter>> {
        Ok(Arc::new(FileAdapter { table: Arc::clone(&self.table), logical, physical }))
    }
}

#[derive(Debug)]
struct FileAdapter {
    table: Arc<str>,
    /// The engine's columns, marked with their Kusto types.
    logical: SchemaRef,
    /// The columns of the file.
    physical: SchemaRef,
}

impl PhysicalExprAdapter for FileAdapter {
    fn rewrite(&self, expr: Arc<dyn PhysicalExpr>) -> Result<Arc<dyn PhysicalExpr>> {
        expr.transform_up(|e| {
            if let Some(column) = e.downcast_ref::<Column>() {
                return Ok(Transformed::yes(self.column(column.name())?));
            }
            if let Some(compared) = e.downcast_ref::<BinaryExpr>().and_then(instant) {
                return Ok(Transformed::yes(compared));
            }
            Ok(Transformed::no(e))
        })
        .data()
    }
}

impl FileAdapter {
    /// A column of the table: of the file as it is or converted, or a constant when the file has none.
    fn column(&self, name: &str) -> Result<Arc<dyn PhysicalExpr>> {
        let field = self.logical.field_with_name(name)?;
        let ty = mapping_of(field).ty;
        let own = self.physical.column_with_name(name);
        // One time column stands in for the other.
        let other = || {
            let other = TIME_COLUMNS.into_iter().find(|other| TIME_COLUMNS.contains(&name) && *other != name)?;
            self.physical.column_with_name(other)
        };
        let Some((index, file)) = own.or_else(other) else { return self.missing(name, ty) };
        let child: Arc<dyn PhysicalExpr> = Arc::new(Column::new(file.name(), index));
        if as_it_is(file, ty) {
            return Ok(child);
        }
        Ok(Arc::new(Converted { child, from: Arc::new(file.clone()), to: ty }))
    }

    fn missing(&self, name: &str, ty: ScalarType) -> Result<Arc<dyn PhysicalExpr>> {
        let value = match ty {
            ScalarType::String if name == "Type" => ScalarValue::Utf8View(Some(self.table.to_string())),
            ScalarType::String => ScalarValue::Utf8View(Some(String::new())),
            _ => ScalarValue::try_new_null(&arrow_type(ty))?,
        };
        Ok(Arc::new(Literal::new(value)))
    }
}

/// Whether a column of a file is in the engine's representation.
fn as_it_is(file: &Field, ty: ScalarType) -> bool {
    let mapping = mapping_of(file);
    mapping.ty == ty && !mapping.convert && *file.data_type() == arrow_type(ty)
}

/// `datetime op literal` over a timestamp of a file, as a comparison of the timestamp: statistics of row groups and pages
/// are about timestamps.
fn instant(e: &BinaryExpr) -> Option<Arc<dyn PhysicalExpr>> {
    let (converted, op, literal) = match (e.left().downcast_ref::<Converted>(), e.right().downcast_ref::<Converted>()) {
        (Some(left), None) => (left, *e.op(), e.right()),
        (None, Some(right)) => (right, e.op().swap()?, e.left()),
        _ => return None,
    };
    let ScalarValue::Int64(Some(ticks)) = literal.downcast_ref::<Literal>()?.value() else { return None };
    let (ScalarType::Datetime, DataType::Timestamp(unit, zone)) = (converted.to, converted.from.data_type()) else {
        return None;
    };
    let since = ticks.checked_sub(UNIX_EPOCH)?;
    let compare = |op: Operator, value: i64| -> Arc<dyn PhysicalExpr> {
        let zone = zone.clone();
        let value = match unit {
            TimeUnit::Second => ScalarValue::TimestampSecond(Some(value), zone),
            TimeUnit::Millisecond => ScalarValue::TimestampMillisecond(Some(value), zone),
            TimeUnit::Microsecond => ScalarValue::TimestampMicrosecond(Some(value), zone),
            TimeUnit::Nanosecond => ScalarValue::TimestampNanosecond(Some(value), zone),
        };
        Arc::new(BinaryExpr::new(Arc::clone(&converted.child), op, Arc::new(Literal::new(value))))
    };
    let ticks_of_unit = match unit {
        TimeUnit::Second => TICKS_PER_SECOND,
        TimeUnit::Millisecond => TICKS_PER_MILLISECOND,
        TimeUnit::Microsecond => TICKS_PER_MICROSECOND,
        // A tick holds a hundred nanoseconds: value < tick says the same of both ends.
        TimeUnit::Nanosecond => {
            let first = since.checked_mul(100)?;
            let next = since.checked_add(1)?.checked_mul(100)?;
            return Some(match op {
                Operator::GtEq => compare(Operator::GtEq, first),
                Operator::Gt => compare(Operator::GtEq, next),
                Operator::Lt => compare(Operator::Lt, first),
                Operator::LtEq => compare(Operator::Lt, next),
                Operator::Eq => Arc::new(BinaryExpr::new(
                    compare(Operator::GtEq, first),
                    Operator::And,
                    compare(Operator::Lt, next),
                )),
                _ => return None,
            });
        }
    };
    // A unit holds several ticks: the bound may lie between two values.
    let floor = since.div_euclid(ticks_of_unit);
    let whole = since.rem_euclid(ticks_of_unit) == 0;
    Some(match op {
        Operator::GtEq if whole => compare(Operator::GtEq, floor),
        Operator::GtEq | Operator::Gt => compare(Operator::Gt, floor),
        Operator::Lt if whole => compare(Operator::Lt, floor),
        Operator::Lt | Operator::LtEq => compare(Operator::LtEq, floor),
        Operator::Eq if whole => compare(Operator::Eq, floor),
        _ => return None,
    })
}
