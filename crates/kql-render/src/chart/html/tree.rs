//! A treemap, as an ECharts option.

use super::super::model::{Node, Tree};
use super::{measure_name, palette, toolbox, value};
use serde_json::{Value as Json, json};

pub(super) fn page(tree: &Tree, title: Option<&str>) -> Json {
    let data: Vec<Json> = tree.roots.iter().map(|n| node(n, tree)).collect();
    let nested = tree.roots.iter().any(|n| !n.children.is_empty());
    json!({
        "form": "tree",
        "measure": measure_name(tree.measure),
        "option": {
            "animation": false,
            "color": palette(),
            "toolbox": toolbox(false),
            "tooltip": {"confine": true},
            "series": [{
                "type": "treemap", "name": title.unwrap_or("all"), "data": data, "top": 28, "bottom": 34, "left": 0, "right": 0,
                "label": {"overflow": "truncate"}, "breadcrumb": {"show": nested},
                "upperLabel": {"show": nested, "height": 20, "color": "#fff", "formatter": "{b}"},
                "levels": [
                    {"itemStyle": {"borderWidth": 0, "gapWidth": 3}, "upperLabel": {"show": false}},
                    {"itemStyle": {"borderWidth": if nested { 3 } else { 0 }, "gapWidth": 1, "borderColorSaturation": 0.5}},
                    {"itemStyle": {"borderWidth": 1, "gapWidth": 1, "borderColorSaturation": 0.6}, "colorSaturation": [0.35, 0.6]},
                ],
            }],
        },
    })
}

fn node(n: &Node, tree: &Tree) -> Json {
    let mut out = json!({"name": n.name, "value": value(tree.measure, n.value)});
    if !n.children.is_empty() {
        out["children"] = n.children.iter().map(|c| node(c, tree)).collect();
    }
    out
}
