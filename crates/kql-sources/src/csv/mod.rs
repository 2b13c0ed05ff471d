//! Delimited text with a heading.
//!
//! Portal exports differ from plain CSV: a byte order mark, PowerShell's `#TYPE` line, headings with a time zone
//! (`TimeGenerated [UTC]`), dates of the user's locale ([`dates`]), `0`/`1` and `True`/`False` for booleans.

mod dates;

use crate::json::{Entry, Raw};
use crate::limits::MAX_RECORD;
use crate::records::{FileContext, Shredded, Shredder, is_table_name, report_bad_value};
use crate::report::{DecidedBy, excerpt};
use csv::{ByteRecord, ReaderBuilder};
use dates::{DateOrder, DateOrders};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rows of a chunk.
const CHUNK: usize = 1 << 16;

/// Opens the file again, from its start.
pub(crate) type Open<'a> = dyn FnMut() -> io::Result<Box<dyn Read + 'a>> + 'a;

/// Reads a file. `emit` takes each chunk.
pub(crate) fn read<'a>(
    open: &mut Open<'a>,
    delimiter: u8,
    file: &FileContext,
    shredder: &mut Shredder,
    emit: &mut dyn FnMut(Shredded) -> io::Result<()>,
) -> io::Result<()> {
    let mut rows = Rows::new(open()?, delimiter);
    let mut row = ByteRecord::new();
    if !rows.next(&mut row)? {
        return Ok(());
    }
    let headings = Headings::of(&row, file, shredder);
    let mut orders: Option<DateOrders> = None;
    let mut tables: HashMap<usize, Vec<Option<usize>>> = HashMap::new();
    let mut in_chunk = 0;
    while rows.next(&mut row)? {
        if row.len() == 1 && row.get(0).is_some_and(<[u8]>::is_empty) {
            continue;
        }
        let (index, by) = headings.table(&row, file, shredder);
        let columns = tables.entry(index).or_insert_with(|| {
            let table = shredder.table_mut(index);
            headings.names.iter().map(|name| name.as_deref().map(|n| table.column_of_heading(n))).collect()
        });
        let orders = match &mut orders {
            Some(orders) => orders,
            None => {
                let is_date = |i: &usize| columns[*i].is_some_and(|c| shredder.table_mut(index).is_datetime(c));
                let dates: Vec<usize> = (0..columns.len()).filter(is_date).collect();
                orders.insert(DateOrders::find(&dates, &row, || Ok(Rows::new(open()?, delimiter)))?)
            }
        };
        append(file, shredder, (index, by), columns, orders, &row);
        in_chunk += 1;
        if in_chunk == CHUNK {
            in_chunk = 0;
            emit(shredder.finish())?;
        }
    }
    for (column, order) in orders.iter().flat_map(DateOrders::iter) {
        if order == DateOrder::Unknown {
            let name = headings.names[column].as_deref().unwrap_or_default();
            shredder.problem("dates", file, 0, || {
                format!("the dates of {name} can be read day first or month first; they are read month first")
            });
        }
    }
    emit(shredder.finish())
}

fn append(
    file: &FileContext,
    shredder: &mut Shredder,
    (index, by): (usize, DecidedBy),
    columns: &[Option<usize>],
    orders: &DateOrders,
    row: &ByteRecord,
) {
    let line = row.position().map_or(0, csv::Position::line);
    if row.len() != columns.len() {
        shredder.problem("width", file, line, || {
            format!("the row has {} values under {} headings", row.len(), columns.len())
        });
    }
    shredder.count(index, by);
    let (table, problems) = shredder.table_and_problems(index);
    let name = Arc::clone(table.name());
    for (at, cell) in row.iter().enumerate() {
        let cell = String::from_utf8_lossy(cell);
        let column = match columns.get(at) {
            Some(Some(column)) => *column,
            Some(None) => continue,
            None => table.column_of_heading(&format!("Column{}", at + 1)),
        };
        let text = match orders.of(at) {
            Some(order) => dates::normal(&cell, order),
            None => Cow::Borrowed(&*cell),
        };
        table.append_cell(column, &text, |bad| {
            report_bad_value(problems, file, line, &name, &bad, Raw::String { text: &cell, escaped: false });
        });
    }
    table.end_row();
}

/// The heading of a file.
struct Headings {
    /// The columns' names; `None` for a name that came before.
    names: Vec<Option<String>>,
    /// The column `Type` of Log Analytics, which names the table of each row.
    type_column: Option<usize>,
    /// The known table whose columns these are, if it is one only.
    fits: Option<Arc<str>>,
}

impl Headings {
    fn of(row: &ByteRecord, file: &FileContext, shredder: &mut Shredder) -> Self {
        let mut names: Vec<Option<String>> = Vec::new();
        for (at, heading) in row.iter().enumerate() {
            let heading = String::from_utf8_lossy(heading);
            let (name, zone) = without_zone(heading.trim());
            if let Some(zone) = zone.filter(|zone| *zone != "UTC") {
                shredder.problem("zone", file, 1, || {
                    format!("{name} is in the time zone '{}'; its times are read as UTC", excerpt(zone))
                });
            }
            let name = if name.is_empty() { format!("Column{}", at + 1) } else { name.to_owned() };
            if names.iter().flatten().any(|n| *n == name) {
                shredder.problem("heading", file, 1, || format!("two columns are called {name}; the first is kept"));
                names.push(None);
            } else {
                names.push(Some(name));
            }
        }
        let has = |name: &str| names.iter().position(|n| n.as_deref() == Some(name));
        let type_column = has("TimeGenerated").and_then(|_| has("Type"));
        let entries: Vec<_> =
            (names.iter().flatten()).map(|name| Entry { key: name, escaped: false, value: Raw::Bool(true) }).collect();
        let fits = shredder.fitting_table(&entries);
        Headings { names, type_column, fits }
    }

    fn table(&self, row: &ByteRecord, file: &FileContext, shredder: &mut Shredder) -> (usize, DecidedBy) {
        if let Some(given) = &file.given {
            return (shredder.table(given), DecidedBy::Given);
        }
        let ty = self.type_column.and_then(|at| std::str::from_utf8(row.get(at)?).ok());
        if let Some(ty) = ty.filter(|ty| is_table_name(ty)) {
            return (shredder.table(ty), DecidedBy::Type);
        }
        if let Some(named) = &file.named {
            return (shredder.table(named), DecidedBy::FileName);
        }
        match &self.fits {
            Some(table) => (shredder.table(table), DecidedBy::Columns),
            None => (shredder.table(&file.fallback), DecidedBy::FileName),
        }
    }
}

/// The name and the time zone of `TimeGenerated [UTC]`.
fn without_zone(heading: &str) -> (&str, Option<&str>) {
    let zoned = heading.strip_suffix(']').and_then(|h| h.rsplit_once(" ["));
    zoned.map_or((heading, None), |(name, zone)| (name, Some(zone)))
}

/// The rows of a file, with its heading, without what stands before it.
struct Rows<'a> {
    reader: csv::Reader<Limited<'a>>,
    since_row: Arc<AtomicUsize>,
    first: bool,
}

impl<'a> Rows<'a> {
    fn new(reader: Box<dyn Read + 'a>, delimiter: u8) -> Self {
        let since_row = Arc::new(AtomicUsize::new(0));
        let limited = Limited { inner: reader, since_row: Arc::clone(&since_row) };
        let reader = ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(1 << 16)
            .from_reader(limited);
        Rows { reader, since_row, first: true }
    }

    /// The next row; false at the end.
    fn next(&mut self, row: &mut ByteRecord) -> io::Result<bool> {
        loop {
            if !self.reader.read_byte_record(row).map_err(io::Error::other)? {
                return Ok(false);
            }
            self.since_row.store(0, Ordering::Relaxed);
            // PowerShell 5 writes the type of the objects above the heading.
            if std::mem::take(&mut self.first) && row.get(0).is_some_and(|cell| cell.starts_with(b"#TYPE")) {
                self.first = true;
                continue;
            }
            return Ok(true);
        }
    }
}

/// Fails when a row does not end: a quote that is never closed would take the rest of the file.
struct Limited<'a> {
    inner: Box<dyn Read + 'a>,
    since_row: Arc<AtomicUsize>,
}

impl Read for Limited<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        if self.since_row.fetch_add(count, Ordering::Relaxed) > MAX_RECORD {
            return Err(io::Error::other(format!(
                "a row of more than {} MB: is a quote not closed?",
                MAX_RECORD >> 20
            )));
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{context, table_texts};
    use kql_catalog::Profile;

    fn shred(text: &str, profile: Profile, file: &FileContext) -> Shredded {
        let mut shredder = Shredder::new(profile);
        let mut all = Shredded::default();
        let mut open = || -> io::Result<Box<dyn Read>> { Ok(Box::new(io::Cursor::new(text.to_owned()))) };
        read(&mut open, b',', file, &mut shredder, &mut |shredded| {
            all = shredded;
            Ok(())
        })
        .expect("csv");
        all
    }

    fn texts(text: &str, file: &FileContext) -> (Vec<String>, Vec<String>) {
        let shredded = shred(text, Profile::Defender, file);
        let problems = shredded.problems.list.iter().map(|(_, p)| format!("{}: {}", p.line, p.message)).collect();
        (table_texts(&shredded.chunks), problems)
    }

    #[test]
    fn a_portal_export_of_a_known_table() {
        let text = "\"Timestamp [UTC]\",\"DeviceName\",\"ProcessId\",\"AdditionalFields\",\"Mine\"\r\n\
            \"Nov 21, 2026 5:03:21 PM\",\"ws-01, lab\",\"12\",\"{\"\"a\"\":1}\",x\r\n\
            2026-11-21T17:03:21.1234567Z,\"two\nlines\",,,\r\n";
        let (rows, problems) = texts(text, &context("DeviceProcessEvents.csv"));
        assert_eq!(
            rows,
            [
                "DeviceProcessEvents: Timestamp=2026-11-21T17:03:21.0000000Z DeviceName=ws-01, lab ProcessId=12 AdditionalFields={\"a\":1} Mine=x",
                "DeviceProcessEvents: Timestamp=2026-11-21T17:03:21.1234567Z DeviceName=two\nlines ProcessId=null AdditionalFields= Mine=",
            ]
        );
        assert!(problems.is_empty(), "{problems:?}");
    }

    #[test]
    fn the_order_of_dates_is_decided_for_the_column() {
        let rows = |dates: [&str; 2]| {
            let text = format!("Timestamp,DeviceId\n\"{}\",a\n\"{}\",b\n", dates[0], dates[1]);
            texts(&text, &context("DeviceInfo.csv"))
        };
        let (day_first, problems) = rows(["02/11/2026, 3:40:13.988\u{202f}pm", "21/11/2026, 17:03:21"]);
        assert!(day_first[0].contains("Timestamp=2026-11-02T15:40:13.9880000Z"), "{day_first:?}");
        assert!(day_first[1].contains("Timestamp=2026-11-21T17:03:21.0000000Z"), "{day_first:?}");
        assert!(problems.is_empty());
        let (month_first, problems) = rows(["02/11/2026 11:00:12", "2/21/2026 11:00:12"]);
        assert!(month_first[0].contains("Timestamp=2026-02-11T11:00:12"), "{month_first:?}");
        assert!(problems.is_empty());
        let (unknown, problems) = rows(["02/11/2026", "03/11/2026"]);
        assert!(unknown[0].contains("Timestamp=2026-02-11"), "{unknown:?}");
        assert_eq!(problems.len(), 1);
        assert_eq!(rows(["13/11/2026", "11/13/2026"]).1.len(), 1, "one of the two is no date");
    }

    #[test]
    fn rows_that_do_not_fit_the_heading_are_kept_and_reported() {
        let (rows, problems) = texts("#TYPE X\na,b,a,\n1,2,3,4,5\n6\n\n7,8,9,10\n", &context("x.csv"));
        assert_eq!(
            rows,
            [
                "x: a=1 b=2 Column4=4 Column5=5",
                "x: a=6 b=null Column4=null Column5=null",
                "x: a=7 b=8 Column4=10 Column5=null"
            ]
        );
        assert_eq!(problems.len(), 3, "{problems:?}");
        assert!(problems[1].starts_with("3: the row has 5 values under 4"), "{problems:?}");
    }

    #[test]
    fn type_names_the_table_of_a_row() {
        let (rows, _) =
            texts("TimeGenerated [UTC],Type,x\n2026-11-21,Heartbeat,1\n2026-11-22,Mine_CL,2\n", &context("x.csv"));
        assert_eq!(rows.len(), 2);
        assert!(rows[0].starts_with("Heartbeat: ") && rows[1].starts_with("Mine_CL: "), "{rows:?}");
    }

    #[test]
    fn values_that_do_not_fit_are_null_and_reported() {
        let (rows, problems) = texts("Timestamp,ProcessId\nsoon,many\n", &context("DeviceEvents.csv"));
        assert_eq!(rows, ["DeviceEvents: Timestamp=null ProcessId=null"]);
        assert_eq!(problems.len(), 2);
        assert_eq!(problems[0], "2: DeviceEvents: the value of Timestamp is no datetime, null instead: soon");
    }
}
