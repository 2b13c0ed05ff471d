//! Charts as one HTML file that needs no network: ECharts, the data and the page's script are in it.
//!
//! The content security policy of the page forbids every request. Data stands in a JSON block in which `<`, `>` and `&`
//! are escaped, so that nothing of it can end the block; the script makes no markup of it.

mod lanes;
mod parts;
mod pivot;
mod plane;
mod tree;

use super::measure::Measure;
use super::model::{Body, Chart, Rows};
use super::picture::{PALETTE, escape};
use kql_types::datetime;
use serde_json::{Value as Json, json};

const ECHARTS: &str = include_str!("../../../assets/echarts.min.js");
const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");

impl Chart {
    /// The chart as an HTML document.
    pub fn html(&self) -> String {
        let mut notes = self.notes.clone();
        let (data, content) = match &self.body {
            Body::Plane(plane) => (plane::page(plane, &mut notes), "<div id=\"chart\"></div>".to_owned()),
            Body::Parts(parts) => (parts::page(parts), "<div id=\"chart\"></div>".to_owned()),
            Body::Tree(tree) => (tree::page(tree, self.title.as_deref()), "<div id=\"chart\"></div>".to_owned()),
            Body::Lanes(lanes) => (lanes::page(lanes), "<div id=\"chart\"></div>".to_owned()),
            Body::Pivot(pivot) => {
                let holders = "<div class=\"tools\" id=\"tools\"></div><div id=\"chart\"></div>\
                               <div class=\"scroll\" id=\"table\"></div>";
                (pivot::page(pivot, &mut notes), holders.to_owned())
            }
            Body::Cards(cards) => {
                let card = |c: &super::model::Card| {
                    let (length, text) = (c.text.chars().count().max(3), escape(&c.text));
                    format!(
                        "<div class=\"card\"><b style=\"--n:{length}\">{text}</b><span>{}</span></div>",
                        escape(&c.name)
                    )
                };
                let cards: String = cards.iter().map(card).collect();
                (json!({"form": "cards"}), format!("<div class=\"cards\">{cards}</div>"))
            }
            Body::Rows(rows) => (json!({"form": "rows"}), table(rows)),
        };
        let library = matches!(self.body, Body::Cards(_) | Body::Rows(_));
        let library = if library { String::new() } else { format!("<script>{ECHARTS}</script>\n") };
        let title = escape(self.title.as_deref().unwrap_or(self.kind.name()));
        let heading = if self.title.is_some() { format!("<h1>{title}</h1>\n") } else { String::new() };
        let notes: String = notes.iter().map(|n| format!("<li>{}</li>", escape(n))).collect();
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; \
             style-src 'unsafe-inline'; img-src data: blob:\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n{heading}{content}\n<ul class=\"notes\">{notes}</ul>\n\
             <script type=\"application/json\" id=\"data\">{}</script>\n{library}<script>{SCRIPT}</script>\n</body>\n</html>\n",
            inert(&data)
        )
    }
}

/// JSON that can stand in a script block: no `<`, `>`, `&`, and no line ends that only JavaScript knows.
fn inert(data: &Json) -> String {
    let text = data.to_string();
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("\\u003c"),
            '>' => out.push_str("\\u003e"),
            '&' => out.push_str("\\u0026"),
            '\u{2028}' => out.push_str("\\u2028"),
            '\u{2029}' => out.push_str("\\u2029"),
            c => out.push(c),
        }
    }
    out
}

fn table(rows: &Rows) -> String {
    let class = |number: bool| if number { " class=\"n\"" } else { "" };
    let mut out = String::from("<div class=\"tools\" id=\"tools\"></div><div class=\"scroll\"><table><thead><tr>");
    for (name, number) in &rows.columns {
        out.push_str(&format!("<th{}>{}</th>", class(*number), escape(name)));
    }
    out.push_str("</tr></thead><tbody>");
    for row in &rows.rows {
        out.push_str("<tr>");
        for (cell, (_, number)) in row.iter().zip(&rows.columns) {
            match cell {
                Some(text) => out.push_str(&format!("<td{}>{}</td>", class(*number), escape(text))),
                None => out.push_str("<td class=\"null\">null</td>"),
            }
        }
        out.push_str("</tr>");
    }
    out.push_str("</tbody></table></div>");
    out
}

/// Colours of series, as the page takes them.
fn palette() -> Json {
    PALETTE.iter().map(|c| c.hex()).collect()
}

/// What ECharts calculates with: milliseconds for times (since 1970 for datetimes), else the number. Null for a gap.
fn value(measure: Measure, value: f64) -> Json {
    let ms = datetime::TICKS_PER_MILLISECOND as f64;
    match measure {
        // Whole milliseconds: below them an f64 of ticks is not exact.
        Measure::Datetime => json!(((value - datetime::UNIX_EPOCH as f64) / ms).round()),
        Measure::Timespan => json!(value / ms),
        Measure::Number | Measure::Share => json!(value),
    }
}

/// Labels of a time axis at its levels; the text of the day tells the month, that of the month the year.
fn time_labels() -> Json {
    json!({"year": "{yyyy}", "month": "{MMM} {yyyy}", "day": "{MMM} {d}", "hour": "{HH}:{mm}", "minute": "{HH}:{mm}",
           "second": "{HH}:{mm}:{ss}", "millisecond": "{mm}:{ss}.{SSS}"})
}

/// The name the script knows a measure by.
fn measure_name(measure: Measure) -> &'static str {
    match measure {
        Measure::Number => "number",
        Measure::Datetime => "datetime",
        Measure::Timespan => "timespan",
        Measure::Share => "share",
    }
}

/// Buttons of a drawing: zoom by a rectangle, back, save.
fn toolbox(zoom: bool) -> Json {
    let mut features = serde_json::Map::new();
    if zoom {
        features.insert("dataZoom".to_owned(), json!({"filterMode": "none"}));
        features.insert("restore".to_owned(), json!({}));
    }
    features.insert("saveAsImage".to_owned(), json!({}));
    json!({"right": 10, "top": -8, "itemSize": 13, "feature": features})
}
