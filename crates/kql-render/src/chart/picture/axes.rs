//! Axes: lines, ticks, labels that do not overlap.

use super::super::model::Bands;
use super::super::scale::{Scale, Tick};
use super::font;
use super::scene::{AXIS, Anchor, Area, DIM, GRID, Rgb, Scene};

pub(super) const SIZE: f64 = 11.0;

/// Ticks whose labels fit side by side in so many pixels.
pub(super) fn ticks_across(scale: &Scale, width: f64) -> Vec<Tick> {
    at_most(scale, width, 14)
}

fn at_most(scale: &Scale, width: f64, most: usize) -> Vec<Tick> {
    let mut most = ((width / 60.0).max(2.0) as usize).min(most);
    loop {
        let ticks = scale.ticks(most);
        let half =
            |t: &Tick| font::width(&t.label, SIZE).max(t.context.as_ref().map_or(0.0, |c| font::width(c, SIZE))) / 2.0;
        let apart = |w: &[Tick]| (w[1].at - w[0].at) * width > half(&w[0]) + half(&w[1]) + 10.0;
        if most <= 2 || ticks.windows(2).all(apart) {
            return ticks;
        }
        most -= 1;
    }
}

/// Ticks one above the other in so many pixels.
pub(super) fn ticks_up(scale: &Scale, height: f64) -> Vec<Tick> {
    scale.ticks((height / 42.0).clamp(3.0, 10.0) as usize)
}

/// Width of the widest label, with its context.
pub(super) fn widest(ticks: &[Tick]) -> f64 {
    ticks.iter().map(|t| font::width(&full(t), SIZE)).fold(0.0, f64::max)
}

fn full(tick: &Tick) -> String {
    match &tick.context {
        Some(context) => format!("{context} {}", tick.label),
        None => tick.label.clone(),
    }
}

/// The height the labels below need.
pub(super) fn height_below(ticks: &[Tick]) -> f64 {
    if ticks.iter().any(|t| t.context.is_some()) { 34.0 } else { 20.0 }
}

/// An axis below the plot, grid lines through it.
pub(super) fn below(scene: &mut Scene, plot: Area, ticks: &[Tick], labels: bool) {
    for tick in ticks {
        let x = plot.x + tick.at * plot.width;
        scene.line(&[(x, plot.y), (x, plot.bottom())], 1.0, GRID);
        if !labels {
            continue;
        }
        scene.line(&[(x, plot.bottom()), (x, plot.bottom() + 4.0)], 1.0, AXIS);
        let place = |text: &str| {
            // The outermost labels stay on the page.
            let half = font::width(text, SIZE) / 2.0;
            x.clamp((half + 2.0).min(scene.width / 2.0), (scene.width - half - 2.0).max(scene.width / 2.0))
        };
        let at = place(&tick.label);
        scene.text((at, plot.bottom() + 16.0), tick.label.as_str(), SIZE, Anchor::Middle, DIM);
        if let Some(context) = &tick.context {
            let half = font::width(context, SIZE) / 2.0;
            let at = x.clamp((half + 2.0).min(scene.width / 2.0), (scene.width - half - 2.0).max(scene.width / 2.0));
            scene.text((at, plot.bottom() + 30.0), context.as_str(), SIZE, Anchor::Middle, DIM);
        }
    }
    scene.line(&[(plot.x, plot.bottom()), (plot.right(), plot.bottom())], 1.0, AXIS);
}

/// An axis at the left; grid lines through the plot.
pub(super) fn left(scene: &mut Scene, plot: Area, ticks: &[Tick], color: Rgb) {
    for tick in ticks {
        let y = plot.bottom() - tick.at * plot.height;
        scene.line(&[(plot.x, y), (plot.right(), y)], 1.0, GRID);
        scene.text((plot.x - 6.0, y + 4.0), full(tick), SIZE, Anchor::End, color);
    }
}

/// A further axis at the right, at this x.
pub(super) fn right(scene: &mut Scene, plot: Area, x: f64, ticks: &[Tick], color: Rgb) {
    scene.line(&[(x, plot.y), (x, plot.bottom())], 1.0, color);
    for tick in ticks {
        let y = plot.bottom() - tick.at * plot.height;
        scene.line(&[(x, y), (x + 4.0, y)], 1.0, color);
        scene.text((x + 7.0, y + 4.0), full(tick), SIZE, Anchor::Start, color);
    }
}

/// The title of a vertical axis, upwards.
pub(super) fn title_up(scene: &mut Scene, x: f64, plot: Area, title: &str) {
    let text = font::fit(title, 12.0, plot.height);
    scene.turned((x, plot.y + plot.height / 2.0), text, 12.0, Anchor::Middle, -90.0);
}

/// The title of a horizontal axis.
pub(super) fn title_below(scene: &mut Scene, y: f64, plot: Area, title: &str) {
    let text = font::fit(title, 12.0, plot.width);
    scene.text((plot.x + plot.width / 2.0, y), text, 12.0, Anchor::Middle, DIM);
}

/// How the names of places stand below a plot.
pub(super) enum Names {
    /// Ticks of the line the places are on.
    Even(Vec<Tick>),
    /// Names side by side.
    Flat,
    /// Names turned, every so manieth.
    Turned(usize),
}

impl Names {
    pub(super) fn choose(bands: &Bands, width: f64) -> Names {
        let count = bands.names.len().max(1) as f64;
        if let Some((low, high, measure)) = bands.even
            && bands.names.len() > 2
        {
            let scale = Scale { low, high, log: false, measure };
            // No ticks between places.
            let mut ticks = at_most(&scale, width, (bands.names.len() - 1).min(14));
            ticks.iter_mut().for_each(|t| t.at = (t.at * (count - 1.0) + 0.5) / count);
            return Names::Even(ticks);
        }
        let each = width / count;
        let widest = bands.names.iter().map(|n| font::width(n, SIZE)).fold(0.0, f64::max);
        if widest + 8.0 <= each { Names::Flat } else { Names::Turned((15.0 / each).ceil().max(1.0) as usize) }
    }

    pub(super) fn height(&self, bands: &Bands) -> f64 {
        match self {
            Names::Even(ticks) => height_below(ticks),
            Names::Flat => 20.0,
            Names::Turned(_) => {
                let widest = bands.names.iter().map(|n| font::width(n, SIZE)).fold(0.0, f64::max);
                widest.min(LONGEST) * TURN.to_radians().sin() + 18.0
            }
        }
    }

    pub(super) fn draw(&self, scene: &mut Scene, plot: Area, bands: &Bands) {
        let each = plot.width / bands.names.len().max(1) as f64;
        match self {
            Names::Even(ticks) => {
                for tick in ticks {
                    let x = plot.x + tick.at * plot.width;
                    scene.line(&[(x, plot.bottom()), (x, plot.bottom() + 4.0)], 1.0, AXIS);
                    scene.text((x, plot.bottom() + 16.0), tick.label.as_str(), SIZE, Anchor::Middle, DIM);
                    if let Some(context) = &tick.context {
                        scene.text((x, plot.bottom() + 30.0), context.as_str(), SIZE, Anchor::Middle, DIM);
                    }
                }
            }
            Names::Flat => {
                for (i, name) in bands.names.iter().enumerate() {
                    let at = (plot.x + (i as f64 + 0.5) * each, plot.bottom() + 16.0);
                    scene.text(at, name.as_str(), SIZE, Anchor::Middle, DIM);
                }
            }
            Names::Turned(every) => {
                for (i, name) in bands.names.iter().enumerate().step_by(*every) {
                    let x = plot.x + (i as f64 + 0.5) * each;
                    let room = LONGEST.min((x - 4.0) / TURN.to_radians().cos());
                    let text = font::fit(name, SIZE, room);
                    scene.turned((x + 3.0, plot.bottom() + 13.0), text, SIZE, Anchor::End, -TURN);
                }
            }
        }
        scene.line(&[(plot.x, plot.bottom()), (plot.right(), plot.bottom())], 1.0, AXIS);
    }
}

/// Degrees long names are turned by.
const TURN: f64 = 38.0;
/// Room of a turned name.
const LONGEST: f64 = 150.0;
