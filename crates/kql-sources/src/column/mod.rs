//! Columns while they are read: of a known type, or of a type the data will tell.

mod cells;
mod convert;
mod guess;
mod inferred;
mod strings;

pub(crate) use cells::{Cells, Misfit};
pub(crate) use convert::{convert_guessed, convert_typed, for_each_dynamic, for_each_text, missing, without_nulls};
pub(crate) use guess::Guess;
pub(crate) use inferred::Inferred;
pub(crate) use strings::Strings;

use crate::json::Raw;
use arrow::array::ArrayRef;
use kql_types::ScalarType;

/// A column of one chunk: its values and what is known of their type.
#[derive(Clone, Debug)]
pub(crate) struct ChunkColumn {
    /// The values, in the Arrow type of `ty`.
    pub(crate) array: ArrayRef,
    /// The type the array has. [`ScalarType::String`] while `guess` allows more.
    pub(crate) ty: ScalarType,
    /// What the column may become when the chunks of a table are put together; `None` for columns of a published schema.
    pub(crate) guess: Option<Guess>,
}

/// A column being filled.
#[derive(Debug)]
pub(crate) enum ColumnBuilder {
    /// The type is published.
    Known(Box<Cells>),
    /// The type follows from the values.
    Inferred(Box<Inferred>),
}

impl ColumnBuilder {
    /// Rows so far.
    pub(crate) fn len(&self) -> usize {
        match self {
            ColumnBuilder::Known(cells) => cells.len(),
            ColumnBuilder::Inferred(inferred) => inferred.len(),
        }
    }

    /// Adds nulls (`''` in strings) until there are `rows` rows.
    pub(crate) fn pad(&mut self, rows: usize) {
        match self {
            ColumnBuilder::Known(cells) => cells.append_nulls(rows.saturating_sub(cells.len())),
            ColumnBuilder::Inferred(inferred) => inferred.pad(rows),
        }
    }

    /// Adds a JSON value. On a misfit null is added.
    #[inline]
    pub(crate) fn append_json(&mut self, value: Raw<'_>, scratch: &mut String) -> Result<(), Misfit> {
        match self {
            ColumnBuilder::Known(cells) => cells.append_json(value, scratch),
            ColumnBuilder::Inferred(inferred) => inferred.append_json(value, scratch),
        }
    }

    /// Adds a cell of a text format (CSV). On a misfit null is added.
    pub(crate) fn append_text(&mut self, text: &str, scratch: &mut String) -> Result<(), Misfit> {
        match self {
            ColumnBuilder::Known(cells) => cells.append_text(text, scratch),
            ColumnBuilder::Inferred(inferred) => {
                inferred.append_cell(text);
                Ok(())
            }
        }
    }

    /// The values so far; the builder is empty afterwards.
    pub(crate) fn finish(&mut self) -> ChunkColumn {
        match self {
            ColumnBuilder::Known(cells) => ChunkColumn { array: cells.finish(), ty: cells.ty(), guess: None },
            ColumnBuilder::Inferred(inferred) => inferred.finish(),
        }
    }
}
