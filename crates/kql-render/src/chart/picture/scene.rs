//! A drawing as a list of shapes, which the SVG and the PNG writer put out. Pixels, y downwards.

/// A colour: red, green, blue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Rgb(pub(crate) u8, pub(crate) u8, pub(crate) u8);

impl Rgb {
    /// `#rrggbb`
    pub(crate) fn hex(self) -> String {
        format!("#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }

    /// Between this colour and another: 0 is this, 1 the other.
    pub(crate) fn mix(self, other: Rgb, part: f64) -> Rgb {
        let mix = |a: u8, b: u8| (f64::from(a) + (f64::from(b) - f64::from(a)) * part.clamp(0.0, 1.0)).round() as u8;
        Rgb(mix(self.0, other.0), mix(self.1, other.1), mix(self.2, other.2))
    }

    /// Light for dark and dark for light, in the same hue: white paper gets dark, black text light.
    pub(crate) fn turned(self) -> Rgb {
        let (high, low) = (self.0.max(self.1).max(self.2), self.0.min(self.1).min(self.2));
        // HSL: each channel keeps its place between the lowest and the highest; both move with the lightness.
        let (high_in, low_in) = (f64::from(high) / 255.0, f64::from(low) / 255.0);
        let lightness = (high_in + low_in) / 2.0;
        let room = |l: f64| 1.0 - (2.0 * l - 1.0).abs();
        let saturation = if high == low { 0.0 } else { (high_in - low_in) / room(lightness) };
        let turned = 1.0 - DARK_PAPER - (1.0 - 2.0 * DARK_PAPER) * lightness;
        let half = saturation.min(1.0) * room(turned) / 2.0;
        let one = |channel: u8| {
            let place = if high == low { 0.5 } else { f64::from(channel - low) / f64::from(high - low) };
            ((turned - half + 2.0 * half * place) * 255.0).round().clamp(0.0, 255.0) as u8
        };
        Rgb(one(self.0), one(self.1), one(self.2))
    }

    /// Dark text reads better on it than white text.
    pub(crate) fn is_light(self) -> bool {
        0.299 * f64::from(self.0) + 0.587 * f64::from(self.1) + 0.114 * f64::from(self.2) > 150.0
    }
}

/// Colours of series, in their order; told apart by people who do not see red from green, too.
pub(crate) const PALETTE: [Rgb; 10] = [
    Rgb(0x2f, 0x6f, 0xd0),
    Rgb(0xe0, 0x7b, 0x1f),
    Rgb(0x2b, 0x9e, 0x77),
    Rgb(0xc2, 0x3b, 0x6e),
    Rgb(0x80, 0x63, 0xc4),
    Rgb(0x9a, 0x82, 0x1a),
    Rgb(0x29, 0xa6, 0xc4),
    Rgb(0x8c, 0x56, 0x4b),
    Rgb(0x5f, 0x6b, 0x7a),
    Rgb(0xd6, 0x5f, 0x5f),
];
/// Text.
pub(crate) const INK: Rgb = Rgb(0x22, 0x26, 0x2e);
/// Labels of axes.
pub(crate) const DIM: Rgb = Rgb(0x5a, 0x62, 0x70);
/// Grid lines.
pub(crate) const GRID: Rgb = Rgb(0xe3, 0xe6, 0xeb);
/// Lines of axes.
pub(crate) const AXIS: Rgb = Rgb(0x9a, 0xa1, 0xad);
/// Anomalies.
pub(crate) const ALERT: Rgb = Rgb(0xd6, 0x27, 0x28);
/// Lightness of dark paper; white on it is as far from pure white.
const DARK_PAPER: f64 = 0.09;
/// Paper.
pub(crate) const PAPER: Rgb = Rgb(0xff, 0xff, 0xff);

/// The colour of a series.
pub(crate) fn color(series: usize) -> Rgb {
    PALETTE[series % PALETTE.len()]
}

/// Where text stands from its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    /// The point is its left end.
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// A shape.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// A rectangle: left, top, width, height.
    Rect(f64, f64, f64, f64),
    /// A disc: centre and radius.
    Disc(f64, f64, f64),
    /// A filled polygon.
    Polygon(Vec<(f64, f64)>),
    /// A line through points: its width, and whether it is dashed.
    Line(Vec<(f64, f64)>, f64, bool),
    /// Text: the point on its base line, the size, the anchor, degrees to turn by.
    Text(f64, f64, String, f64, Anchor, f64),
}

/// A shape with its looks.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Item {
    /// The shape.
    pub(crate) shape: Shape,
    /// Its colour.
    pub(crate) color: Rgb,
    /// 0 to 1.
    pub(crate) opacity: f64,
    /// Class in SVG: `mark` for what stands for a value.
    pub(crate) class: Option<&'static str>,
    /// Text shown when the pointer rests on it.
    pub(crate) tip: Option<String>,
}

/// A drawing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scene {
    /// Pixels.
    pub(crate) width: f64,
    /// Pixels.
    pub(crate) height: f64,
    /// What is drawn, lowest first.
    pub(crate) items: Vec<Item>,
}

impl Scene {
    /// Adds a shape; the item can be changed further.
    pub(super) fn add(&mut self, shape: Shape, color: Rgb) -> &mut Item {
        self.items.push(Item { shape, color, opacity: 1.0, class: None, tip: None });
        let last = self.items.len() - 1;
        &mut self.items[last]
    }

    pub(super) fn rect(&mut self, area: Area, color: Rgb) -> &mut Item {
        self.add(Shape::Rect(area.x, area.y, area.width.max(0.0), area.height.max(0.0)), color)
    }

    pub(super) fn line(&mut self, points: &[(f64, f64)], width: f64, color: Rgb) -> &mut Item {
        self.add(Shape::Line(points.to_vec(), width, false), color)
    }

    pub(super) fn text(&mut self, (x, y): (f64, f64), text: impl Into<String>, size: f64, anchor: Anchor, color: Rgb) {
        self.add(Shape::Text(x, y, text.into(), size, anchor, 0.0), color);
    }

    pub(super) fn turned(
        &mut self,
        (x, y): (f64, f64),
        text: impl Into<String>,
        size: f64,
        anchor: Anchor,
        degrees: f64,
    ) {
        self.add(Shape::Text(x, y, text.into(), size, anchor, degrees), DIM);
    }
}

impl Item {
    /// Stands for a value of the data.
    pub(super) fn mark(&mut self, tip: String) {
        self.class = Some("mark");
        self.tip = Some(tip);
    }

    pub(super) fn faint(&mut self, opacity: f64) -> &mut Item {
        self.opacity = opacity;
        self
    }
}

/// A rectangle on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Area {
    pub(super) fn right(&self) -> f64 {
        self.x + self.width
    }

    pub(super) fn bottom(&self) -> f64 {
        self.y + self.height
    }

    /// Without these margins: left, top, right, bottom.
    pub(super) fn inside(self, left: f64, top: f64, right: f64, bottom: f64) -> Area {
        Area {
            x: self.x + left,
            y: self.y + top,
            width: (self.width - left - right).max(1.0),
            height: (self.height - top - bottom).max(1.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turned_colors_keep_their_hue() {
        assert_eq!(PAPER.turned(), Rgb(23, 23, 23));
        assert!(INK.turned().is_light() && !GRID.turned().is_light());
        for color in PALETTE {
            let order = |c: Rgb| (c.0.cmp(&c.1), c.1.cmp(&c.2), c.0.cmp(&c.2));
            assert_eq!(order(color), order(color.turned()), "{color:?}");
        }
    }
}
