//! A pie, as an ECharts option.

use super::super::model::Parts;
use super::{measure_name, palette, toolbox, value};
use serde_json::{Value as Json, json};

pub(super) fn page(parts: &Parts) -> Json {
    let data: Vec<Json> =
        parts.slices.iter().map(|s| json!({"name": s.name, "value": value(parts.measure, s.value)})).collect();
    let center = if parts.legend { json!(["36%", "50%"]) } else { json!(["50%", "50%"]) };
    json!({
        "form": "parts",
        "measure": measure_name(parts.measure),
        "option": {
            "animation": false,
            "color": palette(),
            "toolbox": toolbox(false),
            "tooltip": {"trigger": "item", "confine": true},
            "legend": {"show": parts.legend, "type": "scroll", "orient": "vertical", "left": "68%", "top": "middle",
                       "textStyle": {"width": 240, "overflow": "truncate"}},
            "series": [{
                "type": "pie", "name": parts.title, "radius": "72%", "center": center, "data": data,
                "itemStyle": {"borderColor": "#fff", "borderWidth": 1},
                "label": {"formatter": if parts.legend { "{d}%" } else { "{b} {d}%" }}, "minShowLabelAngle": 6,
            }],
        },
    })
}
