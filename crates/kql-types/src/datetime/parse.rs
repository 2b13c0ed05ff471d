//! Datetimes in text.

use super::{Civil, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND, UNIX_EPOCH, checked, from_civil, from_date};

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
    use super::{parse, parse_literal};
    use crate::datetime::format;

    fn reads(text: &str) -> String {
        parse(text).map(format).unwrap_or_default()
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
}
