//! Capture formats: files to Arrow batches of typed tables.
