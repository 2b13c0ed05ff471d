//! A scene as SVG text.
//!
//! Written here and not by a drawing library: the scene has six shapes, and the same list goes to the PNG writer.

use super::font::FAMILY;
use super::scene::{Anchor, PAPER, Scene, Shape};
use std::fmt::Write;

/// The whole document. Text is escaped; characters XML cannot hold are replaced.
pub(super) fn write(scene: &Scene, title: &str) -> String {
    let mut out = String::with_capacity(scene.items.len() * 120 + 500);
    let (w, h) = (n(scene.width), n(scene.height));
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" \
         font-family=\"{FAMILY}\" role=\"img\"><title>{}</title><rect width=\"{w}\" height=\"{h}\" fill=\"{}\"/>",
        escape(title),
        PAPER.hex()
    );
    for item in &scene.items {
        let mut looks = String::new();
        let painted = if matches!(item.shape, Shape::Line(..)) { "stroke" } else { "fill" };
        let _ = write!(looks, " {painted}=\"{}\"", item.color.hex());
        if item.opacity < 1.0 {
            let _ = write!(looks, " {painted}-opacity=\"{}\"", n(item.opacity));
        }
        if let Some(class) = item.class {
            let _ = write!(looks, " class=\"{class}\"");
        }
        let name = match &item.shape {
            Shape::Rect(x, y, w, h) => {
                let _ = write!(
                    out,
                    "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{looks}",
                    n(*x),
                    n(*y),
                    n(*w),
                    n(*h)
                );
                "rect"
            }
            Shape::Disc(x, y, r) => {
                let _ = write!(out, "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{looks}", n(*x), n(*y), n(*r));
                "circle"
            }
            Shape::Polygon(points) => {
                let _ = write!(out, "<polygon points=\"{}\"{looks}", list(points));
                "polygon"
            }
            Shape::Line(points, width, dashed) => {
                let dash = if *dashed { " stroke-dasharray=\"6 3\"" } else { "" };
                let _ = write!(
                    out,
                    "<polyline points=\"{}\" fill=\"none\" stroke-width=\"{}\" stroke-linejoin=\"round\"{dash}{looks}",
                    list(points),
                    n(*width)
                );
                "polyline"
            }
            Shape::Text(x, y, text, size, anchor, degrees) => {
                let _ = write!(out, "<text x=\"{}\" y=\"{}\" font-size=\"{}\"{looks}", n(*x), n(*y), n(*size));
                out.push_str(match anchor {
                    Anchor::Start => "",
                    Anchor::Middle => " text-anchor=\"middle\"",
                    Anchor::End => " text-anchor=\"end\"",
                });
                if *degrees != 0.0 {
                    let _ = write!(out, " transform=\"rotate({} {} {})\"", n(*degrees), n(*x), n(*y));
                }
                let _ = writeln!(out, ">{}</text>", escape(text));
                continue;
            }
        };
        match &item.tip {
            Some(tip) => drop(writeln!(out, "><title>{}</title></{name}>", escape(tip))),
            None => out.push_str("/>\n"),
        }
    }
    out.push_str("</svg>\n");
    out
}

/// A number with two decimals at most.
fn n(value: f64) -> String {
    let value = if value.is_finite() { value } else { 0.0 };
    let mut text = format!("{value:.2}");
    text.truncate(text.trim_end_matches('0').trim_end_matches('.').len());
    if text == "-0" { "0".to_owned() } else { text }
}

fn list(points: &[(f64, f64)]) -> String {
    let mut out = String::with_capacity(points.len() * 12);
    for (i, (x, y)) in points.iter().enumerate() {
        let _ = write!(out, "{}{},{}", if i > 0 { " " } else { "" }, n(*x), n(*y));
    }
    out
}

/// Text of XML, for content and attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push('\n'),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
