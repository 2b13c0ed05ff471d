//! Draws what `kql run --format json` wrote: `draw RESULT.json OUT.svg|png|html|txt [WIDTH HEIGHT]`. How the pictures in
//! docs/render were made.

#[path = "../tests/given/mod.rs"]
mod given;

use kql_render::chart::{Chart, Pixels, Size, draw};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to, rest @ ..] = arguments.as_slice() else { return Err("draw RESULT.json OUT [WIDTH HEIGHT]".into()) };
    let given = given::Given::of_json(&serde_json::from_str(&std::fs::read_to_string(from)?)?);
    let number = |i: usize, or: f64| rest.get(i).and_then(|v| v.parse().ok()).unwrap_or(or);
    if to.ends_with(".txt") {
        let size = Size { width: number(0, 100.0) as u16, height: number(1, 20.0) as u16 };
        let theme = std::env::var_os("NO_COLOR").is_none().then_some(&kql_render::Theme::DARK);
        let text = draw(&given.table(), &given.render, size, theme)?.unwrap_or_default();
        return Ok(std::fs::write(to, text)?);
    }
    let chart = Chart::or_table(&given.table(), &given.render)?;
    let size = Pixels { width: number(0, 960.0), height: number(1, 540.0) };
    let bytes = match to.rsplit('.').next() {
        Some("svg") => chart.svg(size).into_bytes(),
        Some("html") => chart.html().into_bytes(),
        _ => chart.png(size, number(2, 1.0))?,
    };
    Ok(std::fs::write(to, bytes)?)
}
