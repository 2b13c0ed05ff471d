//! Charts with two axes, as an ECharts option.

use super::super::measure::Measure;
use super::super::model::{Marks, Plane, Split};
use super::super::reduce::extremes;
use super::super::scale::Want;
use super::{measure_name, palette, time_labels, toolbox, value};
use serde_json::{Value as Json, json};

/// Columns lines are reduced to: several times what a screen has, so that zooming in still shows more.
const COLUMNS: usize = 4_000;
/// Points of a scatter series at most.
const POINTS: usize = 50_000;

pub(super) fn page(plane: &Plane, notes: &mut Vec<String>) -> Json {
    let flipped = plane.marks == Marks::Bar;
    let panels = plane.split == Split::Panels && plane.groups.len() > 1;
    let count = plane.groups.len();
    let grids = if panels { count } else { 1 };
    let mut series = Vec::new();
    let mut measures = Vec::new();
    for (i, one) in plane.series.iter().enumerate() {
        let measure = plane.groups[one.group].measure;
        let mut points = one.points.as_slice();
        let reduced = match (plane.marks, plane.x_scale()) {
            (Marks::Line | Marks::Area, Some(x)) => extremes(points, &x, COLUMNS),
            _ => None,
        };
        if let Some(few) = &reduced {
            notes.push(format!(
                "{}: {} of {} points are kept, the lowest and the highest of each stretch",
                one.name,
                few.len(),
                points.len()
            ));
            points = few;
        }
        if plane.marks == Marks::Point && points.len() > POINTS {
            notes.push(format!("{}: the first {POINTS} of {} points are drawn", one.name, points.len()));
            points = &points[..POINTS];
        }
        let data: Vec<Json> = points
            .iter()
            .map(|p| {
                let x = if plane.x.bands.is_some() { json!(p.x as usize) } else { value(plane.x.measure, p.x) };
                let finite = p.value.is_finite();
                let y =
                    if finite { value(measure, if plane.stacked { p.to - p.from } else { p.to }) } else { Json::Null };
                let mut item = if flipped { vec![y, x] } else { vec![x, y] };
                if measure == Measure::Share && finite {
                    item.push(json!(p.value));
                }
                Json::Array(item)
            })
            .collect();
        let mut option = json!({
            "type": match plane.marks {
                Marks::Line | Marks::Area => "line",
                Marks::Point => "scatter",
                Marks::Column | Marks::Bar => "bar",
            },
            "name": one.name,
            "data": data,
            "xAxisIndex": if panels || (flipped && plane.split == Split::Axes) { one.group } else { 0 },
            "yAxisIndex": if panels || (!flipped && plane.split == Split::Axes) { one.group } else { 0 },
        });
        match plane.marks {
            Marks::Line | Marks::Area => {
                option["showSymbol"] = json!(points.len() <= 150 || lonely(points));
                option["symbol"] = json!("circle");
                option["symbolSize"] = json!(5);
                option["lineStyle"] = json!({"width": 1.8, "type": if i >= 10 { "dashed" } else { "solid" }});
                if plane.marks == Marks::Area {
                    option["areaStyle"] = json!({"opacity": if plane.stacked { 0.75 } else { 0.25 }});
                }
            }
            Marks::Point => {
                option["symbolSize"] = json!(7);
                option["itemStyle"] = json!({"opacity": 0.7});
                option["large"] = json!(points.len() > 5_000);
            }
            Marks::Column | Marks::Bar => {
                option["barCategoryGap"] = json!("20%");
                option["barGap"] = json!("0%");
            }
        }
        if plane.stacked {
            option["stack"] = json!(format!("group {}", one.group));
        }
        series.push(option);
        measures.push(measure_name(measure));
    }
    // Anomalies come above all lines.
    for one in plane.series.iter().filter(|s| !s.highlights.is_empty()) {
        let measure = plane.groups[one.group].measure;
        let data: Vec<Json> =
            one.highlights.iter().map(|p| json!([value(plane.x.measure, p.x), value(measure, p.to)])).collect();
        series.push(json!({
            "type": "scatter", "name": "anomalies", "data": data, "symbolSize": 10, "itemStyle": {"color": "#d62728"}, "z": 10,
            "xAxisIndex": if panels { one.group } else { 0 }, "yAxisIndex": if plane.split == Split::None { 0 } else { one.group },
        }));
        measures.push(measure_name(measure));
    }
    let named = plane.series.len() > 1 || plane.series.first().is_some_and(|s| s.name != plane.y.title);
    let legend = plane.legend && named && !(panels && count == plane.series.len());
    let mut option = json!({
        "useUTC": true,
        "animation": false,
        "color": palette(),
        "toolbox": toolbox(true),
        "legend": {"show": legend, "type": "scroll", "top": 0, "left": 0, "width": "78%",
                   "textStyle": {"width": 220, "overflow": "truncate"}},
        "tooltip": {"trigger": if plane.marks == Marks::Point { "item" } else { "axis" }, "confine": true,
                    "axisPointer": {"type": if matches!(plane.marks, Marks::Column | Marks::Bar) { "shadow" } else { "line" }}},
        "series": series,
    });
    if panels {
        option["axisPointer"] = json!({"link": [{"xAxisIndex": "all"}]});
    }
    let places = |grid: usize| {
        let last = grid + 1 == grids;
        let title = if panels && !last { "" } else { plane.x.title.as_str() };
        let mut axis = json!({
            "name": title, "nameLocation": "middle", "nameGap": if flipped { 10 } else { 30 }, "gridIndex": if panels { grid } else { 0 },
            "axisLabel": {"hideOverlap": true, "show": last || flipped}, "nameTextStyle": {"color": "#5a6270"},
        });
        match &plane.x.bands {
            Some(bands) => {
                axis["type"] = json!("category");
                axis["data"] = json!(bands.names);
                axis["axisLabel"]["width"] = json!(180);
                axis["axisLabel"]["overflow"] = json!("truncate");
                let long = bands.names.iter().map(|n| n.chars().count()).max().unwrap_or(0);
                if !flipped && bands.even.is_none() && (7..=40).contains(&bands.names.len()) && long > 7 {
                    // Every name, turned, with the title below the longest.
                    axis["axisLabel"]["rotate"] = json!(32);
                    axis["axisLabel"]["interval"] = json!(0);
                    axis["axisLabel"]["width"] = json!(110);
                    axis["nameGap"] = json!(24 + long.min(18) * 3);
                }
                if flipped {
                    axis["inverse"] = json!(true);
                    axis["nameGap"] = json!(10);
                    axis["nameLocation"] = json!("start");
                }
            }
            None => {
                let kind = if plane.x.measure == Measure::Datetime { "time" } else { "value" };
                axis["type"] = json!(if plane.x.want.log { "log" } else { kind });
                axis["scale"] = json!(true);
                if plane.x.measure == Measure::Datetime && !plane.x.want.log {
                    axis["axisLabel"]["formatter"] = time_labels();
                }
                ends(&mut axis, plane.x.want, plane.x.measure);
                // Panels show the same stretch.
                if let (true, Some(x)) = (panels, plane.x_scale()) {
                    axis["min"] = value(plane.x.measure, x.low);
                    axis["max"] = value(plane.x.measure, x.high);
                }
            }
        }
        axis
    };
    let amounts = |group: usize| {
        let several = count > 1;
        let right = !panels && group > 0;
        let name = if several { plane.groups[group].name.as_str() } else { plane.y.title.as_str() };
        let middle = if panels { "end" } else { "middle" };
        let mut axis = json!({
            "type": if plane.y.want.log { "log" } else { "value" }, "name": name, "nameLocation": middle,
            "nameTextStyle": {"color": "#5a6270", "align": if panels { "left" } else { "center" }},
            "nameGap": if panels { 8 } else if flipped { 28 } else { 50 },
            "scale": !plane.y.want.zero, "gridIndex": if panels { group } else { 0 }, "axisLabel": {"hideOverlap": true},
        });
        if right && !flipped {
            axis["position"] = json!("right");
            axis["offset"] = json!((group - 1) * 80);
            axis["splitLine"] = json!({"show": false});
            axis["axisLine"] = json!({"show": true});
        }
        if right && flipped {
            axis["offset"] = json!(24 * group);
            axis["position"] = json!("bottom");
            axis["splitLine"] = json!({"show": false});
        }
        ends(&mut axis, plane.y.want, plane.groups[group].measure);
        if plane.groups[group].measure == Measure::Share && plane.y.want.high.is_none() {
            axis["max"] = json!(100);
        }
        axis
    };
    let of_places: Vec<Json> = (0..grids).map(places).collect();
    let of_amounts: Vec<Json> = (0..count).map(amounts).collect();
    let (x, y) = if flipped { (of_amounts, of_places) } else { (of_places, of_amounts) };
    option["xAxis"] = Json::Array(x);
    option["yAxis"] = Json::Array(y);
    let extra = if panels || flipped { 0 } else { count.saturating_sub(2) * 80 };
    let top = if legend && flipped {
        58
    } else if legend {
        40
    } else {
        34
    };
    let grid = |i: usize| {
        let mut grid =
            json!({"left": 40, "right": 30 + extra + if count > 1 && !panels { 30 } else { 0 }, "containLabel": true});
        if panels {
            let each = if legend { 80.0 } else { 83.0 } / count as f64;
            grid["top"] = json!(format!("{:.1}%", if legend { 12.0 } else { 9.0 } + each * i as f64));
            grid["height"] = json!(format!("{:.1}%", each - 6.0));
            grid["left"] = json!(70);
            grid["containLabel"] = json!(false);
        } else {
            grid["top"] = json!(top);
            grid["bottom"] = json!(if flipped { 40 + 24 * (count - 1) } else { 64 });
        }
        grid
    };
    option["grid"] = (0..grids).map(grid).collect();
    let axes: Vec<usize> = (0..grids).collect();
    let key = if flipped { "yAxisIndex" } else { "xAxisIndex" };
    let mut zoom = vec![json!({"type": "inside", key: axes, "filterMode": "none"})];
    if !flipped && !panels {
        zoom.push(json!({"type": "slider", key: axes, "filterMode": "none", "height": 18, "bottom": 8}));
    }
    option["dataZoom"] = Json::Array(zoom);
    let x_measure = if plane.x.bands.is_some() { "name" } else { measure_name(plane.x.measure) };
    let y_measures: Vec<_> = plane.groups.iter().map(|g| measure_name(g.measure)).collect();
    json!({
        "form": "plane", "flipped": flipped, "option": option,
        "measures": {"x": x_measure, "y": y_measures, "series": measures},
    })
}

/// A point between gaps has no line: it needs its symbol.
fn lonely(points: &[super::super::model::Point]) -> bool {
    points.split(|p| !p.value.is_finite()).any(|run| run.len() == 1)
}

fn ends(axis: &mut Json, want: Want, measure: Measure) {
    if let Some(low) = want.low {
        axis["min"] = value(measure, low);
    }
    if let Some(high) = want.high {
        axis["max"] = value(measure, high);
    }
}
