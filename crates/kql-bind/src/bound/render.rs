//! `render`: metadata of a result.

use std::sync::Arc;

/// A `render` operator. Properties that were not written are `None`.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Render {
    /// `timechart`, `columnchart`, …
    pub visualization: Arc<str>,
    /// `title`
    pub title: Option<String>,
    /// `kind`: `stacked`, `unstacked`, `stacked100`, `default`, `map`, …
    pub kind: Option<String>,
    /// `xcolumn`
    pub x_column: Option<String>,
    /// `ycolumns`
    pub y_columns: Option<Vec<String>>,
    /// `anomalycolumns`
    pub anomaly_columns: Option<Vec<String>>,
    /// `series`
    pub series: Option<Vec<String>>,
    /// `xtitle`
    pub x_title: Option<String>,
    /// `ytitle`
    pub y_title: Option<String>,
    /// `xaxis`: `linear` or `log`
    pub x_axis: Option<String>,
    /// `yaxis`: `linear` or `log`
    pub y_axis: Option<String>,
    /// `legend`: `visible` or `hidden`
    pub legend: Option<String>,
    /// `ysplit`: `none`, `axes`, `panels`
    pub y_split: Option<String>,
    /// `accumulate`
    pub accumulate: bool,
    /// `ymin`
    pub y_min: Option<f64>,
    /// `ymax`
    pub y_max: Option<f64>,
    /// `xmin`, as written
    pub x_min: Option<kql_types::Value>,
    /// `xmax`, as written
    pub x_max: Option<kql_types::Value>,
    /// The last row operator sorted.
    pub is_query_sorted: bool,
}
