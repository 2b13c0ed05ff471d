//! Formatting never panics, settles at once and keeps the tree; only a text with errors is refused.
#![no_main]

use kql_syntax::{FormatOptions, format, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let options = FormatOptions { width: 60, ..FormatOptions::default() };
    let parsed = parse(text);
    match format(text, &options) {
        Ok(once) => {
            assert_eq!(parsed.script.outline(), parse(&once).script.outline(), "{once}");
            assert_eq!(format(&once, &options).as_ref(), Ok(&once));
        }
        Err(_) => assert!(parsed.has_errors()),
    }
});
