//! `datetime`: ticks of 100 ns since 0001-01-01T00:00:00Z, their text forms and calendar arithmetic.
//!
//! Every function takes any `i64` without panicking; only [`MIN`]..=[`MAX`] are datetimes of Kusto. Sources:
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/datetime> (ranges, formats).

mod parse;

pub use parse::{parse, parse_literal};

use crate::number::{two_digits, write_padded};

/// Ticks in a microsecond.
pub const TICKS_PER_MICROSECOND: i64 = 10;
/// Ticks in a millisecond.
pub const TICKS_PER_MILLISECOND: i64 = 10_000;
/// Ticks in a second.
pub const TICKS_PER_SECOND: i64 = 10_000_000;
/// Ticks in a minute.
pub const TICKS_PER_MINUTE: i64 = 60 * TICKS_PER_SECOND;
/// Ticks in an hour.
pub const TICKS_PER_HOUR: i64 = 60 * TICKS_PER_MINUTE;
/// Ticks in a day.
pub const TICKS_PER_DAY: i64 = 24 * TICKS_PER_HOUR;
/// 0001-01-01T00:00:00Z.
pub const MIN: i64 = 0;
/// 9999-12-31T23:59:59.9999999Z.
pub const MAX: i64 = 3_155_378_975_999_999_999;
/// 1970-01-01T00:00:00Z.
pub const UNIX_EPOCH: i64 = 621_355_968_000_000_000;

/// Days between 0000-03-01, where the cycle of leap years starts, and 0001-01-01.
const DAYS_FROM_MARCH_OF_YEAR_0: i64 = 306;
const DAYS_PER_400_YEARS: i64 = 146_097;

/// The ticks when they are a datetime of Kusto, else `None`: what arithmetic that leaves the range answers.
#[inline]
pub fn checked(ticks: i64) -> Option<i64> {
    if (MIN..=MAX).contains(&ticks) { Some(ticks) } else { None }
}

/// A datetime in calendar parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Civil {
    /// 1..=9999 for datetimes of Kusto.
    pub year: i32,
    /// 1..=12.
    pub month: u32,
    /// 1..=31.
    pub day: u32,
    /// 0..=23.
    pub hour: u32,
    /// 0..=59.
    pub minute: u32,
    /// 0..=59.
    pub second: u32,
    /// 100 ns units in the second, 0..=9_999_999.
    pub tick: u32,
}

/// Days from 0001-01-01 to a date of the Gregorian calendar. Day and month are not checked.
pub fn days_from_date(year: i32, month: u32, day: u32) -> i64 {
    // Years run from March, so that the leap day is the last (Howard Hinnant, "chrono-compatible date algorithms").
    let y = i64::from(year) - i64::from(month <= 2);
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let month = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month + 2) / 5 + i64::from(day) - 1;
    era * DAYS_PER_400_YEARS + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year
        - DAYS_FROM_MARCH_OF_YEAR_0
}

/// Year, month and day of a number of days from 0001-01-01.
pub fn date_from_days(days: i64) -> (i32, u32, u32) {
    let z = days.saturating_add(DAYS_FROM_MARCH_OF_YEAR_0);
    let era = z.div_euclid(DAYS_PER_400_YEARS);
    let day_of_era = z.rem_euclid(DAYS_PER_400_YEARS);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let m = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * m + 2) / 5 + 1;
    let month = if m < 10 { m + 3 } else { m - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year as i32, month as u32, day as u32)
}

/// Whether a year has a 29th of February.
pub fn is_leap_year(year: i32) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days in a month; 0 when there is no such month.
pub fn days_in_month(year: i32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 => 28 + u32::from(is_leap_year(year)),
        _ => 0,
    }
}

/// Day of the year, 1..=366.
pub fn day_of_year(ticks: i64) -> i64 {
    let days = ticks.div_euclid(TICKS_PER_DAY);
    let (year, _, _) = date_from_days(days);
    days - days_from_date(year, 1, 1) + 1
}

/// Day of the week, 0 for Sunday.
pub fn day_of_week(ticks: i64) -> i64 {
    // 0001-01-01 was a Monday.
    (ticks.div_euclid(TICKS_PER_DAY) + 1).rem_euclid(7)
}

/// Week of the year by ISO 8601: week 1 holds the year's first Thursday.
pub fn iso_week(ticks: i64) -> i64 {
    let days = ticks.div_euclid(TICKS_PER_DAY);
    let thursday = days - days.rem_euclid(7) + 3;
    let (year, _, _) = date_from_days(thursday);
    (thursday - days_from_date(year, 1, 1)) / 7 + 1
}

/// The calendar parts of ticks.
pub fn to_civil(ticks: i64) -> Civil {
    let (year, month, day) = date_from_days(ticks.div_euclid(TICKS_PER_DAY));
    let rest = ticks.rem_euclid(TICKS_PER_DAY);
    let seconds = rest / TICKS_PER_SECOND;
    Civil {
        year,
        month,
        day,
        hour: (seconds / 3600) as u32,
        minute: (seconds / 60 % 60) as u32,
        second: (seconds % 60) as u32,
        tick: (rest % TICKS_PER_SECOND) as u32,
    }
}

/// The ticks of calendar parts; `None` when a part is out of its range or the year is not 1..=9999.
pub fn from_civil(civil: &Civil) -> Option<i64> {
    let Civil { year, month, day, hour, minute, second, tick } = *civil;
    let valid = (1..=9999).contains(&year)
        && day >= 1
        && day <= days_in_month(year, month)
        && hour < 24
        && minute < 60
        && second < 60
        && i64::from(tick) < TICKS_PER_SECOND;
    valid.then(|| {
        days_from_date(year, month, day) * TICKS_PER_DAY
            + i64::from(hour) * TICKS_PER_HOUR
            + i64::from(minute) * TICKS_PER_MINUTE
            + i64::from(second) * TICKS_PER_SECOND
            + i64::from(tick)
    })
}

/// The ticks of midnight of a date; `None` when there is no such date.
pub fn from_date(year: i32, month: u32, day: u32) -> Option<i64> {
    from_civil(&Civil { year, month, day, hour: 0, minute: 0, second: 0, tick: 0 })
}

/// Moves by whole months, keeping the time; a day that the month lacks becomes its last. `None` outside years 1..=9999.
pub fn add_months(ticks: i64, months: i64) -> Option<i64> {
    let civil = to_civil(ticks);
    let index = (i64::from(civil.year) * 12 + i64::from(civil.month) - 1).checked_add(months)?;
    let year = i32::try_from(index.div_euclid(12)).ok()?;
    let month = index.rem_euclid(12) as u32 + 1;
    from_civil(&Civil { year, month, day: civil.day.min(days_in_month(year, month)), ..civil })
}

/// Moves by whole years; 29 February becomes the 28th where there is none. `None` outside years 1..=9999.
pub fn add_years(ticks: i64, years: i64) -> Option<i64> {
    add_months(ticks, years.checked_mul(12)?)
}

/// Appends the `tostring` form: `2020-01-02T03:04:05.6000000Z`.
pub fn write(out: &mut String, ticks: i64) {
    let mut text = [0u8; 28];
    let n = fill(&mut text, ticks);
    out.push_str(std::str::from_utf8(&text[..n]).unwrap_or_default());
}

/// The `tostring` form: `2020-01-02T03:04:05.6000000Z`.
pub fn format(ticks: i64) -> String {
    let mut out = String::with_capacity(28);
    write(&mut out, ticks);
    out
}

/// Appends the form of the JSON results: as [`write`], but trailing zeros of the fraction and an empty fraction left
/// out: `2020-01-02T03:04:05.6Z`.
pub fn write_wire(out: &mut String, ticks: i64) {
    write(out, ticks);
    out.pop();
    out.truncate(out.trim_end_matches('0').len().max(out.len() - 7));
    if out.ends_with('.') {
        out.pop();
    }
    out.push('Z');
}

/// Writes the 28 characters of the `tostring` form.
fn fill(text: &mut [u8; 28], ticks: i64) -> usize {
    let c = to_civil(ticks);
    text.copy_from_slice(b"0000-00-00T00:00:00.0000000Z");
    let year = c.year.clamp(0, 9999) as u32;
    text[0..2].copy_from_slice(&two_digits(year / 100));
    text[2..4].copy_from_slice(&two_digits(year % 100));
    text[5..7].copy_from_slice(&two_digits(c.month));
    text[8..10].copy_from_slice(&two_digits(c.day));
    text[11..13].copy_from_slice(&two_digits(c.hour));
    text[14..16].copy_from_slice(&two_digits(c.minute));
    text[17..19].copy_from_slice(&two_digits(c.second));
    write_padded(&mut text[20..27], c.tick);
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn constants_are_the_ends_of_the_calendar() {
        assert_eq!(format(MIN), "0001-01-01T00:00:00.0000000Z");
        assert_eq!(format(MAX), "9999-12-31T23:59:59.9999999Z");
        assert_eq!(format(UNIX_EPOCH), "1970-01-01T00:00:00.0000000Z");
        assert_eq!(from_date(2020, 1, 1), Some(637_134_336_000_000_000));
    }

    #[test]
    fn calendar_arithmetic_keeps_to_the_end_of_months() {
        let at = |text| parse(text).unwrap();
        assert_eq!(add_months(at("2020-03-31"), -1), parse("2020-02-29"));
        assert_eq!(add_months(at("2019-01-31"), 13), parse("2020-02-29"));
        assert_eq!(add_years(at("2020-02-29"), 1), parse("2021-02-28"));
        assert_eq!(add_months(MAX, 1), None);
        assert_eq!(add_months(MIN, i64::MIN), None);
        assert_eq!(day_of_year(at("2020-12-31")), 366);
        assert_eq!(day_of_week(at("1947-11-30 10:00:05")), 0);
        for (day, week) in [("2016-01-01", 53), ("2017-01-01", 52), ("2021-01-03", 53), ("2030-12-31", 1)] {
            assert_eq!(iso_week(at(day)), week, "{day}");
        }
    }

    #[test]
    fn the_wire_form_drops_zeros() {
        let wire = |text| {
            let mut out = "x".to_owned();
            write_wire(&mut out, parse(text).unwrap());
            out
        };
        assert_eq!(wire("2015-12-31T23:59:59.9"), "x2015-12-31T23:59:59.9Z");
        assert_eq!(wire("2017-01-01"), "x2017-01-01T00:00:00Z");
        assert_eq!(wire("2017-01-01T00:00:10.0000001Z"), "x2017-01-01T00:00:10.0000001Z");
    }

    proptest! {
        #[test]
        fn text_and_parts_round_trip(ticks in MIN..=MAX) {
            prop_assert_eq!(from_civil(&to_civil(ticks)), Some(ticks));
            prop_assert_eq!(parse(&format(ticks)), Some(ticks));
            let mut wire = String::new();
            write_wire(&mut wire, ticks);
            prop_assert_eq!(parse(&wire), Some(ticks));
        }

        #[test]
        fn days_agree_with_chrono(days in 0i64..3_652_059) {
            let (y, m, d) = date_from_days(days);
            let date = chrono::NaiveDate::from_ymd_opt(y, m, d).unwrap();
            let first = chrono::NaiveDate::from_ymd_opt(1, 1, 1).unwrap();
            prop_assert_eq!((date - first).num_days(), days);
            prop_assert_eq!(i64::from(chrono::Datelike::iso_week(&date).week()), iso_week(days * TICKS_PER_DAY));
        }

        #[test]
        fn no_text_and_no_number_panics(text in "\\PC{0,40}", ticks: i64, months: i64) {
            let _ = (parse(&text), parse_literal(&text), format(ticks), add_months(ticks, months), iso_week(ticks));
            let mut out = String::new();
            write_wire(&mut out, ticks);
        }

        #[test]
        fn no_datelike_text_panics(text in "[0-9 :/.,TZ+-]{0,30}") {
            let _ = (parse(&text), parse_literal(&text));
        }
    }
}
