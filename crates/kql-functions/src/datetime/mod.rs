//! Functions over datetimes and timespans.

use crate::ScalarFunction;

mod arithmetic;
pub(crate) mod bin;
mod format;
mod make;
mod now;
mod part;
mod period;
mod zone;

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] = &[
    &now::NOW,
    &now::AGO,
    &bin::BIN,
    &bin::BIN_AT,
    &bin::BIN_AUTO,
    &arithmetic::DATETIME_ADD,
    &arithmetic::DATETIME_DIFF,
    &part::DATETIME_PART,
    &part::GETYEAR,
    &part::GETMONTH,
    &part::DAYOFMONTH,
    &part::DAYOFYEAR,
    &part::DAYOFWEEK,
    &part::HOUROFDAY,
    &part::WEEK_OF_YEAR,
    &period::STARTOFDAY,
    &period::STARTOFWEEK,
    &period::STARTOFMONTH,
    &period::STARTOFYEAR,
    &period::ENDOFDAY,
    &period::ENDOFWEEK,
    &period::ENDOFMONTH,
    &period::ENDOFYEAR,
    &make::MAKE_DATETIME,
    &make::MAKE_TIMESPAN,
    &make::UNIXTIME_SECONDS,
    &make::UNIXTIME_MILLISECONDS,
    &make::UNIXTIME_MICROSECONDS,
    &make::UNIXTIME_NANOSECONDS,
    &format::FORMAT_DATETIME,
    &format::FORMAT_TIMESPAN,
    &zone::DATETIME_UTC_TO_LOCAL,
    &zone::DATETIME_LOCAL_TO_UTC,
    &zone::DATETIME_LIST_TIMEZONES,
];
