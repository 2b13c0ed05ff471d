//! Dates as portals write them in the user's locale.
//!
//! `11/21/2026, 5:03:21 PM` and `21/11/2026, 17:03:21` look alike. Which number is the day is decided for a whole column: one
//! value with a number above 12 tells it for all. Nothing is decided by a single value, which would read one column in two
//! ways.

use super::Rows;
use csv::ByteRecord;
use std::borrow::Cow;
use std::io;

/// The order of day and month in a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DateOrder {
    /// `11/21/2026`, or the dates are no numbers.
    MonthFirst,
    /// `21/11/2026`.
    DayFirst,
    /// No value tells; read month first, as Kusto does.
    Unknown,
}

/// The order of each column that holds dates.
#[derive(Debug)]
pub(super) struct DateOrders(Vec<(usize, DateOrder)>);

impl DateOrders {
    /// Finds the orders. The file is read through only when the first row has a date in numbers.
    pub(super) fn find<'a>(
        columns: &[usize],
        first: &ByteRecord,
        reopen: impl FnOnce() -> io::Result<Rows<'a>>,
    ) -> io::Result<Self> {
        let cell =
            |row: &ByteRecord, at: usize| row.get(at).map(String::from_utf8_lossy).unwrap_or_default().into_owned();
        let numeric = columns.iter().copied().filter(|at| numbers(&cell(first, *at)).is_some());
        let mut open: Vec<usize> = numeric.collect();
        let mut orders: Vec<_> = columns.iter().map(|at| (*at, DateOrder::MonthFirst)).collect();
        if open.is_empty() {
            return Ok(DateOrders(orders));
        }
        let mut rows = reopen()?;
        let mut row = ByteRecord::new();
        while !open.is_empty() && rows.next(&mut row)? {
            open.retain(|at| {
                let order = match numbers(&cell(&row, *at)) {
                    Some((13.., _)) => DateOrder::DayFirst,
                    Some((_, 13..)) => DateOrder::MonthFirst,
                    _ => return true,
                };
                orders.iter_mut().filter(|(column, _)| column == at).for_each(|o| o.1 = order);
                false
            });
        }
        orders.iter_mut().filter(|(column, _)| open.contains(column)).for_each(|o| o.1 = DateOrder::Unknown);
        Ok(DateOrders(orders))
    }

    /// The order of a column; `None` when it holds no dates.
    pub(super) fn of(&self, column: usize) -> Option<DateOrder> {
        self.0.iter().find(|(at, _)| *at == column).map(|(_, order)| *order)
    }

    /// The columns and their orders.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, DateOrder)> {
        self.0.iter().copied()
    }
}

/// The first two numbers of a date like `21/11/2026`.
fn numbers(text: &str) -> Option<(u32, u32)> {
    let mut parts = text.trim().splitn(3, ['/', '.', '-']);
    let (first, second, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |part: &str| if (1..=2).contains(&part.len()) { part.parse().ok() } else { None };
    let year = rest.bytes().take_while(u8::is_ascii_digit).count();
    if year == 4 { Some((number(first)?, number(second)?)) } else { None }
}

/// A cell in a form that `todatetime` reads.
pub(super) fn normal(text: &str, order: DateOrder) -> Cow<'_, str> {
    let numeric = numbers(text).is_some();
    let odd = |c: char| c == '\u{202f}' || c == '\u{a0}';
    if !text.contains(odd) && (order != DateOrder::DayFirst || !numeric) {
        return Cow::Borrowed(text);
    }
    let mut normal = text.replace(odd, " ");
    if order == DateOrder::DayFirst && numeric {
        let trimmed = normal.trim();
        if let Some((day, rest)) = trimmed.split_once(['/', '.', '-'])
            && let Some((month, rest)) = rest.split_once(['/', '.', '-'])
        {
            normal = format!("{month}/{day}/{rest}");
        }
    }
    Cow::Owned(normal)
}

#[cfg(test)]
mod tests {
    use super::*;
    use kql_types::datetime;

    #[test]
    fn forms_seen_in_exports() {
        let read = |text: &str, order| datetime::parse(&normal(text, order)).map(datetime::format);
        let expected = |text: &str| Some(text.to_owned());
        assert_eq!(
            read("13/03/2024, 3:40:13.988\u{202f}pm", DateOrder::DayFirst),
            expected("2024-03-13T15:40:13.9880000Z")
        );
        assert_eq!(read("21/11/2026 17:03:21.123", DateOrder::DayFirst), expected("2026-11-21T17:03:21.1230000Z"));
        assert_eq!(read("21.11.2026 17:03", DateOrder::DayFirst), expected("2026-11-21T17:03:00.0000000Z"));
        assert_eq!(read("2026-02-08 09:12:34Z", DateOrder::DayFirst), expected("2026-02-08T09:12:34.0000000Z"));
        assert_eq!(
            read("May 7, 2024 6:41:25.321\u{202f}PM", DateOrder::MonthFirst),
            expected("2024-05-07T18:41:25.3210000Z")
        );
        assert_eq!(numbers("2026-02-08"), None);
        assert_eq!(numbers("1/2/26"), None);
        assert_eq!(numbers(""), None);
    }
}
