//! One record as a line of JSON.

use kql_types::{datetime, dynamic};

/// Tenant of all records.
pub(crate) const TENANT: &str = "7b1f4d5e-0c1a-4f6e-9a55-3d2c1b0a9f8e";

/// A record being written: keys in the order of the calls. Empty texts are not written, as in the streaming API's rows
/// for events that have no such property.
#[derive(Debug)]
pub struct Record {
    /// The table.
    pub table: &'static str,
    /// When, in ticks.
    pub time: i64,
    line: String,
    streamed: bool,
}

impl Record {
    /// A record of an advanced hunting table, as streamed to storage.
    pub fn streamed(table: &'static str, time: i64) -> Record {
        let mut line = String::with_capacity(1024);
        line.push_str("{\"time\":\"");
        // The service receives an event some seconds after it happened.
        datetime::write(&mut line, time + 47 * datetime::TICKS_PER_SECOND);
        line.push_str("\",\"tenantId\":\"");
        line.push_str(TENANT);
        line.push_str("\",\"operationName\":\"Publish\",\"category\":\"AdvancedHunting-");
        line.push_str(table);
        line.push_str("\",\"properties\":{\"Timestamp\":\"");
        datetime::write(&mut line, time);
        line.push('"');
        Record { table, time, line, streamed: true }
    }

    /// A record of a Log Analytics table, as exported from a workspace.
    pub fn exported(table: &'static str, time: i64) -> Record {
        let mut line = String::with_capacity(1024);
        line.push_str("{\"TenantId\":\"");
        line.push_str(TENANT);
        line.push_str("\",\"TimeGenerated\":\"");
        datetime::write(&mut line, time);
        line.push('"');
        Record { table, time, line, streamed: false }
    }

    fn key(&mut self, key: &str) {
        self.line.push_str(",\"");
        self.line.push_str(key);
        self.line.push_str("\":");
    }

    /// A text property; nothing when it is empty.
    #[must_use]
    pub fn text(mut self, key: &str, value: &str) -> Self {
        if !value.is_empty() {
            self.key(key);
            dynamic::write_quoted(&mut self.line, value);
        }
        self
    }

    /// A number.
    #[must_use]
    pub fn long(mut self, key: &str, value: i64) -> Self {
        self.key(key);
        dynamic::write_long(&mut self.line, value);
        self
    }

    /// A bool.
    #[must_use]
    pub fn flag(mut self, key: &str, value: bool) -> Self {
        self.key(key);
        self.line.push_str(if value { "true" } else { "false" });
        self
    }

    /// A datetime.
    #[must_use]
    pub fn time(mut self, key: &str, ticks: i64) -> Self {
        self.key(key);
        self.line.push('"');
        datetime::write(&mut self.line, ticks);
        self.line.push('"');
        self
    }

    /// JSON text as it is: an array or a bag.
    #[must_use]
    pub fn json(mut self, key: &str, value: &str) -> Self {
        self.key(key);
        self.line.push_str(value);
        self
    }

    /// The finished line.
    pub fn line(mut self) -> String {
        if self.streamed {
            self.line.push('}');
        } else {
            self.line.push_str(",\"Type\":\"");
            self.line.push_str(self.table);
            self.line.push('"');
        }
        self.line.push('}');
        self.line
    }
}
