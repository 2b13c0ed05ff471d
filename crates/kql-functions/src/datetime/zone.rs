//! `datetime_utc_to_local`, `datetime_local_to_utc`, `datetime_list_timezones`: time zones of the IANA database.

use crate::ScalarFunction;
use crate::kernel::{Rows, dynamic_map, long_map, longs, texts};
use arrow::array::StringViewArray;
use chrono::{DateTime, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{TZ_VARIANTS, Tz};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::datetime::{TICKS_PER_SECOND, UNIX_EPOCH, checked};
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec, example};

/// The clock of a datetime, to the second.
fn clock(ticks: i64) -> Option<NaiveDateTime> {
    let seconds = ticks.checked_sub(UNIX_EPOCH)?.div_euclid(TICKS_PER_SECOND);
    DateTime::from_timestamp(seconds, 0).map(|d| d.naive_utc())
}

/// Ticks that the zone is ahead of UTC at an instant.
fn offset_at_utc(zone: Tz, ticks: i64) -> Option<i64> {
    let offset = zone.offset_from_utc_datetime(&clock(ticks)?);
    Some(i64::from(offset.fix().local_minus_utc()) * TICKS_PER_SECOND)
}

/// Ticks that the zone is ahead of UTC when its clocks show a time. A time that clocks skip counts by the offset after the
/// change (measured), one that they show twice by the offset before it.
fn offset_at_local(zone: Tz, ticks: i64) -> Option<i64> {
    let local = clock(ticks)?;
    if let Some(offset) = zone.offset_from_local_datetime(&local).earliest() {
        return Some(i64::from(offset.fix().local_minus_utc()) * TICKS_PER_SECOND);
    }
    // No zone is further than a day from UTC: a day later the change is over.
    offset_at_utc(zone, ticks.checked_add(TICKS_PER_SECOND * 86_400)?)
}

/// Names of zones, read once where they repeat.
struct Zones {
    names: Rows<StringViewArray>,
    last: Option<(String, Option<Tz>)>,
}

impl Zones {
    fn new(arg: &ColumnarValue) -> Result<Self> {
        Ok(Zones { names: texts(arg)?, last: None })
    }

    /// The zone of a row; `None` when there is no zone of this name.
    fn get(&mut self, row: usize) -> Option<Tz> {
        let name = self.names.get(row)?;
        match &self.last {
            Some((last, zone)) if last == name => *zone,
            _ => {
                let zone = name.trim().parse().ok();
                self.last = Some((name.to_owned(), zone));
                zone
            }
        }
    }
}

pub(crate) static DATETIME_UTC_TO_LOCAL: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "datetime_utc_to_local",
        FunctionKind::Scalar,
        &["(from:datetime, timezone:string) -> datetime"],
        "What clocks of a time zone show at an instant. Null for an unknown zone. \
         <https://learn.microsoft.com/kusto/query/datetime-utc-to-local-function>",
    )
    .examples(&[example(
        "datetime_utc_to_local(datetime(2020-02-03 04:02:20), 'US/Pacific')",
        "\"2020-02-02T20:02:20Z\"",
    )]),
    kernel: |_, args| {
        let (dates, mut zones) = (longs(&args[0])?, Zones::new(&args[1])?);
        long_map(args, |row| {
            let ticks = dates.get(row)?;
            checked(ticks.checked_add(offset_at_utc(zones.get(row)?, ticks)?)?)
        })
    },
};

pub(crate) static DATETIME_LOCAL_TO_UTC: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "datetime_local_to_utc",
        FunctionKind::Scalar,
        &["(from:datetime, timezone:string) -> datetime"],
        "The instant at which clocks of a time zone show a time. Null for an unknown zone. \
         <https://learn.microsoft.com/kusto/query/datetime-local-to-utc-function>",
    )
    .examples(&[
        example("datetime_local_to_utc(datetime(2020-02-02 20:02:20), 'US/Pacific')", "\"2020-02-03T04:02:20Z\""),
        example("datetime_local_to_utc(datetime(2020-02-02 20:02:20), 'Europe/Paris')", "\"2020-02-02T19:02:20Z\""),
    ]),
    kernel: |_, args| {
        let (dates, mut zones) = (longs(&args[0])?, Zones::new(&args[1])?);
        long_map(args, |row| {
            let ticks = dates.get(row)?;
            checked(ticks.checked_sub(offset_at_local(zones.get(row)?, ticks)?)?)
        })
    },
};

pub(crate) static DATETIME_LIST_TIMEZONES: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "datetime_list_timezones",
        FunctionKind::Scalar,
        &["() -> dynamic"],
        "The names of all time zones, sorted. <https://learn.microsoft.com/kusto/query/datetime-list-timezones-function>",
    ),
    kernel: |_, args| {
        let mut names: Vec<_> = TZ_VARIANTS.iter().map(|zone| zone.name()).collect();
        names.sort_unstable();
        dynamic_map(args, |_, out| {
            for (i, name) in names.iter().enumerate() {
                out.push(if i == 0 { '[' } else { ',' });
                dynamic::write_quoted(out, name);
            }
            out.push(']');
            true
        })
    },
};

#[cfg(test)]
mod tests {
    use crate::expressions::{check, run};

    #[test]
    fn gaps_count_by_the_offset_after_them() {
        check(&[
            ("datetime_local_to_utc(datetime(2022-03-27 01:00), 'Europe/Brussels')", "\"2022-03-27T00:00:00Z\""),
            ("datetime_local_to_utc(datetime(2022-03-27 02:00), 'Europe/Brussels')", "\"2022-03-27T00:00:00Z\""),
            ("datetime_local_to_utc(datetime(2022-03-27 03:00), 'Europe/Brussels')", "\"2022-03-27T01:00:00Z\""),
            ("datetime_utc_to_local(datetime(2022-03-27 00:00), 'Europe/Brussels')", "\"2022-03-27T01:00:00Z\""),
            ("datetime_utc_to_local(datetime(2022-03-27 01:00:00.5), 'Europe/Brussels')", "\"2022-03-27T03:00:00.5Z\""),
            ("datetime_utc_to_local(datetime(2022-03-27), 'Middle/Earth')", "null"),
            ("datetime_utc_to_local(datetime(0001-01-01), 'US/Pacific')", "null"),
            ("datetime_local_to_utc(datetime(9999-12-31 23:59:59), 'US/Pacific')", "null"),
            ("datetime_local_to_utc(datetime(null), 'US/Pacific')", "null"),
        ]);
    }

    #[test]
    fn zones_are_listed_in_order() {
        let text = run("datetime_list_timezones()").unwrap();
        assert!(text.starts_with("[\"Africa/Abidjan\","));
        // As many as the engine lists.
        assert_eq!(text.matches(',').count() + 1, 597);
    }
}
