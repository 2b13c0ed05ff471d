//! The columns of a tabular expression.

use crate::ScalarType;
use serde::Serialize;
use std::sync::Arc;

/// A named, typed column.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Column {
    /// The name, unquoted and case-sensitive. Unique in its [`RowSchema`].
    #[serde(serialize_with = "name_text")]
    // serde's `rc` feature would do it, and rebuild all that DataFusion shares
    pub name: Arc<str>,
    /// The type.
    #[serde(rename = "type")]
    pub ty: ScalarType,
}

fn name_text<S: serde::Serializer>(name: &Arc<str>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(name)
}

impl Column {
    /// A column.
    pub fn new(name: impl Into<Arc<str>>, ty: ScalarType) -> Self {
        Column { name: name.into(), ty }
    }
}

/// The ordered columns of a tabular expression. Cloning is cheap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowSchema {
    /// The columns in order; names are unique.
    pub columns: Arc<[Column]>,
    /// True when further columns follow that only the data can tell (`bag_unpack`, `pivot`, … in `kql check`).
    pub open: bool,
}

impl RowSchema {
    /// A schema of exactly these columns.
    pub fn new(columns: impl Into<Arc<[Column]>>) -> Self {
        RowSchema { columns: columns.into(), open: false }
    }

    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|c| &*c.name == name)
    }

    /// The position of a name.
    pub fn index_of(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| &*c.name == name)
    }

    /// The names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.columns.iter().map(|c| &*c.name)
    }
}

impl FromIterator<Column> for RowSchema {
    fn from_iter<T: IntoIterator<Item = Column>>(iter: T) -> Self {
        RowSchema::new(iter.into_iter().collect::<Vec<_>>())
    }
}
