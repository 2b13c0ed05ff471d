//! The chart model: what is drawn, without looks. Built once from a result and its `render`; every backend draws this.

mod cards;
mod parts;
mod pivot;
mod plane;
mod plane_rows;
mod rows;
mod spans;
mod tree;

pub use cards::Card;
pub use parts::{Parts, Slice};
pub use pivot::{Fact, Facts, Pivot};
pub use plane::{Bands, Group, Marks, Plane, Point, Series, Split, XAxis, YAxis};
pub use rows::Rows;
pub use spans::{Lane, Lanes, Span};
pub use tree::{Node, Tile, Tree};

use super::kind::Kind;
use super::read::clean;
use crate::{RenderError, ResultTable};
use kql_bind::bound::Render;

/// A chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The kind asked for; [`Kind::Table`] when it did not fit.
    pub kind: Kind,
    /// `title`
    pub title: Option<String>,
    /// What is drawn.
    pub body: Body,
    /// What the reader has to know about the drawing: what was left out, summed or cut.
    pub notes: Vec<String>,
}

/// The forms of a chart.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// Two axes.
    Plane(Plane),
    /// Shares of a whole.
    Parts(Parts),
    /// Nested rectangles.
    Tree(Tree),
    /// From–to in rows.
    Lanes(Lanes),
    /// Rows by columns.
    Pivot(Pivot),
    /// Single values.
    Cards(Vec<Card>),
    /// The rows themselves.
    Rows(Rows),
}

impl Chart {
    /// Reads a result into a chart.
    ///
    /// # Errors
    /// [`RenderError::Unfit`] with a sentence when this kind makes no sense for the data: the caller shows the table, see
    /// [`Chart::or_table`].
    pub fn new(result: &ResultTable<'_>, render: &Render) -> Result<Chart, RenderError> {
        let kind = Kind::parse(&render.visualization)?;
        if matches!(kind, Kind::Scatter | Kind::Pie) && render.kind.as_deref() == Some("map") {
            return Err(RenderError::Unfit(format!(
                "{} with kind=map: maps are not drawn offline; without kind=map a scatterchart of longitude and latitude is",
                kind.name()
            )));
        }
        let mut notes = Vec::new();
        if let Some(name) = &render.kind
            && !matches!(name.as_str(), "default" | "unstacked" | "stacked" | "stacked100")
        {
            notes.push(format!("kind={} is not known and left out", clean(name)));
        }
        let body = match kind {
            Kind::Pie => Body::Parts(parts::read(result, render, &mut notes)?),
            Kind::Treemap => Body::Tree(tree::read(result, render, &mut notes)?),
            Kind::Ladder | Kind::TimePivot => Body::Lanes(spans::read(kind, result, render, &mut notes)?),
            Kind::Pivot => Body::Pivot(pivot::read(result, render, &mut notes)?),
            Kind::Card => Body::Cards(cards::read(result, &mut notes)?),
            Kind::Table => Body::Rows(rows::read(result, &mut notes)?),
            _ => Body::Plane(plane_rows::read(kind, result, render, &mut notes)?),
        };
        Ok(Chart { kind, title: render.title.as_deref().filter(|t| !t.is_empty()).map(clean), body, notes })
    }

    /// As [`Chart::new`], but the table with a note that says why when the kind does not fit the data.
    ///
    /// # Errors
    /// What is wrong with the result itself.
    pub fn or_table(result: &ResultTable<'_>, render: &Render) -> Result<Chart, RenderError> {
        match Chart::new(result, render) {
            Err(RenderError::Unfit(why)) => {
                let mut notes = vec![why];
                let body = Body::Rows(rows::read(result, &mut notes)?);
                Ok(Chart { kind: Kind::Table, title: render.title.as_deref().map(clean), body, notes })
            }
            other => other,
        }
    }
}

/// A refusal that names the kind.
fn unfit(kind: Kind, why: impl std::fmt::Display) -> RenderError {
    RenderError::Unfit(format!("{}: {why}", kind.name()))
}

/// `1 row`, `2 rows`.
fn counted(n: usize, what: &str) -> String {
    if n == 1 { format!("1 {what}") } else { format!("{n} {what}s") }
}
