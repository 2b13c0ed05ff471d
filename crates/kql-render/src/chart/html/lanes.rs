//! From–to in rows, as an ECharts option with a drawing function of the page.

use super::super::measure::Measure;
use super::super::model::Lanes;
use super::super::picture::PALETTE;
use super::{measure_name, time_labels, toolbox, value};
use serde_json::{Value as Json, json};

pub(super) fn page(lanes: &Lanes) -> Json {
    let mut data = Vec::new();
    for (i, lane) in lanes.lanes.iter().enumerate() {
        let color = PALETTE[lane.color % PALETTE.len()].hex();
        for span in &lane.spans {
            let (from, to) = (value(lanes.measure, span.from), value(lanes.measure, span.to));
            data.push(json!({"name": lane.name, "value": [i, from, to, span.text], "itemStyle": {"color": color}}));
        }
    }
    let names: Vec<&str> = lanes.lanes.iter().map(|l| l.name.as_str()).collect();
    let kind = if lanes.measure == Measure::Datetime { "time" } else { "value" };
    let mut axis: Json = json!({
        "type": if lanes.want.log { "log" } else { kind }, "name": lanes.x_title, "nameLocation": "middle", "nameGap": 30,
        "scale": true, "axisLabel": {"hideOverlap": true}, "splitLine": {"show": true}, "nameTextStyle": {"color": "#5a6270"},
    });
    if lanes.measure == Measure::Datetime && !lanes.want.log {
        axis["axisLabel"]["formatter"] = time_labels();
    }
    json!({
        "form": "lanes",
        "measure": measure_name(lanes.measure),
        "option": {
            "useUTC": true,
            "animation": false,
            "toolbox": toolbox(true),
            "tooltip": {"trigger": "item", "confine": true},
            "grid": {"top": 34, "left": 20, "right": 30, "bottom": 64, "containLabel": true},
            "xAxis": axis,
            "yAxis": {"type": "category", "data": names, "inverse": true, "splitLine": {"show": true},
                      "axisLabel": {"width": 220, "overflow": "truncate", "interval": if names.len() > 40 { 1 } else { 0 }},
                      "name": lanes.y_title, "nameLocation": "start", "nameTextStyle": {"color": "#5a6270", "align": "left"}},
            "dataZoom": [
                {"type": "inside", "xAxisIndex": 0, "filterMode": "weakFilter"},
                {"type": "slider", "xAxisIndex": 0, "filterMode": "weakFilter", "height": 18, "bottom": 8},
            ],
            "series": [{"type": "custom", "data": data, "encode": {"x": [1, 2], "y": 0}}],
        },
    })
}
