//! The kinds of `render`, by name.
//!
//! Source: <https://learn.microsoft.com/kusto/query/render-operator#visualization>

use crate::RenderError;

/// What a `render` draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// `timechart`: lines over time.
    Time,
    /// `linechart`
    Line,
    /// `areachart`
    Area,
    /// `stackedareachart`
    StackedArea,
    /// `anomalychart`: a time chart with anomalies as points.
    Anomaly,
    /// `scatterchart`
    Scatter,
    /// `columnchart`: vertical strips.
    Column,
    /// `barchart`: horizontal strips.
    Bar,
    /// `piechart`
    Pie,
    /// `ladderchart`: from where to where, a row for each label.
    Ladder,
    /// `pivotchart`
    Pivot,
    /// `timepivot`: events on a time line, a row for each slice.
    TimePivot,
    /// `treemap`
    Treemap,
    /// `card`: the values of the first row.
    Card,
    /// `table`
    Table,
}

impl Kind {
    /// All kinds with their names.
    pub const ALL: [(&'static str, Kind); 15] = [
        ("timechart", Kind::Time),
        ("linechart", Kind::Line),
        ("columnchart", Kind::Column),
        ("barchart", Kind::Bar),
        ("areachart", Kind::Area),
        ("stackedareachart", Kind::StackedArea),
        ("scatterchart", Kind::Scatter),
        ("piechart", Kind::Pie),
        ("anomalychart", Kind::Anomaly),
        ("ladderchart", Kind::Ladder),
        ("pivotchart", Kind::Pivot),
        ("timepivot", Kind::TimePivot),
        ("treemap", Kind::Treemap),
        ("card", Kind::Card),
        ("table", Kind::Table),
    ];

    /// The kind of a name; names are lower case in Kusto.
    ///
    /// # Errors
    /// [`RenderError::Unfit`] with what to write instead.
    pub fn parse(name: &str) -> Result<Kind, RenderError> {
        if let Some((_, kind)) = Kind::ALL.iter().find(|(known, _)| *known == name) {
            return Ok(*kind);
        }
        let instead = match name {
            "plotly" => {
                "Plotly figures are not drawn offline; project the columns themselves and write `render linechart`, \
                 `scatterchart` or another kind"
            }
            "graph" => {
                "graphs are not drawn; end with `graph-to-table nodes, edges` and render a table, or `summarize count() by \
                 Source, Target | render pivotchart`"
            }
            "3Dchart" => "three dimensions are not drawn; write `render scatterchart`, the third column as `series`",
            _ => {
                let names: Vec<_> = Kind::ALL.iter().map(|(name, _)| *name).collect();
                return Err(RenderError::Unfit(format!(
                    "there is no chart '{name}'; write one of {}",
                    names.join(", ")
                )));
            }
        };
        Err(RenderError::Unfit(format!("{name}: {instead}")))
    }

    /// The name, as Kusto writes it.
    pub fn name(self) -> &'static str {
        Kind::ALL.iter().find(|(_, kind)| *kind == self).map_or("table", |(name, _)| name)
    }

    /// The x axis is a line, not a row of bands.
    pub(super) fn is_continuous(self) -> bool {
        matches!(self, Kind::Time | Kind::Line | Kind::Area | Kind::StackedArea | Kind::Anomaly | Kind::Scatter)
    }

    /// The x axis has to be time.
    pub(super) fn needs_time(self) -> bool {
        matches!(self, Kind::Time | Kind::Anomaly)
    }
}
