//! `datetime`: ticks of 100 ns since 0001-01-01T00:00:00Z, their text forms and calendar arithmetic.
//!
//! Every function takes any `i64` without panicking; only [`MIN`]..=[`MAX`] are datetimes of Kusto. Sources:
//! <https://learn.microsoft.com/kusto/query/scalar-data-types/datetime> (ranges, formats).

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
    let z = days + DAYS_FROM_MARCH_OF_YEAR_0;
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

/// Reads a datetime in any form that `todatetime` takes: ISO 8601 (`2022-12-02`, `2022-12-02T13:45:56.1234567Z`,
/// `2022-12-02 13:45:56+02:00`, offsets are applied), `2022/12/02`, month first with the year last (`12-02-2022`,
/// `12/02/2022`, `12.02.2022`), with month names (`2 Dec 2022`, `Dec 2, 2022`, `Fri, 02 Dec 2022 13:45:56 GMT`,
/// `Saturday, 08-Nov-14 15:05:02 GMT`), and digits alone (`20221202`, `2022`). Blanks around and between the parts do not
/// matter. Digits of the fraction after the seventh are dropped. `None` for all other text and for dates that do not exist.
///
/// Source: <https://learn.microsoft.com/kusto/query/scalar-data-types/datetime>, and SEMANTICS §9.1 for what the page
/// leaves out. Years of two digits follow RFC 2822: 00..49 is 2000..2049.
pub fn parse(text: &str) -> Option<i64> {
    iso(text.as_bytes()).or_else(|| Parser::new(text)?.parse())
}

/// Reads what stands between the parentheses of `datetime(…)`: the forms of [`parse`], quoted or not, and two or three
/// numbers parted by commas (`2025, 6`, `2025, 6, 14`). `null` and the empty text (the current time) are the caller's.
pub fn parse_literal(text: &str) -> Option<i64> {
    let text = text.trim();
    let inner = ['\'', '"'].iter().find_map(|q| text.strip_prefix(*q)?.strip_suffix(*q)).unwrap_or(text);
    if let Some(parts) = comma_form(inner) {
        return parts;
    }
    parse(inner)
}

/// `Some` when the text has the comma form, with its date.
fn comma_form(text: &str) -> Option<Option<i64>> {
    let numbers: Vec<u32> = text
        .split(',')
        .map(|p| p.trim())
        .map(|p| digits_only(p).then(|| p.parse().ok()).flatten())
        .collect::<Option<_>>()?;
    let date = |y: u32, m, d| from_date(i32::try_from(y).ok()?, m, d);
    match numbers[..] {
        [year, month] => Some(date(year, month, 1)),
        [year, month, day] => Some(date(year, month, day)),
        _ => None,
    }
}

fn digits_only(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[inline]
fn number(bytes: &[u8]) -> Option<u32> {
    let mut value = 0u32;
    for b in bytes {
        let digit = b.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value.wrapping_mul(10).wrapping_add(u32::from(digit));
    }
    Some(value)
}

/// The common form, without any search: `2022-12-02`, then nothing or `T13:45:56`, a fraction, and nothing, `Z` or an offset.
fn iso(b: &[u8]) -> Option<i64> {
    if b.len() < 10 || b[4] != b'-' || b[7] != b'-' {
        return None;
    }
    let mut civil = Civil {
        year: number(&b[0..4])? as i32,
        month: number(&b[5..7])?,
        day: number(&b[8..10])?,
        hour: 0,
        minute: 0,
        second: 0,
        tick: 0,
    };
    if b.len() == 10 {
        return from_civil(&civil);
    }
    if b.len() < 19 || !matches!(b[10], b'T' | b' ' | b't') || b[13] != b':' || b[16] != b':' {
        return None;
    }
    civil.hour = number(&b[11..13])?;
    civil.minute = number(&b[14..16])?;
    civil.second = number(&b[17..19])?;
    let mut rest = &b[19..];
    if let [b'.', fraction @ ..] = rest {
        let digits = fraction.iter().take_while(|b| b.is_ascii_digit()).count();
        if digits == 0 {
            return None;
        }
        civil.tick = fraction_ticks(&fraction[..digits])?;
        rest = &fraction[digits..];
    }
    let ticks = from_civil(&civil)?;
    match rest {
        [] | [b'Z' | b'z'] => Some(ticks),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] => {
            checked(ticks - offset(*sign == b'-', number(&[*h1, *h2])?, number(&[*m1, *m2])?)?)
        }
        _ => None,
    }
}

/// Ticks of the digits after the point.
fn fraction_ticks(digits: &[u8]) -> Option<u32> {
    let used = &digits[..digits.len().min(7)];
    Some(number(used)? * 10u32.pow(7 - used.len() as u32))
}

fn offset(negative: bool, hours: u32, minutes: u32) -> Option<i64> {
    if hours > 23 || minutes > 59 {
        return None;
    }
    let ticks = i64::from(hours) * TICKS_PER_HOUR + i64::from(minutes) * TICKS_PER_MINUTE;
    Some(if negative { -ticks } else { ticks })
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'a> {
    /// Digits as written.
    Digits(&'a str),
    /// Letters.
    Word(&'a str),
    /// Any other character; blanks are no tokens.
    Mark(u8),
}

/// The longest form has fewer tokens (`Fri, 02 Dec 2022 01:45:56.123 PM +02:00`).
const MAX_TOKENS: usize = 24;

struct Parser<'a> {
    tokens: [Token<'a>; MAX_TOKENS],
    len: usize,
    at: usize,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Option<Self> {
        let mut parser = Parser { tokens: [Token::Mark(0); MAX_TOKENS], len: 0, at: 0 };
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let class = |b: u8| (b.is_ascii_digit(), b.is_ascii_alphabetic());
            let start = at;
            at += 1;
            let token = match bytes[start] {
                b' ' | b'\t' | b'\r' | b'\n' => continue,
                b if b.is_ascii_alphanumeric() => {
                    while at < bytes.len() && class(bytes[at]) == class(b) {
                        at += 1;
                    }
                    let part = text.get(start..at)?;
                    if b.is_ascii_digit() { Token::Digits(part) } else { Token::Word(part) }
                }
                b if b.is_ascii() => Token::Mark(b),
                _ => return None,
            };
            *parser.tokens.get_mut(parser.len)? = token;
            parser.len += 1;
        }
        Some(parser)
    }

    fn peek(&self) -> Option<Token<'a>> {
        self.peek_at(0)
    }

    fn peek_at(&self, ahead: usize) -> Option<Token<'a>> {
        self.tokens[..self.len].get(self.at + ahead).copied()
    }

    fn mark(&mut self, mark: u8) -> bool {
        let found = self.peek() == Some(Token::Mark(mark));
        self.at += usize::from(found);
        found
    }

    fn one_of(&mut self, marks: &[u8]) -> Option<u8> {
        match self.peek() {
            Some(Token::Mark(m)) if marks.contains(&m) => {
                self.at += 1;
                Some(m)
            }
            _ => None,
        }
    }

    fn digits(&mut self) -> Option<&'a str> {
        match self.peek() {
            Some(Token::Digits(d)) => {
                self.at += 1;
                Some(d)
            }
            _ => None,
        }
    }

    /// A number of at most `max` digits.
    fn small(&mut self, max: usize) -> Option<u32> {
        let digits = self.digits()?;
        if digits.len() > max { None } else { number(digits.as_bytes()) }
    }

    fn word(&mut self) -> Option<&'a str> {
        match self.peek() {
            Some(Token::Word(w)) => {
                self.at += 1;
                Some(w)
            }
            _ => None,
        }
    }

    fn parse(mut self) -> Option<i64> {
        if let Some(Token::Word(w)) = self.peek()
            && is_day_name(w)
        {
            self.at += 1;
            self.mark(b',');
        }
        let first = self.at;
        let date = match self.date() {
            Some(date) => date,
            None => return if first == 0 { self.number_alone(first) } else { None },
        };
        let mut civil = Civil { year: date.0, month: date.1, day: date.2, hour: 0, minute: 0, second: 0, tick: 0 };
        let mut shift = 0;
        if self.at < self.len {
            self.time(&mut civil)?;
            shift = self.zone()?;
        }
        if self.at < self.len {
            return None;
        }
        checked(from_civil(&civil)? - shift)
    }

    fn date(&mut self) -> Option<(i32, u32, u32)> {
        if let Some(Token::Word(w)) = self.peek() {
            let month = month_of_name(w)?;
            self.at += 1;
            let day = self.small(2)?;
            self.mark(b',');
            let year = self.year()?;
            return Some((year, month, day));
        }
        let first = self.digits()?;
        let separator = self.one_of(b"-/.");
        if let Some(Token::Word(w)) = self.peek()
            && let Some(month) = month_of_name(w)
        {
            self.at += 1;
            if let Some(mark) = separator
                && !self.mark(mark)
            {
                return None;
            }
            if first.len() == 4 {
                return Some((first.parse().ok()?, month, self.small(2)?));
            }
            self.mark(b',');
            let day = if first.len() <= 2 { number(first.as_bytes())? } else { return None };
            return Some((self.year()?, month, day));
        }
        let Some(separator) = separator else {
            return compact_date(first);
        };
        let second = self.small(2)?;
        if !self.mark(separator) {
            // A year and a month.
            return if first.len() == 4 && separator != b'.' { Some((first.parse().ok()?, second, 1)) } else { None };
        }
        let third = self.digits()?;
        match (first.len(), third.len()) {
            (4, 1 | 2) => Some((first.parse().ok()?, second, third.parse().ok()?)),
            (1 | 2, 4) => Some((third.parse().ok()?, first.parse().ok()?, second)),
            _ => None,
        }
    }

    /// A year of four digits, or of two as in RFC 822.
    fn year(&mut self) -> Option<i32> {
        let digits = self.digits()?;
        let year: i32 = digits.parse().ok()?;
        match digits.len() {
            4 => Some(year),
            2 if year < 50 => Some(2000 + year),
            2 => Some(1900 + year),
            _ => None,
        }
    }

    /// Digits that are no date: `datetime(1)` is one second after 1970-01-01. Measured for one digit only; longer numbers
    /// than three digits are refused, as nobody knows where seconds end and years begin.
    fn number_alone(&mut self, first: usize) -> Option<i64> {
        self.at = first;
        let seconds = self.small(3)?;
        if self.at < self.len { None } else { Some(UNIX_EPOCH + i64::from(seconds) * TICKS_PER_SECOND) }
    }

    fn time(&mut self, civil: &mut Civil) -> Option<()> {
        if let Some(Token::Word("T" | "t")) = self.peek() {
            self.at += 1;
        } else {
            self.mark(b',');
        }
        civil.hour = self.small(2)?;
        if !self.mark(b':') {
            return None;
        }
        civil.minute = self.small(2)?;
        if self.mark(b':') {
            civil.second = self.small(2)?;
            if self.mark(b'.') {
                civil.tick = fraction_ticks(self.digits()?.as_bytes())?;
            }
        }
        if let Some(Token::Word(w)) = self.peek()
            && (w.eq_ignore_ascii_case("am") || w.eq_ignore_ascii_case("pm"))
        {
            self.at += 1;
            if !(1..=12).contains(&civil.hour) {
                return None;
            }
            civil.hour = civil.hour % 12 + if w.eq_ignore_ascii_case("pm") { 12 } else { 0 };
        }
        Some(())
    }

    /// Ticks to take away to get UTC.
    fn zone(&mut self) -> Option<i64> {
        if let Some(word) = self.word()
            && !["z", "gmt", "utc"].iter().any(|z| word.eq_ignore_ascii_case(z))
        {
            return None;
        }
        let Some(sign) = self.one_of(b"+-") else { return Some(0) };
        let digits = self.digits()?;
        let (hours, minutes) = match digits.len() {
            4 => (number(&digits.as_bytes()[..2])?, number(&digits.as_bytes()[2..])?),
            1 | 2 if self.mark(b':') => (number(digits.as_bytes())?, self.small(2)?),
            1 | 2 => (number(digits.as_bytes())?, 0),
            _ => return None,
        };
        offset(sign == b'-', hours, minutes)
    }
}

/// `20221202` or `2022`.
fn compact_date(digits: &str) -> Option<(i32, u32, u32)> {
    let bytes = digits.as_bytes();
    match bytes.len() {
        4 => Some((digits.parse().ok()?, 1, 1)),
        8 => Some((number(&bytes[..4])? as i32, number(&bytes[4..6])?, number(&bytes[6..])?)),
        _ => None,
    }
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

/// Whether a word is a name or its first three letters.
fn is_name(word: &str, name: &str) -> bool {
    word.eq_ignore_ascii_case(name) || (word.len() == 3 && word.eq_ignore_ascii_case(&name[..3]))
}

fn month_of_name(word: &str) -> Option<u32> {
    MONTHS.iter().position(|name| is_name(word, name)).map(|i| i as u32 + 1)
}

fn is_day_name(word: &str) -> bool {
    DAYS.iter().any(|name| is_name(word, name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reads(text: &str) -> String {
        parse(text).map(format).unwrap_or_default()
    }

    #[test]
    fn constants_are_the_ends_of_the_calendar() {
        assert_eq!(format(MIN), "0001-01-01T00:00:00.0000000Z");
        assert_eq!(format(MAX), "9999-12-31T23:59:59.9999999Z");
        assert_eq!(format(UNIX_EPOCH), "1970-01-01T00:00:00.0000000Z");
        assert_eq!(from_date(2020, 1, 1), Some(637_134_336_000_000_000));
    }

    #[test]
    fn reads_every_measured_form() {
        for (text, answer) in [
            ("2022-12-02", "2022-12-02T00:00:00.0000000Z"),
            (" 2022-12-02 ", "2022-12-02T00:00:00.0000000Z"),
            ("2022-12-02 13:45:56", "2022-12-02T13:45:56.0000000Z"),
            ("2022-12-02T13:45:56Z", "2022-12-02T13:45:56.0000000Z"),
            ("2022-12-02T13:45Z", "2022-12-02T13:45:00.0000000Z"),
            ("2022-12-02T13:45:56.1234567Z", "2022-12-02T13:45:56.1234567Z"),
            ("2022-12-02T13:45:56.123456789Z", "2022-12-02T13:45:56.1234567Z"),
            ("2022-12-02 13:45:56+02:00", "2022-12-02T11:45:56.0000000Z"),
            ("2022-12-02 13:45:56 +0200", "2022-12-02T11:45:56.0000000Z"),
            ("2022-12-02T13:45:56.5-02:30", "2022-12-02T16:15:56.5000000Z"),
            ("2022/12/02", "2022-12-02T00:00:00.0000000Z"),
            ("12-02-2022", "2022-12-02T00:00:00.0000000Z"),
            ("12/02/2022", "2022-12-02T00:00:00.0000000Z"),
            ("12.02.2022", "2022-12-02T00:00:00.0000000Z"),
            ("2/3/2022", "2022-02-03T00:00:00.0000000Z"),
            ("2 Dec 2022", "2022-12-02T00:00:00.0000000Z"),
            ("Dec 2, 2022", "2022-12-02T00:00:00.0000000Z"),
            ("December 2, 2022", "2022-12-02T00:00:00.0000000Z"),
            ("Fri, 02 Dec 2022 13:45:56 GMT", "2022-12-02T13:45:56.0000000Z"),
            ("20221202", "2022-12-02T00:00:00.0000000Z"),
            ("12-02-2022 13:45:56", "2022-12-02T13:45:56.0000000Z"),
            ("12/02/2022 1:45:56 PM", "2022-12-02T13:45:56.0000000Z"),
            ("8 Nov 14 15:05 GMT", "2014-11-08T15:05:00.0000000Z"),
            ("Sat, 8 Nov 14 15:05:02", "2014-11-08T15:05:02.0000000Z"),
            ("Saturday, 08-Nov-14 15:05:02 GMT", "2014-11-08T15:05:02.0000000Z"),
            ("2014-11-08 15:05:25 GMT", "2014-11-08T15:05:25.0000000Z"),
            ("2022-12", "2022-12-01T00:00:00.0000000Z"),
        ] {
            assert_eq!(reads(text), answer, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_datetime() {
        for text in [
            "",
            "junk",
            "13-01-2022",
            "2022-13-01",
            "2022-02-29",
            "2022-12-02T24:00:00",
            "2022-12-02T13:45:61",
            "2022-12-02 x",
            "2022-12-02T",
            "0000-01-01",
            "0001-01-01T00:00:00+02:00",
            "Dec",
            "2022-12-02T13:45:56.Z",
            "12/02/22",
            "2022-12-02 13:45 PM",
            "日本",
            "1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn literals_take_blanks_quotes_commas_and_numbers() {
        for (text, answer) in [
            ("2017 - 08 - 01", "2017-08-01T00:00:00.0000000Z"),
            ("'12-02-2022'", "2022-12-02T00:00:00.0000000Z"),
            ("2025, 6", "2025-06-01T00:00:00.0000000Z"),
            ("2025, 6, 14", "2025-06-14T00:00:00.0000000Z"),
            ("2025", "2025-01-01T00:00:00.0000000Z"),
            ("20250614", "2025-06-14T00:00:00.0000000Z"),
            ("1", "1970-01-01T00:00:01.0000000Z"),
            ("2015-12-31 23:59:59.9", "2015-12-31T23:59:59.9000000Z"),
        ] {
            assert_eq!(parse_literal(text).map(format).unwrap_or_default(), answer, "{text}");
        }
        assert_eq!(parse_literal("2025, 6, 14, 1"), None);
        assert_eq!(parse_literal("2025, 13"), None);
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
