//! A picture as sixels: bands of six lines, a pass for each colour of a band.
//!
//! Written here: the crates there are bring a colour science library each, and charts are flat: most have fewer colours than
//! a terminal has registers. <https://vt100.net/docs/vt3xx-gp/chapter14.html>

use std::collections::HashMap;

/// Colours a terminal can hold.
const REGISTERS: usize = 256;
/// Lines of a band.
const BAND: usize = 6;

/// Shows the pixels, in lines of a width, at the cursor and goes to the next line.
pub(super) fn encode(pixels: &[[u8; 3]], width: usize) -> String {
    let pixels: Vec<[u8; 3]> = pixels.iter().map(|p| p.map(percent)).collect();
    let (palette, register) = palette(&pixels);
    let mut out = format!("\x1bP0;1q\"1;1;{width};{}", pixels.len() / width.max(1));
    for (i, [r, g, b]) in palette.iter().enumerate() {
        out.push_str(&format!("#{i};2;{r};{g};{b}"));
    }
    for band in pixels.chunks(width.max(1) * BAND) {
        let mut passes: Vec<Option<Vec<u8>>> = vec![None; palette.len()];
        for (at, pixel) in band.iter().enumerate() {
            let Some(pass) = register.get(pixel).and_then(|r| passes.get_mut(*r)) else { continue };
            let columns = pass.get_or_insert_with(|| vec![0; width]);
            if let Some(column) = columns.get_mut(at % width) {
                *column |= 1 << (at / width);
            }
        }
        for (register, columns) in passes.iter().enumerate() {
            let Some(columns) = columns else { continue };
            out.push_str(&format!("#{register}"));
            runs(columns, &mut out);
            out.push('$'); // back to the start of the band
        }
        out.push('-');
    }
    out.push_str("\x1b\\\n");
    out
}

/// Colours have 101 steps a channel.
fn percent(value: u8) -> u8 {
    ((u16::from(value) * 100 + 127) / 255) as u8
}

/// Six pixels a character, repeated ones counted; what is empty up to the end is left out.
fn runs(columns: &[u8], out: &mut String) {
    let used = columns.iter().rposition(|c| *c != 0).map_or(0, |last| last + 1);
    for run in columns.get(..used).unwrap_or(columns).chunk_by(|a, b| a == b) {
        let sixel = char::from(b'?' + run.first().copied().unwrap_or(0));
        if run.len() > 3 {
            out.push_str(&format!("!{}{sixel}", run.len()));
        } else {
            (0..run.len()).for_each(|_| out.push(sixel));
        }
    }
}

type Color = [u8; 3];

/// The colours of the registers, and the register of each colour: the colours themselves, or the middles of boxes that part
/// them by median cut when there are too many.
fn palette(pixels: &[Color]) -> (Vec<Color>, HashMap<Color, usize>) {
    let mut counts: HashMap<Color, u64> = HashMap::new();
    for pixel in pixels {
        *counts.entry(*pixel).or_default() += 1;
    }
    let mut colors: Vec<(Color, u64)> = counts.into_iter().collect();
    colors.sort_unstable();
    let mut boxes = vec![colors];
    while boxes.len() < REGISTERS {
        // The box whose colours are farthest apart gives way.
        let widest = boxes.iter().enumerate().map(|(i, b)| (spread(b), i)).max();
        let Some(((1.., channel), at)) = widest else { break };
        let mut low = boxes.swap_remove(at);
        low.sort_unstable_by_key(|(color, _)| color[channel]);
        let half = low.iter().map(|(_, n)| n).sum::<u64>() / 2;
        let mut seen = 0;
        let middle = low.iter().position(|(_, n)| {
            seen += n;
            seen > half
        });
        let high = low.split_off(middle.unwrap_or(0).clamp(1, low.len() - 1));
        boxes.extend([low, high]);
    }
    let mut register = HashMap::new();
    for (i, colors) in boxes.iter().enumerate() {
        register.extend(colors.iter().map(|(color, _)| (*color, i)));
    }
    (boxes.iter().map(|b| middle(b)).collect(), register)
}

/// How far the colours of a box are apart, and in which channel; 0 for a single colour.
fn spread(colors: &[(Color, u64)]) -> (u8, usize) {
    let range = |channel: usize| {
        let values = colors.iter().map(|(color, _)| color[channel]);
        values.clone().max().unwrap_or(0) - values.min().unwrap_or(0)
    };
    (0..3).map(|channel| (range(channel), channel)).max().unwrap_or((0, 0))
}

fn middle(colors: &[(Color, u64)]) -> Color {
    let total = colors.iter().map(|(_, n)| n).sum::<u64>().max(1);
    let mean = |channel: usize| {
        let sum: u64 = colors.iter().map(|(color, n)| u64::from(color[channel]) * n).sum();
        ((sum + total / 2) / total) as u8
    };
    [mean(0), mean(1), mean(2)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a terminal paints: the width and the pixels, in percent; `None` where nothing was painted.
    fn decode(text: &str) -> (usize, Vec<Option<Color>>) {
        let body = text.strip_prefix("\x1bP0;1q\"").unwrap().strip_suffix("\x1b\\\n").unwrap();
        let mut rest = body;
        let number = |rest: &mut &str| {
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (digits, left) = rest.split_at(end);
            *rest = left.strip_prefix(';').unwrap_or(left);
            digits.parse::<usize>().unwrap()
        };
        let [1, 1, width, height] = [0; 4].map(|_| number(&mut rest)) else { panic!("square pixels") };
        let mut pixels = vec![None; width * height];
        let mut colors: HashMap<usize, Color> = HashMap::new();
        let (mut ink, mut x, mut y) = (0, 0, 0);
        while let Some(c) = rest.chars().next() {
            rest = &rest[1..];
            match c {
                '#' => {
                    let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap();
                    let defines = rest[digits..].starts_with(';');
                    ink = number(&mut rest);
                    if defines {
                        let [2, r, g, b] = [0; 4].map(|_| number(&mut rest)) else { panic!("red, green, blue") };
                        colors.insert(ink, [r as u8, g as u8, b as u8]);
                    }
                }
                '$' => x = 0,
                '-' => (x, y) = (0, y + BAND),
                _ => {
                    let (count, c) = match c {
                        '!' => {
                            let count = number(&mut rest);
                            let c = rest.chars().next().unwrap();
                            rest = &rest[1..];
                            (count, c)
                        }
                        c => (1, c),
                    };
                    let bits = u32::from(c) - u32::from('?');
                    assert!(bits < 64, "{c:?}");
                    for column in x..x + count {
                        for line in (0..BAND).filter(|line| bits & (1 << line) != 0) {
                            let pixel = &mut pixels[(y + line) * width + column];
                            assert!(pixel.is_none(), "painted twice");
                            *pixel = Some(colors[&ink]);
                        }
                    }
                    x += count;
                }
            }
        }
        (width, pixels)
    }

    #[test]
    fn flat_pictures_come_back_as_they_were() {
        for (width, height) in [(1, 1), (7, 6), (10, 13), (64, 5)] {
            let pixels: Vec<Color> =
                (0..width * height).map(|i| [(i % 5 * 60) as u8, 255, (i / width * 9) as u8]).collect();
            let (decoded_width, decoded) = decode(&encode(&pixels, width));
            assert_eq!(decoded_width, width);
            let wanted: Vec<Option<Color>> = pixels.iter().map(|p| Some(p.map(percent))).collect();
            assert_eq!(decoded, wanted, "{width} × {height}");
        }
    }

    #[test]
    fn many_colors_come_back_near_what_they_were() {
        // 4096 colours: 16 steps a channel.
        let pixels: Vec<Color> =
            (0..4096usize).map(|i| [i & 15, i >> 4 & 15, i >> 8].map(|v| (v * 17) as u8)).collect();
        let (_, decoded) = decode(&encode(&pixels, 64));
        let used: std::collections::HashSet<_> = decoded.iter().flatten().collect();
        assert!(used.len() <= REGISTERS && used.len() > 200, "{}", used.len());
        for (pixel, found) in pixels.iter().zip(&decoded) {
            let found = found.unwrap();
            let far = pixel.map(percent).iter().zip(found).map(|(a, b)| a.abs_diff(b)).max().unwrap();
            assert!(far <= 15, "{pixel:?} became {found:?}");
        }
    }

    #[test]
    fn nothing_is_a_picture_of_nothing() {
        assert_eq!(decode(&encode(&[], 0)), (0, Vec::new()));
    }
}
