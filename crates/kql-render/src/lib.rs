//! Results to tables, CSV, JSON and charts.
