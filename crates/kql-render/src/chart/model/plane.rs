//! Charts with two axes: lines, areas, points, columns and bars.

use super::super::measure::Measure;
use super::super::scale::{Scale, Want};

/// How values are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marks {
    /// Lines.
    Line,
    /// Lines with the area below filled.
    Area,
    /// Points.
    Point,
    /// Vertical strips.
    Column,
    /// Horizontal strips.
    Bar,
}

/// `ysplit`: how several measures share the drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// One y axis.
    None,
    /// One y axis for each group, in one drawing.
    Axes,
    /// One drawing for each group, one below the other.
    Panels,
}

/// The x axis.
#[derive(Clone, Debug, PartialEq)]
pub struct XAxis {
    /// `xtitle`, else the column's name.
    pub title: String,
    /// What x measures; [`Measure::Number`] for bands.
    pub measure: Measure,
    /// The range and form.
    pub want: Want,
    /// Names of the places, where x is no line but a row of places; x values are then positions in it.
    pub bands: Option<Bands>,
}

/// A row of places.
#[derive(Clone, Debug, PartialEq)]
pub struct Bands {
    /// What each place is called.
    pub names: Vec<String>,
    /// When they are equally far apart on a line: the first and the last value, and what they measure.
    pub even: Option<(f64, f64, Measure)>,
}

/// The y axis, or what all of them share.
#[derive(Clone, Debug, PartialEq)]
pub struct YAxis {
    /// `ytitle`, else the names of the y columns.
    pub title: String,
    /// `ymin`, `ymax`, `yaxis`, and whether zero belongs to it.
    pub want: Want,
}

/// Series that share a y axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// Its name: of a y column, or of a series.
    pub name: String,
    /// What its values measure.
    pub measure: Measure,
}

/// A value at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Place.
    pub x: f64,
    /// The value as the query gave it (summed by `accumulate`); NaN is a gap.
    pub value: f64,
    /// Where the strip or area starts: zero, or the series below it in the stack.
    pub from: f64,
    /// Where it ends: the height of the point.
    pub to: f64,
}

/// One line, or one set of strips.
#[derive(Clone, Debug, PartialEq)]
pub struct Series {
    /// Legend.
    pub name: String,
    /// Position in [`Plane::groups`].
    pub group: usize,
    /// Points by x.
    pub points: Vec<Point>,
    /// Points to highlight: the anomalies of an `anomalychart`.
    pub highlights: Vec<Point>,
}

/// A chart with two axes.
#[derive(Clone, Debug, PartialEq)]
pub struct Plane {
    /// How values are drawn.
    pub marks: Marks,
    /// Each series starts where the one before ends.
    pub stacked: bool,
    /// The x axis.
    pub x: XAxis,
    /// The y axis.
    pub y: YAxis,
    /// `ysplit`
    pub split: Split,
    /// The groups of series; one without `ysplit`.
    pub groups: Vec<Group>,
    /// The series, in order of appearance.
    pub series: Vec<Series>,
    /// `legend` is not hidden.
    pub legend: bool,
}

impl Plane {
    /// The scale of x. A row of places reaches half a place beyond the first and the last.
    pub fn x_scale(&self) -> Option<Scale> {
        if let Some(bands) = &self.x.bands {
            let high = bands.names.len() as f64 - 0.5;
            return (high > 0.0).then_some(Scale { low: -0.5, high, log: false, measure: Measure::Number });
        }
        let points = self.series.iter().flat_map(|s| s.points.iter().chain(&s.highlights));
        let scale = Scale::fit(points.filter(|p| p.value.is_finite()).map(|p| p.x), self.x.want, self.x.measure)?;
        Some(if self.marks == Marks::Point { scale.padded(self.x.want) } else { scale })
    }

    /// The scale of the series of a group.
    pub fn y_scale(&self, group: usize) -> Option<Scale> {
        let series = self.series.iter().filter(|s| s.group == group);
        let points = series.flat_map(|s| s.points.iter().chain(&s.highlights)).filter(|p| p.value.is_finite());
        let measure = self.groups.get(group).map_or(Measure::Number, |g| g.measure);
        let values = points.flat_map(|p| [if self.stacked { p.from } else { p.to }, p.to]);
        if self.marks != Marks::Point {
            return Scale::fit(values, self.y.want, measure);
        }
        let scale = Scale::fit(values, Want { round: false, ..self.y.want }, measure)?;
        Some(scale.padded(self.y.want).rounded(self.y.want))
    }

    /// Series and highlights have something to draw.
    pub fn is_empty(&self) -> bool {
        self.series.iter().all(|s| s.points.iter().all(|p| !p.value.is_finite()))
    }
}
