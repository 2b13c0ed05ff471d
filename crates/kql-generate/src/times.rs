//! When events happen: few at night and at weekends.

use crate::Options;
use kql_types::datetime::{TICKS_PER_DAY, TICKS_PER_HOUR, day_of_week};
use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// Instants in order, an hour of them in memory.
#[derive(Clone, Debug)]
pub(crate) struct Instants {
    random: ChaCha8Rng,
    /// When an hour starts and how many events it has, the last hour first.
    hours: Vec<(i64, u64)>,
    /// Those of the current hour.
    times: std::vec::IntoIter<i64>,
}

impl Iterator for Instants {
    type Item = i64;

    fn next(&mut self) -> Option<i64> {
        loop {
            if let Some(time) = self.times.next() {
                return Some(time);
            }
            let (start, count) = self.hours.pop()?;
            let mut times: Vec<i64> = (0..count).map(|_| start + within_hour(&mut self.random)).collect();
            times.sort_unstable();
            self.times = times.into_iter();
        }
    }
}

fn within_hour(random: &mut ChaCha8Rng) -> i64 {
    random.random_range(0..TICKS_PER_HOUR)
}

/// Instants of a table's events: none where the table is silent.
///
/// `DeviceEvents` has a day without any event, so that "no data on that day" is in the fixtures.
pub(crate) fn instants(options: &Options, table: &str, count: u64, random: &mut ChaCha8Rng) -> Instants {
    let start = options.end - i64::from(options.days) * TICKS_PER_DAY;
    let weight = |hour: i64| {
        let at = start + hour * TICKS_PER_HOUR;
        let silent = table == "DeviceEvents" && hour / 24 == 4;
        let of_day = (at / TICKS_PER_HOUR).rem_euclid(24);
        let busy = if (8..18).contains(&of_day) { 10 } else { 2 };
        let weekend = matches!(day_of_week(at), 0 | 6);
        if silent {
            0
        } else if weekend {
            busy.min(2)
        } else {
            busy
        }
    };
    let hours: Vec<(i64, u64)> = (0..i64::from(options.days) * 24).map(|h| (h, weight(h))).collect();
    let total: u128 = hours.iter().map(|h| u128::from(h.1)).sum::<u128>().max(1);
    let (mut given, mut seen) = (0, 0);
    let mut counts = Vec::with_capacity(hours.len());
    for (hour, weight) in hours {
        seen += weight;
        let due = u64::try_from(u128::from(count) * u128::from(seen) / total).unwrap_or(u64::MAX);
        counts.push((start + hour * TICKS_PER_HOUR, due - given));
        given = due;
    }
    counts.reverse();
    let instants = Instants { random: random.clone(), hours: counts, times: Vec::new().into_iter() };
    // What comes after draws from behind these instants.
    (0..given).for_each(|_| {
        within_hour(random);
    });
    instants
}
