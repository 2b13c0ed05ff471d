//! Scales: from values to places between 0 and 1, with ticks at round numbers and round times.

use super::measure::{Measure, number};
use kql_types::datetime::{self, Civil};

/// Ends and form of a scale, before its values are known.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Want {
    /// A fixed lower end: `ymin`, `xmin`.
    pub low: Option<f64>,
    /// A fixed upper end: `ymax`, `xmax`.
    pub high: Option<f64>,
    /// Logarithmic: `xaxis=log`, `yaxis=log`.
    pub log: bool,
    /// Zero belongs to the scale: lengths and areas are compared from there.
    pub zero: bool,
    /// Ends that are not fixed move outwards to round numbers.
    pub round: bool,
}

/// A scale. `low < high`, both finite; both positive when logarithmic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    /// The value at 0.
    pub low: f64,
    /// The value at 1.
    pub high: f64,
    /// Logarithmic.
    pub log: bool,
    /// What is measured.
    pub measure: Measure,
}

/// A place on a scale that is worth a label.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Between 0 and 1.
    pub at: f64,
    /// `14:00`, `1.5M`
    pub label: String,
    /// What the label leaves out, where it begins: the date of a time of day, the year of a date.
    pub context: Option<String>,
}

impl Scale {
    /// A scale that holds all finite values (positive ones, when logarithmic); `None` when there are none.
    pub fn fit(values: impl Iterator<Item = f64>, want: Want, measure: Measure) -> Option<Scale> {
        let usable = |v: &f64| v.is_finite() && (!want.log || *v > 0.0);
        let (low, high) =
            values.filter(usable).fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
        let fixed = |v: Option<f64>| v.filter(usable);
        let (mut low, mut high) = match (low <= high, fixed(want.low), fixed(want.high)) {
            (true, _, _) => (low, high),
            (false, Some(low), Some(high)) => (low, high),
            _ => return None,
        };
        if want.zero && !want.log {
            (low, high) = (low.min(0.0), high.max(0.0));
        }
        low = fixed(want.low).unwrap_or(low);
        high = fixed(want.high).unwrap_or(high);
        if low >= high {
            // One value, or ends that leave nothing between: some room around it.
            let around = if want.log {
                low * 0.9
            } else if matches!(measure, Measure::Datetime | Measure::Timespan) {
                datetime::TICKS_PER_SECOND as f64 / 2.0
            } else {
                (low.abs() * 0.1).max(0.5)
            };
            // A fixed end stays where it is.
            match (fixed(want.low), fixed(want.high)) {
                (Some(_), None) => high = low + around,
                (None, Some(_)) => low = high - around,
                _ => (low, high) = (low - around, low + around),
            }
            if want.log && low <= 0.0 {
                low = high / 10.0;
            }
        }
        let mut scale = Scale { low, high, log: want.log, measure };
        if want.round {
            scale.round(fixed(want.low).is_none(), fixed(want.high).is_none());
        }
        (scale.low < scale.high && (scale.high - scale.low).is_finite()).then_some(scale)
    }

    /// With some room beyond ends that are not fixed, so that a point at the edge is seen whole.
    pub(super) fn padded(self, want: Want) -> Scale {
        let room = if self.log { 0.0 } else { (self.high - self.low) * 0.03 };
        let padded = Scale {
            low: if want.low.is_some() { self.low } else { self.low - room },
            high: if want.high.is_some() { self.high } else { self.high + room },
            ..self
        };
        if (padded.high - padded.low).is_finite() { padded } else { self }
    }

    /// With ends that are not fixed moved outwards to round numbers.
    pub(super) fn rounded(mut self, want: Want) -> Scale {
        self.round(want.low.is_none(), want.high.is_none());
        self
    }

    fn round(&mut self, low: bool, high: bool) {
        let (down, up) = if self.log {
            (10f64.powf(self.low.log10().floor()), 10f64.powf(self.high.log10().ceil()))
        } else if matches!(self.measure, Measure::Number | Measure::Share) {
            let step = step((self.high - self.low) / 7.0);
            ((self.low / step).floor() * step, (self.high / step).ceil() * step)
        } else {
            return;
        };
        if low && down.is_finite() && (!self.log || down > 0.0) {
            self.low = down;
        }
        if high && up.is_finite() {
            self.high = up;
        }
        if self.measure == Measure::Share {
            self.high = self.high.min(100.0);
        }
    }

    /// Where a value is: 0 at the lower end, 1 at the upper, outside beyond them. `None` for what has no place.
    pub fn at(&self, value: f64) -> Option<f64> {
        let at = if self.log {
            if value <= 0.0 {
                return None;
            }
            (value.ln() - self.low.ln()) / (self.high.ln() - self.low.ln())
        } else {
            (value - self.low) / (self.high - self.low)
        };
        at.is_finite().then_some(at)
    }

    /// Ticks at round values inside the scale, at most about so many.
    pub fn ticks(&self, most: usize) -> Vec<Tick> {
        let most = most.clamp(2, 40);
        match self.measure {
            _ if self.log => self.log_ticks(most),
            Measure::Datetime => self.time_ticks(most),
            Measure::Timespan => {
                let range = self.high - self.low;
                let size = range / most as f64;
                let unit = TIME_STEPS.iter().map(|s| *s as f64).find(|s| *s >= size);
                let day = datetime::TICKS_PER_DAY as f64;
                let step = unit.unwrap_or_else(|| step(size / day) * day);
                self.every(step).map(|v| self.tick(v, span_label(v, step))).collect()
            }
            Measure::Number | Measure::Share => {
                let step = step((self.high - self.low) / most as f64);
                let unit = unit_of(self.low.abs().max(self.high.abs()), step);
                self.every(step).map(|v| self.tick(v, self.number_label(v, step, unit))).collect()
            }
        }
    }

    fn every(&self, step: f64) -> impl Iterator<Item = f64> {
        let first = (self.low / step - 1e-9).ceil();
        let last = (self.high / step + 1e-9).floor();
        let count = if last >= first { ((last - first) as usize).min(60) + 1 } else { 0 };
        (0..count).map(move |i| (first + i as f64) * step)
    }

    fn tick(&self, value: f64, label: String) -> Tick {
        Tick { at: self.at(value).unwrap_or(0.0).clamp(0.0, 1.0), label, context: None }
    }

    fn number_label(&self, value: f64, step: f64, (unit, suffix): (f64, &str)) -> String {
        let percent = if self.measure == Measure::Share { "%" } else { "" };
        if value == 0.0 {
            return format!("0{percent}");
        }
        let decimals = (-(step / unit).log10().floor()).clamp(0.0, 12.0) as usize;
        format!("{}{suffix}{percent}", number(value / unit, decimals))
    }

    fn log_ticks(&self, most: usize) -> Vec<Tick> {
        let (first, last) = (self.low.log10().ceil() as i32, self.high.log10().floor() as i32);
        let powers = usize::try_from(last - first + 1).unwrap_or(0);
        let skip = powers.div_ceil(most).max(1);
        let between: &[f64] = if powers <= 2 { &[1.0, 2.0, 5.0] } else { &[1.0] };
        let mut ticks = Vec::new();
        for exponent in (first - 1..=last).filter(|e| powers <= 2 || (e - first).rem_euclid(skip as i32) == 0) {
            for factor in between {
                let value = factor * 10f64.powi(exponent);
                if value >= self.low * (1.0 - 1e-9) && value <= self.high * (1.0 + 1e-9) {
                    let label = match self.measure {
                        Measure::Number | Measure::Share => self.number_label(value, value, unit_of(value, value)),
                        other => other.text(value),
                    };
                    ticks.push(self.tick(value, label));
                }
            }
        }
        ticks
    }

    fn time_ticks(&self, most: usize) -> Vec<Tick> {
        let size = (self.high - self.low) / most as f64;
        let day = datetime::TICKS_PER_DAY;
        let mut ticks: Vec<Tick> = Vec::new();
        let mut last = None;
        if let Some(step) = TIME_STEPS.iter().copied().find(|s| *s as f64 >= size) {
            for value in self.every(step as f64) {
                let c = datetime::to_civil(value as i64);
                let (label, period) = if step >= day {
                    (format!("{} {}", month(&c), c.day), format!("{}", c.year))
                } else {
                    (clock(&c, step), format!("{:04}-{:02}-{:02}", c.year, c.month, c.day))
                };
                let mut tick = self.tick(value, label);
                if last.as_ref() != Some(&period) {
                    tick.context = Some(period.clone());
                    last = Some(period);
                }
                ticks.push(tick);
            }
            return ticks;
        }
        // Months and years are not equally long: by the calendar.
        let months = size / (30.4 * day as f64);
        let step = [1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 2400, 6000, 12000, 24000];
        let step = step.iter().copied().find(|s| f64::from(*s) >= months).unwrap_or(60_000);
        let first = datetime::to_civil(self.low as i64);
        let mut month_number = (first.year * 12 + first.month as i32 - 1).div_euclid(step) * step;
        for _ in 0..60 {
            let (year, month_index) = (month_number.div_euclid(12), month_number.rem_euclid(12));
            month_number += step;
            let Some(value) = datetime::from_date(year.max(1), month_index as u32 + 1, 1).map(|v| v as f64) else {
                break;
            };
            if value > self.high {
                break;
            }
            if value < self.low {
                continue;
            }
            let c = datetime::to_civil(value as i64);
            let tick = self.tick(value, if step >= 12 { c.year.to_string() } else { month(&c).to_owned() });
            let new_year = step < 12 && last.as_ref() != Some(&c.year.to_string());
            last = Some(c.year.to_string());
            ticks.push(Tick { context: new_year.then(|| c.year.to_string()), ..tick });
        }
        ticks
    }
}

/// Steps of clock and calendar that are equally long, in ticks.
const TIME_STEPS: [i64; 33] = {
    const MS: i64 = datetime::TICKS_PER_MILLISECOND;
    const S: i64 = datetime::TICKS_PER_SECOND;
    const M: i64 = datetime::TICKS_PER_MINUTE;
    const H: i64 = datetime::TICKS_PER_HOUR;
    const D: i64 = datetime::TICKS_PER_DAY;
    [
        10,
        100,
        1000,
        MS,
        2 * MS,
        5 * MS,
        10 * MS,
        20 * MS,
        50 * MS,
        100 * MS,
        200 * MS,
        500 * MS,
        S,
        2 * S,
        5 * S,
        10 * S,
        15 * S,
        30 * S,
        M,
        2 * M,
        5 * M,
        10 * M,
        15 * M,
        30 * M,
        H,
        2 * H,
        3 * H,
        6 * H,
        12 * H,
        D,
        2 * D,
        7 * D,
        14 * D,
    ]
};

fn month(c: &Civil) -> &'static str {
    const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    NAMES[(c.month as usize).clamp(1, 12) - 1]
}

fn clock(c: &Civil, step: i64) -> String {
    match step {
        s if s >= datetime::TICKS_PER_MINUTE => format!("{:02}:{:02}", c.hour, c.minute),
        s if s >= datetime::TICKS_PER_SECOND => format!("{:02}:{:02}:{:02}", c.hour, c.minute, c.second),
        s if s >= datetime::TICKS_PER_MILLISECOND => format!("{:02}:{:02}.{:03}", c.minute, c.second, c.tick / 10_000),
        _ => format!("{:02}.{:07}", c.second, c.tick),
    }
}

fn span_label(value: f64, step: f64) -> String {
    let day = datetime::TICKS_PER_DAY as f64;
    if step >= day {
        return format!("{}d", number(value / day, 0));
    }
    let text = Measure::Timespan.text(value);
    let whole_minutes = step >= datetime::TICKS_PER_MINUTE as f64;
    text.strip_suffix(":00").filter(|_| whole_minutes).map_or(text.clone(), str::to_owned)
}

/// The smallest of 1, 2, 5 times a power of ten that is not below.
fn step(size: f64) -> f64 {
    if !(size.is_finite() && size > 0.0) {
        return 1.0;
    }
    let power = 10f64.powf(size.log10().floor());
    let factor = [1.0, 2.0, 5.0].into_iter().find(|f| f * power >= size * (1.0 - 1e-9)).unwrap_or(10.0);
    if power > 0.0 { factor * power } else { f64::MIN_POSITIVE }
}

/// Thousands, millions and billions, where the step does not need more decimals than a label has room for.
fn unit_of(largest: f64, step: f64) -> (f64, &'static str) {
    let fits = |unit: f64| (step / unit) >= 0.0009;
    match largest {
        l if (1e12..1e15).contains(&l) && fits(1e12) => (1e12, "T"),
        l if (1e9..1e12).contains(&l) && fits(1e9) => (1e9, "B"),
        l if (1e6..1e9).contains(&l) && fits(1e6) => (1e6, "M"),
        l if (1e5..1e6).contains(&l) && fits(1e3) => (1e3, "k"),
        _ => (1.0, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(values: &[f64], want: Want, measure: Measure, most: usize) -> Vec<String> {
        let scale = Scale::fit(values.iter().copied(), want, measure).unwrap();
        let context = |c: Option<String>| c.map_or(String::new(), |c| format!(" [{c}]"));
        scale.ticks(most).into_iter().map(|t| t.label + &context(t.context)).collect()
    }

    #[test]
    fn numbers_get_round_ticks() {
        let want = Want { zero: true, round: true, ..Want::default() };
        assert_eq!(labels(&[3.0, 97.0], want, Measure::Number, 5), ["0", "20", "40", "60", "80", "100"]);
        assert_eq!(labels(&[2.5e6], want, Measure::Number, 5), ["0", "0.5M", "1M", "1.5M", "2M", "2.5M"]);
        assert_eq!(labels(&[-0.2, 0.3], want, Measure::Number, 5), ["-0.2", "-0.1", "0", "0.1", "0.2", "0.3"]);
        assert_eq!(labels(&[5.0, 5.0], Want::default(), Measure::Number, 5), ["4.6", "4.8", "5", "5.2", "5.4"]);
        let log = Want { log: true, round: true, ..Want::default() };
        assert_eq!(labels(&[0.0, -3.0, 2.0, 9e5], log, Measure::Number, 8).join(" "), "1 10 100 1,000 10,000 100k 1M");
    }

    #[test]
    fn times_get_ticks_of_clock_and_calendar_with_their_date_once() {
        let day = datetime::from_date(2026, 12, 31).unwrap() as f64;
        let hour = datetime::TICKS_PER_HOUR as f64;
        let of = |to: f64| labels(&[day, day + to], Want::default(), Measure::Datetime, 6);
        assert_eq!(
            of(36.0 * hour),
            ["00:00 [2026-12-31]", "06:00", "12:00", "18:00", "00:00 [2027-01-01]", "06:00", "12:00"]
        );
        assert_eq!(of(96.0 * hour), ["Dec 31 [2026]", "Jan 1 [2027]", "Jan 2", "Jan 3", "Jan 4"]);
        assert_eq!(of(24.0 * 200.0 * hour), ["Jan [2027]", "Mar", "May", "Jul"]);
        assert_eq!(of(24.0 * 365.0 * 5.0 * hour), ["2027", "2028", "2029", "2030", "2031"]);
        assert_eq!(of(1e7 * 3.0).first().unwrap(), "00:00.000 [2026-12-31]");
    }

    #[test]
    fn hostile_values_give_no_scale_or_a_sane_one() {
        let fit = |v: &[f64]| Scale::fit(v.iter().copied(), Want { round: true, ..Want::default() }, Measure::Number);
        assert_eq!(fit(&[]), None);
        assert_eq!(fit(&[f64::NAN, f64::INFINITY]), None);
        for values in [&[f64::MIN, f64::MAX][..], &[f64::MIN_POSITIVE], &[1e308, 1e300], &[1e16, 1e16 + 2.0], &[0.0]] {
            for measure in [Measure::Number, Measure::Datetime, Measure::Timespan, Measure::Share] {
                for log in [false, true] {
                    let want = Want { round: true, log, ..Want::default() };
                    if let Some(scale) = Scale::fit(values.iter().copied(), want, measure) {
                        assert!(scale.ticks(8).len() < 70);
                    }
                }
            }
        }
    }
}
