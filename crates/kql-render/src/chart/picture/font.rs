//! The font of pictures: Liberation Sans, whose metrics are those of Arial and Helvetica, so that text takes the same room
//! in a browser that has only those.

use std::sync::LazyLock;
use ttf_parser::Face;

static FACE: LazyLock<Option<Face<'static>>> =
    LazyLock::new(|| Face::parse(include_bytes!("../../../assets/LiberationSans-Regular.ttf"), 0).ok());

/// Names in SVG, best first.
pub(super) const FAMILY: &str = "Liberation Sans, Arial, Helvetica, sans-serif";

/// The font; `None` would be a broken build.
pub(super) fn face() -> Option<&'static Face<'static>> {
    FACE.as_ref()
}

/// Width of text in pixels.
pub(super) fn width(text: &str, size: f64) -> f64 {
    text.chars().map(|c| advance(c) * size).sum()
}

/// Width of a character, as part of the size. Characters the font lacks are taken from another by a browser.
pub(super) fn advance(c: char) -> f64 {
    let wide = || unicode_width::UnicodeWidthChar::width(c).unwrap_or(1) as f64 * 0.55;
    let Some(face) = face() else { return wide() };
    match face.glyph_index(c).and_then(|g| face.glyph_hor_advance(g)) {
        Some(units) => f64::from(units) / f64::from(face.units_per_em()),
        None => wide(),
    }
}

/// The text, or as much of it as fits, with `…`. Empty when not even two characters do.
pub(super) fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.to_owned();
    }
    let mut left = room - width("…", size);
    let mut out = String::new();
    for c in text.chars() {
        left -= advance(c) * size;
        if left < 0.0 {
            break;
        }
        out.push(c);
    }
    if out.chars().count() < 2 {
        return String::new();
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}
