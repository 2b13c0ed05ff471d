//! A column of a file in the engine's representation.

use arrow::datatypes::{DataType, Field, FieldRef, Schema};
use arrow::record_batch::RecordBatch;
use datafusion::error::Result;
use datafusion::logical_expr::ColumnarValue;
use datafusion::physical_expr::PhysicalExpr;
use kql_functions::arrow_type;
use kql_types::ScalarType;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Converts the values of its child, a column of a file.
#[derive(Clone, Debug)]
pub(super) struct Converted {
    pub(super) child: Arc<dyn PhysicalExpr>,
    /// The column as the file has it.
    pub(super) from: FieldRef,
    pub(super) to: ScalarType,
}

impl PartialEq for Converted {
    fn eq(&self, other: &Self) -> bool {
        self.child.eq(&other.child) && self.from == other.from && self.to == other.to
    }
}

impl Eq for Converted {}

impl Hash for Converted {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.child.hash(state);
        self.from.name().hash(state);
        self.to.hash(state);
    }
}

impl fmt::Display for Converted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "to_{}({})", self.to, self.child)
    }
}

impl PhysicalExpr for Converted {
    fn data_type(&self, _: &Schema) -> Result<DataType> {
        Ok(arrow_type(self.to))
    }

    fn nullable(&self, _: &Schema) -> Result<bool> {
        Ok(self.to.has_null())
    }

    fn return_field(&self, _: &Schema) -> Result<FieldRef> {
        Ok(Arc::new(Field::new(self.from.name(), arrow_type(self.to), self.to.has_null())))
    }

    fn evaluate(&self, batch: &RecordBatch) -> Result<ColumnarValue> {
        let array = self.child.evaluate(batch)?.into_array(batch.num_rows())?;
        // The reader may give another string type than the footer says.
        let field = if array.data_type() == self.from.data_type() {
            Arc::clone(&self.from)
        } else {
            Arc::new(self.from.as_ref().clone().with_data_type(array.data_type().clone()))
        };
        Ok(ColumnarValue::Array(kql_sources::scanned_column(&array, &field, self.to)?))
    }

    fn children(&self) -> Vec<&Arc<dyn PhysicalExpr>> {
        vec![&self.child]
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn PhysicalExpr>>) -> Result<Arc<dyn PhysicalExpr>> {
        let child = children.into_iter().next().unwrap_or_else(|| Arc::clone(&self.child));
        Ok(Arc::new(Converted { child, from: Arc::clone(&self.from), to: self.to }))
    }

    fn fmt_sql(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
