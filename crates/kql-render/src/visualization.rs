//! The `Visualization` annotation of a result, as the REST protocols carry it.

use kql_bind::bound::Render;
use kql_types::{Value, datetime, timespan};
use serde_json::{Map, Value as Json, json};

/// The JSON text of a `render`, with the keys Kusto's clients read (SURFACES 1.5); all null when there was none.
///
/// Lists are comma-joined text. `Ymin` and `Ymax` are `"NaN"` when not set.
pub fn visualization_json(render: Option<&Render>) -> String {
    let none = Render::default();
    let r = render.unwrap_or(&none);
    let text = |v: &Option<String>| v.as_ref().map_or(Json::Null, |v| json!(v));
    let list = |v: &Option<Vec<String>>| v.as_ref().map_or(Json::Null, |v| json!(v.join(",")));
    let limit = |v: Option<f64>| v.map_or(json!("NaN"), |v| json!(v));
    let mut map = Map::new();
    let mut put = |key: &str, value: Json| drop(map.insert(key.to_owned(), value));
    put("Visualization", if r.visualization.is_empty() { Json::Null } else { json!(&*r.visualization) });
    put("Title", text(&r.title));
    put("XColumn", text(&r.x_column));
    put("Series", list(&r.series));
    put("YColumns", list(&r.y_columns));
    put("AnomalyColumns", list(&r.anomaly_columns));
    put("XTitle", text(&r.x_title));
    put("YTitle", text(&r.y_title));
    put("XAxis", text(&r.x_axis));
    put("YAxis", text(&r.y_axis));
    put("Legend", text(&r.legend));
    put("YSplit", text(&r.y_split));
    put("Accumulate", json!(r.accumulate));
    put("IsQuerySorted", json!(r.is_query_sorted));
    put("Kind", text(&r.kind));
    put("Ymin", limit(r.y_min));
    put("Ymax", limit(r.y_max));
    put("Xmin", r.x_min.as_ref().map_or(Json::Null, bound));
    put("Xmax", r.x_max.as_ref().map_or(Json::Null, bound));
    Json::Object(map).to_string()
}

fn bound(value: &Value) -> Json {
    match value {
        Value::Int(Some(v)) => json!(v),
        Value::Long(Some(v)) => json!(v),
        Value::Real(Some(v)) => json!(v),
        Value::Datetime(Some(v)) => json!(datetime::format(*v)),
        Value::Timespan(Some(v)) => json!(timespan::format(*v)),
        Value::String(v) => json!(v),
        _ => Json::Null,
    }
}
