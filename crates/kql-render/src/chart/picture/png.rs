//! A scene as PNG: painted by tiny-skia, glyphs from the embedded font.
//!
//! The file is written here: the crate tiny-skia uses for it turns on features of crates DataFusion shares. Pictures of
//! charts are flat, so zlib alone makes them small.

use super::font;
use super::scene::{Anchor, PAPER, Rgb, Scene, Shape};
use crate::RenderError;
use flate2::{Compression, Crc, write::ZlibEncoder};
use std::io::Write;
use tiny_skia::{Color, FillRule, LineJoin, Paint, PathBuilder, Pixmap, Rect, Stroke, StrokeDash, Transform};
use ttf_parser::OutlineBuilder;

/// A painted scene.
#[derive(Debug)]
pub(in crate::chart) struct Painting(Pixmap);

impl Painting {
    /// Paints; `zoom` pixels for each pixel of the scene.
    pub(super) fn new(scene: &Scene, zoom: f64, dark: bool) -> Result<Self, RenderError> {
        paint(scene, zoom, if dark { Rgb::turned } else { |rgb| rgb }).map(Painting)
    }

    /// Pixels of a line.
    pub(in crate::chart) fn width(&self) -> usize {
        self.0.width() as usize
    }

    /// Red, green and blue of all pixels: the paper is opaque.
    pub(in crate::chart) fn pixels(&self) -> Vec<[u8; 3]> {
        self.0.pixels().iter().map(|p| [p.red(), p.green(), p.blue()]).collect()
    }

    /// The bytes of a PNG file.
    pub(in crate::chart) fn png(&self) -> Result<Vec<u8>, RenderError> {
        encode(&self.0)
    }
}

fn paint(scene: &Scene, zoom: f64, tone: fn(Rgb) -> Rgb) -> Result<Pixmap, RenderError> {
    let size = |v: f64| (v * zoom).round().clamp(1.0, 16_384.0) as u32;
    let (width, height) = (size(scene.width), size(scene.height));
    let mut map = Pixmap::new(width, height)
        .ok_or_else(|| RenderError::Unfit(format!("a picture of {width} × {height} pixels is too large")))?;
    map.fill(color(tone(PAPER), 1.0));
    let transform = Transform::from_scale(zoom as f32, zoom as f32);
    for item in &scene.items {
        let mut paint = Paint { anti_alias: true, ..Paint::default() };
        paint.set_color(color(tone(item.color), item.opacity));
        match &item.shape {
            Shape::Rect(x, y, w, h) => {
                if let Some(rect) = Rect::from_xywh(*x as f32, *y as f32, *w as f32, *h as f32) {
                    map.fill_rect(rect, &paint, transform, None);
                }
            }
            Shape::Disc(x, y, r) => {
                if let Some(path) = PathBuilder::from_circle(*x as f32, *y as f32, *r as f32) {
                    map.fill_path(&path, &paint, FillRule::Winding, transform, None);
                }
            }
            Shape::Polygon(points) => {
                if let Some(path) = path(points, true) {
                    map.fill_path(&path, &paint, FillRule::Winding, transform, None);
                }
            }
            Shape::Line(points, width, dashed) => {
                let dash = dashed.then(|| StrokeDash::new(vec![6.0, 3.0], 0.0)).flatten();
                let stroke = Stroke { width: *width as f32, line_join: LineJoin::Round, dash, ..Stroke::default() };
                if let Some(path) = path(points, false) {
                    map.stroke_path(&path, &paint, &stroke, transform, None);
                }
            }
            Shape::Text(x, y, text, size, anchor, degrees) => {
                let turned = transform.pre_translate(*x as f32, *y as f32).pre_rotate(*degrees as f32);
                if let Some(path) = glyphs(text, *size, *anchor) {
                    map.fill_path(&path, &paint, FillRule::Winding, turned, None);
                }
            }
        }
    }
    Ok(map)
}

fn color(rgb: Rgb, opacity: f64) -> Color {
    Color::from_rgba8(rgb.0, rgb.1, rgb.2, (opacity * 255.0).round().clamp(0.0, 255.0) as u8)
}

fn path(points: &[(f64, f64)], close: bool) -> Option<tiny_skia::Path> {
    let mut builder = PathBuilder::new();
    for (i, (x, y)) in points.iter().enumerate() {
        if i == 0 { builder.move_to(*x as f32, *y as f32) } else { builder.line_to(*x as f32, *y as f32) }
    }
    if close {
        builder.close();
    }
    builder.finish()
}

/// The outlines of text around (0, 0).
fn glyphs(text: &str, size: f64, anchor: Anchor) -> Option<tiny_skia::Path> {
    let face = font::face()?;
    let width = font::width(text, size);
    let mut pen = Pen {
        builder: PathBuilder::new(),
        scale: (size / f64::from(face.units_per_em())) as f32,
        x: match anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -width / 2.0,
            Anchor::End => -width,
        } as f32,
    };
    for c in text.chars() {
        // What the font lacks shows as its empty box.
        let glyph = face.glyph_index(c).unwrap_or(ttf_parser::GlyphId(0));
        if c != ' ' {
            face.outline_glyph(glyph, &mut pen);
        }
        pen.x += (font::advance(c) * size) as f32;
    }
    pen.builder.finish()
}

struct Pen {
    builder: PathBuilder,
    scale: f32,
    x: f32,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> (f32, f32) {
        (self.x + x * self.scale, -y * self.scale)
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.builder.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        let (x, y) = self.at(x, y);
        self.builder.line_to(x, y);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let ((x1, y1), (x, y)) = (self.at(x1, y1), self.at(x, y));
        self.builder.quad_to(x1, y1, x, y);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let ((x1, y1), (x2, y2), (x, y)) = (self.at(x1, y1), self.at(x2, y2), self.at(x, y));
        self.builder.cubic_to(x1, y1, x2, y2, x, y);
    }

    fn close(&mut self) {
        self.builder.close();
    }
}

/// PNG, 8-bit RGB: the paper is opaque. <https://www.w3.org/TR/png-3/>
fn encode(map: &Pixmap) -> Result<Vec<u8>, RenderError> {
    let row = map.width() as usize * 3 + 1;
    let mut raw = Vec::with_capacity(row * map.height() as usize);
    for (i, pixel) in map.pixels().iter().enumerate() {
        if i % map.width() as usize == 0 {
            raw.push(0); // no filter
        }
        raw.extend([pixel.red(), pixel.green(), pixel.blue()]);
    }
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(&raw)?;
    let data = zlib.finish()?;
    let mut header = Vec::with_capacity(13);
    header.extend(map.width().to_be_bytes());
    header.extend(map.height().to_be_bytes());
    header.extend([8, 2, 0, 0, 0]);
    let mut out = b"\x89PNG\r\n\x1a\n".to_vec();
    for (name, content) in [(b"IHDR", header.as_slice()), (b"IDAT", &data), (b"IEND", &[])] {
        let mut crc = Crc::new();
        crc.update(name);
        crc.update(content);
        out.extend(u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes());
        out.extend(name);
        out.extend(content);
        out.extend(crc.sum().to_be_bytes());
    }
    Ok(out)
}
