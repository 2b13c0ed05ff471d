//! Charts of `render`: read once into a model ([`Chart`]), then drawn in a terminal ([`draw`]), as SVG, PNG or HTML.
//!
//! The way of a chart: [`Kind`] by name → roles of the columns (`roles`) → [`Chart`] (`model`, a file a form) → a backend:
//! `terminal` (characters), `picture` (shapes, written as SVG or painted as PNG), `inline` (the painting as a terminal takes
//! it) or `html` (an ECharts option in a page).
//! Scales, ticks and the text of values are shared (`scale`, `measure`).

mod clip;
mod file;
mod html;
mod inline;
mod kind;
mod measure;
mod model;
mod picture;
mod read;
mod reduce;
mod roles;
mod scale;
mod terminal;

pub use file::{Picture, numbered, write_picture};
pub use inline::{Graphics, Room, draw_inline};
pub use kind::Kind;
pub use measure::Measure;
pub use model::{
    Bands, Body, Card, Chart, Fact, Facts, Group, Lane, Lanes, Marks, Node, Parts, Pivot, Plane, Point, Rows, Series,
    Slice, Span, Split, Tile, Tree, XAxis, YAxis,
};
pub use picture::Pixels;
pub use scale::{Scale, Tick, Want};
pub use terminal::{Size, draw};
